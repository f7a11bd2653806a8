/* Where a stream is in its file. */
#include "stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The bytes that were read from the descriptor and not yet by the program. */
static off_t input_waiting(const FILE *file) {
    return (file->_IO_read_end - file->_IO_read_ptr) + (file->_IO_save_end - file->_IO_save_base);
}

/* Forgets the waiting input, which leaves no trace in the buffers. */
static void drop_input(FILE *file) {
    struct stream *stream = stream_of(file);
    file->_IO_read_base = file->_IO_read_ptr = file->_IO_read_end = NULL;
    file->_IO_save_base = file->_IO_save_end = NULL;
    file->_shortbuf[0] = '\0';
    if (stream->input)
        memset(stream->input, 0, stream_size(stream));
}

int __impasse_stream_begin_writing(FILE *file) {
    off_t waiting = input_waiting(file);
    drop_input(file);
    return waiting && lseek(file->_fileno, -waiting, SEEK_CUR) == -1 ? EOF : 0;
}

static int seek_to(FILE *file, off_t offset, int whence) {
    if (__impasse_stream_flush(file) == EOF)
        return -1;
    if (whence == SEEK_CUR)
        offset -= input_waiting(file);
    if (lseek(file->_fileno, offset, whence) == -1)
        return -1;
    drop_input(file);
    file->_flags &= ~_IO_EOF_SEEN;
    return 0;
}

static off_t tell(FILE *file) {
    off_t offset = lseek(file->_fileno, 0, SEEK_CUR);
    if (offset == -1)
        return -1;
    return offset - input_waiting(file) + (file->_IO_write_ptr - file->_IO_write_base);
}

LIBC int fseek(FILE *file, long offset, int whence) {
    return seek_to(file, offset, whence);
}

LIBC int fseeko(FILE *file, off_t offset, int whence) {
    return seek_to(file, offset, whence);
}

LIBC long ftell(FILE *file) {
    return tell(file);
}

LIBC off_t ftello(FILE *file) {
    return tell(file);
}

LIBC void rewind(FILE *file) {
    seek_to(file, 0, SEEK_SET);
    file->_flags &= ~_IO_ERR_SEEN;
}
