// Small products for one real element type, without packing: a at any stride, rows of b contiguous.
// The last tile of a row moves left until it is whole; what it computes twice comes out the same.
// Included once for each type, after gemm_block.h.

// One tile over all segments of k.
static inline __attribute__((always_inline)) void CV_G(direct_tile)(
    CV_G(tile) tile, int64_t k, const CV_T *a, int64_t rs, int64_t cs, const CV_T *b,
    int64_t ldb, CV_T *c, int64_t ldc, bool add) {
  for (int64_t p = 0; p < k; p += CV_GEMM_SEGMENT) {
    int64_t some = k - p < CV_GEMM_SEGMENT ? k - p : CV_GEMM_SEGMENT;
    tile(some, a + p * cs, rs, cs, b + p * ldb, ldb, c, ldc, add || p > 0, NULL);
  }
}

// n is at least one vector, and whole vectors where c is added to.
static void CV_G(direct)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, CV_T *c,
                         int64_t ldc, bool add) {
  const CV_T *from = a.data, *rows = b.data;
  int64_t panels = (m + CV_T_TALL - 1) / CV_T_TALL;
  for (int64_t j = 0; j < n;) {
    int64_t left = n - j, at = j;
    bool slim = left <= CV_T_LANES || n < 2 * CV_T_LANES;
    if (slim && left < CV_T_LANES) at = n - CV_T_LANES;
    if (!slim && left < 2 * CV_T_LANES) at = n - 2 * CV_T_LANES;
    const CV_G(tile) *tiles = slim ? CV_G(tiles_1) : CV_G(tiles_2);
    int64_t start = 0;
    for (int64_t panel = 0; panel < panels; ++panel) {
      int64_t next = CV_G(panel_start)(panel + 1, m, panels);
      CV_G(direct_tile)(tiles[next - start], k, from + start * a.row, a.row, a.column,
                        rows + at, b.row, c + start * ldc + at, ldc, add);
      start = next;
    }
    j = at + (slim ? CV_T_LANES : 2 * CV_T_LANES);
  }
}

// As above for n below a vector, with shorter vectors; rows go four at a time, then singly.
#define CV_NARROW(LANES)                                                                     \
  typedef CV_T CV_G(short_##LANES)                                                           \
      __attribute__((ext_vector_type(LANES), aligned(CV_T_ALIGN), may_alias));               \
  static void CV_G(narrow_##LANES)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, \
                                   CV_T *c, int64_t ldc) {                                   \
    typedef CV_G(short_##LANES) S;                                                           \
    for (int64_t j = 0; j < n; j += LANES) {                                                 \
      int64_t at = j + LANES > n ? n - LANES : j, i = 0;                                     \
      for (; i + 4 <= m; i += 4) {                                                           \
        for (int64_t p = 0; p < k; p += CV_GEMM_SEGMENT) {                                   \
          const CV_T *x = (const CV_T *)a.data + i * a.row + p * a.column;                   \
          const CV_T *y = (const CV_T *)b.data + p * b.row + at;                             \
          CV_T *z = c + i * ldc + at;                                                        \
          S s0 = (S)(CV_T)0, s1 = s0, s2 = s0, s3 = s0;                                      \
          int64_t some = k - p < CV_GEMM_SEGMENT ? k - p : CV_GEMM_SEGMENT;                  \
          for (; some > 0; --some, x += a.column, y += b.row) {                              \
            S row = *(const S *)y;                                                           \
            s0 = CV_FMA((S)x[0], row, s0);                                                   \
            s1 = CV_FMA((S)x[a.row], row, s1);                                               \
            s2 = CV_FMA((S)x[2 * a.row], row, s2);                                           \
            s3 = CV_FMA((S)x[3 * a.row], row, s3);                                           \
          }                                                                                  \
          *(S *)z = p > 0 ? *(S *)z + s0 : s0;                                               \
          *(S *)(z + ldc) = p > 0 ? *(S *)(z + ldc) + s1 : s1;                               \
          *(S *)(z + 2 * ldc) = p > 0 ? *(S *)(z + 2 * ldc) + s2 : s2;                       \
          *(S *)(z + 3 * ldc) = p > 0 ? *(S *)(z + 3 * ldc) + s3 : s3;                       \
        }                                                                                    \
      }                                                                                      \
      for (; i < m; ++i) {                                                                   \
        for (int64_t p = 0; p < k; p += CV_GEMM_SEGMENT) {                                   \
          const CV_T *x = (const CV_T *)a.data + i * a.row + p * a.column;                   \
          const CV_T *y = (const CV_T *)b.data + p * b.row + at;                             \
          CV_T *z = c + i * ldc + at;                                                        \
          S s0 = (S)(CV_T)0;                                                                 \
          int64_t some = k - p < CV_GEMM_SEGMENT ? k - p : CV_GEMM_SEGMENT;                  \
          for (; some > 0; --some, x += a.column, y += b.row) {                              \
            s0 = CV_FMA((S)x[0], *(const S *)y, s0);                                         \
          }                                                                                  \
          *(S *)z = p > 0 ? *(S *)z + s0 : s0;                                               \
        }                                                                                    \
      }                                                                                      \
    }                                                                                        \
  }

#if CV_T_LANES >= 16
CV_NARROW(8)
#endif
#if CV_T_LANES >= 8
CV_NARROW(4)
#endif
#if CV_T_LANES >= 4
CV_NARROW(2)
#endif
#undef CV_NARROW

// Some elements of one column of a product, whose sums overlap.
static inline __attribute__((always_inline)) void CV_G(short_rows)(
    const int rows, int64_t k, const CV_T *x, cv_matrix a, const CV_T *y, int64_t step, CV_T *c,
    int64_t ldc) {
  CV_T sums[8] = {0};
  for (int64_t p = 0; p < k; ++p, x += a.column, y += step) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) sums[r] = CV_FMA(x[r * a.row], *y, sums[r]);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r) c[r * ldc] = sums[r];
}

static inline __attribute__((always_inline)) void CV_G(short_column)(
    int64_t m, int64_t k, cv_matrix a, const CV_T *y, int64_t step, CV_T *c, int64_t ldc) {
  const CV_T *x = a.data;
  for (int64_t i = 0, rows; i < m; i += rows, x += rows * a.row, c += rows * ldc) {
    const int64_t left = m - i;
    rows = left >= 8 ? 8 : left >= 4 ? 4 : left >= 3 ? 3 : 1;
    switch (rows) {
      case 8: CV_G(short_rows)(8, k, x, a, y, step, c, ldc); break;
      case 4: CV_G(short_rows)(4, k, x, a, y, step, c, ldc); break;
      case 3: CV_G(short_rows)(3, k, x, a, y, step, c, ldc); break;
      default: CV_G(short_rows)(1, k, x, a, y, step, c, ldc);
    }
  }
}

static inline bool CV_G(tiny)(int64_t m, int64_t n, int64_t k, cv_matrix b) {
  return m * n * k <= 512 && (m == 1 || n < 4 || b.column != 1) && k <= CV_GEMM_SEGMENT;
}

static inline __attribute__((always_inline)) void CV_G(short_columns)(
    int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, CV_T *c, int64_t ldc) {
  for (int64_t j = 0; j < n; ++j) {
    CV_G(short_column)(m, k, a, (const CV_T *)b.data + j * b.column, b.row, c + j, ldc);
  }
}

// Whether the products were so small that the way to them would take longer.
static bool CV_G(many_tiny)(int64_t count, int64_t a_step, int64_t b_step, int64_t m, int64_t n,
                            int64_t k, cv_matrix a, cv_matrix b, CV_T *c, int64_t ldc) {
  if (!CV_G(tiny)(m, n, k, b)) return false;
  for (int64_t i = 0; i < count; ++i, c += m * ldc) {
    CV_G(short_columns)(m, n, k, a, b, c, ldc);
    a.data = (const CV_T *)a.data + a_step;
    b.data = (const CV_T *)b.data + b_step;
  }
  return true;
}

// Whether the product was small and plain enough to be done here.
static bool CV_G(small)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, CV_T *c,
                        int64_t ldc) {
  if (CV_G(tiny)(m, n, k, b)) {
    CV_G(short_columns)(m, n, k, a, b, c, ldc);
    return true;
  }
  if (m == 1 || n == 1 || b.column != 1 || (m <= 3 && n * k >= 1 << 20)) return false;
  // Rows of both that lie near each other need no packing, however many they are: segment by segment, they
  // come from memory once.
  if (m <= 160 && n <= 256 && n % CV_T_LANES == 0 && k > CV_GEMM_SEGMENT && a.row == 1 &&
      a.column <= 512 && b.row <= 512) {
    for (int64_t p = 0; p < k; p += CV_GEMM_SEGMENT) {
      int64_t some = k - p < CV_GEMM_SEGMENT ? k - p : CV_GEMM_SEGMENT;
      CV_G(direct)(m, n, some, cv_gemm_part(a, 0, p), cv_gemm_part(b, p, 0), c, ldc, p > 0);
    }
    return true;
  }
  bool pays = m <= 2 * CV_T_TALL || (m <= 160 && n <= 256 && k <= CV_GEMM_SEGMENT);
  if (!pays) return false;
  if (n >= CV_T_LANES) {
    CV_G(direct)(m, n, k, a, b, c, ldc, false);
    return true;
  }
#if CV_T_LANES >= 16
  if (n >= 8) {
    CV_G(narrow_8)(m, n, k, a, b, c, ldc);
    return true;
  }
#endif
#if CV_T_LANES >= 8
  if (n >= 4) {
    CV_G(narrow_4)(m, n, k, a, b, c, ldc);
    return true;
  }
#endif
#if CV_T_LANES >= 4
  if (n >= 2) {
    CV_G(narrow_2)(m, n, k, a, b, c, ldc);
    return true;
  }
#endif
  return false;
}
