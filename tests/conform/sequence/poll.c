/* Waiting for several descriptors. A time-out is in milliseconds; where the call takes a timespec -1 is NULL and -2 one
 * that is no time. A mask is that of sigset_of in signals.c; -1: NULL. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

static struct timespec *timespec_of(long milliseconds, struct timespec *t) {
    *t = milliseconds == -2 ? (struct timespec){0, 1000000000}
                            : (struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000};
    return milliseconds == -1 ? NULL : t;
}

static const sigset_t *mask_of(long signal, sigset_t *set) {
    sigemptyset(set);
    if (signal > 0)
        sigaddset(set, (int)signal);
    return signal < 0 ? NULL : set;
}

/* a: count, time-out, descriptor, events, descriptor, events, mask. A count of 3 is without any entry but that of the
 * buffer; 9 one that no table has. */
static void do_poll(enum call call, const long a[ARGUMENTS]) {
    struct pollfd p[2] = {{(int)a[2], (short)a[3], 0}, {(int)a[4], (short)a[5], 0}}, *where = p;
    struct timespec t;
    sigset_t set;
    nfds_t n = (nfds_t)a[0];
    if (n == 3) {
        where = address_of(2);
        n = 1;
    } else if (n == 9) {
        n = 1000000000;
    }
    result(call == CALL_poll ? poll(where, n, (int)a[1])
                             : ppoll(where, n, timespec_of(a[1], &t), mask_of(a[6], &set)));
    for (int i = 0; i < 2 && i < a[0]; i++)
        put_field(p[i].revents);
}

static fd_set *set_of(long bits, fd_set *set) {
    FD_ZERO(set);
    for (int f = 0; f < 31; f++)
        if (bits >> f & 1)
            FD_SET(f, set);
    return bits < 0 ? NULL : set;
}

static void put_set(const fd_set *set) {
    long bits = 0;
    for (int f = 0; f < 31; f++)
        bits |= FD_ISSET(f, set) ? 1l << f : 0;
    put_field(bits);
}

/* a: count, reading, writing, exceptions (bits; -1: NULL), time-out, mask */
static void do_select(enum call call, const long a[ARGUMENTS]) {
    fd_set sets[3];
    fd_set *r = set_of(a[1], &sets[0]), *w = set_of(a[2], &sets[1]), *e = set_of(a[3], &sets[2]);
    struct timespec t;
    struct timeval v = {a[4] / 1000, a[4] == -2 ? -1 : a[4] % 1000 * 1000};
    sigset_t set;
    int done = call == CALL_select ? select((int)a[0], r, w, e, a[4] == -1 ? NULL : &v)
                                   : pselect((int)a[0], r, w, e, timespec_of(a[4], &t), mask_of(a[5], &set));
    result(done);
    for (int i = 0; i < 3; i++)
        if (a[i + 1] >= 0)
            put_set(&sets[i]);
}

/* a: epoll, operation, descriptor, events, address */
static void do_control(const long a[ARGUMENTS]) {
    struct epoll_event e = {.events = (unsigned)a[3], .data.fd = (int)a[2]};
    result(epoll_ctl((int)a[0], (int)a[1], (int)a[2], a[4] ? address_of(a[4]) : &e));
}

/* a: epoll, room, time-out, address, mask */
static void do_wait(enum call call, const long a[ARGUMENTS]) {
    struct epoll_event e[4] = {0}, *where = a[3] ? address_of(a[3]) : e;
    sigset_t set;
    int done = call == CALL_epoll_wait ? epoll_wait((int)a[0], where, (int)a[1], (int)a[2])
                                       : epoll_pwait((int)a[0], where, (int)a[1], (int)a[2], mask_of(a[4], &set));
    result(done);
    for (int i = 1; i < done && i < 4; i++) /* which comes first is the kernel's affair (POLL-13) */
        for (int j = i; j > 0 && e[j].data.fd < e[j - 1].data.fd; j--) {
            struct epoll_event other = e[j];
            e[j] = e[j - 1];
            e[j - 1] = other;
        }
    for (int i = 0; i < done && i < 4; i++) {
        put_field(e[i].data.fd);
        put_field(e[i].events);
    }
}

bool poll_call(enum call call, const long a[ARGUMENTS]) {
    switch ((int)call) {
    case CALL_poll:
    case CALL_ppoll:
        do_poll(call, a);
        return true;
    case CALL_select:
    case CALL_pselect:
        do_select(call, a);
        return true;
    case CALL_epoll_create:
        result(epoll_create((int)a[0]));
        return true;
    case CALL_epoll_create1:
        result(epoll_create1((int)a[0]));
        return true;
    case CALL_epoll_ctl:
        do_control(a);
        return true;
    case CALL_epoll_wait:
    case CALL_epoll_pwait:
        do_wait(call, a);
        return true;
    default:
        return false;
    }
}
