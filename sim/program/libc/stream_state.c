/* What a program may ask a stream about itself. */
#include "stream.h"

#include <errno.h>

static int number_of(const FILE *file) {
    if (file->_fileno < 0)
        errno = EBADF;
    return file->_fileno;
}

LIBC int fileno(FILE *file) {
    return number_of(file);
}

LIBC int fileno_unlocked(FILE *file) {
    return number_of(file);
}

LIBC int(feof)(FILE *file) {
    return (file->_flags & _IO_EOF_SEEN) != 0;
}

LIBC int(feof_unlocked)(FILE *file) {
    return (file->_flags & _IO_EOF_SEEN) != 0;
}

LIBC int(ferror)(FILE *file) {
    return (file->_flags & _IO_ERR_SEEN) != 0;
}

LIBC int(ferror_unlocked)(FILE *file) {
    return (file->_flags & _IO_ERR_SEEN) != 0;
}

LIBC void clearerr(FILE *file) {
    file->_flags &= ~(_IO_EOF_SEEN | _IO_ERR_SEEN);
}

LIBC void clearerr_unlocked(FILE *file) {
    file->_flags &= ~(_IO_EOF_SEEN | _IO_ERR_SEEN);
}
