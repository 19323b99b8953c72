// Packing for one element type: copies blocks of a and b into the order in which the tiles read
// them, widening half types on the way. Included once for each type, after gemm_tile.h.
//
// A packed panel of a has a few rows. A packed panel of b has a fixed
// width, CV_T_VECTORS vectors (two or one for a narrow remainder), and is filled up with zeros.

#define CV_T_PARTS (1 + CV_T_COMPLEX)
#define CV_T_WIDTH (CV_T_VECTORS * CV_T_LANES / CV_T_PARTS)  // elements in a full panel of b

#if CV_T_REAL

// Bytes of an element in memory.
static inline __attribute__((always_inline)) int64_t CV_G(stored)(uint8_t dtype) {
  return CV_T_WIDENS && dtype != CV_T_DTYPE ? 2 : (int64_t)sizeof(CV_T);
}

// Element i, or elements i onwards, of a row of `dtype`.
static inline __attribute__((always_inline)) CV_T CV_G(get)(const void *data, int64_t i,
                                                            uint8_t dtype) {
#if CV_T_WIDENS
  if (dtype == CV_F16) return cv_half_from_f16(((const uint16_t *)data)[i]);
  if (dtype == CV_BF16) return cv_half_from_bf16(((const uint16_t *)data)[i]);
#endif
  (void)dtype;
  return ((const CV_T *)data)[i];
}

static inline __attribute__((always_inline)) CV_V CV_G(load)(const void *data, int64_t i,
                                                             uint8_t dtype) {
#if CV_T_WIDENS
  typedef uint16_t narrow __attribute__((ext_vector_type(CV_T_LANES)));
  typedef uint32_t bits __attribute__((ext_vector_type(CV_T_LANES)));
  if (dtype == CV_F16 || dtype == CV_BF16) {
    narrow half;
    memcpy(&half, (const uint16_t *)data + i, sizeof half);
    if (dtype == CV_BF16) return (CV_V)(__builtin_convertvector(half, bits) << 16);
#if CV_GEMM_FUSED
    typedef _Float16 halves __attribute__((ext_vector_type(CV_T_LANES)));
    return __builtin_convertvector((halves)half, CV_V);
#else
    bits wide = __builtin_convertvector(half, bits), magnitude = wide & 0x7fff;
    bits value = (bits)((CV_V)(magnitude << 13) * 0x1p112f);
    value |= (bits)(magnitude >= 0x7c00) & 0x7f800000;
    return (CV_V)(value | (wide & 0x8000) << 16);
#endif
  }
#endif
  (void)dtype;
  return *(const CV_L *)((const CV_T *)data + i);
}

#define CV_T_PART (16 / (int)sizeof(CV_T))  // elements of a part of a vector
#define CV_REARRANGE(F, a, b, x) CV_SHUFFLE(CV_T_LANES)(F, a, b, x, CV_T_LANES)

// Transposes squares of parts: from every part, v[j] gets element j of t[0], t[1] and so on.
static inline __attribute__((always_inline)) void CV_G(transpose_parts)(const CV_V *t, CV_V *v) {
#if CV_T_BYTES == 4
  CV_V a = CV_REARRANGE(CV_WEAVE_1, t[0], t[1], 0), b = CV_REARRANGE(CV_WEAVE_1, t[2], t[3], 0);
  CV_V c = CV_REARRANGE(CV_WEAVE_1, t[0], t[1], 2), d = CV_REARRANGE(CV_WEAVE_1, t[2], t[3], 2);
  v[0] = CV_REARRANGE(CV_WEAVE_2, a, b, 0);
  v[1] = CV_REARRANGE(CV_WEAVE_2, a, b, 1);
  v[2] = CV_REARRANGE(CV_WEAVE_2, c, d, 0);
  v[3] = CV_REARRANGE(CV_WEAVE_2, c, d, 1);
#else
  v[0] = CV_REARRANGE(CV_WEAVE_1, t[0], t[1], 0);
  v[1] = CV_REARRANGE(CV_WEAVE_1, t[0], t[1], 1);
#endif
}

// Transposes a square of vectors in place: squares of parts first, then the parts among each other.
static inline __attribute__((always_inline)) void CV_G(transpose)(CV_V *v) {
  enum { L = CV_T_PART };
  CV_V t[CV_T_LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < CV_T_LANES; i += L) CV_G(transpose_parts)(v + i, t + i);
  // t[L g + j] holds, in part q, column L q + j of the rows from L g on.
#pragma clang loop unroll(full)
  for (int j = 0; j < L; ++j) {
#if CV_T_LANES * CV_T_BYTES == 64
    CV_V a = CV_REARRANGE(CV_PARTS, t[j], t[L + j], 0), b = CV_REARRANGE(CV_PARTS, t[j], t[L + j], 1);
    CV_V c = CV_REARRANGE(CV_PARTS, t[2 * L + j], t[3 * L + j], 0);
    CV_V d = CV_REARRANGE(CV_PARTS, t[2 * L + j], t[3 * L + j], 1);
    v[j] = CV_REARRANGE(CV_PARTS, a, c, 0);
    v[L + j] = CV_REARRANGE(CV_PARTS, b, d, 0);
    v[2 * L + j] = CV_REARRANGE(CV_PARTS, a, c, 1);
    v[3 * L + j] = CV_REARRANGE(CV_PARTS, b, d, 1);
#elif CV_T_LANES * CV_T_BYTES == 32
    v[j] = CV_REARRANGE(CV_PARTS, t[j], t[L + j], 0);
    v[L + j] = CV_REARRANGE(CV_PARTS, t[j], t[L + j], 1);
#else
    v[j] = t[j];
#endif
  }
}

// Writes target[p * width + i] = source[i * row + p] for i < rows (at most a vector) and p < count.
// Whole vectors are written: what lies behind must be written later, or be padding.
static inline __attribute__((always_inline)) void CV_G(turn)(
    const void *source, int64_t row, int64_t rows, int64_t count, CV_T *target, int64_t width,
    uint8_t dtype) {
  int64_t p = 0;
  for (; p + CV_T_LANES <= count; p += CV_T_LANES) {
    CV_V v[CV_T_LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < CV_T_LANES; ++i) {
      v[i] = CV_G(load)(source, (i < rows ? i : rows - 1) * row + p, dtype);
    }
    CV_G(transpose)(v);
#pragma clang loop unroll(full)
    for (int i = 0; i < CV_T_LANES; ++i) *(CV_L *)(target + (p + i) * width) = v[i];
  }
  for (; p < count; ++p) {
    for (int64_t i = 0; i < rows; ++i) {
      target[p * width + i] = CV_G(get)(source, i * row + p, dtype);
    }
  }
}

// A panel of b (or, exchanging rows and columns, of a) with `columns` valid of `width`.
static inline __attribute__((always_inline)) void CV_G(pack_from)(
    const void *source, int64_t row, int64_t column, int64_t rows, int64_t columns,
    int64_t width, CV_T *target, uint8_t dtype) {
  if (column == 1) {
    for (int64_t p = 0; p < rows; ++p, target += width) {
      int64_t j = 0;
      for (; j + CV_T_LANES <= columns; j += CV_T_LANES) {
        *(CV_L *)(target + j) = CV_G(load)(source, p * row + j, dtype);
      }
      for (; j < columns; ++j) target[j] = CV_G(get)(source, p * row + j, dtype);
      for (; j < width; ++j) target[j] = 0;
    }
  } else if (row == 1) {
    int64_t some = (columns - 1) % CV_T_LANES + 1;
    for (int64_t j = columns - some; j >= 0; j -= CV_T_LANES, some = CV_T_LANES) {
      CV_G(turn)((const char *)source + j * column * CV_G(stored)(dtype), column, some, rows,
                 target + j, width, dtype);
    }
    for (int64_t p = 0; columns < width && p < rows; ++p, target += width) {
      for (int64_t j = columns; j < width; ++j) target[j] = 0;
    }
  } else {
    for (int64_t p = 0; p < rows; ++p, target += width) {
      for (int64_t j = 0; j < columns; ++j) {
        target[j] = CV_G(get)(source, p * row + j * column, dtype);
      }
      for (int64_t j = columns; j < width; ++j) target[j] = 0;
    }
  }
}

static void CV_G(pack)(cv_matrix b, int64_t rows, int64_t columns, int64_t width, CV_T *target) {
#if CV_T_WIDENS
  if (b.dtype == CV_F16) {
    CV_G(pack_from)(b.data, b.row, b.column, rows, columns, width, target, CV_F16);
    return;
  }
  if (b.dtype == CV_BF16) {
    CV_G(pack_from)(b.data, b.row, b.column, rows, columns, width, target, CV_BF16);
    return;
  }
#endif
  CV_G(pack_from)(b.data, b.row, b.column, rows, columns, width, target, CV_T_DTYPE);
}

#else

static void CV_G(pack)(cv_matrix b, int64_t rows, int64_t columns, int64_t width, CV_T *target) {
  const CV_T *source = b.data;
  for (int64_t p = 0; p < rows; ++p, target += width * CV_T_PARTS) {
    const CV_T *at = source + p * b.row * CV_T_PARTS;
    for (int64_t j = 0; j < columns; ++j, at += b.column * CV_T_PARTS) {
      target[j] = at[0];
#if CV_T_COMPLEX
      target[width + j] = at[1];
#endif
    }
    for (int64_t j = columns; j < width; ++j) {
      target[j] = 0;
#if CV_T_COMPLEX
      target[width + j] = 0;
#endif
    }
  }
}

#endif

// A panel of a: its rows one after the other where they are so in memory, else its columns.
// Returns the distance of rows and of columns in the panel.
typedef struct { int64_t row, column; } CV_G(strides);

static CV_G(strides) CV_G(panel_strides)(cv_matrix a, int64_t height, int64_t k) {
  if (!CV_T_COMPLEX && a.column == 1) return (CV_G(strides)){k, 1};
  return (CV_G(strides)){CV_T_PARTS, height * CV_T_PARTS};
}

static void CV_G(pack_a)(cv_matrix a, int64_t height, int64_t k, CV_T *target) {
#if CV_T_COMPLEX
  const CV_T *source = a.data;
  for (int64_t p = 0; p < k; ++p) {
    for (int64_t i = 0; i < height; ++i, target += 2) {
      const CV_T *at = source + 2 * (i * a.row + p * a.column);
      target[0] = at[0];
      target[1] = at[1];
    }
  }
#else
  if (a.column == 1) {
    CV_G(pack)(a, height, k, k, target);
  } else {
    CV_G(pack)(cv_gemm_turned(a), k, height, height, target);
  }
#endif
}

// Elements in the next panel of b when `left` columns remain.
static inline int64_t CV_G(panel_width)(int64_t left) {
#if CV_T_REAL
  if (left <= CV_T_LANES) return CV_T_LANES;
  if (left <= 3 * CV_T_LANES) return 2 * CV_T_LANES;
#endif
  (void)left;
  return CV_T_WIDTH;
}

enum { CV_G(group) = 16 };

// Rows [first, last) of the panels of a strip; in groups, so that far rows are read in long stretches.
static void CV_G(pack_b)(cv_strip s, int64_t first, int64_t last) {
  const int64_t group = s.b.column == 1 ? CV_G(group) : last - first;
  for (int64_t p = first; p < last; p += group) {
    const int64_t rows = last - p < group ? last - p : group;
    for (int64_t j = s.from, width; j < s.to; j += width) {
      const int64_t left = s.columns - j;
      width = CV_G(panel_width)(left);
      CV_G(pack)(cv_gemm_part(s.b, p, j), rows, left < width ? left : width, width,
                 (CV_T *)s.packed + (j * s.rows + p * width) * CV_T_PARTS);
    }
  }
}
