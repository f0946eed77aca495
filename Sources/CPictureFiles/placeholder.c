#include "CPictureFiles.h"
