// Everything the matrix product needs for one element type; included once for each by gemm_body.h,
// which defines CV_T, CV_G, CV_T_BYTES, CV_T_ALIGN, CV_T_DTYPE and one of the kinds.

#ifndef CV_T_REAL
#define CV_T_REAL 0
#endif
#ifndef CV_T_COMPLEX
#define CV_T_COMPLEX 0
#endif
#ifndef CV_T_WIDENS
#define CV_T_WIDENS 0
#endif
#ifndef CV_T_VECTORS
#define CV_T_VECTORS 2
#define CV_T_TALL CV_T_ROWS
#endif

#include "gemm_tile.h"
#include "gemm_pack.h"
#include "gemm_block.h"
#if CV_T_REAL
#include "gemm_direct.h"
#include "gemm_vector.h"
#endif

#undef CV_T
#undef CV_G
#undef CV_T_LANES
#undef CV_T_ROWS
#undef CV_T_ALIGN
#undef CV_T_DTYPE
#undef CV_T_REAL
#undef CV_T_COMPLEX
#undef CV_T_WIDENS
#undef CV_T_VECTORS
#undef CV_T_TALL
#undef CV_T_TARGET
#undef CV_T_PARTS
#undef CV_T_PART
#undef CV_T_BYTES
#undef CV_REARRANGE
#undef CV_T_WIDTH
#undef CV_T_FMA
#undef CV_V
#undef CV_L
#undef CV_FMA
