// Gathering: copies the slices of an array that index arrays select. Scalars selected by one index
// array have a loop of their own, contiguous slices are copied whole.

#include "gather_walk.h"

typedef struct {
  uint64_t low, high;
} cv_gather_wide;

// out[i] = array[index[i] * stride]; `at` is where index[begin] lies.
#define CV_GATHER_SCALARS(T, INDEX)                                                          \
  for (int64_t i = begin; i < end; ++i, at += step) {                                        \
    int64_t index = ((const INDEX *)indices)[at];                                            \
    if (index < 0) index += size;                                                            \
    if (index < 0 || index >= size) {                                                        \
      if (bad < 0) bad = i;                                                                  \
      continue;                                                                              \
    }                                                                                        \
    ((T *)out)[i] = ((const T *)array)[index * stride];                                      \
  }

#define CV_GATHER_SCALAR_FUNCTION(T)                                                         \
  static int64_t gather_##T(const void *indices, bool narrow, int64_t at, int64_t step,      \
                            int64_t size, int64_t stride, const void *array, void *out,      \
                            int64_t begin, int64_t end) {                                    \
    int64_t bad = -1;                                                                        \
    if (narrow) {                                                                            \
      CV_GATHER_SCALARS(T, int32_t)                                                          \
    } else {                                                                                 \
      CV_GATHER_SCALARS(T, int64_t)                                                          \
    }                                                                                        \
    return bad;                                                                              \
  }

CV_GATHER_SCALAR_FUNCTION(uint8_t)
CV_GATHER_SCALAR_FUNCTION(uint16_t)
CV_GATHER_SCALAR_FUNCTION(uint32_t)
CV_GATHER_SCALAR_FUNCTION(uint64_t)
CV_GATHER_SCALAR_FUNCTION(cv_gather_wide)

// `to` is contiguous.
#define CV_GATHER_ROW(T)                                                                     \
  {                                                                                          \
    const T *source = (const T *)(const void *)from;                                         \
    T *target = (T *)(void *)to;                                                             \
    for (int64_t i = 0; i < count; ++i) target[i] = source[i * stride];                      \
    return;                                                                                  \
  }

static void gather_row(char *to, const char *from, int64_t stride, int64_t count, size_t bytes) {
  if (stride == 1) {
    memcpy(to, from, (size_t)count * bytes);
    return;
  }
  switch (bytes) {
    case 1: CV_GATHER_ROW(uint8_t)
    case 2: CV_GATHER_ROW(uint16_t)
    case 4: CV_GATHER_ROW(uint32_t)
    case 8: CV_GATHER_ROW(uint64_t)
    case 16: CV_GATHER_ROW(cv_gather_wide)
    default:
      for (int64_t i = 0; i < count; ++i, to += bytes) {
        memcpy(to, from + i * stride * (int64_t)bytes, bytes);
      }
  }
}

static void gather_slice(const cv_gather_slice *slice, char *to, const char *from, size_t bytes) {
  int32_t last = slice->rank - 1;
  int64_t counts[CV_GATHER_RANK] = {0};
  for (int64_t done = 0; done < slice->count; done += slice->inner) {
    gather_row(to, from, slice->first[last], slice->inner, bytes);
    to += slice->inner * (int64_t)bytes;
    for (int32_t d = last - 1; d >= 0; --d) {
      from += slice->first[d] * (int64_t)bytes;
      if (++counts[d] < slice->sizes[d]) break;
      from -= slice->sizes[d] * slice->first[d] * (int64_t)bytes;
      counts[d] = 0;
    }
  }
}

int64_t cv_gather(const cv_indexing *indexing, const void *array, size_t element_bytes, void *out,
                  int64_t begin, int64_t end) {
  if (begin >= end) return -1;
  cv_gather_slice slice;
  // The second strides stay out of the way of joining: those of a contiguous result.
  int64_t packed[CV_GATHER_RANK], step = 1;
  for (int32_t d = indexing->slice.rank - 1; d >= 0; --d) {
    packed[d] = step;
    step *= indexing->slice.sizes[d];
  }
  cv_gather_join(&slice, indexing->slice.rank, indexing->slice.sizes, indexing->slice.strides,
                 packed);
  cv_gather_cursor cursor;
  cv_gather_seek(&cursor, indexing, begin);

  if (slice.count == 1 && indexing->indices == 1 && indexing->index_rank <= 1) {
    bool narrow = indexing->index_type == CV_I32;
    int64_t along = indexing->index_rank == 1 ? indexing->index_strides[0] : 0;
#define CV_GATHER_CALL(T)                                                                    \
  return gather_##T(indexing->index[0], narrow, cursor.offsets[0], along,                    \
                    indexing->axis_sizes[0], indexing->axis_strides[0], array, out, begin, end);
    switch (element_bytes) {
      case 1: CV_GATHER_CALL(uint8_t)
      case 2: CV_GATHER_CALL(uint16_t)
      case 4: CV_GATHER_CALL(uint32_t)
      case 8: CV_GATHER_CALL(uint64_t)
      case 16: CV_GATHER_CALL(cv_gather_wide)
      default: break;
    }
  }

  int64_t bad = -1, slice_bytes = slice.count * (int64_t)element_bytes;
  char *to = (char *)out + begin * slice_bytes;
  for (int64_t i = begin; i < end; ++i, to += slice_bytes, cv_gather_step(&cursor)) {
    int64_t offset;
    if (!cv_gather_select(&cursor, &offset)) {
      if (bad < 0) bad = i;
      continue;
    }
    const char *from = (const char *)array + offset * (int64_t)element_bytes;
    if (slice.rank == 1) {
      gather_row(to, from, slice.first[0], slice.count, element_bytes);
    } else {
      gather_slice(&slice, to, from, element_bytes);
    }
  }
  return bad;
}
