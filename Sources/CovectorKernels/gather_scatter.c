// Scattering: combines slices of updates into an array, in index order, so that the result does not
// depend on anything but the arguments. All indices are checked before anything is written.

#include "gather_walk.h"
#include "gemm_half.h"

// Combines `count` elements at stride `ss` into those at stride `ds`.
typedef void (*scatter_run)(void *to, int64_t ds, const void *from, int64_t ss, int64_t count);

// Combines from[sources[i]] into to[targets[i]].
typedef void (*scatter_list)(void *to, const int64_t *targets, const void *from,
                             const int64_t *sources, int64_t count);

// Combines from[i * ss] into to[indices[i] * ds]; negative indices count from `size`.
typedef void (*scatter_plain)(void *to, const int32_t *indices, int64_t size, int64_t ds,
                              const void *from, int64_t ss, int64_t count);

typedef struct {
  scatter_run run;
  scatter_list list;
  scatter_plain plain;
} scatter_pair;

#define CV_SCATTER_RUN(NAME, T, VALUE)                                                       \
  static void list_##NAME(void *to, const int64_t *targets, const void *from,                \
                          const int64_t *sources, int64_t count) {                           \
    for (int64_t i = 0; i < count; ++i) {                                                    \
      T x = ((T *)to)[targets[i]], y = ((const T *)from)[sources[i]];                        \
      (void)x;                                                                               \
      ((T *)to)[targets[i]] = VALUE;                                                         \
    }                                                                                        \
  }                                                                                          \
  static void plain_##NAME(void *to, const int32_t *indices, int64_t size, int64_t ds,       \
                           const void *from, int64_t ss, int64_t count) {                    \
    for (int64_t i = 0; i < count; ++i) {                                                    \
      int64_t index = indices[i];                                                            \
      T *target = (T *)to + (index < 0 ? index + size : index) * ds;                         \
      T x = *target, y = ((const T *)from)[i * ss];                                          \
      (void)x;                                                                               \
      *target = VALUE;                                                                       \
    }                                                                                        \
  }                                                                                          \
  static void NAME(void *to, int64_t ds, const void *from, int64_t ss, int64_t count) {      \
    T *target = to;                                                                          \
    const T *source = from;                                                                  \
    if (ds == 1 && ss == 1) {                                                                \
      for (int64_t i = 0; i < count; ++i) {                                                  \
        T x = target[i], y = source[i];                                                      \
        (void)x;                                                                             \
        target[i] = VALUE;                                                                   \
      }                                                                                      \
      return;                                                                                \
    }                                                                                        \
    for (int64_t i = 0; i < count; ++i, target += ds, source += ss) {                        \
      T x = *target, y = *source;                                                            \
      (void)x;                                                                               \
      *target = VALUE;                                                                       \
    }                                                                                        \
  }

typedef struct {
  float re, im;
} pair32;
typedef struct {
  double re, im;
} pair64;
typedef struct {
  uint64_t low, high;
} bits128;

// Sums and products of unsigned types wrap; uint32_t keeps short types from signed promotion.
#define CV_SCATTER_UNSIGNED(W, WIDE)                                                         \
  CV_SCATTER_RUN(set_##W, uint##W##_t, y)                                                    \
  CV_SCATTER_RUN(add_##W, uint##W##_t, (uint##W##_t)((WIDE)x + (WIDE)y))                     \
  CV_SCATTER_RUN(multiply_##W, uint##W##_t, (uint##W##_t)((WIDE)x * (WIDE)y))                \
  CV_SCATTER_RUN(max_u##W, uint##W##_t, x > y ? x : y)                                       \
  CV_SCATTER_RUN(min_u##W, uint##W##_t, x < y ? x : y)                                       \
  CV_SCATTER_RUN(max_i##W, int##W##_t, x > y ? x : y)                                        \
  CV_SCATTER_RUN(min_i##W, int##W##_t, x < y ? x : y)

CV_SCATTER_UNSIGNED(8, uint32_t)
CV_SCATTER_UNSIGNED(16, uint32_t)
CV_SCATTER_UNSIGNED(32, uint32_t)
CV_SCATTER_UNSIGNED(64, uint64_t)
CV_SCATTER_RUN(set_128, bits128, y)
CV_SCATTER_RUN(or_bool, uint8_t, (uint8_t)((x | y) != 0))
CV_SCATTER_RUN(and_bool, uint8_t, (uint8_t)(x != 0 && y != 0))

// NaN, once in, stays.
#define CV_LARGER(x, y) ((x) > (y) || (x) != (x) ? (x) : (y))
#define CV_SMALLER(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))

#define CV_SCATTER_FLOAT(NAME, T)                                                            \
  CV_SCATTER_RUN(add_##NAME, T, x + y)                                                       \
  CV_SCATTER_RUN(multiply_##NAME, T, x * y)                                                  \
  CV_SCATTER_RUN(max_##NAME, T, CV_LARGER(x, y))                                             \
  CV_SCATTER_RUN(min_##NAME, T, CV_SMALLER(x, y))

CV_SCATTER_FLOAT(f32, float)
CV_SCATTER_FLOAT(f64, double)

static inline float scatter_larger(float x, float y) { return CV_LARGER(x, y); }
static inline float scatter_smaller(float x, float y) { return CV_SMALLER(x, y); }

#define CV_SCATTER_HALF(H)                                                                   \
  CV_SCATTER_RUN(add_##H, uint16_t, cv_half_to_##H(cv_half_from_##H(x) + cv_half_from_##H(y))) \
  CV_SCATTER_RUN(multiply_##H, uint16_t,                                                     \
                 cv_half_to_##H(cv_half_from_##H(x) * cv_half_from_##H(y)))                  \
  CV_SCATTER_RUN(max_##H, uint16_t,                                                          \
                 cv_half_to_##H(scatter_larger(cv_half_from_##H(x), cv_half_from_##H(y))))   \
  CV_SCATTER_RUN(min_##H, uint16_t,                                                          \
                 cv_half_to_##H(scatter_smaller(cv_half_from_##H(x), cv_half_from_##H(y))))

CV_SCATTER_HALF(f16)
CV_SCATTER_HALF(bf16)

// Complex numbers are ordered by real part, then imaginary part; one with a NaN wins.
#define CV_IS_NAN(x) ((x).re != (x).re || (x).im != (x).im)
#define CV_BEFORE(x, y) ((x).re < (y).re || ((x).re == (y).re && (x).im < (y).im))
#define CV_SCATTER_COMPLEX(NAME, T)                                                          \
  CV_SCATTER_RUN(add_##NAME, T, ((T){x.re + y.re, x.im + y.im}))                             \
  CV_SCATTER_RUN(multiply_##NAME, T,                                                         \
                 ((T){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}))                \
  CV_SCATTER_RUN(max_##NAME, T, CV_IS_NAN(x) || (!CV_IS_NAN(y) && CV_BEFORE(y, x)) ? x : y)  \
  CV_SCATTER_RUN(min_##NAME, T, CV_IS_NAN(x) || (!CV_IS_NAN(y) && CV_BEFORE(x, y)) ? x : y)

CV_SCATTER_COMPLEX(c64, pair32)
CV_SCATTER_COMPLEX(c128, pair64)

#define P(NAME) {NAME, list_##NAME, plain_##NAME}
static const scatter_pair pairs[CV_TYPE_COUNT][5] = {
  [CV_BOOL] = {P(set_8), P(or_bool), P(and_bool), P(or_bool), P(and_bool)},
  [CV_U8] = {P(set_8), P(add_8), P(multiply_8), P(max_u8), P(min_u8)},
  [CV_U16] = {P(set_16), P(add_16), P(multiply_16), P(max_u16), P(min_u16)},
  [CV_U32] = {P(set_32), P(add_32), P(multiply_32), P(max_u32), P(min_u32)},
  [CV_U64] = {P(set_64), P(add_64), P(multiply_64), P(max_u64), P(min_u64)},
  [CV_I8] = {P(set_8), P(add_8), P(multiply_8), P(max_i8), P(min_i8)},
  [CV_I16] = {P(set_16), P(add_16), P(multiply_16), P(max_i16), P(min_i16)},
  [CV_I32] = {P(set_32), P(add_32), P(multiply_32), P(max_i32), P(min_i32)},
  [CV_I64] = {P(set_64), P(add_64), P(multiply_64), P(max_i64), P(min_i64)},
  [CV_F16] = {P(set_16), P(add_f16), P(multiply_f16), P(max_f16), P(min_f16)},
  [CV_BF16] = {P(set_16), P(add_bf16), P(multiply_bf16), P(max_bf16), P(min_bf16)},
  [CV_F32] = {P(set_32), P(add_f32), P(multiply_f32), P(max_f32), P(min_f32)},
  [CV_F64] = {P(set_64), P(add_f64), P(multiply_f64), P(max_f64), P(min_f64)},
  [CV_C64] = {P(set_64), P(add_c64), P(multiply_c64), P(max_c64), P(min_c64)},
  [CV_C128] = {P(set_128), P(add_c128), P(multiply_c128), P(max_c128), P(min_c128)},
};
#undef P

static const uint8_t scatter_bytes[CV_TYPE_COUNT] = {1, 1, 2, 4, 8, 1, 2, 4,
                                                     8, 2, 2, 4, 8, 8, 16};

static void scatter_slice(const cv_gather_slice *slice, scatter_run run, char *to,
                          const char *from, int64_t bytes) {
  int32_t last = slice->rank - 1;
  int64_t counts[CV_GATHER_RANK] = {0};
  for (int64_t done = 0; done < slice->count; done += slice->inner) {
    run(to, slice->first[last], from, slice->second[last], slice->inner);
    for (int32_t d = last - 1; d >= 0; --d) {
      to += slice->first[d] * bytes;
      from += slice->second[d] * bytes;
      if (++counts[d] < slice->sizes[d]) break;
      to -= slice->sizes[d] * slice->first[d] * bytes;
      from -= slice->sizes[d] * slice->second[d] * bytes;
      counts[d] = 0;
    }
  }
}

// Offsets selected by the next `count` positions; returns the number of good ones before a bad one.
static int64_t scatter_offsets(cv_gather_cursor *cursor, int64_t count, int64_t *offsets) {
  const cv_indexing *indexing = cursor->indexing;
  if (indexing->indices != 1 || indexing->index_rank != 1) {
    for (int64_t i = 0; i < count; ++i, cv_gather_step(cursor)) {
      if (!cv_gather_select(cursor, &offsets[i])) return i;
    }
    return count;
  }
  int64_t size = indexing->axis_sizes[0], step = indexing->index_strides[0];
  int64_t at = cursor->offsets[0], stride = indexing->axis_strides[0];
  const int32_t *narrow = indexing->index_type == CV_I32 ? indexing->index[0] : 0;
  const int64_t *wide = indexing->index[0];
  for (int64_t i = 0; i < count; ++i, at += step) {
    int64_t index = narrow ? narrow[at] : wide[at];
    if (index < 0) index += size;
    if (index < 0 || index >= size) return i;
    offsets[i] = index * stride;
  }
  cursor->offsets[0] = at;
  return count;
}

// Whether the indices of a single contiguous list are all in range, without the work of finding out
// where one is not.
static bool scatter_is_plain(const cv_indexing *indexing, int64_t positions) {
  if (indexing->indices != 1 || indexing->index_rank != 1 || indexing->index_type != CV_I32 ||
      indexing->index_strides[0] != 1 || indexing->axis_sizes[0] > INT32_MAX) {
    return false;
  }
  const int32_t *index = indexing->index[0], size = (int32_t)indexing->axis_sizes[0];
  int32_t bad = 0;
  for (int64_t i = 0; i < positions; ++i) bad |= (index[i] >= size) | (index[i] < -size);
  return bad == 0;
}

// The position in a row-major walk.
typedef struct {
  cv_walk walk;
  int64_t offset;
  int64_t counts[CV_GATHER_RANK];
} scatter_cursor;

static void scatter_step(scatter_cursor *cursor) {
  for (int32_t d = cursor->walk.rank - 1; d >= 0; --d) {
    cursor->offset += cursor->walk.strides[d];
    if (++cursor->counts[d] < cursor->walk.sizes[d]) return;
    cursor->offset -= cursor->walk.sizes[d] * cursor->walk.strides[d];
    cursor->counts[d] = 0;
  }
}

int64_t cv_scatter(const cv_indexing *indexing, void *array, uint8_t dtype, const void *updates,
                   cv_walk update_index, cv_walk update_slice, cv_scatter_mode mode) {
  enum { block = 256 };
  int64_t positions = 1, bytes = scatter_bytes[dtype];
  int64_t targets[block], sources[block];
  for (int32_t d = 0; d < indexing->index_rank; ++d) positions *= indexing->index_sizes[d];
  if (positions == 0) return -1;

  cv_gather_cursor cursor;
  cv_gather_seek(&cursor, indexing, 0);
  const bool plain = scatter_is_plain(indexing, positions);
  for (int64_t i = 0; !plain && i < positions; i += block) {
    int64_t some = positions - i < block ? positions - i : block;
    int64_t good = scatter_offsets(&cursor, some, targets);
    if (good < some) return i + good;
  }

  cv_gather_slice slice;
  cv_gather_join(&slice, indexing->slice.rank, indexing->slice.sizes, indexing->slice.strides,
                 update_slice.strides);
  if (slice.count == 0) return -1;
  scatter_pair pair = pairs[dtype][mode];
  if (plain && slice.count == 1 && update_index.rank == 1) {
    pair.plain(array, indexing->index[0], indexing->axis_sizes[0], indexing->axis_strides[0],
               updates, update_index.strides[0], positions);
    return -1;
  }
  scatter_cursor update = {.walk = update_index};
  cv_gather_seek(&cursor, indexing, 0);
  for (int64_t i = 0; i < positions; i += block) {
    int64_t some = positions - i < block ? positions - i : block;
    scatter_offsets(&cursor, some, targets);
    for (int64_t j = 0; j < some; ++j, scatter_step(&update)) sources[j] = update.offset;
    if (slice.count == 1) {
      pair.list(array, targets, updates, sources, some);
      continue;
    }
    for (int64_t j = 0; j < some; ++j) {
      char *to = (char *)array + targets[j] * bytes;
      const char *from = (const char *)updates + sources[j] * bytes;
      if (slice.rank == 1) {
        pair.run(to, slice.first[0], from, slice.second[0], slice.count);
      } else {
        scatter_slice(&slice, pair.run, to, from, bytes);
      }
    }
  }
  return -1;
}
