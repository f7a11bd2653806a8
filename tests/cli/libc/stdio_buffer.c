/* When a stream writes: seen from the other end of a pipe, and in what a forked child inherits. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];

/* What has arrived since the last time. */
static void show(const char *when) {
    char bytes[9000];
    ssize_t n = read(ends[0], bytes, sizeof bytes - 1);
    if (n > 20) {
        printf("%s: %zd bytes\n", when, n);
        return;
    }
    bytes[n > 0 ? n : 0] = '\0';
    printf("%s: %zd \"%s\"\n", when, n, bytes);
}

static void full(FILE *out) {
    char block[5000];
    memset(block, 'x', sizeof block);
    fprintf(out, "hello %d", 1);
    show("fully buffered");
    assert(fflush(out) == 0);
    show("flushed");
    fwrite(block, 1, 4096, out);
    show("exactly full");
    fputc('y', out);
    show("one more");
    fflush(out);
    show("the rest");
    fwrite(block, 1, sizeof block, out);
    show("more than the buffer");
    fflush(out);
    show("its rest");
}

static void line(FILE *out) {
    setvbuf(out, NULL, _IOLBF, 0);
    fputs("no newline", out);
    show("line buffered");
    fputs(" yet\nand", out);
    show("with a newline");
    fflush(out);
    show("flushed");
}

static void none(FILE *out) {
    setbuf(out, NULL);
    fprintf(out, "%s %d", "at once", 2);
    show("unbuffered");
    fputc('c', out);
    show("one byte");
}

static void closed(FILE *out) {
    fputs("last", out);
    assert(fclose(out) == 0);
    show("closed");
}

/* The copy of what waits in stdout is written twice. */
static void inherited(void) {
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    printf("written twice\n");
    pid_t child = fork();
    if (child == 0) {
        printf("child\n");
        exit(3);
    }
    int status;
    assert(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 3);
    printf("parent\n");
}

int main(void) {
    assert(pipe2(ends, O_NONBLOCK) == 0);
    FILE *out = fdopen(ends[1], "w");
    assert(out && fileno(out) == ends[1]);
    full(out);
    line(out);
    none(out);
    setvbuf(out, NULL, _IOFBF, 0);
    closed(out);

    errno = 0;
    assert(fdopen(ends[0], "w") == NULL && errno == EINVAL);
    assert(fdopen(99, "r") == NULL && errno == EBADF);
    FILE *in = fdopen(ends[0], "r");
    assert(fputc('x', in) == EOF && ferror(in));
    clearerr(in);
    assert(!ferror(in) && fgetc(in) == EOF && feof(in));
    fclose(in);
    fflush(stdout);
    inherited();
    return 0;
}
