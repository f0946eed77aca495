/* What common/ has to know about the GIMP it is compiled for. Here it is GIMP 2.10, where images, layers and other
 * items are numbers; for a GIMP in which they are objects, a header of this name beside its dialog says so instead. */
#ifndef IMPASTO_SHIM_GIMP_API_H
#define IMPASTO_SHIM_GIMP_API_H

#include <libgimp/gimp.h>

typedef gint32 ApiImage;
typedef gint32 ApiLayer;
typedef gint32 ApiItem;

#define API_NONE (-1)

/* The number by which an item is known to all in one session of GIMP; and the item of a number, if there is one. */
static inline gint api_number(ApiItem item) {
  return item;
}

static inline ApiItem api_item(gint number) {
  return number;
}

static inline gboolean api_is_layer(ApiItem item) {
  return gimp_item_is_valid(item) && gimp_item_is_layer(item);
}

/* Whether the item is in the image; what has been deleted may live on in the history. The position of what is not there
 * is 0, too: only the call's status tells. */
static inline gboolean api_attached(ApiItem item, ApiImage image) {
  if (!gimp_image_is_valid(image) || !gimp_item_is_valid(item) || gimp_item_get_image(item) != image) return FALSE;
  gimp_image_get_item_position(image, item);
  return gimp_get_pdb_status() == GIMP_PDB_SUCCESS;
}

/* The outermost group around the item whose content is locked, and with it that of all in it; or API_NONE. */
static inline ApiItem api_outermost_locked_group(ApiItem item) {
  ApiItem locked = API_NONE;
  for (ApiItem group = gimp_item_get_parent(item); group != API_NONE; group = gimp_item_get_parent(group)) {
    if (gimp_item_get_lock_content(group)) locked = group;
  }
  return locked;
}

static inline void api_size(ApiItem item, gint *width, gint *height) {
  *width = gimp_drawable_width(item);
  *height = gimp_drawable_height(item);
}

static inline void api_offsets(ApiItem item, gint *x, gint *y) {
  gimp_drawable_offsets(item, x, y);
}

static inline GimpImageBaseType api_base_type(ApiImage image) {
  return gimp_image_base_type(image);
}

static inline ApiLayer api_active_layer(ApiImage image) {
  return gimp_image_get_active_layer(image);
}

static inline void api_set_active_layer(ApiImage image, ApiLayer layer) {
  gimp_image_set_active_layer(image, layer);
}

/* Why the last call of GIMP failed. */
static inline const char *api_last_error(void) {
  return gimp_get_pdb_error();
}

/* The text kept on an item under a name, to be freed, or NULL. */
static inline char *api_text_on_item(ApiItem item, const char *name) {
  GimpParasite *parasite = gimp_item_get_parasite(item, name);
  if (parasite == NULL) return NULL;
  char *text = g_strndup(gimp_parasite_data(parasite), gimp_parasite_data_size(parasite));
  gimp_parasite_free(parasite);
  return text;
}

/* The image in a file, or API_NONE; a dialog stays alive meanwhile. */
ApiImage api_load_file(const char *path);

#endif
