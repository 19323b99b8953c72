// The product of bfloat16 matrices by AVX512_BF16's VDPBF16PS, which takes two steps of k at once: to each
// float of a vector it adds the product of the upper halves of two words, then that of the lower halves, and
// rounds after each (Intel's manual, volume 2). A word here holds an element above the next one along k, so
// the order of accumulation (gemm_shape.h) and every bit are those of float; but what is too small to be a
// normal float counts as zero. Included once, after the float product.

typedef float dot_floats __attribute__((vector_size(64)));
typedef __bf16 dot_halves __attribute__((vector_size(64)));

// The tiles are those of float; what is an element of a or b to them is a word of two.
#define CV_T float
#define CV_G(x) x##_dot
#define CV_T_LANES CV_GEMM_LANES_4
#define CV_T_ROWS CV_GEMM_PACKED_ROWS
#define CV_T_VECTORS CV_GEMM_PACKED_VECTORS
#define CV_T_TALL CV_GEMM_PACKED_ROWS
#define CV_T_ALIGN 4
#define CV_T_REAL 1
#define CV_T_COMPLEX 0
#define CV_T_TARGET __attribute__((target("arch=x86-64-v4,avx512bf16")))
#define CV_FMA(a, b, c) \
  ((CV_V)__builtin_ia32_dpbf16ps_512((dot_floats)(c), (dot_halves)(a), (dot_halves)(b)))
#include "gemm_tile.h"

enum {
  DOT_LANES = CV_T_LANES,
  DOT_ROWS = CV_T_ROWS,
  DOT_WIDTH = CV_T_VECTORS * CV_T_LANES,
  DOT_DEPTH = 4 * CV_GEMM_SEGMENT,  // steps of k for which a and b are packed at a time
  DOT_STRIP = 1024,                 // columns of b that are, and rows of sums that are kept
  DOT_BLOCK = 32 * DOT_ROWS         // rows of a that are
};

#undef CV_T
#undef CV_G
#undef CV_T_LANES
#undef CV_T_ROWS
#undef CV_T_VECTORS
#undef CV_T_TALL
#undef CV_T_ALIGN
#undef CV_T_REAL
#undef CV_T_COMPLEX
#undef CV_T_TARGET
#undef CV_FMA
#undef CV_V
#undef CV_L

typedef uint32_t dot_word __attribute__((may_alias));
typedef uint32_t dot_words __attribute__((ext_vector_type(DOT_LANES), aligned(4), may_alias));

static inline bool dot_runs(uint8_t a_type, uint8_t b_type) {
  return a_type == CV_BF16 && b_type == CV_BF16 && __builtin_cpu_supports("avx512bf16");
}

static inline int64_t dot_pairs(int64_t k) { return (k + 1) / 2; }

// Behind an odd k: their product is -0, which changes no sum.
enum { DOT_END_A = 0x8000, DOT_END_B = 0 };

static inline dot_word dot_join(uint16_t first, uint16_t second) {
  return (dot_word)first << 16 | second;
}

// Elements of a row as they lie in memory have the later one above.
static inline dot_words dot_swapped(const uint16_t *row) {
  dot_words words;
  memcpy(&words, row, sizeof words);
  return words << 16 | words >> 16;
}

// Rows of a, each its words in turn.
static void dot_pack_rows(const uint16_t *source, int64_t row, int64_t rows, int64_t k,
                          dot_word *target) {
  for (int64_t i = 0; i < rows; ++i, source += row) {
    int64_t p = 0;
    for (; p + 2 * DOT_LANES <= k; p += 2 * DOT_LANES, target += DOT_LANES) {
      *(dot_words *)target = dot_swapped(source + p);
    }
    for (; p < k; p += 2) {
      *target++ = dot_join(source[p], p + 1 < k ? source[p + 1] : DOT_END_A);
    }
  }
}

// The words of L columns of two rows.
#define DOT_WEAVE(L)                                                                        \
  static inline void dot_weave_##L(const uint16_t *first, const uint16_t *second, dot_word *target) { \
    typedef uint16_t halves __attribute__((ext_vector_type(L), aligned(2), may_alias));     \
    typedef uint32_t words __attribute__((ext_vector_type(L), aligned(4), may_alias));      \
    *(words *)target = __builtin_convertvector(*(const halves *)first, words) << 16 |       \
                       __builtin_convertvector(*(const halves *)second, words);             \
  }
DOT_WEAVE(16)
DOT_WEAVE(8)
#undef DOT_WEAVE

// Columns at most as many as `width`: the words of two steps beside each other, filled up with zeros. There
// are `there` columns to read. Whole vectors are written: what lies behind is written later.
static void dot_pack_columns(const uint16_t *source, int64_t row, int64_t column, int64_t k, int64_t there,
                             int64_t columns, int64_t width, uint16_t end, dot_word *target) {
  int64_t room = dot_pairs(k) * width;
  for (int64_t p = 0; p < k; p += 2, source += 2 * row, target += width, room -= width) {
    const bool pair = p + 1 < k;
    int64_t j = 0;
    if (column == 1 && pair) {
      for (; j + 16 <= columns; j += 16) dot_weave_16(source + j, source + row + j, target + j);
      for (; j < columns && j + 8 <= there && j + 8 <= room; j += 8) {
        dot_weave_8(source + j, source + row + j, target + j);
      }
    }
    for (; j < columns; ++j) {
      target[j] = dot_join(source[j * column], pair ? source[row + j * column] : end);
    }
    for (; j < width; ++j) target[j] = 0;
  }
}

// The same for b where columns are contiguous: squares of words are transposed. Whole vectors are written,
// the last columns first.
static void dot_turn(const uint16_t *source, int64_t column, int64_t k, int64_t columns, int64_t width,
                     dot_word *target) {
  const int64_t whole = k / (2 * DOT_LANES) * DOT_LANES;
  int64_t some = (columns - 1) % DOT_LANES + 1;
  for (int64_t j = columns - some; j >= 0; j -= DOT_LANES, some = DOT_LANES) {
    const uint16_t *from = source + j * column;
    for (int64_t p = 0; p < whole; p += DOT_LANES) {
      vector_f32 v[DOT_LANES];
#pragma clang loop unroll(full)
      for (int i = 0; i < DOT_LANES; ++i) {
        v[i] = (vector_f32)dot_swapped(from + (i < some ? i : some - 1) * column + 2 * p);
      }
      transpose_f32(v);
#pragma clang loop unroll(full)
      for (int i = 0; i < DOT_LANES; ++i) *(dot_words *)(target + (p + i) * width + j) = (dot_words)v[i];
    }
  }
  for (int64_t p = 0; p < whole; ++p) {
    for (int64_t j = columns; j < width; ++j) target[p * width + j] = 0;
  }
  dot_pack_columns(source + 2 * whole, 1, column, k - 2 * whole, columns, columns, width, DOT_END_B,
                   target + whole * width);
}

static inline int64_t dot_least(int64_t a, int64_t b) { return a < b ? a : b; }

// The panels of a strip of b; rows in groups, so that far rows are read in long stretches.
static void dot_pack_b(cv_matrix b, int64_t k, int64_t columns, dot_word *target) {
  const int64_t group = b.column == 1 ? 16 : k;
  for (int64_t p = 0; p < k; p += group) {
    const int64_t rows = dot_least(k - p, group);
    for (int64_t j = 0, width; j < columns; j += width) {
      width = panel_width_f32(columns - j);
      const int64_t some = dot_least(columns - j, width);
      const uint16_t *source = cv_gemm_part(b, p, j).data;
      dot_word *panel = target + j * dot_pairs(k) + p / 2 * width;
      if (b.row == 1 && b.column != 1) {
        dot_turn(source, b.column, rows, some, width, panel);
      } else {
        dot_pack_columns(source, b.row, b.column, rows, some, some, width, DOT_END_B, panel);
      }
    }
  }
}

// Rows of a, block by block.
static void dot_pack_a(cv_matrix a, int64_t k, int64_t m, int64_t first, int64_t last, int64_t panels,
                       dot_word *target) {
  const int64_t group = a.column == 1 ? k : 16, origin = panel_start_f32(first, m, panels);
  for (int64_t p = 0; p < k; p += group) {
    const int64_t some = dot_least(k - p, group);
    for (int64_t panel = first, i = origin, next; panel < last; ++panel, i = next) {
      next = panel_start_f32(panel + 1, m, panels);
      const uint16_t *source = cv_gemm_part(a, i, p).data;
      dot_word *to = target + (i - origin) * dot_pairs(k);
      if (a.column == 1) {
        dot_pack_rows(source, a.row, next - i, some, to);
      } else {
        dot_pack_columns(source, a.column, a.row, some, m - i, next - i, next - i, DOT_END_A,
                         to + p / 2 * (next - i));
      }
    }
  }
}

// Rows of a product from packed columns of b. Sums begin at zero, or where `add` at `sums`, and are left
// there, as floats; they are narrowed to c if there is one. Without `sums` they are kept aside.
static void dot_rows(int64_t m, int64_t columns, int64_t k, cv_matrix a, const float *packed_b,
                     float *sums, int64_t lds, bool add, uint16_t *c, int64_t ldc, float *packed_a) {
  float aside[DOT_ROWS * DOT_WIDTH] __attribute__((aligned(64)));
  const int64_t pairs = dot_pairs(k), panels = (m + DOT_ROWS - 1) / DOT_ROWS;
  for (int64_t first = 0; first < panels; first += DOT_BLOCK / DOT_ROWS) {
    const int64_t last = dot_least(first + DOT_BLOCK / DOT_ROWS, panels);
    const int64_t origin = panel_start_f32(first, m, panels), end = panel_start_f32(last, m, panels);
    dot_pack_a(a, k, m, first, last, panels, (dot_word *)packed_a);
    for (int64_t j = 0, width; j < columns; j += width) {
      width = panel_width_f32(columns - j);
      const int64_t left = dot_least(columns - j, width);
      const tile_dot *tiles = width == DOT_LANES ? tiles_1_dot
                              : width == DOT_WIDTH ? tiles_4_dot : tiles_2_dot;
      for (int64_t i = origin, panel = first, next; i < end; i = next) {
        next = panel_start_f32(++panel, m, panels);
        const int64_t height = next - i, rs = a.column == 1 ? pairs : 1, cs = a.column == 1 ? 1 : height;
        const float *from = packed_a + (i - origin) * pairs, *panel_b = packed_b + j * pairs;
        float *to = sums ? sums + i * lds + j : aside;
        const int64_t ldt = sums ? lds : width;
        for (int64_t p = 0; p < k; p += CV_GEMM_SEGMENT) {
          const int64_t some = dot_least(k - p, CV_GEMM_SEGMENT);
          tiles[height](dot_pairs(some), from + p / 2 * cs, rs, cs, panel_b + p / 2 * width, width, to,
                        ldt, add || p > 0, NULL);
        }
        if (c) gemm_narrow_rows(height, left, to, ldt, c + i * ldc + j, ldc, CV_BF16);
      }
    }
  }
}

// Bytes of packed rows of a.
static size_t dot_a_bytes(int64_t m, int64_t k) {
  return cv_gemm_round((size_t)(dot_least(m, DOT_BLOCK) * dot_pairs(dot_least(k, DOT_DEPTH))) * 4);
}

// Words in a row of packed columns of b, or of sums.
static int64_t dot_row_words(int64_t n) {
  return (dot_least(n, DOT_STRIP) + DOT_LANES - 1) / DOT_LANES * DOT_LANES;
}

static size_t dot_scratch(int64_t m, int64_t n, int64_t k) {
  const int64_t sums = k > DOT_DEPTH ? dot_least(m, DOT_STRIP) : 0;
  return dot_a_bytes(m, k) +
         (size_t)(dot_row_words(n) * (dot_pairs(dot_least(k, DOT_DEPTH)) + sums)) * 4;
}

static void dot_blocked(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, uint16_t *c,
                        int64_t ldc, char *scratch) {
  const bool once = k <= DOT_DEPTH;
  const int64_t tall = once ? m : DOT_STRIP, lds = dot_row_words(n);
  float *packed_b = (float *)(void *)(scratch + dot_a_bytes(m, k));
  float *sums = once ? NULL : packed_b + lds * dot_pairs(DOT_DEPTH);
  for (int64_t j = 0; j < n; j += DOT_STRIP) {
    const int64_t columns = dot_least(n - j, DOT_STRIP);
    for (int64_t i = 0; i < m; i += tall) {
      for (int64_t p = 0; p < k; p += DOT_DEPTH) {
        const int64_t deep = dot_least(k - p, DOT_DEPTH);
        dot_pack_b(cv_gemm_part(b, p, j), deep, columns, (dot_word *)packed_b);
        dot_rows(dot_least(m - i, tall), columns, deep, cv_gemm_part(a, i, p), packed_b, sums, lds,
                 p > 0, p + deep == k ? c + i * ldc + j : NULL, ldc, (float *)(void *)scratch);
      }
    }
  }
}
