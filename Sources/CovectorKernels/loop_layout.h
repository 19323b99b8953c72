// What a call of the loop machine keeps in its scratch memory, and how much of that there is: the
// frame, registers, a spare one and an accumulator, room to read on past the last, then the plan of
// the call: register pointers, steps, cursors.

#ifndef CV_LOOP_LAYOUT_H
#define CV_LOOP_LAYOUT_H

#include "CovectorKernels.h"

typedef void (*cv_block)(void *dst, const void *a, const void *b, const void *c, size_t n);

// A walk over an operand in memory; see loop_access.h.
typedef struct {
  char *base;
  const int64_t *sizes, *strides;  // strides in elements
  int64_t *index;                  // of the next element, `rank` numbers
  int64_t offset;                  // of the next element, in bytes
  int64_t next;                    // its position in the index space
  int32_t rank;
  uint8_t width, dtype;
  bool near;
} cv_cursor;

typedef enum {
  CV_STEP_COMPUTE, CV_STEP_IOTA, CV_STEP_LOAD, CV_STEP_STORE, CV_STEP_CHAIN
} cv_step_kind;

// A link of a chain; see loop_chain.h. Registers become addresses before each block.
typedef struct {
  const char *x, *mask;
  char *to;
  uint32_t step;    // whose result is put
  uint32_t source;  // the load of the operand, counted from 1, or 0
  uint16_t rx, rmask, rto;
  uint8_t op;
  uint8_t form;   // of the operand, if it `reads` one
  uint8_t code;   // what is run: the op in that form
  bool reads;
  bool needed;    // what is put is read again
  bool outlives;  // also after the chain
  bool fixed;     // the addresses are those of the block before
} cv_link;

// What is known of an instruction of a program beforehand; see loop_chain.h.
typedef struct {
  _Alignas(8) uint32_t next;  // the first instruction after the chain
  uint32_t links;  // where those of the chain begin
  uint8_t type;    // of the chain
  bool begins;     // a chain begins here
  bool chained;    // part of a chain
  bool linked;     // only links read what is loaded
} cv_note;

// The chains of a program, as `loop_chains` leaves them: this, a note for each instruction, then the links.
typedef struct {
  uint64_t links;
  cv_note notes[];
} cv_chains;

static inline const cv_link *cv_chain_links(const cv_loop *loop, const cv_chains *chains) {
  return (const cv_link *)(chains->notes + loop->count);
}

// An instruction, prepared.
typedef struct {
  cv_block block;
  cv_cursor *cursor;  // of a load or store
  cv_cursor *direct;  // of the store that takes the result: computed in place there if possible
  uint16_t dst, a, b, c;
  uint8_t kind;
  uint8_t half;    // the half type in memory, or 0
  bool alias;      // a load that may hand out pointers into memory
  bool streams;    // a store that goes past the caches, or a result that goes to one
  bool chained;    // part of a chain
  bool linked;     // a load that only chains read, and so may leave out repetitions
  bool single;     // it has done so: there is nothing but `vector`
  char *vector;    // of a load: memory for one vector
  bool far;        // a load from memory too large for a cache: the next block is fetched meanwhile
  bool overtakes;  // the result is wider than an input in the same register
  uint8_t type;    // of a chain, which goes on until the step `next`
  uint32_t next;
  cv_link *links;
} cv_step;

typedef struct {
  cv_step *steps;
  uint32_t setup, count, block;
  char **own;  // each register's own memory
  char **now;  // where its value is
  bool *moves; // whether it may be elsewhere in another block than in its own memory
  char *spare, *accumulator;
} cv_frame;

enum {
  CV_FRAME_BYTES = (sizeof(cv_frame) + 63) & ~(size_t)63,
  CV_OVERRUN = 1024,  // 64 elements of the widest type
  CV_VECTOR_BYTES = 64
};

static inline size_t cv_layout_plan(const cv_loop *loop) {
  return CV_FRAME_BYTES + (size_t)loop->register_bytes * (loop->registers + 2) + CV_OVERRUN;
}

static inline size_t cv_layout_bytes(const cv_loop *loop) {
  size_t bytes = cv_layout_plan(loop) + 2 * loop->registers * sizeof(char *) +
                 loop->count * sizeof(cv_step) + loop->registers +
                 ((const cv_chains *)loop->chains)->links * sizeof(cv_link);
  for (uint32_t i = 0; i < loop->count; i++) {
    const cv_instruction *code = &loop->code[i];
    if (code->op == CV_LOAD || code->op == CV_STORE) {
      const cv_access *access = &loop->accesses[code->op == CV_LOAD ? code->a : code->dst];
      bytes += sizeof(cv_cursor) + access->rank * sizeof(int64_t) + CV_VECTOR_BYTES;
    }
  }
  return (bytes + 63) & ~(size_t)63;
}

#endif
