// Binary search in sorted rows, in the order that sorting gives (see sort.c): NaN is largest.

#include "sort_keys.h"

// Whether x comes before y; each points to one element.
static inline __attribute__((always_inline)) bool before(cv_sort_type type, const void *x,
                                                         const void *y) {
  uint64_t x0 = cv_sort_bits(x, 0, type.bits), y0 = cv_sort_bits(y, 0, type.bits);
  if (type.parts == 1) return cv_sort_key(type, x0) < cv_sort_key(type, y0);
  uint64_t x1 = cv_sort_bits(x, 1, type.bits), y1 = cv_sort_bits(y, 1, type.bits);
  int x_class = cv_sort_is_nan(type, x1) + 2 * cv_sort_is_nan(type, x0);
  int y_class = cv_sort_is_nan(type, y1) + 2 * cv_sort_is_nan(type, y0);
  if (x_class != y_class) return x_class < y_class;
  x0 = cv_sort_key(type, x0), y0 = cv_sort_key(type, y0);
  return x0 != y0 ? x0 < y0 : cv_sort_key(type, x1) < cv_sort_key(type, y1);
}

static inline __attribute__((always_inline)) void search(
    uint8_t dtype, const char *sorted, int64_t count, int64_t stride, const char *values,
    int64_t begin, int64_t end, int64_t value_stride, bool right, void *out, uint8_t out_type) {
  cv_sort_type type = cv_sort_type_of(dtype);
  int64_t element = type.bits / 8 * type.parts;
  for (int64_t i = begin; i < end; ++i) {
    const char *value = values + i * value_stride * element;
    int64_t low = 0, length = count;
    while (length > 0) {
      int64_t half = length / 2;
      const char *middle = sorted + (low + half) * stride * element;
      bool after = right ? !before(type, value, middle) : before(type, middle, value);
      low = after ? low + half + 1 : low;
      length = after ? length - half - 1 : half;
    }
    if (out_type == CV_U32) ((uint32_t *)out)[i] = (uint32_t)low;
    else ((int64_t *)out)[i] = low;
  }
}

void cv_search_sorted(const void *sorted, uint8_t dtype, int64_t count, int64_t stride,
                      const void *values, int64_t begin, int64_t end, int64_t value_stride,
                      bool right, void *out, uint8_t out_type) {
#define CV_SEARCH(TYPE)                                                                      \
  case TYPE:                                                                                 \
    search(TYPE, sorted, count, stride, values, begin, end, value_stride, right, out, out_type); \
    return;
  switch (dtype) {
    CV_SEARCH(CV_BOOL)
    CV_SEARCH(CV_U8)
    CV_SEARCH(CV_U16)
    CV_SEARCH(CV_U32)
    CV_SEARCH(CV_U64)
    CV_SEARCH(CV_I8)
    CV_SEARCH(CV_I16)
    CV_SEARCH(CV_I32)
    CV_SEARCH(CV_I64)
    CV_SEARCH(CV_F16)
    CV_SEARCH(CV_BF16)
    CV_SEARCH(CV_F32)
    CV_SEARCH(CV_F64)
    CV_SEARCH(CV_C64)
    CV_SEARCH(CV_C128)
    default: return;
  }
}
