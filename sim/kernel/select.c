/* select and pselect, on top of the readiness of poll. See spec/poll.md. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include "kernel/handlers.h"
#include "kernel/poll.h"

enum { SELECT_SETS = 3, WORD_BITS = 64, TABLE_FIRST = 64, TABLE_STEP = 128 };

/* What of poll each set means: reading, writing, exceptions. */
static const uint32_t set_bits[SELECT_SETS] = {POLLIN | POLLRDNORM | POLLHUP | POLLERR, POLLOUT | POLLWRNORM | POLLERR,
                                               POLLPRI};

struct sets {
    uint32_t count;                                  /* descriptors looked at */
    uint64_t *words[SELECT_SETS], *out[SELECT_SETS]; /* NULL: the caller gave none */
};

static size_t words_of(uint32_t count)
{
    return (count + WORD_BITS - 1) / WORD_BITS;
}

/* How large Linux's table would be: numbers beyond it are silently ignored (POLL-03). */
static uint32_t table_size(const struct process *p)
{
    uint32_t highest = p->h.descriptor_count ? p->descriptors[p->h.descriptor_count - 1].number : 0, size = 1;
    if (highest < TABLE_FIRST)
        return TABLE_FIRST;
    while (size < highest / TABLE_STEP + 1)
        size *= 2;
    return size * TABLE_STEP;
}

static void sets_free(struct sets *s)
{
    for (int i = 0; i < SELECT_SETS; i++) {
        mem_free(s->words[i]);
        mem_free(s->out[i]);
    }
}

/* Reads the caller's sets; false after failing. */
static bool sets_copy_in(struct kstep *k, struct sets *s)
{
    struct process p;
    memset(s, 0, sizeof *s);
    process_get(k, k->pid, &p);
    s->count = (uint32_t)kstep_int(k, 0);
    if (s->count > table_size(&p))
        s->count = table_size(&p);
    for (int i = 0; i < SELECT_SETS; i++) {
        uint64_t address = k->call.args[1 + i];
        if (!address || !s->count)
            continue;
        s->words[i] = mem_zero(words_of(s->count), sizeof(uint64_t));
        s->out[i] = mem_zero(words_of(s->count), sizeof(uint64_t));
        if (!kstep_copy_in(k, address, s->words[i], words_of(s->count) * sizeof(uint64_t)))
            return false;
    }
    return true;
}

static bool set_has(const uint64_t *words, uint32_t number)
{
    return words && words[number / WORD_BITS] >> (number % WORD_BITS) & 1;
}

static bool asked_for(const struct sets *s, uint32_t number)
{
    return set_has(s->words[0], number) || set_has(s->words[1], number) || set_has(s->words[2], number);
}

/* Fills the result sets. How many bits are set, or -1 for a closed descriptor (POLL-03). */
static int64_t sets_fill(struct kstep *k, struct sets *s)
{
    struct process p;
    struct ofd o;
    int64_t ready = 0;
    process_get(k, k->pid, &p);
    for (uint32_t number = 0; number < s->count; number++) {
        if (!asked_for(s, number))
            continue;
        if (!ofd_of(k, &p, (int32_t)number, &o))
            return -1;
        uint32_t bits = poll_bits(k, process_descriptor(&p, (int32_t)number)->ofd, &o);
        for (int i = 0; i < SELECT_SETS; i++)
            if (set_has(s->words[i], number) && bits & set_bits[i]) {
                s->out[i][number / WORD_BITS] |= UINT64_C(1) << (number % WORD_BITS);
                ready++;
            }
    }
    return ready;
}

/* POLL-04: the sets are overwritten, with no bits when the time is over. */
static bool sets_copy_out(struct kstep *k, const struct sets *s)
{
    for (int i = 0; i < SELECT_SETS; i++)
        if (s->out[i] && !kstep_copy_out(k, k->call.args[1 + i], s->out[i], words_of(s->count) * sizeof(uint64_t)))
            return false;
    return true;
}

/* The blocking rule: none of the descriptors is ready (POLL-01). */
static bool select_blocks(int64_t ready)
{
    return ready == 0;
}

/* Whether the step returned a count of ready descriptors; `ended` is then what select returns. */
static void select_sets(struct kstep *k, enum poll_patience patience)
{
    struct sets s = {0};
    if (kstep_int(k, 0) < 0 || patience == POLL_BAD) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (sets_copy_in(k, &s)) {
        int64_t ready = sets_fill(k, &s);
        struct timeval over = {0};
        bool expired = ready == 0 && patience == POLL_SOMETIME && k->call.number == KCALL_SELECT;
        if (ready < 0)
            kstep_fail(k, EBADF);
        else if (select_blocks(ready) && poll_ends_with_signal(k, patience))
            kstep_block_masked(k);
        else if (k->outcome.kind == KOUT_NONE && sets_copy_out(k, &s) &&
                 (!expired || kstep_copy_out(k, k->call.args[4], &over, sizeof over)))
            kstep_return(k, ready); /* POLL-04: Linux tells what is left of the time, too */
        k->outcome.waited = ready == 0 && patience == POLL_SOMETIME; /* until the time was over */
    }
    sets_free(&s);
}

void select_select(struct kstep *k)
{
    struct timeval t = {0};
    uint64_t address = k->call.args[4];
    if (!address || kstep_copy_in(k, address, &t, sizeof t)) {
        /* Linux takes any number of microseconds. */
        select_sets(k, address ? poll_patience_of(t.tv_sec, t.tv_usec, INT64_MAX) : POLL_NEVER);
    }
}

void select_pselect(struct kstep *k)
{
    struct timespec t = {0};
    uint64_t address = k->call.args[4];
    if (!address || kstep_copy_in(k, address, &t, sizeof t))
        select_sets(k, address ? poll_patience_of(t.tv_sec, t.tv_nsec, 999999999) : POLL_NEVER);
}

void select_explain(struct kstep *k, struct kwait *w)
{
    struct process p;
    struct ofd o;
    struct sets s;
    process_get(k, k->pid, &p);
    if (sets_copy_in(k, &s))
        for (uint32_t number = 0; number < s.count; number++)
            if (asked_for(&s, number) && ofd_of(k, &p, (int32_t)number, &o))
                poll_explain_one(k, (int32_t)number, &o, w);
    sets_free(&s);
    poll_explain_end(k, w);
}
