/* See names.h. One table for each family. */
#include "kernel/names.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct name {
    uint32_t number;
    const char *text;
};

#define NAME(constant)                                                                                                 \
    {                                                                                                                  \
        (uint32_t)(constant), #constant                                                                                \
    }

static const struct name resources[] = {NAME(RLIMIT_NOFILE), NAME(RLIMIT_NPROC), NAME(RLIMIT_CORE),
                                        NAME(RLIMIT_STACK),  NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA)};

static const struct name errors[] = {
    NAME(EPERM),        NAME(ENOENT),    NAME(ESRCH),  NAME(EINTR),  NAME(EIO),     NAME(EBADF),  NAME(ECHILD),
    NAME(EAGAIN),       NAME(ENOMEM),    NAME(EACCES), NAME(EFAULT), NAME(EBUSY),   NAME(EEXIST), NAME(ENODEV),
    NAME(EINVAL),       NAME(ENFILE),    NAME(EMFILE), NAME(ENOTTY), NAME(ENOSPC),  NAME(ESPIPE), NAME(EPIPE),
    NAME(EOVERFLOW),    NAME(ETIMEDOUT), NAME(ENXIO),  NAME(EXDEV),  NAME(ENOTDIR), NAME(EISDIR), NAME(EFBIG),
    NAME(ENAMETOOLONG), NAME(ENOTEMPTY), NAME(ERANGE), NAME(E2BIG),  NAME(ENOEXEC), NAME(ELOOP),
};

static const struct name signals[] = {
    NAME(SIGHUP),    NAME(SIGINT),  NAME(SIGQUIT),   NAME(SIGILL),  NAME(SIGTRAP), NAME(SIGABRT), NAME(SIGBUS),
    NAME(SIGFPE),    NAME(SIGKILL), NAME(SIGUSR1),   NAME(SIGSEGV), NAME(SIGUSR2), NAME(SIGPIPE), NAME(SIGALRM),
    NAME(SIGTERM),   NAME(SIGCHLD), NAME(SIGCONT),   NAME(SIGSTOP), NAME(SIGTSTP), NAME(SIGSYS),  NAME(SIGTTIN),
    NAME(SIGTTOU),   NAME(SIGURG),  NAME(SIGWINCH),  NAME(SIGIO),   NAME(SIGPWR),  NAME(SIGXCPU), NAME(SIGXFSZ),
    NAME(SIGVTALRM), NAME(SIGPROF), NAME(SIGSTKFLT),
};

static const struct name mask_changes[] = {NAME(SIG_BLOCK), NAME(SIG_UNBLOCK), NAME(SIG_SETMASK)};

static const struct name commands[] = {
    NAME(F_DUPFD),         NAME(F_GETFD),      NAME(F_SETFD),      NAME(F_GETFL),  NAME(F_SETFL),
    NAME(F_GETLK),         NAME(F_SETLK),      NAME(F_SETLKW),     NAME(F_SETOWN), NAME(F_GETOWN),
    NAME(F_DUPFD_CLOEXEC), NAME(F_SETPIPE_SZ), NAME(F_GETPIPE_SZ),
};

static const struct name open_flags[] = {
    NAME(O_WRONLY),   NAME(O_RDWR),   NAME(O_CREAT),   NAME(O_EXCL),  NAME(O_TRUNC),     NAME(O_APPEND),
    NAME(O_NONBLOCK), NAME(O_DIRECT), NAME(O_CLOEXEC), NAME(O_ASYNC), NAME(O_DIRECTORY), NAME(O_NOFOLLOW),
};

static const struct name seeks[] = {NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END)};

static const struct name polls[] = {
    NAME(POLLIN),   NAME(POLLPRI),   NAME(POLLOUT),    NAME(POLLERR),    NAME(POLLHUP),
    NAME(POLLNVAL), NAME(POLLRDHUP), NAME(POLLRDNORM), NAME(POLLWRNORM),
};

static const struct name epolls[] = {
    NAME(EPOLLIN),    NAME(EPOLLPRI),    NAME(EPOLLOUT),    NAME(EPOLLERR), NAME(EPOLLHUP),
    NAME(EPOLLRDHUP), NAME(EPOLLRDNORM), NAME(EPOLLWRNORM), NAME(EPOLLET),  NAME(EPOLLONESHOT),
};

static const struct name epoll_operations[] = {NAME(EPOLL_CTL_ADD), NAME(EPOLL_CTL_DEL), NAME(EPOLL_CTL_MOD)};

static const struct name wait_options[] = {NAME(WNOHANG), NAME(WUNTRACED), NAME(WEXITED), NAME(WCONTINUED),
                                           NAME(WNOWAIT)};

static const struct name protections[] = {NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC)};

static const struct name map_flags[] = {NAME(MAP_SHARED), NAME(MAP_PRIVATE), NAME(MAP_ANONYMOUS), NAME(MAP_FIXED)};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void name_one(vec_char *out, const struct name *table, size_t count, int32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == (uint32_t)number) {
            text_printf(out, "%s", table[i].text);
            return;
        }
    text_printf(out, "%" PRId32, number);
}

static void name_flags(vec_char *out, const struct name *table, size_t count, uint32_t flags)
{
    const char *separator = "";
    for (size_t i = 0; i < count; i++)
        if (flags & table[i].number) {
            text_printf(out, "%s%s", separator, table[i].text);
            flags &= ~table[i].number;
            separator = "|";
        }
    if (flags || !*separator)
        text_printf(out, flags ? "%s0x%" PRIx32 : "%s%" PRIx32, separator, flags);
}

void names_error(vec_char *out, int32_t error)
{
    name_one(out, errors, COUNT(errors), error);
}

void names_signal(vec_char *out, int32_t signal)
{
    static const int32_t first = 34, last = 64; /* SIGRTMIN and SIGRTMAX of glibc */
    if (signal > first && signal <= last)
        text_printf(out, "SIGRTMIN+%" PRId32, signal - first);
    else if (signal == first)
        text_printf(out, "SIGRTMIN");
    else
        name_one(out, signals, COUNT(signals), signal);
}

void names_signal_set(vec_char *out, uint64_t set)
{
    const char *separator = "";
    uint64_t all = ~(UINT64_C(3) << 31); /* 32 and 33 are glibc's own */
    if ((set & all) == all) {
        text_printf(out, "[all]");
        return;
    }
    text_printf(out, "[");
    for (int32_t i = 1; i <= 64; i++)
        if (set >> (i - 1) & 1) {
            text_printf(out, "%s", separator);
            names_signal(out, i);
            separator = " ";
        }
    text_printf(out, "]");
}

void names_mask_change(vec_char *out, int32_t how)
{
    name_one(out, mask_changes, COUNT(mask_changes), how);
}

void names_fcntl(vec_char *out, int32_t command)
{
    name_one(out, commands, COUNT(commands), command);
}

void names_open_flags(vec_char *out, uint32_t flags)
{
    name_flags(out, open_flags, COUNT(open_flags), flags);
}

void names_place(vec_char *out, bool directory, int32_t number)
{
    if (!directory)
        name_one(out, seeks, COUNT(seeks), number);
    else if (number == AT_FDCWD)
        text_printf(out, "AT_FDCWD");
    else
        text_printf(out, "%" PRId32, number);
}

void names_resource(vec_char *out, int32_t resource)
{
    name_one(out, resources, COUNT(resources), resource);
}

void names_ioctl(vec_char *out, uint32_t command)
{
    if (command == FIONREAD || command == FIONBIO)
        text_printf(out, command == FIONREAD ? "FIONREAD" : "FIONBIO");
    else
        text_printf(out, "0x%" PRIx32, command);
}

void names_poll(vec_char *out, uint32_t bits)
{
    name_flags(out, polls, COUNT(polls), bits);
}

void names_epoll(vec_char *out, uint32_t bits)
{
    name_flags(out, epolls, COUNT(epolls), bits);
}

void names_epoll_operation(vec_char *out, int32_t operation)
{
    name_one(out, epoll_operations, COUNT(epoll_operations), operation);
}

void names_wait_options(vec_char *out, uint32_t options)
{
    name_flags(out, wait_options, COUNT(wait_options), options);
}

void names_protection(vec_char *out, uint32_t bits)
{
    name_flags(out, protections, COUNT(protections), bits);
}

void names_map_flags(vec_char *out, uint32_t flags)
{
    name_flags(out, map_flags, COUNT(map_flags), flags);
}
