/* Times and sizes as one says them. */
#ifndef IMPASTO_SHIM_WORDS_H
#define IMPASTO_SHIM_WORDS_H

#include "impasto.h"

/* "40 seconds", "3 minutes", "1 hour 20 minutes"; to be freed. */
char *words_duration(double seconds);

/* What painting will take: "About 3 minutes and 1.2 GB of memory, at 1024 × 683 pixels"; to be freed. */
char *words_cost(const impasto_cost *cost);

/* How far a painting is: "Scale 2 of 3, about 3 minutes left"; to be freed. */
char *words_progress(const impasto_status *status);

#endif
