/* See conform_guard.h. */
#include "cli/conform_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/conform_files.h"

/* All signals are blocked here, for good. */
static _Noreturn void guard(int held, const char *folder)
{
    char nothing;
    setsid();
    while (read(held, &nothing, 1) < 0 && errno == EINTR)
        ;
    folder_remove(folder);
    _exit(0);
}

static bool start(struct guard *g, char *folder)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    bool made = mkdtemp(folder);
    g->held = ends[1];
    g->pid = made ? fork() : -1;
    if (g->pid == 0) {
        close(ends[1]);
        guard(ends[0], folder);
    }
    int error = errno;
    close(ends[0]);
    if (g->pid < 0) {
        close(ends[1]);
        if (made)
            folder_remove(folder);
    }
    errno = error;
    return g->pid > 0;
}

bool guard_start(struct guard *g, char *folder)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    bool good = start(g, folder);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return good;
}

void guard_stop(const struct guard *g)
{
    close(g->held);
    while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
