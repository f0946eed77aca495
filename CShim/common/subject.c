#include "subject.h"

#include <glib/gi18n.h>
#include <string.h>

#include "error.h"
#include "settings.h"
#include "snapshot.h"

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

/* Whose pixels the content is read from. */
static ApiLayer content_snapshot(const Subject *subject) {
  return subject->content_layer == subject->layer ? subject->layer_snapshot : subject->content_snapshot;
}

/* Leaves what was read from. */
static void let_go(Subject *subject) {
  g_clear_pointer(&subject->reader, pixel_reader_free);
  snapshot_clear(subject->image, &subject->layer_snapshot);
  snapshot_clear(subject->image, &subject->content_snapshot);
}

Subject *subject_new(ApiImage image, ApiItem layer, gboolean go_on, GError **error) {
  if (!subject_possible(image, layer, error)) return NULL;

  g_autoptr(Subject) subject = g_new0(Subject, 1);
  subject->image = image;
  subject->layer = subject->content_layer = layer;
  subject->layer_snapshot = subject->content_snapshot = API_NONE;
  subject->layer_stand = stand_of(layer);
  subject->layer_snapshot = snapshot_of_layer(image, layer);
  if (subject->layer_snapshot == API_NONE) {
    refuse(error, _("The layer that was to be painted is gone."));
    return NULL;
  }
  subject->region = region_new(image, layer, subject->layer_snapshot, error);
  if (subject->region == NULL) return NULL;
  subject->content_area = subject->region->area;
  if (go_on && !find_photograph(subject, error)) return NULL;

  subject->content_stand = stand_of(subject->content_layer);
  if (go_on) subject->content_snapshot = snapshot_of_layer(image, subject->content_layer);

  const GeglRectangle *area = &subject->content_area;
  gboolean own_alpha = gimp_drawable_has_alpha(content_snapshot(subject));
  subject->colour = colour_new(image);
  subject->content = pixels_new(area->width, area->height, own_alpha || subject->region->mask != NULL, error);
  if (subject->content == NULL) return NULL;
  if (own_alpha) {
    subject->own_alpha = pixels_plane_new(area->width, area->height, error);
    if (subject->own_alpha == NULL) return NULL;
  }
  if (go_on) {
    subject->initial = pixels_new(area->width, area->height, FALSE, error);
    if (subject->initial == NULL) return NULL;
  }
  return g_steal_pointer(&subject);
}

void subject_free(Subject *subject) {
  if (subject == NULL) return;
  region_free(subject->region);
  let_go(subject);
  colour_free(subject->colour);
  pixels_free(subject->content);
  pixels_free(subject->initial);
  g_free(subject->own_alpha);
  g_free(subject);
}

gboolean subject_unchanged(const Subject *subject, GError **error) {
  if (!api_attached(subject->layer, subject->image) || !api_attached(subject->content_layer, subject->image)) {
    g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION, _("The layer that was to be painted is gone."));
    return FALSE;
  }
  if (stands(subject->layer, &subject->layer_stand) && stands(subject->content_layer, &subject->content_stand) &&
      colour_holds(subject->colour, subject->image)) {
    return TRUE;
  }
  g_set_error(error, SHIM_ERROR, SHIM_ERROR_EXECUTION,
              _("The image was changed before the painting began. Paint again."));
  return FALSE;
}

/* Begins to read the pixels of a layer. */
static void begin(Subject *subject, ApiLayer layer, const GeglRectangle *area, Pixels *pixels) {
  subject->reader = pixel_reader_new(subject->colour, gimp_drawable_get_buffer(layer), area, pixels);
}

/* A strip of the content is there: sets apart its own alpha from the alpha that the engine sees. */
static gboolean mask_step(Subject *subject) {
  gsize first;
  GeglRectangle strip = strips_next(&subject->masking, &first);
  gsize end = first + (gsize) strip.width * strip.height;
  float *alpha = subject->content->alpha, *own = subject->own_alpha;
  const float *mask = subject->region->mask;

  for (gsize i = first; own != NULL && i < end; i++) own[i] = alpha[i];
  for (gsize i = first; mask != NULL && i < end; i++) alpha[i] *= mask[i];
  return strips_left(&subject->masking);
}

/* Reads some more. */
static gboolean read_step(Subject *subject, GError **error) {
  switch (subject->reading) {
    case READ_REGION:
      if (region_read_step(subject->region)) return TRUE;
      if (!region_check(subject->region, error)) return FALSE;
      begin(subject, content_snapshot(subject), &subject->content_area, subject->content);
      subject->reading = READ_CONTENT;
      return TRUE;
    case READ_CONTENT:
      if (pixel_reader_step(subject->reader)) return TRUE;
      g_clear_pointer(&subject->reader, pixel_reader_free);
      subject->masking.area = subject->region->area;
      subject->reading = MASK_CONTENT;
      return TRUE;
    case MASK_CONTENT:
      if (mask_step(subject)) return TRUE;
      pixels_forget_opaque_alpha(subject->content);
      subject->reading = subject->initial != NULL ? READ_INITIAL : READ_ALL;
      if (subject->initial != NULL) begin(subject, subject->layer_snapshot, &subject->region->area, subject->initial);
      return subject->initial != NULL;
    case READ_INITIAL:
      if (pixel_reader_step(subject->reader)) return TRUE;
      g_clear_pointer(&subject->reader, pixel_reader_free);
      subject->reading = READ_ALL;
      return FALSE;
    case READ_ALL:
      return FALSE;
  }
  return FALSE;
}

gboolean subject_read_step(Subject *subject, GError **error) {
  gboolean more = read_step(subject, error);
  if (!more) let_go(subject);
  return more;
}

gboolean subject_follow_profile(Subject *subject) {
  if (colour_holds(subject->colour, subject->image)) return FALSE;
  colour_free(subject->colour);
  subject->colour = colour_new(subject->image);
  return TRUE;
}

void subject_forget_seen(Subject *subject) {
  Pixels *content = subject->content;
  gsize unseen = 0;
  for (gsize i = 0; content->alpha != NULL && i < (gsize) content->width * content->height; i++) {
    if (content->alpha[i] <= 0) memmove(content->rgb + 3 * unseen++, content->rgb + 3 * i, 3 * sizeof(float));
  }
  content->rgb = g_realloc_n(content->rgb, unseen, 3 * sizeof(float));
  if (unseen == 0) g_clear_pointer(&content->alpha, g_free);
  g_clear_pointer(&subject->initial, pixels_free);
}

void subject_leave_unseen(const Subject *subject, float *rgb) {
  const Pixels *content = subject->content;
  const float *unseen = content->rgb;
  if (content->alpha == NULL) return;
  for (gsize i = 0; i < (gsize) content->width * content->height; i++) {
    if (content->alpha[i] > 0) continue;
    memcpy(rgb + 3 * i, unseen, 3 * sizeof(float));
    unseen += 3;
  }
}
