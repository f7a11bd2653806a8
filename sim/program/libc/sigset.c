/* Sets of signals, and the numbers of the real-time ones. */
#include "libc.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

enum { SIGNALS = 64, REALTIME_FIRST = 34 };

int __libc_current_sigrtmin(void);
int __libc_current_sigrtmax(void);

LIBC int __libc_current_sigrtmin(void) {
    return REALTIME_FIRST;
}

LIBC int __libc_current_sigrtmax(void) {
    return SIGNALS;
}

static int is_signal(int signal) {
    if (signal >= 1 && signal <= SIGNALS)
        return 1;
    errno = EINVAL;
    return 0;
}

/* 32 and 33 are glibc's own: nobody may put them into a set (SIG-45). */
static int is_for_sets(int signal) {
    if (signal >= 1 && signal <= SIGNALS && signal != REALTIME_FIRST - 1 && signal != REALTIME_FIRST - 2)
        return 1;
    errno = EINVAL;
    return 0;
}

/* The kernel looks at the first word alone. */
static unsigned long *word(const sigset_t *set) {
    return (unsigned long *)set;
}

static void fill(sigset_t *set, unsigned long first) {
    for (size_t i = 0; i < sizeof *set / sizeof(unsigned long); i++)
        word(set)[i] = 0;
    word(set)[0] = first;
}

LIBC int sigemptyset(sigset_t *set) {
    fill(set, 0);
    return 0;
}

LIBC int sigfillset(sigset_t *set) {
    fill(set, ~(3ul << 31)); /* without glibc's own 32 and 33 */
    return 0;
}

LIBC int sigaddset(sigset_t *set, int signal) {
    if (!is_for_sets(signal))
        return -1;
    word(set)[0] |= 1ul << (signal - 1);
    return 0;
}

LIBC int sigdelset(sigset_t *set, int signal) {
    if (!is_for_sets(signal))
        return -1;
    word(set)[0] &= ~(1ul << (signal - 1));
    return 0;
}

LIBC int sigismember(const sigset_t *set, int signal) {
    if (!is_signal(signal))
        return -1;
    return (int)(word(set)[0] >> (signal - 1) & 1);
}

LIBC int sigisemptyset(const sigset_t *set) {
    return word(set)[0] == 0;
}

LIBC int sigandset(sigset_t *to, const sigset_t *a, const sigset_t *b) {
    fill(to, word(a)[0] & word(b)[0]);
    return 0;
}

LIBC int sigorset(sigset_t *to, const sigset_t *a, const sigset_t *b) {
    fill(to, word(a)[0] | word(b)[0]);
    return 0;
}
