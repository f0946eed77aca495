/* The two ways in which a painting is refused, as GIMP tells them apart. */
#ifndef IMPASTO_SHIM_ERROR_H
#define IMPASTO_SHIM_ERROR_H

#include <glib.h>

typedef enum {
  SHIM_ERROR_CALLING,   /* what the caller asked for cannot be done: an argument is wrong */
  SHIM_ERROR_EXECUTION, /* it could have been done, but something failed on the way */
} ShimError;

#define SHIM_ERROR (shim_error_quark())

GQuark shim_error_quark(void);

#endif
