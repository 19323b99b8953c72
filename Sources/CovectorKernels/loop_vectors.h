// The vector types of the loop machine: 64 bytes in every instruction set, so that the number of
// lanes, and with it the bits of every result, is the same everywhere. A short type name (f32, u8,
// c64, b ...) names its scalar cv_f32, its vector cv_f32v, and its load cv_get_f32. `v_put` stores
// any vector at an element index. Registers may lie anywhere in memory: no alignment is assumed.

#ifndef CV_LOOP_VECTORS_H
#define CV_LOOP_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CovectorKernels.h"

#pragma STDC FP_CONTRACT OFF

#define CV_INLINE static inline __attribute__((always_inline, unused))
#define CV_OVERLOAD static inline __attribute__((always_inline, unused, overloadable))

// M(type, bits of the element, lanes), for each type of a family.
#define CV_FOR_R(M) M(f32, 32, 16) M(f64, 64, 8)
#define CV_FOR_U(M) M(u8, 8, 64) M(u16, 16, 32) M(u32, 32, 16) M(u64, 64, 8)
#define CV_FOR_S(M) M(i8, 8, 64) M(i16, 16, 32) M(i32, 32, 16) M(i64, 64, 8)
#define CV_FOR_I(M) CV_FOR_U(M) CV_FOR_S(M)
#define CV_FOR_RI(M) CV_FOR_R(M) CV_FOR_I(M)

// F(type, ...) for each type of the families.
#define CV_FAMILY_R(F, ...) F(f32, __VA_ARGS__) F(f64, __VA_ARGS__)
#define CV_FAMILY_C(F, ...) F(c64, __VA_ARGS__) F(c128, __VA_ARGS__)
#define CV_FAMILY_U(F, ...) \
  F(u8, __VA_ARGS__) F(u16, __VA_ARGS__) F(u32, __VA_ARGS__) F(u64, __VA_ARGS__)
#define CV_FAMILY_S(F, ...) \
  F(i8, __VA_ARGS__) F(i16, __VA_ARGS__) F(i32, __VA_ARGS__) F(i64, __VA_ARGS__)
#define CV_FAMILY_B(F, ...) F(b, __VA_ARGS__)
#define CV_FAMILY_I(F, ...) CV_FAMILY_U(F, __VA_ARGS__) CV_FAMILY_S(F, __VA_ARGS__)
#define CV_FAMILY_RC(F, ...) CV_FAMILY_R(F, __VA_ARGS__) CV_FAMILY_C(F, __VA_ARGS__)
#define CV_FAMILY_RI(F, ...) CV_FAMILY_R(F, __VA_ARGS__) CV_FAMILY_I(F, __VA_ARGS__)
#define CV_FAMILY_RIB(F, ...) CV_FAMILY_RI(F, __VA_ARGS__) CV_FAMILY_B(F, __VA_ARGS__)
#define CV_FAMILY_RCI(F, ...) CV_FAMILY_RC(F, __VA_ARGS__) CV_FAMILY_I(F, __VA_ARGS__)
#define CV_FAMILY_RCIB(F, ...) CV_FAMILY_RCI(F, __VA_ARGS__) CV_FAMILY_B(F, __VA_ARGS__)

enum {
  CV_TAG_b = CV_BOOL, CV_TAG_u8 = CV_U8, CV_TAG_u16 = CV_U16, CV_TAG_u32 = CV_U32,
  CV_TAG_u64 = CV_U64, CV_TAG_i8 = CV_I8, CV_TAG_i16 = CV_I16, CV_TAG_i32 = CV_I32,
  CV_TAG_i64 = CV_I64, CV_TAG_f32 = CV_F32, CV_TAG_f64 = CV_F64, CV_TAG_c64 = CV_C64,
  CV_TAG_c128 = CV_C128
};

enum {
  CV_LANES_b = 64, CV_LANES_u8 = 64, CV_LANES_u16 = 32, CV_LANES_u32 = 16, CV_LANES_u64 = 8,
  CV_LANES_i8 = 64, CV_LANES_i16 = 32, CV_LANES_i32 = 16, CV_LANES_i64 = 8, CV_LANES_f32 = 16,
  CV_LANES_f64 = 8, CV_LANES_c64 = 16, CV_LANES_c128 = 8
};

// Bytes of an element, by cv_type.
CV_INLINE unsigned cv_width(unsigned type) {
  static const uint8_t widths[CV_TYPE_COUNT] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
  return widths[type];
}

typedef uint8_t cv_b, cv_u8;
typedef uint16_t cv_u16;
typedef uint32_t cv_u32;
typedef uint64_t cv_u64;
typedef int8_t cv_i8;
typedef int16_t cv_i16;
typedef int32_t cv_i32;
typedef int64_t cv_i64;
typedef float cv_f32;
typedef double cv_f64;
typedef float _Complex cv_c64;
typedef double _Complex cv_c128;

#define CV_VECTOR(T, BITS, LANES)                                                            \
  typedef cv_##T cv_##T##v __attribute__((ext_vector_type(LANES)));                          \
  typedef cv_##T##v cv_##T##_unaligned __attribute__((aligned(1), may_alias));               \
  CV_OVERLOAD void v_put(void *p, size_t i, cv_##T##v v) {                                   \
    *(cv_##T##_unaligned *)((char *)p + i * sizeof(cv_##T)) = v;                             \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_constant(cv_##T##v like, cv_f64 value) {                           \
    (void)like;                                                                              \
    return (cv_##T##v)(cv_##T)value;                                                         \
  }
CV_FOR_RI(CV_VECTOR)
#undef CV_VECTOR

// Loads are macros, for the sake of builds without an optimiser.
#define CV_GET(T, p, i) (*(const T##_unaligned *)((const char *)(p) + (i) * sizeof(T)))
#define cv_get_f32(p, i) CV_GET(cv_f32, p, i)
#define cv_get_f64(p, i) CV_GET(cv_f64, p, i)
#define cv_get_u8(p, i) CV_GET(cv_u8, p, i)
#define cv_get_u16(p, i) CV_GET(cv_u16, p, i)
#define cv_get_u32(p, i) CV_GET(cv_u32, p, i)
#define cv_get_u64(p, i) CV_GET(cv_u64, p, i)
#define cv_get_i8(p, i) CV_GET(cv_i8, p, i)
#define cv_get_i16(p, i) CV_GET(cv_i16, p, i)
#define cv_get_i32(p, i) CV_GET(cv_i32, p, i)
#define cv_get_i64(p, i) CV_GET(cv_i64, p, i)

// Bools that go with the lanes of wider vectors; cv_bools64 beside lanes of 64 bits, and so on.
typedef uint8_t cv_bools8 __attribute__((ext_vector_type(64)));
typedef uint8_t cv_bools16 __attribute__((ext_vector_type(32)));
typedef uint8_t cv_bools32 __attribute__((ext_vector_type(16)));
typedef uint8_t cv_bools64 __attribute__((ext_vector_type(8)));

#define CV_BOOLS(BITS)                                                                       \
  typedef cv_bools##BITS cv_bools##BITS##_unaligned __attribute__((aligned(1), may_alias));  \
  CV_OVERLOAD cv_bools##BITS v_bools(cv_i##BITS##v mask) {                                   \
    return __builtin_convertvector(mask, cv_bools##BITS) & 1;                                \
  }
#define cv_get_bools8(p, i) (*(const cv_bools8_unaligned *)((const char *)(p) + (i)))
#define cv_get_bools16(p, i) (*(const cv_bools16_unaligned *)((const char *)(p) + (i)))
#define cv_get_bools32(p, i) (*(const cv_bools32_unaligned *)((const char *)(p) + (i)))
#define cv_get_bools64(p, i) (*(const cv_bools64_unaligned *)((const char *)(p) + (i)))
CV_BOOLS(8) CV_BOOLS(16) CV_BOOLS(32) CV_BOOLS(64)
#undef CV_BOOLS

CV_OVERLOAD void v_put(void *p, size_t i, cv_bools16 v) {
  *(cv_bools16_unaligned *)((char *)p + i) = v;
}
CV_OVERLOAD void v_put(void *p, size_t i, cv_bools32 v) {
  *(cv_bools32_unaligned *)((char *)p + i) = v;
}
CV_OVERLOAD void v_put(void *p, size_t i, cv_bools64 v) {
  *(cv_bools64_unaligned *)((char *)p + i) = v;
}

// Lists of numbers from S in steps of I.
#define CV_COUNT_8(S, I) S + 0 * I, S + 1 * I, S + 2 * I, S + 3 * I, S + 4 * I, S + 5 * I, \
  S + 6 * I, S + 7 * I
#define CV_COUNT_16(S, I) CV_COUNT_8(S, I), CV_COUNT_8(S + 8 * I, I)
#define CV_COUNT_32(S, I) CV_COUNT_16(S, I), CV_COUNT_16(S + 16 * I, I)
#define CV_COUNT_64(S, I) CV_COUNT_32(S, I), CV_COUNT_32(S + 32 * I, I)

// The first n lanes of x, and the others of y.
static const uint8_t cv_numbers[64] = {CV_COUNT_64(0, 1)};
#define CV_KEEP(T, BITS, LANES)                                                              \
  CV_OVERLOAD cv_##T##v v_keep(cv_##T##v x, size_t n, cv_##T##v y) {                         \
    const cv_u##BITS##v lane =                                                               \
        __builtin_convertvector(cv_get_bools##BITS(cv_numbers, 0), cv_u##BITS##v);           \
    const cv_u##BITS##v end = (cv_u##BITS)(n < LANES ? n : LANES);                           \
    return lane < end ? x : y;                                                               \
  }
CV_FOR_RI(CV_KEEP)
#undef CV_KEEP

// Bool is a type of its own, so that it can have its own arithmetic.
typedef struct { cv_u8v v; } cv_bv;
CV_INLINE cv_bv cv_get_b(const void *p, size_t i) { return (cv_bv){cv_get_u8(p, i)}; }
CV_OVERLOAD void v_put(void *p, size_t i, cv_bv v) { v_put(p, i, v.v); }

// Complex vectors hold the parts apart; in memory they are interleaved.
typedef struct { cv_f32v re, im; } cv_c64v;
typedef struct { cv_f64v re, im; } cv_c128v;

CV_INLINE cv_c64v cv_get_c64(const void *p, size_t i) {
  const cv_f32v a = cv_get_f32(p, 2 * i), b = cv_get_f32(p, 2 * i + 16);
  return (cv_c64v){__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26,
                                           28, 30),
                   __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27,
                                           29, 31)};
}
CV_INLINE cv_c128v cv_get_c128(const void *p, size_t i) {
  const cv_f64v a = cv_get_f64(p, 2 * i), b = cv_get_f64(p, 2 * i + 8);
  return (cv_c128v){__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14),
                    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)};
}
CV_OVERLOAD void v_put(void *p, size_t i, cv_c64v v) {
  v_put(p, 2 * i, __builtin_shufflevector(v.re, v.im, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                          22, 7, 23));
  v_put(p, 2 * i + 16, __builtin_shufflevector(v.re, v.im, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                               13, 29, 14, 30, 15, 31));
}
CV_OVERLOAD void v_put(void *p, size_t i, cv_c128v v) {
  v_put(p, 2 * i, __builtin_shufflevector(v.re, v.im, 0, 8, 1, 9, 2, 10, 3, 11));
  v_put(p, 2 * i + 8, __builtin_shufflevector(v.re, v.im, 4, 12, 5, 13, 6, 14, 7, 15));
}

#endif
