// Random numbers by rejection: gamma and Poisson. Every element hashes its own counters, the number of
// the draw beside its place, so that any part can be computed alone.

#define _DEFAULT_SOURCE  // for lgamma_r, which keeps no state

#include <math.h>

#include "include/CovectorKernels.h"

typedef struct {
  uint32_t k0, k1, place, draw;
} stream;

static stream stream_of(uint32_t k0, uint32_t k1, int64_t element) {
  // Elements beyond 32 bits start at other draws; rejection never takes that many.
  return (stream){k0, k1, (uint32_t)element, (uint32_t)(element >> 32) << 20};
}

// Between 0 and 1, neither included.
static double uniform(stream *s) {
  uint64_t bits = cv_threefry2x32(s->k0, s->k1, s->place, s->draw++);
  return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

// The polar method of G. Marsaglia and T. A. Bray (1964).
static double normal(stream *s) {
  for (;;) {
    double x = 2 * uniform(s) - 1, y = 2 * uniform(s) - 1, r = x * x + y * y;
    if (r < 1 && r > 0) return x * sqrt(-2 * log(r) / r);
  }
}

// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables" (2000).
static double gamma_draw(stream s, double a) {
  if (!(a >= 1) || a == INFINITY) return a == INFINITY ? a : NAN;
  double d = a - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double z = normal(&s), t = 1 + c * z, v = t * t * t;
    if (v <= 0) continue;
    if (log(uniform(&s)) < z * z / 2 + d - d * v + d * log(v)) return d * v;
  }
}

// Counts of uniform factors for small rates; otherwise W. Hörmann, "The transformed rejection method
// for generating Poisson random variables" (1993), algorithm PTRS.
static double poisson_draw(stream s, double rate) {
  if (rate < 10) {
    double least = exp(-rate), product = uniform(&s);
    int count = 0;
    for (; product > least; ++count) product *= uniform(&s);
    return count;
  }
  double root = sqrt(rate), log_rate = log(rate);
  double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  double log_alpha = log(1.1239 + 1.1328 / (b - 3.4)), accept = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    double u = uniform(&s) - 0.5, v = uniform(&s), us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    int sign;
    double bound = k * log_rate - rate - lgamma_r(k + 1, &sign);
    if (log(v) + log_alpha - log(a / (us * us) + b) <= bound) return k;
  }
}

void cv_random_gamma(uint32_t k0, uint32_t k1, const void *shapes, uint8_t dtype, int64_t begin,
                     int64_t end, void *out) {
  for (int64_t i = begin; i < end; ++i) {
    stream s = stream_of(k0, k1, i);
    if (dtype == CV_F32) {
      ((float *)out)[i] = (float)gamma_draw(s, ((const float *)shapes)[i]);
    } else {
      ((double *)out)[i] = gamma_draw(s, ((const double *)shapes)[i]);
    }
  }
}

int64_t cv_random_poisson(uint32_t k0, uint32_t k1, const double *rates, int64_t begin, int64_t end,
                          int32_t *out) {
  for (int64_t i = begin; i < end; ++i) {
    if (!(rates[i] >= 0)) return i;
    double draw = poisson_draw(stream_of(k0, k1, i), rates[i]);
    out[i] = draw < INT32_MAX ? (int32_t)draw : INT32_MAX;
  }
  return -1;
}
