/* Goal: sim/kernel/future.h says the truth of calls that are made one after the other by different processes (RED-02,
 * RED-03). Method: every pair of calls of a list, by three processes, in worlds that differ in what their pipe and their
 * semaphore hold: where the uses say that the second cannot disturb the first, both orders must be possible, with the same
 * results and the same end; and whoever makes a blocked call possible must be among its enablers. */
#include <signal.h>
#include <sys/mman.h>

#include "harness.h"
#include "kernel/future.h"

enum { CAPACITY = 3, FIRST = MEMORY_BYTES / 2, ACTORS = 3, CALLS_MAX = 32 };

struct act {
    uint32_t number;
    uint64_t args[6];
    const char *name;
};

static bool uses_no_others[KCALL_COUNT];

struct scene {
    struct world *w;
    uint32_t pids[ACTORS]; /* main, and two children of it */
    struct act acts[CALLS_MAX];
    unsigned count;
    uint64_t shared;
};

#define ACT(s, NAME, ...) ((s)->acts[(s)->count++] = (struct act){KCALL_##NAME, {__VA_ARGS__}, #NAME "(" #__VA_ARGS__ ")"})

/* Whether the world uses signals: not at all, or only sets SIGPIPE aside (RED-10). */
enum signals_of { SIGNALS_NONE, SIGNALS_QUIET, SIGNALS_IGNORED };

/* A pipe 3/4 with some bytes; a semaphore. Ends that the children closed are chosen by `closed`: bit 0 and 1 the first
 * child's, bit 2 and 3 main's. */
static void scene_open_with(struct scene *s, unsigned bytes, unsigned value, unsigned closed, enum signals_of signals)
{
    int ends[2];
    struct world *w = s->w = world_open();
    w->k.used = uses_no_others;
    w->k.signals = w->k.quiet = signals != SIGNALS_NONE;
    if (signals == SIGNALS_IGNORED)
        DO(w, MAIN, SIGNAL, SIGPIPE, 1);
    w->settings.pipe_capacity = CAPACITY;
    world_pipe(w, MAIN, ends);
    s->shared = (uint64_t)DO(w, MAIN, MMAP, 0, 100, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, I(-1), 0);
    DO(w, MAIN, SEM_INIT, s->shared, 1, value);
    for (unsigned i = 0; i < bytes; i++)
        world_write(w, MAIN, ends[1], &"abc"[i], 1);
    s->pids[0] = MAIN;
    for (unsigned i = 1; i < ACTORS; i++)
        s->pids[i] = world_fork(w, MAIN);
    for (unsigned end = 0; end < 2; end++) {
        if (closed >> end & 1)
            DO(w, s->pids[1], CLOSE, I(ends[end]));
        if (closed >> (2 + end) & 1)
            DO(w, MAIN, CLOSE, I(ends[end]));
    }
    s->count = 0;
    ACT(s, READ, I(ends[0]), MEMORY + FIRST, 1);
    ACT(s, READ, I(ends[0]), MEMORY + FIRST, 2);
    ACT(s, WRITE, I(ends[1]), MEMORY + FIRST, 1);
    ACT(s, WRITE, I(ends[1]), MEMORY + FIRST, 2);
    ACT(s, CLOSE, I(ends[0]));
    ACT(s, CLOSE, I(ends[1]));
    ACT(s, DUP, I(ends[0]));
    ACT(s, DUP2, I(ends[0]), I(ends[1]));
    ACT(s, SEM_WAIT, s->shared);
    ACT(s, SEM_POST, s->shared);
    ACT(s, SEM_TRYWAIT, s->shared);
    ACT(s, LOAD, s->shared, 4);
    ACT(s, STORE, s->shared, 4, 5);
    ACT(s, STORE, s->shared + 64, 4, 5);
    ACT(s, LOAD, s->shared + 64, 4);
    ACT(s, SET, s->shared + 60, 0, 8);
    ACT(s, CAS, s->shared + 64, 4, 0, 7);
    ACT(s, RMW, s->shared + 64, 4, 1, 7);
    ACT(s, WAIT, 0);
    ACT(s, WAITPID, s->pids[2], 0, 0);
    ACT(s, WAITPID, I(-1), MEMORY + FIRST, 0);
    ACT(s, FORK, 0);
    ACT(s, SCHED_YIELD, 0);
    ACT(s, EXIT, 3);
}

static void scene_open(struct scene *s, unsigned bytes, unsigned value, unsigned closed)
{
    scene_open_with(s, bytes, value, closed, SIGNALS_NONE);
}

struct moment {
    vec_u32 vector;
    unsigned char memory[64];
};

static void moment_keep(const struct scene *s, struct moment *m)
{
    m->vector = (vec_u32){0};
    for (size_t i = 0; i < s->w->vector.count; i++)
        VEC_PUSH(&m->vector, s->w->vector.items[i]);
    memcpy(m->memory, s->w->memory + FIRST, sizeof m->memory);
}

static void moment_restore(struct scene *s, const struct moment *m)
{
    s->w->vector.count = 0;
    for (size_t i = 0; i < m->vector.count; i++)
        VEC_PUSH(&s->w->vector, m->vector.items[i]);
    memcpy(s->w->memory + FIRST, m->memory, sizeof m->memory);
}

/* A process's whole call, with its results: what it returns, errno, and what came into its memory. */
struct answer {
    int64_t value;
    int32_t error;
    unsigned char memory[8];
};

static struct answer act(struct scene *s, unsigned actor, const struct act *a)
{
    struct answer r = {0};
    memset(s->w->memory + FIRST, 0, sizeof r.memory);
    r.value = world_call(s->w, s->pids[actor], a->number, a->args);
    r.error = s->w->k.outcome.error;
    memcpy(r.memory, s->w->memory + FIRST, sizeof r.memory);
    return r;
}

/* The same, of a call that is one step, by its second choice. */
static struct answer act_otherwise(struct scene *s, unsigned actor, const struct act *a)
{
    struct kstep *k = &s->w->k;
    struct answer r = {0};
    memset(s->w->memory + FIRST, 0, sizeof r.memory);
    k->choices.count = 0;
    VEC_PUSH(&k->choices, 1);
    world_try(s->w, s->pids[actor], a->number, a->args, 0);
    world_apply(s->w);
    r.value = world_result(&k->outcome);
    r.error = k->outcome.error;
    memcpy(r.memory, s->w->memory + FIRST, sizeof r.memory);
    return r;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
    return a->value == b->value && a->error == b->error && !memcmp(a->memory, b->memory, sizeof a->memory);
}

static bool same_vector(const vec_u32 *a, const vec_u32 *b)
{
    for (size_t i = 0; i < a->count || i < b->count; i++)
        if ((i < a->count ? a->items[i] : 0) != (i < b->count ? b->items[i] : 0))
            return false;
    return true;
}

static bool future_get(struct scene *s, unsigned actor, const struct act *a, struct kfuture *f)
{
    struct kstep *k = &s->w->k;
    k->vector = s->w->vector.items;
    k->vector_count = (uint32_t)s->w->vector.count;
    k->pid = k->tid = s->pids[actor];
    k->call = (struct kcall){.number = a->number};
    memcpy(k->call.args, a->args, sizeof k->call.args);
    kstep_begin(k);
    return kernel_future(k, f);
}

/* Whether one of the uses of `of` is named in the masks that `by` gives for the uses of the other. */
static bool meets(const struct kfuture *t, const struct kfuture *o, uint32_t (*masks)(enum kuse))
{
    for (size_t i = 0; i < t->uses.count; i++)
        for (size_t j = 0; j < o->uses.count; j++)
            if (t->uses.items[i].slot == o->uses.items[j].slot &&
                masks((enum kuse)t->uses.items[i].use) >> o->uses.items[j].use & 1)
                return true;
    return false;
}

static unsigned commuting, disturbed, enabling;

static void try_pair(struct scene *s, const struct moment *start, unsigned ta, const struct act *t, unsigned oa,
                     const struct act *o)
{
    struct kfuture ft = {0}, fo = {0};
    moment_restore(s, start);
    bool known = future_get(s, ta, t, &ft);
    known = future_get(s, oa, o, &fo) && known;
    struct answer t_first = act(s, ta, t), o_second = {0};
    bool ok = known && !meets(&ft, &fo, kuse_disturbers);
    if (t_first.value == BLOCKED) {
        struct answer later = {.value = BLOCKED};
        if (act(s, oa, o).value != BLOCKED)
            later = act(s, ta, t);
        if (known && later.value != BLOCKED) {
            cr_assert(meets(&ft, &fo, kuse_enablers), "%s makes %s possible", o->name, t->name);
            enabling++;
        }
        known = false;
    }
    disturbed += known && !ok;
    if (known && ok) {
        struct moment after;
        o_second = act(s, oa, o);
        moment_keep(s, &after);
        moment_restore(s, start);
        struct answer o_first = act(s, oa, o);
        if (o_first.value != BLOCKED) { /* RED-02 */
            struct answer t_second = act(s, ta, t);
            struct moment end;
            moment_keep(s, &end);
            if (!same_answer(&o_first, &o_second)) { /* there may be more to choose from: any zombie */
                moment_restore(s, start);
                act(s, ta, t);
                o_second = act_otherwise(s, oa, o);
                VEC_FREE(&after.vector);
                moment_keep(s, &after);
            }
            cr_assert(same_answer(&t_first, &t_second), "%s after %s by another: %lld, before it %lld", t->name, o->name,
                      (long long)t_second.value, (long long)t_first.value);
            cr_assert(same_answer(&o_first, &o_second), "%s after %s by another: %lld, before it %lld", o->name, t->name,
                      (long long)o_second.value, (long long)o_first.value);
            cr_assert(same_vector(&end.vector, &after.vector), "%s and %s do not commute", t->name, o->name);
            VEC_FREE(&end.vector);
            commuting++;
        }
        VEC_FREE(&after.vector);
    }
    kfuture_free(&ft);
    kfuture_free(&fo);
}

static void try_all_pairs(struct scene *s)
{
    struct moment start;
    moment_keep(s, &start);
    for (unsigned ta = 0; ta < ACTORS; ta++)
        for (unsigned oa = 0; oa < ACTORS; oa++)
            for (unsigned t = 0; t < s->count && ta != oa; t++)
                for (unsigned o = 0; o < s->count; o++)
                    try_pair(s, &start, ta, &s->acts[t], oa, &s->acts[o]);
    VEC_FREE(&start.vector);
}

Test(future, calls_that_do_not_disturb_one_another_commute)
{
    for (unsigned bytes = 0; bytes <= CAPACITY; bytes++)
        for (unsigned value = 0; value <= 2; value++)
            for (unsigned closed = 0; closed < 16; closed++) {
                struct scene s;
                scene_open(&s, bytes, value, closed);
                try_all_pairs(&s);
                world_close(s.w);
            }
    cr_assert_gt(commuting, 100000, "%u", commuting);
    cr_assert_gt(disturbed, 10000, "%u", disturbed);
    cr_assert_gt(enabling, 100, "%u", enabling);
}

/* RED-10: signals that are only set aside change nothing of that. */
Test(future, calls_of_quiet_programs_commute_as_well)
{
    for (unsigned bytes = 0; bytes <= CAPACITY; bytes += CAPACITY)
        for (enum signals_of signals = SIGNALS_QUIET; signals <= SIGNALS_IGNORED; signals++)
            for (unsigned closed = 0; closed < 16; closed++) {
                struct scene s;
                scene_open_with(&s, bytes, bytes, closed, signals);
                try_all_pairs(&s);
                world_close(s.w);
            }
    cr_assert_gt(commuting, 30000, "%u", commuting);
    cr_assert_gt(disturbed, 3000, "%u", disturbed);
    cr_assert_gt(enabling, 30, "%u", enabling);
}

/* RED-10: a handler that could run, and be it none of the program's functions, or what is not quiet leaves nothing known. */
Test(future, nothing_is_known_where_a_handler_could_run)
{
    static const struct { bool quiet; uint64_t signal, handler; bool known; } ROWS[] = {
        {true, SIGPIPE, 0, true},  {true, SIGPIPE, 1, true},   {true, SIGPIPE, 5, false}, {true, SIGINT, 5, true},
        {false, SIGPIPE, 0, false}, {false, SIGPIPE, 1, false}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct scene s;
        struct kfuture f = {0};
        scene_open_with(&s, 0, 1, 0, SIGNALS_QUIET);
        s.w->k.quiet = ROWS[i].quiet;
        DO(s.w, s.pids[1], SIGNAL, ROWS[i].signal, ROWS[i].handler);
        for (unsigned a = 0; a < s.count; a++)
            if (s.acts[a].number == KCALL_SEM_WAIT || s.acts[a].number == KCALL_SEM_POST)
                cr_assert_eq(future_get(&s, 1, &s.acts[a], &f), ROWS[i].known, "row %zu: %s", i, s.acts[a].name);
        cr_assert_eq(future_get(&s, 2, &s.acts[s.count - 1], &f), ROWS[i].quiet, "the others are not concerned");
        kfuture_free(&f);
        world_close(s.w);
    }
}

/* RED-10: what a write may return depends on what its process does about SIGPIPE. */
Test(future, a_write_that_does_not_kill_may_fail)
{
    for (enum signals_of signals = SIGNALS_NONE; signals <= SIGNALS_IGNORED; signals++) {
        struct scene s;
        struct kfuture f = {0};
        scene_open_with(&s, 0, 1, 0, signals);
        for (unsigned a = 0; a < s.count; a++)
            if (s.acts[a].number == KCALL_WRITE && s.acts[a].args[2] == 1) {
                cr_assert(future_get(&s, 1, &s.acts[a], &f));
                cr_assert_eq(f.results.count, signals == SIGNALS_IGNORED ? 2 : 1);
            }
        kfuture_free(&f);
        world_close(s.w);
    }
}

/* The same when a child is dead already, and its parent may or may not wait for it. */
Test(future, zombies_and_waits)
{
    for (unsigned dead = 1; dead < ACTORS; dead++) {
        struct scene s;
        scene_open(&s, 1, 1, 0);
        cr_assert_eq(DO(s.w, s.pids[dead], EXIT, 1), EXITED);
        struct moment start;
        moment_keep(&s, &start);
        for (unsigned t = 0; t < s.count; t++)
            for (unsigned o = 0; o < s.count; o++) {
                try_pair(&s, &start, 0, &s.acts[t], ACTORS - dead, &s.acts[o]);
                try_pair(&s, &start, ACTORS - dead, &s.acts[t], 0, &s.acts[o]);
            }
        VEC_FREE(&start.vector);
        world_close(s.w);
    }
}

Test(future, what_a_process_has_no_way_to_is_out_of_its_reach)
{
    struct world *w = world_open();
    int before[2], after[2];
    w->k.used = uses_no_others;
    world_pipe(w, MAIN, before);
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN);
    DO(w, a, CLOSE, I(before[0]));
    DO(w, a, CLOSE, I(before[1]));
    uint32_t pipe = kstep_slot(&w->k, SLOT_PIPE, MAIN, 0);
    for (unsigned i = 0; i < 2; i++) {
        w->k.vector = w->vector.items;
        w->k.vector_count = (uint32_t)w->vector.count;
        w->k.pid = i ? b : a;
        kstep_begin(&w->k);
        cr_assert_eq(kernel_reach(&w->k, pipe), i ? KREACH_CHANGES : KREACH_NOTHING);
        cr_assert_eq(kernel_reach(&w->k, kstep_slot(&w->k, SLOT_PROCESS, i ? a : b, 0)), i ? KREACH_NOTHING : KREACH_CHANGES);
    }
    world_pipe(w, MAIN, after);
    world_close(w);
}

/* Who falls asleep tells whether others have a descriptor, and is told apart by F_SETFL later. */
Test(future, nothing_is_said_of_reads_and_writes_where_flags_are_set) /* RED-03, FD-14 */
{
    for (int sets = 0; sets < 2; sets++) {
        struct scene s;
        struct kfuture f = {0};
        scene_open(&s, 1, 1, 0);
        s.w->k.sets_flags = sets;
        for (unsigned i = 0; i < s.count; i++)
            if (s.acts[i].args[2] == 1 && (s.acts[i].number == KCALL_READ || s.acts[i].number == KCALL_WRITE))
                cr_assert_eq(future_get(&s, 1, &s.acts[i], &f), !sets, "%s", s.acts[i].name);
        kfuture_free(&f);
        world_close(s.w);
    }
}
