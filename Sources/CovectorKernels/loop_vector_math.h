// Calls into glibc's vector math library, which has each function for each width of vector (the b, d
// and e in its names). The compiler passes vectors wider than 16 bytes in registers only where the
// whole file is compiled for them, so the calls go through a few lines of assembly that take the
// vectors from memory: cv_..._call_1(function, x) and cv_..._call_2(function, x, y) replace the 64
// bytes at x by the function of them.

#ifndef CV_LOOP_VECTOR_MATH_H
#define CV_LOOP_VECTOR_MATH_H

#include "loop_vectors.h"

#if CV_LEVEL > 0

void CV_NAME(call_1)(void (*function)(void), void *x);
void CV_NAME(call_2)(void (*function)(void), void *x, const void *y);

#define CV_CALL_BEGIN(NAME)                                                         \
  ".text\n.p2align 4\n.globl " NAME "\n.hidden " NAME "\n.type " NAME ", @function\n" \
  NAME ":\n.cfi_startproc\n"                                                        \
  "pushq %rbx\n.cfi_def_cfa_offset 16\n.cfi_offset %rbx, -16\n"                     \
  "pushq %r12\n.cfi_def_cfa_offset 24\n.cfi_offset %r12, -24\n"                     \
  "pushq %r13\n.cfi_def_cfa_offset 32\n.cfi_offset %r13, -32\n"                     \
  "movq %rdi, %r12\nmovq %rsi, %rbx\nmovq %rdx, %r13\n"
#define CV_CALL_END(NAME)                                                           \
  "popq %r13\n.cfi_def_cfa_offset 24\npopq %r12\n.cfi_def_cfa_offset 16\n"          \
  "popq %rbx\n.cfi_def_cfa_offset 8\nret\n.cfi_endproc\n.size " NAME ", .-" NAME "\n"

#if CV_LEVEL == 2
__asm__(
    CV_CALL_BEGIN("cv_avx512_call_1")
    "vmovups (%rbx), %zmm0\ncall *%r12\nvmovups %zmm0, (%rbx)\n"
    CV_CALL_END("cv_avx512_call_1")
    CV_CALL_BEGIN("cv_avx512_call_2")
    "vmovups (%rbx), %zmm0\nvmovups (%r13), %zmm1\ncall *%r12\nvmovups %zmm0, (%rbx)\n"
    CV_CALL_END("cv_avx512_call_2"));
#define CV_WIDE32(KIND, NAME) _ZGVeN16##KIND##_##NAME##f
#define CV_WIDE64(KIND, NAME) _ZGVeN8##KIND##_##NAME
#else
__asm__(
    CV_CALL_BEGIN("cv_avx2_call_1")
    "vmovups (%rbx), %ymm0\ncall *%r12\nvmovups %ymm0, (%rbx)\n"
    "vmovups 32(%rbx), %ymm0\ncall *%r12\nvmovups %ymm0, 32(%rbx)\n"
    CV_CALL_END("cv_avx2_call_1")
    CV_CALL_BEGIN("cv_avx2_call_2")
    "vmovups (%rbx), %ymm0\nvmovups (%r13), %ymm1\ncall *%r12\nvmovups %ymm0, (%rbx)\n"
    "vmovups 32(%rbx), %ymm0\nvmovups 32(%r13), %ymm1\ncall *%r12\nvmovups %ymm0, 32(%rbx)\n"
    CV_CALL_END("cv_avx2_call_2"));
#define CV_WIDE32(KIND, NAME) _ZGVdN8##KIND##_##NAME##f
#define CV_WIDE64(KIND, NAME) _ZGVdN4##KIND##_##NAME
#endif
#undef CV_CALL_BEGIN
#undef CV_CALL_END

#define CV_MATH_1(NAME) CV_MATH_1_OF(f32, CV_WIDE32(v, NAME), NAME) \
  CV_MATH_1_OF(f64, CV_WIDE64(v, NAME), NAME)
#define CV_MATH_1_OF(T, WIDE, NAME)                                                          \
  void WIDE(void);                                                                           \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x) {                                              \
    CV_NAME(call_1)(WIDE, &x);                                                               \
    return x;                                                                                \
  }
#define CV_MATH_2(NAME) CV_MATH_2_OF(f32, CV_WIDE32(vv, NAME), NAME) \
  CV_MATH_2_OF(f64, CV_WIDE64(vv, NAME), NAME)
#define CV_MATH_2_OF(T, WIDE, NAME)                                                          \
  void WIDE(void);                                                                           \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x, cv_##T##v y) {                                 \
    CV_NAME(call_2)(WIDE, &x, &y);                                                           \
    return x;                                                                                \
  }

#else

typedef float cv_f32part __attribute__((ext_vector_type(4)));
typedef double cv_f64part __attribute__((ext_vector_type(2)));
typedef union { cv_f32v whole; cv_f32part part[4]; } cv_f32parts;
typedef union { cv_f64v whole; cv_f64part part[4]; } cv_f64parts;

#define CV_MATH_1(NAME) CV_MATH_1_OF(f32, _ZGVbN4v_##NAME##f, NAME) \
  CV_MATH_1_OF(f64, _ZGVbN2v_##NAME, NAME)
#define CV_MATH_1_OF(T, WIDE, NAME)                                                          \
  cv_##T##part WIDE(cv_##T##part);                                                           \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x) {                                              \
    cv_##T##parts p = {.whole = x};                                                          \
    for (int k = 0; k < 4; k++) p.part[k] = WIDE(p.part[k]);                                 \
    return p.whole;                                                                          \
  }
#define CV_MATH_2(NAME) CV_MATH_2_OF(f32, _ZGVbN4vv_##NAME##f, NAME) \
  CV_MATH_2_OF(f64, _ZGVbN2vv_##NAME, NAME)
#define CV_MATH_2_OF(T, WIDE, NAME)                                                          \
  cv_##T##part WIDE(cv_##T##part, cv_##T##part);                                             \
  CV_OVERLOAD cv_##T##v v_##NAME(cv_##T##v x, cv_##T##v y) {                                 \
    cv_##T##parts p = {.whole = x}, q = {.whole = y};                                        \
    for (int k = 0; k < 4; k++) p.part[k] = WIDE(p.part[k], q.part[k]);                      \
    return p.whole;                                                                          \
  }

#endif
#endif
