// What the machine itself can do: the floor under every workload.

#ifndef BENCHMARK_MACHINE_H
#define BENCHMARK_MACHINE_H

#include <stddef.h>
#include <stdint.h>

// Copies `count` floats, 16-aligned; `streaming` stores go past the caches.
void machine_copy(float *to, const float *from, size_t count, int streaming);

// Runs fused multiply-adds in registers as fast as they go. Returns how many floating-point
// operations that were.
double machine_multiply_add(int64_t rounds);

#endif
