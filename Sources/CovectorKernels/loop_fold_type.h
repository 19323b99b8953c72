// Folding for one compute type, CV_T: 64 logical lanes, combined pairwise, in every instruction set
// in the same order. Included once for each type; CV_FOLDS names the folds that type has.

#define CV_PASTE_(a, b) a##b
#define CV_PASTE(a, b) CV_PASTE_(a, b)
#define CV_TYPED(NAME) CV_PASTE(CV_PASTE(cv_, NAME##_), CV_T)
#define CV_V CV_PASTE(CV_PASTE(cv_, CV_T), v)
#define CV_S CV_PASTE(cv_, CV_T)
#define CV_AT CV_PASTE(cv_get_, CV_T)
#define CV_L CV_PASTE(CV_LANES_, CV_T)

enum { CV_TYPED(parts) = 64 / CV_L, CV_TYPED(lane) = 64 / CV_L };  // vectors, bytes of a lane

// Combines the lanes K bytes apart within each part of a vector: two vectors give one. Repeated
// down to the width of a lane, CV_L vectors become one, which holds the folds of each in order.
#define CV_TREE(K)                                                                           \
  if (CV_TYPED(lane) <= K) {                                                                 \
    count /= 2;                                                                              \
    for (int k = 0; k < count; k++) {                                                        \
      const CV_V x = v[2 * k], y = v[2 * k + 1];                                             \
      v[k] = v_fold(fold, v_low_##K(x, y), v_high_##K(x, y));                                \
    }                                                                                        \
  }

CV_INLINE CV_V CV_TYPED(fold_vectors)(int fold, CV_V *v) {
  int count = CV_L;
  CV_TREE(32) CV_TREE(16) CV_TREE(8) CV_TREE(4) CV_TREE(2) CV_TREE(1)
  return v[0];
}
#undef CV_TREE

// The same for a single vector; the result is in lane 0.
#define CV_TREE(K) \
  if (CV_TYPED(lane) <= K) v = v_fold(fold, v_low_##K(v, v), v_high_##K(v, v));

CV_INLINE CV_V CV_TYPED(fold_vector)(int fold, CV_V v) {
  CV_TREE(32) CV_TREE(16) CV_TREE(8) CV_TREE(4) CV_TREE(2) CV_TREE(1)
  return v;
}
#undef CV_TREE

CV_INLINE CV_V CV_TYPED(fold_parts)(int fold, CV_V *v) {
  for (int half = CV_TYPED(parts) / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) v[k] = v_fold(fold, v[k], v[k + half]);
  }
  return v[0];
}

// Adds n elements to the 64 lanes `v`.
CV_INLINE void CV_TYPED(fold_into)(int fold, CV_V *v, const void *src, size_t n) {
  const CV_V none = v_identity((CV_V){0}, fold);
  size_t p = 0;
  for (; p + 64 <= n; p += 64) {
    for (int k = 0; k < CV_TYPED(parts); k++) {
      v[k] = v_fold(fold, v[k], CV_AT(src, p + (size_t)k * CV_L));
    }
  }
  for (int k = 0; p < n; p += CV_L, k++) {
    v[k] = v_fold(fold, v[k], v_keep(CV_AT(src, p), n - p, none));
  }
}

CV_INLINE void CV_TYPED(fold_identity)(int fold, void *dst, size_t n) {
  const CV_V one = v_identity((CV_V){0}, fold);
  CV_S rest[CV_L];
  size_t i = 0;
  for (; i + CV_L <= n; i += CV_L) v_put(dst, i, one);
  v_put(rest, 0, one);
  memcpy((char *)dst + i * sizeof(CV_S), rest, (n - i) * sizeof(CV_S));
}

CV_INLINE void CV_TYPED(fold_accumulate)(int fold, void *lanes, const void *src, size_t n) {
  CV_V v[CV_TYPED(parts)];
  for (int k = 0; k < CV_TYPED(parts); k++) v[k] = CV_AT(lanes, (size_t)k * CV_L);
  CV_TYPED(fold_into)(fold, v, src, n);
  for (int k = 0; k < CV_TYPED(parts); k++) v_put(lanes, (size_t)k * CV_L, v[k]);
}

CV_INLINE void CV_TYPED(fold_collapse)(int fold, const void *lanes, void *out) {
  CV_V v[CV_TYPED(parts)];
  CV_S row[CV_L];
  for (int k = 0; k < CV_TYPED(parts); k++) v[k] = CV_AT(lanes, (size_t)k * CV_L);
  v_put(row, 0, CV_TYPED(fold_vector)(fold, CV_TYPED(fold_parts)(fold, v)));
  memcpy(out, row, sizeof row[0]);
}

CV_INLINE void CV_TYPED(fold_rows)(int fold, const void *src, size_t rows, size_t n, void *out) {
  const CV_V none = v_identity((CV_V){0}, fold);
  for (size_t r = 0; r < rows; r += CV_L) {
    const size_t some = rows - r < CV_L ? rows - r : CV_L;
    CV_V v[CV_L];
    for (size_t k = 0; k < some; k++) {
      const char *row = (const char *)src + (r + k) * n * sizeof(CV_S);
      if (n <= CV_L) {
        v[k] = v_keep(CV_AT(row, 0), n, none);
      } else if (n <= 2 * CV_L) {
        v[k] = v_fold(fold, CV_AT(row, 0), v_keep(CV_AT(row, CV_L), n - CV_L, none));
      } else {
        CV_V w[CV_TYPED(parts)];
        for (int j = 0; j < CV_TYPED(parts); j++) w[j] = none;
        CV_TYPED(fold_into)(fold, w, row, n);
        v[k] = CV_TYPED(fold_parts)(fold, w);
      }
    }
    for (size_t k = some; k < CV_L; k++) v[k] = none;
    const CV_V folded = CV_TYPED(fold_vectors)(fold, v);
    if (some == CV_L) {
      v_put(out, r, folded);
    } else {
      CV_S rest[CV_L];
      v_put(rest, 0, folded);
      memcpy((char *)out + r * sizeof(CV_S), rest, some * sizeof(CV_S));
    }
  }
}

CV_INLINE void CV_TYPED(fold_columns)(int fold, void *sums, const void *src, size_t rows,
                                      size_t n) {
  for (size_t i = 0; i < n; i += CV_L) {
    CV_V s = CV_AT(sums, i);
    for (size_t r = 0; r < rows; r++) s = v_fold(fold, s, CV_AT(src, r * n + i));
    v_put(sums, i, s);
  }
}

// x <- x combined with y, for exactly n elements.
CV_INLINE void CV_TYPED(fold_combine)(int fold, void *x, const void *y, size_t n) {
  size_t i = 0;
  for (; i + CV_L <= n; i += CV_L) v_put(x, i, v_fold(fold, CV_AT(x, i), CV_AT(y, i)));
  if (i < n) {
    CV_S p[CV_L] = {0}, q[CV_L] = {0};
    char *rest = (char *)x + i * sizeof(CV_S);
    memcpy(p, rest, (n - i) * sizeof(CV_S));
    memcpy(q, (const char *)y + i * sizeof(CV_S), (n - i) * sizeof(CV_S));
    v_put(p, 0, v_fold(fold, CV_AT(p, 0), CV_AT(q, 0)));
    memcpy(rest, p, (n - i) * sizeof(CV_S));
  }
}

#define CV_FOLD_ONE(FOLD)                                                                    \
  static void CV_TYPED(identity_##FOLD)(void *dst, size_t n) {                               \
    CV_TYPED(fold_identity)(CV_FOLD_##FOLD, dst, n);                                         \
  }                                                                                          \
  static void CV_TYPED(accumulate_##FOLD)(void *lanes, const void *src, size_t n) {          \
    CV_TYPED(fold_accumulate)(CV_FOLD_##FOLD, lanes, src, n);                                \
  }                                                                                          \
  static void CV_TYPED(collapse_##FOLD)(const void *lanes, void *out) {                      \
    CV_TYPED(fold_collapse)(CV_FOLD_##FOLD, lanes, out);                                     \
  }                                                                                          \
  static void CV_TYPED(rows_##FOLD)(const void *src, size_t rows, size_t n, void *out) {     \
    CV_TYPED(fold_rows)(CV_FOLD_##FOLD, src, rows, n, out);                                  \
  }                                                                                          \
  static void CV_TYPED(columns_##FOLD)(void *sums, const void *src, size_t rows, size_t n) { \
    CV_TYPED(fold_columns)(CV_FOLD_##FOLD, sums, src, rows, n);                              \
  }                                                                                          \
  static void CV_TYPED(combine_##FOLD)(void *x, const void *y, size_t n) {                   \
    CV_TYPED(fold_combine)(CV_FOLD_##FOLD, x, y, n);                                         \
  }
CV_FOLDS(CV_FOLD_ONE)
#undef CV_FOLD_ONE

#define CV_FOLD_ONE(FOLD)                                                                    \
  [CV_FOLD_##FOLD] = {CV_TYPED(identity_##FOLD), CV_TYPED(accumulate_##FOLD),                \
                      CV_TYPED(collapse_##FOLD), CV_TYPED(rows_##FOLD),                      \
                      CV_TYPED(columns_##FOLD), CV_TYPED(combine_##FOLD)},
static const cv_folder CV_TYPED(folders)[4] = {CV_FOLDS(CV_FOLD_ONE)};
#undef CV_FOLD_ONE

#undef CV_TYPED
#undef CV_V
#undef CV_S
#undef CV_AT
#undef CV_L
#undef CV_T
