// Random bits by Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011): a keyed hash of counters, so any part can be computed alone.
//
// n words are laid out as two halves: counter i < n / 2 is hashed with i + (n + 1) / 2 and fills
// both words; the middle word of an odd n takes the first result for (n / 2, 0).

#include <string.h>

#include "include/CovectorKernels.h"

static inline uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

#define CV_ROUND_OF(by) x += y, y = rotate(y, by) ^ x;
#define CV_ROUNDS_EVEN CV_ROUND_OF(13) CV_ROUND_OF(15) CV_ROUND_OF(26) CV_ROUND_OF(6)
#define CV_ROUNDS_ODD CV_ROUND_OF(17) CV_ROUND_OF(29) CV_ROUND_OF(16) CV_ROUND_OF(24)

static inline __attribute__((always_inline)) uint64_t hash(uint32_t k0, uint32_t k1, uint32_t x,
                                                           uint32_t y) {
  uint32_t k2 = k0 ^ k1 ^ 0x1bd11bdau;
  x += k0, y += k1;
  CV_ROUNDS_EVEN
  x += k1, y += k2 + 1;
  CV_ROUNDS_ODD
  x += k2, y += k0 + 2;
  CV_ROUNDS_EVEN
  x += k0, y += k1 + 3;
  CV_ROUNDS_ODD
  x += k1, y += k2 + 4;
  CV_ROUNDS_EVEN
  x += k2, y += k0 + 5;
  return x | (uint64_t)y << 32;
}

uint64_t cv_threefry2x32(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1) {
  return hash(k0, k1, x0, x1);
}

int64_t cv_random_counters(int64_t bytes) { return ((bytes + 3) / 4 + 1) / 2; }

static inline __attribute__((always_inline)) void fill(uint32_t k0, uint32_t k1, uint32_t begin,
                                                       uint32_t count, uint32_t offset,
                                                       uint32_t *low, uint32_t *high) {
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t pair = hash(k0, k1, begin + i, begin + i + offset);
    low[i] = (uint32_t)pair;
    high[i] = (uint32_t)(pair >> 32);
  }
}

enum { CV_RANDOM_BLOCK = 256 };

// The block is computed beside the result, which may lie at any address.
typedef void (*filler)(uint32_t k0, uint32_t k1, uint32_t begin, uint32_t count, uint32_t offset,
                       uint32_t *low, uint32_t *high);

static void fill_plain(uint32_t k0, uint32_t k1, uint32_t begin, uint32_t count, uint32_t offset,
                       uint32_t *low, uint32_t *high) {
  fill(k0, k1, begin, count, offset, low, high);
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v3"))) static void fill_v3(
    uint32_t k0, uint32_t k1, uint32_t begin, uint32_t count, uint32_t offset, uint32_t *low,
    uint32_t *high) {
  fill(k0, k1, begin, count, offset, low, high);
}

__attribute__((target("arch=x86-64-v4"), min_vector_width(512))) static void fill_v4(
    uint32_t k0, uint32_t k1, uint32_t begin, uint32_t count, uint32_t offset, uint32_t *low,
    uint32_t *high) {
  fill(k0, k1, begin, count, offset, low, high);
}

static filler filler_of(int level) { return level == 2 ? fill_v4 : level == 1 ? fill_v3 : fill_plain; }
#else
static filler filler_of(int level) { return (void)level, fill_plain; }
#endif

// Words are written little-endian; the last may be cut short.
static void put(uint8_t *out, int64_t bytes, int64_t word, const uint32_t *words, int64_t count) {
  int64_t size = 4 * count, left = bytes - 4 * word;
  if (left > 0) memcpy(out + 4 * word, words, (size_t)(size < left ? size : left));
}

void cv_random_bits(int level, uint32_t k0, uint32_t k1, void *out, int64_t bytes, int64_t begin,
                    int64_t end) {
  int64_t words = (bytes + 3) / 4, pairs = words / 2, offset = words - pairs;
  int64_t last = end < pairs ? end : pairs;
  uint32_t low[CV_RANDOM_BLOCK], high[CV_RANDOM_BLOCK];
  filler filler = filler_of(level);
  for (int64_t i = begin; i < last; i += CV_RANDOM_BLOCK) {
    int64_t count = last - i < CV_RANDOM_BLOCK ? last - i : CV_RANDOM_BLOCK;
    filler(k0, k1, (uint32_t)i, (uint32_t)count, (uint32_t)offset, low, high);
    put(out, bytes, i, low, count);
    put(out, bytes, i + offset, high, count);
  }
  if (pairs < offset && begin <= pairs && pairs < end) {
    uint32_t middle = (uint32_t)hash(k0, k1, (uint32_t)pairs, 0);
    put(out, bytes, pairs, &middle, 1);
  }
}
