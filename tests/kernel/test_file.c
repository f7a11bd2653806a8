/* Goal: spec/file.md. Method: handlers driven through kstep in the harness; the rules, then the errno table as measured
 * on Linux 6.18, then random reads, writes and seeks against a plain array. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

#define PATH (MEMORY + 200000)
#define OTHER (MEMORY + 210000)

static uint64_t path(struct world *w, const char *text)
{
    strcpy((char *)w->memory + (PATH - MEMORY), text);
    return PATH;
}

static uint64_t other(struct world *w, const char *text)
{
    strcpy((char *)w->memory + (OTHER - MEMORY), text);
    return OTHER;
}

static struct stat stat_of(struct world *w, const char *text)
{
    struct stat s;
    cr_assert_eq(DO(w, MAIN, STAT, path(w, text), MEMORY), 0);
    memcpy(&s, w->memory, sizeof s);
    return s;
}

static int64_t make(struct world *w, const char *text)
{
    return DO(w, MAIN, OPEN, path(w, text), O_RDWR | O_CREAT, 0666);
}

Test(file, open_makes_truncates_and_excludes)
{
    struct world *w = world_open(); /* FILE-01, FILE-12 */
    cr_assert_eq(make(w, "/tmp/a"), 3);
    cr_assert_eq(stat_of(w, "/tmp/a").st_mode, S_IFREG | 0644);
    cr_assert_eq(world_write(w, MAIN, 3, "hello", 5), 5);
    FAILS(EEXIST, DO(w, MAIN, OPEN, path(w, "/tmp/a"), O_CREAT | O_EXCL | O_RDWR, 0600));
    cr_assert_eq(stat_of(w, "/tmp/a").st_size, 5);
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/tmp/a"), O_RDONLY | O_TRUNC), 4);
    cr_assert_eq(stat_of(w, "/tmp/a").st_size, 0);
    cr_assert_eq(DO(w, MAIN, UMASK, 077), 022);
    make(w, "b");
    cr_assert_eq(stat_of(w, "/model/b").st_mode, S_IFREG | 0600);
    cr_assert_neq(stat_of(w, "b").st_ino, stat_of(w, "/tmp/a").st_ino);
    world_close(w);
}

static mode_t mode_behind(struct world *w, int64_t fd)
{
    struct stat s;
    cr_assert_eq(DO(w, MAIN, FSTAT, I(fd), MEMORY), 0);
    memcpy(&s, w->memory, sizeof s);
    return s.st_mode;
}

Test(file, fchmod_sets_what_the_caller_owns)
{
    struct world *w = world_open(); /* FILE-15 */
    cr_assert_eq(DO(w, MAIN, PIPE, OTHER), 0);
    cr_assert_eq(mode_behind(w, 3), S_IFIFO | 0600);
    cr_assert_eq(DO(w, MAIN, FCHMOD, 3, 0), 0);
    cr_assert_eq(mode_behind(w, 4), S_IFIFO, "both ends");
    cr_assert_eq(DO(w, MAIN, FCHMOD, 4, 0107777), 0);
    cr_assert_eq(mode_behind(w, 3), S_IFIFO | 07777);
    cr_assert_eq(world_write(w, MAIN, 4, "x", 1), 1, "descriptors that are open go on");
    cr_assert_eq(DO(w, MAIN, PIPE, OTHER), 0);
    cr_assert_eq(mode_behind(w, 5), S_IFIFO | 0600, "of that pipe only");
    cr_assert_eq(make(w, "/tmp/a"), 7);
    cr_assert_eq(DO(w, MAIN, FCHMOD, 7, 0), 0);
    cr_assert_eq(mode_behind(w, 7), S_IFREG);
    FAILS(EACCES, DO(w, MAIN, OPEN, path(w, "/tmp/a"), O_RDONLY));
    int64_t epoll = DO(w, MAIN, EPOLL_CREATE1, 0);
    FAILS(EOPNOTSUPP, DO(w, MAIN, FCHMOD, I(epoll), 0644));
    FAILS(EPERM, DO(w, MAIN, FCHMOD, 1, 0644));
    FAILS(EBADF, DO(w, MAIN, FCHMOD, 99, 0644));
    world_close(w);
}

Test(file, the_offset_is_shared_by_copies_and_not_by_opens)
{
    struct world *w = world_open(); /* FILE-02, FILE-03, FILE-05, FD-02 */
    char got[8];
    make(w, "a");
    world_write(w, MAIN, 3, "abcdef", 6);
    cr_assert_eq(DO(w, MAIN, LSEEK, 3, 1, SEEK_SET), 1);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(world_read_bytes(w, child, 3, got, 2), 2);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, got, 2), 2);
    cr_assert_eq(memcmp(got, "de", 2), 0);
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "a"), O_RDONLY), 4);
    cr_assert_eq(world_read_bytes(w, MAIN, 4, got, 8), 6);
    cr_assert_eq(world_read_bytes(w, MAIN, 4, got, 8), 0);
    cr_assert_eq(DO(w, MAIN, LSEEK, 3, 2, SEEK_END), 8);
    world_write(w, MAIN, 3, "x", 1);
    cr_assert_eq(world_read_bytes(w, MAIN, 4, got, 8), 3);
    cr_assert_eq(memcmp(got, "\0\0x", 3), 0);
    world_close(w);
}

Test(file, appending_goes_to_the_end_whoever_wrote_before)
{
    struct world *w = world_open(); /* FILE-04 */
    char got[8];
    make(w, "a");
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "a"), O_WRONLY | O_APPEND), 4);
    world_write(w, MAIN, 4, "a", 1);
    world_write(w, MAIN, 3, "xy", 2);
    world_write(w, MAIN, 4, "b", 1);
    cr_assert_eq(DO(w, MAIN, PREAD, 3, MEMORY, 8, 0), 3);
    memcpy(got, w->memory, 3);
    cr_assert_eq(memcmp(got, "xyb", 3), 0);
    world_close(w);
}

Test(file, positioned_calls_leave_the_offset_alone)
{
    struct world *w = world_open(); /* FILE-06 */
    make(w, "a");
    memcpy(w->memory, "abc", 3);
    cr_assert_eq(DO(w, MAIN, PWRITE, 3, MEMORY, 3, 2), 3);
    cr_assert_eq(DO(w, MAIN, LSEEK, 3, 0, SEEK_CUR), 0);
    cr_assert_eq(DO(w, MAIN, PREAD, 3, MEMORY, 9, 3), 2);
    cr_assert_eq(memcmp(w->memory, "bc", 2), 0);
    cr_assert_eq(DO(w, MAIN, FTRUNCATE, 3, 1), 0);
    cr_assert_eq(DO(w, MAIN, LSEEK, 3, 0, SEEK_END), 1);
    world_close(w);
}

Test(file, an_unlinked_file_lives_while_it_is_open)
{
    struct world *w = world_open(); /* FILE-07 */
    char c;
    make(w, "a");
    world_write(w, MAIN, 3, "x", 1);
    cr_assert_eq(DO(w, MAIN, UNLINK, path(w, "a")), 0);
    FAILS(ENOENT, DO(w, MAIN, OPEN, path(w, "a"), O_RDONLY));
    DO(w, MAIN, LSEEK, 3, 0, SEEK_SET);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 1);
    cr_assert_eq(world_objects(w, SLOT_FILE), 1);
    DO(w, MAIN, CLOSE, 3);
    cr_assert_eq(world_objects(w, SLOT_FILE), 0);
    cr_assert_eq(world_objects(w, SLOT_DIRECTORY), 0, "an empty directory takes no room");
    world_close(w);
}

Test(file, rename_replaces_in_one_step)
{
    struct world *w = world_open(); /* FILE-08, FILE-11 */
    make(w, "a");
    make(w, "b");
    world_write(w, MAIN, 3, "x", 1);
    cr_assert_eq(DO(w, MAIN, LINK, path(w, "a"), other(w, "c")), 0);
    cr_assert_eq(stat_of(w, "a").st_nlink, 2);
    cr_assert_eq(DO(w, MAIN, RENAME, path(w, "a"), other(w, "b")), 0);
    cr_assert_eq(stat_of(w, "b").st_size, 1);
    FAILS(ENOENT, DO(w, MAIN, UNLINK, path(w, "a")));
    cr_assert_eq(DO(w, MAIN, MKDIR, path(w, "d"), 0777), 0);
    cr_assert_eq(DO(w, MAIN, MKDIR, path(w, "d/e"), 0777), 0);
    cr_assert_eq(stat_of(w, "d").st_nlink, 3);
    FAILS(EINVAL, DO(w, MAIN, RENAME, path(w, "d"), other(w, "d/e/f")));
    cr_assert_eq(DO(w, MAIN, RENAME, path(w, "d/e"), other(w, "/tmp/e")), 0);
    cr_assert_eq(DO(w, MAIN, CHDIR, path(w, "/tmp/e")), 0);
    cr_assert_eq(DO(w, MAIN, CHDIR, path(w, "..")), 0);
    cr_assert_eq(DO(w, MAIN, GETCWD, MEMORY, 100), MEMORY);
    cr_assert_str_eq((char *)w->memory, "/tmp");
    world_close(w);
}

Test(file, a_removed_working_directory_holds_nothing)
{
    struct world *w = world_open(); /* FILE-09 */
    cr_assert_eq(DO(w, MAIN, MKDIR, path(w, "d"), 0777), 0);
    cr_assert_eq(DO(w, MAIN, CHDIR, path(w, "d")), 0);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, RMDIR, path(w, "/model/d")), 0);
    FAILS(ENOENT, DO(w, MAIN, OPEN, path(w, "x"), O_CREAT | O_RDWR, 0600));
    cr_assert_eq(DO(w, MAIN, GETCWD, MEMORY, 100), 0);
    cr_assert_eq(error_of(w), ENOENT);
    cr_assert_eq(DO(w, MAIN, CHDIR, path(w, "..")), 0);
    cr_assert_eq(world_objects(w, SLOT_DIRECTORY), 1);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_eq(world_objects(w, SLOT_DIRECTORY), 0);
    world_close(w);
}

Test(file, devices_take_and_give)
{
    struct world *w = world_open();
    char c = 'x';
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/dev/null"), O_RDWR), 3);
    cr_assert_eq(world_write(w, MAIN, 3, "abc", 3), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 0);
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/dev/zero"), O_RDONLY), 4);
    cr_assert_eq(world_read_bytes(w, MAIN, 4, &c, 1), 1);
    cr_assert_eq(c, 0);
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/dev/tty"), O_WRONLY), 5);
    cr_assert_eq(DO(w, MAIN, ISATTY, 5), 1);
    world_close(w);
}

Test(file, files_of_the_host_are_there_from_the_start)
{
    struct world *w = world_open(); /* FILE-10 */
    struct kernel_file file = {"/etc/app/conf", (const unsigned char *)"key", 3};
    char got[4];
    w->settings.files = &file;
    w->settings.file_count = 1;
    w->vector.count = 0;
    w->k.vector_count = 0;
    kernel_initial(&w->k, MAIN);
    world_apply(w);
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/etc/app/conf"), O_RDONLY), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, got, 4), 3);
    cr_assert_null(kernel_file_path_wrong("/a/b"));
    cr_assert_not_null(kernel_file_path_wrong("a"));
    cr_assert_not_null(kernel_file_path_wrong("/a//b"));
    cr_assert_not_null(kernel_file_path_wrong("/a/../b"));
    cr_assert_not_null(kernel_file_path_wrong("/"));
    world_close(w);
}

Test(file, unmodelled_commands_are_named)
{
    struct world *w = world_open();
    size_t n;
    FAILS(ENOTTY, DO(w, MAIN, IOCTL, 1, 12345, 0));
    cr_assert(w->k.outcome.limit);
    const char *note = intern_get(w->components, w->k.outcome.note, &n);
    cr_assert(memmem(note, n, "ioctl command 0x3039", 20));
    int p[2];
    world_pipe(w, MAIN, p); /* PIPE-22 */
    world_write(w, MAIN, p[1], "abc", 3);
    for (int end = 0; end < 2; end++) {
        int left = 0;
        cr_assert_eq(DO(w, MAIN, IOCTL, I(p[end]), FIONREAD, MEMORY), 0);
        memcpy(&left, w->memory, sizeof left);
        cr_assert_eq(left, 3);
    }
    world_close(w);
}

Test(file, errno_table)
{
    struct world *w = world_open(); /* FILE-01, FILE-05, FILE-11, FILE-13 */
    make(w, "r");
    DO(w, MAIN, MKDIR, path(w, "d"), 0777);
    DO(w, MAIN, MKDIR, path(w, "d/x"), 0777);
    DO(w, MAIN, MKFIFO, path(w, "f"), 0666);
    DO(w, MAIN, OPEN, path(w, "ro"), O_RDONLY | O_CREAT, 0444);
    static char name[300], long_path[5000];
    memset(name, 'a', sizeof name - 1);
    memset(long_path, 'a', sizeof long_path - 1);
    const struct {
        uint32_t call;
        const char *path, *other;
        uint64_t argument;
        int error;
    } rows[] = {
        {KCALL_OPEN, "", NULL, O_RDONLY, ENOENT},
        {KCALL_OPEN, "f/", NULL, O_RDONLY, ENOTDIR},
        {KCALL_OPEN, "no/", NULL, O_CREAT | O_WRONLY, EISDIR},
        {KCALL_OPEN, ".", NULL, O_WRONLY, EISDIR},
        {KCALL_OPEN, ".", NULL, O_CREAT, EISDIR},
        {KCALL_OPEN, "f", NULL, O_CREAT | O_EXCL, EEXIST},
        {KCALL_OPEN, "r", NULL, O_DIRECTORY, ENOTDIR},
        {KCALL_OPEN, "r/a", NULL, O_CREAT | O_RDWR, ENOTDIR},
        {KCALL_OPEN, "no/x", NULL, O_CREAT | O_RDWR, ENOENT},
        {KCALL_OPEN, "ro", NULL, O_WRONLY, EACCES},
        {KCALL_OPEN, "/zz", NULL, O_CREAT | O_WRONLY, EACCES},
        {KCALL_OPEN, "d", NULL, O_CREAT | O_DIRECTORY, EINVAL},
        {KCALL_OPEN, name, NULL, O_RDONLY, ENAMETOOLONG},
        {KCALL_OPEN, long_path, NULL, O_RDONLY, ENAMETOOLONG},
        {KCALL_MKFIFO, "", NULL, 0666, ENOENT},
        {KCALL_MKFIFO, "x/", NULL, 0666, ENOENT},
        {KCALL_MKFIFO, "no/x", NULL, 0666, ENOENT},
        {KCALL_MKFIFO, "f/x", NULL, 0666, ENOTDIR},
        {KCALL_MKDIR, "d/", NULL, 0777, EEXIST},
        {KCALL_MKDIR, "/zz", NULL, 0777, EACCES},
        {KCALL_MKNOD, "k", NULL, S_IFDIR | 0600, EPERM},
        {KCALL_RMDIR, "d", NULL, 0, ENOTEMPTY},
        {KCALL_RMDIR, ".", NULL, 0, EINVAL},
        {KCALL_RMDIR, "d/.", NULL, 0, EINVAL},
        {KCALL_RMDIR, "d/x/..", NULL, 0, ENOTEMPTY},
        {KCALL_RMDIR, "f", NULL, 0, ENOTDIR},
        {KCALL_RMDIR, "no", NULL, 0, ENOENT},
        {KCALL_RMDIR, "/", NULL, 0, EBUSY},
        {KCALL_RMDIR, "/tmp", NULL, 0, EACCES},
        {KCALL_UNLINK, "d", NULL, 0, EISDIR},
        {KCALL_UNLINK, "d/", NULL, 0, EISDIR},
        {KCALL_UNLINK, "f/", NULL, 0, ENOTDIR},
        {KCALL_UNLINK, "/", NULL, 0, EISDIR},
        {KCALL_UNLINK, "..", NULL, 0, EISDIR},
        {KCALL_UNLINK, "/tmp", NULL, 0, EACCES},
        {KCALL_RENAME, "r", "d", 0, EISDIR},
        {KCALL_RENAME, "d", "r", 0, ENOTDIR},
        {KCALL_RENAME, "no", "x", 0, ENOENT},
        {KCALL_RENAME, "d", "d/y", 0, EINVAL},
        {KCALL_RENAME, "d/x", "d", 0, ENOTEMPTY},
        {KCALL_RENAME, "r", "z/", 0, ENOTDIR},
        {KCALL_RENAME, ".", "q", 0, EBUSY},
        {KCALL_RENAME, "r", ".", 0, EBUSY},
        {KCALL_RENAME, "/", "q", 0, EBUSY},
        {KCALL_LINK, "r", "f", 0, EEXIST},
        {KCALL_LINK, "no", "q", 0, ENOENT},
        {KCALL_LINK, "d", "q", 0, EPERM},
        {KCALL_ACCESS, "ro", NULL, W_OK, EACCES},
        {KCALL_ACCESS, "ro", NULL, R_OK | X_OK, EACCES},
        {KCALL_ACCESS, "ro", NULL, 99, EINVAL},
        {KCALL_ACCESS, "/", NULL, W_OK, EACCES},
        {KCALL_CHDIR, "no", NULL, 0, ENOENT},
        {KCALL_CHDIR, "ro", NULL, 0, ENOTDIR},
        {KCALL_CHDIR, "", NULL, 0, ENOENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t args[6] = {path(w, rows[i].path), rows[i].other ? other(w, rows[i].other) : rows[i].argument};
        cr_assert_eq(world_call(w, MAIN, rows[i].call, args), -1, "row %zu", i);
        cr_assert_eq(error_of(w), rows[i].error, "row %zu: errno %d", i, error_of(w));
    }
    FAILS(EFAULT, DO(w, MAIN, OPEN, 8, 0));
    FAILS(EBADF, DO(w, MAIN, OPENAT, 77, path(w, "a"), 0));
    FAILS(ENOTDIR, DO(w, MAIN, OPENAT, 3, path(w, "a"), 0));
    FAILS(EINVAL, DO(w, MAIN, LSEEK, 3, (uint64_t)-1, SEEK_SET));
    FAILS(EINVAL, DO(w, MAIN, LSEEK, 3, 0, 9));
    FAILS(EINVAL, DO(w, MAIN, PREAD, 3, MEMORY, 3, (uint64_t)-1));
    FAILS(EINVAL, DO(w, MAIN, FTRUNCATE, 3, (uint64_t)-1));
    FAILS(EINVAL, DO(w, MAIN, FTRUNCATE, 4, 0));
    FAILS(EBADF, world_write(w, MAIN, 4, "x", 1));
    w->settings.file_bytes = 4;
    FAILS(EFBIG, world_write(w, MAIN, 3, "hello", 5));
    cr_assert(w->k.outcome.limit);
    world_close(w);
}

Test(file, random_traffic_agrees_with_a_plain_array)
{
    for (uint64_t seed = 1; seed <= 20; seed++) { /* FILE-02 to FILE-06 */
        struct world *w = world_open();
        static unsigned char bytes[64], reference[4096];
        size_t size = 0, offset = 0;
        uint64_t random = seed;
        memset(reference, 0, sizeof reference);
        make(w, "a");
        for (int i = 0; i < 300; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            size_t n = 1 + (size_t)(random >> 40 & 31), at = (size_t)(random >> 50 & 255);
            unsigned what = random >> 33 & 3;
            if (what == 0) {
                memset(bytes, (int)(random >> 24 & 0xff), n);
                cr_assert_eq(world_write(w, MAIN, 3, bytes, n), (int64_t)n);
                memcpy(reference + offset, bytes, n);
                offset += n;
                size = offset > size ? offset : size;
            } else if (what == 1) {
                size_t left = offset < size ? size - offset : 0, taken = n < left ? n : left;
                cr_assert_eq(world_read_bytes(w, MAIN, 3, bytes, n), (int64_t)taken);
                cr_assert_eq(memcmp(bytes, reference + offset, taken), 0);
                offset += taken;
            } else if (what == 2) {
                cr_assert_eq(DO(w, MAIN, LSEEK, 3, at, SEEK_SET), (int64_t)at);
                offset = at;
            } else {
                cr_assert_eq(DO(w, MAIN, FTRUNCATE, 3, at), 0);
                if (at < size)
                    memset(reference + at, 0, size - at);
                size = at;
            }
        }
        world_close(w);
    }
}
