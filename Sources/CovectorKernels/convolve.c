// What of the input of a convolution lies under its kernel: patches as rows of a matrix, or lines of the
// input with their padding, of which windows that overlap are the rows of one.

#include <string.h>

#include "include/CovectorKernels.h"

// The element of an axis of the input under a position of the spread and padded axis, or -1.
static int64_t input_index(const cv_patches *p, int axis, int64_t position) {
  const int64_t place = position - p->low[axis], spread = p->input_dilation[axis];
  if (place < 0) return -1;
  if (spread == 1) return place < p->input[axis] ? place : -1;
  return place % spread == 0 && place / spread < p->input[axis] ? place / spread : -1;
}

// A line of the input along the last axis, or null where there is padding.
static const char *input_line(const cv_patches *p, int64_t image, int64_t x, int64_t y, int64_t i,
                              int64_t j) {
  x = input_index(p, 0, x * p->stride[0] + i * p->kernel_dilation[0]);
  y = input_index(p, 1, y * p->stride[1] + j * p->kernel_dilation[1]);
  if (x < 0 || y < 0) return NULL;
  const int64_t line = (image * p->input[0] + x) * p->input[1] + y;
  return (const char *)p->data + line * p->input[2] * p->channels * (int64_t)p->width;
}

// The channels of the group at some positions along a line, a step apart.
static void line_elements(const cv_patches *p, const char *line, int64_t from, int64_t step,
                          int64_t positions, char *out) {
  const int64_t channels = p->channels * (int64_t)p->width, count = p->count * (int64_t)p->width;
  if (line == NULL) {
    memset(out, 0, (size_t)(positions * count));
    return;
  }
  line += p->first * (int64_t)p->width;
  // Whole stretches lie together in the input where nothing is left out.
  if (step == 1 && p->input_dilation[2] == 1 && count == channels) {
    const int64_t begin = from - p->low[2];
    int64_t first = begin < 0 ? -begin : 0, last = p->input[2] - begin;
    if (first > positions) first = positions;
    if (last > positions) last = positions;
    if (last < first) last = first;
    memset(out, 0, (size_t)(first * count));
    if (last > first) {
      memcpy(out + first * count, line + (begin + first) * channels, (size_t)((last - first) * count));
    }
    memset(out + last * count, 0, (size_t)((positions - last) * count));
    return;
  }
  for (int64_t q = 0; q < positions; q++, out += count) {
    const int64_t z = input_index(p, 2, from + q * step);
    if (z < 0) {
      memset(out, 0, (size_t)count);
      continue;
    }
    const char *element = line + z * channels;
    switch (count) {
      case 4: memcpy(out, element, 4); break;
      case 8: memcpy(out, element, 8); break;
      default: memcpy(out, element, (size_t)count);
    }
  }
}

void cv_patch_rows(const cv_patches *p, int64_t begin, int64_t end, void *out) {
  const int64_t bytes = p->kernel[2] * p->count * (int64_t)p->width;
  char *to = out;
  for (int64_t row = begin; row < end; row++) {
    const int64_t z = row % p->output[2], line = row / p->output[2], lines = p->output[0] * p->output[1];
    const int64_t x = line % lines / p->output[1], y = line % p->output[1];
    for (int64_t i = 0; i < p->kernel[0]; i++) {
      for (int64_t j = 0; j < p->kernel[1]; j++, to += bytes) {
        line_elements(p, input_line(p, line / lines, x, y, i, j), z * p->stride[2],
                      p->kernel_dilation[2], p->kernel[2], to);
      }
    }
  }
}

void cv_patch_line(const cv_patches *p, int64_t line, int64_t place, void *out) {
  const int64_t lines = p->output[0] * p->output[1];
  const int64_t x = line % lines / p->output[1], y = line % p->output[1];
  const int64_t positions =
      (p->output[2] - 1) * p->stride[2] + (p->kernel[2] - 1) * p->kernel_dilation[2] + 1;
  line_elements(p, input_line(p, line / lines, x, y, place / p->kernel[1], place % p->kernel[1]), 0, 1,
                positions, out);
}
