/* Which kernels this processor gets: the one place that asks it what it can do. */
#define _GNU_SOURCE
#include "sets.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

const ck_kernels *ck_reference(void) { return &reference_kernels; }

const ck_kernels *ck_named(const char *name) {
#if defined(__x86_64__)
  if (!strcmp(name, "avx512"))
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
               ? &avx512_kernels
               : NULL;
  if (!strcmp(name, "avx2"))
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")
               ? &avx2_kernels
               : NULL;
#endif
  return strcmp(name, "reference") ? NULL : &reference_kernels;
}

const ck_kernels *ck_select(void) {
  const char *wanted = getenv("IMPASTO_CPU");
  if (wanted && *wanted) {
    const ck_kernels *set = ck_named(wanted);
    if (set) return set;
  }
  static const char *const best_first[] = {"avx512", "avx2"};
  for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++) {
    const ck_kernels *set = ck_named(best_first[i]);
    if (set) return set;
  }
  return &reference_kernels;
}

int ck_processors(void) {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}
