/* The standard streams; opening and closing a stream on a descriptor; choosing its buffering. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct stream standard_input = {
    .file = {._flags = STREAM_MAGIC | STREAM_NO_WRITES, ._fileno = STDIN_FILENO},
    .is_standard = 1,
};
static struct stream standard_output = {
    .file = {._flags = STREAM_MAGIC | STREAM_NO_READS, ._fileno = STDOUT_FILENO, ._chain = &standard_input.file},
    .is_standard = 1,
};
static struct stream standard_error = {
    .file = {._flags = STREAM_MAGIC | STREAM_NO_READS, ._fileno = STDERR_FILENO, ._chain = &standard_output.file},
    .buffering = STREAM_NONE,
    .is_standard = 1,
};

LIBC FILE *stdin = &standard_input.file;
LIBC FILE *stdout = &standard_output.file;
LIBC FILE *stderr = &standard_error.file;

FILE *__impasse_streams = &standard_error.file;

enum stream_buffering __impasse_stream_buffering(FILE *file) {
    struct stream *stream = stream_of(file);
    if (stream->buffering == STREAM_UNDECIDED) {
        int error = errno;
        stream->buffering = isatty(file->_fileno) ? STREAM_CONSOLE : STREAM_FULL;
        errno = error;
    }
    return (enum stream_buffering)stream->buffering;
}

/* What fopen's mode says: the flags of the stream, or -1. */
static int flags_of_mode(const char *mode) {
    int update = 0;
    for (const char *p = mode; *p; p++)
        update |= *p == '+';
    if (*mode != 'r' && *mode != 'w' && *mode != 'a')
        return -1;
    if (update)
        return STREAM_MAGIC;
    return STREAM_MAGIC | (*mode == 'r' ? STREAM_NO_WRITES : STREAM_NO_READS);
}

static FILE *create(int descriptor, int flags) {
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->file._flags = flags;
    stream->file._fileno = descriptor;
    stream->file._chain = __impasse_streams;
    __impasse_streams = &stream->file;
    return &stream->file;
}

FILE *__impasse_stream_create(int descriptor, const char *mode) {
    return create(descriptor, flags_of_mode(mode));
}

/* EINVAL for a bad mode and for one that the descriptor does not allow; EBADF for a closed descriptor. */
LIBC FILE *fdopen(int descriptor, const char *mode) {
    int flags = flags_of_mode(mode);
    if (flags == -1) {
        errno = EINVAL;
        return NULL;
    }
    int status = fcntl(descriptor, F_GETFL);
    if (status == -1)
        return NULL;
    int access = status & O_ACCMODE;
    if ((access == O_RDONLY && !(flags & STREAM_NO_WRITES)) || (access == O_WRONLY && !(flags & STREAM_NO_READS))) {
        errno = EINVAL;
        return NULL;
    }
    return create(descriptor, flags);
}

/* What fopen's mode means for open. */
static int open_flags_of_mode(const char *mode) {
    int update = 0, flags = 0;
    for (const char *p = mode; *p; p++) {
        update |= *p == '+';
        flags |= *p == 'x' ? O_EXCL : *p == 'e' ? O_CLOEXEC : 0;
    }
    flags |= update ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    return flags | (*mode == 'w' ? O_CREAT | O_TRUNC : *mode == 'a' ? O_CREAT | O_APPEND : 0);
}

LIBC FILE *fopen(const char *path, const char *mode) {
    int flags = flags_of_mode(mode);
    if (flags == -1) {
        errno = EINVAL;
        return NULL;
    }
    int descriptor = open(path, open_flags_of_mode(mode), 0666);
    if (descriptor == -1)
        return NULL;
    FILE *file = create(descriptor, flags);
    if (!file)
        close(descriptor);
    return file;
}

static void unlink_stream(const FILE *file) {
    for (FILE **link = &__impasse_streams; *link; link = &(*link)->_chain)
        if (*link == file) {
            *link = file->_chain;
            return;
        }
}

static void free_buffers(struct stream *stream) {
    if (stream->input != stream->user_buffer)
        free(stream->input);
    if (stream->output != stream->user_buffer)
        free(stream->output);
    stream->input = stream->output = stream->user_buffer = NULL;
    stream->size = 0;
}

/* Flushes and closes. A standard stream stays an object, closed: its descriptor is -1 from then on. */
LIBC int fclose(FILE *file) {
    struct stream *stream = stream_of(file);
    int result = __impasse_stream_flush(file);
    unlink_stream(file);
    if (close(file->_fileno) == -1)
        result = EOF;
    free_buffers(stream);
    if (stream->is_standard) {
        *stream = (struct stream){.is_standard = 1};
        file->_flags = STREAM_MAGIC | STREAM_NO_READS | STREAM_NO_WRITES;
        file->_fileno = -1;
    } else {
        free(stream);
    }
    return result;
}

/* Chooses the buffering, after what waits was written. A buffer of the program's own is used only when it is given
   with a size; the size alone is ignored, as in glibc. */
static int choose_buffering(FILE *file, char *buffer, int mode, size_t size) {
    struct stream *stream = stream_of(file);
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return EOF;
    if (__impasse_stream_flush(file) == EOF)
        return EOF;
    stream->buffering = mode == _IOFBF ? STREAM_FULL : mode == _IOLBF ? STREAM_LINE : STREAM_NONE;
    if (mode == _IONBF || !buffer || size == 0 || file->_IO_read_ptr || file->_IO_save_base)
        return 0;
    free_buffers(stream);
    int is_input = file->_flags & STREAM_NO_WRITES;
    stream->user_buffer = buffer;
    if (is_input)
        stream->input = buffer;
    else
        stream->output = buffer;
    stream->size = size;
    for (size_t i = 0; i < size; i++)
        buffer[i] = '\0';
    return 0;
}

LIBC int setvbuf(FILE *file, char *buffer, int mode, size_t size) {
    return choose_buffering(file, buffer, mode, size);
}

LIBC void setbuf(FILE *file, char *buffer) {
    choose_buffering(file, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}

LIBC void setbuffer(FILE *file, char *buffer, size_t size) {
    choose_buffering(file, buffer, buffer ? _IOFBF : _IONBF, size);
}

LIBC void setlinebuf(FILE *file) {
    choose_buffering(file, NULL, _IOLBF, 0);
}
