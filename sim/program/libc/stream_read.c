/* How bytes come into a stream. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __uflow(FILE *file);
int __underflow(FILE *file);

/* Reads once. The end of the input and an error each set their flag; the result is the count, 0 for both. */
static size_t read_once(FILE *file, char *bytes, size_t n) {
    ssize_t count = read(file->_fileno, bytes, n);
    if (count > 0)
        return (size_t)count;
    file->_flags |= count == 0 ? _IO_EOF_SEEN : _IO_ERR_SEEN;
    return 0;
}

/* Before a stream without full buffering waits for input, glibc writes what waits in a line buffered stdout, so
   that a prompt is seen. */
static void show_prompt(enum stream_buffering buffering) {
    if (buffering != STREAM_FULL && stream_of(stdout)->buffering == STREAM_LINE)
        __impasse_stream_flush(stdout);
}

/* True if the stream may be read now. The end of the input, once seen, stays until clearerr or ungetc. */
static int may_read(FILE *file) {
    if (file->_flags & STREAM_NO_READS) {
        file->_flags |= _IO_ERR_SEEN;
        errno = EBADF;
        return 0;
    }
    return !(file->_flags & _IO_EOF_SEEN);
}

/* Goes back from a pushed-back byte to the input that follows it. */
static void end_pushback(FILE *file) {
    file->_shortbuf[0] = '\0';
    file->_IO_read_base = file->_IO_read_ptr = file->_IO_save_base;
    file->_IO_read_end = file->_IO_save_end;
    file->_IO_save_base = file->_IO_save_end = NULL;
}

/* Restores invariant 2 after bytes were taken. */
static void forget_if_empty(FILE *file) {
    if (file->_IO_read_ptr < file->_IO_read_end)
        return;
    if (file->_IO_read_base == file->_shortbuf)
        end_pushback(file);
    else
        file->_IO_read_base = file->_IO_read_ptr = file->_IO_read_end = NULL;
}

/* Makes at least one byte wait in the buffer; the result is false if there is none. */
static int refill(FILE *file) {
    struct stream *stream = stream_of(file);
    forget_if_empty(file);
    if (file->_IO_read_ptr)
        return 1;
    if (!may_read(file))
        return 0;
    if (file->_IO_write_base)
        __impasse_stream_flush(file);
    enum stream_buffering buffering = __impasse_stream_buffering(file);
    show_prompt(buffering);
    char *buffer = file->_shortbuf;
    size_t size = 1;
    if (buffering != STREAM_NONE && (stream->input || (stream->input = calloc(1, stream_size(stream))))) {
        buffer = stream->input;
        size = stream_size(stream);
    }
    size_t count = read_once(file, buffer, size);
    if (count == 0)
        return 0;
    file->_IO_read_base = file->_IO_read_ptr = buffer;
    file->_IO_read_end = buffer + count;
    return 1;
}

int __impasse_stream_get(FILE *file) {
    if (file->_IO_read_ptr >= file->_IO_read_end && !refill(file))
        return EOF;
    int c = (unsigned char)*file->_IO_read_ptr;
    *file->_IO_read_ptr++ = '\0';
    forget_if_empty(file);
    return c;
}

int __impasse_stream_unget(FILE *file, int c) {
    if (c == EOF)
        return EOF;
    if (file->_IO_read_ptr == file->_IO_read_base) {
        if (file->_IO_read_base == file->_shortbuf)
            return EOF;
        file->_IO_save_base = file->_IO_read_ptr;
        file->_IO_save_end = file->_IO_read_end;
        file->_IO_read_base = file->_shortbuf;
        file->_IO_read_ptr = file->_IO_read_end = file->_shortbuf + 1;
    }
    *--file->_IO_read_ptr = (char)c;
    file->_flags &= ~_IO_EOF_SEEN;
    return (unsigned char)c;
}

static size_t take_waiting(FILE *file, char *bytes, size_t n) {
    size_t count = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
    if (count > n)
        count = n;
    memcpy(bytes, file->_IO_read_ptr, count);
    memset(file->_IO_read_ptr, 0, count);
    file->_IO_read_ptr += count;
    forget_if_empty(file);
    return count;
}

/* Blocks that are as large as the buffer are read directly into the caller's memory, as in glibc. */
size_t __impasse_stream_read(FILE *file, char *bytes, size_t n) {
    size_t done = 0;
    while (done < n) {
        size_t left = n - done, size = stream_size(stream_of(file));
        if (file->_IO_read_ptr < file->_IO_read_end) {
            done += take_waiting(file, bytes + done, left);
        } else if (left >= size && may_read(file)) {
            show_prompt(__impasse_stream_buffering(file));
            size_t count = read_once(file, bytes + done, left - left % size);
            if (count == 0)
                break;
            done += count;
        } else if (!refill(file)) {
            break;
        }
    }
    return done;
}

/* What glibc's inline getc calls when it finds nothing: takes the next byte, or only looks at it. */
LIBC int __uflow(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int __underflow(FILE *file) {
    return refill(file) ? (unsigned char)*file->_IO_read_ptr : EOF;
}
