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

// The names of a set, CV_SET, have it in them.
#define CV_JOIN_(a, b) cv_##a##_##b
#define CV_JOIN(a, b) CV_JOIN_(a, b)
#define CV_NAME(x) CV_JOIN(CV_SET, x)

#define CV_TABLE(SET)                                                                               \
  extern const cv_kernels cv_##SET##_kernels;                                                       \
  void cv_##SET##_gemm(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, void *c,          \
                       int64_t ldc, uint8_t c_type, void *scratch);                                 \
  void cv_##SET##_gemm_batch(int64_t count, int64_t a_step, int64_t b_step, int64_t m, int64_t n,   \
                             int64_t k, cv_matrix a, cv_matrix b, void *c, int64_t ldc,             \
                             uint8_t c_type, void *scratch);                                        \
  size_t cv_##SET##_gemm_scratch(int64_t m, int64_t n, int64_t k, uint8_t a_type, uint8_t c_type);  \
  void cv_##SET##_gemm_pack(cv_strip strip, uint8_t type);                                          \
  void cv_##SET##_gemm_rows(int64_t m, int64_t columns, int64_t k, cv_matrix a, const void *packed, \
                            void *c, int64_t ldc, uint8_t type, bool add, cv_strip next,            \
                            void *scratch);
CV_TABLE(baseline)
CV_TABLE(neon)
CV_TABLE(avx2)
CV_TABLE(avx512)
#undef CV_TABLE

#endif
