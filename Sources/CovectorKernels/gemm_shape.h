// What the matrix product shares between element types: vector widths, tile heights, segment
// length, and the macros that unroll a tile over its rows.

#ifndef COVECTOR_GEMM_SHAPE_H
#define COVECTOR_GEMM_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gemm_half.h"
#include "include/CovectorKernels.h"

// The order of accumulation. k is cut into segments of CV_GEMM_SEGMENT; each is one chain of
// multiply-adds from zero in ascending k; segments are added in ascending order. Every path below
// keeps to this for every element, so it does not depend on m, n, strides, position or path.

// Tile heights are chosen so that accumulators, one row of b and a splat fit the registers. Tiles of
// packed panels are wide and low where registers are many: rows of c that are a power of two apart
// share a few lines of the first-level cache, and more than eight of them drive each other out.
#if CV_LEVEL == 2
#define CV_GEMM_BYTES 64
#define CV_GEMM_ROWS 14
#define CV_GEMM_PACKED_ROWS 6
#define CV_GEMM_PACKED_VECTORS 4
#define CV_GEMM_COMPLEX_ROWS 12
#define CV_GEMM_FUSED 1
#elif CV_LEVEL == 1
#define CV_GEMM_BYTES 32
#define CV_GEMM_ROWS 6
#define CV_GEMM_COMPLEX_ROWS 4
#define CV_GEMM_FUSED 1
#elif defined(__aarch64__)
#define CV_GEMM_BYTES 16
#define CV_GEMM_ROWS 12
#define CV_GEMM_COMPLEX_ROWS 8
#define CV_GEMM_FUSED 1
#else
#define CV_GEMM_BYTES 16
#define CV_GEMM_ROWS 4
#define CV_GEMM_COMPLEX_ROWS 4
#define CV_GEMM_FUSED 0
#endif

#ifndef CV_GEMM_PACKED_ROWS
#define CV_GEMM_PACKED_ROWS CV_GEMM_ROWS
#define CV_GEMM_PACKED_VECTORS 2
#endif

// Bounds the rows and columns of the float copy of a half-typed result.
enum { CV_GEMM_STRIP = 1024 };

#if CV_GEMM_FUSED
#define CV_MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define CV_MULTIPLY_ADD(a, b, c) ((c) + (a) * (b))
#endif

#define CV_ROWS_1(F) F(0)
#define CV_ROWS_2(F) CV_ROWS_1(F) F(1)
#define CV_ROWS_3(F) CV_ROWS_2(F) F(2)
#define CV_ROWS_4(F) CV_ROWS_3(F) F(3)
#define CV_ROWS_5(F) CV_ROWS_4(F) F(4)
#define CV_ROWS_6(F) CV_ROWS_5(F) F(5)
#define CV_ROWS_7(F) CV_ROWS_6(F) F(6)
#define CV_ROWS_8(F) CV_ROWS_7(F) F(7)
#define CV_ROWS_9(F) CV_ROWS_8(F) F(8)
#define CV_ROWS_10(F) CV_ROWS_9(F) F(9)
#define CV_ROWS_11(F) CV_ROWS_10(F) F(10)
#define CV_ROWS_12(F) CV_ROWS_11(F) F(11)
#define CV_ROWS_13(F) CV_ROWS_12(F) F(12)
#define CV_ROWS_14(F) CV_ROWS_13(F) F(13)

#define CV_HEIGHTS_4(F) F(1) F(2) F(3) F(4)
#define CV_HEIGHTS_6(F) CV_HEIGHTS_4(F) F(5) F(6)
#define CV_HEIGHTS_8(F) CV_HEIGHTS_6(F) F(7) F(8)
#define CV_HEIGHTS_12(F) CV_HEIGHTS_8(F) F(9) F(10) F(11) F(12)
#define CV_HEIGHTS_14(F) CV_HEIGHTS_12(F) F(13) F(14)
#define CV_EACH_HEIGHT_(R) CV_HEIGHTS_##R
#define CV_EACH_HEIGHT(R) CV_EACH_HEIGHT_(R)

// Indices for __builtin_shufflevector over as many lanes as a vector has.
#define CV_SHUFFLE_2(F, a, b, d, n) __builtin_shufflevector(a, b, F(0, d, n), F(1, d, n))
#define CV_SHUFFLE_4(F, a, b, d, n) \
  __builtin_shufflevector(a, b, F(0, d, n), F(1, d, n), F(2, d, n), F(3, d, n))
#define CV_SHUFFLE_8(F, a, b, d, n)                                                       \
  __builtin_shufflevector(a, b, F(0, d, n), F(1, d, n), F(2, d, n), F(3, d, n), F(4, d, n), \
                          F(5, d, n), F(6, d, n), F(7, d, n))
#define CV_SHUFFLE_16(F, a, b, d, n)                                                      \
  __builtin_shufflevector(a, b, F(0, d, n), F(1, d, n), F(2, d, n), F(3, d, n), F(4, d, n), \
                          F(5, d, n), F(6, d, n), F(7, d, n), F(8, d, n), F(9, d, n),     \
                          F(10, d, n), F(11, d, n), F(12, d, n), F(13, d, n), F(14, d, n), \
                          F(15, d, n))
#define CV_SHUFFLE_(n) CV_SHUFFLE_##n
#define CV_SHUFFLE(n) CV_SHUFFLE_(n)

// Rearrangements that stay within parts of 16 bytes, or move them whole: one instruction each. In every
// part of l elements, stretches of u elements of two vectors in turn, from the lower or upper halves of
// the parts; the even or the odd parts of one vector, then of another.
#define CV_WEAVE(e, l, u, from, n) \
  ((e) / (l) * (l) + ((e) % (l) / (u) % 2) * (n) + ((e) % (l) / (u) / 2 + (from)) * (u) + (e) % (u))
#define CV_WEAVE_1(e, from, n) CV_WEAVE(e, CV_T_PART, 1, from, n)
#define CV_WEAVE_2(e, from, n) CV_WEAVE(e, CV_T_PART, 2, from, n)
#define CV_PARTS(e, odd, n) \
  ((e) / ((n) / 2) * (n) + (2 * ((e) % ((n) / 2) / CV_T_PART) + (odd)) * CV_T_PART + (e) % CV_T_PART)

// Interleaving.
#define CV_ZIP(e, d, n) (((e) & 1) ? (n) + (d) + (e) / 2 : (d) + (e) / 2)

#define CV_ZIP_LOW(a, b, n) CV_SHUFFLE(n)(CV_ZIP, a, b, 0, n)
#define CV_ZIP_HIGH(a, b, n) CV_SHUFFLE(n)(CV_ZIP, a, b, n / 2, n)

static inline size_t cv_gemm_round(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static inline size_t cv_gemm_element_bytes(uint8_t dtype) {
  switch (dtype) {
    case CV_BOOL: case CV_U8: case CV_I8: return 1;
    case CV_U16: case CV_I16: case CV_F16: case CV_BF16: return 2;
    case CV_U32: case CV_I32: case CV_F32: return 4;
    case CV_C128: return 16;
    default: return 8;
  }
}

static inline cv_matrix cv_gemm_part(cv_matrix matrix, int64_t row, int64_t column) {
  int64_t offset = row * matrix.row + column * matrix.column;
  matrix.data =
      (const char *)matrix.data + offset * (int64_t)cv_gemm_element_bytes(matrix.dtype);
  return matrix;
}

static inline cv_matrix cv_gemm_turned(cv_matrix matrix) {
  int64_t row = matrix.row;
  matrix.row = matrix.column;
  matrix.column = row;
  return matrix;
}

#endif
