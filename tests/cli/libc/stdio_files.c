/* Streams on files: opening modes, positions, updating; and what libc makes of the file calls. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void positions(const char *name) {
    char room[16];
    FILE *f = fopen(name, "w+");
    assert(f && fputs("hello world\n", f) >= 0 && ftell(f) == 12);
    rewind(f);
    assert(fgetc(f) == 'h' && ftell(f) == 1);
    assert(fseek(f, 5, SEEK_CUR) == 0 && fgetc(f) == 'w');
    assert(fseek(f, -1, SEEK_CUR) == 0 && fputs("W", f) >= 0);
    assert(fseek(f, 0, SEEK_SET) == 0 && fgets(room, sizeof room, f));
    printf("%s", room);
    assert(fgetc(f) == EOF && feof(f) && fseek(f, -3, SEEK_END) == 0 && !feof(f) && fgetc(f) == 'l');
    assert(fseek(f, -100, SEEK_SET) == -1 && errno == EINVAL);
    assert(fclose(f) == 0);
}

static void modes(const char *name) {
    struct stat s;
    char room[16] = "";
    FILE *f = fopen(name, "a");
    assert(f && fputs("more\n", f) >= 0 && fclose(f) == 0);
    assert(stat(name, &s) == 0 && s.st_size == 17 && S_ISREG(s.st_mode));
    f = fopen(name, "r");
    assert(f && fseek(f, 12, SEEK_SET) == 0 && fscanf(f, "%15s", room) == 1 && fclose(f) == 0);
    printf("%s\n", room);
    assert(!fopen(name, "wx") && errno == EEXIST);
    assert(!fopen(name, "q") && errno == EINVAL);
    f = fopen(name, "r");
    assert(fputc('x', f) == EOF && ferror(f) && errno == EBADF && fclose(f) == 0);
    f = fopen(name, "w");
    assert(f && fclose(f) == 0 && stat(name, &s) == 0 && s.st_size == 0);
    assert(remove(name) == 0 && !fopen(name, "r") && errno == ENOENT);
}

static void names(void) {
    char name[] = "/tmp/impasse-XXXXXX", other[] = "/tmp/impasse-XXXXXX", directory[] = "/tmp/impasse-XXXXXX";
    int a = mkstemp(name), b = mkstemp(other);
    assert(a >= 0 && b >= 0 && strcmp(name, other) != 0 && !strstr(name, "XXXXXX"));
    assert(mkdtemp(directory) && remove(directory) == 0);
    struct iovec out[] = {{"ab", 2}, {"", 0}, {"cde", 3}};
    char first[3] = "", second[4] = "";
    struct iovec in[] = {{first, 2}, {second, 3}};
    assert(writev(a, out, 3) == 5 && lseek(a, 0, SEEK_SET) == 0 && readv(a, in, 2) == 5);
    printf("%s %s\n", first, second);
    assert(writev(a, out, -1) == -1 && errno == EINVAL);
    close(a);
    close(b);
    unlink(name);
    unlink(other);
}

int main(void) {
    char name[] = "/tmp/impasse-stdio-XXXXXX";
    close(mkstemp(name));
    positions(name);
    modes(name);
    names();
    return 0;
}
