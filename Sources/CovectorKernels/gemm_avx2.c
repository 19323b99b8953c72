// The matrix products of the set.

#define CV_BODY "gemm_body.h"
#include "set_avx2.h"
