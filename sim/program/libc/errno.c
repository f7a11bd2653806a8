/* Where errno lives; the machine's own calls set it too. */
#include "libc.h"

int __impasse_errno;

int *__errno_location(void);

LIBC int *__errno_location(void) {
    return &__impasse_errno;
}
