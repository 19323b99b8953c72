// Compiles CV_BODY for x86-64-v3: AVX2, FMA, F16C.

#include "kernels_headers.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define CV_LEVEL 1
#define CV_SET avx2
#define CV_NATIVE_HALF 1
#include CV_BODY
#pragma clang attribute pop
#endif
