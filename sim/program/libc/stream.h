/*
 * The streams of stdio. A FILE is glibc's own structure, so that glibc's inline functions work on it; what
 * glibc keeps elsewhere stands behind it.
 *
 * 1. Output that waits is at _IO_write_base.._IO_write_ptr. When none waits, all three pointers are NULL and the
 *    buffer is all zero.
 * 2. Input that waits is at _IO_read_ptr.._IO_read_end. When none waits, all three pointers are NULL; bytes that
 *    were read by the program are zero again.
 * 3. A pushed-back byte that finds no room before _IO_read_ptr is in _shortbuf, and _IO_save_base.._IO_save_end
 *    is what follows it.
 * 4. Buffers are allocated when they are first needed: a program that only prints to the console has none.
 */
#ifndef IMPASSE_LIBC_STREAM_H
#define IMPASSE_LIBC_STREAM_H

#include "libc.h"

#include <stdio.h>

/* glibc's flags for FILE._flags beside _IO_EOF_SEEN and _IO_ERR_SEEN. */
enum {
    STREAM_MAGIC = (int)0xFBAD0000,
    STREAM_NO_READS = 0x4,
    STREAM_NO_WRITES = 0x8,
    STREAM_IS_WRITING = 0x800, /* Something was written to the stream already. */
};

enum stream_buffering {
    /* Asks isatty at the first use, as glibc does, and becomes one of the next two. */
    STREAM_UNDECIDED,
    /* The console: what a call prints is written when the call ends, with one write. */
    STREAM_CONSOLE,
    STREAM_FULL,
    STREAM_LINE,
    STREAM_NONE,
};

enum { STREAM_BUFFER_SIZE = 4096 };

struct stream {
    FILE file;         /* The first member, so that a FILE pointer points at the stream too. */
    char *input;       /* The buffer for input, or NULL. */
    char *output;      /* The buffer for output, or NULL. */
    char *user_buffer; /* The program's own buffer, one of these two and not to be freed, or NULL. */
    size_t size;       /* The size of each buffer; 0 means STREAM_BUFFER_SIZE. */
    int buffering;     /* An enum stream_buffering. */
    int is_standard;   /* stdin, stdout or stderr: fclose does not free it. */
};

static inline struct stream *stream_of(FILE *file) {
    return (struct stream *)file;
}

static inline size_t stream_size(const struct stream *stream) {
    return stream->size ? stream->size : STREAM_BUFFER_SIZE;
}

/* All open streams, linked by _chain; the newest is first. */
extern FILE *__impasse_streams;

/* A stream for a mode of fopen on a descriptor that fits it; NULL without memory. */
FILE *__impasse_stream_create(int descriptor, const char *mode);

/* How the stream is buffered; decides it at the first use. */
enum stream_buffering __impasse_stream_buffering(FILE *file);

/* Hands n bytes to the stream; the result is how many it took. Sets the error flag when they are fewer. */
size_t __impasse_stream_write(FILE *file, const char *bytes, size_t n);

/* Writes the waiting output. It is gone even when that fails, as in glibc. The result is 0 or EOF. */
int __impasse_stream_flush(FILE *file);

/* Goes back in the file to where the program has read, before an output of a stream for both. 0 or EOF. */
int __impasse_stream_begin_writing(FILE *file);

/* The next byte of input, or EOF with one of the flags set. */
int __impasse_stream_get(FILE *file);

/* Pushes a byte back; at least one is always possible. The result is the byte, or EOF for EOF. */
int __impasse_stream_unget(FILE *file, int c);

/* Reads up to n bytes; fewer mean the end of the input or an error. */
size_t __impasse_stream_read(FILE *file, char *bytes, size_t n);

#endif
