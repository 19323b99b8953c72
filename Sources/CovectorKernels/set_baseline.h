// Compiles CV_BODY for what every processor of the architecture has: SSE2 on x86-64, NEON on arm64.

#include "kernels_headers.h"

#define CV_LEVEL 0
#if defined(__aarch64__)
#define CV_SET neon
#define CV_NATIVE_HALF 1
#else
#define CV_SET baseline
#define CV_NATIVE_HALF 0
#endif
#include CV_BODY
