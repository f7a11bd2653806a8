/* Who a process is: pids, process groups, sessions, users. */
#include <errno.h>

#include "kernel/handlers.h"
#include "kernel/process.h"

/* The simulated user and group: an ordinary one. */
enum { USER = 1000 };

bool identity_silent(struct kstep *k)
{
    (void)k;
    return true; /* never changes in the life of a process */
}

void identity_getpid(struct kstep *k)
{
    kstep_return(k, k->pid);
}

void identity_user(struct kstep *k)
{
    kstep_return(k, USER);
}

void identity_getppid(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    kstep_return(k, p.h.ppid); /* PROC-14: becomes 1 when the parent dies */
}

/* The process that a pid argument means (0: the caller), or false after failing with ESRCH. */
static bool target_get(struct kstep *k, int32_t pid, struct process *p)
{
    if (pid >= 0 && process_get(k, pid ? (uint32_t)pid : k->pid, p))
        return true;
    kstep_fail(k, ESRCH);
    return false;
}

void identity_getpgrp(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    kstep_return(k, p.h.pgid);
}

void identity_getpgid(struct kstep *k)
{
    struct process p;
    if (target_get(k, kstep_int(k, 0), &p))
        kstep_return(k, p.h.pgid);
}

void identity_getsid(struct kstep *k)
{
    struct process p;
    if (target_get(k, kstep_int(k, 0), &p))
        kstep_return(k, p.h.sid);
}

/* Whether the group exists in the session, as far as the caller, the target and the group's leader show it. */
static bool group_exists(struct kstep *k, const struct process *target, uint32_t pgid)
{
    struct process self, leader;
    process_get(k, k->pid, &self);
    if (self.h.pgid == pgid || target->h.pgid == pgid)
        return true;
    return process_get(k, pgid, &leader) && leader.h.pgid == pgid && leader.h.sid == self.h.sid;
}

void identity_setpgid(struct kstep *k)
{
    int32_t pid = kstep_int(k, 0), pgid = kstep_int(k, 1);
    struct process self, target;
    process_get(k, k->pid, &self);
    if (!pgid)
        pgid = pid;
    if (pgid < 0) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!target_get(k, pid, &target))
        return;
    if (target.h.pid != k->pid && target.h.ppid != k->pid) {
        kstep_fail(k, ESRCH);
        return;
    }
    if (target.h.pid != k->pid && target.h.flags & PROCESS_EXECUTED) {
        kstep_fail(k, EACCES); /* PROC-28 */
        return;
    }
    uint32_t group = pgid ? (uint32_t)pgid : target.h.pid;
    if (target.h.sid == target.h.pid || target.h.sid != self.h.sid) {
        kstep_fail(k, EPERM); /* a session leader, or of another session */
    } else if (group != target.h.pid && !group_exists(k, &target, group)) {
        kstep_limit(k, "setpgid to group %u, whose leader is gone or never was, is not modelled", group);
        kstep_fail(k, EPERM);
    } else {
        target.h.pgid = group;
        process_put(k, &target);
        kstep_return(k, 0);
    }
}

void identity_setsid(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (p.h.pgid == p.h.pid) {
        kstep_fail(k, EPERM);
        return;
    }
    p.h.pgid = p.h.sid = p.h.pid;
    process_put(k, &p);
    kstep_return(k, k->pid);
}
