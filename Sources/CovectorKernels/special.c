// Special functions of double arguments, and their derivatives by parameters that have no closed
// form. Numbers in brackets are equations of the NIST Digital Library of Mathematical Functions.

#include "special.h"

#include <math.h>

static const double pi = 3.14159265358979323846, not_a_number = NAN;

// ---------------------------------------------------------------------------------------------
// Numbers with first and second derivatives by two parameters p and q. With `order` 0, a constant
// wherever it is passed, only the value is computed.

typedef struct { double v, p, q, pp, pq, qq; } jet;

#define INLINE static inline __attribute__((always_inline))

INLINE jet constant(double v) { return (jet){.v = v}; }

INLINE jet times(jet x, jet y, int order) {
  if (order == 0) return constant(x.v * y.v);
  return (jet){x.v * y.v, x.p * y.v + x.v * y.p, x.q * y.v + x.v * y.q,
               x.pp * y.v + 2 * x.p * y.p + x.v * y.pp,
               x.pq * y.v + x.p * y.q + x.q * y.p + x.v * y.pq,
               x.qq * y.v + 2 * x.q * y.q + x.v * y.qq};
}

// A function of x whose value and derivatives are f, d and e.
INLINE jet chained(jet x, double f, double d, double e, int order) {
  if (order == 0) return constant(f);
  return (jet){f, d * x.p, d * x.q, d * x.pp + e * x.p * x.p, d * x.pq + e * x.p * x.q,
               d * x.qq + e * x.q * x.q};
}

INLINE jet inverse(jet x, int order) {
  const double r = 1 / x.v;
  return chained(x, r, -r * r, 2 * r * r * r, order);
}

INLINE jet plus(jet x, jet y, int order) {
  if (order == 0) return constant(x.v + y.v);
  return (jet){x.v + y.v, x.p + y.p, x.q + y.q, x.pp + y.pp, x.pq + y.pq, x.qq + y.qq};
}

INLINE jet scaled(jet x, double s, int order) {
  if (order == 0) return constant(x.v * s);
  return (jet){x.v * s, x.p * s, x.q * s, x.pp * s, x.pq * s, x.qq * s};
}

INLINE jet shifted(jet x, double s) {
  x.v += s;
  return x;
}

// Whether a term no longer changes a sum.
INLINE bool is_spent(jet t, jet s, int order) {
  const double e = 1e-17;
  if (fabs(t.v) > e * fabs(s.v)) return false;
  return order == 0 || (fabs(t.p) <= e * fabs(s.p) && fabs(t.q) <= e * fabs(s.q) &&
                        fabs(t.pp) <= e * fabs(s.pp) && fabs(t.pq) <= e * fabs(s.pq) &&
                        fabs(t.qq) <= e * fabs(s.qq));
}

// ---------------------------------------------------------------------------------------------
// The gamma function's relatives

// log gamma(x) less Stirling's formula, for x of at least 10 [5.11.1].
static double stirling_rest(double x) {
  const double s = 1 / (x * x);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188
          - s * (691.0 / 360360 - s / 156)))))) / x;
}

// log(1 + x) - x, without cancellation: with u = x / (2 + x) it is 2 (u + u³/3 + u⁵/5 + …) - x.
static double log1p_less(double x) {
  if (fabs(x) > 0.5) return log1p(x) - x;
  const double u = x / (2 + x), s = u * u;
  double sum = 0;
  for (int k = 41; k >= 3; k -= 2) sum = sum * s + 1.0 / k;
  return 2 * u * s * sum - x * u;
}

// log gamma(1 + x) for |x| up to 0.5 [5.7.3], where rounding 1 + x would lose digits.
static double lgamma1p(double x) {
  static const double zeta_less_one[26] = {
      0.64493406684822643647, 0.2020569031595942854, 0.082323233711138191516,
      0.036927755143369926331, 0.017343061984449139715, 0.0083492773819228268398,
      0.0040773561979443393787, 0.0020083928260822144179, 0.00099457512781808533715,
      0.0004941886041194645587, 0.00024608655330804829864, 0.00012271334757848914675,
      0.000061248135058704829259, 0.000030588236307020493552, 0.000015282259408651871733,
      7.6371976378997622736e-6, 3.8172932649998398565e-6, 1.9082127165539389257e-6,
      9.5396203387279611315e-7, 4.7693298678780646312e-7, 2.3845050272773299e-7,
      1.1921992596531107307e-7, 5.9608189051259479612e-8, 2.9803503514652280186e-8,
      1.4901554828365041235e-8, 7.450711789835429492e-9};
  double sum = 0;
  for (int k = 27; k >= 2; k--) sum = (zeta_less_one[k - 2] / k) - x * sum;
  return x * x * sum + 0.42278433509846713939 * x - log1p_less(x) - x;
}

// The logarithmic derivative of gamma: reflection below 0 [5.5.4], recurrence up to 10 [5.5.2],
// then the asymptotic series [5.11.2]. NaN at the poles below 0. Around its zero at 1.46..., where
// these cancel, the Taylor series there.
double cv_digamma(double x) {
  static const double taylor[17] = {
      0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
      0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
      0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
      0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
      0.0010788252019162967};
  double r = 0;
  if (x == 0) return copysign(INFINITY, -x);
  if (x < 0) {
    const double part = x - rint(x);
    if (part == 0) return not_a_number;
    r = -pi / tan(pi * part);
    x = 1 - x;
  }
  const double from_zero = x - 1.4616321449683622 - 9.549995429965697e-17;
  if (r == 0 && fabs(from_zero) < 0.1) {
    double sum = 0;
    for (int k = 16; k >= 0; k--) sum = sum * from_zero + taylor[k];
    return sum * from_zero;
  }
  for (; x < 10; x += 1) r -= 1 / x;
  const double s = 1 / (x * x);
  const double series =
      s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132
      - s * (691.0 / 32760 - s * (1.0 / 12)))))));
  return r + log(x) - 0.5 / x - series;
}

double cv_log_beta(double a, double b) {
  if (!(a > 0) || !(b > 0)) {
    if (a == 0 || b == 0) return a >= 0 && b >= 0 ? INFINITY : not_a_number;
    return not_a_number;
  }
  const double x = a < b ? a : b, y = a < b ? b : a;
  if (isinf(y)) return -INFINITY;
  int sign;
  if (y < 10) return lgamma_r(x, &sign) + (lgamma_r(y, &sign) - lgamma_r(x + y, &sign));
  const double rest = stirling_rest(y) - stirling_rest(x + y);
  if (x < 10) {
    return lgamma_r(x, &sign) + (rest - (y - 0.5) * log1p(x / y) + x - x * log(x + y));
  }
  return 0.5 * log(2 * pi / y) + stirling_rest(x) + rest - (x - 0.5) * log1p(y / x) -
         y * log1p(x / y);
}

double cv_beta(double a, double b) {
  if (a > 0 && b > 0) {
    if (a + b < 150 && a > 1e-300 && b > 1e-300) {
      const double large = a < b ? b : a, small = a < b ? a : b;
      return tgamma(small) * (tgamma(large) / tgamma(a + b));
    }
    return exp(cv_log_beta(a, b));
  }
  return (a == 0 && b >= 0) || (b == 0 && a >= 0) ? INFINITY : not_a_number;
}

// The normal distribution's quantile: a start from Abramowitz and Stegun 26.2.23, good to 4.5e-4, and
// two steps of Halley's method. Around the middle the equation is one for erf, where erfc is flat.
double cv_ndtri(double p) {
  if (p == 0.5) return 0;
  if (!(p > 0) || !(p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : not_a_number;
  const double tail = p < 0.5 ? p : 1 - p, root2 = 1.41421356237309504880;
  const double t = sqrt(-2 * log(tail));
  double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                     (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int step = 0; step < 2; step++) {
    const double gap = tail > 0.25 ? (0.5 - tail) - erf(z / root2) / 2 : erfc(z / root2) / 2 - tail;
    // Two factors, as one would overflow where the tail is below the normal numbers.
    const double rise = exp(z * z / 4), u = gap * rise * (rise * sqrt(2 * pi));
    z += u / (1 - z * u / 2);
  }
  return p < 0.5 ? -z : z;
}

// ---------------------------------------------------------------------------------------------
// The Hurwitz zeta function, or its first or second derivative by s

// (q + k)^-s as a jet in s.
INLINE jet zeta_term(double s, double base, int order) {
  const double v = pow(base, -s), l = order == 0 ? 0 : log(base);
  return (jet){.v = v, .p = -l * v, .pp = l * l * v};
}

// Euler's and Maclaurin's summation [25.11.5] for q > 0 and s > 1.
INLINE jet zeta_sum(double s, double q, int order) {
  static const double bernoulli[12] = {  // B(2k) / (2k)!
      0.083333333333333333333, -0.0013888888888888888889, 0.000033068783068783068783,
      -8.2671957671957671958e-7, 2.0876756987868098979e-8, -5.2841901386874931848e-10,
      1.3382536530678684833e-11, -3.3896802963225828668e-13, 8.5860620562778445641e-15,
      -2.174868698558061873e-16, 5.5090028283602295152e-18, -1.3954464685812523341e-19};
  jet sum = constant(0);
  double w = q;
  for (; w < 12 || w < s; w += 1) {
    const jet term = zeta_term(s, w, order);
    sum = plus(sum, term, order);
    if (is_spent(term, sum, order)) return sum;
  }
  const jet exponent = {.v = s, .p = 1}, power = zeta_term(s, w, order);
  const jet integral = times(power, inverse(shifted(exponent, -1), order), order);
  sum = plus(sum, plus(scaled(integral, w, order), scaled(power, 0.5, order), order), order);
  jet factor = scaled(times(power, exponent, order), 1 / w, order);
  for (int k = 0; k < 12; k++) {
    const jet term = scaled(factor, bernoulli[k], order);
    sum = plus(sum, term, order);
    if (is_spent(term, sum, order)) break;
    const jet two =
        times(shifted(exponent, 2 * k + 1), shifted(exponent, 2 * k + 2), order);
    factor = scaled(times(factor, two, order), 1 / (w * w), order);
  }
  return sum;
}

INLINE jet zeta(double s, double q, int order) {
  if (!(s >= 1) || isnan(q)) return (jet){not_a_number, not_a_number, 0, not_a_number, 0, 0};
  if (s == 1) return (jet){INFINITY, -INFINITY, 0, INFINITY, 0, 0};
  if (isinf(s)) return constant(q < 1 ? INFINITY : q == 1);
  if (isinf(q)) return constant(q > 0 ? 0 : not_a_number);
  if (q > 0) return zeta_sum(s, q, order);
  if (q == floor(q)) return (jet){INFINITY, -INFINITY, 0, INFINITY, 0, 0};
  // Below zero powers are real for whole s alone: the terms to the left of zero are those of
  // another such sum, cut off.
  if (s != floor(s) || order > 0) return (jet){not_a_number, not_a_number, 0, not_a_number, 0, 0};
  const double below = floor(q), part = q - below, other = 1 - part;
  double left = zeta_sum(s, other, 0).v;
  if (below > -20) {
    left = 0;
    for (double k = 0; k < -below; k++) left += pow(other + k, -s);
  } else {
    left -= zeta_sum(s, other - below, 0).v;
  }
  const double right = zeta_sum(s, part, 0).v;
  return constant(fmod(s, 2) == 0 ? right + left : right - left);
}

double cv_zeta(double s, double q) { return zeta(s, q, 0).v; }
double cv_zeta_s(double s, double q) { return zeta(s, q, 2).p; }
double cv_zeta_ss(double s, double q) { return zeta(s, q, 2).pp; }

// ---------------------------------------------------------------------------------------------
// Incomplete gamma functions

// x^a e^-x / gamma(a + 1).
static double gamma_weight(double a, double x) {
  if (a < 20) {
    const double power = pow(x, a) * exp(-x);
    return a < 0.5 ? power * exp(-lgamma1p(a)) : power / tgamma(a + 1);
  }
  return exp(a * log1p_less((x - a) / a) - stirling_rest(a)) / sqrt(2 * pi * a);
}

// The same as a jet in a.
INLINE jet gamma_weight_jet(double a, double x, int order) {
  const double w = gamma_weight(a, x);
  if (order == 0) return constant(w);
  const double d = log(x) - cv_digamma(a + 1);
  return (jet){.v = w, .p = w * d, .pp = w * (d * d - cv_zeta(2, a + 1))};
}

// The lower function by its series [8.7.1 with 8.7.3], for x not far above a.
INLINE jet gamma_series(double a, double x, int order) {
  const jet parameter = {.v = a, .p = 1};
  jet term = constant(1), sum = constant(1);
  for (double k = 1;; k++) {
    term = scaled(times(term, inverse(shifted(parameter, k), order), order), x, order);
    sum = plus(sum, term, order);
    if (is_spent(term, sum, order)) break;
  }
  return times(sum, gamma_weight_jet(a, x, order), order);
}

// The upper function by its continued fraction [8.9.2], for x above a + 1; evaluated forwards
// (W. J. Lentz, Applied Optics 15 (1976) 668).
INLINE jet gamma_fraction(double a, double x, int order) {
  const jet parameter = {.v = a, .p = 1};
  const jet weight = times(gamma_weight_jet(a, x, order), parameter, order);
  if (weight.v == 0) return constant(0);
  jet b = shifted(scaled(parameter, -1, order), x + 1);
  jet d = inverse(b, order), c = shifted(constant(0), 1e300), h = d;
  for (double k = 1; k < 1e7; k++) {
    const jet numerator = scaled(shifted(parameter, -k), k, order);
    b = shifted(b, 2);
    d = inverse(plus(times(numerator, d, order), b, order), order);
    c = plus(b, times(numerator, inverse(c, order), order), order);
    const jet step = times(c, d, order);
    h = times(h, step, order);
    if (fabs(step.v - 1) < 1e-16 && (order == 0 || (fabs(step.p) < 1e-16 * fabs(h.p / h.v) &&
                                                    fabs(step.pp) < 1e-16 * fabs(h.pp / h.v)))) {
      break;
    }
  }
  return times(h, weight, order);
}

// The coefficients of Temme's expansion, by powers of 1/a and of eta.
static const double uniform_table[4][12] = {
    {-1.0 / 3, 1.0 / 12, -2.0 / 135, 1.0 / 864, 0.0003527336860670194, -0.000178755144032921811,
     0.0000391926317852243778, -2.18544851067999216e-6, -1.85406221071515996e-6,
     8.29671134095308601e-7, -1.76659527368260793e-7, 6.70785354340149858e-9},
    {-1.0 / 540, -1.0 / 288, 1.0 / 378, -0.000990226337448559671, 0.000205761316872427984,
     -4.01877572016460905e-7, -0.0000180985503344899778, 7.64916091608111008e-6,
     -1.6120900894563446e-6, 4.64712780280743434e-9, 1.37863344691572096e-7,
     -5.75254560351770496e-8},
    {25.0 / 6048, -0.00268132716049382716, 0.000771604938271604938, 2.00938786008230453e-6,
     -0.000107366532263651605, 0.0000529234488291201254, -0.0000127606351886187277,
     3.42357873409613807e-8, 1.37219573090629332e-6, -6.29899213838005502e-7,
     1.42806142060642418e-7, -2.0477098421990866e-10},
    {0.000649434156378600823, 0.000229472093621399177, -0.000469189494395255712,
     0.000267720632062838853, -0.0000756180167188397641, -2.39650511386729665e-7,
     0.0000110826541153473024, -5.67495282699159657e-6, 1.42309007324358839e-6,
     -2.78610802915281422e-11, -1.69584040919302773e-7, 8.09946490538808236e-8}};

// The upper function (or the lower one) where a is large and x close to it, by N. M. Temme's
// uniform expansion [8.12.3, 8.12.4, 8.12.7]; the coefficients are Taylor's of those in 8.12.8.
static double gamma_uniform(double a, double x, bool upper) {
  const double excess = (x - a) / a, half_square = -log1p_less(excess);
  const double eta = copysign(sqrt(2 * half_square), excess);
  double sum = 0;
  for (int k = 3; k >= 0; k--) {
    double polynomial = 0;
    for (int n = 11; n >= 0; n--) polynomial = polynomial * eta + uniform_table[k][n];
    sum = sum / a + polynomial;
  }
  const double rest = exp(-a * half_square) / sqrt(2 * pi * a) * sum;
  const double root = eta * sqrt(a / 2);
  return upper ? erfc(root) / 2 + rest : erfc(-root) / 2 - rest;
}

// The derivatives of the lower function by a, from the same expansion. With l = log(x / a), q = l / eta,
// S the sum and w its factor, they are -w t and -w ((l - 1 / (2 a)) t + t'), t = q + l S - S / (2 a) + S'.
static jet gamma_uniform_jet(double a, double x) {
  const double excess = (x - a) / a, half_square = -log1p_less(excess);
  const double eta = copysign(sqrt(2 * half_square), excess), l = log1p(excess);
  double q = l / eta, slope;  // of q by eta; by its series where that quotient loses digits
  if (fabs(eta) < 0.02) {
    q = 1 + eta * (-1.0 / 6 + eta * (1.0 / 36 + eta * (-1.0 / 270 + eta * (1.0 / 4320 + eta / 17010))));
    slope = -1.0 / 6 + eta * (1.0 / 18 + eta * (-1.0 / 90 + eta * (1.0 / 1080 + eta / 3402)));
  } else {
    slope = (1 - q * (q + eta / 2)) / (eta * (q + eta / 2));
  }
  const double eta1 = -(q + eta / 2) / a, q1 = slope * eta1;
  const double eta2 = -(eta1 + q1 + eta1 / 2) / a;
  double sum = 0, sum1 = 0, sum2 = 0, power = 1;
  for (int k = 0; k < 4; k++, power /= a) {
    double c = 0, c1 = 0, c2 = 0;  // a coefficient, and its derivatives by eta
    for (int n = 11; n >= 0; n--) {
      c2 = c2 * eta + 2 * c1;
      c1 = c1 * eta + c;
      c = c * eta + uniform_table[k][n];
    }
    sum += power * c;
    sum1 += power * (c1 * eta1 - k * c / a);
    sum2 += power * (c2 * eta1 * eta1 + c1 * eta2 - 2 * k * c1 * eta1 / a + k * (k + 1) * c / (a * a));
  }
  const double half = 1 / (2 * a), weight = exp(-a * half_square) / sqrt(2 * pi * a);
  const double t = q + l * sum - half * sum + sum1;
  const double t1 = q1 - sum / a + l * sum1 - half * sum1 + 2 * half * half * sum + sum2;
  return (jet){.p = -weight * t, .pp = -weight * ((l - half) * t + t1)};
}

// The upper function for small a and x below 1.5 or so, where it is not 1 less the lower one: from
// the series of the lower one [8.7.1].
static double gamma_upper_small(double a, double x) {
  const double exponent = a * log(x) - lgamma1p(a);
  double term = 1, sum = 0;
  for (double k = 1; k < 60; k++) {
    term *= -x / k;
    sum += term / (a + k);
  }
  return -expm1(exponent) - exp(exponent) * a * sum;
}

static bool gamma_edge(double a, double x, double *lower) {
  if (isnan(a) || isnan(x) || a < 0 || x < 0) *lower = not_a_number;
  else if (x == 0) *lower = a == 0 ? not_a_number : 0;
  else if (a == 0 || isinf(x)) *lower = isinf(a) && isinf(x) ? not_a_number : 1;
  else if (isinf(a)) *lower = 0;
  else return false;
  return true;
}

double cv_gamma_p(double a, double x) {
  double edge;
  if (gamma_edge(a, x, &edge)) return edge;
  if (a > 1e4 && fabs(x - a) < 0.4 * a) return gamma_uniform(a, x, false);
  return x > a + 1 ? 1 - gamma_fraction(a, x, 0).v : gamma_series(a, x, 0).v;
}

double cv_gamma_q(double a, double x) {
  double edge;
  if (gamma_edge(a, x, &edge)) return 1 - edge;
  if (a > 1e4 && fabs(x - a) < 0.4 * a) return gamma_uniform(a, x, true);
  if (a < 0.5 && x < 1.5) return gamma_upper_small(a, x);
  return x > a + 1 ? gamma_fraction(a, x, 0).v : 1 - gamma_series(a, x, 0).v;
}

static jet gamma_p_jet(double a, double x) {
  double edge;
  if (gamma_edge(a, x, &edge)) {
    const double d = edge == 1 && a == 0 ? not_a_number : edge - edge;
    return (jet){.p = d, .pp = d};
  }
  if (a > 1e4 && fabs(x - a) < 0.4 * a) return gamma_uniform_jet(a, x);
  if (x > a + 1) return scaled(gamma_fraction(a, x, 2), -1, 2);
  return gamma_series(a, x, 2);
}

double cv_gamma_p_a(double a, double x) { return gamma_p_jet(a, x).p; }
double cv_gamma_p_aa(double a, double x) { return gamma_p_jet(a, x).pp; }

// ---------------------------------------------------------------------------------------------
// The incomplete beta function

// x^a (1 - x)^b / beta(a, b).
static double beta_weight(double a, double b, double x) {
  if (a < 10 || b < 10) return exp(a * log(x) + b * log1p(-x) - cv_log_beta(a, b));
  const double excess = x * b - (1 - x) * a;
  const double rest = stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b);
  return exp(a * log1p_less(excess / a) + b * log1p_less(-excess / b) + rest) *
         sqrt(a / (2 * pi * (1 + a / b)));
}

INLINE jet beta_weight_jet(double a, double b, double x, int order) {
  const double w = beta_weight(a, b, x);
  if (order == 0) return constant(w);
  const double whole = cv_digamma(a + b), curve = cv_zeta(2, a + b);
  const double p = log(x) - cv_digamma(a) + whole, q = log1p(-x) - cv_digamma(b) + whole;
  return (jet){w, w * p, w * q, w * (p * p - cv_zeta(2, a) + curve), w * (p * q + curve),
               w * (q * q - cv_zeta(2, b) + curve)};
}

// The continued fraction [8.17.22], for x below (a + 1) / (a + b + 2).
INLINE jet beta_fraction(double a, double b, double x, int order) {
  const jet p = {.v = a, .p = 1}, q = {.v = b, .q = 1}, both = plus(p, q, order);
  const jet weight = times(beta_weight_jet(a, b, x, order), inverse(p, order), order);
  if (weight.v == 0) return constant(0);
  jet d = constant(1), c = constant(1), h = constant(1);
  for (double k = 0; k < 1e7; k++) {
    const double m = floor((k + 1) / 2);
    jet numerator;
    if (fmod(k, 2) == 0) {
      const jet below = times(shifted(p, 2 * m), shifted(p, 2 * m + 1), order);
      numerator = times(times(shifted(p, m), shifted(both, m), order), inverse(below, order), order);
      numerator = scaled(numerator, -x, order);
    } else {
      const jet below = times(shifted(p, 2 * m - 1), shifted(p, 2 * m), order);
      numerator = times(scaled(shifted(q, -m), m * x, order), inverse(below, order), order);
    }
    d = inverse(shifted(times(numerator, d, order), 1), order);
    if (k == 0) {
      h = d;
      continue;
    }
    c = shifted(times(numerator, inverse(c, order), order), 1);
    const jet step = times(c, d, order);
    h = times(h, step, order);
    if (fabs(step.v - 1) < 1e-16 &&
        (order == 0 || (fabs(step.p) + fabs(step.q) < 1e-16 * fabs((fabs(h.p) + fabs(h.q)) / h.v) &&
                        fabs(step.pp) + fabs(step.pq) + fabs(step.qq) <
                            1e-16 * fabs((fabs(h.pp) + fabs(h.pq) + fabs(h.qq)) / h.v)))) {
      break;
    }
  }
  return times(h, weight, order);
}

INLINE jet beta_i(double a, double b, double x, int order) {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(x <= 1) || isinf(a) || isinf(b)) {
    const double n = not_a_number;
    return (jet){n, n, n, n, n, n};
  }
  if (x == 0 || x == 1) return constant(x);
  if (x <= (a + 1) / (a + b + 2)) return beta_fraction(a, b, x, order);
  const jet r = beta_fraction(b, a, 1 - x, order);
  return (jet){1 - r.v, -r.q, -r.p, -r.qq, -r.pq, -r.pp};
}

double cv_beta_i(double a, double b, double x) { return beta_i(a, b, x, 0).v; }
double cv_beta_i_a(double a, double b, double x) { return beta_i(a, b, x, 2).p; }
double cv_beta_i_b(double a, double b, double x) { return beta_i(a, b, x, 2).q; }
double cv_beta_i_aa(double a, double b, double x) { return beta_i(a, b, x, 2).pp; }
double cv_beta_i_ab(double a, double b, double x) { return beta_i(a, b, x, 2).pq; }
double cv_beta_i_bb(double a, double b, double x) { return beta_i(a, b, x, 2).qq; }
