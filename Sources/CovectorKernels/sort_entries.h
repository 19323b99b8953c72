// Stable sorting of one kind of entry by an unsigned key: counting and merging for few entries,
// least-significant-digit radix sort for many. Included once for each kind, with CV_E the entry,
// CV_KEY(e) its key of type CV_KEY_TYPE and width CV_KEY_BITS, and CV_S(x) the name of x for it.

// Sorts up to CV_SORT_RUN entries by counting how many come before each: no branches to guess.
static void CV_S(rank)(CV_E *a, int64_t n) {
  CV_KEY_TYPE keys[CV_SORT_RUN];
  CV_E entries[CV_SORT_RUN];
  for (int64_t i = 0; i < n; ++i) {
    entries[i] = a[i];
    keys[i] = CV_KEY(a[i]);
  }
  for (int64_t i = 0; i < n; ++i) {
    CV_KEY_TYPE key = keys[i], smaller = 0;
    for (int64_t j = 0; j < i; ++j) smaller += keys[j] <= key;
    for (int64_t j = i + 1; j < n; ++j) smaller += keys[j] < key;
    a[smaller] = entries[i];
  }
}

// Sorts runs, then merges pairs of them; returns where the result is.
static CV_E *CV_S(merge)(CV_E *a, CV_E *b, int64_t n) {
  for (int64_t start = 0; start < n; start += CV_SORT_RUN) {
    CV_S(rank)(a + start, n - start < CV_SORT_RUN ? n - start : CV_SORT_RUN);
  }
  for (int64_t width = CV_SORT_RUN; width < n; width *= 2) {
    for (int64_t start = 0; start < n; start += 2 * width) {
      int64_t middle = n - start < width ? n : start + width;
      int64_t end = n - middle < width ? n : middle + width;
      int64_t i = start, j = middle;
      for (int64_t k = start; k < end; ++k) {
        bool right = i == middle || (j < end && CV_KEY(a[j]) < CV_KEY(a[i]));
        b[k] = right ? a[j] : a[i];
        j += right;
        i += !right;
      }
    }
    CV_E *swap = a;
    a = b;
    b = swap;
  }
  return a;
}

// One digit at a time, lowest first; digits that all entries share are passed over.
static inline __attribute__((always_inline)) CV_E *CV_S(digits)(CV_E *a, CV_E *b, int64_t n,
                                                                int bits, int digit,
                                                                uint32_t *counts) {
  int64_t buckets = (int64_t)1 << digit;
  uint32_t mask = (uint32_t)buckets - 1;
  int passes = (bits + digit - 1) / digit;
  memset(counts, 0, (size_t)(passes * buckets) * sizeof *counts);
  for (int64_t i = 0; i < n; ++i) {
    for (int p = 0; p < passes; ++p) {
      ++counts[p * buckets + (uint32_t)(CV_KEY(a[i]) >> (p * digit) & mask)];
    }
  }
  for (int p = 0; p < passes; ++p, counts += buckets) {
    uint32_t sum = 0;
    int shift = p * digit;
    if (counts[CV_KEY(a[0]) >> shift & mask] == n) continue;
    for (int64_t d = 0; d < buckets; ++d) {
      uint32_t count = counts[d];
      counts[d] = sum;
      sum += count;
    }
    for (int64_t i = 0; i < n; ++i) {
      CV_E e = a[i];
      b[counts[CV_KEY(e) >> shift & mask]++] = e;
    }
    CV_E *swap = a;
    a = b;
    b = swap;
  }
  return a;
}

// Only the lowest `bits` of the keys are in use. Returns a or b, whichever holds the result.
static CV_E *CV_S(sort)(CV_E *a, CV_E *b, int64_t n, int bits, uint32_t *counts) {
  if (n < 2) return a;
  if (n < CV_SORT_RUN || n < 16 + bits) return CV_S(merge)(a, b, n);
  if (bits == 8) return CV_S(digits)(a, b, n, 8, 8, counts);
  if (bits == 16) return CV_S(digits)(a, b, n, 16, 8, counts);
#if CV_KEY_BITS == 32
  if (n < 8192) return CV_S(digits)(a, b, n, 32, 8, counts);
  return CV_S(digits)(a, b, n, 32, 11, counts);
#else
  if (n < 8192) return CV_S(digits)(a, b, n, 64, 8, counts);
  return CV_S(digits)(a, b, n, 64, 11, counts);
#endif
}

#undef CV_E
#undef CV_KEY
#undef CV_KEY_BITS
#undef CV_KEY_TYPE
#undef CV_S
