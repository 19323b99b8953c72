// The patches of a convolution as rows of a matrix, so that the convolution is a matrix product.

#include <string.h>

#include "include/CovectorKernels.h"

// One row: for each kernel position, the channels of the input element beneath it, or zeros.
static void patch_row(const cv_patches *p, int64_t row, char *out) {
  const int64_t channels = p->channels * (int64_t)p->width, count = p->count * (int64_t)p->width;
  const int64_t *size = p->input, *kernel = p->kernel;
  int64_t at[3], rest = row;
  for (int axis = 2; axis >= 0; axis--) {
    at[axis] = rest % p->output[axis] * p->stride[axis] - p->low[axis];
    rest /= p->output[axis];
  }
  const char *image = (const char *)p->data + rest * size[0] * size[1] * size[2] * channels;
  // Whole stretches of the last axis lie together in the input where nothing is left out.
  const bool runs = p->kernel_dilation[2] == 1 && p->input_dilation[2] == 1 && !p->flip &&
                    p->count == p->channels;
  for (int64_t i = 0; i < kernel[0]; i++) {
    int64_t x = at[0] + (p->flip ? kernel[0] - 1 - i : i) * p->kernel_dilation[0];
    bool in_x = x >= 0 && x % p->input_dilation[0] == 0 && x / p->input_dilation[0] < size[0];
    x /= p->input_dilation[0];
    for (int64_t j = 0; j < kernel[1]; j++) {
      int64_t y = at[1] + (p->flip ? kernel[1] - 1 - j : j) * p->kernel_dilation[1];
      bool in_y = y >= 0 && y % p->input_dilation[1] == 0 && y / p->input_dilation[1] < size[1];
      y /= p->input_dilation[1];
      if (!in_x || !in_y) {
        memset(out, 0, (size_t)(kernel[2] * count));
        out += kernel[2] * count;
        continue;
      }
      const char *line = image + (x * size[1] + y) * size[2] * channels;
      if (runs) {
        int64_t first = at[2] < 0 ? -at[2] : 0, last = size[2] - at[2];
        if (first > kernel[2]) first = kernel[2];
        if (last > kernel[2]) last = kernel[2];
        if (last < first) last = first;
        memset(out, 0, (size_t)(first * count));
        if (last > first) {
          memcpy(out + first * count, line + (at[2] + first) * channels,
                 (size_t)((last - first) * count));
        }
        memset(out + last * count, 0, (size_t)((kernel[2] - last) * count));
        out += kernel[2] * count;
        continue;
      }
      line += p->first * (int64_t)p->width;
      for (int64_t k = 0; k < kernel[2]; k++, out += count) {
        int64_t z = at[2] + (p->flip ? kernel[2] - 1 - k : k) * p->kernel_dilation[2];
        if (z < 0 || z % p->input_dilation[2] != 0 || z / p->input_dilation[2] >= size[2]) {
          memset(out, 0, (size_t)count);
          continue;
        }
        const char *from = line + z / p->input_dilation[2] * channels;
        switch (count) {
          case 4: memcpy(out, from, 4); break;
          case 8: memcpy(out, from, 8); break;
          default: memcpy(out, from, (size_t)count);
        }
      }
    }
  }
}

void cv_patch_rows(const cv_patches *p, int64_t begin, int64_t end, void *out) {
  const int64_t bytes =
      p->kernel[0] * p->kernel[1] * p->kernel[2] * p->count * (int64_t)p->width;
  for (int64_t row = begin; row < end; row++) {
    patch_row(p, row, (char *)out + (row - begin) * bytes);
  }
}
