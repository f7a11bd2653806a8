/* A small world to drive handlers in: a state vector, a flat private memory that all processes share, and no search.
 * Header-only: each kernel test is one program. */
#ifndef TESTS_KERNEL_HARNESS_H
#define TESTS_KERNEL_HARNESS_H

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "kernel/kernel.h"

/* Private memory: MEMORY .. MEMORY + MEMORY_BYTES; running over its end is a crash, anything else a fault. */
#define MEMORY UINT64_C(0x1000000000000000)
enum { MEMORY_BYTES = 1 << 18 };

/* What a call that did not return gives instead of a value. */
#define BLOCKED INT64_MIN
#define CONTINUED (INT64_MIN + 1)
#define EXITED (INT64_MIN + 2)
#define DIED (INT64_MIN + 3)
#define SIGNALLED (INT64_MIN + 4)
#define EXECUTED (INT64_MIN + 5)

struct world {
    struct intern *components;
    struct slots *slots;
    struct kernel_settings settings;
    vec_u32 vector;
    struct kstep k;
    vec_char console;
    unsigned char *memory;
};

/* An int argument, zero-extended as the machine does. */
#define I(x) ((uint64_t)(uint32_t)(int32_t)(x))

static inline enum kmemory world_reach(uint64_t address, size_t n)
{
    if (address < MEMORY || address >= MEMORY + MEMORY_BYTES)
        return KMEMORY_FAULT;
    return n <= MEMORY + MEMORY_BYTES - address ? KMEMORY_OK : KMEMORY_CRASH;
}

static inline enum kmemory world_read(void *context, uint64_t address, void *bytes, size_t n)
{
    struct world *w = context;
    enum kmemory answer = world_reach(address, n);
    if (answer == KMEMORY_OK)
        memcpy(bytes, w->memory + (address - MEMORY), n);
    return answer;
}

static inline enum kmemory world_check_write(void *context, uint64_t address, size_t n)
{
    (void)context;
    return world_reach(address, n);
}

static const struct kmemory_ops world_memory_ops = {world_read, world_check_write};

static inline uint32_t world_value(const struct world *w, uint32_t slot)
{
    return slot < w->vector.count ? w->vector.items[slot] : 0;
}

/* Checks the footprint (each slot once, reads as they were), then makes the step's effects true. */
static inline void world_apply(struct world *w)
{
    struct kstep *k = &w->k;
    for (size_t i = 0; i < k->reads.count; i++) {
        cr_assert_eq(k->reads.items[i].value, world_value(w, k->reads.items[i].slot));
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(k->reads.items[i].slot, k->reads.items[j].slot);
    }
    for (size_t i = 0; i < k->writes.count; i++) {
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(k->writes.items[i].slot, k->writes.items[j].slot);
        while (w->vector.count <= k->writes.items[i].slot)
            VEC_PUSH(&w->vector, 0);
        w->vector.items[k->writes.items[i].slot] = k->writes.items[i].value;
    }
    for (size_t i = 0; i < k->outcome.copies.count; i++) {
        size_t n;
        const void *bytes = intern_get(k->components, k->outcome.copies.items[i].bytes, &n);
        cr_assert_eq(world_reach(k->outcome.copies.items[i].address, n), KMEMORY_OK);
        memcpy(w->memory + (k->outcome.copies.items[i].address - MEMORY), bytes, n);
    }
    for (size_t i = 0; i < k->outcome.console.count; i++) {
        size_t n;
        const void *bytes = intern_get(k->components, k->outcome.console.items[i].bytes, &n);
        text_append(&w->console, bytes, n);
    }
    k->vector = w->vector.items;
    k->vector_count = (uint32_t)w->vector.count;
}

/* One try of a call, without effect. The choice script is the caller's. */
static inline void world_try(struct world *w, uint32_t pid, uint32_t number, const uint64_t args[6], uint64_t progress)
{
    struct kstep *k = &w->k;
    k->vector = w->vector.items;
    k->vector_count = (uint32_t)w->vector.count;
    k->pid = k->tid = pid;
    k->call = (struct kcall){.number = number, .progress = progress};
    memcpy(k->call.args, args, sizeof k->call.args);
    kstep_run(k);
}

static inline int64_t world_result(const struct koutcome *o)
{
    switch ((enum koutcome_kind)o->kind) {
    case KOUT_RETURN:
    case KOUT_SPAWN:
        return o->value;
    case KOUT_BLOCK:
        return BLOCKED;
    case KOUT_CONTINUE:
        return CONTINUED;
    case KOUT_EXIT:
        return EXITED;
    case KOUT_DIE:
        return DIED;
    case KOUT_SIGNAL:
        return SIGNALLED;
    case KOUT_EXEC:
        return EXECUTED;
    case KOUT_NONE:
        break;
    }
    cr_assert_fail("a call had no outcome");
    return 0;
}

/* One step of a call with its first choices, and its effect. */
static inline int64_t world_step(struct world *w, uint32_t pid, uint32_t number, const uint64_t args[6],
                                 uint64_t progress)
{
    w->k.choices.count = 0;
    world_try(w, pid, number, args, progress);
    world_apply(w);
    return world_result(&w->k.outcome);
}

/* All steps of a call until it ends or blocks. */
static inline int64_t world_call(struct world *w, uint32_t pid, uint32_t number, const uint64_t args[6])
{
    uint64_t progress = 0;
    int64_t result;
    while ((result = world_step(w, pid, number, args, progress)) == CONTINUED)
        progress = w->k.outcome.progress;
    return result;
}

/* DO(w, pid, READ, fd, address, n): the value, or one of BLOCKED, EXITED, DIED; the errno is then error_of(w). */
#define DO(w, pid, NAME, ...) world_call((w), (pid), KCALL_##NAME, (const uint64_t[6]){__VA_ARGS__})
#define DO_(w, pid, NAME) world_call((w), (pid), KCALL_##NAME, (const uint64_t[6]){0})
/* One step only, from the given progress. */
#define STEP(w, pid, progress, NAME, ...)                                                                              \
    world_step((w), (pid), KCALL_##NAME, (const uint64_t[6]){__VA_ARGS__}, (progress))
/* The same without effect and with the choices of the script. */
#define TRY(w, pid, NAME, ...) world_try((w), (pid), KCALL_##NAME, (const uint64_t[6]){__VA_ARGS__}, 0)

static inline int error_of(const struct world *w)
{
    return w->k.outcome.error;
}

/* Asserts that a call fails with an errno. */
#define FAILS(error, call)                                                                                             \
    do {                                                                                                               \
        cr_assert_eq((call), -1, "%s did not fail", #call);                                                            \
        cr_assert_eq(error_of(w), (error), "%s: errno %d", #call, error_of(w));                                        \
    } while (0)

enum { MAIN = KERNEL_MAIN_PID };

static inline struct world *world_open(void)
{
    struct world *w = mem_zero(1, sizeof *w);
    w->components = intern_create();
    w->slots = slots_create();
    kernel_settings_default(&w->settings);
    w->memory = mem_zero(1, MEMORY_BYTES);
    w->k.components = w->components;
    w->k.slots = w->slots;
    w->k.settings = &w->settings;
    w->k.memory = &world_memory_ops;
    w->k.memory_context = w;
    kernel_initial(&w->k, MAIN);
    world_apply(w);
    return w;
}

static inline void world_close(struct world *w)
{
    kstep_free(&w->k);
    VEC_FREE(&w->vector);
    VEC_FREE(&w->console);
    slots_destroy(w->slots);
    intern_destroy(w->components);
    mem_free(w->memory);
    mem_free(w);
}

static inline uint32_t world_fork(struct world *w, uint32_t pid)
{
    int64_t child = DO_(w, pid, FORK);
    cr_assert_gt(child, 0);
    return (uint32_t)child;
}

/* pipe(); the descriptors go to ends. */
static inline void world_pipe(struct world *w, uint32_t pid, int ends[2])
{
    cr_assert_eq(DO(w, pid, PIPE, MEMORY), 0);
    memcpy(ends, w->memory, 2 * sizeof *ends);
}

/* Writes text or reads up to n bytes through private memory. */
static inline int64_t world_write(struct world *w, uint32_t pid, int fd, const void *bytes, size_t n)
{
    memcpy(w->memory + 1024, bytes, n);
    return DO(w, pid, WRITE, I(fd), MEMORY + 1024, n);
}

static inline int64_t world_read_bytes(struct world *w, uint32_t pid, int fd, void *bytes, size_t n)
{
    int64_t got = DO(w, pid, READ, I(fd), MEMORY + 1024, n);
    if (got > 0)
        memcpy(bytes, w->memory + 1024, (size_t)got);
    return got;
}

/* Slots that hold something, of one kind. */
static inline unsigned world_objects(const struct world *w, uint32_t kind)
{
    unsigned count = 0;
    for (uint32_t slot = 0; slot < w->vector.count; slot++)
        count += w->vector.items[slot] && slots_name(w->slots, slot).kind == kind;
    return count;
}

#endif
