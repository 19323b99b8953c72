// The inner loops of Covector: raw pointers in, raw pointers out. Nothing here allocates, keeps
// state, knows of graphs, or starts threads; the caller splits the work and lends the scratch memory.
//
// Every function exists once for each instruction set and is reached through `cv_kernels`.

#ifndef COVECTOR_KERNELS_H
#define COVECTOR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Element types. The numbers are those of Swift's `DType`.
typedef enum {
  CV_BOOL = 0, CV_U8, CV_U16, CV_U32, CV_U64, CV_I8, CV_I16, CV_I32, CV_I64,
  CV_F16, CV_BF16, CV_F32, CV_F64, CV_C64, CV_C128, CV_TYPE_COUNT
} cv_type;

// ---------------------------------------------------------------------------------------------
// The loop machine
//
// A loop program runs over a row-major index space. It is executed block by block: every register
// holds `block` consecutive elements. Types in registers are compute types: all of the above but
// the half types, which are loaded as CV_F32 and stored narrow. A bool is one byte, 0 or 1.
// Complex numbers are interleaved (re, im) pairs.

// Opcodes: see instructions.def. Besides those listed there:
//   CV_LOAD   dst <- memory; `a` is an access; type is the compute type of the access's dtype
//   CV_STORE  memory <- a; `dst` is an access; type is the compute type of register a
//   CV_CAST   dst (type `type`) <- a (type `from`); real to integer goes towards zero and
//             saturates, NaN gives 0; integer to integer wraps; to bool is "not 0"; complex to
//             real is the real part
//   CV_ROUND  dst <- a, both CV_F32, rounded to the half type `from` (nearest, ties to even)
//   CV_IOTA   dst <- the row-major index of each element, as `type` (wrapping, or rounded)
typedef enum {
  CV_LOAD = 0, CV_STORE, CV_CAST, CV_ROUND, CV_IOTA,
#define CV_INSTRUCTION(NAME, ...) CV_##NAME,
#include "instructions.def"
#undef CV_INSTRUCTION
  CV_OPCODE_COUNT
} cv_opcode;

// How many operands an instruction of instructions.def reads; 0 for another.
int cv_input_count(uint16_t opcode);

typedef struct {
  uint16_t op;
  uint8_t type;  // the compute type of the inputs (of the result, for CAST, IOTA and LOAD)
  uint8_t from;  // CAST: the type cast from; ROUND: the half type; otherwise 0
  uint16_t dst, a, b, c;
} cv_instruction;

// How an operand in memory is walked in the row-major index space of the program: its sizes and
// strides after collapsing (outermost first, sizes multiply to the size of the index space, or to
// a multiple-free suffix of it: the walk wraps around, so a row vector can be given as rank 1).
// Rank 0 is one element for every index. Strides are in elements and may be 0 or negative.
typedef struct {
  uint32_t pointer;  // index into the table of base pointers
  uint32_t dims;     // index into `dims`: `rank` sizes, then `rank` strides
  uint8_t rank;
  uint8_t dtype;     // type in memory
  bool near;         // of a store: the elements are read again soon, and should stay in the cache
} cv_access;

typedef struct {
  const cv_instruction *code;
  const cv_access *accesses;
  const int64_t *dims;
  uint32_t setup;           // the first `setup` instructions are run once per call: splats of
                            // rank-0 loads and whatever is computed from those alone
  uint32_t count;           // all instructions, setup included
  uint32_t registers;
  uint32_t register_bytes;  // block × the widest element used, a multiple of 64
  uint32_t block;           // elements in a block, a multiple of 64, at most 4096
  int32_t kept;             // a register that is read when the program has run, or -1
  const void *chains;       // what `loop_chains` of the kernels that run the program has written
} cv_loop;

// The most that `loop_chains` writes, in bytes.
size_t cv_loop_chain_bytes(const cv_loop *loop);

// Bytes of scratch a call needs: registers and small change. 64-byte aligned.
size_t cv_loop_scratch_bytes(const cv_loop *loop);

// A `loop_map` that needs no more finds them on the stack if it is given none.
enum { CV_STACK_SCRATCH = 8192 };

// How a fold combines. MAX and MIN hand on NaN. On CV_BOOL, MAX is "any" and MIN is "all".
typedef enum { CV_FOLD_SUM = 0, CV_FOLD_PRODUCT, CV_FOLD_MAX, CV_FOLD_MIN } cv_fold;

// A fold's index space is [keep][reduce][inner], row-major; `reduce` is folded away. The order of
// combination is a function of (reduce, inner) alone. With inner == 1 a row is cut into segments of
// CV_ROW_SEGMENT elements, element p of a segment goes to lane p % 64, lanes are combined pairwise;
// with inner > 1 segments are CV_COLUMN_SEGMENT rows, added in order. Segments are combined
// pairwise by cv_fold_finish.
enum { CV_ROW_SEGMENT = 8192, CV_COLUMN_SEGMENT = 128 };

typedef struct {
  int64_t keep, reduce, inner;
  uint16_t source;  // the register that is folded
  uint8_t type;     // its compute type, also that of the partial results
  uint8_t fold;     // cv_fold
} cv_fold_space;

// ---------------------------------------------------------------------------------------------
// Contraction: c[m, n] = sum over k of a[m, k] b[k, n], rows and columns at any stride.

typedef struct {
  const void *data;
  int64_t row, column;  // strides in elements
  uint8_t dtype;
} cv_matrix;

// Columns [from, to) of a strip of the right factor of a product, and where they are laid out for the tiles;
// `from` is a multiple of CV_GEMM_PANEL.
typedef struct {
  cv_matrix b;
  int64_t rows, columns, from, to;
  void *packed;
} cv_strip;

// ---------------------------------------------------------------------------------------------
// Gathering and scattering

// A walk over an array of `rank` sizes with strides in elements.
typedef struct {
  int32_t rank;
  const int64_t *sizes;
  const int64_t *strides;
} cv_walk;

typedef enum {
  CV_SCATTER_SET = 0, CV_SCATTER_ADD, CV_SCATTER_MULTIPLY, CV_SCATTER_MAX, CV_SCATTER_MIN
} cv_scatter_mode;

// Index arrays select along some axes of `array`; the remaining axes are taken whole.
typedef struct {
  int32_t indices;              // number of index arrays, one for each indexed axis
  const void *const *index;     // their data: CV_I32 or CV_I64
  uint8_t index_type;
  int32_t index_rank;           // rank of the (broadcast) index space
  const int64_t *index_sizes;
  const int64_t *index_strides; // [indices][index_rank]; 0 where broadcast
  const int64_t *axis_sizes;    // [indices]: the size of each indexed axis
  const int64_t *axis_strides;  // [indices]: its stride in `array`
  cv_walk slice;                // the axes taken whole, with their strides in `array`
} cv_indexing;

// ---------------------------------------------------------------------------------------------

typedef struct {
  const char *name;  // "baseline", "avx2", "avx512" or "neon"
  int level;         // of the instruction set: 0, 1 or 2; functions outside this table are told it

  // Finds what of a program can be computed strip by strip, once for all its runs. Returns the bytes
  // written.
  size_t (*loop_chains)(const cv_loop *, void *chains);

  // Runs a program of loads, instructions and stores over the indices [begin, end). A register may
  // be both input and result. An output may be the very memory of an operand walked the same way; no
  // other overlap is allowed. Results are the same for any cut into calls; those too large for the caches
  // may go past them, and are seen by other threads after a fence.
  //
  // A call that resumes finds in `scratch` what one of the same program for at least as many indices has
  // left there, and does not prepare it again; operands may be elsewhere, but overlap as they did.
  void (*loop_map)(const cv_loop *, void *const *pointers, int64_t begin, int64_t end,
                   void *scratch, bool resumes);

  // inner == 1: folds segments [begin, end) of the keep × segments-per-row segments, in row-major
  // order, into partials[unit]. A short row (reduce <= block / 2) is folded several to a block.
  void (*loop_fold_rows)(const cv_loop *, cv_fold_space, void *const *pointers, int64_t begin,
                         int64_t end, void *partials, void *scratch, bool resumes);

  // inner > 1: units are (keep, row segment, block of `block` inner indices), row-major; folds the
  // units [begin, end) into partials[keep][segment][inner].
  void (*loop_fold_columns)(const cv_loop *, cv_fold_space, void *const *pointers, int64_t begin,
                            int64_t end, void *partials, void *scratch);

  // Combines partials[keep][segments][inner] (overwriting them) over segments, pairwise, for
  // keep indices [begin, end) and stores them in `out`[keep][inner] as `dtype`. With one segment and
  // no change of type `out` may be `partials`, and there is nothing to do. Without segments the
  // results are what an empty fold gives: 0, 1, the lowest, the highest value.
  void (*fold_finish)(cv_fold_space, int64_t segments, void *partials, int64_t begin, int64_t end,
                      void *out, uint8_t dtype);

  // The first index of the largest (or smallest) element of each of rows [begin, end), where row r
  // starts row_offsets[r - begin] elements after `source` and has `count` >= 1 elements at `stride`.
  // The first NaN wins; complex numbers are ordered by real, then imaginary part. The index is
  // stored in out[r], as CV_I64 or CV_U32.
  void (*arg_reduce)(const void *source, uint8_t dtype, const int64_t *row_offsets, int64_t begin,
                     int64_t end, int64_t count, int64_t stride, bool largest, void *out,
                     uint8_t out_type);

  // c (row-major, leading dimension ldc, dtype c_type) = a b. Accumulates along k in an order that
  // depends on k alone, in CV_F32 for half types. `scratch` holds gemm_scratch bytes, 64-aligned.
  void (*gemm)(int64_t m, int64_t n, int64_t k, cv_matrix a, cv_matrix b, void *c, int64_t ldc,
               uint8_t c_type, void *scratch);
  // As many such products, one after the other: their factors are so many elements apart.
  void (*gemm_batch)(int64_t count, int64_t a_step, int64_t b_step, int64_t m, int64_t n, int64_t k,
                     cv_matrix a, cv_matrix b, void *c, int64_t ldc, uint8_t c_type, void *scratch);
  size_t (*gemm_scratch)(int64_t m, int64_t n, int64_t k, uint8_t a_type, uint8_t c_type);

  // The same product by several threads that share what is packed, for CV_F32 and CV_F64. When a strip of b
  // has been laid out by all of them, rows of c are computed from it, or added to, while `next` is laid out,
  // which may have no rows. `packed` and `scratch` are 64-aligned, `scratch` has CV_GEMM_BLOCK_ROWS by k
  // elements and 64 bytes, or is null: then a, which is of that type, is read where it lies.
  void (*gemm_pack)(cv_strip strip, uint8_t type);
  void (*gemm_rows)(int64_t m, int64_t columns, int64_t k, cv_matrix a, const void *packed, void *c,
                    int64_t ldc, uint8_t type, bool add, cv_strip next, void *scratch);
} cv_kernels;

// The most rows of a strip of b and the bytes of one of its rows; where a range of its columns may
// begin; rows of a that are packed at a time, about.
enum {
  CV_GEMM_SEGMENT = 256, CV_GEMM_WIDTH_BYTES = 8192, CV_GEMM_PANEL = 64, CV_GEMM_BLOCK_ROWS = 224
};

// Starts a thread that nobody waits for; false where the system has none to give.
bool cv_start_thread(void *(*run)(void *), void *context);
// Tells the processor that a loop waits for another thread.
void cv_pause(void);
// Lets others have the processor.
void cv_yield(void);

// The best table this processor can run.
const cv_kernels *cv_kernels_best(void);

// The table of that name, or NULL where it was not built or the processor cannot run it.
const cv_kernels *cv_kernels_named(const char *name);

// For the address sanitizer, which does not know of memory kept for reuse: the first bytes of a block may be
// touched, or none. Without the sanitizer, nothing happens.
void cv_memory_lend(void *block, size_t used, size_t size);
void cv_memory_return(void *block, size_t size);

// Copies slices: out[i][slice] = array[index i][slice] for index positions [begin, end); `out` is
// contiguous. Negative indices count from the end. Returns -1, or the first position whose index is
// out of range (nothing is read there; the position's slice is left unwritten).
int64_t cv_gather(const cv_indexing *, const void *array, size_t element_bytes, void *out,
                  int64_t begin, int64_t end);

// Combines slices of `updates` into `array` (contiguous or not) in index order. The update's slice for
// index position i starts at updates + i-th position of the walk `update_index`, and is walked by
// `update_slice`. Returns as cv_gather; all indices are checked before anything is written.
int64_t cv_scatter(const cv_indexing *, void *array, uint8_t dtype, const void *updates,
                   cv_walk update_index, cv_walk update_slice, cv_scatter_mode mode);

// ---------------------------------------------------------------------------------------------
// Convolution: what of the input lies under the kernel, as matrices

// Always three spatial axes; missing ones have size 1, at the front.
typedef struct {
  const void *data;   // dense: [examples][input sizes][channels]
  size_t width;       // bytes of an element
  int64_t input[3], kernel[3], output[3];
  int64_t stride[3], low[3], kernel_dilation[3], input_dilation[3];
  int64_t channels;   // all of them
  int64_t first, count;  // those of the group
} cv_patches;

// Writes rows [begin, end) of examples x output positions: [kernel position][channel of the group].
void cv_patch_rows(const cv_patches *, int64_t begin, int64_t end, void *out);

// Writes what one place of the kernel on all axes but the last meets on its way along a line of output
// positions: [position along the last axis, padding and all][channel of the group].
void cv_patch_line(const cv_patches *, int64_t line, int64_t place, void *out);

// ---------------------------------------------------------------------------------------------
// Factorisations: LAPACK, loaded by the caller, on one matrix at a time

typedef enum {
  CV_CHOLESKY = 0,      // in: a; out: the factor                    routines: potrf
  CV_TRIANGULAR_SOLVE,  // in: a, b; out: x                          trsm
  CV_SOLVE,             // in: a, b; out: x                          getrf, trsm
  CV_INVERSE,           // in: a; out: the inverse                   getrf, getri
  CV_LU,                // in: a; out: both factors, row order       getrf
  CV_DETERMINANT,       // in: a; out: one number                    getrf
  CV_SIGN_AND_LOG,      // in: a; out: sign, real logarithm          getrf
  CV_QR,                // in: a, rows >= columns; out: q, r         geqrf, orgqr or ungqr
  CV_SVD,               // in: a; out: u, s, v^H or s alone          gesdd
  CV_PSEUDO_INVERSE,    // in: a; out: the inverse                   gesdd, gemm
  CV_EIGH,              // in: a; out: values, vectors               syevd or heevd
  CV_EIG,               // in: a; out: complex values, vectors       geev
  CV_REPEATED_SQUARING  // in: a, count (1 x 1); out: a^(2^count)    gemm
} cv_factorization_kind;

enum { CV_NO_VECTORS = 0, CV_REDUCED, CV_FULL };
enum { CV_NOT_FINITE = -1000 };

typedef struct {
  uint8_t kind;       // cv_factorization_kind
  uint8_t dtype;      // CV_F32, CV_F64, CV_C64 or CV_C128
  bool upper;         // the triangle that is read
  bool unit;          // CV_TRIANGULAR_SOLVE: the diagonal is taken to be ones
  uint8_t vectors;    // which vectors are wanted
  double cutoff;      // CV_PSEUDO_INVERSE: up to this part of the largest, singular values are zero
  int64_t rows, columns;
  int64_t right;      // columns of b
  void *routine[2];   // as named above, of the dtype's letter
  int64_t work, real_work, integer_work;  // set by cv_factorization_plan
} cv_factorization;

// Asks the routines for their workspace. Returns the bytes of scratch memory a call needs.
size_t cv_factorization_plan(cv_factorization *);

// Factorises a matrix, at any stride; outputs are dense rows. With `same` the first matrix is that of
// the previous call with this scratch memory. Returns 0, what the routine gave as `info` (1 or more:
// singular, not positive definite, or not converged), or CV_NOT_FINITE.
int32_t cv_factorize(const cv_factorization *, const cv_matrix *in, void *const *out,
                     void *scratch, bool same);

// ---------------------------------------------------------------------------------------------
// Random bits

// The Threefry-2x32 hash, 20 rounds, of the counter (x0, x1) under the key (k0, k1): the first word
// of the result in the low half, the second in the high half.
uint64_t cv_threefry2x32(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1);

// How many counters a result of `bytes` is made of.
int64_t cv_random_counters(int64_t bytes);

// Writes what counters [begin, end) contribute to the `bytes` random bytes at `out` under the key.
// Different counters write different bytes. Elements of width 1, 2, 4 or 8 are these bytes in
// little-endian order. `level` is that of the device's kernels.
void cv_random_bits(int level, uint32_t k0, uint32_t k1, void *out, int64_t bytes, int64_t begin,
                    int64_t end);

// Writes gamma-distributed numbers of scale 1 for elements [begin, end) under the key, given their
// shape parameters, which are at least 1 (others give NaN); CV_F32 or CV_F64, contiguous.
void cv_random_gamma(uint32_t k0, uint32_t k1, const void *shapes, uint8_t dtype, int64_t begin,
                     int64_t end, void *out);

// Writes Poisson-distributed numbers for elements [begin, end) under the key, given their rates;
// those that do not fit are INT32_MAX. Returns -1, or the first element whose rate is negative or NaN.
int64_t cv_random_poisson(uint32_t k0, uint32_t k1, const double *rates, int64_t begin, int64_t end,
                          int32_t *out);

// ---------------------------------------------------------------------------------------------
// Scans

typedef enum {
  CV_SCAN_SUM = 0, CV_SCAN_PRODUCT, CV_SCAN_MAX, CV_SCAN_MIN, CV_SCAN_LOGSUMEXP
} cv_scan_kind;

// Cumulates rows [begin, end) into out[row][count][inner] (contiguous, same dtype). Element (p, j)
// of row r is at source + row_offsets[r - begin] + p * stride + j * inner_stride, in elements, and
// the scan runs along p. An exclusive scan starts with the identity. MAX and MIN hand on NaN; on
// CV_BOOL, sum is "or" and product "and". `out` may be the source, where it lies in the same order.
// False, with nothing written, if the kind does not exist for the type (LOGSUMEXP of integers and
// complex numbers).
bool cv_scan(cv_scan_kind kind, bool reverse, bool exclusive, const void *source, uint8_t dtype,
             const int64_t *row_offsets, int64_t begin, int64_t end, int64_t count,
             int64_t stride, int64_t inner, int64_t inner_stride, void *out);

// ---------------------------------------------------------------------------------------------
// Sorting

// Stable sorts of rows [begin, end), each of `count` (below 2^32) elements at `stride`, where row r
// starts at source + row_offsets[r - begin], in elements; results go to out[row][count]. NaN comes
// last, -0 and 0 are equal. Complex numbers go by real part, then imaginary part; those with NaN
// last: in the imaginary part only, in the real part only, in both. `scratch` holds
// cv_sort_scratch bytes, 16-aligned. `out` must not be the source.
size_t cv_sort_scratch(uint8_t dtype, int64_t count);

void cv_sort(const void *source, uint8_t dtype, const int64_t *row_offsets, int64_t begin,
             int64_t end, int64_t count, int64_t stride, void *out, void *scratch);

// Indices within the row, as CV_U32 or CV_I64.
void cv_argsort(const void *source, uint8_t dtype, const int64_t *row_offsets, int64_t begin,
                int64_t end, int64_t count, int64_t stride, void *out, uint8_t out_type,
                void *scratch);

// Where each of values [begin, end) belongs in a sorted row so that it stays sorted: before its
// equals, or behind them if `right`. values[i] is at i * value_stride; results go to out[i], as
// CV_U32 or CV_I64.
void cv_search_sorted(const void *sorted, uint8_t dtype, int64_t count, int64_t stride,
                      const void *values, int64_t begin, int64_t end, int64_t value_stride,
                      bool right, void *out, uint8_t out_type);

// ---------------------------------------------------------------------------------------------
// Fourier transforms

// A plan for transforms of length n >= 1 of CV_C64 or CV_C128 is cv_fft_plan_bytes of plain data
// without pointers, and may be copied and shared. Plan and scratch are 16-aligned; making a plan
// and using it each need cv_fft_scratch bytes of scratch. `level` is that of the device's kernels.
size_t cv_fft_plan_bytes(int64_t n, uint8_t dtype);
size_t cv_fft_scratch(int64_t n, uint8_t dtype);
void cv_fft_plan(int level, int64_t n, uint8_t dtype, void *plan, void *scratch);

// Transforms rows [begin, end) into out[row][n], unscaled in both directions. Row r starts at
// source + row_offsets[r - begin], its elements are at `stride`; both count complex elements. `out`
// may be the source, where the rows lie in the same order.
void cv_fft(const void *plan, bool inverse, const void *source, const int64_t *row_offsets,
            int64_t begin, int64_t end, int64_t stride, void *out, void *scratch);

// The same for real rows of n points and the first n / 2 + 1 elements of their transforms, where
// cv_rfft_is_planned; inverse transforms are given those. `dtype` is the complex type; a plan needs
// the scratch of one for n / 2.
bool cv_rfft_is_planned(int64_t n);
size_t cv_rfft_plan_bytes(int64_t n, uint8_t dtype);
void cv_rfft_plan(int level, int64_t n, uint8_t dtype, void *plan, void *scratch);
void cv_rfft(const void *plan, bool inverse, const void *source, const int64_t *row_offsets,
             int64_t begin, int64_t end, int64_t stride, void *out, void *scratch);

#endif
