// Threads of our own, and waiting for a short while without giving the processor away.

#include <pthread.h>
#include <sched.h>

#include "include/CovectorKernels.h"

bool cv_start_thread(void *(*run)(void *), void *context) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, context) != 0) return false;
  pthread_detach(thread);
  return true;
}

void cv_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

void cv_yield(void) { sched_yield(); }
