// exp, expm1 and tanh of single precision, in line: a call for each vector takes longer than the
// arithmetic, and keeps vectors from overlapping. For processors that multiply and add in one step.
//
// x = n ln 2 + r with whole n and |r| at most half of ln 2, subtracted in two parts (W. J. Cody and
// W. Waite, "Software Manual for the Elementary Functions", 1980). exp r - 1 = r + r² q(r), where
// the polynomial q has the least largest error in exp r: 0.06 units in the last place. Rounding
// makes that 1 unit for exp, 1.5 for expm1 and 2.5 for tanh; Docs/Accuracy.md has what was measured.

#ifndef CV_LOOP_EXPONENTIAL_H
#define CV_LOOP_EXPONENTIAL_H

#include "loop_arithmetic.h"

CV_INLINE cv_f32v cv_fma_f32(cv_f32v x, cv_f32v y, cv_f32v z) {
  return __builtin_elementwise_fma(x, y, z);
}

// exp r - 1, and n as a float and as an integer.
typedef struct {
  cv_f32v rest, whole;
  cv_i32v count;
} cv_exponential;

CV_INLINE cv_exponential cv_reduced(cv_f32v x) {
  // Adding it rounds to a whole number, which is then in the low bits.
  const cv_f32v shift = 0x1.8p23f;
  const cv_f32v shifted = cv_fma_f32(x, (cv_f32v)0x1.715476p+0f, shift), n = shifted - shift;
  const cv_f32v r = cv_fma_f32(n, (cv_f32v)0x1.05c61p-29f, cv_fma_f32(n, (cv_f32v)-0x1.62e43p-1f, x));
  cv_f32v q = cv_fma_f32((cv_f32v)0x1.6a23dp-10f, r, (cv_f32v)0x1.123a2p-7f);
  q = cv_fma_f32(q, r, (cv_f32v)0x1.5558f2p-5f);
  q = cv_fma_f32(q, r, (cv_f32v)0x1.555492p-3f);
  q = cv_fma_f32(q, r, (cv_f32v)0x1.fffffcp-2f);
  return (cv_exponential){cv_fma_f32(q * r, r, r), n, (cv_i32v)shifted - (cv_i32v)shift};
}

// x 2^n for |n| below 250; rounded once, where the result is too small for a normal number.
CV_INLINE cv_f32v cv_scaled(cv_f32v x, cv_exponential e) {
#if CV_LEVEL == 2
  typedef float wide __attribute__((vector_size(64)));
  return (cv_f32v)__builtin_ia32_scalefps512_mask((wide)x, (wide)e.whole, (wide)x, -1, 4);
#else
  const cv_i32v half = e.count >> 1, other = e.count - half;
  return x * (cv_f32v)((half + 127) << 23) * (cv_f32v)((other + 127) << 23);
#endif
}

CV_OVERLOAD cv_f32v v_exp(cv_f32v x) {
  // Beyond these the result is 0 or infinite, and n stays small. Not-a-number is left as it is.
  x = v_pick(v_less((cv_f32v)89.0f, x), (cv_f32v)89.0f, x);
  x = v_pick(v_less(x, (cv_f32v)-104.0f), (cv_f32v)-104.0f, x);
  const cv_exponential e = cv_reduced(x);
  return cv_scaled(1 + e.rest, e);
}

// exp x - 1 for x up to 89; below -18 that is -1.
CV_INLINE cv_f32v cv_expm1_below(cv_f32v x) {
  x = v_pick(v_less(x, (cv_f32v)-18.0f), (cv_f32v)-18.0f, x);
  const cv_exponential e = cv_reduced(x);
  // exp x - 1 = 2^n (exp r - 1 + (1 - 2^-n)); for large n the power is nothing beside 1.
  const cv_i32v n = __builtin_elementwise_min(e.count, (cv_i32v)126);
  return cv_scaled(e.rest + (1 - (cv_f32v)((127 - n) << 23)), e);
}

CV_OVERLOAD cv_f32v v_expm1(cv_f32v x) {
  const cv_f32v least = v_pick(v_less((cv_f32v)89.0f, x), (cv_f32v)89.0f, x);
  return v_copysign(cv_expm1_below(least), x);
}

// tanh x = -m / (m + 2) with m = exp(-2x) - 1, for x above 0.
CV_OVERLOAD cv_f32v v_tanh(cv_f32v x) {
  const cv_f32v m = cv_expm1_below(-2 * v_abs(x));
  return v_copysign(m / (m + 2), x);
}

#endif
