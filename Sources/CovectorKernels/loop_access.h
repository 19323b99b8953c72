// How the loop machine reaches memory. A cursor walks an operand's sizes and strides along with the
// row-major index space; a stretch of consecutive indices is cut into runs along the innermost
// axis, and into whole rows of it, so that nothing of order `rank` happens for each element.

#ifndef CV_LOOP_ACCESS_H
#define CV_LOOP_ACCESS_H

#include "loop_layout.h"
#include "loop_vectors.h"

static void cv_cursor_open(cv_cursor *c, const cv_access *access, const int64_t *dims, void *base,
                           int64_t *index) {
  c->base = base;
  c->rank = access->rank;
  c->sizes = dims + access->dims;
  c->strides = c->sizes + c->rank;
  c->index = index;
  c->offset = 0;
  c->next = 0;
  c->dtype = access->dtype;
  c->near = access->near;
  c->width = (uint8_t)cv_width(access->dtype);
  for (int32_t d = 0; d < c->rank; d++) index[d] = 0;
}

static void cv_cursor_seek(cv_cursor *c, int64_t position) {
  c->next = position;
  c->offset = 0;
  for (int32_t d = c->rank - 1; d >= 0; d--) {
    const int64_t size = c->sizes[d];
    if (position < size && d > 0) {
      c->index[d] = position;
      position = 0;
    } else {
      c->index[d] = position % size;
      position /= size;
    }
    c->offset += c->index[d] * c->strides[d] * c->width;
  }
}

CV_INLINE void cv_cursor_at(cv_cursor *c, int64_t position) {
  if (c->next != position) cv_cursor_seek(c, position);
}

CV_INLINE int64_t cv_cursor_stride(const cv_cursor *c) {
  return c->rank == 0 ? 0 : c->strides[c->rank - 1];
}

// Elements left on the current innermost row.
CV_INLINE int64_t cv_cursor_left(const cv_cursor *c) {
  return c->rank == 0 ? INT64_MAX : c->sizes[c->rank - 1] - c->index[c->rank - 1];
}

// Moves on by n elements, or n rows, along axis d, at most to the end of that axis.
CV_INLINE void cv_cursor_skip(cv_cursor *c, int32_t d, int64_t n) {
  c->index[d] += n;
  c->offset += n * c->strides[d] * c->width;
  while (c->index[d] == c->sizes[d]) {
    c->offset -= c->sizes[d] * c->strides[d] * c->width;
    c->index[d] = 0;
    if (--d < 0) return;
    c->index[d]++;
    c->offset += c->strides[d] * c->width;
  }
}

CV_INLINE void cv_cursor_advance(cv_cursor *c, int64_t n) {
  c->next += n;
  if (c->rank > 0) cv_cursor_skip(c, c->rank - 1, n);
}

// The bytes [low, high) an operand may touch in a run over the positions [begin, end). Of an operand
// that lies in one stretch there may be no more memory than that.
static void cv_cursor_extent(const cv_cursor *c, int64_t begin, int64_t end, const char **low,
                             const char **high) {
  if (c->rank == 1 && c->strides[0] == 1 && end <= c->sizes[0]) {
    *low = c->base + begin * c->width;
    *high = c->base + end * c->width;
    return;
  }
  int64_t down = 0, up = 0;
  for (int32_t d = 0; d < c->rank; d++) {
    const int64_t reach = (c->sizes[d] - 1) * c->strides[d] * c->width;
    if (reach < 0) down += reach; else up += reach;
  }
  *low = c->base + down;
  *high = c->base + up + c->width;
}

// Copying `rows` rows of n elements between strided memory and consecutive elements. Few long rows
// are copied row by row, many short ones column by column.

#define CV_COPY(BITS)                                                                        \
  typedef cv_u##BITS cv_any##BITS __attribute__((may_alias, aligned(1)));                    \
  static void cv_fill_##BITS(char *dst, const char *src, int64_t n) {                        \
    const cv_u##BITS value = *(const cv_any##BITS *)src;                                     \
    const cv_u##BITS##v all = value;                                                         \
    int64_t i = 0;                                                                           \
    for (; i + 512 / BITS <= n; i += 512 / BITS) v_put(dst, (size_t)i, all);                 \
    for (; i < n; i++) ((cv_any##BITS *)dst)[i] = value;                                     \
  }                                                                                          \
  CV_INLINE void cv_copy_##BITS(char *dst, int64_t dst_row, int64_t dst_column,              \
                                const char *src, int64_t src_row, int64_t src_column,        \
                                int64_t rows, int64_t n) {                                   \
    cv_any##BITS *to = (cv_any##BITS *)dst;                                                  \
    const cv_any##BITS *from = (const cv_any##BITS *)src;                                    \
    if (rows == 1 || (n >= 16 && src_row != 1)) {                                            \
      for (int64_t r = 0; r < rows; r++, to += dst_row, from += src_row) {                   \
        for (int64_t i = 0; i < n; i++) to[i * dst_column] = from[i * src_column];           \
      }                                                                                      \
    } else {                                                                                 \
      for (int64_t i = 0; i < n; i++, to += dst_column, from += src_column) {                \
        for (int64_t r = 0; r < rows; r++) to[r * dst_row] = from[r * src_row];              \
      }                                                                                      \
    }                                                                                        \
  }                                                                                          \
  static void cv_collect_##BITS(char *dst, const char *src, int64_t row, int64_t column,     \
                                int64_t rows, int64_t n) {                                   \
    cv_copy_##BITS(dst, n, 1, src, row, column, rows, n);                                    \
  }                                                                                          \
  static void cv_gather_##BITS(char *dst, const char *src, int64_t plane, int64_t planes,    \
                               const int64_t *places, int64_t count) {                       \
    cv_any##BITS *to = (cv_any##BITS *)dst;                                                  \
    for (; planes > 0; planes--, to += count, src += plane) {                                \
      for (int64_t e = 0; e < count; e++) to[e] = ((const cv_any##BITS *)src)[places[e]];    \
    }                                                                                        \
  }                                                                                          \
  static void cv_spread_##BITS(char *dst, const char *src, int64_t row, int64_t column,      \
                               int64_t rows, int64_t n) {                                    \
    cv_copy_##BITS(dst, row, column, src, n, 1, rows, n);                                    \
  }
CV_COPY(8)
CV_COPY(16)
CV_COPY(32)
CV_COPY(64)
#undef CV_COPY

// Elements of 16 bytes are c128: their alignment is that of their parts.
CV_INLINE void cv_copy_128(char *dst, int64_t dst_row, int64_t dst_column, const char *src,
                           int64_t src_row, int64_t src_column, int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t i = 0; i < n; i++) {
      memcpy(dst + 16 * (r * dst_row + i * dst_column), src + 16 * (r * src_row + i * src_column),
             16);
    }
  }
}

static void cv_fill(char *dst, const char *src, int64_t n, unsigned width) {
  switch (width) {
    case 1: cv_fill_8(dst, src, n); return;
    case 2: cv_fill_16(dst, src, n); return;
    case 4: cv_fill_32(dst, src, n); return;
    case 8: cv_fill_64(dst, src, n); return;
    default: cv_copy_128(dst, 0, 1, src, 0, 0, 1, n); return;
  }
}

// Before n elements are read into a register that they do not fill to the end of a vector, that
// vector is filled with an element of theirs, so that what is computed there is harmless.
static void cv_pad(char *dst, size_t n, const char *element, unsigned width) {
  const size_t rest = n * width & 63;
  if (rest != 0) cv_fill(dst + n * width - rest, element, 64 / width, width);
  // Complex numbers go by two vectors.
  if (width >= 8 && ((n * width - 1) & 64) == 0) {
    cv_fill(dst + ((n * width + 63) & -(size_t)64), element, 64 / width, width);
  }
}

// A copy of few bytes without a call; larger ones are left to memcpy.
CV_INLINE void cv_copy_bytes(char *dst, const char *src, size_t n) {
  if (n > 32) {
    memcpy(dst, src, n);
  } else if (n >= 16) {
    uint64_t head[2], tail[2];
    memcpy(head, src, 16), memcpy(tail, src + n - 16, 16);
    memcpy(dst, head, 16), memcpy(dst + n - 16, tail, 16);
  } else if (n >= 8) {
    uint64_t head, tail;
    memcpy(&head, src, 8), memcpy(&tail, src + n - 8, 8);
    memcpy(dst, &head, 8), memcpy(dst + n - 8, &tail, 8);
  } else if (n >= 4) {
    uint32_t head, tail;
    memcpy(&head, src, 4), memcpy(&tail, src + n - 4, 4);
    memcpy(dst, &head, 4), memcpy(dst + n - 4, &tail, 4);
  } else {
    for (size_t i = 0; i < n; i++) dst[i] = src[i];
  }
}

// Reads n elements from the cursor, which moves on, into consecutive memory.
static void cv_cursor_read(cv_cursor *c, char *dst, int64_t n) {
  const unsigned width = c->width;
  c->next += n;
  if (c->rank == 0) {
    cv_fill(dst, c->base, n, width);
    return;
  }
  const int32_t last = c->rank - 1;
  const int64_t size = c->sizes[last], stride = c->strides[last];
  while (n > 0) {
    const char *src = c->base + c->offset;
    int64_t run = size - c->index[last], rows = 1, row = 0, planes = 1;
    int32_t axis = last;
    if (run > n) run = n;
    if (run == size && n >= 2 * size && last > 0) {
      axis = last - 1;
      rows = c->sizes[axis] - c->index[axis];
      if (rows > n / size) rows = n / size;
      row = c->strides[axis];
    }
    if (rows == 1 && stride == 1) {
      cv_copy_bytes(dst, src, (size_t)run * width);
    } else if (rows == 1 && stride == 0) {
      cv_fill(dst, src, run, width);
    } else if (run >= 32 && (stride == 0 || stride == 1)) {
      for (int64_t r = 0; r < rows; r++) {
        char *to = dst + r * run * width;
        const char *from = src + r * row * width;
        if (stride == 0) cv_fill(to, from, run, width);
        else memcpy(to, from, (size_t)run * width);
      }
    } else {
      // Small squares, as of outer products, many at a time.
      if (axis < last && axis > 0 && rows == c->sizes[axis]) {
        axis--;
        planes = c->sizes[axis] - c->index[axis];
        if (planes > n / (rows * run)) planes = n / (rows * run);
      }
      const int64_t plane = c->strides[axis] * width, count = rows * run;
      int64_t places[16], some = planes > 1 && count <= 16 ? planes : 0;
      if (some > 0) {
        for (int64_t e = 0; e < count; e++) places[e] = e / run * row + e % run * stride;
        switch (width) {
          case 1: cv_gather_8(dst, src, plane, some, places, count); break;
          case 2: cv_gather_16(dst, src, plane, some, places, count); break;
          case 4: cv_gather_32(dst, src, plane, some, places, count); break;
          case 8: cv_gather_64(dst, src, plane, some, places, count); break;
          default: some = 0;
        }
      }
      for (int64_t p = some; p < planes; p++) {
        char *to = dst + p * count * width;
        const char *from = src + p * plane;
        switch (width) {
          case 1: cv_collect_8(to, from, row, stride, rows, run); break;
          case 2: cv_collect_16(to, from, row, stride, rows, run); break;
          case 4: cv_collect_32(to, from, row, stride, rows, run); break;
          case 8: cv_collect_64(to, from, row, stride, rows, run); break;
          default: cv_copy_128(to, run, 1, from, row, stride, rows, run); break;
        }
      }
    }
    cv_cursor_skip(c, axis, axis == last ? run : axis == last - 1 ? rows : planes);
    dst += planes * rows * run * width;
    n -= planes * rows * run;
  }
}

// Writes n consecutive elements at the cursor, which moves on.
static void cv_cursor_write(cv_cursor *c, const char *src, int64_t n) {
  const unsigned width = c->width;
  c->next += n;
  if (c->rank == 0) {
    if (n > 0) memcpy(c->base, src + (n - 1) * width, width);
    return;
  }
  const int32_t last = c->rank - 1;
  const int64_t size = c->sizes[last], stride = c->strides[last];
  while (n > 0) {
    char *dst = c->base + c->offset;
    int64_t run = size - c->index[last], rows = 1, row = 0;
    int32_t axis = last;
    if (run > n) run = n;
    if (run == size && n >= 2 * size && last > 0) {
      axis = last - 1;
      rows = c->sizes[axis] - c->index[axis];
      if (rows > n / size) rows = n / size;
      row = c->strides[axis];
    }
    if (rows == 1 && stride == 1) {
      cv_copy_bytes(dst, src, (size_t)run * width);
    } else {
      switch (width) {
        case 1: cv_spread_8(dst, src, row, stride, rows, run); break;
        case 2: cv_spread_16(dst, src, row, stride, rows, run); break;
        case 4: cv_spread_32(dst, src, row, stride, rows, run); break;
        case 8: cv_spread_64(dst, src, row, stride, rows, run); break;
        default: cv_copy_128(dst, row, stride, src, run, 1, rows, run); break;
      }
    }
    cv_cursor_skip(c, axis, axis == last ? run : rows);
    src += rows * run * width;
    n -= rows * run;
  }
}

#endif
