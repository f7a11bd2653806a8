/* Names, directories and files. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Type and permissions, names and length: of a directory neither of the last two says anything. */
static void done_stat(int done, const struct stat *s) {
    result(done);
    if (done != 0)
        return;
    if (S_ISCHR(s->st_mode) || S_ISSOCK(s->st_mode)) {
        put_text(":device"); /* the console is a socket in one world */
        return;
    }
    put(':');
    put_octal(s->st_mode);
    if (!S_ISDIR(s->st_mode)) {
        put_field((long)s->st_nlink);
        put_field((long)s->st_size);
    }
}

static void do_stat(enum call call, int f, const char *name, long selector) {
    struct stat s = {0}, *where = selector ? address_of(selector) : &s;
    done_stat(call == CALL_stat ? stat(name, where) : call == CALL_lstat ? lstat(name, where) : fstat(f, where), &s);
}

/* The path is not the same on both sides. */
static void do_getcwd(long size, long selector) {
    char *done = getcwd(selector ? address_of(selector) : buffer, (size_t)size);
    put('=');
    done ? put_text("path") : put_error(errno);
}

bool files_call(enum call call, const long a[ARGUMENTS]) {
    int f = (int)a[0];
    const char *name = name_of(a[0]);
    switch ((int)call) {
    case CALL_open:
        result(open(name, (int)a[1], (unsigned)a[2]));
        return true;
    case CALL_openat:
        result(openat(f, name_of(a[1]), (int)a[2], (unsigned)a[3]));
        return true;
    case CALL_creat:
        result(creat(name, (unsigned)a[1]));
        return true;
    case CALL_umask:
        result(umask((unsigned)a[0]));
        return true;
    case CALL_mkfifo:
        result(mkfifo(name, (unsigned)a[1]));
        return true;
    case CALL_mknod:
        result(mknod(name, (unsigned)a[1], (unsigned long)a[2]));
        return true;
    case CALL_mkdir:
        result(mkdir(name, (unsigned)a[1]));
        return true;
    case CALL_rmdir:
        result(rmdir(name));
        return true;
    case CALL_unlink:
        result(unlink(name));
        return true;
    case CALL_link:
        result(link(name, name_of(a[1])));
        return true;
    case CALL_rename:
        result(rename(name, name_of(a[1])));
        return true;
    case CALL_ftruncate:
        result(ftruncate(f, a[1]));
        return true;
    case CALL_stat:
    case CALL_lstat:
    case CALL_fstat:
        do_stat(call, f, name, a[1]);
        return true;
    case CALL_access:
        result(access(name, (int)a[1]));
        return true;
    case CALL_chmod:
        result(chmod(name, (unsigned)a[1]));
        return true;
    case CALL_fchmod:
        result(fchmod(f, (unsigned)a[1]));
        return true;
    case CALL_chdir:
        result(chdir(name));
        return true;
    case CALL_getcwd:
        do_getcwd(a[0], a[1]);
        return true;
    default:
        return false;
    }
}
