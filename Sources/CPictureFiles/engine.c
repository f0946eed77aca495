#include "engine.h"

#include <pthread.h>
#include <sys/mman.h>

static char *complaint;

/* Babl takes those of its conversions that it found to be fast, this time or, by what it remembers, another time. They
 * differ in the last digits, and the same picture would be painted in other ways: so it is to take the exact ones, and to
 * look for no memory, which it would do in /tmp too. */
static void
start_babl (void)
{
  g_setenv ("BABL_TOLERANCE", "0", TRUE);
  g_setenv ("BABL_INHIBIT_CACHE", "1", TRUE);
  babl_init ();
}

/* What babl asks for when it starts, rounded up. */
static const size_t room = (size_t) 600 << 20;
const char engine_no_room[] = "reading and writing pictures takes 600 MB of addresses, and the system does not give them";

static bool is_ready;

static void
start_babl_if_there_is_room (void)
{
  void *trial = mmap (NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED)
    return;
  munmap (trial, room);
  start_babl ();
  is_ready = true;
}

bool
engine_prepare (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once (&once, start_babl_if_there_is_room);
  return is_ready;
}

static void
listen (const char *message)
{
  /* A profile that babl cannot use is found out, and dealt with, apart. */
  if (complaint == NULL && strstr (message, "icc") == NULL)
    complaint = g_strchomp (g_strdup (message));
}

static void
listen_to_log (const char *domain, GLogLevelFlags level, const char *message, void *data)
{
  (void) domain;
  (void) data;
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    listen (message);
}

void
engine_start (void)
{
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  g_unsetenv ("GEGL_SWAP"); /* none: buffers stay in memory */
  g_setenv ("GEGL_THREADS", "1", TRUE);
  g_setenv ("GEGL_USE_OPENCL", "no", TRUE);
  g_log_set_default_handler (listen_to_log, NULL);
  gegl_init (NULL, NULL);
  g_clear_pointer (&complaint, g_free);
  g_set_print_handler (listen);
  g_set_printerr_handler (listen);
}

const char *
engine_complaint (void)
{
  return complaint;
}

static const char *
known (const char *operation)
{
  return gegl_has_operation (operation) ? operation : NULL;
}

const char *
engine_loader (container_kind kind)
{
  static const char *const names[] = { "", "gegl:png-load", "gegl:jpg-load", "gegl:tiff-load", "gegl:webp-load" };
  return known (names[kind]);
}

const char *
engine_saver (container_kind kind)
{
  static const char *const names[] = { "", "gegl:png-save", "gegl:jpg-save", "gegl:tiff-save", "gegl:webp-save" };
  return known (names[kind]);
}

const Babl *
engine_space (const uint8_t *profile, size_t size)
{
  if (size == 0)
    return babl_space ("sRGB");
  const char *error = NULL;
  const Babl *space = babl_space_from_icc ((const char *) profile, (int) size,
                                           BABL_ICC_INTENT_RELATIVE_COLORIMETRIC, &error);
  return error == NULL ? space : NULL;
}

GeglBuffer *
engine_decode (container_kind kind, const char *path)
{
  GeglBuffer *buffer = NULL;
  GeglNode *graph = gegl_node_new ();
  /* GEGL takes "-" for stdin. */
  char *safe = g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (".", path, NULL);
  GeglNode *load = gegl_node_new_child (graph, "operation", engine_loader (kind), "path", safe, NULL);
  g_free (safe);
  GeglNode *sink = gegl_node_new_child (graph, "operation", "gegl:buffer-sink", "buffer", &buffer, NULL);
  gegl_node_link (load, sink);
  gegl_node_process (sink);
  g_object_unref (graph);
  return buffer;
}

void
engine_encode (container_kind kind, const char *path, GeglBuffer *buffer)
{
  GeglNode *graph = gegl_node_new ();
  GeglNode *source = gegl_node_new_child (graph, "operation", "gegl:buffer-source", "buffer", buffer, NULL);
  GeglNode *save = gegl_node_new_child (graph, "operation", engine_saver (kind), "path", path, NULL);
  if (kind == KIND_PNG)
    gegl_node_set (save, "bitdepth", 8 * babl_format_get_bytes_per_pixel (gegl_buffer_get_format (buffer))
                                       / babl_format_get_n_components (gegl_buffer_get_format (buffer)), NULL);
  if (kind == KIND_JPEG || kind == KIND_WEBP)
    gegl_node_set (save, "quality", 95, NULL);
  gegl_node_link (source, save);
  gegl_node_process (save);
  g_object_unref (graph);
}
