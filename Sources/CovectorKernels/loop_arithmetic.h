// Arithmetic on the vectors of loop_vectors.h: what +, *, comparison, division and shifts mean for
// each family of types. Included once for each instruction set.

#ifndef CV_LOOP_ARITHMETIC_H
#define CV_LOOP_ARITHMETIC_H

#include "loop_vectors.h"

// A function of one or two vectors, lane by lane, by a scalar expression in p and q.
#define CV_LANEWISE2(FUNCTION, T, LANES, EXPRESSION)              \
  CV_OVERLOAD cv_##T##v FUNCTION(cv_##T##v x, cv_##T##v y) {      \
    cv_##T##v r;                                                  \
    for (int l = 0; l < LANES; l++) {                             \
      const cv_##T p = x[l], q = y[l];                            \
      r[l] = (EXPRESSION);                                        \
    }                                                             \
    return r;                                                     \
  }

// Real numbers and integers. Signed integers are computed as unsigned: they wrap.

#define CV_COMPARE(T, BITS, LANES)                                                          \
  CV_OVERLOAD cv_bools##BITS v_equal(cv_##T##v x, cv_##T##v y) {                            \
    return v_bools((cv_i##BITS##v)(x == y));                                                \
  }                                                                                         \
  CV_OVERLOAD cv_bools##BITS v_not_equal(cv_##T##v x, cv_##T##v y) {                        \
    return v_bools((cv_i##BITS##v)(x != y));                                                \
  }                                                                                         \
  CV_OVERLOAD cv_bools##BITS v_less(cv_##T##v x, cv_##T##v y) {                             \
    return v_bools((cv_i##BITS##v)(x < y));                                                 \
  }                                                                                         \
  CV_OVERLOAD cv_bools##BITS v_less_equal(cv_##T##v x, cv_##T##v y) {                       \
    return v_bools((cv_i##BITS##v)(x <= y));                                                \
  }                                                                                         \
  CV_OVERLOAD cv_##T##v v_pick(cv_bools##BITS mask, cv_##T##v x, cv_##T##v y) {             \
    return (__builtin_convertvector(mask, cv_i##BITS##v) != 0) ? x : y;                     \
  }                                                                                         \
  CV_INLINE cv_bools##BITS cv_get_mask_##T(const void *p, size_t i) {                       \
    return cv_get_bools##BITS(p, i);                                                        \
  }
CV_FOR_RI(CV_COMPARE)
#undef CV_COMPARE

// x where it is greater (or less) than y, else y: also where either is not a number, and for zeros of two
// signs. That is one instruction, but compilers take apart what is written out beside a test for NaN.
#if CV_LEVEL == 2
#define CV_EXTREMUM(NAME, T, OPERATOR, BUILTIN)                                              \
  CV_INLINE cv_##T##v NAME##_##T(cv_##T##v x, cv_##T##v y) {                                 \
    typedef cv_##T wide __attribute__((vector_size(64)));                                    \
    return (cv_##T##v)BUILTIN((wide)x, (wide)y, 4);                                          \
  }
#else
#define CV_EXTREMUM(NAME, T, OPERATOR, BUILTIN)                                              \
  CV_INLINE cv_##T##v NAME##_##T(cv_##T##v x, cv_##T##v y) { return x OPERATOR y ? x : y; }
#endif
CV_EXTREMUM(cv_greater, f32, >, __builtin_ia32_maxps512)
CV_EXTREMUM(cv_greater, f64, >, __builtin_ia32_maxpd512)
CV_EXTREMUM(cv_less, f32, <, __builtin_ia32_minps512)
CV_EXTREMUM(cv_less, f64, <, __builtin_ia32_minpd512)
#undef CV_EXTREMUM

#define CV_REAL(T, BITS, LANES)                                                              \
  CV_OVERLOAD cv_##T##v v_add(cv_##T##v x, cv_##T##v y) { return x + y; }                    \
  CV_OVERLOAD cv_##T##v v_sub(cv_##T##v x, cv_##T##v y) { return x - y; }                    \
  CV_OVERLOAD cv_##T##v v_mul(cv_##T##v x, cv_##T##v y) { return x * y; }                    \
  CV_OVERLOAD cv_##T##v v_div(cv_##T##v x, cv_##T##v y) { return x / y; }                    \
  CV_OVERLOAD cv_##T##v v_reciprocal(cv_##T##v x) { return 1 / x; }                          \
  CV_OVERLOAD cv_##T##v v_negate(cv_##T##v x) { return -x; }                                 \
  CV_OVERLOAD cv_##T##v v_abs(cv_##T##v x) { return __builtin_elementwise_abs(x); }          \
  CV_OVERLOAD cv_##T##v v_sqrt(cv_##T##v x) { return __builtin_elementwise_sqrt(x); }        \
  CV_OVERLOAD cv_##T##v v_copysign(cv_##T##v x, cv_##T##v y) {                               \
    return __builtin_elementwise_copysign(x, y);                                             \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_sign(cv_##T##v x) {                                                \
    const cv_##T##v one = 1, zero = 0;                                                       \
    const cv_##T##v unit = x > 0 ? one : (x < 0 ? -one : zero);                              \
    return x != x ? x : unit;                                                                \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_maximum(cv_##T##v x, cv_##T##v y) {                                \
    return x != x ? x : cv_greater_##T(x, y);                                                \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_minimum(cv_##T##v x, cv_##T##v y) {                                \
    return x != x ? x : cv_less_##T(x, y);                                                   \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_is_nan(cv_##T##v x) { return v_not_equal(x, x); }             \
  CV_OVERLOAD cv_bools##BITS v_is_infinite(cv_##T##v x) {                                    \
    return v_equal(v_abs(x), v_constant(x, __builtin_inf()));                                \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_is_finite(cv_##T##v x) {                                      \
    return v_less(v_abs(x), v_constant(x, __builtin_inf()));                                 \
  }
CV_FOR_R(CV_REAL)
#undef CV_REAL

#define CV_INTEGER(T, BITS, LANES)                                                           \
  CV_OVERLOAD cv_##T##v v_add(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v)((cv_u##BITS##v)x + (cv_u##BITS##v)y);                                 \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_sub(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v)((cv_u##BITS##v)x - (cv_u##BITS##v)y);                                 \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_mul(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v)((cv_u##BITS##v)x * (cv_u##BITS##v)y);                                 \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_negate(cv_##T##v x) { return (cv_##T##v)(-(cv_u##BITS##v)x); }     \
  CV_OVERLOAD cv_##T##v v_maximum(cv_##T##v x, cv_##T##v y) { return x > y ? x : y; }        \
  CV_OVERLOAD cv_##T##v v_minimum(cv_##T##v x, cv_##T##v y) { return x < y ? x : y; }        \
  CV_OVERLOAD cv_##T##v v_shift_left(cv_##T##v x, cv_##T##v y) {                             \
    const cv_u##BITS##v by = (cv_u##BITS##v)y;                                               \
    const cv_u##BITS##v r = (cv_u##BITS##v)x << (by & (BITS - 1));                           \
    return (cv_##T##v)(by < BITS ? r : 0);                                                   \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_shift_right(cv_##T##v x, cv_##T##v y) {                            \
    const cv_u##BITS##v by = (cv_u##BITS##v)y;                                               \
    const cv_##T##v fill = (cv_##T)-1 < 0 ? x >> (cv_##T##v)(cv_##T)(BITS - 1) : 0;          \
    const cv_##T##v r = x >> (cv_##T##v)(by & (BITS - 1));                                   \
    return by < BITS ? r : fill;                                                             \
  }
CV_FOR_I(CV_INTEGER)
#undef CV_INTEGER

// x to the power y by repeated squaring, wrapping; negative powers of all but 1 and -1 are 0.
CV_INLINE uint64_t cv_integer_power(uint64_t x, uint64_t y) {
  uint64_t r = 1;
  for (; y != 0; y >>= 1, x *= x) {
    if (y & 1) r *= x;
  }
  return r;
}

// The greatest common divisor, by Euclid's algorithm on absolute values.
CV_INLINE uint64_t cv_gcd(uint64_t x, uint64_t y) {
  while (y != 0) {
    const uint64_t r = x % y;
    x = y, y = r;
  }
  return x;
}
#define CV_SIZE(x) ((x) < 0 ? 0 - (uint64_t)(x) : (uint64_t)(x))

#define CV_UNSIGNED(T, BITS, LANES)                                                          \
  CV_OVERLOAD cv_##T##v v_abs(cv_##T##v x) { return x; }                                     \
  CV_OVERLOAD cv_##T##v v_sign(cv_##T##v x) { return x != 0 ? (cv_##T##v)1 : x; }            \
  CV_LANEWISE2(v_floor_divide, T, LANES, q == 0 ? 0 : p / q)                                 \
  CV_LANEWISE2(v_remainder, T, LANES, q == 0 ? 0 : p % q)                                    \
  CV_LANEWISE2(v_pow, T, LANES, (cv_##T)cv_integer_power(p, q))
CV_FOR_U(CV_UNSIGNED)
#undef CV_UNSIGNED

#define CV_SIGNED(T, BITS, LANES)                                                            \
  CV_OVERLOAD cv_##T##v v_abs(cv_##T##v x) { return x < 0 ? v_negate(x) : x; }               \
  CV_OVERLOAD cv_##T##v v_sign(cv_##T##v x) {                                                \
    return x > 0 ? (cv_##T##v)1 : (x < 0 ? (cv_##T##v)-1 : x);                               \
  }                                                                                          \
  CV_INLINE cv_##T cv_floor_divide_##T(cv_##T p, cv_##T q) {                                 \
    if (q == 0) return 0;                                                                    \
    if (q == -1) return (cv_##T)(0 - (cv_u64)p);                                             \
    return (cv_##T)(p / q - ((p % q != 0) & ((p ^ q) < 0)));                                 \
  }                                                                                          \
  CV_INLINE cv_##T cv_remainder_##T(cv_##T p, cv_##T q) {                                    \
    if (q == 0 || q == -1) return 0;                                                         \
    const cv_##T r = (cv_##T)(p % q);                                                        \
    return (cv_##T)(r != 0 && (r ^ q) < 0 ? r + q : r);                                      \
  }                                                                                          \
  CV_INLINE cv_##T cv_pow_##T(cv_##T p, cv_##T q) {                                          \
    if (q >= 0) return (cv_##T)cv_integer_power((cv_u64)p, (cv_u64)q);                       \
    return (cv_##T)(p == 1 ? 1 : p == -1 ? 1 - 2 * (q & 1) : 0);                             \
  }                                                                                          \
  CV_LANEWISE2(v_floor_divide, T, LANES, cv_floor_divide_##T(p, q))                          \
  CV_LANEWISE2(v_remainder, T, LANES, cv_remainder_##T(p, q))                                \
  CV_LANEWISE2(v_pow, T, LANES, cv_pow_##T(p, q))
CV_FOR_S(CV_SIGNED)
#undef CV_SIGNED

// Bool: numbers modulo "at least one".

CV_OVERLOAD cv_bv v_add(cv_bv x, cv_bv y) { return (cv_bv){x.v | y.v}; }
CV_OVERLOAD cv_bv v_mul(cv_bv x, cv_bv y) { return (cv_bv){x.v & y.v}; }
CV_OVERLOAD cv_bv v_maximum(cv_bv x, cv_bv y) { return (cv_bv){x.v | y.v}; }
CV_OVERLOAD cv_bv v_minimum(cv_bv x, cv_bv y) { return (cv_bv){x.v & y.v}; }
CV_OVERLOAD cv_bv v_and(cv_bv x, cv_bv y) { return (cv_bv){x.v & y.v}; }
CV_OVERLOAD cv_bv v_or(cv_bv x, cv_bv y) { return (cv_bv){x.v | y.v}; }
CV_OVERLOAD cv_bv v_xor(cv_bv x, cv_bv y) { return (cv_bv){x.v ^ y.v}; }
CV_OVERLOAD cv_bv v_not(cv_bv x) { return (cv_bv){x.v ^ 1}; }
CV_OVERLOAD cv_bv v_equal(cv_bv x, cv_bv y) { return (cv_bv){x.v ^ y.v ^ 1}; }
CV_OVERLOAD cv_bv v_not_equal(cv_bv x, cv_bv y) { return (cv_bv){x.v ^ y.v}; }
CV_OVERLOAD cv_bv v_less(cv_bv x, cv_bv y) { return (cv_bv){(x.v ^ 1) & y.v}; }
CV_OVERLOAD cv_bv v_less_equal(cv_bv x, cv_bv y) { return (cv_bv){(x.v ^ 1) | y.v}; }
CV_INLINE cv_bools8 cv_get_mask_b(const void *p, size_t i) { return cv_get_bools8(p, i); }
CV_OVERLOAD cv_bv v_pick(cv_bools8 mask, cv_bv x, cv_bv y) {
  return (cv_bv){v_pick(mask, x.v, y.v)};
}

// Division of real numbers towards minus infinity, as Python and NumPy define it: the remainder is
// exact and has the sign of y; the quotient is the whole number nearest to (x - remainder) / y.
#define CV_REAL_DIVISION(T, BITS, LANES, FMOD)                                               \
  CV_LANEWISE2(v_fmod, T, LANES, FMOD(p, q))                                                 \
  CV_OVERLOAD cv_##T##v v_remainder(cv_##T##v x, cv_##T##v y) {                              \
    const cv_##T##v r = v_fmod(x, y);                                                        \
    const cv_##T##v wrapped = ((r < 0) != (y < 0)) ? r + y : r;                              \
    return r != 0 ? wrapped : v_copysign(r, y);                                              \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_floor_divide(cv_##T##v x, cv_##T##v y) {                           \
    const cv_##T##v r = v_fmod(x, y), one = 1, zero = 0;                                     \
    cv_##T##v q = (x - r) / y;                                                               \
    q = ((r != 0) & ((r < 0) != (y < 0))) ? q - 1 : q;                                        \
    const cv_##T##v down = __builtin_elementwise_floor(q);                                   \
    const cv_##T##v near = down + (q - down > (cv_##T)0.5 ? one : zero);                     \
    const cv_##T##v whole = q != 0 ? near : v_copysign(zero, x / y);                         \
    return y == 0 ? x / y : whole;                                                           \
  }
CV_REAL_DIVISION(f32, 32, 16, __builtin_fmodf)
CV_REAL_DIVISION(f64, 64, 8, __builtin_fmod)
#undef CV_REAL_DIVISION

#endif
