// Factorisations of matrices so small that calling a routine costs more than the work. The loops are written so that the compiler makes vectors
// of them. Included by lapack.c.

enum { SMALL_SIZE = 64 };

#define ITSELF(x) (x)
#define ONE_NORM(x) (fabs(creal(x)) + fabs(cimag(x)))

// LU of a square matrix of columns, with rows exchanged as LAPACK's getrf does; the first zero pivot
// is reported, and passed over.
#define SMALL_FACTOR(TYPE, SIZE)                                                        \
  do {                                                                                  \
    TYPE *x = a, column[SMALL_SIZE];                                                    \
    for (int64_t j = 0; j < n; j++) {                                                   \
      int64_t best = j;                                                                 \
      for (int64_t i = j + 1; i < n; i++) {                                             \
        if (SIZE(x[j * n + i]) > SIZE(x[j * n + best])) best = i;                       \
      }                                                                                 \
      pivots[j] = (int32_t)best + 1;                                                    \
      if (x[j * n + best] == 0) {                                                       \
        if (info == 0) info = (int32_t)j + 1;                                           \
        continue;                                                                       \
      }                                                                                 \
      for (int64_t k = 0; k < n && best != j; k++) {                                    \
        const TYPE swap = x[k * n + j];                                                 \
        x[k * n + j] = x[k * n + best];                                                 \
        x[k * n + best] = swap;                                                         \
      }                                                                                 \
      const TYPE pivot = x[j * n + j];                                                  \
      for (int64_t i = j + 1; i < n; i++) column[i] = x[j * n + i] /= pivot;            \
      for (int64_t k = j + 1; k < n; k++) {                                             \
        const TYPE t = x[k * n + j];                                                    \
        for (int64_t i = j + 1; i < n; i++) x[k * n + i] -= column[i] * t;              \
      }                                                                                 \
    }                                                                                   \
  } while (0)

static int32_t small_factor(uint8_t dtype, int64_t n, void *a, int32_t *pivots) {
  int32_t info = 0;
  switch (dtype) {
    case CV_F32: SMALL_FACTOR(float, fabsf); break;
    case CV_F64: SMALL_FACTOR(double, fabs); break;
    case CV_C64: SMALL_FACTOR(float complex, ONE_NORM); break;
    default: SMALL_FACTOR(double complex, ONE_NORM);
  }
  return info;
}

// The lower Cholesky factor in place of its triangle, with element (i, j) at i * row + j * column, one
// of which is 1. Read as columns it is the upper one, for which the same formula holds.
#define SMALL_CHOLESKY(TYPE, CONJ)                                                      \
  do {                                                                                  \
    TYPE *x = a, l[SMALL_SIZE];                                                         \
    for (int64_t j = 0; j < n; j++) {                                                   \
      const double rest = creal(x[j * row + j * column]);                               \
      if (!(rest > 0) || isinf(rest)) return (int32_t)j + 1;                            \
      const double pivot = sqrt(rest);                                                  \
      x[j * row + j * column] = (TYPE)pivot;                                            \
      for (int64_t i = j + 1; i < n; i++) {                                             \
        l[i] = x[i * row + j * column] = (TYPE)(x[i * row + j * column] / pivot);       \
      }                                                                                 \
      for (int64_t i = j + 1; i < n; i++) {                                             \
        const TYPE t = l[i];                                                            \
        if (column == 1) {                                                              \
          for (int64_t k = j + 1; k <= i; k++) x[i * row + k] -= t * CONJ(l[k]);        \
        } else {                                                                        \
          for (int64_t k = i; k < n; k++) x[i * column + k] -= l[k] * CONJ(t);          \
        }                                                                               \
      }                                                                                 \
    }                                                                                   \
  } while (0)

static int32_t small_cholesky(uint8_t dtype, int64_t n, void *a, int64_t row, int64_t column) {
  switch (dtype) {
    case CV_F32: SMALL_CHOLESKY(float, ITSELF); break;
    case CV_F64: SMALL_CHOLESKY(double, ITSELF); break;
    case CV_C64: SMALL_CHOLESKY(float complex, conjf); break;
    default: SMALL_CHOLESKY(double complex, conj);
  }
  return 0;
}

// x, dense rows, becomes the solution of lu x; lu is read as columns.
#define SUBSTITUTE(TYPE)                                                                \
  do {                                                                                  \
    const TYPE *t = lu;                                                                 \
    TYPE *x = out;                                                                      \
    for (int64_t j = 0; j < n && k == 1; j++) {                                         \
      const TYPE done = x[j];                                                           \
      for (int64_t i = j + 1; i < n; i++) x[i] -= t[j * n + i] * done;                  \
    }                                                                                   \
    for (int64_t j = n - 1; j >= 0 && k == 1; j--) {                                    \
      const TYPE done = x[j] /= t[j * n + j];                                           \
      for (int64_t i = 0; i < j; i++) x[i] -= t[j * n + i] * done;                      \
    }                                                                                   \
    if (k == 1) break;                                                                  \
    for (int64_t j = 0; j < n; j++) {                                                   \
      for (int64_t i = j + 1; i < n; i++) {                                             \
        for (int64_t c = 0; c < k; c++) x[i * k + c] -= t[j * n + i] * x[j * k + c];    \
      }                                                                                 \
    }                                                                                   \
    for (int64_t j = n - 1; j >= 0; j--) {                                              \
      for (int64_t c = 0; c < k; c++) x[j * k + c] /= t[j * n + j];                     \
      for (int64_t i = 0; i < j; i++) {                                                 \
        for (int64_t c = 0; c < k; c++) x[i * k + c] -= t[j * n + i] * x[j * k + c];    \
      }                                                                                 \
    }                                                                                   \
  } while (0)

static void small_substitute(uint8_t dtype, int64_t n, int64_t k, const void *lu, void *out) {
  switch (dtype) {
    case CV_F32: SUBSTITUTE(float); break;
    case CV_F64: SUBSTITUTE(double); break;
    case CV_C64: SUBSTITUTE(float complex); break;
    default: SUBSTITUTE(double complex);
  }
}

#define SMALL_PRODUCT(TYPE)                                                             \
  do {                                                                                  \
    const TYPE *x = from;                                                               \
    TYPE *y = to;                                                                       \
    for (int64_t i = 0; i < n; i++) {                                                   \
      TYPE sum[SMALL_SIZE] = {0};                                                       \
      for (int64_t k = 0; k < n; k++) {                                                 \
        const TYPE t = x[i * n + k];                                                    \
        for (int64_t j = 0; j < n; j++) sum[j] += t * x[k * n + j];                     \
      }                                                                                 \
      for (int64_t j = 0; j < n; j++) y[i * n + j] = sum[j];                            \
    }                                                                                   \
  } while (0)

static void small_square(uint8_t dtype, int64_t n, const void *from, void *to) {
  switch (dtype) {
    case CV_F32: SMALL_PRODUCT(float); break;
    case CV_F64: SMALL_PRODUCT(double); break;
    case CV_C64: SMALL_PRODUCT(float complex); break;
    default: SMALL_PRODUCT(double complex);
  }
}
