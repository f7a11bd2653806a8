/* Calls in signal handlers of functions that are not async-signal-safe (SIG-30, SIG-31). See handlers.h.
 *
 * A handler, here, is a function whose address is named where a handler is installed: in a function that calls
 * sigaction or one of its relatives. What it calls of the user's own is followed. */
#include <stdlib.h>
#include <string.h>

#include "program/handlers.h"
#include "program/live.h"
#include "program/program.h"

/* The table of signal-safety(7); then what Linux has beside it that is a plain system call, and what only a model has.
 * All sorted together. */
// clang-format off
static const char *const safe[] = {
    "_Exit", "__errno_location", "__xpg_sigpause", "_exit", "_longjmp", "abort", "accept", "access", "aio_error",
    "aio_return", "aio_suspend", "alarm", "bind", "cfgetispeed", "cfgetospeed", "cfsetispeed", "cfsetospeed", "chdir",
    "chmod", "chown", "clock_gettime", "close", "connect", "creat", "dup", "dup2", "dup3", "epoll_pwait", "epoll_wait",
    "execl", "execle", "execv", "execve", "faccessat", "fchdir", "fchmod", "fchmodat", "fchown", "fchownat", "fcntl",
    "fdatasync", "fexecve", "ffs", "fork", "fstat", "fstatat", "fsync", "ftruncate", "futimens", "getegid", "geteuid",
    "getgid", "getgroups", "getpeername", "getpgid", "getpgrp", "getpid", "getppid", "getsid", "getsockname",
    "getsockopt", "getuid", "htonl", "htons", "impasse_atomic_begin", "impasse_atomic_end", "impasse_choose",
    "impasse_idle", "impasse_mark", "impasse_progress", "kill", "killpg", "link", "linkat", "listen", "longjmp",
    "lseek", "lstat", "memccpy", "memchr", "memcmp", "memcpy", "memmove", "memset", "mkdir", "mkdirat", "mkfifo",
    "mkfifoat", "mknod", "mknodat", "nanosleep", "ntohl", "ntohs", "open", "openat", "pause", "pipe", "pipe2", "poll",
    "posix_trace_event", "ppoll", "pread", "pselect", "pthread_kill", "pthread_self", "pthread_sigmask", "pwrite",
    "raise", "read", "readlink", "readlinkat", "recv", "recvfrom", "recvmsg", "rename", "renameat", "rmdir", "select",
    "sem_post", "send", "sendmsg", "sendto", "setgid", "setitimer", "setpgid", "setsid", "setsockopt", "setuid",
    "shutdown", "sigaction", "sigaddset", "sigdelset", "sigemptyset", "sigfillset", "sigismember", "siglongjmp",
    "signal", "signalfd", "sigpause", "sigpending", "sigprocmask", "sigqueue", "sigset", "sigsuspend", "sleep",
    "sockatmark", "socket", "socketpair", "stat", "stpcpy", "stpncpy", "strcat", "strchr", "strcmp", "strcpy",
    "strcspn", "strlen", "strncat", "strncmp", "strncpy", "strnlen", "strpbrk", "strrchr", "strspn", "strstr",
    "strtok_r", "symlink", "symlinkat", "tcdrain", "tcflow", "tcflush", "tcgetattr", "tcgetpgrp", "tcsendbreak",
    "tcsetattr", "tcsetpgrp", "tgkill", "time", "timer_getoverrun", "timer_gettime", "timer_settime", "times", "umask",
    "uname", "unlink", "unlinkat", "utime", "utimensat", "utimes", "vfork", "wait", "waitid", "waitpid", "wcpcpy",
    "wcpncpy", "wcscat", "wcschr", "wcscmp", "wcscpy", "wcscspn", "wcslen", "wcsncat", "wcsncmp", "wcsncpy", "wcsnlen",
    "wcspbrk", "wcsrchr", "wcsspn", "wcsstr", "wcstok", "wmemchr", "wmemcmp", "wmemcpy", "wmemmove", "wmemset", "write",
};
// clang-format on

static int name_compare(const void *name, const void *entry)
{
    return strcmp(name, *(const char *const *)entry);
}

static bool is_safe(const char *name)
{
    if (strncmp(name, "llvm.", 5) == 0 || strncmp(name, "__", 2) == 0) /* what the compiler itself calls */
        return true;
    return bsearch(name, safe, sizeof safe / sizeof *safe, sizeof *safe, name_compare) != NULL;
}

static bool is_installer(const char *name)
{
    return strcmp(name, "sigaction") == 0 || strcmp(name, "signal") == 0 || strcmp(name, "sigset") == 0 ||
           strcmp(name, "bsd_signal") == 0 || strcmp(name, "__sysv_signal") == 0;
}

static const char *callee_name(const struct program *p, const struct code_inst *inst)
{
    if (inst->op == CODE_CALL_BUILTIN)
        return p->builtins.items[inst->imm].name;
    return inst->op == CODE_CALL && p->functions.items[inst->imm].libc ? p->functions.items[inst->imm].name : NULL;
}

struct marks {
    const struct program *p;
    bool *reached;
    vec_u32 work;
};

static void reach(struct marks *m, uint32_t function)
{
    if (m->reached[function] || m->p->functions.items[function].libc)
        return;
    m->reached[function] = true;
    VEC_PUSH(&m->work, function);
}

static void root_operand(void *context, uint32_t operand)
{
    struct marks *m = context;
    uint64_t value;
    if (!live_constant(m->p, operand, &value) || (uint32_t)value)
        return;
    uint32_t index = (uint32_t)(value >> 32) - OBJECT_FUNCTION;
    if (value >> 32 >= OBJECT_FUNCTION && index < m->p->functions.count)
        reach(m, index);
}

static void find_roots(struct marks *m)
{
    for (size_t i = 0; i < m->p->functions.count; i++) {
        const struct code_function *f = &m->p->functions.items[i];
        bool installs = false;
        for (size_t n = 0; n < f->code.count && !f->libc; n++) {
            const char *name = callee_name(m->p, &f->code.items[n]);
            installs |= name && is_installer(name);
        }
        for (size_t n = 0; n < f->code.count && installs; n++)
            live_each_use(f, &f->code.items[n], root_operand, m);
    }
}

void handlers_warn(const struct program *p, void (*warn)(void *context, struct diag_place at, const char *callee),
                   void *context)
{
    struct marks m = {.p = p, .reached = mem_zero(p->functions.count, sizeof(bool))};
    find_roots(&m);
    while (m.work.count) {
        const struct code_function *f = &p->functions.items[m.work.items[--m.work.count]];
        for (size_t n = 0; n < f->code.count; n++) {
            const struct code_inst *inst = &f->code.items[n];
            const char *name = callee_name(p, inst);
            if (name && !is_safe(name))
                warn(context, program_place(p, inst->place), name);
            if (inst->op == CODE_CALL)
                reach(&m, (uint32_t)inst->imm);
        }
    }
    mem_free(m.reached);
    VEC_FREE(&m.work);
}
