/* GIMP's own progress bar, in the window of the image. */
#ifndef IMPASTO_SHIM_PROGRESS_H
#define IMPASTO_SHIM_PROGRESS_H

#include "impasto.h"

void progress_begin(void);
void progress_show(const impasto_status *status);
void progress_end(void);

#endif
