/* The kernels with AVX2 and FMA: 8 lanes, 16 registers. */
#include "sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#pragma clang fp contract(fast)

#define VL 8
#define ROWS 6
#define VECTORS 2
#define NAME "avx2"
#define SET(f) avx2_##f

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));

static inline vec keep(vec v, unsigned bits) {
  const __m256i lane = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  __m256i set = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int)bits), lane), lane);
  return (vec)_mm256_and_ps((__m256)v, _mm256_castsi256_ps(set));
}
static inline vec larger(vec a, vec b) { return (vec)_mm256_max_ps((__m256)a, (__m256)b); }
static inline unsigned above(vec a, vec b) {
  return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_GT_OQ));
}

#include "transpose.inc"
#include "kernels.inc"

#pragma clang attribute pop
#endif
