/* Direct convolution, as the definition reads, with sums in double: the oracle of every fast kernel. */
#include "CKernels.h"

#include <stdlib.h>

/* The index that padding puts in place of i, or -1 where it puts a zero. */
static ptrdiff_t source(ptrdiff_t i, size_t size, ck_padding padding) {
  if (i >= 0 && i < (ptrdiff_t)size) return i;
  if (padding == CK_ZERO) return -1;
  return i < 0 ? 0 : (ptrdiff_t)size - 1;
}

/* The weights of one tap from input k to the outputs from n, as many as lie side by side. */
static const float *weights_from(const float *weights, size_t inputs, size_t k, int tap, size_t n) {
  return weights + ((n / CK_PANEL * inputs + k) * 9 + (size_t)tap) * CK_PANEL;
}

void ck_direct_convolution(const float *x, size_t height, size_t width, size_t inputs, const float *weights,
                           const float *bias, size_t outputs, ck_padding padding, float *y) {
  double *sum = malloc(outputs * sizeof *sum);
  if (!sum) abort();
  for (size_t i = 0; i < height; i++) {
    for (size_t j = 0; j < width; j++) {
      for (size_t n = 0; n < outputs; n++) sum[n] = bias ? bias[n] : 0;
      for (int tap = 0; tap < 9; tap++) {
        ptrdiff_t r = source((ptrdiff_t)i + tap / 3 - 1, height, padding);
        ptrdiff_t c = source((ptrdiff_t)j + tap % 3 - 1, width, padding);
        if (r < 0 || c < 0) continue;
        for (size_t k = 0; k < inputs; k++) {
          double value = x[((size_t)r * width + (size_t)c) * inputs + k];
          for (size_t n = 0; n < outputs; n += CK_PANEL) {
            const float *w = weights_from(weights, inputs, k, tap, n);
            for (size_t c = 0; c < CK_PANEL; c++) sum[n + c] += value * w[c];
          }
        }
      }
      for (size_t n = 0; n < outputs; n++) y[(i * width + j) * outputs + n] = (float)sum[n];
    }
  }
  free(sum);
}

void ck_direct_convolution_gradient(const float *dy, size_t height, size_t width, size_t outputs, const float *weights,
                                    size_t inputs, ck_padding padding, float *dx) {
  size_t count = height * width * inputs;
  double *sum = calloc(count ? count : 1, sizeof *sum);
  if (!sum) abort();
  for (size_t i = 0; i < height; i++) {
    for (size_t j = 0; j < width; j++) {
      const float *g = dy + (i * width + j) * outputs;
      for (int tap = 0; tap < 9; tap++) {
        ptrdiff_t r = source((ptrdiff_t)i + tap / 3 - 1, height, padding);
        ptrdiff_t c = source((ptrdiff_t)j + tap % 3 - 1, width, padding);
        if (r < 0 || c < 0) continue;
        double *to = sum + ((size_t)r * width + (size_t)c) * inputs;
        for (size_t k = 0; k < inputs; k++) {
          double dot = 0;
          for (size_t n = 0; n < outputs; n += CK_PANEL) {
            const float *w = weights_from(weights, inputs, k, tap, n);
            for (size_t c = 0; c < CK_PANEL; c++) dot += (double)g[n + c] * w[c];
          }
          to[k] += dot;
        }
      }
    }
  }
  for (size_t i = 0; i < count; i++) dx[i] = (float)sum[i];
  free(sum);
}
