// Elementary functions on vectors of real numbers: the most used of single precision in line, the
// others on x86-64 Linux from glibc's vector library (at most 4 units in the last place, special
// values included); elsewhere from the scalar library, lane by lane. What neither has is built here
// on top of them.

#ifndef CV_LOOP_MATH_H
#define CV_LOOP_MATH_H

#include <math.h>

#include "loop_arithmetic.h"
#include "special.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 35)
#define CV_VECTOR_MATH 1
#endif
#endif

#if CV_VECTOR_MATH
#include "loop_vector_math.h"
#else

#define CV_MATH_1_f32(NAME)                                       \
  CV_OVERLOAD cv_f32v v_##NAME(cv_f32v x) {                       \
    for (int l = 0; l < 16; l++) x[l] = NAME##f(x[l]);            \
    return x;                                                     \
  }
#define CV_MATH_1_f64(NAME)                                       \
  CV_OVERLOAD cv_f64v v_##NAME(cv_f64v x) {                       \
    for (int l = 0; l < 8; l++) x[l] = NAME(x[l]);                \
    return x;                                                     \
  }
#define CV_MATH_2(NAME)                                           \
  CV_OVERLOAD cv_f32v v_##NAME(cv_f32v x, cv_f32v y) {            \
    for (int l = 0; l < 16; l++) x[l] = NAME##f(x[l], y[l]);      \
    return x;                                                     \
  }                                                               \
  CV_OVERLOAD cv_f64v v_##NAME(cv_f64v x, cv_f64v y) {            \
    for (int l = 0; l < 8; l++) x[l] = NAME(x[l], y[l]);          \
    return x;                                                     \
  }

#endif

#if CV_LEVEL > 0 || defined(__aarch64__)
#include "loop_exponential.h"
#else
CV_MATH_1_f32(exp) CV_MATH_1_f32(expm1) CV_MATH_1_f32(tanh)
#endif
CV_MATH_1_f64(exp) CV_MATH_1_f64(expm1) CV_MATH_1_f64(tanh)

#define CV_MATH_1(NAME) CV_MATH_1_f32(NAME) CV_MATH_1_f64(NAME)
CV_MATH_1(exp2) CV_MATH_1(log) CV_MATH_1(log2) CV_MATH_1(log10) CV_MATH_1(log1p) CV_MATH_1(sin)
CV_MATH_1(cos) CV_MATH_1(tan) CV_MATH_1(asin) CV_MATH_1(acos) CV_MATH_1(atan) CV_MATH_1(sinh)
CV_MATH_1(cosh) CV_MATH_1(asinh) CV_MATH_1(acosh) CV_MATH_1(atanh) CV_MATH_1(erf) CV_MATH_1(erfc)
CV_MATH_1(cbrt)
CV_MATH_2(pow) CV_MATH_2(atan2) CV_MATH_2(hypot)

// Stable compositions.
#define CV_COMPOSED(T)                                                                       \
  CV_OVERLOAD cv_##T##v v_sigmoid(cv_##T##v x) {                                             \
    const cv_##T##v e = v_exp(-v_abs(x)), one = 1;                                           \
    return (x < 0 ? e : one) / (1 + e);                                                      \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_sech(cv_##T##v x) {                                                \
    const cv_##T##v e = v_exp(-v_abs(x));                                                    \
    return 2 * e / (1 + e * e);                                                              \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_logaddexp(cv_##T##v x, cv_##T##v y) {                              \
    const cv_##T##v m = v_maximum(x, y), zero = 0;                                           \
    const cv_##T##v gap = x == y ? zero : v_abs(x - y);                                      \
    return m + v_log1p(v_exp(-gap));                                                         \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_entropy(cv_##T##v x) {                                             \
    const cv_##T##v zero = 0, none = (cv_##T)-__builtin_inf(), share = -x * v_log(x);        \
    return x == 0 ? zero : (x < 0 ? none : share);                                           \
  }
CV_COMPOSED(f32)
CV_COMPOSED(f64)
#undef CV_COMPOSED

// The inverse error function starts from M. Giles, "Approximating the erfinv function", GPU
// Computing Gems 2 (2011), table 5 (a polynomial in w = -log(1 - x²)), which is single precision.
#define CV_ERFINV_START(T)                                                                   \
  CV_OVERLOAD cv_##T##v v_erfinv_start(cv_##T##v x) {                                        \
    const cv_##T##v w = -v_log((1 - x) * (1 + x)), n = w - (cv_##T)2.5;                      \
    const cv_##T##v f = __builtin_elementwise_sqrt(w) - 3;                                   \
    static const cv_##T near[9] = {(cv_##T)2.81022636e-08, (cv_##T)3.43273939e-07,           \
                                   (cv_##T)-3.5233877e-06, (cv_##T)-4.39150654e-06,          \
                                   (cv_##T)0.00021858087, (cv_##T)-0.00125372503,            \
                                   (cv_##T)-0.00417768164, (cv_##T)0.246640727,              \
                                   (cv_##T)1.50140941};                                      \
    static const cv_##T far[9] = {(cv_##T)-0.000200214257, (cv_##T)0.000100950558,           \
                                  (cv_##T)0.00134934322, (cv_##T)-0.00367342844,             \
                                  (cv_##T)0.00573950773, (cv_##T)-0.0076224613,              \
                                  (cv_##T)0.00943887047, (cv_##T)1.00167406,                 \
                                  (cv_##T)2.83297682};                                       \
    cv_##T##v p = near[0], q = far[0];                                                       \
    for (int k = 1; k < 9; k++) p = p * n + near[k], q = q * f + far[k];                     \
    return (w < 5 ? p : q) * x;                                                              \
  }
CV_ERFINV_START(f32)
CV_ERFINV_START(f64)
#undef CV_ERFINV_START

CV_OVERLOAD cv_f32v v_erfinv(cv_f32v x) {
  const cv_f32v size = v_abs(x), end = v_constant(x, __builtin_inf());
  return size == 1 ? v_copysign(end, x) : v_erfinv_start(x);
}

// Two Halley steps for erf(y) = x, from Giles' polynomial or, where 1 - x is below what it was made
// for, from the asymptotic series of erfc (Abramowitz and Stegun 7.1.23). Where 1 - x is exact and
// erf is flat they are taken on erfc. With u = (erf(y) - x) / erf'(y) and erf'' = -2 y erf', a step
// is y <- y - u / (1 + y u).
CV_OVERLOAD cv_f64v v_erfinv(cv_f64v x) {
  const cv_f64v size = v_abs(x), end = v_constant(x, __builtin_inf());
  const cv_f64v depth = -v_log(1 - size);
  const cv_f64v far = __builtin_elementwise_sqrt(depth - v_log(3.14159265358979323846 * depth) / 2);
  cv_f64v y = depth > 16 ? far : v_erfinv_start(size);
  for (int step = 0; step < 2; step++) {
    const cv_f64v gap = size < 0.5 ? v_erf(y) - size : (1 - size) - v_erfc(y);
    const cv_f64v u = gap * 0.88622692545275801365 * v_exp(y * y);
    const cv_f64v next = y - u / (1 + y * u);
    y = gap == 0 ? y : next;
  }
  return v_copysign(size == 1 ? end : y, x);
}

// The neighbour of x in the direction of y; x times 2 to the power of y, a whole number; and the
// exponent e for which x is 2^e times a number from 0.5 to 1, 0 of zero and of numbers not finite.
CV_OVERLOAD float s_nextafter(float x, float y) { return nextafterf(x, y); }
CV_OVERLOAD double s_nextafter(double x, double y) { return nextafter(x, y); }
CV_INLINE int s_power(double y) { return y > 4000 ? 4000 : y < -4000 ? -4000 : (int)y; }
CV_OVERLOAD float s_scale_by_power(float x, float y) { return ldexpf(x, s_power(y)); }
CV_OVERLOAD double s_scale_by_power(double x, double y) { return ldexp(x, s_power(y)); }
CV_OVERLOAD double s_exponent(double x) {
  int e = 0;
  if (__builtin_isfinite(x)) (void)frexp(x, &e);
  return e;
}
CV_OVERLOAD float s_exponent(float x) { return (float)s_exponent((double)x); }

// log |gamma(x)|. The variants that return the sign apart leave the library's global alone.
double lgamma_r(double, int *);
float lgammaf_r(float, int *);
CV_OVERLOAD float s_lgamma(float x) {
  int sign;
  return lgammaf_r(x, &sign);
}
CV_OVERLOAD double s_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

// The scaled complementary error function, exp(x²) erfc(x): the product, with what rounding x² lost
// put back, or the asymptotic series (DLMF 7.12.1) from `far` on.
#define CV_ERFCX(T, FAR)                                                                     \
  CV_OVERLOAD cv_##T##v v_erfcx(cv_##T##v x) {                                               \
    const cv_##T##v square = x * x, zero = 0;                                                \
    const cv_##T##v lost = __builtin_elementwise_fma(x, x, -square);                         \
    const cv_##T##v rest = v_abs(x) < 100 ? lost : zero;                                     \
    const cv_##T##v near = v_exp(square) * (1 + rest) * v_erfc(x);                           \
    const cv_##T##v step = (cv_##T)-0.5 / square;                                            \
    cv_##T##v series = 1;                                                                    \
    for (int k = 12; k >= 1; k--) series = 1 + series * step * (cv_##T)(2 * k - 1);          \
    const cv_##T##v far = series * (cv_##T)0.56418958354775628695 / x;                       \
    return x > (cv_##T)FAR ? far : near;                                                     \
  }                                                                                          \
  /* The logarithm of the normal distribution. */                                            \
  CV_OVERLOAD cv_##T##v v_log_ndtr(cv_##T##v x) {                                            \
    const cv_##T##v z = x * (cv_##T)0.70710678118654752440;                                  \
    const cv_##T##v left = v_log(v_erfcx(-z) / 2) - x * x / 2;                               \
    return x < 0 ? left : v_log1p(v_erfc(z) / -2);                                           \
  }
CV_ERFCX(f32, 8)
CV_ERFCX(f64, 12)
#undef CV_ERFCX

// The normal distribution, erfc(z) / 2 at z = -x/√2. The rounding of z would cost erfc a share of 2z² digits in
// the left tail, so it is put back: erfc(z + d) is nearly erfc(z) (1 - 2 z d) there (DLMF 7.12.1).
#define CV_NDTR(T, REST)                                                                     \
  CV_OVERLOAD cv_##T##v v_ndtr(cv_##T##v x) {                                                \
    const cv_##T##v root = (cv_##T)-0.70710678118654752440, z = x * root, one = 1;           \
    const cv_##T##v lost = __builtin_elementwise_fma(x, root, -z) - x * (cv_##T)REST;        \
    return v_erfc(z) * (z > 0 && z < 100 ? one - 2 * z * lost : one) / 2;                    \
  }
CV_NDTR(f32, 1.210161710447897e-8)
CV_NDTR(f64, -4.833646656726457e-17)
#undef CV_NDTR

// Modified Bessel functions of order n, 0 or 1, times exp(-|x|) where they are scaled: the power
// series (DLMF 10.25.2) up to 20, the asymptotic one (10.40.1) beyond.
#define CV_BESSEL(T)                                                                         \
  CV_OVERLOAD cv_##T##v v_bessel_i(cv_##T##v x, int n, bool scaled) {                        \
    const cv_##T##v size = v_abs(x), square = size * size / 4, infinite = (cv_##T)__builtin_inf(); \
    cv_##T##v near = 1, far = 1;                                                             \
    for (int k = 38; k >= 1; k--) near = 1 + near * square * (1 / (cv_##T)(k * (k + n)));    \
    for (int k = 26; k >= 1; k--) {                                                          \
      far = 1 - far * ((cv_##T)(4 * n - (2 * k - 1) * (2 * k - 1)) / (cv_##T)(8 * k)) / size; \
    }                                                                                        \
    far = far / v_sqrt(size * (cv_##T)6.28318530717958647693);                               \
    if (n == 1) near = near * size / 2;                                                      \
    if (scaled) {                                                                            \
      near = near * v_exp(-size);                                                            \
    } else {                                                                                 \
      const cv_##T##v half = v_exp(size / 2);                                                \
      far = size == infinite ? infinite : far * half * half;                                 \
    }                                                                                        \
    const cv_##T##v r = size > 20 ? far : near;                                              \
    return n == 1 ? v_copysign(r, x) : r;                                                    \
  }
CV_BESSEL(f32)
CV_BESSEL(f64)
#undef CV_BESSEL

#endif
