// The loop machine: prepares the instructions of a program as steps, then runs them block by block.
// Contiguous operands are not copied: a load hands out pointers into memory, and the instruction
// whose result is stored computes it in place there, wherever a block is whole.

#ifndef CV_LOOP_MACHINE_H
#define CV_LOOP_MACHINE_H

#include "loop_access.h"
#include "loop_chain.h"
#include "loop_transpose.h"

static bool cv_cursors_meet(const cv_cursor *x, const cv_cursor *y, int64_t begin, int64_t end) {
  const char *x_low, *x_high, *y_low, *y_high;
  cv_cursor_extent(x, begin, end, &x_low, &x_high);
  cv_cursor_extent(y, begin, end, &y_low, &y_high);
  return x_low < y_high && y_low < x_high;
}

// Results too large to stay in a cache go past it: the memory is not read before it is written.
enum { CV_STREAMED_BYTES = 8 << 20 };

static bool cv_is_far(const cv_cursor *c) {
  return !c->near && c->rank == 1 && c->strides[0] == 1 && c->sizes[0] * c->width >= CV_STREAMED_BYTES;
}

static bool cv_streams(const cv_cursor *c) {
  return cv_is_far(c) && ((uintptr_t)c->base & 63) == 0;
}

// The hardware fetches ahead within a page, about as long as a block. Where a block takes few steps, fetching
// the next one costs more than waiting for it.
enum { CV_FETCHED_STEPS = 10 };

static void cv_fetch(const char *src, size_t n) {
  for (size_t i = 0; i < n; i += 64) __builtin_prefetch(src + i, 0, 2);
}

static void cv_stream_bytes(char *dst, const char *src, size_t n) {
  for (size_t i = 0; i < n; i += 64) {
    __builtin_nontemporal_store(*(const cv_u8_unaligned *)(src + i), (cv_u8v *)(dst + i));
  }
}

// For a store: its operand is computed in place if nothing in the program reads that memory. Where
// something does, as when an operand is overwritten, the loads whose value is still needed after
// the store must copy.
static void cv_link_store(cv_frame *frame, const cv_loop *loop, uint32_t at, int64_t begin,
                          int64_t end) {
  cv_step *store = &frame->steps[at];
  bool meets = false;
  for (uint32_t i = 0; i < loop->count; i++) {
    cv_step *load = &frame->steps[i];
    if (load->kind != CV_STEP_LOAD ||
        !cv_cursors_meet(load->cursor, store->cursor, begin, end)) {
      continue;
    }
    meets = true;
    for (uint32_t k = i + 1; k < loop->count; k++) {
      if (k > at && cv_step_reads(&loop->code[k], load->dst)) load->alias = false;
      if (cv_step_writes(&loop->code[k], load->dst)) break;
    }
  }
  if (meets || cv_cursor_stride(store->cursor) != 1) return;
  store->streams = cv_streams(store->cursor);
  if (store->half != 0) return;
  for (uint32_t i = at; i-- > loop->setup;) {
    if (!cv_step_writes(&loop->code[i], store->a)) continue;
    // Only a chain can send its result past the caches; what others compute is copied there.
    if (frame->steps[i].half != 0 || (store->streams && !frame->steps[i].chained)) return;
    frame->steps[i].direct = store->cursor;
    frame->steps[i].streams = store->streams;
    return;
  }
}

// Finds the registers that may be elsewhere in another block than in their own memory.
static void cv_find_moves(cv_frame *frame, const cv_loop *loop) {
  for (uint32_t r = 0; r < loop->registers; r++) frame->moves[r] = false;
  for (uint32_t i = loop->setup; i < loop->count; i++) {
    const cv_step *step = &frame->steps[i];
    const bool stays = step->kind != CV_STEP_LOAD && step->direct == NULL && !step->overtakes;
    if (!stays && step->kind != CV_STEP_STORE) frame->moves[step->dst] = true;
  }
}

// Finds the links of a chain whose addresses are the same for all blocks.
static void cv_fix_links(cv_frame *frame, cv_link *link) {
  for (; link->op != CV_LINK_END; link++) {
    const bool reads = link->reads && link->form != CV_FORM_kept;
    const bool picks = link->op == CV_LINK_THEN || link->op == CV_LINK_ELSE;
    link->fixed = !(reads && frame->moves[link->rx]) && !(picks && frame->moves[link->rmask]) &&
                  !(cv_link_puts(link) && frame->moves[link->rto]);
    link->x = frame->own[link->rx];
    link->mask = frame->own[link->rmask];
    link->to = frame->own[link->rto];
    link->code = cv_link_code(link->op, link->form);
  }
}

// Takes over what is known of the chains of a program.
static void cv_take_chains(cv_frame *frame, const cv_loop *loop, cv_link *links) {
  const cv_chains *chains = loop->chains;
  __builtin_memcpy(links, cv_chain_links(loop, chains), chains->links * sizeof(cv_link));
  for (uint32_t i = loop->setup; i < loop->count; i++) {
    const cv_note *note = &chains->notes[i];
    cv_step *step = &frame->steps[i];
    step->chained = note->chained;
    if (note->begins) {
      step->kind = CV_STEP_CHAIN;
      step->type = note->type;
      step->links = links + note->links;
      step->next = note->next;
    } else if (note->linked) {
      const cv_cursor *c = step->cursor;
      step->linked = c->rank > 0 && c->strides[c->rank - 1] == 0 && step->half == 0;
    }
  }
}

// Lays a call that runs over [begin, end) out in `scratch`.
static void cv_prepare(cv_frame *frame, const cv_loop *loop, void *const *pointers, int64_t begin,
                       int64_t end, void *scratch) {
  char *memory = scratch, *first = memory + CV_FRAME_BYTES;
  const uint32_t registers = loop->registers;
  frame->setup = loop->setup;
  frame->count = loop->count;
  frame->block = loop->block;
  frame->spare = first + (size_t)loop->register_bytes * registers;
  frame->accumulator = frame->spare + loop->register_bytes;
  frame->own = (char **)(memory + cv_layout_plan(loop));
  frame->now = frame->own + registers;
  frame->steps = (cv_step *)(frame->now + registers);
  cv_link *links = (cv_link *)(frame->steps + loop->count);
  char *cursors = (char *)(links + ((const cv_chains *)loop->chains)->links);
  for (uint32_t r = 0; r < registers; r++) {
    frame->own[r] = frame->now[r] = first + (size_t)loop->register_bytes * r;
  }
  bool stores = false;
  for (uint32_t i = 0; i < loop->count; i++) {
    const cv_instruction *code = &loop->code[i];
    cv_step *step = &frame->steps[i];
    *step = (cv_step){.dst = code->dst, .a = code->a, .b = code->b, .c = code->c};
    if (code->op == CV_LOAD || code->op == CV_STORE) {
      const cv_access *access = &loop->accesses[code->op == CV_LOAD ? code->a : code->dst];
      step->kind = code->op == CV_LOAD ? CV_STEP_LOAD : CV_STEP_STORE;
      step->cursor = (cv_cursor *)cursors;
      cursors += sizeof(cv_cursor);
      cv_cursor_open(step->cursor, access, loop->dims, pointers[access->pointer],
                     (int64_t *)cursors);
      cursors += access->rank * sizeof(int64_t);
      step->vector = cursors;
      cursors += CV_VECTOR_BYTES;
      step->half = access->dtype == CV_F16 || access->dtype == CV_BF16 ? access->dtype : 0;
      step->alias = code->op == CV_LOAD;
      step->far = loop->count - loop->setup >= CV_FETCHED_STEPS && cv_is_far(step->cursor);
      stores |= code->op == CV_STORE;
    } else {
      step->kind = code->op == CV_IOTA ? CV_STEP_IOTA : CV_STEP_COMPUTE;
      step->block = cv_find_block(code);
      step->overtakes = (code->op == CV_CAST || code->op == CV_SELECT || code->op == CV_COMPLEX) &&
                        cv_step_reads(code, code->dst);
    }
  }
  frame->moves = (bool *)cursors;
  // Chains take whole vectors of elements.
  if (end - begin < 64) return;
  cv_take_chains(frame, loop, links);
  for (uint32_t i = loop->setup; stores && i < loop->count; i++) {
    if (frame->steps[i].kind == CV_STEP_STORE) cv_link_store(frame, loop, i, begin, end);
  }
  cv_find_moves(frame, loop);
  for (uint32_t i = loop->setup; i < loop->count; i++) {
    if (frame->steps[i].kind == CV_STEP_CHAIN) cv_fix_links(frame, frame->steps[i].links);
  }
}

// Where the next n elements of the cursor are one stretch of memory, its address.
CV_INLINE char *cv_stretch(cv_cursor *c, int64_t position, int64_t n) {
  cv_cursor_at(c, position);
  if (cv_cursor_stride(c) != 1 || cv_cursor_left(c) < n) return NULL;
  return c->base + c->offset;
}

// Reads n elements into a register, or into the memory where they are to be stored.
CV_INLINE void cv_collect(cv_frame *frame, const cv_step *step, char *dst, int64_t position,
                          int64_t n) {
  cv_cursor *c = step->cursor;
  const char *src = cv_stretch(c, position, n);
  if ((n & 63) != 0) {
    cv_pad(dst, (size_t)n, c->base + c->offset, c->width);
  } else if (step->direct != NULL) {
    char *direct = cv_stretch(step->direct, position, n);
    if (direct != NULL) dst = direct;
  }
  if (src != NULL) {
    cv_copy_bytes(dst, src, (size_t)n * c->width);
    cv_cursor_advance(c, n);
  } else {
    cv_cursor_read(c, dst, n);
  }
  frame->now[step->dst] = dst;
}

CV_INLINE void cv_run_load(cv_frame *frame, cv_step *step, int64_t position, int64_t n) {
  cv_cursor *c = step->cursor;
  char *own = frame->own[step->dst];
  step->single = false;
  if (step->linked) {
    cv_cursor_at(c, position);
    if (cv_cursor_left(c) >= n) {
      cv_fill(step->vector, c->base + c->offset, CV_VECTOR_BYTES / c->width, c->width);
      cv_cursor_advance(c, n);
      step->single = true;
      frame->now[step->dst] = step->vector;
      return;
    }
  }
  // Whole vectors may be read in place where the operand goes on for as long.
  char *src = step->alias ? cv_stretch(c, position, (n + 63) & -64) : NULL;
  if (src != NULL) {
    cv_cursor_advance(c, n);
    if (step->far) cv_fetch(src + n * c->width, (size_t)n * c->width);
  }
  if (step->half == 0) {
    if (src != NULL) frame->now[step->dst] = src;
    else cv_collect(frame, step, own, position, n);
    return;
  }
  if (src == NULL) {
    // The narrow elements are read into the upper half of the register; widening never catches up.
    src = own + 2 * (size_t)frame->block;
    cv_collect(frame, step, src, position, n);
  }
  cv_widen_row(own, src, (size_t)n, step->half);
  frame->now[step->dst] = own;
}

CV_INLINE void cv_run_store(cv_frame *frame, const cv_step *step, int64_t position, int64_t n) {
  cv_cursor *c = step->cursor;
  const char *src = frame->now[step->a];
  char *direct = cv_stretch(c, position, n);
  if (step->half != 0) {
    char *narrow = direct != NULL && (n & 15) == 0 ? direct : frame->spare;
    cv_narrow_row(narrow, src, (size_t)n, step->half);
    src = narrow;
  }
  if (direct == NULL) {
    cv_cursor_write(c, src, n);
    return;
  }
  if (src != direct && step->streams && ((uintptr_t)direct & 63) == 0 && (n & 63) == 0) {
    cv_stream_bytes(direct, src, (size_t)n * c->width);
  } else if (src != direct) cv_copy_bytes(direct, src, (size_t)n * c->width);
  cv_cursor_advance(c, n);
}

// Where the result of a step goes: the memory where it is to be stored, if that is one stretch.
CV_INLINE char *cv_result(const cv_frame *frame, const cv_step *step, int64_t position, int64_t n) {
  if (step->direct != NULL && (n & 63) == 0) {
    char *direct = cv_stretch(step->direct, position, n);
    if (direct != NULL) return direct;
  }
  return frame->own[step->dst];
}

static void cv_run_chain(cv_frame *frame, uint32_t first, int64_t position, int64_t n) {
  const cv_step *step = &frame->steps[first];
  for (uint32_t i = first + 1; i < step->next; i++) {
    if (frame->steps[i].kind == CV_STEP_LOAD) cv_run_load(frame, &frame->steps[i], position, n);
  }
  char **now = frame->now;
  for (cv_link *link = step->links; link->op != CV_LINK_END; link++) {
    if (link->fixed) continue;
    uint8_t op = link->op, form = link->form;
    if (link->reads) link->x = now[link->rx];
    link->mask = now[link->rmask];
    if (link->source != 0 && frame->steps[link->source - 1].single) form = CV_FORM_splat;
    if (cv_link_puts(link)) {
      const cv_step *origin = &frame->steps[link->step];
      now[link->rto] = link->to = cv_result(frame, origin, position, n);
      const bool streams = origin->streams && link->to != frame->own[link->rto];
      if (op == CV_LINK_PUT && streams && ((uintptr_t)link->to & 63) == 0) op = CV_LINK_STREAM;
    }
    link->code = cv_link_code(op, form);
  }
  if (step->type == CV_F32) cv_chain_f32(step->links, (size_t)n);
  else cv_chain_f64(step->links, (size_t)n);
}

CV_INLINE void cv_run_compute(cv_frame *frame, const cv_step *step, int64_t position, int64_t n) {
  char **now = frame->now;
  char *dst = cv_result(frame, step, position, n);
  if (step->overtakes && dst == frame->own[step->dst]) {
    frame->own[step->dst] = frame->spare;
    frame->spare = dst;
    dst = frame->own[step->dst];
  }
  if (step->kind == CV_STEP_IOTA) {
    step->block(dst, &position, NULL, NULL, (size_t)n);
  } else {
    step->block(dst, now[step->a], now[step->b], now[step->c], (size_t)n);
  }
  now[step->dst] = dst;
}

// Runs the steps [from, to) over n positions, at most a block.
static void cv_run_steps(cv_frame *frame, uint32_t from, uint32_t to, int64_t position, int64_t n) {
  for (uint32_t i = from; i < to; i++) {
    cv_step *step = &frame->steps[i];
    switch (step->kind) {
      case CV_STEP_LOAD: cv_run_load(frame, step, position, n); break;
      case CV_STEP_STORE: cv_run_store(frame, step, position, n); break;
      case CV_STEP_CHAIN:
        cv_run_chain(frame, i, position, n);
        i = step->next - 1;
        break;
      default: cv_run_compute(frame, step, position, n); break;
    }
  }
}

CV_INLINE void cv_run_block(cv_frame *frame, int64_t position, int64_t n) {
  cv_run_steps(frame, frame->setup, frame->count, position, n);
}

// Prepares a call and runs the setup steps for as many elements as a block of it will have; if it goes on
// where another has ended, all that may have changed is where its operands are.
static cv_frame *cv_start(const cv_loop *loop, void *const *pointers, int64_t begin, int64_t end,
                          void *scratch, bool resumes) {
  cv_frame *frame = scratch;
  if (resumes) {
    for (uint32_t i = loop->setup; i < loop->count; i++) {
      const cv_instruction *code = &loop->code[i];
      if (code->op != CV_LOAD && code->op != CV_STORE) continue;
      const cv_access *access = &loop->accesses[code->op == CV_LOAD ? code->a : code->dst];
      frame->steps[i].cursor->base = pointers[access->pointer];
    }
    return frame;
  }
  cv_prepare(frame, loop, pointers, begin, end, scratch);
  const int64_t total = end - begin;
  cv_run_steps(frame, 0, frame->setup, 0, total < frame->block ? total : frame->block);
  return frame;
}

CV_INLINE void cv_run_range(cv_frame *frame, int64_t begin, int64_t end) {
  for (int64_t p = begin; p < end; p += frame->block) {
    cv_run_block(frame, p, end - p < frame->block ? end - p : frame->block);
  }
}

// A program that only copies, from an operand whose last axis but one is consecutive in memory.
static bool cv_only_transposes(const cv_frame *frame) {
  const cv_step *load = &frame->steps[0], *store = &frame->steps[1];
  if (frame->setup != 0 || frame->count != 2) return false;
  if (load->kind != CV_STEP_LOAD || store->kind != CV_STEP_STORE || !load->alias) return false;
  const cv_cursor *from = load->cursor, *to = store->cursor;
  return from->dtype == to->dtype && to->rank == 1 && to->strides[0] == 1 && from->rank >= 2 &&
         from->strides[from->rank - 2] == 1 && from->strides[from->rank - 1] != 1 &&
         from->sizes[from->rank - 2] >= 8 && from->sizes[from->rank - 1] >= 8;
}

static void cv_run_transpose(cv_frame *frame, int64_t begin, int64_t end) {
  cv_cursor *from = frame->steps[0].cursor, *to = frame->steps[1].cursor;
  const int32_t column = from->rank - 1, row = column - 1;
  const int64_t n = from->sizes[column];
  for (int64_t p = begin, next; p < end; p = next) {
    cv_cursor_at(from, p);
    const int64_t left = from->sizes[row] - from->index[row], whole = (end - p) / n;
    const int64_t rows = left < whole ? left : whole;
    char *dst = cv_stretch(to, p, rows * n);
    if (from->index[column] != 0 || rows == 0 || dst == NULL) {
      const int64_t rest = p + n - from->index[column];
      next = rest < end ? rest : end;
      cv_run_range(frame, p, next);
    } else {
      next = p + rows * n;
      cv_transpose(dst, n, from->base + from->offset, from->strides[column], rows, n, from->width);
    }
  }
}

static void cv_map(const cv_loop *loop, void *const *pointers, int64_t begin, int64_t end, void *scratch,
                   bool resumes) {
  cv_frame *frame = cv_start(loop, pointers, begin, end, scratch, resumes);
  if (cv_only_transposes(frame)) cv_run_transpose(frame, begin, end);
  else cv_run_range(frame, begin, end);
}

// On its own, so that only calls that need the room have it.
__attribute__((noinline)) static void cv_map_on_stack(const cv_loop *loop, void *const *pointers,
                                                      int64_t begin, int64_t end) {
  char scratch[CV_STACK_SCRATCH] __attribute__((aligned(64)));
  cv_map(loop, pointers, begin, end, scratch, false);
}

static void CV_NAME(loop_map)(const cv_loop *loop, void *const *pointers, int64_t begin,
                              int64_t end, void *scratch, bool resumes) {
  if (begin >= end) return;
  if (scratch == NULL) cv_map_on_stack(loop, pointers, begin, end);
  else cv_map(loop, pointers, begin, end, scratch, resumes);
}

#endif
