// Copying a matrix whose columns, not rows, are consecutive in memory: square tiles as wide as a
// vector are turned in registers, so that every cache line is read and written once.

#ifndef CV_LOOP_TRANSPOSE_H
#define CV_LOOP_TRANSPOSE_H

#include "loop_access.h"
#include "loop_shuffles.h"

// dst[r, i] <- src[r + i stride], for `rows` rows of n; strides in elements. In a tile, the bits of
// a vector's number and then of a lane's make an element's index; each pass rotates it by one bit.
#define CV_TRANSPOSE(BITS, BYTES, LANES)                                                     \
  static void cv_transpose_##BITS(char *dst, int64_t dst_row, const char *src,               \
                                  int64_t stride, int64_t rows, int64_t n) {                 \
    int64_t i = 0;                                                                           \
    for (; i + LANES <= n; i += LANES) {                                                     \
      int64_t r = 0;                                                                         \
      for (; r + LANES <= rows; r += LANES) {                                                \
        cv_u##BITS##v v[LANES], w[LANES];                                                    \
        for (int k = 0; k < LANES; k++) {                                                    \
          v[k] = cv_get_u##BITS(src, (size_t)((i + k) * stride + r));                        \
        }                                                                                    \
        for (int pass = 1; pass < LANES; pass *= 2) {                                        \
          for (int k = 0; k < LANES / 2; k++) {                                              \
            w[k] = v_low_##BYTES(v[2 * k], v[2 * k + 1]);                                    \
            w[k + LANES / 2] = v_high_##BYTES(v[2 * k], v[2 * k + 1]);                       \
          }                                                                                  \
          for (int k = 0; k < LANES; k++) v[k] = w[k];                                       \
        }                                                                                    \
        for (int k = 0; k < LANES; k++) v_put(dst, (size_t)((r + k) * dst_row + i), v[k]);   \
      }                                                                                      \
      cv_copy_##BITS(dst + (r * dst_row + i) * BYTES, dst_row, 1,                            \
                     src + (i * stride + r) * BYTES, 1, stride, rows - r, LANES);            \
    }                                                                                        \
    cv_copy_##BITS(dst + i * BYTES, dst_row, 1, src + i * stride * BYTES, 1, stride, rows,   \
                   n - i);                                                                   \
  }
CV_TRANSPOSE(8, 1, 64)
CV_TRANSPOSE(16, 2, 32)
CV_TRANSPOSE(32, 4, 16)
CV_TRANSPOSE(64, 8, 8)
#undef CV_TRANSPOSE

static void cv_transpose(char *dst, int64_t dst_row, const char *src, int64_t stride, int64_t rows,
                         int64_t n, unsigned width) {
  switch (width) {
    case 1: cv_transpose_8(dst, dst_row, src, stride, rows, n); return;
    case 2: cv_transpose_16(dst, dst_row, src, stride, rows, n); return;
    case 4: cv_transpose_32(dst, dst_row, src, stride, rows, n); return;
    case 8: cv_transpose_64(dst, dst_row, src, stride, rows, n); return;
    default: break;
  }
  for (int64_t i = 0; i < n; i += 4) {
    cv_copy_128(dst + 16 * i, dst_row, 1, src + 16 * i * stride, 1, stride, rows,
                n - i < 4 ? n - i : 4);
  }
}

#endif
