/* The signals of posix_spawn's attributes. See spawn.c. */
#include "command.h"

#include <signal.h>

static void apply(const posix_spawnattr_t *attributes) {
    if (attributes->__flags & POSIX_SPAWN_SETSIGDEF)
        for (int i = 1; i <= 64; i++)
            if (i != SIGKILL && i != SIGSTOP && sigismember(&attributes->__sd, i) == 1)
                signal(i, SIG_DFL);
    if (attributes->__flags & POSIX_SPAWN_SETSIGMASK)
        sigprocmask(SIG_SETMASK, &attributes->__ss, NULL);
}

LIBC int posix_spawnattr_setsigmask(posix_spawnattr_t *attributes, const sigset_t *set) {
    attributes->__ss = *set;
    __impasse_spawn_signals = apply;
    return 0;
}

LIBC int posix_spawnattr_getsigmask(const posix_spawnattr_t *attributes, sigset_t *set) {
    *set = attributes->__ss;
    return 0;
}

LIBC int posix_spawnattr_setsigdefault(posix_spawnattr_t *attributes, const sigset_t *set) {
    attributes->__sd = *set;
    __impasse_spawn_signals = apply;
    return 0;
}

LIBC int posix_spawnattr_getsigdefault(const posix_spawnattr_t *attributes, sigset_t *set) {
    *set = attributes->__sd;
    return 0;
}
