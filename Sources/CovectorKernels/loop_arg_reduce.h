// The position of the largest or smallest element of a row. The first of equals wins, and the first
// NaN wins over everything; complex numbers are ordered by real, then imaginary part.

#ifndef CV_LOOP_ARG_REDUCE_H
#define CV_LOOP_ARG_REDUCE_H

#include "loop_access.h"
#include "loop_casts.h"

// Contiguous rows. The running best of each lane is kept for stretches short enough to be numbered
// in a lane; the stretch is searched again only when it improves on what went before.
#define CV_ARG_REDUCE(T, BITS, LANES)                                                        \
  CV_INLINE int64_t cv_arg_row_##T(const char *src, int64_t count, bool largest) {           \
    enum { stretch = 16 * LANES };                                                           \
    cv_##T best = 0;                                                                         \
    int64_t at = -1, i = 0;                                                                  \
    for (; i + stretch <= count; i += stretch) {                                             \
      cv_##T##v top = cv_get_##T(src, (size_t)i);                                            \
      cv_i##BITS##v odd = (cv_i##BITS##v)(top != top);                                       \
      for (int k = 1; k < 16; k++) {                                                         \
        const cv_##T##v x = cv_get_##T(src, (size_t)(i + k * LANES));                        \
        const cv_##T##v high = x > top ? x : top, low = x < top ? x : top;                   \
        odd |= (cv_i##BITS##v)(x != x);                                                      \
        top = largest ? high : low;                                                          \
      }                                                                                      \
      const cv_##T##v bar = best;                                                            \
      const cv_i##BITS##v better = (cv_i##BITS##v)(largest ? top > bar : top < bar) | odd;   \
      if (at >= 0 && __builtin_reduce_or(better) == 0) continue;                             \
      if (__builtin_reduce_or(odd) != 0) {                                                   \
        for (at = i; ((const cv_##T *)src)[at] == ((const cv_##T *)src)[at]; at++) continue; \
        return at;                                                                           \
      }                                                                                      \
      best = top[0];                                                                         \
      for (int l = 1; l < LANES; l++) {                                                      \
        best = (largest ? top[l] > best : top[l] < best) ? top[l] : best;                    \
      }                                                                                      \
      cv_##T##v goal = best;                                                                 \
      for (at = i;; at += LANES) {                                                           \
        const cv_i##BITS##v hit = (cv_i##BITS##v)(cv_get_##T(src, (size_t)at) == goal);      \
        if (__builtin_reduce_or(hit) != 0) break;                                            \
      }                                                                                      \
      while (((const cv_##T *)src)[at] != best) at++;                                        \
    }                                                                                        \
    for (; i < count; i++) {                                                                 \
      const cv_##T x = ((const cv_##T *)src)[i];                                             \
      if (x != x) return i;                                                                  \
      if (at < 0 || (largest ? x > best : x < best)) best = x, at = i;                       \
    }                                                                                        \
    return at;                                                                               \
  }                                                                                          \
  CV_INLINE int64_t cv_arg_strided_##T(const char *src, int64_t count, int64_t stride,       \
                                       bool largest) {                                       \
    cv_##T best = *(const cv_##T *)src;                                                      \
    int64_t at = 0;                                                                          \
    if (best != best) return 0;                                                              \
    for (int64_t i = 1; i < count; i++) {                                                    \
      const cv_##T x = ((const cv_##T *)src)[i * stride];                                    \
      if (x != x) return i;                                                                  \
      if (largest ? x > best : x < best) best = x, at = i;                                   \
    }                                                                                        \
    return at;                                                                               \
  }                                                                                          \
  static int64_t cv_arg_##T(const char *src, int64_t count, int64_t stride, bool largest) {  \
    if (stride == 1 && largest) return cv_arg_row_##T(src, count, true);                     \
    if (stride == 1) return cv_arg_row_##T(src, count, false);                               \
    return cv_arg_strided_##T(src, count, stride, largest);                                  \
  }
CV_FOR_RI(CV_ARG_REDUCE)
#undef CV_ARG_REDUCE

// Half types are widened in small pieces.
CV_INLINE int64_t cv_arg_half(const char *src, int64_t count, int64_t stride, bool largest,
                              unsigned half) {
  float best = 0;
  int64_t at = -1;
  for (int64_t i = 0; i < count; i += 256) {
    const int64_t n = count - i < 256 ? count - i : 256;
    uint16_t narrow[256] = {0};
    float wide[256];
    for (int64_t j = 0; j < n; j++) narrow[j] = ((const uint16_t *)src)[(i + j) * stride];
    cv_widen_row(wide, narrow, 256, half);
    for (int64_t j = 0; j < n; j++) {
      if (wide[j] != wide[j]) return i + j;
      if (at < 0 || (largest ? wide[j] > best : wide[j] < best)) best = wide[j], at = i + j;
    }
  }
  return at;
}

#define CV_ARG_COMPLEX(T, R)                                                                 \
  static int64_t cv_arg_##T(const char *src, int64_t count, int64_t stride, bool largest) {  \
    const cv_##R *x = (const cv_##R *)src, *best = x;                                        \
    int64_t at = 0;                                                                          \
    for (int64_t i = 0; i < count; i++, x += 2 * stride) {                                   \
      if (x[0] != x[0] || x[1] != x[1]) return i;                                            \
      const bool more = x[0] > best[0] || (x[0] == best[0] && x[1] > best[1]);               \
      const bool less = x[0] < best[0] || (x[0] == best[0] && x[1] < best[1]);               \
      if (largest ? more : less) best = x, at = i;                                           \
    }                                                                                        \
    return at;                                                                               \
  }
CV_ARG_COMPLEX(c64, f32)
CV_ARG_COMPLEX(c128, f64)
#undef CV_ARG_COMPLEX

static void CV_NAME(arg_reduce)(const void *source, uint8_t dtype, const int64_t *row_offsets,
                                int64_t begin, int64_t end, int64_t count, int64_t stride,
                                bool largest, void *out, uint8_t out_type) {
  for (int64_t r = begin; r < end; r++) {
    const char *src = (const char *)source + row_offsets[r - begin] * cv_width(dtype);
    int64_t at = 0;
    switch (dtype) {
#define CV_ARG_CASE(T, ...) case CV_TAG_##T: at = cv_arg_##T(src, count, stride, largest); break;
      CV_FAMILY_RCI(CV_ARG_CASE, )
#undef CV_ARG_CASE
      case CV_BOOL: at = cv_arg_u8(src, count, stride, largest); break;
      default: at = cv_arg_half(src, count, stride, largest, dtype); break;
    }
    if (out_type == CV_U32) ((uint32_t *)out)[r] = (uint32_t)at;
    else ((int64_t *)out)[r] = at;
  }
}

#endif
