// Plans and rows of transforms for one scalar type: CV_T, and CV_F(x) the name of x. Included
// once for each, after the passes.
//
// An inverse transform is a forward one with real and imaginary parts exchanged on both ends.

typedef CV_T *(*CV_F(runner))(const cv_fft_header *plan, const CV_T *tables, CV_T *x, CV_T *y);

static CV_F(runner) CV_F(runner_of)(int32_t level) {
#if defined(__x86_64__)
  if (level == 2) return CV_F(passes_v4);
  if (level == 1) return CV_F(passes_v3);
#endif
  return (void)level, CV_F(passes_plain);
}

static void CV_F(put_root)(CV_T *re, CV_T *im, uint64_t k, uint64_t n) {
  double cosine, sine;
  fft_root(k, n, &cosine, &sine);
  *re = (CV_T)cosine;
  *im = (CV_T)sine;
}

static void CV_F(fill_plan)(cv_fft_header *plan, CV_T *scratch) {
  CV_T *tables = (CV_T *)(void *)(plan + 1);
  int64_t left = plan->length, length = left;
  for (int32_t i = 0; i < plan->stages; ++i) {
    int64_t r = plan->stage[i].radix, whole = left;
    CV_T *twiddles = tables + plan->stage[i].twiddles, *roots = tables + plan->stage[i].roots;
    left /= r;
    for (int64_t j = 1; j < r; ++j, twiddles += 2 * left) {
      for (int64_t p = 0; p < left; ++p) {
        CV_F(put_root)(twiddles + p, twiddles + left + p, (uint64_t)(j * p), (uint64_t)whole);
      }
    }
    for (int64_t j = 0; !cv_fft_special(r) && j < r; ++j) {
      CV_F(put_root)(roots + j, roots + r + j, (uint64_t)j, (uint64_t)r);
    }
  }
  if (plan->length == plan->n) return;

  // The chirp exp(-πi k² / n), and the transform of its conjugate, wrapped around.
  int64_t n = plan->n;
  CV_T *chirp = tables + plan->chirp, *kernel = tables + plan->kernel;
  uint64_t square = 0;
  for (int64_t k = 0; k < n; ++k) {
    CV_F(put_root)(chirp + k, chirp + n + k, square, (uint64_t)(2 * n));
    square = (square + 2 * (uint64_t)k + 1) % (uint64_t)(2 * n);
  }
  memset(scratch, 0, (size_t)(2 * length) * sizeof(CV_T));
  for (int64_t k = 0; k < n; ++k) {
    int64_t back = k == 0 ? 0 : length - k;
    scratch[k] = scratch[back] = chirp[k];
    scratch[length + k] = scratch[length + back] = -chirp[n + k];
  }
  const CV_T *result = CV_F(runner_of)(plan->level)(plan, tables, scratch, scratch + 2 * length);
  for (int64_t k = 0; k < 2 * length; ++k) kernel[k] = result[k] / (CV_T)length;
}

// Bluestein's method for the n elements of x, which is zero from there on; returns where they are.
static CV_T *CV_F(chirped)(const cv_fft_header *plan, const CV_T *tables, CV_F(runner) run,
                           CV_T *x, CV_T *y) {
  int64_t n = plan->n, length = plan->length;
  const CV_T *chirp = tables + plan->chirp, *kernel = tables + plan->kernel;
  for (int64_t k = 0; k < n; ++k) {
    CV_T re = x[k], im = x[length + k];
    x[k] = re * chirp[k] - im * chirp[n + k];
    x[length + k] = re * chirp[n + k] + im * chirp[k];
  }
  CV_T *z = run(plan, tables, x, y);
  for (int64_t k = 0; k < length; ++k) {  // exchanged, for the way back
    CV_T re = z[k], im = z[length + k];
    z[length + k] = re * kernel[k] - im * kernel[length + k];
    z[k] = re * kernel[length + k] + im * kernel[k];
  }
  z = run(plan, tables, z, z == x ? y : x);
  for (int64_t k = 0; k < n; ++k) {
    CV_T im = z[k], re = z[length + k];
    z[k] = re * chirp[k] - im * chirp[n + k];
    z[length + k] = re * chirp[n + k] + im * chirp[k];
  }
  return z;
}

// `count` rows (at most a batch, the rest of which is zero) side by side: element k of row b is at
// k * batch + b.
static void CV_F(batch)(const cv_fft_header *plan, bool inverse, const CV_T *source,
                        const int64_t *row_offsets, int64_t count, int64_t stride, CV_T *out,
                        CV_T *scratch) {
  enum { B = CV_FFT_BATCH };
  int64_t n = plan->n, first = inverse ? n * B : 0, second = n * B - first;
  CV_T *x = scratch, *y = scratch + 2 * n * B;
  if (count < B) memset(x, 0, (size_t)(2 * n * B) * sizeof(CV_T));
  for (int64_t b = 0; b < count; ++b) {
    const CV_T *from = source + 2 * row_offsets[b];
    for (int64_t k = 0; k < n; ++k, from += 2 * stride) {
      x[first + k * B + b] = from[0], x[second + k * B + b] = from[1];
    }
  }
  const CV_T *z = CV_F(runner_of)(plan->level)(plan, (const CV_T *)(const void *)(plan + 1), x, y);
  for (int64_t b = 0; b < count; ++b, out += 2 * n) {
    for (int64_t k = 0; k < n; ++k) {
      out[2 * k] = z[first + k * B + b], out[2 * k + 1] = z[second + k * B + b];
    }
  }
}

static void CV_F(rows)(const cv_fft_header *plan, bool inverse, const CV_T *source,
                       const int64_t *row_offsets, int64_t begin, int64_t end, int64_t stride,
                       CV_T *out, CV_T *scratch) {
  const CV_T *tables = (const CV_T *)(const void *)(plan + 1);
  int64_t n = plan->n, length = plan->length, first = inverse ? length : 0, second = length - first;
  CV_T *x = scratch, *y = scratch + 2 * length;
  CV_F(runner) run = CV_F(runner_of)(plan->level);
  for (int64_t r = begin; plan->batch > 1 && r < end; r += plan->batch) {
    CV_F(batch)(plan, inverse, source, row_offsets + (r - begin),
                end - r < plan->batch ? end - r : plan->batch, stride, out + 2 * r * n, scratch);
  }
  for (int64_t r = begin; plan->batch == 1 && r < end; ++r) {
    const CV_T *from = source + 2 * row_offsets[r - begin];
    CV_T *to = out + 2 * r * n, *z;
    if (stride == 1) {
      for (int64_t k = 0; k < n; ++k) x[first + k] = from[2 * k], x[second + k] = from[2 * k + 1];
    } else {
      for (int64_t k = 0; k < n; ++k, from += 2 * stride) {
        x[first + k] = from[0], x[second + k] = from[1];
      }
    }
    if (length == n) {
      z = run(plan, tables, x, y);
    } else {
      memset(x + n, 0, (size_t)(length - n) * sizeof(CV_T));
      memset(x + length + n, 0, (size_t)(length - n) * sizeof(CV_T));
      z = CV_F(chirped)(plan, tables, run, x, y);
    }
    for (int64_t k = 0; k < n; ++k) to[2 * k] = z[first + k], to[2 * k + 1] = z[second + k];
  }
}

// Real rows of 2 n points, by the plan for n: even points are taken for real parts and odd ones for
// imaginary parts, and the two transforms are told apart afterwards (J. Cooley et al., "The fast
// Fourier transform algorithm: programming considerations", J. Sound Vib. 12 (1970) 315).
static void CV_F(real_rows)(const cv_fft_header *plan, bool inverse, const CV_T *source,
                            const int64_t *row_offsets, int64_t begin, int64_t end, int64_t stride,
                            CV_T *out, CV_T *scratch) {
  const CV_T *tables = (const CV_T *)(const void *)(plan + 1);
  const int64_t n = plan->n, length = plan->length;
  const CV_T *cosine = tables + plan->scalars, *sine = cosine + n + 1;
  const CV_T half = (CV_T)0.5;
  CV_F(runner) run = CV_F(runner_of)(plan->level);
  for (int64_t r = begin; r < end; ++r) {
    CV_T *x = scratch, *y = scratch + 2 * length;
    if (inverse) {
      // Real and imaginary parts are exchanged, as for every inverse.
      const CV_T *from = source + 2 * row_offsets[r - begin];
      for (int64_t k = 0; k < n; ++k) {
        const CV_T *a = from + 2 * k * stride, *b = from + 2 * (n - k) * stride;
        const CV_T ai = k == 0 ? 0 : a[1], bi = k == 0 ? 0 : b[1];
        const CV_T er = a[0] + b[0], ei = ai - bi, dr = a[0] - b[0], di = ai + bi;
        const CV_T odd_re = dr * cosine[k] + di * sine[k], odd_im = di * cosine[k] - dr * sine[k];
        x[length + k] = er - odd_im, x[k] = ei + odd_re;
      }
    } else {
      const CV_T *from = source + row_offsets[r - begin];
      for (int64_t k = 0; k < n; ++k, from += 2 * stride) x[k] = from[0], x[length + k] = from[stride];
    }
    CV_T *z;
    if (length == n) {
      z = run(plan, tables, x, y);
    } else {
      memset(x + n, 0, (size_t)(length - n) * sizeof(CV_T));
      memset(x + length + n, 0, (size_t)(length - n) * sizeof(CV_T));
      z = CV_F(chirped)(plan, tables, run, x, y);
    }
    if (inverse) {
      CV_T *to = out + 2 * r * n;
      for (int64_t k = 0; k < n; ++k) to[2 * k] = z[length + k], to[2 * k + 1] = z[k];
      continue;
    }
    CV_T *to = out + 2 * r * (n + 1);
    for (int64_t k = 0; k <= n; ++k) {
      const int64_t i = k == n ? 0 : k, j = k == 0 ? 0 : n - k;
      const CV_T ar = z[i], ai = z[length + i], br = z[j], bi = z[length + j];
      const CV_T odd_re = (ai + bi) * half, odd_im = (br - ar) * half;
      to[2 * k] = (ar + br) * half + (odd_re * cosine[k] - odd_im * sine[k]);
      to[2 * k + 1] = (ai - bi) * half + (odd_re * sine[k] + odd_im * cosine[k]);
    }
  }
}

// exp(-πi k / n) for k up to n, behind the tables of the plan for n.
static void CV_F(fill_real)(cv_fft_header *plan) {
  const int64_t n = plan->n;
  CV_T *cosine = (CV_T *)(void *)(plan + 1) + plan->scalars, *sine = cosine + n + 1;
  for (int64_t k = 0; k <= n; ++k) {
    CV_F(put_root)(cosine + k, sine + k, (uint64_t)k, (uint64_t)(2 * n));
  }
}

#undef CV_T
#undef CV_F
