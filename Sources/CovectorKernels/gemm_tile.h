// The innermost kernels of a matrix product, for one element type; included once for each.
// A tile is R rows by two vectors (or one); every element of it is one chain of fused multiply-adds
// over k, begun at zero and then stored in c or added to c. For complex types the two vectors of a
// row are real and imaginary parts.
//
// Parameters: CV_T the scalar type, CV_G(x) the name of x for this type, CV_T_LANES scalars in a
// vector, CV_T_ROWS the largest R, CV_T_COMPLEX, and CV_T_SLIM for tiles of one vector as well.

typedef CV_T CV_G(vector) __attribute__((ext_vector_type(CV_T_LANES)));
typedef CV_T CV_G(loose)
    __attribute__((ext_vector_type(CV_T_LANES), aligned(CV_T_ALIGN), may_alias));

#define CV_V CV_G(vector)
#define CV_L CV_G(loose)

// Row i of a is at a + i * rs, column p at p * cs. Strides are in scalars.
typedef void (*CV_G(tile))(int64_t k, const CV_T *a, int64_t rs, int64_t cs, const CV_T *b,
                           int64_t ldb, CV_T *c, int64_t ldc, bool add);

#define CV_TILE_ARGUMENTS                                                                  \
  int64_t k, const CV_T *a, int64_t rs, int64_t cs, const CV_T *b, int64_t ldb, CV_T *c,   \
      int64_t ldc, bool add

#define CV_DECLARE_2(i) CV_V u##i = (CV_V)(CV_T)0, v##i = (CV_V)(CV_T)0;
#define CV_DECLARE_1(i) CV_V u##i = (CV_V)(CV_T)0;

#if CV_T_COMPLEX

#define CV_STEP_AT(i, at)                                        \
  {                                                              \
    const CV_T *ai = (at);                                       \
    CV_V re = (CV_V)ai[0], im = (CV_V)ai[1];                     \
    u##i = CV_FMA(re, x, u##i);                                  \
    u##i = CV_FMA(-im, y, u##i);                                 \
    v##i = CV_FMA(re, y, v##i);                                  \
    v##i = CV_FMA(im, x, v##i);                                  \
  }
#define CV_STORE_2(i)                                            \
  {                                                              \
    CV_T *ci = c + i * ldc;                                      \
    CV_V low = CV_G(zip_low)(u##i, v##i), high = CV_G(zip_high)(u##i, v##i); \
    *(CV_L *)ci = low;                                           \
    *(CV_L *)(ci + CV_T_LANES) = high;                           \
  }
#define CV_ADD_2(i)                                              \
  {                                                              \
    CV_T *ci = c + i * ldc;                                      \
    CV_V low = CV_G(zip_low)(u##i, v##i), high = CV_G(zip_high)(u##i, v##i); \
    *(CV_L *)ci = *(CV_L *)ci + low;                             \
    *(CV_L *)(ci + CV_T_LANES) = *(CV_L *)(ci + CV_T_LANES) + high; \
  }

static inline CV_V CV_G(zip_low)(CV_V a, CV_V b) { return CV_ZIP_LOW(a, b, CV_T_LANES); }
static inline CV_V CV_G(zip_high)(CV_V a, CV_V b) { return CV_ZIP_HIGH(a, b, CV_T_LANES); }

#else

#define CV_STEP_AT(i, at)                                        \
  {                                                              \
    CV_V s = (CV_V)(*(at));                                      \
    u##i = CV_FMA(s, x, u##i);                                   \
    v##i = CV_FMA(s, y, v##i);                                   \
  }
#define CV_STORE_2(i)                                            \
  *(CV_L *)(c + i * ldc) = u##i;                                 \
  *(CV_L *)(c + i * ldc + CV_T_LANES) = v##i;
#define CV_ADD_2(i)                                              \
  *(CV_L *)(c + i * ldc) += u##i;                                \
  *(CV_L *)(c + i * ldc + CV_T_LANES) += v##i;

#endif

// The rows of c are needed only at the end, and are asked for at the start.
#define CV_EXPECT(i)                                             \
  __builtin_prefetch(c + i * ldc, 1);                            \
  __builtin_prefetch(c + i * ldc + CV_T_LANES, 1);
#define CV_STEP_PACKED(i) CV_STEP_AT(i, a + i * (1 + CV_T_COMPLEX))
#define CV_STEP_STRIDED(i) CV_STEP_AT(i, a + i * rs)

// a is a packed panel of R rows: columns follow each other.
#define CV_TILE_PACKED(R)                                                      \
  static void CV_G(packed_##R)(CV_TILE_ARGUMENTS) {                            \
    (void)rs, (void)cs;                                                        \
    CV_ROWS_##R(CV_EXPECT)                                                     \
    CV_ROWS_##R(CV_DECLARE_2)                                                  \
    for (; k > 0; --k) {                                                       \
      CV_V x = *(const CV_L *)b, y = *(const CV_L *)(b + CV_T_LANES);          \
      CV_ROWS_##R(CV_STEP_PACKED)                                              \
      a += R * (1 + CV_T_COMPLEX);                                             \
      b += ldb;                                                                \
    }                                                                          \
    if (add) {                                                                 \
      CV_ROWS_##R(CV_ADD_2)                                                    \
    } else {                                                                   \
      CV_ROWS_##R(CV_STORE_2)                                                  \
    }                                                                          \
  }

CV_EACH_HEIGHT(CV_T_ROWS)(CV_TILE_PACKED)

#define CV_ENTRY_PACKED(R) CV_G(packed_##R),
static const CV_G(tile) CV_G(packed)[] = {
  0, CV_EACH_HEIGHT(CV_T_ROWS)(CV_ENTRY_PACKED)
};

#if CV_T_SLIM

#define CV_STEP_SLIM(i) u##i = CV_FMA((CV_V)a[i * rs], x, u##i);
#define CV_STORE_1(i) *(CV_L *)(c + i * ldc) = u##i;
#define CV_ADD_1(i) *(CV_L *)(c + i * ldc) += u##i;

// a where it lies.
#define CV_TILE_STRIDED(R)                                                     \
  static void CV_G(strided_##R)(CV_TILE_ARGUMENTS) {                           \
    CV_ROWS_##R(CV_DECLARE_2)                                                  \
    for (; k > 0; --k) {                                                       \
      CV_V x = *(const CV_L *)b, y = *(const CV_L *)(b + CV_T_LANES);          \
      CV_ROWS_##R(CV_STEP_STRIDED)                                             \
      a += cs;                                                                 \
      b += ldb;                                                                \
    }                                                                          \
    if (add) {                                                                 \
      CV_ROWS_##R(CV_ADD_2)                                                    \
    } else {                                                                   \
      CV_ROWS_##R(CV_STORE_2)                                                  \
    }                                                                          \
  }                                                                            \
  static void CV_G(slim_##R)(CV_TILE_ARGUMENTS) {                              \
    CV_ROWS_##R(CV_DECLARE_1)                                                  \
    for (; k > 0; --k) {                                                       \
      CV_V x = *(const CV_L *)b;                                               \
      CV_ROWS_##R(CV_STEP_SLIM)                                                \
      a += cs;                                                                 \
      b += ldb;                                                                \
    }                                                                          \
    if (add) {                                                                 \
      CV_ROWS_##R(CV_ADD_1)                                                    \
    } else {                                                                   \
      CV_ROWS_##R(CV_STORE_1)                                                  \
    }                                                                          \
  }

CV_EACH_HEIGHT(CV_T_ROWS)(CV_TILE_STRIDED)

#define CV_ENTRY_STRIDED(R) CV_G(strided_##R),
#define CV_ENTRY_SLIM(R) CV_G(slim_##R),
static const CV_G(tile) CV_G(strided)[] = {
  0, CV_EACH_HEIGHT(CV_T_ROWS)(CV_ENTRY_STRIDED)
};
static const CV_G(tile) CV_G(slim)[] = {
  0, CV_EACH_HEIGHT(CV_T_ROWS)(CV_ENTRY_SLIM)
};

#undef CV_STEP_SLIM
#undef CV_STORE_1
#undef CV_ADD_1
#undef CV_TILE_STRIDED
#undef CV_ENTRY_STRIDED
#undef CV_ENTRY_SLIM
#endif

#undef CV_TILE_ARGUMENTS
#undef CV_DECLARE_2
#undef CV_DECLARE_1
#undef CV_STEP_AT
#undef CV_STORE_2
#undef CV_ADD_2
#undef CV_EXPECT
#undef CV_STEP_PACKED
#undef CV_STEP_STRIDED
#undef CV_TILE_PACKED
#undef CV_ENTRY_PACKED
