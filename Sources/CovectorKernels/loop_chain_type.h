// Chains of one real type, CV_T; included once for each by loop_chain.h. A strip of vectors goes through all
// links in registers. The code of each link ends with a jump of its own to that of the next, which processors
// predict better than one jump for all.

#define CV_PASTE_(a, b) a##b
#define CV_PASTE(a, b) CV_PASTE_(a, b)
#define CV_TYPED(NAME) CV_PASTE(CV_PASTE(cv_, NAME##_), CV_T)
#define CV_V CV_PASTE(CV_PASTE(cv_, CV_T), v)
#define CV_AT CV_PASTE(cv_get_, CV_T)
#define CV_MASK_AT CV_PASTE(cv_get_mask_, CV_T)
#define CV_L CV_PASTE(CV_LANES_, CV_T)

// Vector K of a strip: what IN declares, then what the link does to v, the value that is handed on, and to the
// one that is kept beside it.
#define CV_ONE(K, IN, ...)                                                                   \
  {                                                                                          \
    const size_t p = at + K * CV_L;                                                          \
    CV_V v = s##K, kept = t##K;                                                              \
    (void)p;                                                                                 \
    IN;                                                                                      \
    __VA_ARGS__;                                                                             \
    s##K = v, t##K = kept;                                                                   \
  }
#define CV_EACH_1(...) CV_ONE(0, __VA_ARGS__)
#define CV_EACH_2(...) CV_EACH_1(__VA_ARGS__) CV_ONE(1, __VA_ARGS__)
#define CV_EACH_4(...) CV_EACH_2(__VA_ARGS__) CV_ONE(2, __VA_ARGS__) CV_ONE(3, __VA_ARGS__)
#define CV_EACH_8(...)                                                                       \
  CV_EACH_4(__VA_ARGS__) CV_ONE(4, __VA_ARGS__) CV_ONE(5, __VA_ARGS__)                       \
  CV_ONE(6, __VA_ARGS__) CV_ONE(7, __VA_ARGS__)

// One form of a link; x, an operand, is declared before the vectors or for each of them. What is stored might
// change the link, for all the compiler knows: it is read before.
#define CV_FORM(NAME, FORM, BEFORE, IN, ...)                                                 \
  NAME##_##FORM : {                                                                          \
    const char *const from = link->x, *const mask = link->mask;                              \
    char *const to = link->to;                                                               \
    (void)from, (void)mask, (void)to;                                                        \
    BEFORE;                                                                                  \
    CV_PASTE(CV_EACH_, CV_WIDTH)(IN, __VA_ARGS__)                                            \
    goto *codes[(++link)->code];                                                             \
  }
#define CV_ALONE(NAME, ...) CV_FORM(NAME, plain, , , __VA_ARGS__)
#define CV_BESIDE(NAME, ...)                                                                 \
  CV_FORM(NAME, plain, , const CV_V x = CV_AT(from, p), __VA_ARGS__)                         \
  CV_FORM(NAME, splat, const CV_V x = CV_AT(from, 0), , __VA_ARGS__)                         \
  CV_KEPT(CV_FORM(NAME, kept, , const CV_V x = kept, __VA_ARGS__))
#define CV_LINK_1(NAME, EXPRESSION) CV_ALONE(NAME, v = EXPRESSION)
#define CV_LINK_2(NAME, EXPRESSION) CV_BESIDE(NAME, v = EXPRESSION)
#define CV_LINK_TEST(NAME, EXPRESSION) CV_BESIDE(NAME, v_put(to, p, EXPRESSION))
#define CV_CODE(NAME, FORM) [CV_FORM_COUNT * CV_LINK_##NAME + CV_FORM_##FORM] = &&NAME##_##FORM,
#define CV_CODE_1(NAME, ...) CV_CODE(NAME, plain)
#define CV_CODE_2(NAME, ...) CV_CODE(NAME, plain) CV_CODE(NAME, splat) CV_KEPT(CV_CODE(NAME, kept))

// Runs a chain from position `at` on, over as many whole strips of CV_WIDTH vectors as there are before n;
// returns the position behind them.
#define CV_STRIPS(NAME)                                                                      \
  static size_t CV_TYPED(NAME)(const cv_link *first, size_t at, size_t n) {                  \
    static const void *const codes[CV_FORM_COUNT * CV_LINK_COUNT] = {                        \
      CV_CODE_1(END) CV_CODE_2(GET) CV_CODE_1(PUT) CV_CODE_1(STREAM) CV_KEPT(CV_CODE_1(KEEP))\
      CV_CODE_2(THEN) CV_CODE_2(ELSE) CV_LINKS_1(CV_CODE_1) CV_LINKS_2(CV_CODE_2)            \
      CV_LINKS_TEST(CV_CODE_2) CV_LINKS_MATH(CV_CODE_1)                                      \
    };                                                                                       \
    const size_t step = CV_WIDTH * CV_L;                                                     \
    const CV_V o = (CV_V)0;                                                                  \
    CV_V s0 = o, s1 = o, s2 = o, s3 = o, s4 = o, s5 = o, s6 = o, s7 = o;                     \
    CV_V t0 = o, t1 = o, t2 = o, t3 = o, t4 = o, t5 = o, t6 = o, t7 = o;                     \
    (void)s1, (void)s2, (void)s3, (void)s4, (void)s5, (void)s6, (void)s7;                    \
    (void)t1, (void)t2, (void)t3, (void)t4, (void)t5, (void)t6, (void)t7;                    \
    if (at + step > n) return at;                                                            \
    const cv_link *link = first;                                                             \
    goto *codes[link->code];                                                                 \
    END_plain:                                                                               \
    at += step;                                                                              \
    if (at + step > n) return at;                                                            \
    link = first;                                                                            \
    goto *codes[link->code];                                                                 \
    CV_BESIDE(GET, v = x)                                                                    \
    CV_ALONE(PUT, v_put(to, p, v))                                                           \
    CV_ALONE(STREAM, __builtin_nontemporal_store(v, (CV_V *)(void *)to + p / CV_L))          \
    CV_KEPT(CV_ALONE(KEEP, kept = v))                                                        \
    CV_BESIDE(THEN, v = v_pick(CV_MASK_AT(mask, p), v, x))                                   \
    CV_BESIDE(ELSE, v = v_pick(CV_MASK_AT(mask, p), x, v))                                   \
    CV_LINKS_1(CV_LINK_1)                                                                    \
    CV_LINKS_2(CV_LINK_2)                                                                    \
    CV_LINKS_TEST(CV_LINK_TEST)                                                              \
    CV_LINKS_MATH(CV_LINK_1)                                                                 \
  }

// A strip fills eight registers, where there are so many besides those that links compute with.
#if CV_LEVEL == 2
#define CV_WIDTH 8
#elif CV_LEVEL == 1
#define CV_WIDTH 4
#else
#define CV_WIDTH 2
#endif
CV_STRIPS(strips)
#undef CV_WIDTH
#define CV_WIDTH 1
CV_STRIPS(vectors)
#undef CV_WIDTH

static void CV_TYPED(chain)(const cv_link *links, size_t n) {
  // The last vector may go on behind the end.
  CV_TYPED(vectors)(links, CV_TYPED(strips)(links, 0, n), (n + CV_L - 1) / CV_L * CV_L);
}

#undef CV_ONE
#undef CV_EACH_1
#undef CV_EACH_2
#undef CV_EACH_4
#undef CV_EACH_8
#undef CV_FORM
#undef CV_ALONE
#undef CV_BESIDE
#undef CV_LINK_1
#undef CV_LINK_2
#undef CV_LINK_TEST
#undef CV_CODE
#undef CV_CODE_1
#undef CV_CODE_2
#undef CV_STRIPS
#undef CV_PASTE_
#undef CV_PASTE
#undef CV_TYPED
#undef CV_V
#undef CV_AT
#undef CV_MASK_AT
#undef CV_L
#undef CV_T
#undef CV_LINKS_MATH
