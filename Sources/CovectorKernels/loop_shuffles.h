// Rearranging two vectors into two: what pairwise folds and transposition are made of.

#ifndef CV_LOOP_SHUFFLES_H
#define CV_LOOP_SHUFFLES_H

#include "loop_vectors.h"

// `low` takes the even and `high` the odd stretches of K bytes of both vectors.
#define CV_HALVES(T, K, VIA, LOW, HIGH)                                                      \
  CV_OVERLOAD cv_##T##v v_low_##K(cv_##T##v x, cv_##T##v y) {                                \
    return (cv_##T##v)__builtin_shufflevector((VIA)x, (VIA)y, LOW);                          \
  }                                                                                          \
  CV_OVERLOAD cv_##T##v v_high_##K(cv_##T##v x, cv_##T##v y) {                               \
    return (cv_##T##v)__builtin_shufflevector((VIA)x, (VIA)y, HIGH);                         \
  }
#define CV_LIST(...) __VA_ARGS__
#define CV_ALL_HALVES(T, ...)                                                                \
  CV_HALVES(T, 32, cv_u64v, CV_LIST(0, 1, 2, 3, 8, 9, 10, 11),                               \
            CV_LIST(4, 5, 6, 7, 12, 13, 14, 15))                                             \
  CV_HALVES(T, 16, cv_u64v, CV_LIST(0, 1, 4, 5, 8, 9, 12, 13),                               \
            CV_LIST(2, 3, 6, 7, 10, 11, 14, 15))                                             \
  CV_HALVES(T, 8, cv_u64v, CV_LIST(CV_COUNT_8(0, 2)), CV_LIST(CV_COUNT_8(1, 2)))             \
  CV_HALVES(T, 4, cv_u32v, CV_LIST(CV_COUNT_16(0, 2)), CV_LIST(CV_COUNT_16(1, 2)))           \
  CV_HALVES(T, 2, cv_u16v, CV_LIST(CV_COUNT_32(0, 2)), CV_LIST(CV_COUNT_32(1, 2)))           \
  CV_HALVES(T, 1, cv_u8v, CV_LIST(CV_COUNT_64(0, 2)), CV_LIST(CV_COUNT_64(1, 2)))
CV_FAMILY_RI(CV_ALL_HALVES, )

#define CV_HALVES_OF_PARTS(K)                                                                \
  CV_OVERLOAD cv_bv v_low_##K(cv_bv x, cv_bv y) { return (cv_bv){v_low_##K(x.v, y.v)}; }     \
  CV_OVERLOAD cv_bv v_high_##K(cv_bv x, cv_bv y) { return (cv_bv){v_high_##K(x.v, y.v)}; }   \
  CV_OVERLOAD cv_c64v v_low_##K(cv_c64v x, cv_c64v y) {                                      \
    return (cv_c64v){v_low_##K(x.re, y.re), v_low_##K(x.im, y.im)};                          \
  }                                                                                          \
  CV_OVERLOAD cv_c64v v_high_##K(cv_c64v x, cv_c64v y) {                                     \
    return (cv_c64v){v_high_##K(x.re, y.re), v_high_##K(x.im, y.im)};                        \
  }                                                                                          \
  CV_OVERLOAD cv_c128v v_low_##K(cv_c128v x, cv_c128v y) {                                   \
    return (cv_c128v){v_low_##K(x.re, y.re), v_low_##K(x.im, y.im)};                         \
  }                                                                                          \
  CV_OVERLOAD cv_c128v v_high_##K(cv_c128v x, cv_c128v y) {                                  \
    return (cv_c128v){v_high_##K(x.re, y.re), v_high_##K(x.im, y.im)};                       \
  }
CV_HALVES_OF_PARTS(32) CV_HALVES_OF_PARTS(16) CV_HALVES_OF_PARTS(8)
CV_HALVES_OF_PARTS(4) CV_HALVES_OF_PARTS(2) CV_HALVES_OF_PARTS(1)

#endif
