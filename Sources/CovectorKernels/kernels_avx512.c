// All kernels of the set but matrix products.

#define CV_BODY "kernels_body.h"
#include "set_avx512.h"
