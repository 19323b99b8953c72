// Chains: runs of simple instructions on real numbers, computed strip by strip, so that what one
// hands to the next stays in vector registers. They are found once for a program, and every element goes
// through the same operations as without.

#ifndef CV_LOOP_CHAIN_H
#define CV_LOOP_CHAIN_H

#include "loop_blocks.h"

static bool cv_step_reads(const cv_instruction *i, uint16_t reg) {
  if (i->op == CV_LOAD || i->op == CV_IOTA) return false;
  return i->a == reg || (i->op != CV_STORE && (i->b == reg || i->c == reg));
}

static bool cv_step_writes(const cv_instruction *i, uint16_t reg) {
  return i->op != CV_STORE && i->dst == reg;
}

// The links of a chain: v is the value that is handed on, x an operand in memory. TURNED links
// take the value as their second operand.
#define CV_LINKS_1(F)                                                                        \
  F(NEG, v_negate(v)) F(ABS, v_abs(v)) F(SQUARE, v_mul(v, v)) F(SQRT, v_sqrt(v))             \
  F(RECIPROCAL, v_reciprocal(v))
#define CV_LINKS_2(F)                                                                        \
  F(ADD, v_add(v, x)) F(ADD_TURNED, v_add(x, v)) F(SUB, v_sub(v, x))                         \
  F(SUB_TURNED, v_sub(x, v)) F(MUL, v_mul(v, x)) F(MUL_TURNED, v_mul(x, v))                  \
  F(DIV, v_div(v, x)) F(DIV_TURNED, v_div(x, v)) F(MAXIMUM, v_maximum(v, x))                 \
  F(MAXIMUM_TURNED, v_maximum(x, v)) F(MINIMUM, v_minimum(v, x))                             \
  F(MINIMUM_TURNED, v_minimum(x, v))
#define CV_LINKS_TEST(F)                                                                     \
  F(EQ, v_equal(v, x)) F(NE, v_not_equal(v, x)) F(LT, v_less(v, x))                          \
  F(LE, v_less_equal(v, x)) F(GT, v_less(x, v)) F(GE, v_less_equal(x, v))

// Those that are computed in line for single precision alone.
#if CV_LEVEL > 0 || defined(__aarch64__)
#define CV_LINKS_IN_LINE(F) F(EXP, v_exp(v)) F(EXPM1, v_expm1(v)) F(TANH, v_tanh(v))
#else
#define CV_LINKS_IN_LINE(F)
#endif

// Whether there are registers enough to keep a value in them beside the one that is handed on.
#if CV_LEVEL == 2 || defined(__aarch64__)
#define CV_KEPT(...) __VA_ARGS__
enum { CV_KEEPS = 1 };
#else
#define CV_KEPT(...)
enum { CV_KEEPS = 0 };
#endif

// An operand in memory, one that is the same everywhere, and the one that is kept.
enum { CV_FORM_plain, CV_FORM_splat, CV_FORM_kept, CV_FORM_COUNT };

enum {
#define CV_LINK_NAME(NAME, EXPRESSION) CV_LINK_##NAME,
  CV_LINK_END, CV_LINK_GET, CV_LINK_PUT, CV_LINK_STREAM, CV_LINK_KEEP, CV_LINK_THEN, CV_LINK_ELSE,
  CV_LINKS_1(CV_LINK_NAME) CV_LINKS_2(CV_LINK_NAME) CV_LINKS_TEST(CV_LINK_NAME)
  CV_LINKS_IN_LINE(CV_LINK_NAME) CV_LINK_COUNT
#undef CV_LINK_NAME
};

#define CV_T f32
#define CV_LINKS_MATH CV_LINKS_IN_LINE
#include "loop_chain_type.h"
#define CV_T f64
#define CV_LINKS_MATH(F)
#include "loop_chain_type.h"

// The link of an instruction by the number of its operands, for the value as its first and as its
// second operand; no operands where there is none.
typedef struct { uint8_t operands, link, turned; bool tests; } cv_link_kind;

static cv_link_kind cv_find_link(const cv_instruction *i) {
  if (i->type != CV_F32 && i->type != CV_F64) return (cv_link_kind){0};
  switch (i->op) {
#define CV_KIND_1(NAME) case CV_##NAME: return (cv_link_kind){1, CV_LINK_##NAME, 0, false};
#define CV_KIND_2(NAME) \
  case CV_##NAME: return (cv_link_kind){2, CV_LINK_##NAME, CV_LINK_##NAME##_TURNED, false};
#define CV_KIND_TEST(NAME, TURNED) \
  case CV_##NAME: return (cv_link_kind){2, CV_LINK_##NAME, CV_LINK_##TURNED, true};
    CV_KIND_1(NEG) CV_KIND_1(ABS) CV_KIND_1(SQUARE) CV_KIND_1(SQRT) CV_KIND_1(RECIPROCAL)
    CV_KIND_2(ADD) CV_KIND_2(SUB) CV_KIND_2(MUL) CV_KIND_2(DIV) CV_KIND_2(MAXIMUM)
    CV_KIND_2(MINIMUM)
    CV_KIND_TEST(EQ, EQ) CV_KIND_TEST(NE, NE) CV_KIND_TEST(LT, GT) CV_KIND_TEST(LE, GE)
    CV_KIND_TEST(GT, LT) CV_KIND_TEST(GE, LE)
    case CV_SELECT: return (cv_link_kind){3, CV_LINK_THEN, CV_LINK_ELSE, false};
#define CV_KIND_IN_LINE(NAME, EXPRESSION) \
  case CV_##NAME: return (cv_link_kind){i->type == CV_F32, CV_LINK_##NAME, 0, false};
    CV_LINKS_IN_LINE(CV_KIND_IN_LINE)
#undef CV_KIND_IN_LINE
#undef CV_KIND_1
#undef CV_KIND_2
#undef CV_KIND_TEST
    default: return (cv_link_kind){0};
  }
}

// A chain being built from instructions [first, ...).
typedef struct {
  cv_chains *chains;
  const cv_loop *loop;
  cv_link *links;
  uint32_t count;
  uint32_t first, computing;
  int32_t held;  // the register whose value is handed on, or -1
} cv_chain;

// What the setup leaves in a register is one element everywhere.
static bool cv_is_splat(const cv_loop *loop, uint16_t reg) {
  for (uint32_t i = 0; i < loop->setup; i++) {
    if (loop->code[i].dst == reg) return true;
  }
  return false;
}

// The load whose value a register holds before instruction `at`, counted from 1; 0 if none does.
static uint32_t cv_load_before(const cv_loop *loop, uint32_t at, uint16_t reg) {
  while (at-- > loop->setup) {
    if (cv_step_writes(&loop->code[at], reg)) return loop->code[at].op == CV_LOAD ? at + 1 : 0;
  }
  return 0;
}

static cv_link *cv_chain_add(cv_chain *chain, uint8_t op) {
  cv_link *link = &chain->links[chain->count++];
  *link = (cv_link){.op = op};
  return link;
}

// The operand of a link of instruction `at`.
static void cv_chain_operand(const cv_chain *chain, cv_link *link, uint32_t at, uint16_t reg) {
  link->reads = true;
  link->rx = reg;
  link->form = cv_is_splat(chain->loop, reg) ? CV_FORM_splat : CV_FORM_plain;
  link->source = cv_load_before(chain->loop, at, reg);
}

// Whether a link leaves something in the memory of its register, if that is needed.
static bool cv_link_puts(const cv_link *link) {
  return link->op == CV_LINK_PUT || link->step != 0;
}

// An operand is read from memory: if the chain computes it, it must be put there.
static void cv_chain_needs(cv_chain *chain, uint16_t reg) {
  for (uint32_t k = chain->count; k-- > 0;) {
    cv_link *link = &chain->links[k];
    if (cv_link_puts(link) && link->rto == reg) {
      link->needed = true;
      return;
    }
  }
}

static void cv_chain_get(cv_chain *chain, uint32_t at, uint16_t reg) {
  cv_chain_needs(chain, reg);
  cv_chain_operand(chain, cv_chain_add(chain, CV_LINK_GET), at, reg);
  chain->held = reg;
}

// Whether the chain touches a register in a way that an element written there in one strip could be
// read in another.
static bool cv_chain_touches(const cv_chain *chain, uint32_t until, uint16_t reg, bool masks) {
  for (uint32_t i = chain->first; i < until; i++) {
    const cv_instruction *code = &chain->loop->code[i];
    if (code->op == CV_LOAD) {
      if (!masks && code->dst == reg) return true;
      continue;
    }
    const cv_link_kind kind = cv_find_link(code);
    if (masks) {
      if ((kind.operands == 3 && code->a == reg) || (kind.tests && code->dst == reg)) return true;
    } else if (code->dst == reg || code->a == reg || (kind.operands > 1 && code->b == reg) ||
               (kind.operands > 2 && code->c == reg)) {
      return true;
    }
  }
  return false;
}

// Whether instruction `at` can be the next of the chain.
static bool cv_chain_takes(const cv_chain *chain, uint32_t at) {
  const cv_instruction *code = &chain->loop->code[at];
  // A load happens before the whole chain does.
  if (code->op == CV_LOAD) return !cv_chain_touches(chain, at, code->dst, false);
  const cv_link_kind kind = cv_find_link(code);
  if (kind.operands == 0) return false;
  if (chain->computing > 0 && code->type != chain->loop->code[chain->first].type) return false;
  // Bools are narrower: where they share a register with numbers, strips would overlap.
  if (kind.tests) return !cv_chain_touches(chain, at, code->dst, false);
  return !(kind.operands == 3 && code->a == code->dst) &&
         !cv_chain_touches(chain, at, code->dst, true);
}

static void cv_chain_append(cv_chain *chain, uint32_t at) {
  const cv_instruction *code = &chain->loop->code[at];
  if (code->op == CV_LOAD) return;
  const cv_link_kind kind = cv_find_link(code);
  const bool selects = kind.operands == 3;
  const uint16_t a = selects ? code->b : code->a, b = selects ? code->c : code->b;
  const bool turned = kind.operands > 1 && chain->held == b && a != b;
  if (!turned && chain->held != a) cv_chain_get(chain, at, a);
  uint16_t other = turned ? a : b;
  if (kind.operands > 1) cv_chain_needs(chain, other);
  if (selects) cv_chain_needs(chain, code->a);
  cv_link *link = cv_chain_add(chain, turned ? kind.turned : kind.link);
  if (kind.operands > 1) cv_chain_operand(chain, link, at, other);
  if (selects) link->rmask = code->a;
  chain->computing++;
  if (kind.tests) {
    link->rto = code->dst;
    link->step = at;
    if (chain->held == code->dst) chain->held = -1;
    return;
  }
  chain->held = code->dst;
  cv_link *put = cv_chain_add(chain, CV_LINK_PUT);
  put->rto = code->dst;
  put->step = at;
}

// Whether a register is read at or after an instruction, before something else is written to it.
static bool cv_is_read_from(const cv_loop *loop, uint32_t at, uint16_t reg) {
  for (; at < loop->count; at++) {
    if (cv_step_reads(&loop->code[at], reg)) return true;
    if (cv_step_writes(&loop->code[at], reg)) return false;
  }
  return reg == loop->kept;
}

// Keeps values in registers that are put only for links of the chain itself; one at a time.
static void cv_chain_keep(cv_link *links, uint32_t count) {
  uint32_t free = 0;  // where nothing is kept any more
  for (uint32_t i = 0; CV_KEEPS && i < count; i++) {
    cv_link *put = &links[i];
    if (put->op != CV_LINK_PUT || put->outlives || i < free) continue;
    for (uint32_t j = i + 1; j < count; j++) {
      cv_link *link = &links[j];
      if (cv_link_puts(link) && link->rto == put->rto) break;
      if (!link->reads || link->rx != put->rto) continue;
      link->form = CV_FORM_kept;
      free = j + 1;
    }
    if (free > i) put->op = CV_LINK_KEEP;
  }
}

static uint8_t cv_link_code(uint8_t op, uint8_t form) { return (uint8_t)(CV_FORM_COUNT * op + form); }

// Ends the chain before instruction `end`, and makes it the step of its first one where it pays.
static void cv_chain_close(cv_chain *chain, uint32_t end) {
  if (chain->computing == 0) return;
  uint32_t count = 0;
  for (uint32_t k = 0; k < chain->count; k++) {
    cv_link link = chain->links[k];
    if (cv_link_puts(&link)) {
      bool last = true;
      for (uint32_t j = k + 1; last && j < chain->count; j++) {
        last = !cv_link_puts(&chain->links[j]) || chain->links[j].rto != link.rto;
      }
      link.outlives = last && cv_is_read_from(chain->loop, end, link.rto);
      link.needed |= link.outlives;
      if (link.op == CV_LINK_PUT && !link.needed) continue;
    }
    chain->links[count++] = link;
  }
  cv_chain_keep(chain->links, count);
  chain->links[count++] = (cv_link){.op = CV_LINK_END, .code = cv_link_code(CV_LINK_END, CV_FORM_plain)};
  for (uint32_t i = chain->first; i < end; i++) chain->chains->notes[i].chained = true;
  cv_note *note = &chain->chains->notes[chain->first];
  note->begins = true;
  note->type = chain->loop->code[chain->first].type;
  note->links = (uint32_t)chain->chains->links;
  note->next = end;
  chain->chains->links += count;
  chain->links += count;
}

// Whether all that reads the value of a load are links that can take one element for all.
static bool cv_only_links_read(const cv_chains *chains, const cv_loop *loop, uint32_t load) {
  const uint16_t reg = loop->code[load].dst;
  for (uint32_t i = load + 1; i < loop->count; i++) {
    const cv_instruction *code = &loop->code[i];
    if (cv_step_reads(code, reg)) {
      // Fields that an instruction does not use count as read: register 0 may be missed.
      if (!chains->notes[i].chained || (code->op == CV_SELECT && code->a == reg)) return false;
    }
    if (cv_step_writes(code, reg)) return true;
  }
  return reg != loop->kept;
}

// Makes chains of the instructions after the setup.
static size_t CV_NAME(loop_chains)(const cv_loop *loop, void *memory) {
  cv_chains *chains = memory;
  chains->links = 0;
  for (uint32_t i = 0; i < loop->count; i++) chains->notes[i] = (cv_note){0};
  cv_chain chain = {.chains = chains, .loop = loop, .links = (cv_link *)cv_chain_links(loop, chains)};
  for (uint32_t at = loop->setup; at < loop->count;) {
    if (cv_find_link(&loop->code[at]).operands == 0) {
      at++;
      continue;
    }
    chain.first = at;
    chain.count = chain.computing = 0;
    chain.held = -1;
    while (at < loop->count && cv_chain_takes(&chain, at)) cv_chain_append(&chain, at++);
    if (at == chain.first) at++;
    cv_chain_close(&chain, at);
  }
  for (uint32_t i = loop->setup; i < loop->count; i++) {
    chains->notes[i].linked = loop->code[i].op == CV_LOAD && cv_only_links_read(chains, loop, i);
  }
  return (size_t)((char *)chain.links - (char *)memory);
}

#endif
