/* A program from C text, and a loop that runs it to its end with the real kernel: always the lowest task that can move,
 * always the first choice. Header-only: each machine test is one program. */
#ifndef TESTS_MACHINE_SIM_H
#define TESTS_MACHINE_SIM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/slots.h"
#include "kernel/kernel.h"
#include "machine/machine.h"
#include "program/program.h"

enum { SIM_TASKS = 64, SIM_STEPS = 100000 };

struct sim {
    struct program *program;
    struct intern *components;
    struct slots *slots;
    struct kernel_settings settings;
    struct machine *machine;
    struct kstep k;
    vec_u32 vector;
    vec_char console;
    uint32_t pids[SIM_TASKS], locals[SIM_TASKS]; /* local 0: gone */
    unsigned tasks;
    uint64_t steps; /* visible operations so far */
};

/* NULL, with the diagnostics on stderr, if it does not compile. */
static inline struct program *sim_compile(const char *const *files, unsigned count, const char *const *flags,
                                          unsigned flag_count)
{
    struct diag diag = {0};
    struct program_options options = {.files = files,
                                      .file_count = count,
                                      .flags = flags,
                                      .flag_count = flag_count,
                                      .include_folder = "sim/include",
                                      .provided = machine_provides};
    struct program *p = program_load(&options, &diag);
    if (diag.text.count)
        fwrite(diag.text.items, 1, diag.text.count, stderr);
    diag_free(&diag);
    return p;
}

/* The text as a file main.c in a temporary folder. */
static inline struct program *sim_compile_text(const char *text)
{
    char path[] = "/tmp/impasse-test-XXXXXX.c";
    int fd = mkstemps(path, 2);
    if (fd < 0)
        return NULL;
    FILE *f = fdopen(fd, "w");
    fputs(text, f);
    fclose(f);
    const char *file = path;
    struct program *p = sim_compile(&file, 1, NULL, 0);
    unlink(path);
    return p;
}

static inline void sim_apply(struct sim *s)
{
    struct kstep *k = &s->k;
    for (size_t i = 0; i < k->writes.count; i++) {
        while (s->vector.count <= k->writes.items[i].slot)
            VEC_PUSH(&s->vector, 0);
        s->vector.items[k->writes.items[i].slot] = k->writes.items[i].value;
    }
    for (size_t i = 0; i < k->outcome.console.count; i++) {
        size_t n;
        const void *bytes = intern_get(s->components, k->outcome.console.items[i].bytes, &n);
        text_append(&s->console, bytes, n);
    }
    k->vector = s->vector.items;
    k->vector_count = (uint32_t)s->vector.count;
}

/* The program must outlive it. */
static inline void sim_begin(struct sim *s, struct program *program, const struct machine_options *options)
{
    static const struct machine_options none;
    memset(s, 0, sizeof *s);
    s->program = program;
    s->components = intern_create();
    s->slots = slots_create();
    kernel_settings_default(&s->settings);
    s->machine = machine_create(program, s->components, options ? options : &none);
    s->k.components = s->components;
    s->k.slots = s->slots;
    s->k.settings = &s->settings;
    kernel_initial(&s->k, KERNEL_MAIN_PID);
    sim_apply(s);
    s->pids[0] = KERNEL_MAIN_PID;
    s->locals[0] = machine_start(s->machine, KERNEL_MAIN_PID, 0, 0);
    s->tasks = 1;
    text_append(&s->console, "", 0);
}

static inline void sim_end(struct sim *s)
{
    machine_destroy(s->machine);
    intern_destroy(s->components);
    slots_destroy(s->slots);
    kstep_free(&s->k);
    VEC_FREE(&s->vector);
    VEC_FREE(&s->console);
}

static inline const struct machine_pending *sim_pending(struct sim *s, unsigned task)
{
    return machine_pending(s->machine, s->locals[task]);
}

/* One visible operation of a task; false if it is gone, in trouble or blocked. */
static inline bool sim_step(struct sim *s, unsigned task)
{
    if (!s->locals[task] || sim_pending(s, task)->trouble != TROUBLE_NONE)
        return false;
    struct kstep *k = &s->k;
    k->pid = k->tid = s->pids[task];
    k->call = sim_pending(s, task)->call;
    k->memory = &machine_memory_ops;
    k->memory_context = machine_memory_context(s->machine, s->locals[task]);
    k->choices.count = 0;
    kstep_run(k);
    if (k->outcome.kind == KOUT_BLOCK)
        return false;
    sim_apply(s);
    s->steps++;
    if (k->outcome.kind == KOUT_SPAWN && s->tasks < SIM_TASKS) {
        s->pids[s->tasks] = k->outcome.child;
        s->locals[s->tasks++] = machine_child(s->machine, s->locals[task], k->outcome.child);
    }
    s->locals[task] = machine_resume(s->machine, s->locals[task], &k->outcome);
    return true;
}

/* Until nothing moves. */
static inline void sim_run(struct sim *s)
{
    bool moved = true;
    while (moved && s->steps < SIM_STEPS) {
        moved = false;
        for (unsigned i = 0; i < s->tasks && !moved; i++)
            moved = sim_step(s, i);
    }
}

/* Until the task's pending call is `number` (KCALL_...) or it cannot move. */
static inline bool sim_until(struct sim *s, unsigned task, uint32_t number)
{
    while (s->locals[task] && sim_pending(s, task)->call.number != number)
        if (!sim_step(s, task))
            return false;
    return s->locals[task] != 0;
}

static inline const char *sim_message(struct sim *s, unsigned task, char *room, size_t size)
{
    size_t n;
    const char *text = intern_get(s->components, sim_pending(s, task)->message, &n);
    snprintf(room, size, "%.*s", (int)n, text);
    return room;
}

static inline unsigned sim_line(struct sim *s, unsigned task)
{
    return program_place(s->program, sim_pending(s, task)->place).line;
}

#endif
