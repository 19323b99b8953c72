// The matrix product of one instruction set: chooses the element type and the path. Defines
// CV_NAME(gemm) and CV_NAME(gemm_scratch); see gemm_shape.h for the order of accumulation. The
// includer says CV_LEVEL, the width of vectors, and makes the compiler use that width.

#include "gemm_shape.h"

#if CV_GEMM_BYTES == 64
#define CV_GEMM_LANES_1 16  // a register of bytes would make tiles of 128 columns
#define CV_GEMM_LANES_2 16
#define CV_GEMM_LANES_4 16
#define CV_GEMM_LANES_8 8
#elif CV_GEMM_BYTES == 32
#define CV_GEMM_LANES_1 16
#define CV_GEMM_LANES_2 16
#define CV_GEMM_LANES_4 8
#define CV_GEMM_LANES_8 4
#else
#define CV_GEMM_LANES_1 8
#define CV_GEMM_LANES_2 8
#define CV_GEMM_LANES_4 4
#define CV_GEMM_LANES_8 2
#endif

#define CV_T float
#define CV_G(x) x##_f32
#define CV_T_LANES CV_GEMM_LANES_4
#define CV_T_ROWS CV_GEMM_PACKED_ROWS
#define CV_T_VECTORS CV_GEMM_PACKED_VECTORS
#define CV_T_TALL CV_GEMM_ROWS
#define CV_T_ALIGN 4
#define CV_T_BYTES 4
#define CV_T_DTYPE CV_F32
#define CV_T_REAL 1
#define CV_T_WIDENS 1
#define CV_FMA CV_MULTIPLY_ADD
#include "gemm_type.h"

#define CV_T double
#define CV_G(x) x##_f64
#define CV_T_LANES CV_GEMM_LANES_8
#define CV_T_ROWS CV_GEMM_PACKED_ROWS
#define CV_T_VECTORS CV_GEMM_PACKED_VECTORS
#define CV_T_TALL CV_GEMM_ROWS
#define CV_T_ALIGN 8
#define CV_T_BYTES 8
#define CV_T_DTYPE CV_F64
#define CV_T_REAL 1
#define CV_FMA CV_MULTIPLY_ADD
#include "gemm_type.h"

#define CV_T float
#define CV_G(x) x##_c64
#define CV_T_LANES CV_GEMM_LANES_4
#define CV_T_ROWS CV_GEMM_COMPLEX_ROWS
#define CV_T_ALIGN 4
#define CV_T_DTYPE CV_C64
#define CV_T_COMPLEX 1
#define CV_FMA CV_MULTIPLY_ADD
#include "gemm_type.h"

#define CV_T double
#define CV_G(x) x##_c128
#define CV_T_LANES CV_GEMM_LANES_8
#define CV_T_ROWS CV_GEMM_COMPLEX_ROWS
#define CV_T_ALIGN 8
#define CV_T_DTYPE CV_C128
#define CV_T_COMPLEX 1
#define CV_FMA CV_MULTIPLY_ADD
#include "gemm_type.h"

// Integers wrap, so signed and unsigned of a width are the same.
#define CV_T uint8_t
#define CV_G(x) x##_i8
#define CV_T_LANES CV_GEMM_LANES_1
#define CV_T_ROWS 4
#define CV_T_ALIGN 1
#define CV_T_DTYPE CV_U8
#define CV_FMA(a, b, c) ((c) + (a) * (b))
#include "gemm_type.h"

#define CV_T uint16_t
#define CV_G(x) x##_i16
#define CV_T_LANES CV_GEMM_LANES_2
#define CV_T_ROWS 4
#define CV_T_ALIGN 2
#define CV_T_DTYPE CV_U16
#define CV_FMA(a, b, c) ((c) + (a) * (b))
#include "gemm_type.h"

#define CV_T uint32_t
#define CV_G(x) x##_i32
#define CV_T_LANES CV_GEMM_LANES_4
#define CV_T_ROWS 4
#define CV_T_ALIGN 4
#define CV_T_DTYPE CV_U32
#define CV_FMA(a, b, c) ((c) + (a) * (b))
#include "gemm_type.h"

#define CV_T uint64_t
#define CV_G(x) x##_i64
#define CV_T_LANES CV_GEMM_LANES_8
#define CV_T_ROWS 4
#define CV_T_ALIGN 8
#define CV_T_DTYPE CV_U64
#define CV_FMA(a, b, c) ((c) + (a) * (b))
#include "gemm_type.h"

// Half-typed results are summed in a float block and narrowed once.
static void gemm_narrow_rows(int64_t m, int64_t n, const float *from, int64_t ldf, uint16_t *c,
                             int64_t ldc, uint8_t c_type) {
  for (int64_t i = 0; i < m; ++i, from += ldf, c += ldc) {
    if (c_type == CV_BF16) {
      for (int64_t j = 0; j < n; ++j) c[j] = cv_half_to_bf16(from[j]);
      continue;
    }
    int64_t j = 0;
#if CV_GEMM_FUSED
    typedef _Float16 halves __attribute__((ext_vector_type(CV_GEMM_LANES_4)));
    for (; j + CV_GEMM_LANES_4 <= n; j += CV_GEMM_LANES_4) {
      halves half = __builtin_convertvector(*(const loose_f32 *)(from + j), halves);
      memcpy(c + j, &half, sizeof half);
    }
#endif
    for (; j < n; ++j) c[j] = cv_half_to_f16(from[j]);
  }
}

static void gemm_narrow(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, uint16_t *c,
                        int64_t ldc, uint8_t c_type, char *scratch) {
  int64_t ldf = n < CV_GEMM_STRIP ? n : CV_GEMM_STRIP;
  int64_t strip = m < CV_GEMM_STRIP ? m : CV_GEMM_STRIP;
  float *sums = (float *)(void *)scratch;
  scratch += cv_gemm_round((size_t)(ldf * strip) * sizeof(float));
  for (int64_t j = 0; j < n; j += CV_GEMM_STRIP) {
    int64_t columns = n - j < CV_GEMM_STRIP ? n - j : CV_GEMM_STRIP;
    for (int64_t i = 0; i < m; i += CV_GEMM_STRIP) {
      int64_t rows = m - i < CV_GEMM_STRIP ? m - i : CV_GEMM_STRIP;
      blocked_f32(rows, columns, k, cv_gemm_part(a, i, 0), cv_gemm_part(b, 0, j), sums, ldf,
                  scratch);
      gemm_narrow_rows(rows, columns, sums, ldf, c + i * ldc + j, ldc, c_type);
    }
  }
}

#if CV_LEVEL == 2
#include "gemm_dot.h"
#endif

void CV_NAME(gemm)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, void *c,
                   int64_t ldc, uint8_t c_type, void *scratch) {
  if (m <= 0 || n <= 0) return;
  if (k <= 0) {
    size_t bytes = cv_gemm_element_bytes(c_type);
    for (int64_t i = 0; i < m; ++i) {
      memset((char *)c + (size_t)(i * ldc) * bytes, 0, (size_t)n * bytes);
    }
    return;
  }
  switch (c_type) {
    case CV_F32:
      if (a.dtype == CV_F32 && b.dtype == CV_F32 && small_f32(m, n, k, a, b, c, ldc)) return;
      if (vectors_f32(m, n, k, a, b, c, ldc, c_type, scratch)) return;
      blocked_f32(m, n, k, a, b, c, ldc, scratch);
      return;
    case CV_F16: case CV_BF16:
      if (vectors_f32(m, n, k, a, b, c, ldc, c_type, scratch)) return;
#if CV_LEVEL == 2
      if (c_type == CV_BF16 && dot_runs(a.dtype, b.dtype)) {
        dot_blocked(m, n, k, a, b, c, ldc, scratch);
        return;
      }
#endif
      gemm_narrow(m, n, k, a, b, c, ldc, c_type, scratch);
      return;
    case CV_F64:
      if (small_f64(m, n, k, a, b, c, ldc)) return;
      if (vectors_f64(m, n, k, a, b, c, ldc, c_type, scratch)) return;
      blocked_f64(m, n, k, a, b, c, ldc, scratch);
      return;
    case CV_C64: blocked_c64(m, n, k, a, b, c, 2 * ldc, scratch); return;
    case CV_C128: blocked_c128(m, n, k, a, b, c, 2 * ldc, scratch); return;
    default:
      switch (cv_gemm_element_bytes(c_type)) {
        case 1: blocked_i8(m, n, k, a, b, c, ldc, scratch); return;
        case 2: blocked_i16(m, n, k, a, b, c, ldc, scratch); return;
        case 4: blocked_i32(m, n, k, a, b, c, ldc, scratch); return;
        default: blocked_i64(m, n, k, a, b, c, ldc, scratch); return;
      }
  }
}

void CV_NAME(gemm_batch)(int64_t count, int64_t a_step, int64_t b_step, int64_t m, int64_t n,
                         int64_t k, cv_matrix a, cv_matrix b, void *c, int64_t ldc,
                         uint8_t c_type, void *scratch) {
  if (k > 0 && c_type == CV_F32 && a.dtype == CV_F32 && b.dtype == CV_F32 &&
      many_tiny_f32(count, a_step, b_step, m, n, k, a, b, c, ldc)) return;
  if (k > 0 && c_type == CV_F64 &&
      many_tiny_f64(count, a_step, b_step, m, n, k, a, b, c, ldc)) return;
  const int64_t bytes = (int64_t)cv_gemm_element_bytes(c_type);
  for (int64_t i = 0; i < count; ++i) {
    CV_NAME(gemm)(m, n, k, a, b, c, ldc, c_type, scratch);
    a.data = (const char *)a.data + a_step * (int64_t)cv_gemm_element_bytes(a.dtype);
    b.data = (const char *)b.data + b_step * (int64_t)cv_gemm_element_bytes(b.dtype);
    c = (char *)c + m * ldc * bytes;
  }
}

size_t CV_NAME(gemm_scratch)(int64_t m, int64_t n, int64_t k, uint8_t a_type,
                             uint8_t c_type) {
  (void)a_type;
  if (m <= 0 || n <= 0 || k <= 0) return 0;
  bool few = m <= 3 || n <= 3;  // the longer factor may be copied to be contiguous
  size_t other = few ? cv_gemm_round((size_t)k * (c_type == CV_F64 ? 8 : 4)) : 0, block = 0;
  switch (c_type) {
    case CV_F32: block = blocked_scratch_f32(m, n, k); break;
    case CV_F64: block = blocked_scratch_f64(m, n, k); break;
    case CV_F16: case CV_BF16:
#if CV_LEVEL == 2
      if (c_type == CV_BF16 && dot_scratch(m, n, k) > other) other = dot_scratch(m, n, k);
#endif
      if (m > CV_GEMM_STRIP) m = CV_GEMM_STRIP;
      if (n > CV_GEMM_STRIP) n = CV_GEMM_STRIP;
      block = cv_gemm_round((size_t)(m * n) * sizeof(float)) + blocked_scratch_f32(m, n, k);
      break;
    case CV_C64: return blocked_scratch_c64(m, n, k);
    case CV_C128: return blocked_scratch_c128(m, n, k);
    default:
      switch (cv_gemm_element_bytes(c_type)) {
        case 1: return blocked_scratch_i8(m, n, k);
        case 2: return blocked_scratch_i16(m, n, k);
        case 4: return blocked_scratch_i32(m, n, k);
        default: return blocked_scratch_i64(m, n, k);
      }
  }
  return other > block ? other : block;
}

void CV_NAME(gemm_pack)(cv_strip strip, uint8_t type) {
  if (type == CV_F64) {
    pack_b_f64(strip, 0, strip.rows);
  } else {
    pack_b_f32(strip, 0, strip.rows);
  }
}

void CV_NAME(gemm_rows)(int64_t m, int64_t columns, int64_t k, cv_matrix a,
                        const void *packed, void *c, int64_t ldc, uint8_t type, bool add,
                        cv_strip next, void *scratch) {
  if (type == CV_F64) {
    rows_f64(m, columns, k, a, packed, c, ldc, add, next, scratch);
  } else {
    rows_f32(m, columns, k, a, packed, c, ldc, add, next, scratch);
  }
}
