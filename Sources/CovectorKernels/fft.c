// Discrete Fourier transforms of complex rows of any length, in time n log n, unscaled.

#include <math.h>
#include <string.h>

#include "fft_plan.h"

#define CV_T float
#define CV_F(x) x##_plain_f32
#define CV_FFT_TARGET
#include "fft_stages.h"
#undef CV_T

#define CV_T double
#define CV_F(x) x##_plain_f64
#define CV_FFT_TARGET
#include "fft_stages.h"
#undef CV_T

#if defined(__x86_64__)
#define CV_T float
#define CV_F(x) x##_v3_f32
#define CV_FFT_TARGET __attribute__((target("arch=x86-64-v3")))
#include "fft_stages.h"
#undef CV_T

#define CV_T double
#define CV_F(x) x##_v3_f64
#define CV_FFT_TARGET __attribute__((target("arch=x86-64-v3")))
#include "fft_stages.h"
#undef CV_T

#define CV_T float
#define CV_F(x) x##_v4_f32
#define CV_FFT_TARGET __attribute__((target("arch=x86-64-v4")))
#include "fft_stages.h"
#undef CV_T

#define CV_T double
#define CV_F(x) x##_v4_f64
#define CV_FFT_TARGET __attribute__((target("arch=x86-64-v4")))
#include "fft_stages.h"
#undef CV_T
#endif

// exp(-2πi k / n). The angle is brought into the first eighth of the circle in integers, so that
// the result is exact where it can be and good to the last place elsewhere.
static void fft_root(uint64_t k, uint64_t n, double *re, double *im) {
  const double turn = 6.28318530717958647693;
  k %= n;
  bool lower = 2 * k > n;  // below the axis: mirror
  if (lower) k = n - k;
  bool left = 4 * k > n;  // left of the other axis
  uint64_t twice = left ? n - 2 * k : 2 * k;  // the angle in units of half a step, up to n / 2
  bool steep = 4 * twice > n;
  double angle = steep ? turn * ((double)(n - 2 * twice) / (4 * (double)n))
                       : turn * ((double)twice / (2 * (double)n));
  double near = cos(angle), far = sin(angle);
  double cosine = steep ? far : near, sine = steep ? near : far;
  *re = left ? -cosine : cosine;
  *im = lower ? sine : -sine;
}

#define CV_T float
#define CV_F(x) x##_f32
#include "fft_rows.h"

#define CV_T double
#define CV_F(x) x##_f64
#include "fft_rows.h"

static size_t scalar_bytes(uint8_t dtype) {
  return dtype == CV_C64 ? sizeof(float) : sizeof(double);
}

size_t cv_fft_plan_bytes(int64_t n, uint8_t dtype) {
  return sizeof(cv_fft_header) + (size_t)cv_fft_layout(n, dtype).scalars * scalar_bytes(dtype);
}

size_t cv_fft_scratch(int64_t n, uint8_t dtype) {
  cv_fft_header plan = cv_fft_layout(n, dtype);
  return 4 * (size_t)(plan.length * plan.batch) * scalar_bytes(dtype);
}

void cv_fft_plan(int level, int64_t n, uint8_t dtype, void *plan, void *scratch) {
  cv_fft_header *header = plan;
  *header = cv_fft_layout(n, dtype);
  header->level = level;
  if (dtype == CV_C64) fill_plan_f32(header, scratch);
  else fill_plan_f64(header, scratch);
}

void cv_fft(const void *plan, bool inverse, const void *source, const int64_t *row_offsets,
            int64_t begin, int64_t end, int64_t stride, void *out, void *scratch) {
  const cv_fft_header *header = plan;
  if (header->dtype == CV_C64) {
    rows_f32(header, inverse, source, row_offsets, begin, end, stride, out, scratch);
  } else {
    rows_f64(header, inverse, source, row_offsets, begin, end, stride, out, scratch);
  }
}

// Plans for real rows are those for half as many points, which must not be short, and a table.

bool cv_rfft_is_planned(int64_t n) { return n % 2 == 0 && n / 2 > CV_FFT_SHORT; }

size_t cv_rfft_plan_bytes(int64_t n, uint8_t dtype) {
  return cv_fft_plan_bytes(n / 2, dtype) + (size_t)(n + 2) * scalar_bytes(dtype);
}

void cv_rfft_plan(int level, int64_t n, uint8_t dtype, void *plan, void *scratch) {
  cv_fft_plan(level, n / 2, dtype, plan, scratch);
  if (dtype == CV_C64) fill_real_f32(plan);
  else fill_real_f64(plan);
}

void cv_rfft(const void *plan, bool inverse, const void *source, const int64_t *row_offsets,
             int64_t begin, int64_t end, int64_t stride, void *out, void *scratch) {
  const cv_fft_header *header = plan;
  if (header->dtype == CV_C64) {
    real_rows_f32(header, inverse, source, row_offsets, begin, end, stride, out, scratch);
  } else {
    real_rows_f64(header, inverse, source, row_offsets, begin, end, stride, out, scratch);
  }
}
