// Elementary functions on vectors of real numbers. On x86-64 Linux they come from glibc's vector
// library (at most 4 units in the last place, special values included); elsewhere from the scalar
// library, lane by lane. What neither has is built here on top of them.

#ifndef CV_LOOP_MATH_H
#define CV_LOOP_MATH_H

#include <math.h>

#include "loop_arithmetic.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 35)
#define CV_VECTOR_MATH 1
#endif
#endif

#if CV_VECTOR_MATH
#include "loop_vector_math.h"
#else

#define CV_MATH_1(NAME)                                           \
  CV_OVERLOAD cv_f32v v_##NAME(cv_f32v x) {                       \
    for (int l = 0; l < 16; l++) x[l] = NAME##f(x[l]);            \
    return x;                                                     \
  }                                                               \
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

CV_MATH_1(exp) CV_MATH_1(exp2) CV_MATH_1(expm1) CV_MATH_1(log) CV_MATH_1(log2) CV_MATH_1(log10)
CV_MATH_1(log1p) CV_MATH_1(sin) CV_MATH_1(cos) CV_MATH_1(tan) CV_MATH_1(asin) CV_MATH_1(acos)
CV_MATH_1(atan) CV_MATH_1(sinh) CV_MATH_1(cosh) CV_MATH_1(tanh) CV_MATH_1(asinh) CV_MATH_1(acosh)
CV_MATH_1(atanh) CV_MATH_1(erf) CV_MATH_1(erfc) CV_MATH_1(cbrt)
CV_MATH_2(pow) CV_MATH_2(atan2) CV_MATH_2(hypot)

// Stable compositions.
#define CV_COMPOSED(T)                                                                       \
  CV_OVERLOAD cv_##T##v v_sigmoid(cv_##T##v x) {                                             \
    const cv_##T##v e = v_exp(-v_abs(x)), one = 1;                                           \
    return (x < 0 ? e : one) / (1 + e);                                                      \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_logaddexp(cv_##T##v x, cv_##T##v y) {                              \
    const cv_##T##v m = v_maximum(x, y), zero = 0;                                           \
    const cv_##T##v gap = x == y ? zero : v_abs(x - y);                                      \
    return m + v_log1p(v_exp(-gap));                                                         \
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

// The logarithmic derivative of gamma: reflection below 0 (Abramowitz and Stegun 6.3.7), recurrence
// up to 10 (6.3.5), then the asymptotic series (6.3.18). NaN at the poles below 0. Around its zero
// at 1.46..., where these cancel, the Taylor series there.
static const double cv_digamma_taylor[17] = {
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311,
    -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
    0.010538791616612175, -0.007204534386356869, 0.004926781395729853,
    -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
    0.0010788252019162967};
CV_OVERLOAD double s_digamma(double x) {
  double r = 0;
  if (x == 0) return __builtin_copysign(__builtin_inf(), -x);
  if (x < 0) {
    const double whole = __builtin_rint(x), part = x - whole;
    if (part == 0) return __builtin_nan("");
    r = -3.14159265358979323846 / __builtin_tan(3.14159265358979323846 * part);
    x = 1 - x;
  }
  const double from_zero = x - 1.4616321449683622 - 9.549995429965697e-17;
  if (r == 0 && __builtin_fabs(from_zero) < 0.1) {
    double sum = 0;
    for (int k = 16; k >= 0; k--) sum = sum * from_zero + cv_digamma_taylor[k];
    return sum * from_zero;
  }
  for (; x < 10; x += 1) r -= 1 / x;
  const double s = 1 / (x * x);
  const double series =
      s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132
      - s * (691.0 / 32760 - s * (1.0 / 12)))))));
  return r + __builtin_log(x) - 0.5 / x - series;
}
CV_OVERLOAD float s_digamma(float x) { return (float)s_digamma((double)x); }

#endif
