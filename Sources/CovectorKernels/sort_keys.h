// Order-preserving maps from element types to unsigned keys, and back. NaN of every kind is the
// largest key, which no number has; -0 and 0 share a key.

#ifndef COVECTOR_SORT_KEYS_H
#define COVECTOR_SORT_KEYS_H

#include <string.h>

#include "include/CovectorKernels.h"

typedef struct {
  uint8_t bits;      // width of the element, or of one part of a complex number
  uint8_t parts;     // 2 for complex numbers
  bool is_signed, is_float;
  uint64_t infinity;  // bits of infinity, for floating types
} cv_sort_type;

static inline cv_sort_type cv_sort_type_of(uint8_t dtype) {
  switch (dtype) {
    case CV_BOOL: case CV_U8: return (cv_sort_type){8, 1, false, false, 0};
    case CV_U16: return (cv_sort_type){16, 1, false, false, 0};
    case CV_U32: return (cv_sort_type){32, 1, false, false, 0};
    case CV_U64: return (cv_sort_type){64, 1, false, false, 0};
    case CV_I8: return (cv_sort_type){8, 1, true, false, 0};
    case CV_I16: return (cv_sort_type){16, 1, true, false, 0};
    case CV_I32: return (cv_sort_type){32, 1, true, false, 0};
    case CV_I64: return (cv_sort_type){64, 1, true, false, 0};
    case CV_F16: return (cv_sort_type){16, 1, true, true, 0x7c00};
    case CV_BF16: return (cv_sort_type){16, 1, true, true, 0x7f80};
    case CV_F32: return (cv_sort_type){32, 1, true, true, 0x7f800000};
    case CV_C64: return (cv_sort_type){32, 2, true, true, 0x7f800000};
    case CV_F64: return (cv_sort_type){64, 1, true, true, 0x7ff0000000000000};
    default: return (cv_sort_type){64, 2, true, true, 0x7ff0000000000000};
  }
}

// The raw bits of part i of an array.
static inline __attribute__((always_inline)) uint64_t cv_sort_bits(const void *data, int64_t i,
                                                                   int bits) {
  switch (bits) {
    case 8: return ((const uint8_t *)data)[i];
    case 16: return ((const uint16_t *)data)[i];
    case 32: return ((const uint32_t *)data)[i];
    default: return ((const uint64_t *)data)[i];
  }
}

static inline __attribute__((always_inline)) void cv_sort_put(void *data, int64_t i, int bits,
                                                              uint64_t value) {
  switch (bits) {
    case 8: ((uint8_t *)data)[i] = (uint8_t)value; return;
    case 16: ((uint16_t *)data)[i] = (uint16_t)value; return;
    case 32: ((uint32_t *)data)[i] = (uint32_t)value; return;
    default: ((uint64_t *)data)[i] = value; return;
  }
}

static inline __attribute__((always_inline)) uint64_t cv_sort_mask(cv_sort_type type) {
  return ~(uint64_t)0 >> (64 - type.bits);
}

static inline __attribute__((always_inline)) uint64_t cv_sort_sign(cv_sort_type type) {
  return (uint64_t)1 << (type.bits - 1);
}

static inline __attribute__((always_inline)) bool cv_sort_is_nan(cv_sort_type type,
                                                                 uint64_t bits) {
  return type.is_float && (bits & (cv_sort_sign(type) - 1)) > type.infinity;
}

static inline __attribute__((always_inline)) uint64_t cv_sort_key(cv_sort_type type,
                                                                  uint64_t bits) {
  uint64_t sign = cv_sort_sign(type), mask = cv_sort_mask(type);
  if (!type.is_signed) return bits;
  if (!type.is_float) return bits ^ sign;
  uint64_t magnitude = bits & (sign - 1);
  uint64_t negative = 0 - (bits >> (type.bits - 1)), zero = magnitude == 0;
  uint64_t key = (bits ^ (negative | sign)) & mask;
  key |= 0 - (uint64_t)(magnitude > type.infinity);
  return (key + (negative & zero)) & mask;
}

// The element of a key, 0 for both zeros; not for NaN.
static inline __attribute__((always_inline)) uint64_t cv_sort_unkey(cv_sort_type type,
                                                                    uint64_t key) {
  uint64_t sign = cv_sort_sign(type);
  if (!type.is_signed) return key;
  if (!type.is_float) return key ^ sign;
  uint64_t negative = (key >> (type.bits - 1)) - 1;
  return (key ^ (negative | sign)) & cv_sort_mask(type);
}

#endif
