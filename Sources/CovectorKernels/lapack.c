// LAPACK on one matrix: arrays are row-major at any stride, routines want columns. Mostly the
// transpose is what is factorised, and read back as the transpose, so that nothing moves; otherwise
// elements are copied on the way in and out.

#include <complex.h>
#include <math.h>
#include <string.h>

#include "include/CovectorKernels.h"
#include "lapack_small.h"

typedef size_t length;  // Fortran passes the length of each string after the other arguments.

static size_t width_of(uint8_t dtype) {
  return dtype == CV_F32 ? 4 : dtype == CV_C128 ? 16 : 8;
}
static bool is_complex(uint8_t dtype) { return dtype == CV_C64 || dtype == CV_C128; }
static bool is_single(uint8_t dtype) { return dtype == CV_F32 || dtype == CV_C64; }
static size_t aligned(size_t bytes) { return (bytes + 63) & ~(size_t)63; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

// ---------------------------------------------------------------------------------------------
// Elements

static double complex element(const void *data, int64_t index, uint8_t dtype) {
  switch (dtype) {
    case CV_F32: return ((const float *)data)[index];
    case CV_F64: return ((const double *)data)[index];
    case CV_C64: return ((const float complex *)data)[index];
    default: return ((const double complex *)data)[index];
  }
}

static void set_element(void *data, int64_t index, uint8_t dtype, double complex value) {
  switch (dtype) {
    case CV_F32: ((float *)data)[index] = (float)creal(value); break;
    case CV_F64: ((double *)data)[index] = creal(value); break;
    case CV_C64: ((float complex *)data)[index] = (float complex)value; break;
    default: ((double complex *)data)[index] = value;
  }
}

typedef struct { uint64_t word[2]; } sixteen;

#define COPY(TYPE)                                                                      \
  do {                                                                                  \
    TYPE *to = target;                                                                  \
    const TYPE *from = a.data;                                                          \
    for (int64_t i = 0; i < rows; i++) {                                                \
      for (int64_t j = 0; j < columns; j++) {                                           \
        to[i * row + j * column] = from[i * a.row + j * a.column];                      \
      }                                                                                 \
    }                                                                                   \
  } while (0)

// Copies a matrix to strides of our own.
static void copy(void *target, int64_t row, int64_t column, cv_matrix a, int64_t rows,
                 int64_t columns) {
  switch (width_of(a.dtype)) {
    case 4: COPY(uint32_t); break;
    case 8: COPY(uint64_t); break;
    default: COPY(sixteen);
  }
}

static void copy_rows(void *target, cv_matrix a, int64_t rows, int64_t columns) {
  copy(target, columns, 1, a, rows, columns);
}

static cv_matrix by_columns(const void *data, int64_t rows, uint8_t dtype) {
  return (cv_matrix){.data = data, .row = 1, .column = rows, .dtype = dtype};
}

// Copies one triangle, and zeros over the other, as dense rows.
static void copy_triangle(void *target, cv_matrix a, int64_t n, bool upper) {
  size_t width = width_of(a.dtype);
  memset(target, 0, (size_t)(n * n) * width);
  for (int64_t i = 0; i < n; i++) {
    int64_t first = upper ? i : 0, count = upper ? n - i : i + 1;
    cv_matrix part = a;
    part.data = (const char *)a.data + (i * a.row + first * a.column) * (int64_t)width;
    copy((char *)target + (size_t)(i * n + first) * width, 0, 1, part, 1, count);
  }
}

static bool all_finite(const void *data, int64_t count, uint8_t dtype) {
  int64_t numbers = is_complex(dtype) ? 2 * count : count;
  bool finite = true;
  for (int64_t i = 0; i < numbers; i++) {
    finite &= isfinite(is_single(dtype) ? ((const float *)data)[i] : ((const double *)data)[i]);
  }
  return finite;
}

// ---------------------------------------------------------------------------------------------
// Workspace

typedef void (*potrf)(const char *, const int32_t *, void *, const int32_t *, int32_t *, length);
typedef void (*getrf)(const int32_t *, const int32_t *, void *, const int32_t *, int32_t *,
                      int32_t *);
typedef void (*getri)(const int32_t *, void *, const int32_t *, const int32_t *, void *,
                      const int32_t *, int32_t *);
typedef void (*trsm)(const char *, const char *, const char *, const char *, const int32_t *,
                     const int32_t *, const void *, const void *, const int32_t *, void *,
                     const int32_t *, length, length, length, length);
typedef void (*geqrf)(const int32_t *, const int32_t *, void *, const int32_t *, void *, void *,
                      const int32_t *, int32_t *);
typedef void (*orgqr)(const int32_t *, const int32_t *, const int32_t *, void *, const int32_t *,
                      const void *, void *, const int32_t *, int32_t *);
typedef void (*gesdd)(const char *, const int32_t *, const int32_t *, void *, const int32_t *,
                      void *, void *, const int32_t *, void *, const int32_t *, void *,
                      const int32_t *, int32_t *, int32_t *, length);
typedef void (*complex_gesdd)(const char *, const int32_t *, const int32_t *, void *,
                              const int32_t *, void *, void *, const int32_t *, void *,
                              const int32_t *, void *, const int32_t *, void *, int32_t *,
                              int32_t *, length);
typedef void (*gemm)(const char *, const char *, const int32_t *, const int32_t *, const int32_t *,
                     const void *, const void *, const int32_t *, const void *, const int32_t *,
                     const void *, void *, const int32_t *, length, length);
typedef void (*syevd)(const char *, const char *, const int32_t *, void *, const int32_t *, void *,
                      void *, const int32_t *, int32_t *, const int32_t *, int32_t *, length,
                      length);
typedef void (*heevd)(const char *, const char *, const int32_t *, void *, const int32_t *, void *,
                      void *, const int32_t *, void *, const int32_t *, int32_t *,
                      const int32_t *, int32_t *, length, length);
typedef void (*geev)(const char *, const char *, const int32_t *, void *, const int32_t *, void *,
                     void *, void *, const int32_t *, void *, const int32_t *, void *,
                     const int32_t *, int32_t *, length, length);
typedef void (*complex_geev)(const char *, const char *, const int32_t *, void *, const int32_t *,
                             void *, void *, const int32_t *, void *, const int32_t *, void *,
                             const int32_t *, void *, int32_t *, length, length);

// Workspace of a call; counts of -1 ask for the sizes alone.
typedef struct {
  void *work, *real_work;
  int32_t *integer_work;
  int32_t work_count, real_count, integer_count;
} workspace;

static int32_t call_inverse(const cv_factorization *f, void *a, int32_t *pivots, workspace w) {
  int32_t n = (int32_t)f->rows, info = 0;
  ((getri)f->routine[1])(&n, a, &n, pivots, w.work, &w.work_count, &info);
  return info;
}

static int32_t call_qr(const cv_factorization *f, void *a, void *tau, workspace w) {
  int32_t m = (int32_t)f->rows, n = (int32_t)f->columns, info = 0;
  ((geqrf)f->routine[0])(&m, &n, a, &m, tau, w.work, &w.work_count, &info);
  return info;
}

static int32_t call_q(const cv_factorization *f, void *a, void *tau, workspace w) {
  int32_t m = (int32_t)f->rows, k = (int32_t)f->columns, info = 0;
  ((orgqr)f->routine[1])(&m, &k, &k, a, &m, tau, w.work, &w.work_count, &info);
  return info;
}

// The matrix given is the transpose of the one that is wanted, so U and V change places.
static int32_t call_svd(const cv_factorization *f, void *a, void *u, void *s, void *v,
                        workspace w) {
  int32_t m = (int32_t)f->rows, n = (int32_t)f->columns, info = 0;
  int32_t rows = f->vectors == CV_FULL ? m : (int32_t)least(m, n), one = 1;
  const char *job = f->vectors == CV_FULL ? "A" : f->vectors == CV_REDUCED ? "S" : "N";
  const int32_t *ldv = f->vectors == CV_NO_VECTORS ? &one : &n;
  const int32_t *ldu = f->vectors == CV_NO_VECTORS ? &one : &rows;
  if (is_complex(f->dtype)) {
    ((complex_gesdd)f->routine[0])(job, &n, &m, a, &n, s, v, ldv, u, ldu, w.work, &w.work_count,
                                   w.real_work, w.integer_work, &info, 1);
  } else {
    ((gesdd)f->routine[0])(job, &n, &m, a, &n, s, v, ldv, u, ldu, w.work, &w.work_count,
                           w.integer_work, &info, 1);
  }
  return info;
}

static int32_t call_eigh(const cv_factorization *f, void *a, void *values, workspace w) {
  int32_t n = (int32_t)f->rows, info = 0;
  const char *job = f->vectors == CV_NO_VECTORS ? "N" : "V", *half = f->upper ? "U" : "L";
  if (is_complex(f->dtype)) {
    ((heevd)f->routine[0])(job, half, &n, a, &n, values, w.work, &w.work_count, w.real_work,
                           &w.real_count, w.integer_work, &w.integer_count, &info, 1, 1);
  } else {
    ((syevd)f->routine[0])(job, half, &n, a, &n, values, w.work, &w.work_count, w.integer_work,
                           &w.integer_count, &info, 1, 1);
  }
  return info;
}

// For real matrices `values` holds the real parts, then the imaginary ones.
static int32_t call_eig(const cv_factorization *f, void *a, void *values, void *vectors,
                        workspace w) {
  int32_t n = (int32_t)f->rows, one = 1, info = 0;
  const char *job = f->vectors == CV_NO_VECTORS ? "N" : "V";
  if (is_complex(f->dtype)) {
    ((complex_geev)f->routine[0])("N", job, &n, a, &n, values, NULL, &one, vectors, &n, w.work,
                                  &w.work_count, w.real_work, &info, 1, 1);
  } else {
    void *imaginary = (char *)values + (size_t)n * width_of(f->dtype);
    ((geev)f->routine[0])("N", job, &n, a, &n, values, imaginary, NULL, &one, vectors, &n, w.work,
                          &w.work_count, &info, 1, 1);
  }
  return info;
}

// Bytes of memory beside a copy of the matrix: eigenvalues and vectors, or singular ones.
static size_t extra_bytes(const cv_factorization *f) {
  int64_t larger = most(f->rows, f->columns), smaller = least(f->rows, f->columns);
  return (size_t)(2 * larger * smaller + 2 * larger) * width_of(f->dtype);
}

size_t cv_factorization_plan(cv_factorization *f) {
  double complex work[8] = {0};
  double real_work[8] = {0};
  int32_t integer_work[8] = {0}, pivots[1] = {0};
  workspace query = {work, real_work, integer_work, -1, -1, -1};
  int64_t m = f->rows, n = f->columns, k = least(m, n);
  int64_t integers = m;
  f->real_work = 0;
  int64_t first = 0, second = 0;
  switch (f->kind) {
    case CV_INVERSE: call_inverse(f, work, pivots, query); break;
    case CV_QR:
      call_qr(f, work, work, query);
      first = (int64_t)creal(element(work, 0, f->dtype));
      call_q(f, work, work, query);
      break;
    case CV_SVD:
    case CV_PSEUDO_INVERSE:
      // The complex routine does not tell how many real numbers it needs; these are its formulas.
      f->real_work = f->vectors == CV_NO_VECTORS
                         ? 7 * k
                         : most(5 * k * k + 5 * k, 2 * most(m, n) * k + 2 * k * k + k);
      integers = 8 * k;
      call_svd(f, work, work, work, work, query);
      break;
    case CV_EIGH:
      call_eigh(f, work, real_work, query);
      f->real_work = (int64_t)(is_single(f->dtype) ? ((float *)real_work)[0] : real_work[0]);
      integers = integer_work[0];
      break;
    case CV_EIG:
      f->real_work = 2 * n;
      call_eig(f, work, real_work, work, query);
      break;
    default: break;
  }
  second = (int64_t)creal(element(work, 0, f->dtype));
  // Large sizes come back rounded to the precision of the dtype.
  f->work = most(most(first, second), 1);
  if (is_single(f->dtype)) f->work += f->work >> 22;
  f->integer_work = most(integers, 1);
  size_t width = width_of(f->dtype);
  return aligned((size_t)(m * n) * width) + aligned(extra_bytes(f)) +
         aligned((size_t)f->work * width) + aligned((size_t)f->real_work * width) +
         aligned((size_t)f->integer_work * sizeof(int32_t));
}

// ---------------------------------------------------------------------------------------------
// Each kind

static const float complex one_single = 1;
static const double complex one_double = 1;

// x, a matrix of dense rows that holds b, becomes the solution of t x = b. The routine solves for
// the transpose of x, from the right; `op` makes of t, read as columns, its transpose.
static void solve_triangle(const cv_factorization *f, void *routine, const char *half,
                           const char *op, bool unit, const void *t, int64_t ldt, void *x) {
  int32_t k = (int32_t)f->right, n = (int32_t)f->rows, ld = (int32_t)ldt;
  const void *one = is_single(f->dtype) ? (const void *)&one_single : (const void *)&one_double;
  ((trsm)routine)("R", half, op, unit ? "U" : "N", &k, &n, one, t, &ld, x, &k, 1, 1, 1, 1);
}

static int32_t triangular_solve(const cv_factorization *f, const cv_matrix *in, void *out,
                                void *scratch) {
  int64_t n = f->rows;
  if (!f->unit) {
    for (int64_t i = 0; i < n; i++) {
      if (element(in[0].data, i * (in[0].row + in[0].column), f->dtype) == 0) return (int32_t)i + 1;
    }
  }
  copy_rows(out, in[1], n, f->right);
  if (in[0].row == 1 && in[0].column >= n) {
    solve_triangle(f, f->routine[0], f->upper ? "U" : "L", "T", f->unit, in[0].data, in[0].column,
                   out);
    return 0;
  }
  const void *t = in[0].data;
  int64_t ld = in[0].row;
  if (in[0].column != 1 || ld < n) {
    copy_rows(scratch, in[0], n, n);
    t = scratch;
    ld = n;
  }
  // Rows read as columns are the transpose: the other half.
  solve_triangle(f, f->routine[0], f->upper ? "L" : "U", "N", f->unit, t, ld, out);
  return 0;
}

static int32_t factor(const cv_factorization *f, void *a, int32_t *pivots) {
  int32_t m = (int32_t)f->rows, n = (int32_t)f->columns, info = 0;
  if (m == n && n <= SMALL_SIZE) return small_factor(f->dtype, n, a, pivots);
  ((getrf)f->routine[0])(&m, &n, a, &m, pivots, &info);
  return info;
}

static int32_t solve(const cv_factorization *f, const cv_matrix *in, void *out, void *lu,
                     int32_t *pivots, bool same) {
  int64_t n = f->rows, k = f->right;
  if (!same) {
    copy(lu, 1, n, in[0], n, n);
    int32_t info = factor(f, lu, pivots);
    if (info != 0) {
      // A caller may come back with the same matrix.
      pivots[0] = 0;
      return info;
    }
  }
  if (pivots[0] == 0) return 1;
  copy_rows(out, in[1], n, k);
  size_t row = (size_t)k * width_of(f->dtype);
  for (int64_t i = 0; i < n; i++) {
    int64_t other = pivots[i] - 1;
    if (other == i) continue;
    char *x = (char *)out + (size_t)i * row, *y = (char *)out + (size_t)other * row;
    for (size_t byte = 0; byte < row; byte++) {
      char swap = x[byte];
      x[byte] = y[byte];
      y[byte] = swap;
    }
  }
  if (n <= SMALL_SIZE) {
    small_substitute(f->dtype, n, k, lu, out);
    return 0;
  }
  solve_triangle(f, f->routine[1], "L", "T", true, lu, n, out);
  solve_triangle(f, f->routine[1], "U", "T", false, lu, n, out);
  return 0;
}

static int32_t cholesky(const cv_factorization *f, cv_matrix a, void *out) {
  copy_triangle(out, a, f->rows, f->upper);
  int32_t n = (int32_t)f->rows, info = 0;
  if (n <= SMALL_SIZE) {
    return small_cholesky(f->dtype, n, out, f->upper ? 1 : n, f->upper ? n : 1);
  }
  ((potrf)f->routine[0])(f->upper ? "L" : "U", &n, out, &n, &info, 1);
  // Some libraries pass over NaN, others stop at it.
  for (int64_t i = 0; i < n && info == 0; i++) {
    if (isnan(creal(element(out, i * (n + 1), f->dtype)))) info = (int32_t)i + 1;
  }
  return info;
}

static int32_t inverse(const cv_factorization *f, cv_matrix a, void *out, void *lu, workspace w) {
  int64_t n = f->rows;
  if (n <= SMALL_SIZE) {
    copy(lu, 1, n, a, n, n);
    int32_t info = factor(f, lu, w.integer_work);
    if (info != 0) return info;
    // The identity, with its rows exchanged.
    int64_t order[SMALL_SIZE];
    for (int64_t i = 0; i < n; i++) order[i] = i;
    for (int64_t i = 0; i < n; i++) {
      int64_t other = w.integer_work[i] - 1, here = order[i];
      order[i] = order[other];
      order[other] = here;
    }
    memset(out, 0, (size_t)(n * n) * width_of(f->dtype));
    for (int64_t i = 0; i < n; i++) set_element(out, i * n + order[i], f->dtype, 1);
    small_substitute(f->dtype, n, n, lu, out);
    return 0;
  }
  copy_rows(out, a, f->rows, f->rows);
  int32_t info = factor(f, out, w.integer_work);
  return info != 0 ? info : call_inverse(f, out, w.integer_work, w);
}

static int32_t lu(const cv_factorization *f, cv_matrix a, void *const *out, void *scratch,
                  int32_t *pivots) {
  int64_t m = f->rows, n = f->columns, k = least(m, n);
  copy(scratch, 1, m, a, m, n);
  int32_t info = factor(f, scratch, pivots);
  copy_rows(out[0], by_columns(scratch, m, f->dtype), m, n);
  int32_t *order = out[1];
  for (int64_t i = 0; i < m; i++) order[i] = (int32_t)i;
  for (int64_t i = 0; i < k; i++) {
    int32_t other = pivots[i] - 1, here = order[i];
    order[i] = order[other];
    order[other] = here;
  }
  return info < 0 ? info : 0;
}

// The sign (or phase) of the determinant, and the logarithm of its absolute value.
static void sign_and_log(const cv_factorization *f, const void *lu, const int32_t *pivots,
                         void *const *out) {
  int64_t n = f->rows;
  double complex sign = 1;
  double log_size = 0;
  for (int64_t i = 0; i < n; i++) {
    double complex pivot = element(lu, i * n + i, f->dtype);
    double size = cabs(pivot);
    sign *= size == 0 ? 0 : pivot / size;
    if (pivots[i] != i + 1) sign = -sign;
    log_size += log(size);
  }
  set_element(out[0], 0, f->dtype, sign);
  set_element(out[1], 0, is_single(f->dtype) ? CV_F32 : CV_F64, log_size);
}

// Up to 3 x 3, the polynomial.
#define POLYNOMIAL(TYPE, a)                                                             \
  static TYPE a##_polynomial(int64_t n, const TYPE *x) {                                \
    if (n == 1) return x[0];                                                            \
    if (n == 2) return x[0] * x[3] - x[1] * x[2];                                       \
    return x[0] * (x[4] * x[8] - x[5] * x[7]) - x[1] * (x[3] * x[8] - x[5] * x[6]) +    \
           x[2] * (x[3] * x[7] - x[4] * x[6]);                                          \
  }
POLYNOMIAL(double, real)
POLYNOMIAL(double complex, complex)

static void small_determinant(int64_t n, cv_matrix a, void *out) {
  double real[9];
  double complex x[9];
  for (int64_t i = 0; i < n * n; i++) {
    x[i] = element(a.data, i / n * a.row + i % n * a.column, a.dtype);
    real[i] = creal(x[i]);
  }
  set_element(out, 0, a.dtype,
              is_complex(a.dtype) ? complex_polynomial(n, x) : real_polynomial(n, real));
}

static void determinant(const cv_factorization *f, const void *lu, const int32_t *pivots,
                        void *out) {
  int64_t n = f->rows;
  double complex product = 1;
  for (int64_t i = 0; i < n; i++) {
    double complex pivot = element(lu, i * n + i, f->dtype);
    if (is_complex(f->dtype)) {
      product *= pivot;
    } else {
      product = creal(product) * creal(pivot);
    }
    if (pivots[i] != i + 1) product = -product;
  }
  set_element(out, 0, f->dtype, product);
}

static int32_t qr(const cv_factorization *f, cv_matrix a, void *const *out, void *scratch,
                  void *tau, workspace w) {
  int64_t m = f->rows, n = f->columns;
  copy(scratch, 1, m, a, m, n);
  int32_t info = call_qr(f, scratch, tau, w);
  if (info != 0) return info;
  copy_triangle(out[1], by_columns(scratch, m, f->dtype), n, true);
  info = call_q(f, scratch, tau, w);
  copy_rows(out[0], by_columns(scratch, m, f->dtype), m, n);
  return info;
}

static int32_t svd(const cv_factorization *f, cv_matrix a, void *const *out, void *scratch,
                   workspace w) {
  copy_rows(scratch, a, f->rows, f->columns);
  if (!all_finite(scratch, f->rows * f->columns, f->dtype)) return CV_NOT_FINITE;
  if (f->vectors == CV_NO_VECTORS) return call_svd(f, scratch, NULL, out[0], NULL, w);
  return call_svd(f, scratch, out[0], out[1], out[2], w);
}

// The transpose of the inverse is conj(u) 1/s v^H; u and v^H stand in memory as rows.
static int32_t pseudo_inverse(const cv_factorization *f, cv_matrix a, void *out, void *scratch,
                              char *extra, workspace w) {
  int64_t rows = f->rows, columns = f->columns;
  int32_t m = (int32_t)rows, n = (int32_t)columns, k = (int32_t)least(rows, columns);
  size_t width = width_of(f->dtype);
  uint8_t real = is_single(f->dtype) ? CV_F32 : CV_F64;
  char *u = extra, *v = u + (size_t)(rows * k) * width, *s = v + (size_t)(columns * k) * width;
  copy_rows(scratch, a, rows, columns);
  if (!all_finite(scratch, rows * columns, f->dtype)) return CV_NOT_FINITE;
  int32_t info = call_svd(f, scratch, u, s, v, w);
  if (info != 0) return info;
  double least_kept = f->cutoff * creal(element(s, 0, real));
  for (int64_t i = 0; i < k; i++) {
    double value = creal(element(s, i, real));
    double factor = value > least_kept ? 1 / value : 0;
    for (int64_t j = 0; j < columns; j++) {
      int64_t place = i * columns + j;
      set_element(v, place, f->dtype, factor * element(v, place, f->dtype));
    }
  }
  static const double complex zero = 0;
  const void *one = is_single(f->dtype) ? (const void *)&one_single : (const void *)&one_double;
  ((gemm)f->routine[1])("C", "C", &m, &n, &k, one, u, &k, v, &n, &zero, out, &m, 1, 1);
  return 0;
}

static int32_t eigh(const cv_factorization *f, cv_matrix a, void *const *out, void *scratch,
                    workspace w) {
  int64_t n = f->rows;
  copy(scratch, 1, n, a, n, n);
  for (int64_t j = 0; j < n; j++) {
    int64_t first = f->upper ? 0 : j, count = f->upper ? j + 1 : n - j;
    const char *column = (const char *)scratch + (size_t)(j * n + first) * width_of(f->dtype);
    if (!all_finite(column, count, f->dtype)) return CV_NOT_FINITE;
  }
  int32_t info = call_eigh(f, scratch, out[0], w);
  if (f->vectors != CV_NO_VECTORS) copy_rows(out[1], by_columns(scratch, n, f->dtype), n, n);
  return info;
}

static int32_t eig(const cv_factorization *f, cv_matrix a, void *const *out, void *scratch,
                   void *results, workspace w) {
  int64_t n = f->rows;
  uint8_t dtype = f->dtype, result = is_single(dtype) ? CV_C64 : CV_C128;
  copy(scratch, 1, n, a, n, n);
  if (!all_finite(scratch, n * n, dtype)) return CV_NOT_FINITE;
  char *vectors = (char *)results + (size_t)(2 * n) * width_of(dtype);
  int32_t info = call_eig(f, scratch, results, vectors, w);
  for (int64_t i = 0; i < n; i++) {
    double complex value = element(results, i, dtype);
    if (!is_complex(dtype)) value += I * element(results, n + i, dtype);
    set_element(out[0], i, result, value);
  }
  if (f->vectors == CV_NO_VECTORS) return info;
  for (int64_t j = 0; j < n; j++) {
    // Of a conjugate pair of a real matrix, two columns hold the parts of the first vector.
    double imaginary = is_complex(dtype) ? 0 : creal(element(results, n + j, dtype));
    int64_t first = imaginary < 0 ? j - 1 : j;
    for (int64_t i = 0; i < n; i++) {
      double complex value = element(vectors, first * n + i, dtype);
      if (imaginary != 0) {
        double other = creal(element(vectors, (first + 1) * n + i, dtype));
        value += imaginary < 0 ? -I * other : I * other;
      }
      set_element(out[1], i * n + j, result, value);
    }
  }
  return info;
}

static void square(const cv_factorization *f, const void *from, void *to) {
  int64_t n = f->rows;
  if (n > SMALL_SIZE) {
    static const double complex zero = 0;
    const void *one = is_single(f->dtype) ? (const void *)&one_single : (const void *)&one_double;
    int32_t size = (int32_t)n;
    // Rows read as columns are the transpose, whose square is the transpose of the square.
    ((gemm)f->routine[0])("N", "N", &size, &size, &size, one, from, &size, from, &size, &zero, to,
                          &size, 1, 1);
    return;
  }
  small_square(f->dtype, n, from, to);
}

// The first matrix squared as often as the second, of a single element, says.
static int32_t repeated_squaring(const cv_factorization *f, const cv_matrix *in, void *out,
                                 void *scratch) {
  int64_t n = f->rows;
  double count = creal(element(in[1].data, 0, in[1].dtype));
  void *from = out, *to = scratch;
  copy_rows(from, in[0], n, n);
  // No number is so large that it needs more.
  for (int k = 0; k < count && k < 1100; k++) {
    square(f, from, to);
    void *swap = from;
    from = to;
    to = swap;
  }
  if (from != out) memcpy(out, from, (size_t)(n * n) * width_of(f->dtype));
  return 0;
}

int32_t cv_factorize(const cv_factorization *f, const cv_matrix *in, void *const *out,
                     void *scratch, bool same) {
  int64_t m = f->rows, n = f->columns;
  size_t width = width_of(f->dtype);
  char *matrix = scratch;
  char *extra = matrix + aligned((size_t)(m * n) * width);
  char *work = extra + aligned(extra_bytes(f));
  char *real_work = work + aligned((size_t)f->work * width);
  int32_t *integers = (int32_t *)(real_work + aligned((size_t)f->real_work * width));
  workspace w = {work,
                 real_work,
                 integers,
                 (int32_t)f->work,
                 (int32_t)most(f->real_work, 1),
                 (int32_t)f->integer_work};
  switch (f->kind) {
    case CV_CHOLESKY: return cholesky(f, in[0], out[0]);
    case CV_TRIANGULAR_SOLVE: return triangular_solve(f, in, out[0], matrix);
    case CV_SOLVE: return solve(f, in, out[0], matrix, integers, same);
    case CV_INVERSE: return inverse(f, in[0], out[0], matrix, w);
    case CV_LU: return lu(f, in[0], out, matrix, integers);
    case CV_DETERMINANT:
    case CV_SIGN_AND_LOG: {
      if (f->kind == CV_DETERMINANT && n <= 3) {
        small_determinant(n, in[0], out[0]);
        return 0;
      }
      copy(matrix, 1, n, in[0], n, n);
      if (factor(f, matrix, integers) < 0) return CV_NOT_FINITE;
      if (f->kind == CV_DETERMINANT) {
        determinant(f, matrix, integers, out[0]);
      } else {
        sign_and_log(f, matrix, integers, out);
      }
      return 0;
    }
    case CV_REPEATED_SQUARING: return repeated_squaring(f, in, out[0], matrix);
    case CV_QR: return qr(f, in[0], out, matrix, extra, w);
    case CV_SVD: return svd(f, in[0], out, matrix, w);
    case CV_PSEUDO_INVERSE: return pseudo_inverse(f, in[0], out[0], matrix, extra, w);
    case CV_EIGH: return eigh(f, in[0], out, matrix, w);
    default: return eig(f, in[0], out, matrix, extra, w);
  }
}
