/* wait, waitpid and waitid. See spec/process.md. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "kernel/handlers.h"
#include "kernel/process.h"
#include "kernel/shm.h"
#include "kernel/signals.h"
#include "kernel/system.h"

enum { USER = 1000 /* as in identity.c */ };

/* The options of waitpid that Linux takes. */
#define WAIT_OPTIONS ((uint32_t)(WNOHANG | WUNTRACED | WCONTINUED | __WALL | __WNOTHREAD))

/* PROC-08: >0 that child; 0 the caller's process group; -1 any; below, the group -which. */
static bool child_matches(const struct process *self, const struct process *child, int32_t which)
{
    if (which > 0)
        return child->h.pid == (uint32_t)which;
    if (which == -1)
        return true;
    return child->h.pgid == (which ? 0u - (uint32_t)which : self->h.pgid);
}

struct candidates {
    uint32_t matching; /* children that match at all; without WEXITED no dead ones (PROC-35) */
    bool dead;         /* one that is left out so */
    vec_u32 zombies;   /* pids of those that are dead, or have other news that was asked for, in the order of the list
                          of children */
};

/* The JOB_ bit of a stop or a continuation that was not told yet, and was asked for (PROC-15); 0: none. */
static uint32_t news_of(struct kstep *k, uint32_t child, uint32_t options)
{
    struct signals s;
    uint32_t asked =
        (options & WUNTRACED ? JOB_STOP_NEWS : 0u) | (options & (uint32_t)WCONTINUED ? JOB_CONTINUE_NEWS : 0u);
    if (!asked || !k->signals)
        return 0;
    signals_get(k, child, &s);
    return s.h.job & asked;
}

static void candidates_find(struct kstep *k, int32_t which, uint32_t options, struct candidates *c)
{
    struct process self, child;
    process_get(k, k->pid, &self);
    for (uint32_t i = 0; i < self.h.child_count; i++) {
        process_get(k, self.children[i].pid, &child);
        if (!child_matches(&self, &child, which))
            continue;
        if (child.h.state == PROCESS_ZOMBIE && !(options & WEXITED)) {
            c->dead = true;
            continue;
        }
        c->matching++;
        if (child.h.state == PROCESS_ZOMBIE || news_of(k, child.h.pid, options))
            VEC_PUSH(&c->zombies, child.h.pid);
    }
}

/* The blocking rule of wait: somebody could still come, and nobody has (PROC-06, PROC-08). SIGCHLD does not matter: it
 * stays pending where it is blocked (PROC-17). */
static bool wait_blocks(const struct candidates *c)
{
    return c->matching > 0 && c->zombies.count == 0;
}

/* Takes note of a stop or a continuation, which is told once (`keep`: and once more); the status that wait gives. */
static int32_t tell_news(struct kstep *k, uint32_t child, uint32_t options, bool keep)
{
    static const int32_t continued = 0xffff;
    struct signals s;
    uint32_t news = news_of(k, child, options);
    signals_get(k, child, &s);
    int32_t status = news & JOB_STOP_NEWS ? W_STOPCODE((int32_t)(s.h.job >> JOB_SIGNAL_SHIFT)) : continued;
    if (!keep) {
        s.h.job &= ~news;
        signals_put(k, &s);
    }
    return status;
}

static void reap(struct kstep *k, const struct candidates *c, uint64_t status_address, uint32_t options)
{
    struct process child;
    /* PROC-10, MODE-02: any of them, or the one that was made first */
    uint32_t i = k->settings->linux_order ? 0 : kstep_choose(k, (uint32_t)c->zombies.count);
    process_get(k, c->zombies.items[i], &child);
    if (child.h.state == PROCESS_ZOMBIE) {
        process_remove(k, child.h.pid);
        process_drop_child(k, k->pid, child.h.pid);
        system_add_processes(k, -1);
    } else {
        child.h.status = tell_news(k, child.h.pid, options, false);
    }
    /* As Linux does, a bad address is found only after the child is gone. */
    if (!status_address || kstep_copy_out(k, status_address, &child.h.status, sizeof child.h.status))
        kstep_return(k, child.h.pid);
}

/* Who waits for a process group falls asleep first, and is then woken by nothing but the end of a member: a child that
 * leaves the group meanwhile makes no noise, so that the sleeper never learns that nobody is left (PROC-24). */
static bool wait_is_for_group(int32_t which)
{
    return which == 0 || which < -1;
}

enum { WAIT_ASLEEP = 1 };

static void wait_for(struct kstep *k, int32_t which, uint64_t status_address, uint32_t options)
{
    struct candidates c = {0};
    bool hang = !(options & WNOHANG);
    candidates_find(k, which, options | WEXITED, &c);
    if (k->call.progress == WAIT_ASLEEP && !c.zombies.count)
        kstep_block(k);
    else if (!c.matching)
        kstep_fail(k, ECHILD); /* PROC-08, PROC-09 */
    else if (!wait_blocks(&c))
        reap(k, &c, status_address, options);
    else if (hang && wait_is_for_group(which) && k->call.progress != WAIT_ASLEEP)
        kstep_continue(k, WAIT_ASLEEP); /* PROC-24 */
    else if (hang)
        kstep_block(k);
    else
        kstep_return(k, 0); /* PROC-09 */
    VEC_FREE(&c.zombies);
}

void process_wait(struct kstep *k)
{
    wait_for(k, -1, k->call.args[0], 0);
}

void process_waitpid(struct kstep *k)
{
    int32_t which = kstep_int(k, 0);
    uint32_t options = (uint32_t)k->call.args[2];
    if (options & (uint32_t)__WCLONE) {
        kstep_limit(k, "waitpid option __WCLONE is not modelled");
        kstep_fail(k, EINVAL);
    } else if (options & ~WAIT_OPTIONS) {
        kstep_fail(k, EINVAL);
    } else if (which == INT32_MIN) {
        kstep_fail(k, ESRCH);
    } else {
        wait_for(k, which, k->call.args[1], options);
    }
}

/* PROC-23: what waitid takes. */
#define WAITID_OPTIONS ((uint32_t)(WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD))

/* The which of waitpid that idtype and id mean; false for a bad pair. */
static bool waitid_which(struct kstep *k, int32_t *which)
{
    int32_t type = kstep_int(k, 0), id = kstep_int(k, 1);
    *which = type == P_ALL ? -1 : type == P_PID ? id : (int32_t)(0u - (uint32_t)id);
    if (type == P_ALL)
        return true;
    return (type == P_PID && id > 0) || (type == P_PGID && id >= 0 && id != 1);
}

/* The fields of siginfo_t that Linux stores; all 0 where nobody was found. */
static bool siginfo_copy_out(struct kstep *k, const struct process *child)
{
    enum { SIGINFO_CHILD = 16 /* offset of si_pid */ };
    uint64_t address = k->call.args[2];
    int32_t head[3] = {0}, tail[3] = {0};
    if (child) {
        int32_t status = child->h.status;
        bool exited = WIFEXITED(status), stopped = WIFSTOPPED(status), continued = WIFCONTINUED(status);
        head[0] = SIGCHLD;
        head[2] = stopped ? CLD_STOPPED : continued ? CLD_CONTINUED : exited ? CLD_EXITED : CLD_KILLED;
        tail[0] = (int32_t)child->h.pid;
        tail[1] = USER;
        tail[2] = stopped ? WSTOPSIG(status) : continued ? SIGCONT : exited ? WEXITSTATUS(status) : WTERMSIG(status);
    }
    return !address || (kstep_copy_out(k, address, head, sizeof head) &&
                        kstep_copy_out(k, address + SIGINFO_CHILD, tail, sizeof tail));
}

static void waitid_reap(struct kstep *k, const struct candidates *c, uint32_t options)
{
    struct process child;
    bool keep = options & WNOWAIT;
    uint32_t i = k->settings->linux_order ? 0 : kstep_choose(k, (uint32_t)c->zombies.count); /* PROC-10 */
    process_get(k, c->zombies.items[i], &child);
    if (child.h.state != PROCESS_ZOMBIE) {
        child.h.status = tell_news(k, child.h.pid, options, keep);
    } else if (!keep) {
        process_remove(k, child.h.pid);
        process_drop_child(k, k->pid, child.h.pid);
        system_add_processes(k, -1);
    }
    if (siginfo_copy_out(k, &child))
        kstep_return(k, 0);
}

/* Where there is nothing to tell Linux stores zeros, also when the call fails (PROC-23). */
static void waitid_end(struct kstep *k, int error)
{
    if (!siginfo_copy_out(k, NULL))
        return;
    if (error)
        kstep_fail(k, error);
    else
        kstep_return(k, 0);
}

void process_waitid(struct kstep *k)
{
    int32_t which;
    uint32_t options = (uint32_t)k->call.args[3];
    struct candidates c = {0};
    if (options & ~WAITID_OPTIONS || !(options & (WEXITED | WSTOPPED | WCONTINUED)) || !waitid_which(k, &which)) {
        waitid_end(k, EINVAL);
        return;
    }
    candidates_find(k, which, options, &c);
    if (k->call.progress == WAIT_ASLEEP && !c.zombies.count && (c.matching || !c.dead))
        kstep_block(k);
    else if (!c.matching)
        waitid_end(k, ECHILD);
    else if (!wait_blocks(&c))
        waitid_reap(k, &c, options);
    else if (options & WNOHANG)
        waitid_end(k, 0); /* PROC-09 */
    else if (wait_is_for_group(which) && k->call.progress != WAIT_ASLEEP)
        kstep_continue(k, WAIT_ASLEEP); /* PROC-24 */
    else
        kstep_block(k);
    VEC_FREE(&c.zombies);
}

static int waker_compare(const void *a, const void *b)
{
    const struct kwaker *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

/* "to exit or stop" */
static const char *awaited_text(struct kstep *k)
{
    uint32_t options = k->call.number == KCALL_WAITID    ? (uint32_t)k->call.args[3]
                       : k->call.number == KCALL_WAITPID ? (uint32_t)k->call.args[2] | WEXITED
                                                         : WEXITED;
    switch (options & (WEXITED | WSTOPPED | WCONTINUED)) {
    case WSTOPPED:
        return "stop";
    case WCONTINUED:
        return "continue";
    case WEXITED | WSTOPPED:
        return "exit or stop";
    case WEXITED | WCONTINUED:
        return "exit or continue";
    case WSTOPPED | WCONTINUED:
        return "stop or continue";
    case WEXITED | WSTOPPED | WCONTINUED:
        return "exit, stop or continue";
    default:
        return "exit";
    }
}

void wait_explain(struct kstep *k, struct kwait *w)
{
    struct process self, child;
    int32_t which = k->call.number == KCALL_WAIT ? -1 : kstep_int(k, 0);
    size_t strong = 0;
    if (k->call.number == KCALL_WAITID)
        waitid_which(k, &which);
    process_get(k, k->pid, &self);
    for (uint32_t i = 0; i < self.h.child_count; i++) {
        process_get(k, self.children[i].pid, &child);
        /* A child of another group may still join the one that is waited for. */
        bool matches = child_matches(&self, &child, which);
        if (matches || which == 0 || which < -1) {
            VEC_PUSH(&w->wakers, ((struct kwaker){child.h.pid, -1, !matches}));
            strong += matches;
        }
    }
    if (w->wakers.count)
        qsort(w->wakers.items, w->wakers.count, sizeof *w->wakers.items, waker_compare);
    w->kind = KWAIT_CHILD;
    if (w->wakers.count == 1) {
        w->object = process_slot(k, w->wakers.items[0].pid);
        text_printf(&w->needs, "needs child (pid %u) to %s", w->wakers.items[0].pid, awaited_text(k));
    } else {
        text_printf(&w->needs, "needs any of %zu children to %s", strong, awaited_text(k));
    }
}

static void wait_results(struct kstep *k, struct kfuture *f, uint32_t pid, uint64_t status)
{
    if (!status) {
        kfuture_result(f, pid, 0);
        return;
    }
    for (int32_t code = 0; code <= UINT8_MAX; code++)
        kfuture_result_bytes(k, f, pid, status, &(int32_t){W_EXITCODE(code, 0)}, sizeof(int32_t));
    for (int32_t signal = 1; signal <= SIGRTMAX; signal++)
        kfuture_result_bytes(k, f, pid, status, &(int32_t){W_EXITCODE(0, signal)}, sizeof(int32_t));
}

/* RED-03. The children that there are now are those that there will be: only the caller makes and reaps them. */
bool wait_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    bool any = k->call.number == KCALL_WAIT;
    int32_t which = any ? -1 : kstep_int(k, 0);
    uint64_t status = k->call.args[any ? 0 : 1], options = any ? 0 : k->call.args[2];
    if (options || which == 0 || which < -1 || kstep_program_uses(k, KCALL_PRCTL)) /* others may be adopted */
        return false;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.child_count; i++) {
        uint32_t pid = p.children[i].pid;
        if (which != -1 && (uint32_t)which != pid)
            continue;
        kfuture_use(f, process_slot(k, pid), k->settings->linux_order ? KUSE_CHANGE : KUSE_AWAIT);
        wait_results(k, f, pid, status);
    }
    kfuture_use(f, kstep_slot(k, SLOT_SYSTEM, 0, 0), KUSE_GIVE);
    kfuture_result(f, -1, ECHILD);
    return !status || !shm_is_shared(status);
}
