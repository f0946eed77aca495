/* The hot loops of the network, compiled for several instruction sets and chosen at run time.
 *
 * Pictures and feature maps are row-major [height][width][channels] ("NHWC"): everything is contiguous over channels,
 * so every loop here is vectorized over channels. Channels come in multiples of CK_CHANNELS except at the pixels. No
 * function allocates, and none but ck_select keeps state; sizes are the caller's promise.
 */
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Channels of a feature map come in multiples of this. */
#define CK_CHANNELS 32
/* Winograd F(4x4, 3x3): a tile of 4x4 outputs comes from a patch of 6x6 inputs, through 36 products. */
#define CK_TILE 4
#define CK_PATCH 6
#define CK_POINTS 36
/* Columns of one packed panel of weights. */
#define CK_PANEL 32

/* How a value outside the feature map is taken. */
typedef enum { CK_ZERO, CK_REPLICATE } ck_padding;

/* The functions of one instruction set. */
typedef struct ck_kernels {
  const char *name;

  /* c[rows][CK_PANEL] (stride ldc) = (accumulate ? c : 0) + a b, with a[i][k] at a + i * a_row + k * a_column and the
   * row b[k] of CK_PANEL floats at b + k * ldb. `next` is where the following product's b lies, [depth][CK_PANEL], to
   * be fetched meanwhile; NULL: nowhere. */
  void (*multiply)(size_t rows, size_t depth, const float *a, size_t a_row, size_t a_column, const float *b, size_t ldb,
                   float *c, size_t ldc, bool accumulate, const float *next);

  /* B^T d B (Lavin and Gray, section 4.3): patch[6][6][channels] with the strides given, to v[point][channels], the
   * points `point_stride` apart. */
  void (*input_transform)(const float *patch, size_t row_stride, size_t column_stride, size_t channels, float *v,
                          size_t point_stride);

  /* G g G^T of `depth` x CK_PANEL kernels, to u[point][depth][CK_PANEL], the points `point_stride` apart. weights are
   * [outputs / CK_PANEL][inputs][tap][CK_PANEL]; forward, depth runs over the inputs from k and the panel over the
   * outputs from n. */
  void (*weights_forward)(const float *weights, size_t inputs, size_t k, size_t depth, size_t n, float *u,
                          size_t point_stride);
  /* The same for the adjoint: the kernels turned by 180 degrees, depth (a multiple of CK_PANEL) runs over the outputs
   * from n and the panel over the inputs from k. */
  void (*weights_backward)(const float *weights, size_t inputs, size_t n, size_t depth, size_t k, float *u,
                           size_t point_stride);

  /* A^T m A for one tile and CK_PANEL channels: m[point][CK_PANEL], points `point_stride` apart, then bias and ReLU:
   * y[rows][columns][channels] with the strides given. The sign of each output goes to `signs` (one bit a channel, as
   * y's strides over 8); NULL: not wanted. */
  void (*output_relu)(const float *m, size_t point_stride, const float *bias, size_t rows, size_t columns, float *y,
                      uint8_t *signs, size_t row_stride, size_t column_stride);
  /* The same, with 2x2 max pooling of stride 2 behind the ReLU; rows and columns count the pooled ones (1 or 2). At
   * `winners`, with the strides of y over 8 times 3: three planes of channel bits, `plane` bytes apart: is the winner
   * above 0, and which of the four it is (low bit: column, high bit: row). */
  void (*output_relu_max)(const float *m, size_t point_stride, const float *bias, size_t rows, size_t columns, float *y,
                          uint8_t *winners, size_t plane, size_t row_stride, size_t column_stride);
  /* The same, with 2x2 average pooling. `signs` is of the unpooled feature map, 2 rows x 2 columns a pooled value,
   * `signs_row` bytes a row and `signs_column` a column. */
  void (*output_relu_average)(const float *m, size_t point_stride, const float *bias, size_t rows, size_t columns,
                              float *y, uint8_t *signs, size_t signs_row, size_t signs_column, size_t row_stride,
                              size_t column_stride);
  /* A^T m A for one tile of a gradient: y = (accumulate ? y : 0) + A^T m A where `signs` is set (NULL: everywhere),
   * else 0. */
  void (*output_gradient)(const float *m, size_t point_stride, size_t rows, size_t columns, float *y,
                          const uint8_t *signs, size_t row_stride, size_t column_stride, bool accumulate);

  /* y = max(y + bias, 0) for `count` positions of `channels`, with the signs. */
  void (*bias_relu)(float *y, const float *bias, size_t count, size_t channels, uint8_t *signs);
  /* y where the sign is set, else 0; `count` values, a multiple of CK_CHANNELS. */
  void (*keep_signed)(float *y, const uint8_t *signs, size_t count);

  /* The gradient of max pooling for one unpooled position: g where the winner is `which` and above 0, else 0. */
  void (*unpool_max)(const float *g, const uint8_t *winners, size_t plane, unsigned which, size_t channels, float *y);
  /* The gradient of average pooling for one unpooled position: g / 4 where the sign is set, else 0. */
  void (*unpool_average)(const float *g, const uint8_t *signs, size_t channels, float *y);
  /* 2x2 max pooling of one position: values at the four corners, the winner as in output_relu_max. */
  void (*pool_max)(const float *corner, size_t row_stride, size_t column_stride, size_t channels, float *y,
                   uint8_t *winners, size_t plane);
  void (*pool_average)(const float *corner, size_t row_stride, size_t column_stride, size_t channels, float *y);
} ck_kernels;

/* The best kernels for this processor, or those that the environment variable IMPASTO_CPU names (reference, avx2,
 * avx512) if the processor has them. Chosen at the first call. */
const ck_kernels *ck_select(void);
/* The kernels of that name; NULL where there is no such set, or the processor lacks it. */
const ck_kernels *ck_named(const char *name);
/* The kernels that need no particular processor: what every other set is held against. */
const ck_kernels *ck_reference(void);

/* How many processors this process may run on. */
int ck_processors(void);

/* Fetches `count` floats towards the second-level cache, for use some microseconds later. */
static inline void ck_prefetch(const float *values, size_t count) {
  for (size_t i = 0; i < count; i += 16) __builtin_prefetch(values + i, 0, 2);
}

/* Tells the processor that a loop only waits. */
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* MARK: the slow reference: direct convolution with sums in double precision. */

/* y[height][width][outputs] = x * weights + bias, 3x3, same size; weights are
 * [outputs / CK_PANEL][inputs][tap][CK_PANEL]; bias may be NULL. */
void ck_direct_convolution(const float *x, size_t height, size_t width, size_t inputs, const float *weights,
                           const float *bias, size_t outputs, ck_padding padding, float *y);
/* dx[height][width][inputs], the gradient of a loss by x, given dy[height][width][outputs], its gradient by y. */
void ck_direct_convolution_gradient(const float *dy, size_t height, size_t width, size_t outputs, const float *weights,
                                    size_t inputs, ck_padding padding, float *dx);

#endif
