// The blocked matrix product for one element type: packs blocks of a and b that stay in cache and
// runs tiles over them. Included once for each type, after gemm_pack.h.

// Rows are dealt evenly to ceil(m / CV_T_ROWS) panels, so that no tile is much lower than the rest.
static inline int64_t CV_G(panel_start)(int64_t panel, int64_t m, int64_t panels) {
  int64_t more = m % panels;
  return panel * (m / panels) + (panel < more ? panel : more);
}

// A tile at the edge: computed whole beside c, then the valid columns are copied.
static void CV_G(edge_tile)(CV_G(tile) tile, int64_t height, int64_t columns, int64_t k,
                            const CV_T *a, int64_t rs, int64_t cs, const CV_T *b, int64_t width,
                            CV_T *c, int64_t ldc, bool add, const char *ahead) {
  CV_T whole[CV_T_ROWS * CV_T_VECTORS * CV_T_LANES] __attribute__((aligned(64)));
  tile(k, a, rs, cs, b, width * CV_T_PARTS, whole, width * CV_T_PARTS, false, ahead);
  const CV_T *from = whole;
  for (int64_t i = 0; i < height; ++i, from += width * CV_T_PARTS, c += ldc) {
    if (add) {
      for (int64_t j = 0; j < columns * CV_T_PARTS; ++j) c[j] = (CV_T)(c[j] + from[j]);
    } else {
      for (int64_t j = 0; j < columns * CV_T_PARTS; ++j) c[j] = from[j];
    }
  }
}

// The tiles of a width in elements, by height.
static const CV_G(tile) *CV_G(tiles)(int64_t width) {
#if CV_T_REAL
  if (width == CV_T_LANES) return CV_G(tiles_1);
#endif
#if CV_T_VECTORS == 4
  if (width == CV_T_WIDTH) return CV_G(tiles_4);
#endif
  (void)width;
  return CV_G(tiles_2);
}

// One panel of b (packed) against panels of a, packed or, where `packed_a` is null, where they lie; meanwhile
// `next_b`, if there is one, is fetched.
static void CV_G(panel)(int64_t m, int64_t first, int64_t last, int64_t panels, int64_t columns,
                        int64_t k, cv_matrix a, const CV_T *packed_a, const CV_T *b,
                        const CV_T *next_b, CV_T *c, int64_t ldc, bool add) {
  int64_t width = CV_G(panel_width)(columns);
  const CV_G(tile) *tiles = CV_G(tiles)(width);
  int64_t origin = CV_G(panel_start)(first, m, panels), start = origin;
  // Every tile fetches a share, if that does not take longer than to compute it.
  const char *ahead = k < CV_GEMM_SEGMENT / 2 ? NULL : (const char *)next_b;
  const int64_t share = width * k * CV_T_PARTS * (int64_t)sizeof(CV_T) / (last - first);
  for (int64_t panel = first; panel < last; ++panel) {
    int64_t next = CV_G(panel_start)(panel + 1, m, panels), height = next - start;
    CV_G(strides) s = {a.row * CV_T_PARTS, a.column * CV_T_PARTS};
    const CV_T *from = (const CV_T *)a.data + start * s.row;
    if (packed_a) {
      s = CV_G(panel_strides)(a, height, k);
      from = packed_a + (start - origin) * k * CV_T_PARTS;
    }
    CV_T *to = c + start * ldc;
    if (columns >= width) {
      tiles[height](k, from, s.row, s.column, b, width * CV_T_PARTS, to, ldc, add, ahead);
    } else {
      CV_G(edge_tile)(tiles[height], height, columns, k, from, s.row, s.column, b, width, to, ldc,
                      add, ahead);
    }
    start = next;
    if (ahead) ahead += share;
  }
}

enum { CV_G(block_panels) = CV_GEMM_BLOCK_ROWS / CV_T_ROWS };

static inline int64_t CV_G(block_columns)(void) {
  return CV_GEMM_WIDTH_BYTES / (int64_t)(sizeof(CV_T) * CV_T_PARTS);
}

// Whether tiles read rows of a where they lie: wide and low ones do so seldom, and only a few rows at a time,
// which stay in the first-level cache even if they are a power of two apart.
static inline bool CV_G(lies_well)(cv_matrix a) {
  return CV_T_VECTORS == 4 && a.column == 1 && (!CV_T_WIDENS || a.dtype == CV_T_DTYPE);
}

// How many rows of a strip are packed when so much of the work beside it is done.
static inline int64_t CV_G(packed_rows)(cv_strip s, int64_t done, int64_t all) {
  return done == all ? s.rows : s.rows * done / all / CV_G(group) * CV_G(group);
}

// Rows of c from packed columns of b: block by block, so that rows of a stay in the second-level cache. The
// next strip is packed bit by bit, so that memory and arithmetic are busy at the same time.
static void CV_G(rows)(int64_t m, int64_t columns, int64_t k, cv_matrix a, const CV_T *packed_b,
                       CV_T *c, int64_t ldc, bool add, cv_strip strip, CV_T *packed_a) {
  int64_t panels = (m + CV_T_ROWS - 1) / CV_T_ROWS;
  const int64_t all = (panels + CV_G(block_panels) - 1) / CV_G(block_panels) * columns;
  int64_t done = 0;
  if (CV_G(lies_well)(a)) packed_a = NULL;
  for (int64_t first = 0; first < panels; first += CV_G(block_panels)) {
    int64_t last = first + CV_G(block_panels) < panels ? first + CV_G(block_panels) : panels;
    int64_t origin = CV_G(panel_start)(first, m, panels), start = origin;
    for (int64_t panel = first; packed_a && panel < last; ++panel) {
      int64_t next = CV_G(panel_start)(panel + 1, m, panels);
      CV_G(pack_a)(cv_gemm_part(a, start, 0), next - start, k,
                   packed_a + (start - origin) * k * CV_T_PARTS);
      start = next;
    }
    for (int64_t j = 0, left; j < columns; j += left, done += left) {
      int64_t width = CV_G(panel_width)(columns - j);
      left = columns - j < width ? columns - j : width;
      const CV_T *b = packed_b + j * k * CV_T_PARTS;
      const CV_T *next_b = left == columns ? NULL : j + left < columns ? b + left * k * CV_T_PARTS : packed_b;
      CV_G(panel)(m, first, last, panels, left, k, a, packed_a, b, next_b, c + j * CV_T_PARTS, ldc, add);
      CV_G(pack_b)(strip, CV_G(packed_rows)(strip, done, all), CV_G(packed_rows)(strip, done + left, all));
    }
  }
}

static void CV_G(blocked)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, CV_T *c,
                          int64_t ldc, void *scratch) {
  int64_t wide = CV_G(block_columns)();
  int64_t kc = k < CV_GEMM_SEGMENT ? k : CV_GEMM_SEGMENT;
  int64_t rows = m < CV_G(block_panels) * CV_T_ROWS ? m : CV_G(block_panels) * CV_T_ROWS;
  CV_T *packed_b = (CV_T *)((char *)scratch +
                            cv_gemm_round((size_t)(rows * kc) * sizeof(CV_T) * CV_T_PARTS + 64));
  for (int64_t j = 0; j < n; j += wide) {
    int64_t columns = n - j < wide ? n - j : wide;
    for (int64_t p = 0; p < k; p += kc) {
      int64_t some = k - p < kc ? k - p : kc;
      const cv_strip strip = {cv_gemm_part(b, p, j), some, columns, 0, columns, packed_b};
      CV_G(pack_b)(strip, 0, some);
      CV_G(rows)(m, columns, some, cv_gemm_part(a, 0, p), packed_b, c + j * CV_T_PARTS, ldc, p > 0,
                 (cv_strip){0}, scratch);
    }
  }
}

static size_t CV_G(blocked_scratch)(int64_t m, int64_t n, int64_t k) {
  int64_t kc = k < CV_GEMM_SEGMENT ? k : CV_GEMM_SEGMENT, wide = CV_G(block_columns)();
  int64_t rows = m < CV_G(block_panels) * CV_T_ROWS ? m : CV_G(block_panels) * CV_T_ROWS;
  // The narrower panels at the end fill up less than a vector.
  int64_t step = CV_T_REAL ? CV_T_LANES : CV_T_WIDTH;
  int64_t columns = n < wide ? (n + step - 1) / step * step : wide;
  size_t unit = sizeof(CV_T) * CV_T_PARTS;
  return cv_gemm_round((size_t)(rows * kc) * unit + 64) +
         cv_gemm_round((size_t)(columns * kc) * unit);
}
