// Conversions between float and the two half types, one value at a time, without library calls.
// Widening is exact; narrowing rounds to nearest, ties to even, and keeps NaN a NaN.

#ifndef COVECTOR_GEMM_HALF_H
#define COVECTOR_GEMM_HALF_H

#include <stdint.h>
#include <string.h>

static inline float cv_bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t cv_float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float cv_half_from_bf16(uint16_t half) {
  return cv_bits_to_float((uint32_t)half << 16);
}

static inline uint16_t cv_half_to_bf16(float value) {
  uint32_t bits = cv_float_to_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)((bits >> 16) | 0x40u);
  return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

static inline float cv_half_from_f16(uint16_t half) {
  // Shifted into place the exponent is 112 too small; a multiply mends it, subnormals included.
  uint32_t magnitude = half & 0x7fffu;
  uint32_t bits = cv_float_to_bits(cv_bits_to_float(magnitude << 13) * 0x1p112f);
  if (magnitude >= 0x7c00u) bits |= 0x7f800000u;
  return cv_bits_to_float(bits | (uint32_t)(half & 0x8000u) << 16);
}

static inline uint16_t cv_half_to_f16(float value) {
  uint32_t bits = cv_float_to_bits(value);
  uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return (uint16_t)(sign | 0x7e00u | ((bits >> 13) & 0x1ffu));
  if (bits >= 0x47800000u) return (uint16_t)(sign | 0x7c00u);
  if (bits < 0x38800000u) {  // subnormal: let an addition align and round the mantissa
    uint32_t aligned = cv_float_to_bits(cv_bits_to_float(bits) + 0.5f);
    return (uint16_t)(sign | (uint16_t)(aligned - 0x3f000000u));
  }
  bits += 0xfffu + ((bits >> 13) & 1u);
  return (uint16_t)(sign | (uint16_t)((bits - 0x38000000u) >> 13));
}

#endif
