// Walking index arrays and slices together, for gathering and scattering: positions advance by
// additions, and neighbouring axes that lie one behind the other are joined beforehand.

#ifndef COVECTOR_GATHER_WALK_H
#define COVECTOR_GATHER_WALK_H

#include <string.h>

#include "include/CovectorKernels.h"

enum { CV_GATHER_RANK = 64 };  // no array has more axes

// Where each index array stands; all share one row-major index space.
typedef struct {
  const cv_indexing *indexing;
  int64_t counts[CV_GATHER_RANK];
  int64_t offsets[CV_GATHER_RANK];  // elements, for each index array
} cv_gather_cursor;

static inline void cv_gather_seek(cv_gather_cursor *cursor, const cv_indexing *indexing,
                                  int64_t position) {
  cursor->indexing = indexing;
  for (int32_t q = 0; q < indexing->indices; ++q) cursor->offsets[q] = 0;
  for (int32_t d = indexing->index_rank - 1; d >= 0; --d) {
    int64_t size = indexing->index_sizes[d], count = size > 0 ? position % size : 0;
    cursor->counts[d] = count;
    if (size > 0) position /= size;
    for (int32_t q = 0; q < indexing->indices; ++q) {
      cursor->offsets[q] += count * indexing->index_strides[q * indexing->index_rank + d];
    }
  }
}

static inline void cv_gather_step(cv_gather_cursor *cursor) {
  const cv_indexing *indexing = cursor->indexing;
  int32_t rank = indexing->index_rank;
  for (int32_t d = rank - 1; d >= 0; --d) {
    int64_t size = indexing->index_sizes[d];
    bool wraps = ++cursor->counts[d] >= size;
    for (int32_t q = 0; q < indexing->indices; ++q) {
      int64_t stride = indexing->index_strides[q * rank + d];
      cursor->offsets[q] += wraps ? -(size - 1) * stride : stride;
    }
    if (!wraps) return;
    cursor->counts[d] = 0;
  }
}

// The offset in the array that the indices at the cursor select; false if one is out of range.
static inline bool cv_gather_select(const cv_gather_cursor *cursor, int64_t *offset) {
  const cv_indexing *indexing = cursor->indexing;
  int64_t sum = 0;
  for (int32_t q = 0; q < indexing->indices; ++q) {
    int64_t at = cursor->offsets[q], size = indexing->axis_sizes[q];
    int64_t index = indexing->index_type == CV_I32 ? ((const int32_t *)indexing->index[q])[at]
                                                   : ((const int64_t *)indexing->index[q])[at];
    if (index < 0) index += size;
    if (index < 0 || index >= size) return false;
    sum += index * indexing->axis_strides[q];
  }
  *offset = sum;
  return true;
}

// A slice walked in two arrays at once: axes of size 1 dropped, adjacent axes joined.
typedef struct {
  int32_t rank;
  int64_t count, inner;  // elements in all, and along the last axis
  int64_t sizes[CV_GATHER_RANK], first[CV_GATHER_RANK], second[CV_GATHER_RANK];
} cv_gather_slice;

static inline void cv_gather_join(cv_gather_slice *slice, int32_t rank, const int64_t *sizes,
                                  const int64_t *first, const int64_t *second) {
  slice->rank = 0;
  slice->count = 1;
  for (int32_t d = 0; d < rank; ++d) {
    int64_t size = sizes[d];
    slice->count *= size;
    if (size == 1) continue;
    int32_t last = slice->rank - 1;
    if (last >= 0 && slice->first[last] == size * first[d] &&
        slice->second[last] == size * second[d]) {
      slice->sizes[last] *= size;
    } else {
      slice->sizes[++last] = size;
      slice->rank = last + 1;
    }
    slice->first[last] = first[d];
    slice->second[last] = second[d];
  }
  if (slice->rank == 0) {
    slice->rank = 1;
    slice->sizes[0] = slice->first[0] = slice->second[0] = 1;
  }
  slice->inner = slice->sizes[slice->rank - 1];
}

#endif
