// System headers, and the tables of all instruction sets. Included before a target attribute is
// pushed, so that nothing of the system's is compiled for another instruction set.

#ifndef CV_KERNELS_HEADERS_H
#define CV_KERNELS_HEADERS_H

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CovectorKernels.h"

// Wide vectors are passed only between functions that are inlined, and to the vector library by its
// own convention.
#pragma clang diagnostic ignored "-Wpsabi"

extern const cv_kernels cv_baseline_kernels;
extern const cv_kernels cv_neon_kernels;
extern const cv_kernels cv_avx2_kernels;
extern const cv_kernels cv_avx512_kernels;

#endif
