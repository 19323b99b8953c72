// Chooses among the instruction sets what the processor can run.

#include "kernels_headers.h"
#include "loop_layout.h"

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

void cv_memory_lend(void *block, size_t used, size_t size) {
  ASAN_POISON_MEMORY_REGION(block, size);
  ASAN_UNPOISON_MEMORY_REGION(block, used);
}

void cv_memory_return(void *block, size_t size) { ASAN_POISON_MEMORY_REGION(block, size); }

size_t cv_loop_scratch_bytes(const cv_loop *loop) { return cv_layout_bytes(loop); }

size_t cv_loop_chain_bytes(const cv_loop *loop) {
  return sizeof(cv_chains) + loop->count * (sizeof(cv_note) + 4 * sizeof(cv_link));
}

int cv_input_count(uint16_t opcode) {
  enum { CV_OF_1 = 1, CV_OF_2, CV_OF_3, CV_OF_LANE1 = 1, CV_OF_LANE2, CV_OF_LANE3, CV_OF_SELECT = 3 };
  static const uint8_t counts[CV_OPCODE_COUNT] = {
#define CV_INSTRUCTION(NAME, INPUTS, ...) [CV_##NAME] = CV_OF_##INPUTS,
#include "instructions.def"
#undef CV_INSTRUCTION
  };
  return opcode < CV_OPCODE_COUNT ? counts[opcode] : 0;
}

const cv_kernels *cv_kernels_named(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("x86-64-v4")) {
    return &cv_avx512_kernels;
  }
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("x86-64-v3")) return &cv_avx2_kernels;
#endif
#if defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &cv_neon_kernels;
#else
  if (strcmp(name, "baseline") == 0) return &cv_baseline_kernels;
#endif
  return NULL;
}

const cv_kernels *cv_kernels_best(void) {
  static const char *const names[] = {"avx512", "avx2", "neon", "baseline"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const cv_kernels *kernels = cv_kernels_named(names[i]);
    if (kernels != NULL) return kernels;
  }
  return NULL;
}
