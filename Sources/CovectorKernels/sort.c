// Stable sorting along rows. Elements become unsigned keys, which are sorted alone (sort) or with
// their index (argsort). Complex numbers go by real part, then imaginary part; those with a NaN
// come last, first those with it in the imaginary part only, then in the real part, then in both.

#include "sort_keys.h"

enum { CV_SORT_RUN = 32 };

#define CV_E uint32_t
#define CV_KEY(e) (e)
#define CV_KEY_BITS 32
#define CV_KEY_TYPE uint32_t
#define CV_S(x) x##_narrow
#include "sort_entries.h"

#define CV_E uint64_t
#define CV_KEY(e) (e)
#define CV_KEY_BITS 64
#define CV_KEY_TYPE uint64_t
#define CV_S(x) x##_wide
#include "sort_entries.h"

// The key above the index.
#define CV_E uint64_t
#define CV_KEY(e) ((uint32_t)((e) >> 32))
#define CV_KEY_BITS 32
#define CV_KEY_TYPE uint32_t
#define CV_S(x) x##_narrow_indexed
#include "sort_entries.h"

typedef struct {
  uint64_t key, index;
} wide_entry;

#define CV_E wide_entry
#define CV_KEY(e) ((e).key)
#define CV_KEY_BITS 64
#define CV_KEY_TYPE uint64_t
#define CV_S(x) x##_wide_indexed
#include "sort_entries.h"

enum { CV_SORT_COUNTS = 6 * 2048 };  // of 11-bit digits in a 64-bit key

size_t cv_sort_scratch(uint8_t dtype, int64_t count) {
  cv_sort_type type = cv_sort_type_of(dtype);
  size_t entry = type.bits * type.parts <= 32 ? sizeof(uint64_t) : sizeof(wide_entry);
  return CV_SORT_COUNTS * sizeof(uint32_t) + 2 * (size_t)count * entry;
}

// Calls a function with the type as constants, so that its loops lose their branches.
#define CV_SORT_EACH(CALL)                                                       \
  switch (dtype) {                                                               \
    case CV_BOOL: case CV_U8: CALL(CV_U8); break;                                \
    case CV_U16: CALL(CV_U16); break;                                            \
    case CV_U32: CALL(CV_U32); break;                                            \
    case CV_U64: CALL(CV_U64); break;                                            \
    case CV_I8: CALL(CV_I8); break;                                              \
    case CV_I16: CALL(CV_I16); break;                                            \
    case CV_I32: CALL(CV_I32); break;                                            \
    case CV_I64: CALL(CV_I64); break;                                            \
    case CV_F16: CALL(CV_F16); break;                                            \
    case CV_BF16: CALL(CV_BF16); break;                                          \
    case CV_F32: CALL(CV_F32); break;                                            \
    case CV_F64: CALL(CV_F64); break;                                            \
    default: break;                                                              \
  }

// Keys with the index of their element in the row.
static inline __attribute__((always_inline)) void index_narrow(uint8_t dtype, const void *from,
                                                               int64_t stride, int64_t count,
                                                               uint64_t *entries) {
  cv_sort_type type = cv_sort_type_of(dtype);
  for (int64_t i = 0; i < count; ++i) {
    uint64_t key = cv_sort_key(type, cv_sort_bits(from, i * stride, type.bits));
    entries[i] = key << 32 | (uint64_t)i;
  }
}

static inline __attribute__((always_inline)) void index_wide(uint8_t dtype, const void *from,
                                                             int64_t stride, int64_t count,
                                                             wide_entry *entries) {
  cv_sort_type type = cv_sort_type_of(dtype);
  for (int64_t i = 0; i < count; ++i) {
    uint64_t key = cv_sort_key(type, cv_sort_bits(from, i * stride, type.bits));
    entries[i] = (wide_entry){key, (uint64_t)i};
  }
}

// Moves entries with NaN behind the others, keeping the order among equals.
static wide_entry *last_nan(wide_entry *a, wide_entry *b, int64_t count, const void *from,
                            int64_t stride, cv_sort_type type) {
  int64_t starts[4] = {0}, sum = 0;
  for (int pass = 0; pass < 2; ++pass) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t at = 2 * stride * (int64_t)a[i].index;
      int class = cv_sort_is_nan(type, cv_sort_bits(from, at + 1, type.bits)) +
                  2 * cv_sort_is_nan(type, cv_sort_bits(from, at, type.bits));
      int64_t to = starts[class]++;
      if (pass > 0) b[to] = a[i];
    }
    if (pass > 0) return b;
    if (starts[0] == count) return a;
    for (int class = 0; class < 4; ++class) {
      int64_t size = starts[class];
      starts[class] = sum;
      sum += size;
    }
  }
  return b;
}

static wide_entry *complex_order(const void *from, cv_sort_type type, int64_t stride,
                                 int64_t count, wide_entry *a, wide_entry *b, uint32_t *counts) {
  wide_entry *entries = a;
  if (type.bits == 32) {
    for (int64_t i = 0; i < count; ++i) {
      uint64_t re = cv_sort_key(type, cv_sort_bits(from, 2 * i * stride, 32));
      uint64_t im = cv_sort_key(type, cv_sort_bits(from, 2 * i * stride + 1, 32));
      a[i] = (wide_entry){re << 32 | im, (uint64_t)i};
    }
    entries = sort_wide_indexed(a, b, count, 64, counts);
  } else {
    for (int64_t i = 0; i < count; ++i) {
      uint64_t bits = cv_sort_bits(from, 2 * i * stride + 1, 64);
      a[i] = (wide_entry){cv_sort_key(type, bits), (uint64_t)i};
    }
    entries = sort_wide_indexed(a, b, count, 64, counts);
    for (int64_t i = 0; i < count; ++i) {
      uint64_t bits = cv_sort_bits(from, 2 * stride * (int64_t)entries[i].index, 64);
      entries[i].key = cv_sort_key(type, bits);
    }
    entries = sort_wide_indexed(entries, entries == a ? b : a, count, 64, counts);
  }
  return last_nan(entries, entries == a ? b : a, count, from, stride, type);
}

void cv_argsort(const void *source, uint8_t dtype, const int64_t *row_offsets, int64_t begin,
                int64_t end, int64_t count, int64_t stride, void *out, uint8_t out_type,
                void *scratch) {
  cv_sort_type type = cv_sort_type_of(dtype);
  uint32_t *counts = scratch;
  void *a = counts + CV_SORT_COUNTS;
  int64_t element = type.bits / 8 * type.parts;
  for (int64_t r = begin; r < end; ++r) {
    const void *from = (const char *)source + row_offsets[r - begin] * element;
    uint32_t *short_out = (uint32_t *)out + r * count;
    int64_t *long_out = (int64_t *)out + r * count;
    if (element <= 4) {
      uint64_t *entries = a;
#define CV_INDEX(TYPE) index_narrow(TYPE, from, stride, count, entries)
      CV_SORT_EACH(CV_INDEX)
#undef CV_INDEX
      entries = sort_narrow_indexed(entries, entries + count, count, type.bits, counts);
      for (int64_t i = 0; i < count; ++i) {
        uint32_t index = (uint32_t)entries[i];
        if (out_type == CV_U32) short_out[i] = index;
        else long_out[i] = index;
      }
      continue;
    }
    wide_entry *entries = a;
    if (type.parts == 2) {
      entries = complex_order(from, type, stride, count, entries, entries + count, counts);
    } else {
#define CV_INDEX(TYPE) index_wide(TYPE, from, stride, count, entries)
      CV_SORT_EACH(CV_INDEX)
#undef CV_INDEX
      entries = sort_wide_indexed(entries, entries + count, count, 64, counts);
    }
    for (int64_t i = 0; i < count; ++i) {
      if (out_type == CV_U32) short_out[i] = (uint32_t)entries[i].index;
      else long_out[i] = (int64_t)entries[i].index;
    }
  }
}

// Keys alone lose the sign of zero and what is in a NaN; both are put back in their first order.
static inline __attribute__((always_inline)) void sort_row(uint8_t dtype, const void *from,
                                                           int64_t stride, int64_t count,
                                                           void *to, void *a, uint32_t *counts) {
  cv_sort_type type = cv_sort_type_of(dtype);
  bool narrow = type.bits <= 32, mixed = false;
  uint32_t *short_keys = a;
  uint64_t *long_keys = a, sign = cv_sort_sign(type);
  int64_t numbers = 0, below = 0, nans = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t bits = cv_sort_bits(from, i * stride, type.bits);
    if (type.is_float) {
      if (cv_sort_is_nan(type, bits)) {
        ++nans;
        continue;
      }
      if (bits == sign) mixed = true;
      below += bits > sign;
    }
    uint64_t key = cv_sort_key(type, bits);
    if (narrow) short_keys[numbers++] = (uint32_t)key;
    else long_keys[numbers++] = key;
  }
  if (narrow) {
    short_keys = sort_narrow(short_keys, short_keys + count, numbers, type.bits, counts);
  } else {
    long_keys = sort_wide(long_keys, long_keys + count, numbers, 64, counts);
  }
  for (int64_t i = 0; i < numbers; ++i) {
    cv_sort_put(to, i, type.bits, cv_sort_unkey(type, narrow ? short_keys[i] : long_keys[i]));
  }
  if (!mixed && nans == 0) return;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t bits = cv_sort_bits(from, i * stride, type.bits);
    if ((bits & (sign - 1)) == 0) {
      cv_sort_put(to, below++, type.bits, bits);
    } else if (cv_sort_is_nan(type, bits)) {
      cv_sort_put(to, numbers++, type.bits, bits);
    }
  }
}

void cv_sort(const void *source, uint8_t dtype, const int64_t *row_offsets, int64_t begin,
             int64_t end, int64_t count, int64_t stride, void *out, void *scratch) {
  cv_sort_type type = cv_sort_type_of(dtype);
  uint32_t *counts = scratch;
  void *a = counts + CV_SORT_COUNTS;
  int64_t element = type.bits / 8 * type.parts;
  for (int64_t r = begin; r < end; ++r) {
    const char *from = (const char *)source + row_offsets[r - begin] * element;
    char *to = (char *)out + r * count * element;
    if (type.parts == 2) {
      wide_entry *entries = a;
      entries = complex_order(from, type, stride, count, entries, entries + count, counts);
      for (int64_t i = 0; i < count; ++i) {
        memcpy(to + i * element, from + (int64_t)entries[i].index * stride * element,
               (size_t)element);
      }
      continue;
    }
#define CV_ROW(TYPE) sort_row(TYPE, from, stride, count, to, a, counts)
    CV_SORT_EACH(CV_ROW)
#undef CV_ROW
  }
}
