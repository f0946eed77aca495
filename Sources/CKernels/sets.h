#ifndef CKERNELS_SETS_H
#define CKERNELS_SETS_H

#include "CKernels.h"

extern const ck_kernels reference_kernels;
#if defined(__x86_64__)
extern const ck_kernels avx2_kernels;
extern const ck_kernels avx512_kernels;
#endif

#endif
