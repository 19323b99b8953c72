// What exists once for each instruction set but for matrix products, which gemm_*.c compile beside it, and
// the set's table. The including file chooses the set: CV_SET is its name, CV_LEVEL the width of its vectors
// (0: 16 bytes, 1: 32, 2: 64), CV_NATIVE_HALF whether it converts to and from 16-bit floats.

#define CV_QUOTE_(x) #x
#define CV_QUOTE(x) CV_QUOTE_(x)

#include "loop_arg_reduce.h"
#include "loop_fold.h"
#include "loop_machine.h"

const cv_kernels CV_NAME(kernels) = {
  .name = CV_QUOTE(CV_SET),
  .level = CV_LEVEL,
  .loop_chains = CV_NAME(loop_chains),
  .loop_map = CV_NAME(loop_map),
  .loop_fold_rows = CV_NAME(loop_fold_rows),
  .loop_fold_columns = CV_NAME(loop_fold_columns),
  .fold_finish = CV_NAME(fold_finish),
  .arg_reduce = CV_NAME(arg_reduce),
  .gemm = CV_NAME(gemm),
  .gemm_batch = CV_NAME(gemm_batch),
  .gemm_scratch = CV_NAME(gemm_scratch),
  .gemm_pack = CV_NAME(gemm_pack),
  .gemm_rows = CV_NAME(gemm_rows),
};
