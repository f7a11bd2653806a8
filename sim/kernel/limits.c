/* Limits of a process, and prctl. See spec/process.md. */
#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "kernel/handlers.h"
#include "kernel/path.h"
#include "kernel/process.h"

/* struct rlimit of glibc on x86-64. */
struct limit_layout {
    uint64_t soft, hard;
};
_Static_assert(sizeof(struct limit_layout) == sizeof(struct rlimit), "the caller's own layout");

/* Limits as the component has them: plus 1, or 0 for the default. */
static uint64_t limit_value(uint32_t kept, int64_t standard)
{
    return kept ? kept - UINT64_C(1) : (uint64_t)standard;
}

static bool is_resource(int32_t resource)
{
    return resource >= 0 && resource < (int32_t)RLIMIT_NLIMITS;
}

static struct limit_layout limits_of(struct kstep *k, int32_t resource)
{
    static const struct limit_layout none = {RLIM_INFINITY, RLIM_INFINITY};
    struct process p;
    process_get(k, k->pid, &p);
    if (resource == (int32_t)RLIMIT_NOFILE)
        return (struct limit_layout){limit_value(p.h.files_soft, k->settings->descriptors),
                                     limit_value(p.h.files_hard, k->settings->descriptors)};
    if (resource == (int32_t)RLIMIT_NPROC)
        return (struct limit_layout){limit_value(p.h.processes_soft, k->settings->processes),
                                     limit_value(p.h.processes_hard, k->settings->processes)};
    return none;
}

void limit_get(struct kstep *k)
{
    int32_t resource = kstep_int(k, 0);
    if (!is_resource(resource)) {
        kstep_fail(k, EINVAL);
        return;
    }
    struct limit_layout now = limits_of(k, resource);
    if (kstep_copy_out(k, k->call.args[1], &now, sizeof now))
        kstep_return(k, 0);
}

static uint32_t kept(uint64_t limit)
{
    return limit >= INT32_MAX ? INT32_MAX : (uint32_t)limit + 1;
}

/* PROC-30: the soft limit up to the hard one, and the hard one never up again. */
void limit_set(struct kstep *k)
{
    int32_t resource = kstep_int(k, 0);
    struct limit_layout new;
    struct process p;
    if (!is_resource(resource)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!kstep_copy_in(k, k->call.args[1], &new, sizeof new))
        return;
    struct limit_layout old = limits_of(k, resource);
    if (new.soft > new.hard) {
        kstep_fail(k, EINVAL);
    } else if (new.hard > old.hard) {
        kstep_fail(k, EPERM);
    } else if (resource != (int32_t)RLIMIT_NOFILE && resource != (int32_t)RLIMIT_NPROC) {
        if (resource != (int32_t)RLIMIT_CORE && (new.soft != old.soft || new.hard != old.hard))
            kstep_limit(k, "setrlimit: only RLIMIT_NOFILE and RLIMIT_NPROC are modelled, not resource %d", resource);
        kstep_return(k, 0); /* there are no core files */
    } else {
        process_get(k, k->pid, &p);
        bool files = resource == (int32_t)RLIMIT_NOFILE;
        *(files ? &p.h.files_soft : &p.h.processes_soft) = kept(new.soft);
        *(files ? &p.h.files_hard : &p.h.processes_hard) = kept(new.hard);
        process_put(k, &p);
        kstep_return(k, 0);
    }
}

/* PROC-29. What else prctl can do is not modelled. */
void limit_prctl(struct kstep *k)
{
    int32_t option = kstep_int(k, 0);
    struct process p;
    process_get(k, k->pid, &p);
    if (option == PR_SET_CHILD_SUBREAPER) {
        p.h.flags = (p.h.flags & ~(uint32_t)PROCESS_SUBREAPER) | (k->call.args[1] ? PROCESS_SUBREAPER : 0u);
        process_put(k, &p);
        kstep_return(k, 0);
    } else if (option == PR_GET_CHILD_SUBREAPER) {
        int32_t is = (p.h.flags & PROCESS_SUBREAPER) != 0;
        if (kstep_copy_out(k, k->call.args[1], &is, sizeof is))
            kstep_return(k, 0);
    } else if (option == PR_SET_NAME) {
        kstep_return(k, 0); /* nobody sees it */
    } else {
        kstep_limit(k, "prctl: only PR_SET_CHILD_SUBREAPER is modelled, not option %d", option);
        kstep_fail(k, EINVAL);
    }
}

/* The simulated libc says what it cannot do. */
void limit_refuse(struct kstep *k)
{
    char text[PATH_BYTES_MAX];
    if (path_copy_in(k, k->call.args[0], text)) {
        kstep_limit(k, "%s", text);
        kstep_return(k, 0);
    }
}

bool limit_refuse_silent(struct kstep *k)
{
    (void)k;
    return true;
}
