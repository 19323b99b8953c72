// Complex arithmetic: on vectors where it is a few operations, and element by element through the
// C library's complex functions for the elementary functions.

#ifndef CV_LOOP_COMPLEX_H
#define CV_LOOP_COMPLEX_H

#include <complex.h>

#include "loop_arithmetic.h"
#include "loop_math.h"

// A C library function on a float or double complex scalar.
#define s_complex(FUNCTION, x) \
  _Generic((x), cv_c64: FUNCTION##f, default: FUNCTION)(x)

// Division after R. L. Smith, "Algorithm 116: complex division", CACM 5 (1962): the larger part of
// the divisor is divided out first. Numbers near the ends of the range are scaled by powers of 2,
// so that no intermediate result overflows needlessly.
#define CV_COMPLEX(T, R, BITS, HUGE_SIZE, TINY_SCALE)                                        \
  CV_OVERLOAD cv_##T##v v_complex(cv_##R##v x, cv_##R##v y) { return (cv_##T##v){x, y}; }    \
  CV_OVERLOAD cv_##T##v v_add(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v){x.re + y.re, x.im + y.im};                                            \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_sub(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v){x.re - y.re, x.im - y.im};                                            \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_mul(cv_##T##v x, cv_##T##v y) {                                    \
    return (cv_##T##v){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};                \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_div(cv_##T##v x, cv_##T##v y) {                                    \
    const cv_i##BITS##v wide = (cv_i##BITS##v)(v_abs(y.re) >= v_abs(y.im));                  \
    const cv_##R##v size = wide ? v_abs(y.re) : v_abs(y.im);                                 \
    const cv_##R##v top = v_abs(x.re) > v_abs(x.im) ? v_abs(x.re) : v_abs(x.im);             \
    const cv_##R##v one = 1, less = (cv_##R)0.125, more = TINY_SCALE;                        \
    const cv_##R##v by = size > HUGE_SIZE ? less : (size < 1 / HUGE_SIZE * 4096 ? more : one);\
    const cv_##R##v after = top > HUGE_SIZE ? 1 / less : one, before = after != 1 ? less : one;\
    const cv_##R##v a = x.re * by * before, b = x.im * by * before;                          \
    const cv_##R##v large = (wide ? y.re : y.im) * by, small = (wide ? y.im : y.re) * by;    \
    const cv_##R##v ratio = small / large, scale = large + small * ratio;                    \
    const cv_##R##v re = (wide ? a + b * ratio : a * ratio + b) / scale * after;             \
    const cv_##R##v im = (wide ? b - a * ratio : b * ratio - a) / scale * after;             \
    return (cv_##T##v){size == 0 ? x.re / size : re, size == 0 ? x.im / size : im};          \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_reciprocal(cv_##T##v x) {                                          \
    return v_div((cv_##T##v){(cv_##R##v)1, (cv_##R##v)0}, x);                                \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_negate(cv_##T##v x) { return (cv_##T##v){-x.re, -x.im}; }          \
  CV_OVERLOAD cv_##T##v v_conjugate(cv_##T##v x) { return (cv_##T##v){x.re, -x.im}; }        \
  CV_OVERLOAD cv_##T##v v_sign(cv_##T##v x) {                                                \
    const cv_##R##v size = v_hypot(x.re, x.im), zero = 0;                                    \
    return (cv_##T##v){size == 0 ? zero : x.re / size, size == 0 ? zero : x.im / size};      \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_equal(cv_##T##v x, cv_##T##v y) {                             \
    return v_equal(x.re, y.re) & v_equal(x.im, y.im);                                        \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_not_equal(cv_##T##v x, cv_##T##v y) {                         \
    return v_not_equal(x.re, y.re) | v_not_equal(x.im, y.im);                                \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_is_nan(cv_##T##v x) { return v_not_equal(x, x); }             \
  CV_OVERLOAD cv_bools##BITS v_is_infinite(cv_##T##v x) {                                    \
    return v_is_infinite(x.re) | v_is_infinite(x.im);                                        \
  }                                                                                          \
  CV_OVERLOAD cv_bools##BITS v_is_finite(cv_##T##v x) {                                      \
    return v_is_finite(x.re) & v_is_finite(x.im);                                            \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_pick(cv_bools##BITS mask, cv_##T##v x, cv_##T##v y) {              \
    return (cv_##T##v){v_pick(mask, x.re, y.re), v_pick(mask, x.im, y.im)};                  \
  }                                                                                          \
  CV_INLINE cv_bools##BITS cv_get_mask_##T(const void *p, size_t i) {                        \
    return cv_get_bools##BITS(p, i);                                                         \
  }
CV_COMPLEX(c64, f32, 32, 0x1p124f, 0x1p60f)
CV_COMPLEX(c128, f64, 64, 0x1p1020, 0x1p200)
#undef CV_COMPLEX

// The rest is for scalars, computed in double and rounded for the narrower type.

CV_INLINE cv_c128 cv_join(double re, double im) {
  const double parts[2] = {re, im};
  cv_c128 z;
  memcpy(&z, parts, sizeof z);
  return z;
}

// exp(z) - 1 = expm1(x) cos y + (cos y - 1) + i exp(x) sin y, with cos y - 1 = -2 sin²(y / 2).
CV_OVERLOAD cv_c128 s_complex_expm1(cv_c128 z) {
  const double x = creal(z), y = cimag(z);
  if (y == 0) return cv_join(__builtin_expm1(x), y);
  const double half = __builtin_sin(y / 2);
  return cv_join(__builtin_expm1(x) * __builtin_cos(y) - 2 * half * half,
                 __builtin_exp(x) * __builtin_sin(y));
}

// log(1 + z): the real part is log1p(2x + x² + y²) / 2 where that does not cancel or overflow.
CV_OVERLOAD cv_c128 s_complex_log1p(cv_c128 z) {
  const double x = creal(z), y = cimag(z), square = x * (2 + x) + y * y;
  if (square > -0.5 && square < 1e8) {
    return cv_join(__builtin_log1p(square) / 2, __builtin_atan2(y, 1 + x));
  }
  return clog(cv_join(1 + x, y));
}

CV_OVERLOAD cv_c128 s_complex_log10(cv_c128 z) {
  const cv_c128 w = clog(z);
  return cv_join(creal(w) * 0.43429448190325182765, cimag(w) * 0.43429448190325182765);
}

CV_OVERLOAD cv_c128 s_complex_log2(cv_c128 z) {
  const cv_c128 w = clog(z);
  return cv_join(creal(w) * 1.4426950408889634074, cimag(w) * 1.4426950408889634074);
}

CV_INLINE cv_c128 cv_complex_product(cv_c128 x, cv_c128 y) {
  return cv_join(creal(x) * creal(y) - cimag(x) * cimag(y),
                 creal(x) * cimag(y) + cimag(x) * creal(y));
}

// Small whole powers by multiplication, which is more exact than exp(y log x); 0 to a power with
// positive real part is 0.
CV_OVERLOAD cv_c128 s_complex_pow(cv_c128 x, cv_c128 y) {
  const double power = creal(y);
  if (cimag(y) == 0 && power >= 0 && power <= 64 && power == (double)(int)power) {
    cv_c128 r = cv_join(1, 0);
    for (int n = (int)power; n != 0; n >>= 1) {
      if (n & 1) r = cv_complex_product(r, x);
      x = cv_complex_product(x, x);
    }
    return r;
  }
  if (creal(x) == 0 && cimag(x) == 0 && power > 0) return cv_join(0, 0);
  return cpow(x, y);
}

#define CV_NARROW(FUNCTION) \
  CV_OVERLOAD cv_c64 FUNCTION(cv_c64 z) { return (cv_c64)FUNCTION((cv_c128)z); }
CV_NARROW(s_complex_expm1)
CV_NARROW(s_complex_log1p)
CV_NARROW(s_complex_log10)
CV_NARROW(s_complex_log2)
#undef CV_NARROW
CV_OVERLOAD cv_c64 s_complex_pow(cv_c64 x, cv_c64 y) {
  return (cv_c64)s_complex_pow((cv_c128)x, (cv_c128)y);
}

#endif
