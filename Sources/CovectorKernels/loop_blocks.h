// The block functions: one for every instruction and type, generated from instructions.def, and the
// tables in which the loop machine finds them. A block function runs over n elements and may read
// and write on to the end of a 64-byte vector.

#ifndef CV_LOOP_BLOCKS_H
#define CV_LOOP_BLOCKS_H

#include "loop_arithmetic.h"
#include "loop_casts.h"
#include "loop_complex.h"
#include "loop_layout.h"
#include "loop_math.h"

#define CV_BLOCK(T, NAME)                                                                    \
  static void cv_block_##NAME##_##T(void *dst, const void *a, const void *b, const void *c,  \
                                    size_t n)

#define CV_BLOCK_1(T, NAME, EXPRESSION)                                                      \
  CV_BLOCK(T, NAME) {                                                                        \
    (void)b, (void)c;                                                                        \
    for (size_t i = 0; i < n; i += CV_LANES_##T) {                                           \
      const cv_##T##v x = cv_get_##T(a, i);                                                  \
      v_put(dst, i, EXPRESSION);                                                             \
    }                                                                                        \
  }

#define CV_BLOCK_2(T, NAME, EXPRESSION)                                                      \
  CV_BLOCK(T, NAME) {                                                                        \
    (void)c;                                                                                 \
    for (size_t i = 0; i < n; i += CV_LANES_##T) {                                           \
      const cv_##T##v x = cv_get_##T(a, i), y = cv_get_##T(b, i);                            \
      v_put(dst, i, EXPRESSION);                                                             \
    }                                                                                        \
  }

#define CV_BLOCK_3(T, NAME, EXPRESSION)                                                      \
  CV_BLOCK(T, NAME) {                                                                        \
    for (size_t i = 0; i < n; i += CV_LANES_##T) {                                           \
      const cv_##T##v x = cv_get_##T(a, i), y = cv_get_##T(b, i), z = cv_get_##T(c, i);      \
      v_put(dst, i, EXPRESSION);                                                             \
    }                                                                                        \
  }

#define CV_BLOCK_SELECT(T, NAME, EXPRESSION)                                                 \
  CV_BLOCK(T, NAME) {                                                                        \
    for (size_t i = 0; i < n; i += CV_LANES_##T) {                                           \
      const __typeof__(cv_get_mask_##T(a, i)) x = cv_get_mask_##T(a, i);                     \
      const cv_##T##v y = cv_get_##T(b, i), z = cv_get_##T(c, i);                            \
      v_put(dst, i, EXPRESSION);                                                             \
    }                                                                                        \
  }

#define CV_BLOCK_LANE1(T, NAME, EXPRESSION)                                                  \
  CV_BLOCK(T, NAME) {                                                                        \
    (void)b, (void)c;                                                                        \
    for (size_t i = 0; i < n; i++) {                                                         \
      cv_##T x;                                                                              \
      memcpy(&x, (const char *)a + i * sizeof x, sizeof x);                                  \
      const __typeof__(EXPRESSION) r = EXPRESSION;                                           \
      memcpy((char *)dst + i * sizeof r, &r, sizeof r);                                      \
    }                                                                                        \
  }

#define CV_BLOCK_LANE2(T, NAME, EXPRESSION)                                                  \
  CV_BLOCK(T, NAME) {                                                                        \
    (void)c;                                                                                 \
    for (size_t i = 0; i < n; i++) {                                                         \
      cv_##T x, y;                                                                           \
      memcpy(&x, (const char *)a + i * sizeof x, sizeof x);                                  \
      memcpy(&y, (const char *)b + i * sizeof y, sizeof y);                                  \
      const __typeof__(EXPRESSION) r = EXPRESSION;                                           \
      memcpy((char *)dst + i * sizeof r, &r, sizeof r);                                      \
    }                                                                                        \
  }

#define CV_BLOCK_LANE3(T, NAME, EXPRESSION)                                                  \
  CV_BLOCK(T, NAME) {                                                                        \
    for (size_t i = 0; i < n; i++) {                                                         \
      cv_##T x, y, z;                                                                        \
      memcpy(&x, (const char *)a + i * sizeof x, sizeof x);                                  \
      memcpy(&y, (const char *)b + i * sizeof y, sizeof y);                                  \
      memcpy(&z, (const char *)c + i * sizeof z, sizeof z);                                  \
      const __typeof__(EXPRESSION) r = EXPRESSION;                                           \
      memcpy((char *)dst + i * sizeof r, &r, sizeof r);                                      \
    }                                                                                        \
  }

#define CV_INSTRUCTION(NAME, INPUTS, TYPES, EXPRESSION) \
  CV_FAMILY_##TYPES(CV_BLOCK_##INPUTS, NAME, EXPRESSION)
#define CV_VARIANT CV_INSTRUCTION
#include "instructions.def"
#undef CV_INSTRUCTION

#define CV_ENTRY(T, NAME) [CV_##NAME][CV_TAG_##T] = cv_block_##NAME##_##T,
static const cv_block cv_blocks[CV_OPCODE_COUNT][CV_TYPE_COUNT] = {
#define CV_INSTRUCTION(NAME, INPUTS, TYPES, EXPRESSION) CV_FAMILY_##TYPES(CV_ENTRY, NAME)
#define CV_VARIANT CV_INSTRUCTION
#include "instructions.def"
#undef CV_INSTRUCTION
#define CV_IOTA_ENTRY(T, ...) [CV_IOTA][CV_TAG_##T] = cv_iota_##T,
  CV_FAMILY_RI(CV_IOTA_ENTRY, )
};

#define CV_CAST_ENTRY(FROM, TO) [CV_TAG_##TO][CV_TAG_##FROM] = cv_cast_##TO##_##FROM,
static const cv_block cv_casts[CV_TYPE_COUNT][CV_TYPE_COUNT] = {
  CV_FAMILY_RCIB(CV_CAST_ENTRY, b)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, u8) CV_FAMILY_RCIB(CV_CAST_ENTRY, u16)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, u32) CV_FAMILY_RCIB(CV_CAST_ENTRY, u64)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, i8) CV_FAMILY_RCIB(CV_CAST_ENTRY, i16)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, i32) CV_FAMILY_RCIB(CV_CAST_ENTRY, i64)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, f32) CV_FAMILY_RCIB(CV_CAST_ENTRY, f64)
  CV_FAMILY_RCIB(CV_CAST_ENTRY, c64) CV_FAMILY_RCIB(CV_CAST_ENTRY, c128)
};

// The function of a computing instruction, or NULL where the types are not supported.
CV_INLINE cv_block cv_find_block(const cv_instruction *i) {
  switch (i->op) {
    case CV_CAST: return cv_casts[i->type][i->from];
    case CV_ROUND: return i->from == CV_F16 ? cv_round_f16 : cv_round_bf16;
    default: return cv_blocks[i->op][i->type];
  }
}

#endif
