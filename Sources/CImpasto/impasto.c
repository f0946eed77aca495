/* The target has no code of its own: the header is implemented in Swift, by ImpastoABI. */
#include "impasto.h"
