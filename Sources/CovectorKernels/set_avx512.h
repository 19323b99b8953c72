// Compiles CV_BODY for x86-64-v4: AVX-512 F, BW, CD, DQ, VL.

#include "kernels_headers.h"

#if defined(__x86_64__)
// Without the second attribute the compiler may cut vectors in two, even those passed in calls.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#define CV_LEVEL 2
#define CV_SET avx512
#define CV_NATIVE_HALF 1
#include CV_BODY
#pragma clang attribute pop
#pragma clang attribute pop
#endif
