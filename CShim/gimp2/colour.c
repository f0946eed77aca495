#include "colour.h"

#include <math.h>
#include <string.h>

/* GIMP 2.10's pixel formats know nothing of profiles: what a layer's numbers mean is said by the image's profile alone,
 * in the image's own gamma. So a layer is read in exactly the form it is kept in, and lcms does the rest; only where
 * the profile is sRGB itself, in either gamma, babl's own conversion is right, and there are no transforms. */
struct Colour {
  const Babl *kept;          /* as the layers hold their colours, float, without alpha */
  const Babl *kept_alpha;    /* the same with alpha */
  int components;            /* of `kept` */
  GimpColorProfile *profile; /* NULL where there is none that can be used */
  GimpColorTransform *to_srgb, *from_srgb;
};

static const Babl *srgb_format(void) {
  return babl_format("R'G'B' float");
}

static const Babl *srgb_alpha_format(void) {
  return babl_format("R'G'B'A float");
}

static guint32 big32(const guint8 *bytes) {
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* A tag of a profile: whether it is a curve that babl can be trusted with, if it is to be one. */
static gboolean sound_tag(const guint8 *icc, gsize size, const guint8 *tag) {
  guint64 start = big32(tag + 4), length = big32(tag + 8);
  if (memcmp(tag + 1, "TRC", 3) != 0) return TRUE;
  if (length < 12 || start + length > size) return FALSE;
  if (memcmp(icc + start, "para", 4) == 0) return TRUE;
  return memcmp(icc + start, "curv", 4) == 0 && 12 + 2 * (guint64) big32(icc + start + 8) <= length;
}

/* Whether a profile's curves are as long as they say. babl, which libgimp asks first, takes their word for it: of a profile
 * made for that purpose it asks all the memory there is, and gives up by way of a shell and a file in /tmp. */
static gboolean sound(GimpColorProfile *profile) {
  gsize size = 0;
  const guint8 *icc = gimp_color_profile_get_icc_profile(profile, &size);
  if (icc == NULL || size < 132) return FALSE;
  guint64 count = big32(icc + 128);
  gboolean right = 132 + 12 * count <= size;
  for (guint64 i = 0; right && i < count; i++) right = sound_tag(icc, size, icc + 132 + 12 * i);
  return right;
}

/* What the numbers of the image's layers mean, or NULL if nothing says so. */
static GimpColorProfile *profile_of(ApiImage image) {
  GimpColorProfile *profile = gimp_image_get_effective_color_profile(image);
  if (profile != NULL && !sound(profile)) g_clear_object(&profile);
  return profile;
}

Colour *colour_new(ApiImage image) {
  Colour *colour = g_new0(Colour, 1);
  gboolean gray = api_base_type(image) == GIMP_GRAY;
  /* The precisions are numbered in hundreds, the linear ones at the hundred, the perceptual ones at fifty. */
  gboolean linear = gimp_image_get_precision(image) % 100 == 0;

  colour->components = gray ? 1 : 3;
  colour->kept = babl_format(gray ? (linear ? "Y float" : "Y' float") : (linear ? "RGB float" : "R'G'B' float"));
  colour->kept_alpha = babl_format(gray ? (linear ? "YA float" : "Y'A float")
                                        : (linear ? "RGBA float" : "R'G'B'A float"));

  GimpColorProfile *profile = colour->profile = profile_of(image);
  if (profile == NULL) return colour;
  GimpColorProfile *srgb = gimp_color_profile_new_rgb_srgb();
  colour->to_srgb = gimp_color_transform_new(profile, colour->kept, srgb, srgb_format(),
                                             GIMP_COLOR_RENDERING_INTENT_RELATIVE_COLORIMETRIC,
                                             GIMP_COLOR_TRANSFORM_FLAGS_BLACK_POINT_COMPENSATION);
  colour->from_srgb = gimp_color_transform_new(srgb, srgb_format(), profile, colour->kept,
                                               GIMP_COLOR_RENDERING_INTENT_RELATIVE_COLORIMETRIC,
                                               GIMP_COLOR_TRANSFORM_FLAGS_BLACK_POINT_COMPENSATION);
  g_object_unref(srgb);
  return colour;
}

gboolean colour_holds(const Colour *colour, ApiImage image) {
  GimpColorProfile *profile = profile_of(image);
  gboolean holds = profile != NULL && colour->profile != NULL ? gimp_color_profile_is_equal(profile, colour->profile)
                                                              : profile == colour->profile;
  g_clear_object(&profile);
  return holds;
}

void colour_free(Colour *colour) {
  if (colour == NULL) return;
  g_clear_object(&colour->profile);
  g_clear_object(&colour->to_srgb);
  g_clear_object(&colour->from_srgb);
  g_free(colour);
}

/* A float that may be anything, as one in [0, 1]. */
static float tamed(float value) {
  return isfinite(value) ? CLAMP(value, 0.0f, 1.0f) : 0.0f;
}

/* Parts pixels as a buffer gives them into colours and alpha (NULL: not wanted). */
static void part(const float *pixels, int components, float *colours, float *alpha, gsize count) {
  for (gsize i = 0; i < count; i++) {
    const float *pixel = pixels + i * (components + 1);
    for (int c = 0; c < components; c++) colours[i * components + c] = pixel[c];
    if (alpha != NULL) alpha[i] = tamed(pixel[components]);
  }
}

/* Puts them together again (alpha NULL: opaque). */
static void join(float *pixels, int components, const float *colours, const float *alpha, gsize count) {
  for (gsize i = 0; i < count; i++) {
    float *pixel = pixels + i * (components + 1);
    for (int c = 0; c < components; c++) pixel[c] = colours[i * components + c];
    pixel[components] = alpha != NULL ? alpha[i] : 1.0f;
  }
}

/* Leaves all to babl. */
static void read_managed(GeglBuffer *buffer, const GeglRectangle *area, float *rgb, float *alpha) {
  gsize count = (gsize) area->width * area->height;
  g_autofree float *pixels = g_new(float, 4 * count);

  gegl_buffer_get(buffer, area, 1.0, srgb_alpha_format(), pixels, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  part(pixels, 3, rgb, alpha, count);
  for (gsize i = 0; i < 3 * count; i++) rgb[i] = tamed(rgb[i]);
}

void colour_read(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, float *rgb, float *alpha) {
  if (colour == NULL || colour->to_srgb == NULL) {
    read_managed(buffer, area, rgb, alpha);
    return;
  }
  gsize count = (gsize) area->width * area->height;
  g_autofree float *pixels = g_new(float, 4 * count);
  g_autofree float *kept = g_new(float, count * colour->components);

  gegl_buffer_get(buffer, area, 1.0, colour->kept_alpha, pixels, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  part(pixels, colour->components, kept, alpha, count);
  gimp_color_transform_process_pixels(colour->to_srgb, colour->kept, kept, srgb_format(), rgb, count);
  for (gsize i = 0; i < 3 * count; i++) rgb[i] = tamed(rgb[i]);
}

void colour_write(const Colour *colour, GeglBuffer *buffer, const GeglRectangle *area, const float *rgb,
                  const float *alpha) {
  gsize count = (gsize) area->width * area->height;
  g_autofree float *pixels = g_new(float, 4 * count);

  if (colour->from_srgb != NULL) {
    g_autofree float *kept = g_new(float, count * colour->components);
    gimp_color_transform_process_pixels(colour->from_srgb, srgb_format(), rgb, colour->kept, kept, count);
    join(pixels, colour->components, kept, alpha, count);
    gegl_buffer_set(buffer, area, 0, colour->kept_alpha, pixels, GEGL_AUTO_ROWSTRIDE);
  } else {
    join(pixels, 3, rgb, alpha, count);
    gegl_buffer_set(buffer, area, 0, srgb_alpha_format(), pixels, GEGL_AUTO_ROWSTRIDE);
  }
}
