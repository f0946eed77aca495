/* The kernels for any processor, by the vectors its compiler knows anyway: what every other set is held against. */
#include "sets.h"

#pragma clang fp contract(fast)
#pragma clang diagnostic ignored "-Wpsabi"  /* no vector leaves this file */

#define VL 8
#define ROWS 4
#define VECTORS 1
#define NAME "reference"
#define SET(f) reference_##f

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
typedef int lanes __attribute__((vector_size(32), aligned(4), may_alias));

static inline vec keep(vec v, unsigned bits) {
  const lanes lane = {1, 2, 4, 8, 16, 32, 64, 128};
  lanes set = (((lanes){0} + (int)bits) & lane) != 0;
  return (vec)((lanes)v & set);
}
static inline vec larger(vec a, vec b) {
  lanes first = a > b;
  return (vec)(((lanes)a & first) | ((lanes)b & ~first));
}
static inline unsigned above(vec a, vec b) {
  unsigned bits = 0;
  for (int i = 0; i < VL; i++) bits |= (unsigned)(a[i] > b[i]) << i;
  return bits;
}

#include "transpose.inc"
#include "kernels.inc"
