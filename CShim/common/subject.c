#include "subject.h"

#include <glib/gi18n.h>
#include <string.h>

#include "error.h"
#include "settings.h"

static gboolean refuse(GError **error, const char *sentence) {
  g_set_error_literal(error, SHIM_ERROR, SHIM_ERROR_CALLING, sentence);
  return FALSE;
}

gboolean subject_possible(ApiImage image, ApiItem layer, GError **error) {
  if (!gimp_item_is_valid(layer)) return refuse(error, _("The layer that was to be painted is gone."));
  if (!api_is_layer(layer)) {
    return refuse(error, _("Impasto paints layers, not masks or channels: click on the layer itself in the Layers "
                           "dialog first."));
  }
  if (gimp_item_get_image(layer) != image) return refuse(error, _("The layer does not belong to the image."));
  if (api_base_type(image) == GIMP_INDEXED) {
    return refuse(error, _("The image has indexed colours, too few to paint with: choose Image > Mode > RGB first."));
  }
  if (gimp_image_get_floating_sel(image) != API_NONE) {
    return refuse(error, _("The image has a floating selection: anchor it (Layer > Anchor Layer), or make it a layer "
                           "(Layer > To New Layer), first."));
  }
  return TRUE;
}

static gboolean inside(const GeglRectangle *area, ApiLayer layer) {
  gint width, height;
  api_size(layer, &width, &height);
  return area->x >= 0 && area->y >= 0 && area->x + area->width <= width && area->y + area->height <= height;
}

/* Finds the photograph that the layer was painted from, and where the region lies in it. */
static gboolean find_photograph(Subject *subject, GError **error) {
  ApiLayer photograph = settings_photograph(subject->layer);
  if (photograph == API_NONE || photograph == subject->layer) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("This painting cannot be continued: the layer it was made from is no longer in the image."));
    return FALSE;
  }
  gint x, y, photograph_x, photograph_y;
  api_offsets(subject->layer, &x, &y);
  api_offsets(photograph, &photograph_x, &photograph_y);
  subject->content_area.x += x - photograph_x;
  subject->content_area.y += y - photograph_y;
  if (!inside(&subject->content_area, photograph)) {
    g_autofree char *name = gimp_item_get_name(photograph);
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
                _("This painting cannot be continued: it no longer lies upon the layer “%s” that it was made from."),
                name);
    return FALSE;
  }
  subject->content_layer = photograph;
  return TRUE;
}

Subject *subject_new(ApiImage image, ApiItem layer, gboolean go_on, GError **error) {
  if (!subject_possible(image, layer, error)) return NULL;

  g_autoptr(Subject) subject = g_new0(Subject, 1);
  subject->image = image;
  subject->layer = subject->content_layer = layer;
  subject->region = region_new(image, layer, error);
  if (subject->region == NULL) return NULL;
  subject->content_area = subject->region->area;
  if (go_on && !find_photograph(subject, error)) return NULL;

  const GeglRectangle *area = &subject->content_area;
  gboolean alpha = gimp_drawable_has_alpha(subject->content_layer) || subject->region->mask != NULL;
  subject->colour = colour_new(image);
  subject->content = pixels_new(area->width, area->height, alpha, error);
  if (subject->content == NULL) return NULL;
  if (go_on) {
    subject->initial = pixels_new(area->width, area->height, FALSE, error);
    if (subject->initial == NULL) return NULL;
  }
  return g_steal_pointer(&subject);
}

void subject_free(Subject *subject) {
  if (subject == NULL) return;
  pixel_reader_free(subject->reader);
  region_free(subject->region);
  colour_free(subject->colour);
  pixels_free(subject->content);
  pixels_free(subject->initial);
  g_free(subject->own_alpha);
  g_free(subject);
}

/* All of the content is there: sets apart its own alpha from the alpha that the engine sees. */
static void mask_content(Subject *subject) {
  Pixels *content = subject->content;
  const float *mask = subject->region->mask;
  gsize count = (gsize) content->width * content->height;

  if (gimp_drawable_has_alpha(subject->content_layer)) {
    subject->own_alpha = g_memdup2(content->alpha, count * sizeof(float));
  }
  for (gsize i = 0; mask != NULL && i < count; i++) content->alpha[i] *= mask[i];
  pixels_forget_opaque_alpha(content);
}

gboolean subject_read_step(Subject *subject) {
  if (subject->reading == READ_ALL) return FALSE;
  gboolean content = subject->reading == READ_CONTENT;

  if (subject->reader == NULL) {
    subject->reader = content ? pixel_reader_new(subject->colour, subject->content_layer, &subject->content_area,
                                                 subject->content)
                              : pixel_reader_new(subject->colour, subject->layer, &subject->region->area,
                                                 subject->initial);
  }
  if (pixel_reader_step(subject->reader)) return TRUE;
  g_clear_pointer(&subject->reader, pixel_reader_free);
  if (content) mask_content(subject);
  subject->reading = content && subject->initial != NULL ? READ_INITIAL : READ_ALL;
  return subject->reading != READ_ALL;
}

void subject_leave_unseen(const Subject *subject, float *rgb) {
  const Pixels *content = subject->content;
  if (content->alpha == NULL) return;
  for (gsize i = 0; i < (gsize) content->width * content->height; i++) {
    if (content->alpha[i] <= 0) memcpy(rgb + 3 * i, content->rgb + 3 * i, 3 * sizeof(float));
  }
}
