// The passes of a transform over split real and imaginary parts, for one scalar type and one
// instruction set. Included once for each, with CV_T, CV_F(x) the name of x, CV_FFT_TARGET.
//
// A stage reads r elements at distance m · s, transforms them and writes them at distance s, where
// s is the product of the batch and earlier radices, and m of later ones. The innermost loop is over
// s, or over m where s is 1.

#define CV_INLINE static inline __attribute__((always_inline))

// The transform of r elements, in place.
CV_INLINE void CV_F(small)(int r, CV_T *re, CV_T *im) {
  if (r == 2) {
    CV_T a = re[0], b = im[0];
    re[0] = a + re[1], im[0] = b + im[1];
    re[1] = a - re[1], im[1] = b - im[1];
  } else if (r == 3) {
    const CV_T half = (CV_T)0.5, root = (CV_T)0.86602540378443864676;
    CV_T sr = re[1] + re[2], si = im[1] + im[2];
    CV_T dr = root * (im[1] - im[2]), di = root * (re[2] - re[1]);
    CV_T ar = re[0] - half * sr, ai = im[0] - half * si;
    re[0] += sr, im[0] += si;
    re[1] = ar + dr, im[1] = ai + di;
    re[2] = ar - dr, im[2] = ai - di;
  } else if (r == 4) {
    CV_T ar = re[0] + re[2], ai = im[0] + im[2], br = re[0] - re[2], bi = im[0] - im[2];
    CV_T cr = re[1] + re[3], ci = im[1] + im[3], dr = im[1] - im[3], di = re[3] - re[1];
    re[0] = ar + cr, im[0] = ai + ci;
    re[1] = br + dr, im[1] = bi + di;
    re[2] = ar - cr, im[2] = ai - ci;
    re[3] = br - dr, im[3] = bi - di;
  } else if (r == 5) {
    const CV_T c1 = (CV_T)0.30901699437494742410, c2 = (CV_T)-0.80901699437494742410;
    const CV_T s1 = (CV_T)0.95105651629515357212, s2 = (CV_T)0.58778525229247312917;
    CV_T ar = re[1] + re[4], ai = im[1] + im[4], br = re[2] + re[3], bi = im[2] + im[3];
    CV_T cr = im[1] - im[4], ci = re[4] - re[1], dr = im[2] - im[3], di = re[3] - re[2];
    CV_T er = re[0] + (c1 * ar + c2 * br), ei = im[0] + (c1 * ai + c2 * bi);
    CV_T fr = re[0] + (c2 * ar + c1 * br), fi = im[0] + (c2 * ai + c1 * bi);
    CV_T gr = s1 * cr + s2 * dr, gi = s1 * ci + s2 * di;
    CV_T hr = s2 * cr - s1 * dr, hi = s2 * ci - s1 * di;
    re[0] += ar + br, im[0] += ai + bi;
    re[1] = er + gr, im[1] = ei + gi;
    re[2] = fr + hr, im[2] = fi + hi;
    re[3] = fr - hr, im[3] = fi - hi;
    re[4] = er - gr, im[4] = ei - gi;
  }
}

CV_INLINE void CV_F(stage)(int r, int64_t m, int64_t s, const CV_T *restrict twiddles,
                           const CV_T *restrict xr, const CV_T *restrict xi, CV_T *restrict yr,
                           CV_T *restrict yi) {
  if (s == 1) {
    for (int64_t p = 0; p < m; ++p) {
      CV_T re[5], im[5];
#pragma clang loop unroll(full)
      for (int k = 0; k < r; ++k) re[k] = xr[p + m * k], im[k] = xi[p + m * k];
      CV_F(small)(r, re, im);
      yr[r * p] = re[0], yi[r * p] = im[0];
#pragma clang loop unroll(full)
      for (int j = 1; j < r; ++j) {
        CV_T wr = twiddles[2 * (j - 1) * m + p], wi = twiddles[(2 * j - 1) * m + p];
        yr[r * p + j] = wr * re[j] - wi * im[j];
        yi[r * p + j] = wr * im[j] + wi * re[j];
      }
    }
    return;
  }
  for (int64_t p = 0; p < m; ++p) {
    CV_T wr[5], wi[5];
#pragma clang loop unroll(full)
    for (int j = 1; j < r; ++j) {
      wr[j] = twiddles[2 * (j - 1) * m + p], wi[j] = twiddles[(2 * j - 1) * m + p];
    }
    const CV_T *from_re = xr + s * p, *from_im = xi + s * p;
    CV_T *to_re = yr + s * r * p, *to_im = yi + s * r * p;
    for (int64_t q = 0; q < s; ++q) {
      CV_T re[5], im[5];
#pragma clang loop unroll(full)
      for (int k = 0; k < r; ++k) {
        re[k] = from_re[q + s * m * k], im[k] = from_im[q + s * m * k];
      }
      CV_F(small)(r, re, im);
      to_re[q] = re[0], to_im[q] = im[0];
#pragma clang loop unroll(full)
      for (int j = 1; j < r; ++j) {
        to_re[q + s * j] = wr[j] * re[j] - wi[j] * im[j];
        to_im[q + s * j] = wr[j] * im[j] + wi[j] * re[j];
      }
    }
  }
}

// A stage of any radix, from the definition.
CV_INLINE void CV_F(stage_of_prime)(int64_t r, int64_t m, int64_t s, const CV_T *restrict twiddles,
                                    const CV_T *restrict roots, const CV_T *restrict xr,
                                    const CV_T *restrict xi, CV_T *restrict yr,
                                    CV_T *restrict yi) {
  for (int64_t p = 0; p < m; ++p) {
    for (int64_t j = 0; j < r; ++j) {
      CV_T *to_re = yr + s * (r * p + j), *to_im = yi + s * (r * p + j);
      for (int64_t q = 0; q < s; ++q) to_re[q] = xr[q + s * p], to_im[q] = xi[q + s * p];
      for (int64_t k = 1; k < r; ++k) {
        CV_T cr = roots[j * k % r], ci = roots[r + j * k % r];
        const CV_T *from_re = xr + s * (p + m * k), *from_im = xi + s * (p + m * k);
        for (int64_t q = 0; q < s; ++q) {
          to_re[q] += cr * from_re[q] - ci * from_im[q];
          to_im[q] += cr * from_im[q] + ci * from_re[q];
        }
      }
      if (j == 0) continue;
      CV_T wr = twiddles[2 * (j - 1) * m + p], wi = twiddles[(2 * j - 1) * m + p];
      for (int64_t q = 0; q < s; ++q) {
        CV_T re = to_re[q], im = to_im[q];
        to_re[q] = wr * re - wi * im;
        to_im[q] = wr * im + wi * re;
      }
    }
  }
}

// Transforms x, with y as long beside it; each holds the real, then the imaginary parts. Returns
// the one that has the result.
CV_FFT_TARGET static CV_T *CV_F(passes)(const cv_fft_header *plan, const CV_T *tables, CV_T *x,
                                        CV_T *y) {
  int64_t n = plan->length * plan->batch, m = plan->length, s = plan->batch;
  for (int32_t i = 0; i < plan->stages; ++i) {
    const cv_fft_stage *stage = &plan->stage[i];
    const CV_T *twiddles = tables + stage->twiddles;
    int64_t r = stage->radix;
    m /= r;
    switch (r) {
      case 2: CV_F(stage)(2, m, s, twiddles, x, x + n, y, y + n); break;
      case 3: CV_F(stage)(3, m, s, twiddles, x, x + n, y, y + n); break;
      case 4: CV_F(stage)(4, m, s, twiddles, x, x + n, y, y + n); break;
      case 5: CV_F(stage)(5, m, s, twiddles, x, x + n, y, y + n); break;
      default:
        CV_F(stage_of_prime)(r, m, s, twiddles, tables + stage->roots, x, x + n, y, y + n);
    }
    s *= r;
    CV_T *swap = x;
    x = y;
    y = swap;
  }
  return x;
}

#undef CV_INLINE
#undef CV_FFT_TARGET
#undef CV_F
