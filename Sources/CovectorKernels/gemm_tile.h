// The innermost kernels of a matrix product, for one element type; included once for each.
// A tile is R rows by four vectors, two or one; every element of it is one chain of fused
// multiply-adds over k, begun at zero and then stored in c or added to c. For complex types the two
// vectors of a row are real and imaginary parts.
//
// Parameters: CV_T the scalar type, CV_G(x) the name of x for this type, CV_T_LANES scalars in a
// vector, CV_T_VECTORS the vectors in the widest tile, 2 or 4, CV_T_ROWS the largest R of it, CV_T_TALL
// that of a narrower one, CV_T_COMPLEX, CV_T_REAL for tiles of one vector as well, and CV_T_TARGET, an
// attribute for instructions beyond those of the set.

#ifndef CV_T_TARGET
#define CV_T_TARGET
#endif

typedef CV_T CV_G(vector) __attribute__((ext_vector_type(CV_T_LANES)));
typedef CV_T CV_G(loose)
    __attribute__((ext_vector_type(CV_T_LANES), aligned(CV_T_ALIGN), may_alias));

#define CV_V CV_G(vector)
#define CV_L CV_G(loose)

// Row i of a is at a + i * rs, column p at p * cs. Strides are in scalars.
typedef void (*CV_G(tile))(int64_t k, const CV_T *a, int64_t rs, int64_t cs, const CV_T *b,
                           int64_t ldb, CV_T *c, int64_t ldc, bool add, const char *ahead);

#define CV_TILE_ARGUMENTS                                                                  \
  int64_t k, const CV_T *a, int64_t rs, int64_t cs, const CV_T *b, int64_t ldb, CV_T *c,   \
      int64_t ldc, bool add, const char *ahead

#define CV_DECLARE_2(i) CV_V u##i = (CV_V)(CV_T)0, v##i = (CV_V)(CV_T)0;
#define CV_DECLARE_1(i) CV_V u##i = (CV_V)(CV_T)0;
#define CV_DECLARE_4(i) CV_DECLARE_2(i) CV_V p##i = (CV_V)(CV_T)0, q##i = (CV_V)(CV_T)0;

#if CV_T_COMPLEX

#define CV_STEP_2(i)                                             \
  {                                                              \
    const CV_T *ai = a + i * rs;                                 \
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

#define CV_STEP_1(i) u##i = CV_FMA((CV_V)a[i * rs], x, u##i);
#define CV_STEP_2(i)                                             \
  {                                                              \
    CV_V s = (CV_V)a[i * rs];                                    \
    u##i = CV_FMA(s, x, u##i);                                   \
    v##i = CV_FMA(s, y, v##i);                                   \
  }
#define CV_STEP_4(i)                                             \
  {                                                              \
    CV_V s = (CV_V)a[i * rs];                                    \
    u##i = CV_FMA(s, x, u##i);                                   \
    v##i = CV_FMA(s, y, v##i);                                   \
    p##i = CV_FMA(s, z, p##i);                                   \
    q##i = CV_FMA(s, w, q##i);                                   \
  }
#define CV_STORE_1(i) *(CV_L *)(c + i * ldc) = u##i;
#define CV_ADD_1(i) *(CV_L *)(c + i * ldc) += u##i;
#define CV_STORE_2(i)                                            \
  *(CV_L *)(c + i * ldc) = u##i;                                 \
  *(CV_L *)(c + i * ldc + CV_T_LANES) = v##i;
#define CV_ADD_2(i)                                              \
  *(CV_L *)(c + i * ldc) += u##i;                                \
  *(CV_L *)(c + i * ldc + CV_T_LANES) += v##i;

#endif

#define CV_STORE_4(i)                                            \
  CV_STORE_2(i)                                                  \
  *(CV_L *)(c + i * ldc + 2 * CV_T_LANES) = p##i;                \
  *(CV_L *)(c + i * ldc + 3 * CV_T_LANES) = q##i;
#define CV_ADD_4(i)                                              \
  CV_ADD_2(i)                                                    \
  *(CV_L *)(c + i * ldc + 2 * CV_T_LANES) += p##i;               \
  *(CV_L *)(c + i * ldc + 3 * CV_T_LANES) += q##i;

// The rows of c are needed only at the end, and are asked for before.
#define CV_EXPECT_1(i) __builtin_prefetch(c + (i) * ldc, 1);
#define CV_EXPECT_2(i)                                           \
  CV_EXPECT_1(i)                                                 \
  __builtin_prefetch(c + (i) * ldc + CV_T_LANES, 1);
#define CV_EXPECT_4(i)                                           \
  CV_EXPECT_2(i)                                                 \
  __builtin_prefetch(c + (i) * ldc + 2 * CV_T_LANES, 1);         \
  __builtin_prefetch(c + (i) * ldc + 3 * CV_T_LANES, 1);
#define CV_ROW_1 CV_V x = *(const CV_L *)b;
#define CV_ROW_2 CV_ROW_1 CV_V y = *(const CV_L *)(b + CV_T_LANES);
#define CV_ROW_4                                                 \
  CV_ROW_2 CV_V z = *(const CV_L *)(b + 2 * CV_T_LANES),         \
                w = *(const CV_L *)(b + 3 * CV_T_LANES);

#define CV_STEP(R, W)                                                          \
  CV_ROW_##W                                                                   \
  CV_ROWS_##R(CV_STEP_##W)                                                     \
  a += cs;                                                                     \
  b += ldb;

// Where there is something `ahead`, every tile fetches a share of it, and the beginning of the rows of a that
// the tile below reads. Asked for at once, all these lines would take the places of those of b, which come from
// the second-level cache: one row after the other, they do not.
#define CV_TILE(R, W)                                                          \
  static CV_T_TARGET void CV_G(tile_##W##_##R)(CV_TILE_ARGUMENTS) {            \
    enum { LINES = (W * sizeof(CV_V) + 63) / 64 + 1 };                         \
    CV_ROWS_##R(CV_DECLARE_##W)                                                \
    if (ahead) {                                                               \
      const CV_T *below = a + R * rs;                                          \
      const int64_t steps = k / R;                                             \
      k -= steps * R;                                                          \
      for (int64_t i = 0; i < R; ++i) {                                        \
        CV_EXPECT_##W(i)                                                       \
        __builtin_prefetch(below + i * rs);                                    \
        for (int l = 0; l < LINES; ++l, ahead += 64) __builtin_prefetch(ahead, 0, 2); \
        for (int64_t p = 0; p < steps; ++p) {                                  \
          CV_STEP(R, W)                                                        \
        }                                                                      \
      }                                                                        \
    } else {                                                                   \
      CV_ROWS_##R(CV_EXPECT_##W)                                               \
    }                                                                          \
    for (; k > 0; --k) {                                                       \
      CV_STEP(R, W)                                                            \
    }                                                                          \
    if (add) {                                                                 \
      CV_ROWS_##R(CV_ADD_##W)                                                  \
    } else {                                                                   \
      CV_ROWS_##R(CV_STORE_##W)                                                \
    }                                                                          \
  }
#define CV_TILE_1(R) CV_TILE(R, 1)
#define CV_TILE_2(R) CV_TILE(R, 2)
#define CV_TILE_4(R) CV_TILE(R, 4)
#define CV_ENTRY_1(R) CV_G(tile_1_##R),
#define CV_ENTRY_2(R) CV_G(tile_2_##R),
#define CV_ENTRY_4(R) CV_G(tile_4_##R),

// By height.
CV_EACH_HEIGHT(CV_T_TALL)(CV_TILE_2)
static const CV_G(tile) CV_G(tiles_2)[] = {0, CV_EACH_HEIGHT(CV_T_TALL)(CV_ENTRY_2)};

#if CV_T_REAL
CV_EACH_HEIGHT(CV_T_TALL)(CV_TILE_1)
static const CV_G(tile) CV_G(tiles_1)[] = {0, CV_EACH_HEIGHT(CV_T_TALL)(CV_ENTRY_1)};
#endif

#if CV_T_VECTORS == 4
CV_EACH_HEIGHT(CV_T_ROWS)(CV_TILE_4)
static const CV_G(tile) CV_G(tiles_4)[] = {0, CV_EACH_HEIGHT(CV_T_ROWS)(CV_ENTRY_4)};
#endif

#undef CV_TILE_ARGUMENTS
#undef CV_TILE
#undef CV_DECLARE_1
#undef CV_DECLARE_2
#undef CV_DECLARE_4
#undef CV_EXPECT_1
#undef CV_EXPECT_2
#undef CV_EXPECT_4
#undef CV_STEP
#undef CV_ROW_1
#undef CV_ROW_2
#undef CV_ROW_4
#undef CV_STEP_1
#undef CV_STEP_2
#undef CV_STEP_4
#undef CV_STORE_1
#undef CV_STORE_2
#undef CV_STORE_4
#undef CV_ADD_1
#undef CV_ADD_2
#undef CV_ADD_4
#undef CV_TILE_1
#undef CV_TILE_2
#undef CV_TILE_4
#undef CV_ENTRY_1
#undef CV_ENTRY_2
#undef CV_ENTRY_4
