#include "bytes.h"

#include <glib.h>

void
write_bytes (writer *w, const void *data, size_t count)
{
  if (count > w->room - w->size)
    {
      w->room = MAX (w->size + count, w->room * 2);
      w->data = g_realloc (w->data, w->room);
    }
  if (count > 0)
    memcpy (w->data + w->size, data, count);
  w->size += count;
}

void
write_big16 (writer *w, uint32_t value)
{
  const uint8_t two[] = { (uint8_t) (value >> 8), (uint8_t) value };
  write_bytes (w, two, 2);
}

void
write_big32 (writer *w, uint32_t value)
{
  write_big16 (w, value >> 16);
  write_big16 (w, value & 0xffff);
}

void
write_little32 (writer *w, uint32_t value)
{
  const uint8_t four[] = { (uint8_t) value, (uint8_t) (value >> 8), (uint8_t) (value >> 16), (uint8_t) (value >> 24) };
  write_bytes (w, four, 4);
}
