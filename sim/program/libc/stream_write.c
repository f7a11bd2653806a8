/* How bytes leave a stream. The sizes of the writes are those of glibc, as another process may see them. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __overflow(FILE *file, int c);

/* A short write goes on with the rest. An interrupted one is an error, as in glibc. */
size_t __impasse_write_all(int descriptor, const char *bytes, size_t n) {
    size_t done = 0;
    while (done < n) {
        ssize_t count = write(descriptor, bytes + done, n - done);
        if (count < 0)
            break;
        done += (size_t)count;
    }
    return done;
}

static size_t write_now(FILE *file, const char *bytes, size_t n) {
    size_t done = __impasse_write_all(file->_fileno, bytes, n);
    if (done < n)
        file->_flags |= _IO_ERR_SEEN;
    return done;
}

int __impasse_stream_flush(FILE *file) {
    size_t n = (size_t)(file->_IO_write_ptr - file->_IO_write_base);
    if (n == 0)
        return 0;
    size_t done = write_now(file, file->_IO_write_base, n);
    memset(file->_IO_write_base, 0, n);
    file->_IO_write_base = file->_IO_write_ptr = file->_IO_write_end = NULL;
    return done < n ? EOF : 0;
}

/* Puts what fits into the buffer; the result is how much that was. Only a fully buffered stream shows its room in
   _IO_write_end, where glibc's inline putc looks for it. */
static size_t fill(FILE *file, const char *bytes, size_t n, enum stream_buffering buffering) {
    struct stream *stream = stream_of(file);
    if (n == 0)
        return 0;
    if (!file->_IO_write_base)
        file->_IO_write_base = file->_IO_write_ptr = stream->output;
    char *end = stream->output + stream_size(stream);
    size_t room = (size_t)(end - file->_IO_write_ptr);
    if (n > room)
        n = room;
    memcpy(file->_IO_write_ptr, bytes, n);
    file->_IO_write_ptr += n;
    file->_IO_write_end = buffering == STREAM_FULL ? end : file->_IO_write_base;
    return n;
}

/* The bytes up to and including the last newline. */
static size_t whole_lines(const char *bytes, size_t n) {
    while (n > 0 && bytes[n - 1] != '\n')
        n--;
    return n;
}

/* Puts bytes into the buffer, and what does not fit directly into the descriptor: first the buffer is written, then
   whole blocks of the rest, and what is less than a block waits. Complete lines of a line buffered stream do not wait.
 */
static size_t put_buffered(FILE *file, const char *bytes, size_t n, enum stream_buffering buffering) {
    size_t size = stream_size(stream_of(file));
    size_t lines = buffering == STREAM_LINE ? whole_lines(bytes, n) : 0;
    size_t done = fill(file, bytes, lines ? lines : n, buffering);
    if (done == n && !lines)
        return n;
    if (__impasse_stream_flush(file) == EOF)
        return done;
    size_t direct = done < lines ? lines - done : (n - done) - (n - done) % size;
    size_t count = write_now(file, bytes + done, direct);
    done += count;
    if (count < direct)
        return done;
    return done + fill(file, bytes + done, n - done, buffering);
}

/* The first output of a stream: whole blocks are written directly, and lines one by one, where glibc has not set up the
   buffer yet. */
static size_t put_first(FILE *file, const char *bytes, size_t n, enum stream_buffering buffering) {
    size_t size = stream_size(stream_of(file)), direct = n - n % size;
    size_t done = write_now(file, bytes, direct);
    if (done < direct)
        return done;
    while (done < n) {
        size_t piece = 0;
        while (done + piece < n && (piece == 0 || bytes[done + piece - 1] != '\n'))
            piece++;
        size_t count = put_buffered(file, bytes + done, piece, buffering);
        done += count;
        if (count < piece)
            break;
    }
    return done;
}

static size_t write_buffered(FILE *file, const char *bytes, size_t n, enum stream_buffering buffering) {
    struct stream *stream = stream_of(file);
    if (!stream->output && !(stream->output = calloc(1, stream_size(stream))))
        return write_now(file, bytes, n);
    if (file->_flags & STREAM_IS_WRITING)
        return put_buffered(file, bytes, n, buffering);
    file->_flags |= STREAM_IS_WRITING;
    return put_first(file, bytes, n, buffering);
}

size_t __impasse_stream_write(FILE *file, const char *bytes, size_t n) {
    if (file->_flags & STREAM_NO_WRITES) {
        file->_flags |= _IO_ERR_SEEN;
        errno = EBADF;
        return 0;
    }
    if (file->_IO_read_ptr)
        __impasse_stream_begin_writing(file);
    enum stream_buffering buffering = __impasse_stream_buffering(file);
    if (buffering == STREAM_FULL || buffering == STREAM_LINE)
        return write_buffered(file, bytes, n, buffering);
    return write_now(file, bytes, n);
}

/* What glibc's inline putc calls when it finds no room. */
LIBC int __overflow(FILE *file, int c) {
    char byte = (char)c;
    return __impasse_stream_write(file, &byte, 1) == 1 ? (unsigned char)c : EOF;
}

int __impasse_flush_all(void) {
    int result = 0;
    for (FILE *file = __impasse_streams; file; file = file->_chain)
        if (__impasse_stream_flush(file) == EOF)
            result = EOF;
    return result;
}

LIBC int fflush(FILE *file) {
    return file ? __impasse_stream_flush(file) : __impasse_flush_all();
}

LIBC int fflush_unlocked(FILE *file) {
    return file ? __impasse_stream_flush(file) : __impasse_flush_all();
}
