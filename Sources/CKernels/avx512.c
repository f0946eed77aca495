/* The kernels with AVX-512: 16 lanes, 32 registers, mask registers that hold the signs as they are stored. */
#include "sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2"))), \
                             apply_to = function)
#pragma clang fp contract(fast)

#define VL 16
#define ROWS 12
#define VECTORS 2
#define NAME "avx512"
#define SET(f) avx512_##f

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));

static inline vec keep(vec v, unsigned bits) { return (vec)_mm512_maskz_mov_ps((__mmask16)bits, (__m512)v); }
static inline vec larger(vec a, vec b) { return (vec)_mm512_max_ps((__m512)a, (__m512)b); }
static inline unsigned above(vec a, vec b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ); }

#include "transpose.inc"
#include "kernels.inc"

#pragma clang attribute pop
#endif
