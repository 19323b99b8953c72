// Folds: the loop machine computes a register, block by block, and its elements are combined along
// an axis. The order of combination depends on the shape alone; see cv_fold_space.

#ifndef CV_LOOP_FOLD_H
#define CV_LOOP_FOLD_H

#include "loop_machine.h"
#include "loop_shuffles.h"

typedef struct {
  void (*identity)(void *dst, size_t n);
  void (*accumulate)(void *lanes, const void *src, size_t n);  // into 64 lanes
  void (*collapse)(const void *lanes, void *out);              // 64 lanes to one element
  void (*rows)(const void *src, size_t rows, size_t n, void *out);  // rows of n, one after another
  void (*columns)(void *sums, const void *src, size_t rows, size_t n);
  void (*combine)(void *x, const void *y, size_t n);
} cv_folder;

// The first n lanes of x, and the others of y; see loop_vectors.h.
CV_OVERLOAD cv_bv v_keep(cv_bv x, size_t n, cv_bv y) { return (cv_bv){v_keep(x.v, n, y.v)}; }
CV_OVERLOAD cv_c64v v_keep(cv_c64v x, size_t n, cv_c64v y) {
  return (cv_c64v){v_keep(x.re, n, y.re), v_keep(x.im, n, y.im)};
}
CV_OVERLOAD cv_c128v v_keep(cv_c128v x, size_t n, cv_c128v y) {
  return (cv_c128v){v_keep(x.re, n, y.re), v_keep(x.im, n, y.im)};
}

// What leaves every element as it is. For sums of real numbers that is -0, not 0.
#define CV_IDENTITY(T, SUM, PRODUCT, MAX, MIN)                                               \
  CV_OVERLOAD cv_##T##v v_identity(cv_##T##v like, int fold) {                               \
    (void)like;                                                                              \
    const cv_##T one = fold == CV_FOLD_SUM ? SUM : fold == CV_FOLD_PRODUCT ? PRODUCT         \
                       : fold == CV_FOLD_MAX ? MAX : MIN;                                    \
    return (cv_##T##v)one;                                                                   \
  }
CV_IDENTITY(f32, -0.0f, 1, -__builtin_inff(), __builtin_inff())
CV_IDENTITY(f64, -0.0, 1, -__builtin_inf(), __builtin_inf())
CV_IDENTITY(u8, 0, 1, 0, UINT8_MAX)
CV_IDENTITY(u16, 0, 1, 0, UINT16_MAX)
CV_IDENTITY(u32, 0, 1, 0, UINT32_MAX)
CV_IDENTITY(u64, 0, 1, 0, UINT64_MAX)
CV_IDENTITY(i8, 0, 1, INT8_MIN, INT8_MAX)
CV_IDENTITY(i16, 0, 1, INT16_MIN, INT16_MAX)
CV_IDENTITY(i32, 0, 1, INT32_MIN, INT32_MAX)
CV_IDENTITY(i64, 0, 1, INT64_MIN, INT64_MAX)
CV_OVERLOAD cv_bv v_identity(cv_bv like, int fold) {
  (void)like;
  return (cv_bv){(cv_u8v)(uint8_t)(fold == CV_FOLD_PRODUCT || fold == CV_FOLD_MIN)};
}

#define CV_COMBINE(T, ...)                                                                   \
  CV_OVERLOAD cv_##T##v v_fold(int fold, cv_##T##v x, cv_##T##v y) {                         \
    switch (fold) {                                                                          \
      case CV_FOLD_SUM: return v_add(x, y);                                                  \
      case CV_FOLD_PRODUCT: return v_mul(x, y);                                              \
      case CV_FOLD_MAX: return v_maximum(x, y);                                              \
      default: return v_minimum(x, y);                                                       \
    }                                                                                        \
  }
CV_FAMILY_RIB(CV_COMBINE, )

// A product with 1 must leave infinite numbers alone, which the rule for complex products does not.
#define CV_COMBINE_COMPLEX(T, R, BITS)                                                       \
  CV_OVERLOAD cv_##T##v v_identity(cv_##T##v like, int fold) {                               \
    (void)like;                                                                              \
    const cv_##R##v zero = (cv_##R)0, one = (cv_##R)1;                                       \
    return fold == CV_FOLD_SUM ? (cv_##T##v){-zero, -zero} : (cv_##T##v){one, zero};         \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_fold(int fold, cv_##T##v x, cv_##T##v y) {                         \
    if (fold == CV_FOLD_SUM) return v_add(x, y);                                             \
    const cv_##T##v one = v_identity(x, CV_FOLD_PRODUCT);                                    \
    return v_pick(v_equal(y, one), x, v_pick(v_equal(x, one), y, v_mul(x, y)));              \
  }
CV_COMBINE_COMPLEX(c64, f32, 32)
CV_COMBINE_COMPLEX(c128, f64, 64)

#define CV_FOLDS(F) F(SUM) F(PRODUCT) F(MAX) F(MIN)
#define CV_T b
#include "loop_fold_type.h"
#define CV_T u8
#include "loop_fold_type.h"
#define CV_T u16
#include "loop_fold_type.h"
#define CV_T u32
#include "loop_fold_type.h"
#define CV_T u64
#include "loop_fold_type.h"
#define CV_T i8
#include "loop_fold_type.h"
#define CV_T i16
#include "loop_fold_type.h"
#define CV_T i32
#include "loop_fold_type.h"
#define CV_T i64
#include "loop_fold_type.h"
#define CV_T f32
#include "loop_fold_type.h"
#define CV_T f64
#include "loop_fold_type.h"
#undef CV_FOLDS
#define CV_FOLDS(F) F(SUM) F(PRODUCT)
#define CV_T c64
#include "loop_fold_type.h"
#define CV_T c128
#include "loop_fold_type.h"
#undef CV_FOLDS

#define CV_FOLDER_ENTRY(T, ...) [CV_TAG_##T] = cv_folders_##T,
static const cv_folder *const cv_folders[CV_TYPE_COUNT] = {CV_FAMILY_RCIB(CV_FOLDER_ENTRY, )};

CV_INLINE int64_t cv_least(int64_t x, int64_t y) { return x < y ? x : y; }

// The folded register, in memory that may be read on past its end.
static const char *cv_fold_source(cv_frame *frame, cv_fold_space space, int64_t n) {
  const char *src = frame->now[space.source];
  if (src == frame->own[space.source]) return src;
  memcpy(frame->spare, src, (size_t)n * cv_width(space.type));
  return frame->spare;
}

static void CV_NAME(loop_fold_rows)(const cv_loop *loop, cv_fold_space space, void *const *pointers,
                                    int64_t begin, int64_t end, void *partials, void *scratch,
                                    bool resumes) {
  const cv_folder *folder = &cv_folders[space.type][space.fold];
  const int64_t width = cv_width(space.type), reduce = space.reduce, block = loop->block;
  if (begin >= end || reduce == 0) return;
  char *out = (char *)partials + begin * width;
  if (reduce <= block / 2) {
    cv_frame *frame = cv_start(loop, pointers, begin * reduce, end * reduce, scratch,
                               resumes);
    for (int64_t row = begin, some; row < end; row += some, out += some * width) {
      some = cv_least(block / reduce, end - row);
      cv_run_block(frame, row * reduce, some * reduce);
      const char *src = cv_fold_source(frame, space, some * reduce);
      folder->rows(src, (size_t)some, (size_t)reduce, out);
    }
    return;
  }
  cv_frame *frame = cv_start(loop, pointers, 0, block, scratch, resumes);
  const int64_t segments = (reduce + CV_ROW_SEGMENT - 1) / CV_ROW_SEGMENT;
  for (int64_t unit = begin; unit < end; unit++, out += width) {
    const int64_t start = unit % segments * CV_ROW_SEGMENT;
    const int64_t count = cv_least(CV_ROW_SEGMENT, reduce - start);
    const int64_t position = unit / segments * reduce + start;
    folder->identity(frame->accumulator, 64);
    for (int64_t p = 0; p < count; p += block) {
      const int64_t n = cv_least(block, count - p);
      cv_run_block(frame, position + p, n);
      folder->accumulate(frame->accumulator, frame->now[space.source], (size_t)n);
    }
    folder->collapse(frame->accumulator, out);
  }
}

static void CV_NAME(loop_fold_columns)(const cv_loop *loop, cv_fold_space space,
                                       void *const *pointers, int64_t begin, int64_t end,
                                       void *partials, void *scratch) {
  const cv_folder *folder = &cv_folders[space.type][space.fold];
  const int64_t width = cv_width(space.type), reduce = space.reduce, inner = space.inner;
  const int64_t block = loop->block;
  if (begin >= end || reduce == 0) return;
  cv_frame *frame = cv_start(loop, pointers, 0, block, scratch, false);
  const int64_t segments = (reduce + CV_COLUMN_SEGMENT - 1) / CV_COLUMN_SEGMENT;
  const int64_t stretches = (inner + block - 1) / block;
  // Narrow rows are computed several at a time; folding them reads on past the last unless they end
  // with a vector.
  const int64_t group = inner <= block / 2 ? block / inner : 1;
  const bool ragged = group > 1 && inner * width % 128 != 0;
  for (int64_t unit = begin; unit < end; unit++) {
    const int64_t first = unit % stretches * block, part = unit / stretches;
    const int64_t keep = part / segments, top = part % segments * CV_COLUMN_SEGMENT;
    const int64_t n = cv_least(block, inner - first);
    const int64_t bottom = cv_least(reduce, top + CV_COLUMN_SEGMENT);
    folder->identity(frame->accumulator, (size_t)n);
    for (int64_t row = top, rows; row < bottom; row += rows) {
      rows = cv_least(group, bottom - row);
      cv_run_block(frame, (keep * reduce + row) * inner + first, rows * n);
      const char *src = ragged ? cv_fold_source(frame, space, rows * n) : frame->now[space.source];
      folder->columns(frame->accumulator, src, (size_t)rows, (size_t)n);
    }
    memcpy((char *)partials + (part * inner + first) * width, frame->accumulator,
           (size_t)(n * width));
  }
}

static void cv_fold_out(void *out, const char *src, int64_t n, uint8_t type, uint8_t dtype) {
  if (dtype == type) {
    if (out != src) memcpy(out, src, (size_t)n * cv_width(type));
    return;
  }
  const int64_t whole = n & -16;
  cv_narrow_row(out, src, (size_t)whole, dtype);
  if (whole < n) {
    float rest[16] = {0};
    uint16_t narrow[16];
    memcpy(rest, src + 4 * whole, (size_t)(n - whole) * 4);
    cv_narrow_row(narrow, rest, 16, dtype);
    memcpy((char *)out + 2 * whole, narrow, (size_t)(n - whole) * 2);
  }
}

static void CV_NAME(fold_finish)(cv_fold_space space, int64_t segments, void *partials,
                                 int64_t begin, int64_t end, void *out, uint8_t dtype) {
  const cv_folder *folder = &cv_folders[space.type][space.fold];
  const int64_t width = cv_width(space.type), inner = space.inner;
  char *to = (char *)out + begin * inner * cv_width(dtype);
  const char *from = (const char *)partials + begin * segments * inner * width;
  if (segments == 1) {
    cv_fold_out(to, from, (end - begin) * inner, space.type, dtype);
    return;
  }
  for (int64_t keep = begin; keep < end; keep++) {
    char *part = (char *)partials + keep * segments * inner * width;
    for (int64_t n = segments, half; n > 1; n = half) {
      half = (n + 1) / 2;
      folder->combine(part, part + half * inner * width, (size_t)((n - half) * inner));
    }
    if (segments > 0) {
      cv_fold_out(to, part, inner, space.type, dtype);
    } else {
      for (int64_t i = 0; i < inner; i++) {
        char none[16] = {0};  // an empty sum is 0, not -0
        if (space.fold != CV_FOLD_SUM) folder->identity(none, 1);
        cv_fold_out(to + i * cv_width(dtype), none, 1, space.type, dtype);
      }
    }
    to += inner * cv_width(dtype);
  }
}

#endif
