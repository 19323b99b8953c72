// Matrix times vector for one real element type, in the same order of accumulation as the tiles:
// lanes are chains, of different rows, or of different segments of a row where rows are few.
// Included once for each type, after gemm_direct.h.

enum { CV_G(stretch) = 8192 / sizeof(CV_T), CV_G(ahead) = 1536 / sizeof(CV_T) };

static void CV_G(put)(void *y, int64_t i, uint8_t dtype, CV_T value) {
#if CV_T_WIDENS
  if (dtype == CV_F16) {
    ((uint16_t *)y)[i] = cv_half_to_f16(value);
    return;
  }
  if (dtype == CV_BF16) {
    ((uint16_t *)y)[i] = cv_half_to_bf16(value);
    return;
  }
#endif
  (void)dtype;
  ((CV_T *)y)[i] = value;
}

static CV_T CV_G(element)(cv_matrix x, int64_t p) { return CV_G(get)(x.data, p, x.dtype); }

// Neighbouring rows are neighbours in memory: vectors over rows, several columns to a pass.
static inline __attribute__((always_inline)) void CV_G(vector_across)(
    int64_t rows, int64_t k, cv_matrix a, cv_matrix x, void *y, int64_t ys, uint8_t y_type,
    uint8_t dtype) {
  CV_T sum[CV_G(stretch)] __attribute__((aligned(64)));
  CV_T total[CV_G(stretch)] __attribute__((aligned(64)));
  for (int64_t i0 = 0; i0 < rows; i0 += CV_G(stretch)) {
    int64_t some = rows - i0 < CV_G(stretch) ? rows - i0 : CV_G(stretch);
    for (int64_t p0 = 0; p0 < k; p0 += CV_GEMM_SEGMENT) {
      int64_t p = p0, end = k - p0 < CV_GEMM_SEGMENT ? k : p0 + CV_GEMM_SEGMENT;
      memset(sum, 0, (size_t)some * sizeof(CV_T));
      while (p < end) {
        int64_t group = end - p < 8 ? 1 : 8, i = 0;
        int64_t at = i0 + p * a.column;
        CV_T w[8];
        for (int64_t g = 0; g < group; ++g) w[g] = CV_G(element)(x, (p + g) * x.row);
        if (group == 8) {
          for (; i + CV_T_LANES <= some; i += CV_T_LANES) {
            CV_V s = *(CV_V *)(sum + i);
#pragma clang loop unroll(full)
            for (int g = 0; g < 8; ++g) {
              s = CV_FMA((CV_V)w[g], CV_G(load)(a.data, at + g * a.column + i, dtype), s);
            }
            *(CV_V *)(sum + i) = s;
          }
        } else {
          for (; i + CV_T_LANES <= some; i += CV_T_LANES) {
            CV_V s = *(CV_V *)(sum + i);
            *(CV_V *)(sum + i) = CV_FMA((CV_V)w[0], CV_G(load)(a.data, at + i, dtype), s);
          }
        }
        for (; i < some; ++i) {
          CV_T s = sum[i];
          for (int64_t g = 0; g < group; ++g) {
            s = CV_FMA(w[g], CV_G(get)(a.data, at + g * a.column + i, dtype), s);
          }
          sum[i] = s;
        }
        p += group;
      }
      for (int64_t i = 0; i < some; ++i) total[i] = p0 > 0 ? total[i] + sum[i] : sum[i];
    }
    for (int64_t i = 0; i < some; ++i) CV_G(put)(y, (i0 + i) * ys, y_type, total[i]);
  }
}

// Chains of `count` products, one for each lane: lane l takes elements from starts[l] on of a and
// from x_starts[l] on of x, or from 0 where x_starts is null.
static inline __attribute__((always_inline)) CV_V CV_G(chains)(
    const void *a, const int64_t *starts, const CV_T *x, const int64_t *x_starts, int64_t count,
    uint8_t dtype) {
  CV_V sum = (CV_V)(CV_T)0;
  int64_t p = 0;
  for (; p + CV_T_LANES <= count; p += CV_T_LANES) {
    CV_V v[CV_T_LANES];
#pragma clang loop unroll(full)
    for (int l = 0; l < CV_T_LANES; ++l) {
      v[l] = CV_G(load)(a, starts[l] + p, dtype);
      // So many rows at a time are more than the processor foresees.
      __builtin_prefetch((const char *)a + (starts[l] + p + CV_G(ahead)) * CV_G(stored)(dtype), 0, 2);
    }
    CV_G(transpose)(v);
    if (x_starts) {
      CV_V w[CV_T_LANES];
#pragma clang loop unroll(full)
      for (int l = 0; l < CV_T_LANES; ++l) w[l] = *(const CV_L *)(x + x_starts[l] + p);
      CV_G(transpose)(w);
#pragma clang loop unroll(full)
      for (int l = 0; l < CV_T_LANES; ++l) sum = CV_FMA(w[l], v[l], sum);
    } else {
#pragma clang loop unroll(full)
      for (int l = 0; l < CV_T_LANES; ++l) sum = CV_FMA((CV_V)x[p + l], v[l], sum);
    }
  }
  if (p < count && x_starts == 0 && count > CV_T_LANES) {  // the rest, from a vector further back
    int64_t back = count - CV_T_LANES;
    CV_V v[CV_T_LANES];
#pragma clang loop unroll(full)
    for (int l = 0; l < CV_T_LANES; ++l) v[l] = CV_G(load)(a, starts[l] + back, dtype);
    CV_G(transpose)(v);
    for (; p < count; ++p) sum = CV_FMA((CV_V)x[p], v[p - back], sum);
  }
  for (; p < count; ++p) {
    for (int l = 0; l < CV_T_LANES; ++l) {
      CV_T w = x[(x_starts ? x_starts[l] : 0) + p];
      sum[l] = CV_FMA(w, CV_G(get)(a, starts[l] + p, dtype), sum[l]);
    }
  }
  return sum;
}

typedef CV_T CV_G(part) __attribute__((ext_vector_type(CV_T_PART)));

// CV_T_PART columns of as many rows as a vector has lanes: parts of rows are put side by side as they are
// loaded, and transposed among each other. This reads a line of the cache several times.
static inline __attribute__((always_inline)) void CV_G(columns)(const CV_T *a, const int64_t *starts, CV_V *v) {
  enum { L = CV_T_PART };
  CV_V t[L];
#pragma clang loop unroll(full)
  for (int j = 0; j < L; ++j) {
    CV_G(part) parts[CV_T_LANES / L];
#pragma clang loop unroll(full)
    for (int q = 0; q < CV_T_LANES / L; ++q) {
      memcpy(&parts[q], a + starts[q * L + j], sizeof parts[q]);
    }
    memcpy(&t[j], parts, sizeof t[j]);
  }
  CV_G(transpose_parts)(t, v);
}

enum { CV_G(many) = sizeof(CV_T) / 2 };  // vectors of short rows, whose chains overlap

// Chains over rows that stay in the first-level cache.
static inline __attribute__((always_inline)) void CV_G(short_chains)(
    int64_t k, const CV_T *a, const int64_t *starts, const CV_T *x, CV_V *sums) {
  CV_V sum[CV_G(many)];
#pragma clang loop unroll(full)
  for (int i = 0; i < CV_G(many); ++i) sum[i] = (CV_V)(CV_T)0;
  int64_t p = 0;
  for (; p + CV_T_PART <= k; p += CV_T_PART) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CV_G(many); ++i) {
      CV_V v[CV_T_PART];
      CV_G(columns)(a + p, starts + i * CV_T_LANES, v);
#pragma clang loop unroll(full)
      for (int j = 0; j < CV_T_PART; ++j) sum[i] = CV_FMA((CV_V)x[p + j], v[j], sum[i]);
    }
  }
  for (; p < k; ++p) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CV_G(many); ++i) {
      for (int l = 0; l < CV_T_LANES; ++l) {
        sum[i][l] = CV_FMA(x[p], a[starts[i * CV_T_LANES + l] + p], sum[i][l]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < CV_G(many); ++i) sums[i] = sum[i];
}

// Rows of a are contiguous; x is contiguous and of type CV_T.
static inline __attribute__((always_inline)) void CV_G(vector_along)(
    int64_t rows, int64_t k, cv_matrix a, const CV_T *x, void *y, int64_t ys, uint8_t y_type,
    uint8_t dtype) {
  int64_t starts[CV_T_LANES], x_starts[CV_T_LANES];
  int64_t whole = k / CV_GEMM_SEGMENT, r = 0;
  enum { MANY = CV_G(many) * CV_T_LANES };
  if (dtype == CV_T_DTYPE && y_type == CV_T_DTYPE && ys == 1 && k <= CV_GEMM_SEGMENT &&
      MANY * a.row * (int64_t)sizeof(CV_T) <= 1 << 15) {
    int64_t many[MANY];
    for (int64_t l = 0; l < MANY; ++l) many[l] = l * a.row;
    for (; r + MANY <= rows; r += MANY) {
      CV_V sums[CV_G(many)];
      CV_G(short_chains)(k, (const CV_T *)a.data + r * a.row, many, x, sums);
      memcpy((CV_T *)y + r, sums, sizeof sums);
    }
  }
  while (r < rows) {
    int64_t some = rows - r < CV_T_LANES ? rows - r : CV_T_LANES, from = 0;
    CV_V total = (CV_V)(CV_T)0;
    if (some * 2 <= CV_T_LANES && whole > 1) {  // few rows: lanes over (row, segment)
      for (int64_t unit = 0; unit < some * whole; unit += CV_T_LANES) {
        int64_t units = some * whole - unit < CV_T_LANES ? some * whole - unit : CV_T_LANES;
        for (int64_t l = 0; l < CV_T_LANES; ++l) {
          int64_t u = unit + (l < units ? l : units - 1);
          x_starts[l] = u % whole * CV_GEMM_SEGMENT;
          starts[l] = (r + u / whole) * a.row + x_starts[l];
        }
        CV_V sum = CV_G(chains)(a.data, starts, x, x_starts, CV_GEMM_SEGMENT, dtype);
        for (int64_t l = 0; l < units; ++l) {
          int64_t row = (unit + l) / whole;
          total[row] = (unit + l) % whole > 0 ? total[row] + sum[l] : sum[l];
        }
      }
      from = whole * CV_GEMM_SEGMENT;
    }
    for (int64_t p = from; p < k; p += CV_GEMM_SEGMENT) {
      int64_t count = k - p < CV_GEMM_SEGMENT ? k - p : CV_GEMM_SEGMENT;
      for (int64_t l = 0; l < CV_T_LANES; ++l) {
        starts[l] = (r + (l < some ? l : some - 1)) * a.row + p;
      }
      CV_V sum = CV_G(chains)(a.data, starts, x + p, 0, count, dtype);
      total = p > 0 ? total + sum : sum;
    }
    for (int64_t l = 0; l < some; ++l) CV_G(put)(y, (r + l) * ys, y_type, total[l]);
    r += some;
  }
}

// Any strides at all.
static void CV_G(vector_any)(int64_t rows, int64_t k, cv_matrix a, const CV_T *x, void *y,
                             int64_t ys, uint8_t y_type) {
  for (int64_t r = 0; r < rows; r += 8) {
    int64_t some = rows - r < 8 ? rows - r : 8;
    CV_T total[8] = {0};
    for (int64_t p0 = 0; p0 < k; p0 += CV_GEMM_SEGMENT) {
      int64_t end = k - p0 < CV_GEMM_SEGMENT ? k : p0 + CV_GEMM_SEGMENT;
      CV_T sum[8] = {0};
      for (int64_t p = p0; p < end; ++p) {
        for (int64_t i = 0; i < some; ++i) {
          sum[i] = CV_FMA(x[p], CV_G(element)(a, (r + i) * a.row + p * a.column), sum[i]);
        }
      }
      for (int64_t i = 0; i < some; ++i) total[i] = p0 > 0 ? total[i] + sum[i] : sum[i];
    }
    for (int64_t i = 0; i < some; ++i) CV_G(put)(y, (r + i) * ys, y_type, total[i]);
  }
}

// y = a x; x is the first column of a matrix; y has stride ys; scratch holds k scalars.
static void CV_G(times_vector)(int64_t rows, int64_t k, cv_matrix a, cv_matrix x, void *y,
                               int64_t ys, uint8_t y_type, void *scratch) {
  if (a.row == 1 && rows >= CV_T_LANES) {
#if CV_T_WIDENS
    if (a.dtype == CV_F16) {
      CV_G(vector_across)(rows, k, a, x, y, ys, y_type, CV_F16);
      return;
    }
    if (a.dtype == CV_BF16) {
      CV_G(vector_across)(rows, k, a, x, y, ys, y_type, CV_BF16);
      return;
    }
#endif
    CV_G(vector_across)(rows, k, a, x, y, ys, y_type, CV_T_DTYPE);
    return;
  }
  const CV_T *along = x.data;
  if (x.row != 1 || x.dtype != CV_T_DTYPE) {
    for (int64_t p = 0; p < k; ++p) ((CV_T *)scratch)[p] = CV_G(element)(x, p * x.row);
    along = scratch;
  }
  if (a.column != 1) {
    CV_G(vector_any)(rows, k, a, along, y, ys, y_type);
    return;
  }
#if CV_T_WIDENS
  if (a.dtype == CV_F16) {
    CV_G(vector_along)(rows, k, a, along, y, ys, y_type, CV_F16);
    return;
  }
  if (a.dtype == CV_BF16) {
    CV_G(vector_along)(rows, k, a, along, y, ys, y_type, CV_BF16);
    return;
  }
#endif
  CV_G(vector_along)(rows, k, a, along, y, ys, y_type, CV_T_DTYPE);
}

// Products with one row or column, or so few that reading the other matrix several times is best.
static bool CV_G(vectors)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, void *c,
                          int64_t ldc, uint8_t c_type, void *scratch) {
  char *out = c;
  if (n == 1 || (n <= 3 && m >= CV_T_LANES && a.column == 1 && m * k >= 4096)) {
    for (int64_t j = 0; j < n; ++j) {
      CV_G(times_vector)(m, k, a, cv_gemm_part(b, 0, j), out, ldc, c_type, scratch);
      out += cv_gemm_element_bytes(c_type);
    }
    return true;
  }
  if (m == 1 || (m <= 3 && n * k >= 1 << 20 && (b.column == 1 || b.row == 1))) {
    for (int64_t i = 0; i < m; ++i) {
      CV_G(times_vector)(n, k, cv_gemm_turned(b), cv_gemm_turned(cv_gemm_part(a, i, 0)), out, 1,
                         c_type, scratch);
      out += ldc * (int64_t)cv_gemm_element_bytes(c_type);
    }
    return true;
  }
  return false;
}
