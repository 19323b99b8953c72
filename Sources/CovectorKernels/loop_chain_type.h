// Chains of one real type, CV_T; included once for each by loop_chain.h.

#define CV_PASTE_(a, b) a##b
#define CV_PASTE(a, b) CV_PASTE_(a, b)
#define CV_TYPED(NAME) CV_PASTE(CV_PASTE(cv_, NAME##_), CV_T)
#define CV_V CV_PASTE(CV_PASTE(cv_, CV_T), v)
#define CV_AT CV_PASTE(cv_get_, CV_T)
#define CV_MASK_AT CV_PASTE(cv_get_mask_, CV_T)
#define CV_L CV_PASTE(CV_LANES_, CV_T)

#define CV_EACH(...)                                                                         \
  for (size_t k = 0; k < width; k++) {                                                       \
    const size_t p = at + k * CV_L;                                                          \
    const CV_V v = s[k];                                                                     \
    (void)p, (void)v;                                                                        \
    __VA_ARGS__;                                                                             \
  }

// The same with x, an operand in memory: a vector for each of the strip, or one for all of them.
#define CV_EACH_BESIDE(...)                                                                  \
  if (link->splat) {                                                                         \
    const CV_V x = CV_AT(from, 0);                                                           \
    CV_EACH(__VA_ARGS__)                                                                     \
  } else {                                                                                   \
    CV_EACH(const CV_V x = CV_AT(from, p); __VA_ARGS__)                                       \
  }                                                                                          \
  break;

#define CV_CASE_1(NAME, EXPRESSION) case CV_LINK_##NAME: CV_EACH(s[k] = EXPRESSION) break;
#define CV_CASE_2(NAME, EXPRESSION) case CV_LINK_##NAME: CV_EACH_BESIDE(s[k] = EXPRESSION)
#define CV_CASE_TEST(NAME, EXPRESSION) \
  case CV_LINK_##NAME: CV_EACH_BESIDE(m[k] = EXPRESSION; if (needed) v_put(to, p, m[k]))
#define CV_CASE_PICK(NAME, THEN, ELSE)                                                       \
  case CV_LINK_##NAME:                                                                       \
    if (link->held) {                                                                        \
      CV_EACH_BESIDE(s[k] = v_pick(m[k], THEN, ELSE))                                         \
    }                                                                                        \
    CV_EACH_BESIDE(s[k] = v_pick(CV_MASK_AT(mask, p), THEN, ELSE))

// All links over `width` vectors, which is a constant.
CV_INLINE void CV_TYPED(chain_strip)(const cv_link *link, const cv_link *end, size_t at,
                                     size_t width) {
  CV_V s[CV_STRIP] = {0};
  __typeof__(CV_MASK_AT(NULL, 0)) m[CV_STRIP] = {0};
  for (; link < end; link++) {
    // What is stored might change the link, for all the compiler knows.
    const char *const from = link->x, *const mask = link->mask;
    char *const to = link->to;
    const bool needed = link->needed;
    switch (link->op) {
      case CV_LINK_GET: CV_EACH_BESIDE(s[k] = x)
      case CV_LINK_PUT:
        if (link->streams && width > 1) {
          CV_EACH(__builtin_nontemporal_store(v, (CV_V *)(void *)to + at / CV_L + k))
        } else {
          CV_EACH(v_put(to, p, v))
        }
        break;
      CV_CASE_PICK(THEN, v, x)
      CV_CASE_PICK(ELSE, x, v)
      CV_LINKS_1(CV_CASE_1)
      CV_LINKS_2(CV_CASE_2)
      CV_LINKS_TEST(CV_CASE_TEST)
      default: break;
    }
  }
}

static void CV_TYPED(chain)(const cv_link *link, const cv_link *end, size_t n) {
  size_t at = 0;
  for (; at + CV_STRIP * CV_L <= n; at += CV_STRIP * CV_L) {
    CV_TYPED(chain_strip)(link, end, at, CV_STRIP);
  }
  for (; at < n; at += CV_L) CV_TYPED(chain_strip)(link, end, at, 1);
}

#undef CV_EACH
#undef CV_EACH_BESIDE
#undef CV_CASE_1
#undef CV_CASE_2
#undef CV_CASE_TEST
#undef CV_CASE_PICK
#undef CV_PASTE_
#undef CV_PASTE
#undef CV_TYPED
#undef CV_V
#undef CV_AT
#undef CV_MASK_AT
#undef CV_L
#undef CV_T
