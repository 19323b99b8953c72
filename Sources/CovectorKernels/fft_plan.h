// The plan of a discrete Fourier transform: plain data, without pointers, laid out by a pure
// function of the length. Lengths with a prime factor above CV_FFT_PRIME go by Bluestein's chirp
// convolution ("A linear filtering approach to the computation of discrete Fourier transform",
// 1970) at a length that has none; the rest by self-sorting passes of mixed radix after Stockham.

#ifndef COVECTOR_FFT_PLAN_H
#define COVECTOR_FFT_PLAN_H

#include "include/CovectorKernels.h"

enum { CV_FFT_PRIME = 31, CV_FFT_STAGES = 64, CV_FFT_BATCH = 8, CV_FFT_SHORT = 64 };

typedef struct {
  int64_t radix;
  int64_t twiddles;  // (radix - 1) × {re[m], im[m]}, where m is the length left after this stage
  int64_t roots;     // {re[radix], im[radix]}, where the radix has no code of its own
} cv_fft_stage;

// Offsets count scalars from the end of this header.
typedef struct {
  int64_t n;
  int64_t length;  // of the passes: n, or that of the convolution
  int64_t chirp;   // {re[n], im[n]}, for Bluestein's method
  int64_t kernel;  // {re[length], im[length]}: the transformed chirp, scaled
  int64_t scalars;
  int64_t batch;   // rows transformed side by side
  int32_t dtype, stages;
  int32_t level;   // of the instruction set the passes are run with
  cv_fft_stage stage[CV_FFT_STAGES];
} cv_fft_header;

static inline bool cv_fft_special(int64_t radix) { return radix <= 5; }

// The next radix for a length, or 0 if only large primes are left.
static inline int64_t cv_fft_radix(int64_t left) {
  if (left % 4 == 0) return 4;
  for (int64_t r = 2; r <= CV_FFT_PRIME; ++r) {
    if (left % r == 0) return r;
  }
  return 0;
}

static inline bool cv_fft_smooth(int64_t n) {
  while (n > 1) {
    int64_t radix = cv_fft_radix(n);
    if (radix == 0) return false;
    n /= radix;
  }
  return true;
}

// The least 2^a, 3 · 2^a or 5 · 2^a that is not below n.
static inline int64_t cv_fft_round_up(int64_t n) {
  int64_t best = 0;
  for (int64_t odd = 1; odd <= 5; odd += 2) {
    int64_t size = odd;
    while (size < n) size *= 2;
    if (best == 0 || size < best) best = size;
  }
  return best;
}

static inline cv_fft_header cv_fft_layout(int64_t n, uint8_t dtype) {
  cv_fft_header plan = {.n = n, .dtype = dtype};
  bool smooth = cv_fft_smooth(n);
  plan.length = smooth ? n : cv_fft_round_up(2 * n - 1);
  plan.batch = smooth && n <= CV_FFT_SHORT ? CV_FFT_BATCH : 1;
  for (int64_t left = plan.length; left > 1;) {
    cv_fft_stage *stage = &plan.stage[plan.stages++];
    stage->radix = cv_fft_radix(left);
    left /= stage->radix;
    stage->twiddles = plan.scalars;
    plan.scalars += 2 * (stage->radix - 1) * left;
    stage->roots = plan.scalars;
    if (!cv_fft_special(stage->radix)) plan.scalars += 2 * stage->radix;
  }
  plan.chirp = plan.scalars;
  if (!smooth) plan.scalars += 2 * n;
  plan.kernel = plan.scalars;
  if (!smooth) plan.scalars += 2 * plan.length;
  return plan;
}

#endif
