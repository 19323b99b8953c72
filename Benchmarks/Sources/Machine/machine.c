#include "Machine.h"

typedef float wide __attribute__((vector_size(64)));
typedef float loose __attribute__((vector_size(64), aligned(16), may_alias));

// Without the second attribute the compiler cuts vectors in two.
#if defined(__x86_64__)
#define BEST __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define BETTER __attribute__((target("arch=x86-64-v3")))
#else
#define BEST
#define BETTER
#endif

#define COPY(NAME, TARGET)                                                            \
  TARGET static void NAME(float *to, const float *from, size_t count, int streaming) { \
    size_t i = 0;                                                                     \
    if (streaming) {                                                                  \
      for (; i + 16 <= count; i += 16) {                                              \
        __builtin_nontemporal_store(*(const loose *)(from + i), (loose *)(to + i));   \
      }                                                                               \
    } else {                                                                          \
      for (; i + 16 <= count; i += 16) *(loose *)(to + i) = *(const loose *)(from + i); \
    }                                                                                 \
    for (; i < count; i++) to[i] = from[i];                                           \
  }

// Twelve chains are enough to keep two units busy for the length of an instruction.
#define MULTIPLY_ADD(NAME, TARGET)                                                    \
  TARGET static double NAME(int64_t rounds) {                                         \
    wide x[12];                                                                       \
    const wide factor = (wide){} + 0.999f, term = (wide){} + 0.001f;                  \
    for (int k = 0; k < 12; k++) x[k] = (wide){} + (float)(k + 2);                          \
    for (int64_t r = 0; r < rounds; r++) {                                            \
      for (int k = 0; k < 12; k++) x[k] = __builtin_elementwise_fma(x[k], factor, term); \
    }                                                                                 \
    float sum = 0;                                                                    \
    for (int k = 0; k < 12; k++) sum += x[k][0];                                      \
    return sum == 1.5f ? 0 : 12.0 * 16 * 2 * (double)rounds;                          \
  }

#if defined(__x86_64__)
COPY(copy_v4, BEST)
COPY(copy_v3, BETTER)
MULTIPLY_ADD(multiply_add_v4, BEST)
MULTIPLY_ADD(multiply_add_v3, BETTER)

void machine_copy(float *to, const float *from, size_t count, int streaming) {
  (__builtin_cpu_supports("x86-64-v4") ? copy_v4 : copy_v3)(to, from, count, streaming);
}
double machine_multiply_add(int64_t rounds) {
  return (__builtin_cpu_supports("x86-64-v4") ? multiply_add_v4 : multiply_add_v3)(rounds);
}
#else
COPY(copy, )
MULTIPLY_ADD(multiply_add, )

void machine_copy(float *to, const float *from, size_t count, int streaming) {
  copy(to, from, count, streaming);
}
double machine_multiply_add(int64_t rounds) { return multiply_add(rounds); }
#endif
