// Cumulative sums, products, extrema and log-sum-exps. Each lane (an outer row and an inner index)
// is one chain along the scanned axis, so the result does not depend on how the work is split.
// Half types are carried in float and rounded where they are stored.

#include <math.h>

#include "gemm_half.h"
#include "include/CovectorKernels.h"

// One outer row: element (p, j) of the source is at p * stride + j * inner_stride, of the result at
// p * inner + j.
typedef struct {
  int64_t count, stride, inner, inner_stride;
  bool reverse, exclusive;
} scan_row;

typedef void (*scan_function)(const scan_row *row, const void *source, void *out);

enum { CV_SCAN_CHUNK = 128 };

// S is the stored type, A the carried one; VALUE combines the carry c with the element x.
#define CV_SCAN(NAME, S, A, WIDEN, NARROW, FIRST, VALUE)                                     \
  static void NAME(const scan_row *row, const void *source, void *out) {                     \
    int64_t step = row->reverse ? -1 : 1, origin = row->reverse ? row->count - 1 : 0;        \
    if (row->inner == 1) {                                                                   \
      const S *from = (const S *)source + origin * row->stride;                              \
      S *to = (S *)out + origin;                                                             \
      A c = FIRST;                                                                           \
      for (int64_t p = 0; p < row->count; ++p) {                                             \
        A x = WIDEN(*from), before = c;                                                      \
        c = VALUE;                                                                           \
        *to = NARROW(row->exclusive ? before : c);                                           \
        from += step * row->stride;                                                          \
        to += step;                                                                          \
      }                                                                                      \
      return;                                                                                \
    }                                                                                        \
    for (int64_t start = 0; start < row->inner; start += CV_SCAN_CHUNK) {                    \
      int64_t left = row->inner - start, width = left < CV_SCAN_CHUNK ? left : CV_SCAN_CHUNK; \
      A carry[CV_SCAN_CHUNK];                                                                \
      for (int64_t j = 0; j < width; ++j) carry[j] = FIRST;                                  \
      for (int64_t p = 0; p < row->count; ++p) {                                             \
        int64_t at = origin + step * p;                                                      \
        const S *from = (const S *)source + at * row->stride + start * row->inner_stride;    \
        S *to = (S *)out + at * row->inner + start;                                          \
        if (row->inner_stride == 1 && !row->exclusive) {                                     \
          for (int64_t j = 0; j < width; ++j) {                                              \
            A c = carry[j], x = WIDEN(from[j]);                                              \
            carry[j] = c = VALUE;                                                            \
            to[j] = NARROW(c);                                                               \
          }                                                                                  \
          continue;                                                                          \
        }                                                                                    \
        for (int64_t j = 0; j < width; ++j, from += row->inner_stride) {                     \
          A c = carry[j], x = WIDEN(*from), before = c;                                      \
          carry[j] = c = VALUE;                                                              \
          to[j] = NARROW(row->exclusive ? before : c);                                       \
        }                                                                                    \
      }                                                                                      \
    }                                                                                        \
  }

typedef struct {
  float re, im;
} pair32;
typedef struct {
  double re, im;
} pair64;

// The running largest element, and the sum of exponentials relative to it.
typedef struct {
  double largest, sum;
} exponents;

static inline exponents exponents_add(exponents c, double x) {
  if (x == -INFINITY) return c;
  if (x == c.largest) {
    c.sum += 1;
  } else if (x < c.largest) {
    c.sum += exp(x - c.largest);
  } else {
    c.sum = c.sum * exp(c.largest - x) + 1;
    c.largest = x;
  }
  return c;
}

static inline double exponents_log(exponents c) {
  return c.sum == 0 ? -INFINITY : c.largest + log(c.sum);
}

#define CV_SAME(x) (x)
#define CV_LARGER(x, y) ((x) > (y) || (x) != (x) ? (x) : (y))
#define CV_SMALLER(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))

// Sums and products wrap: they are taken in an unsigned type at least as wide as int.
#define CV_SCAN_WRAPPING(W, WIDE)                                                            \
  CV_SCAN(sum_i##W, uint##W##_t, uint##W##_t, CV_SAME, CV_SAME, 0,                           \
          (uint##W##_t)((WIDE)c + (WIDE)x))                                                  \
  CV_SCAN(product_i##W, uint##W##_t, uint##W##_t, CV_SAME, CV_SAME, 1,                       \
          (uint##W##_t)((WIDE)c * (WIDE)x))                                                  \
  CV_SCAN(max_u##W, uint##W##_t, uint##W##_t, CV_SAME, CV_SAME, 0, c > x ? c : x)            \
  CV_SCAN(min_u##W, uint##W##_t, uint##W##_t, CV_SAME, CV_SAME, UINT##W##_MAX, c < x ? c : x) \
  CV_SCAN(max_i##W, int##W##_t, int##W##_t, CV_SAME, CV_SAME, INT##W##_MIN, c > x ? c : x)   \
  CV_SCAN(min_i##W, int##W##_t, int##W##_t, CV_SAME, CV_SAME, INT##W##_MAX, c < x ? c : x)

CV_SCAN_WRAPPING(8, uint32_t)
CV_SCAN_WRAPPING(16, uint32_t)
CV_SCAN_WRAPPING(32, uint32_t)
CV_SCAN_WRAPPING(64, uint64_t)
CV_SCAN(min_bool, uint8_t, uint8_t, CV_SAME, CV_SAME, 1, c < x ? c : x)

#define CV_SCAN_FLOAT(NAME, S, A, WIDEN, NARROW)                                             \
  CV_SCAN(sum_##NAME, S, A, WIDEN, NARROW, 0, c + x)                                         \
  CV_SCAN(product_##NAME, S, A, WIDEN, NARROW, 1, c * x)                                     \
  CV_SCAN(max_##NAME, S, A, WIDEN, NARROW, -(A)INFINITY, CV_LARGER(c, x))                    \
  CV_SCAN(min_##NAME, S, A, WIDEN, NARROW, (A)INFINITY, CV_SMALLER(c, x))

#define CV_TO_F16(x) cv_half_to_f16((float)(x))
#define CV_TO_BF16(x) cv_half_to_bf16((float)(x))
CV_SCAN_FLOAT(f16, uint16_t, float, cv_half_from_f16, CV_TO_F16)
CV_SCAN_FLOAT(bf16, uint16_t, float, cv_half_from_bf16, CV_TO_BF16)
CV_SCAN_FLOAT(f32, float, float, CV_SAME, CV_SAME)
CV_SCAN_FLOAT(f64, double, double, CV_SAME, CV_SAME)

// The carry is a pair, so the element is taken into one and combined by its largest alone.
#define CV_SCAN_EXPONENTS(NAME, S, WIDEN, NARROW)                                            \
  static inline exponents widen_##NAME(S x) { return (exponents){(double)WIDEN(x), 1}; }     \
  static inline S narrow_##NAME(exponents c) { return (S)NARROW(exponents_log(c)); }         \
  CV_SCAN(exponents_##NAME, S, exponents, widen_##NAME, narrow_##NAME,                       \
          ((exponents){-INFINITY, 0}), exponents_add(c, x.largest))

CV_SCAN_EXPONENTS(f16, uint16_t, cv_half_from_f16, CV_TO_F16)
CV_SCAN_EXPONENTS(bf16, uint16_t, cv_half_from_bf16, CV_TO_BF16)
CV_SCAN_EXPONENTS(f32, float, CV_SAME, CV_SAME)
CV_SCAN_EXPONENTS(f64, double, CV_SAME, CV_SAME)

// Complex numbers are ordered by real part, then imaginary part; one with a NaN wins.
#define CV_IS_NAN(x) ((x).re != (x).re || (x).im != (x).im)
#define CV_BEFORE(x, y) ((x).re < (y).re || ((x).re == (y).re && (x).im < (y).im))
#define CV_SCAN_COMPLEX(NAME, T)                                                             \
  CV_SCAN(sum_##NAME, T, T, CV_SAME, CV_SAME, ((T){0, 0}), ((T){c.re + x.re, c.im + x.im}))  \
  CV_SCAN(product_##NAME, T, T, CV_SAME, CV_SAME, ((T){1, 0}),                               \
          ((T){c.re * x.re - c.im * x.im, c.re * x.im + c.im * x.re}))                       \
  CV_SCAN(max_##NAME, T, T, CV_SAME, CV_SAME, ((T){-INFINITY, -INFINITY}),                   \
          CV_IS_NAN(c) || (!CV_IS_NAN(x) && CV_BEFORE(x, c)) ? c : x)                        \
  CV_SCAN(min_##NAME, T, T, CV_SAME, CV_SAME, ((T){INFINITY, INFINITY}),                     \
          CV_IS_NAN(c) || (!CV_IS_NAN(x) && CV_BEFORE(c, x)) ? c : x)

CV_SCAN_COMPLEX(c64, pair32)
CV_SCAN_COMPLEX(c128, pair64)

static const scan_function functions[CV_TYPE_COUNT][5] = {
  [CV_BOOL] = {max_u8, min_bool, max_u8, min_bool, 0},
  [CV_U8] = {sum_i8, product_i8, max_u8, min_u8, 0},
  [CV_U16] = {sum_i16, product_i16, max_u16, min_u16, 0},
  [CV_U32] = {sum_i32, product_i32, max_u32, min_u32, 0},
  [CV_U64] = {sum_i64, product_i64, max_u64, min_u64, 0},
  [CV_I8] = {sum_i8, product_i8, max_i8, min_i8, 0},
  [CV_I16] = {sum_i16, product_i16, max_i16, min_i16, 0},
  [CV_I32] = {sum_i32, product_i32, max_i32, min_i32, 0},
  [CV_I64] = {sum_i64, product_i64, max_i64, min_i64, 0},
  [CV_F16] = {sum_f16, product_f16, max_f16, min_f16, exponents_f16},
  [CV_BF16] = {sum_bf16, product_bf16, max_bf16, min_bf16, exponents_bf16},
  [CV_F32] = {sum_f32, product_f32, max_f32, min_f32, exponents_f32},
  [CV_F64] = {sum_f64, product_f64, max_f64, min_f64, exponents_f64},
  [CV_C64] = {sum_c64, product_c64, max_c64, min_c64, 0},
  [CV_C128] = {sum_c128, product_c128, max_c128, min_c128, 0},
};

static const uint8_t scan_bytes[CV_TYPE_COUNT] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};

bool cv_scan(cv_scan_kind kind, bool reverse, bool exclusive, const void *source, uint8_t dtype,
             const int64_t *row_offsets, int64_t begin, int64_t end, int64_t count,
             int64_t stride, int64_t inner, int64_t inner_stride, void *out) {
  scan_function function = functions[dtype][kind];
  if (!function) return false;
  scan_row row = {count, stride, inner, inner_stride, reverse, exclusive};
  int64_t bytes = scan_bytes[dtype];
  for (int64_t r = begin; r < end; ++r) {
    function(&row, (const char *)source + row_offsets[r - begin] * bytes,
             (char *)out + r * count * inner * bytes);
  }
  return true;
}
