// Conversions between the compute types, and to and from the half types.
//   real -> integer  towards zero, saturating; NaN gives 0
//   integer -> integer wraps; anything -> bool is "not 0"; complex -> real drops the imaginary part
//   f32 -> half      to nearest, ties to even, overflowing to infinity; NaN stays NaN

#ifndef CV_LOOP_CASTS_H
#define CV_LOOP_CASTS_H

#include "loop_vectors.h"

typedef uint16_t cv_half16 __attribute__((ext_vector_type(16)));
typedef cv_half16 cv_half16_unaligned __attribute__((aligned(1), may_alias));
typedef _Float16 cv_native16 __attribute__((ext_vector_type(16)));

CV_INLINE cv_half16 cv_get_half(const void *p, size_t i) {
  return *(const cv_half16_unaligned *)((const char *)p + 2 * i);
}
CV_INLINE void cv_put_half(void *p, size_t i, cv_half16 v) {
  *(cv_half16_unaligned *)((char *)p + 2 * i) = v;
}

CV_INLINE cv_f32v cv_widen_bf16(cv_half16 v) {
  return (cv_f32v)(__builtin_convertvector(v, cv_u32v) << 16);
}

// Adding just under half a unit, and one more where the kept part is odd, rounds to even; the carry
// runs into the exponent, and up to infinity.
CV_INLINE cv_half16 cv_narrow_bf16(cv_f32v x) {
  const cv_u32v bits = (cv_u32v)x;
  const cv_u32v rounded = bits + 0x7fff + ((bits >> 16) & 1);
  return __builtin_convertvector((x != x ? bits | 0x400000 : rounded) >> 16, cv_half16);
}

#if CV_NATIVE_HALF
CV_INLINE cv_f32v cv_widen_f16(cv_half16 v) {
  return __builtin_convertvector((cv_native16)v, cv_f32v);
}
CV_INLINE cv_half16 cv_narrow_f16(cv_f32v x) {
  return (cv_half16)__builtin_convertvector(x, cv_native16);
}
#else
// Exponent and mantissa moved into place are the value times 2^-112, subnormals included.
CV_INLINE cv_f32v cv_widen_f16(cv_half16 v) {
  const cv_u32v h = __builtin_convertvector(v, cv_u32v), size = (h & 0x7fff) << 13;
  const cv_u32v finite = (cv_u32v)((cv_f32v)size * 0x1p112f);
  const cv_u32v special = size > 0x0f800000u ? size | 0x7fc00000u : (cv_u32v)0x7f800000u;
  return (cv_f32v)((size >= 0x0f800000u ? special : finite) | (h & 0x8000) << 16);
}

// Values that become subnormal are rounded by adding 1/2, whose last bit is worth 2^-24; the others
// as in cv_narrow_bf16, after the exponent is moved by 15 - 127.
CV_INLINE cv_half16 cv_narrow_f16(cv_f32v x) {
  const cv_u32v bits = (cv_u32v)x, size = bits & 0x7fffffff;
  const cv_u32v small = (cv_u32v)((cv_f32v)size + 0.5f) - 0x3f000000u;
  const cv_u32v normal = (size - 0x38000000u + 0xfff + ((size >> 13) & 1)) >> 13;
  const cv_u32v special = size > 0x7f800000u ? 0x7e00 | ((size >> 13) & 0x3ff) : (cv_u32v)0x7c00;
  const cv_u32v finite = size < 0x38800000u ? small : normal;
  const cv_u32v r = size >= 0x477ff000u ? special : finite;
  return __builtin_convertvector(r | (bits >> 16 & 0x8000), cv_half16);
}
#endif

static void cv_widen_row(void *dst, const void *src, size_t n, unsigned half) {
  if (half == CV_F16) {
    for (size_t i = 0; i < n; i += 16) v_put(dst, i, cv_widen_f16(cv_get_half(src, i)));
  } else {
    for (size_t i = 0; i < n; i += 16) v_put(dst, i, cv_widen_bf16(cv_get_half(src, i)));
  }
}

static void cv_narrow_row(void *dst, const void *src, size_t n, unsigned half) {
  if (half == CV_F16) {
    for (size_t i = 0; i < n; i += 16) cv_put_half(dst, i, cv_narrow_f16(cv_get_f32(src, i)));
  } else {
    for (size_t i = 0; i < n; i += 16) cv_put_half(dst, i, cv_narrow_bf16(cv_get_f32(src, i)));
  }
}

static void cv_round_f16(void *dst, const void *a, const void *b, const void *c, size_t n) {
  (void)b, (void)c;
  for (size_t i = 0; i < n; i += 16) v_put(dst, i, cv_widen_f16(cv_narrow_f16(cv_get_f32(a, i))));
}

static void cv_round_bf16(void *dst, const void *a, const void *b, const void *c, size_t n) {
  (void)b, (void)c;
  for (size_t i = 0; i < n; i += 16) v_put(dst, i, cv_widen_bf16(cv_narrow_bf16(cv_get_f32(a, i))));
}

// A cast runs over as many lanes at a time as the wider of the two types has.

#define CV_CAST_ARGUMENTS \
  void *dst, const void *a, const void *b, const void *c, size_t n

#define CV_CAST_LANES(TO, FROM) \
  (CV_LANES_##TO < CV_LANES_##FROM ? CV_LANES_##TO : CV_LANES_##FROM)

#define CV_CAST_TYPES(TO, FROM)                                                              \
  enum { lanes = CV_CAST_LANES(TO, FROM) };                                                  \
  typedef cv_##FROM source __attribute__((ext_vector_type(lanes)));                          \
  typedef cv_##TO target __attribute__((ext_vector_type(lanes)));                            \
  typedef source source_unaligned __attribute__((aligned(1), may_alias));                    \
  typedef target target_unaligned __attribute__((aligned(1), may_alias));                    \
  (void)b, (void)c;

#define CV_CAST_LOOP(TO, FROM, EXPRESSION)                                                   \
  for (size_t i = 0; i < n; i += lanes) {                                                    \
    const source x = *(const source_unaligned *)((const char *)a + i * sizeof(cv_##FROM));   \
    *(target_unaligned *)((char *)dst + i * sizeof(cv_##TO)) = (EXPRESSION);                 \
  }

// To real numbers and between integers the compiler's conversion is what we want.
#define CV_CAST_PLAIN(FROM, TO)                                                              \
  static void cv_cast_##TO##_##FROM(CV_CAST_ARGUMENTS) {                                     \
    CV_CAST_TYPES(TO, FROM)                                                                  \
    CV_CAST_LOOP(TO, FROM, __builtin_convertvector(x, target))                               \
  }

#define CV_CAST_BOOL(FROM, TO)                                                               \
  static void cv_cast_##TO##_##FROM(CV_CAST_ARGUMENTS) {                                     \
    CV_CAST_TYPES(TO, FROM)                                                                  \
    CV_CAST_LOOP(TO, FROM, __builtin_convertvector(x != 0, target) & 1)                      \
  }

// `low` and `end` (one past the largest) are powers of 2 or 0, exact in either real type; what is
// outside is replaced before the conversion, which is undefined there.
#define CV_CAST_SATURATING(FROM, TO)                                                         \
  static void cv_cast_##TO##_##FROM(CV_CAST_ARGUMENTS) {                                     \
    CV_CAST_TYPES(TO, FROM)                                                                  \
    const int is_signed = (cv_##TO)-1 < 0, bits = 8 * (int)sizeof(cv_##TO) - is_signed;      \
    const cv_##TO top = (cv_##TO)(~(cv_u64)0 >> (64 - bits));                                \
    const cv_##FROM end = 2 * (cv_##FROM)((cv_u64)1 << (bits - 1));                          \
    const cv_##FROM low = is_signed ? -end : 0;                                              \
    typedef __typeof__((source)0 < (source)0) wide_mask;                                     \
    typedef cv_##TO narrow_mask_element __attribute__((ext_vector_type(lanes)));             \
    for (size_t i = 0; i < n; i += lanes) {                                                  \
      const source x = *(const source_unaligned *)((const char *)a + i * sizeof(cv_##FROM)); \
      const wide_mask over = x >= end, under = x < low, inside = (x >= low) & (x < end);     \
      const source zero = 0;                                                                 \
      const narrow_mask_element plain =                                                      \
          __builtin_convertvector(inside ? x : zero, target);                                \
      const target high = __builtin_convertvector(over, target) & top;                       \
      const target deep = __builtin_convertvector(under, target) & (cv_##TO)~top;            \
      *(target_unaligned *)((char *)dst + i * sizeof(cv_##TO)) =                             \
          plain | high | (is_signed ? deep : (target)0);                                     \
    }                                                                                        \
  }

#define CV_CASTS_FROM(FROM)                                                            \
  CV_FAMILY_R(CV_CAST_TO_PLAIN, FROM)                                                        \
  CV_CAST_BOOL(FROM, b)
#define CV_CAST_TO_PLAIN(TO, FROM) CV_CAST_PLAIN(FROM, TO)
#define CV_CAST_TO_SATURATING(TO, FROM) CV_CAST_SATURATING(FROM, TO)
#define CV_CASTS_FROM_INTEGER(FROM) CV_CASTS_FROM(FROM) CV_FAMILY_I(CV_CAST_TO_PLAIN, FROM)
#define CV_CASTS_FROM_REAL(FROM) CV_CASTS_FROM(FROM) CV_FAMILY_I(CV_CAST_TO_SATURATING, FROM)

CV_CASTS_FROM_INTEGER(b)
CV_CASTS_FROM_INTEGER(u8) CV_CASTS_FROM_INTEGER(u16)
CV_CASTS_FROM_INTEGER(u32) CV_CASTS_FROM_INTEGER(u64)
CV_CASTS_FROM_INTEGER(i8) CV_CASTS_FROM_INTEGER(i16)
CV_CASTS_FROM_INTEGER(i32) CV_CASTS_FROM_INTEGER(i64)
CV_CASTS_FROM_REAL(f32)
CV_CASTS_FROM_REAL(f64)

// Complex numbers, element by element; the steps over a real type of the same precision.
#define CV_CAST_TO_COMPLEX(FROM, TO)                                                         \
  static void cv_cast_##TO##_##FROM(CV_CAST_ARGUMENTS) {                                     \
    (void)b, (void)c;                                                                        \
    for (size_t i = 0; i < n; i++) {                                                         \
      cv_##FROM x;                                                                           \
      memcpy(&x, (const char *)a + i * sizeof x, sizeof x);                                  \
      const cv_##TO r = (cv_##TO)x;                                                          \
      memcpy((char *)dst + i * sizeof r, &r, sizeof r);                                      \
    }                                                                                        \
  }
#define CV_CASTS_TO_COMPLEX(FROM, ...) CV_CAST_TO_COMPLEX(FROM, c64) CV_CAST_TO_COMPLEX(FROM, c128)
CV_FAMILY_RCIB(CV_CASTS_TO_COMPLEX, )

// The real parts are gathered in a small buffer, then cast as real numbers.
#define CV_CAST_FROM_COMPLEX(TO, FROM, R)                                                    \
  static void cv_cast_##TO##_##FROM(CV_CAST_ARGUMENTS) {                                     \
    for (size_t i = 0; i < n; i += 64) {                                                     \
      cv_##R parts[64];                                                                      \
      const size_t count = n - i < 64 ? n - i : 64;                                          \
      for (size_t j = 0; j < 64; j++) {                                                      \
        const size_t at = i + (j < count ? j : 0);                                           \
        memcpy(&parts[j], (const char *)a + at * sizeof(cv_##FROM), sizeof(cv_##R));         \
      }                                                                                      \
      cv_##TO cast[64];                                                                      \
      cv_cast_##TO##_##R(cast, parts, b, c, 64);                                             \
      memcpy((char *)dst + i * sizeof(cv_##TO), cast, count * sizeof(cv_##TO));              \
    }                                                                                        \
  }
#define CV_CASTS_FROM_COMPLEX(TO, ...) \
  CV_CAST_FROM_COMPLEX(TO, c64, f32) CV_CAST_FROM_COMPLEX(TO, c128, f64)
CV_FAMILY_RI(CV_CASTS_FROM_COMPLEX, )

#define CV_CAST_COMPLEX_BOOL(FROM, R)                                                        \
  static void cv_cast_b_##FROM(CV_CAST_ARGUMENTS) {                                          \
    (void)b, (void)c;                                                                        \
    for (size_t i = 0; i < n; i++) {                                                         \
      cv_##R parts[2];                                                                       \
      memcpy(parts, (const char *)a + i * sizeof parts, sizeof parts);                       \
      ((cv_b *)dst)[i] = (parts[0] != 0) | (parts[1] != 0);                                  \
    }                                                                                        \
  }
CV_CAST_COMPLEX_BOOL(c64, f32)
CV_CAST_COMPLEX_BOOL(c128, f64)

// dst[i] = position + i, with the position passed where an input register would be.
#define CV_IOTA_OF(T, ...)                                                                   \
  static void cv_iota_##T(CV_CAST_ARGUMENTS) {                                               \
    enum { lanes = CV_CAST_LANES(T, i64) };                                                  \
    typedef cv_##T target __attribute__((ext_vector_type(lanes)));                           \
    typedef target target_unaligned __attribute__((aligned(1), may_alias));                  \
    (void)b, (void)c;                                                                        \
    cv_i64v x = (cv_i64v){0, 1, 2, 3, 4, 5, 6, 7} + *(const cv_i64 *)a;                      \
    for (size_t i = 0; i < n; i += lanes, x += 8) {                                          \
      *(target_unaligned *)((char *)dst + i * sizeof(cv_##T)) =                              \
          __builtin_convertvector(x, target);                                                \
    }                                                                                        \
  }
CV_FAMILY_RI(CV_IOTA_OF, )

#endif
