// Calls into glibc's vector math library, which has each function for each width of vector (the
// b, d and e in its names). The compiler passes vectors wider than 16 bytes in registers only where
// the whole file is compiled for them, not a function at a time, so those calls are written out
// here: the argument is in vector register 0 (and 1), so is the result, and all registers that a
// callee may change are given up. The stack pointer is moved past what a function keeps below it.

#ifndef CV_LOOP_VECTOR_MATH_H
#define CV_LOOP_VECTOR_MATH_H

#include "loop_vectors.h"

#define CV_CALL(SYMBOL) CV_CALL_(SYMBOL)
#define CV_CALL_(SYMBOL)                                        \
  "movq %%rsp, %%r12\n\tsubq $128, %%rsp\n\tandq $-64, %%rsp\n" \
  "\tcall *" #SYMBOL "@GOTPCREL(%%rip)\n\tmovq %%r12, %%rsp"
#define CV_CLOBBERED_16                                                                      \
  "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "cc", "xmm2", "xmm3",  \
  "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",        \
  "xmm14", "xmm15"
#define CV_CLOBBERED_32                                                                      \
  CV_CLOBBERED_16, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",   \
  "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2",  \
  "k3", "k4", "k5", "k6", "k7"

#if CV_LEVEL == 2

#define CV_MATH_1_f32(NAME) CV_MATH_1_OF(f32, _ZGVeN16v_##NAME##f, NAME)
#define CV_MATH_1_f64(NAME) CV_MATH_1_OF(f64, _ZGVeN8v_##NAME, NAME)
#define CV_MATH_1_OF(T, WIDE, NAME)                                                          \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x) {                                              \
    register cv_##T##v p __asm__("zmm0") = x;                                                \
    __asm__(CV_CALL(WIDE) : "+v"(p) : : CV_CLOBBERED_32, "xmm1");                            \
    return p;                                                                                \
  }
#define CV_MATH_2(NAME) CV_MATH_2_OF(f32, _ZGVeN16vv_##NAME##f, NAME) \
  CV_MATH_2_OF(f64, _ZGVeN8vv_##NAME, NAME)
#define CV_MATH_2_OF(T, WIDE, NAME)                                                          \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x, cv_##T##v y) {                                 \
    register cv_##T##v p __asm__("zmm0") = x;                                                \
    register cv_##T##v q __asm__("zmm1") = y;                                                \
    __asm__(CV_CALL(WIDE) : "+v"(p), "+v"(q) : : CV_CLOBBERED_32);                           \
    return p;                                                                                \
  }

#else

enum { CV_PARTS = CV_LEVEL == 1 ? 2 : 4 };
typedef float cv_f32part __attribute__((ext_vector_type(16 / CV_PARTS)));
typedef double cv_f64part __attribute__((ext_vector_type(8 / CV_PARTS)));
typedef union { cv_f32v whole; cv_f32part part[CV_PARTS]; } cv_f32parts;
typedef union { cv_f64v whole; cv_f64part part[CV_PARTS]; } cv_f64parts;

#if CV_LEVEL == 1
#define CV_WIDE32(KIND, NAME) _ZGVdN8##KIND##_##NAME##f
#define CV_WIDE64(KIND, NAME) _ZGVdN4##KIND##_##NAME
#define CV_PART_1(T, WIDE, RESULT, X)                                                        \
  register cv_##T##part p __asm__("ymm0") = X;                                               \
  __asm__(CV_CALL(WIDE) : "+x"(p) : : CV_CLOBBERED_16, "xmm1");                              \
  RESULT = p;
#define CV_PART_2(T, WIDE, RESULT, X, Y)                                                     \
  register cv_##T##part p __asm__("ymm0") = X;                                               \
  register cv_##T##part q __asm__("ymm1") = Y;                                               \
  __asm__(CV_CALL(WIDE) : "+x"(p), "+x"(q) : : CV_CLOBBERED_16);                             \
  RESULT = p;
#define CV_DECLARE(...)
#else
#define CV_WIDE32(KIND, NAME) _ZGVbN4##KIND##_##NAME##f
#define CV_WIDE64(KIND, NAME) _ZGVbN2##KIND##_##NAME
#define CV_PART_1(T, WIDE, RESULT, X) RESULT = WIDE(X);
#define CV_PART_2(T, WIDE, RESULT, X, Y) RESULT = WIDE(X, Y);
#define CV_DECLARE(...) __VA_ARGS__;
#endif

#define CV_MATH_1_f32(NAME) CV_MATH_1_OF(f32, CV_WIDE32(v, NAME), NAME)
#define CV_MATH_1_f64(NAME) CV_MATH_1_OF(f64, CV_WIDE64(v, NAME), NAME)
#define CV_MATH_1_OF(T, WIDE, NAME)                                                          \
  CV_DECLARE(cv_##T##part WIDE(cv_##T##part))                                                \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x) {                                              \
    cv_##T##parts all = {.whole = x};                                                        \
    for (int k = 0; k < CV_PARTS; k++) {                                                     \
      CV_PART_1(T, WIDE, all.part[k], all.part[k])                                           \
    }                                                                                        \
    return all.whole;                                                                        \
  }
#define CV_MATH_2(NAME) CV_MATH_2_OF(f32, CV_WIDE32(vv, NAME), NAME) \
  CV_MATH_2_OF(f64, CV_WIDE64(vv, NAME), NAME)
#define CV_MATH_2_OF(T, WIDE, NAME)                                                          \
  CV_DECLARE(cv_##T##part WIDE(cv_##T##part, cv_##T##part))                                  \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x, cv_##T##v y) {                                 \
    cv_##T##parts all = {.whole = x}, other = {.whole = y};                                  \
    for (int k = 0; k < CV_PARTS; k++) {                                                     \
      CV_PART_2(T, WIDE, all.part[k], all.part[k], other.part[k])                            \
    }                                                                                        \
    return all.whole;                                                                        \
  }

#endif
#endif
