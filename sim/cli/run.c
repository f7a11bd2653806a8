/* impasse run: simulate one schedule, as if the program were run. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/session.h"
#include "report/finding.h"
#include "search/walk.h"

enum { STATUS_DEADLOCK = 124, STATUS_OWN_FAILURE = 125, MAIN_TASK = 0 };

static void to_console(void *context, int descriptor, const void *bytes, size_t n)
{
    (void)context;
    while (n) {
        ssize_t done = write(descriptor == 2 ? STDERR_FILENO : STDOUT_FILENO, bytes, n);
        if (done <= 0)
            return;
        bytes = (const char *)bytes + done;
        n -= (size_t)done;
    }
}

struct one_run {
    struct session *s;
    vec_u32 vector;
    struct model_expansion e;
    uint32_t last;  /* task of the last step */
    int32_t status; /* of main, once it ended */
    bool ended;
};

static void apply(struct one_run *r, const struct model_effect *effect)
{
    VEC_RESERVE(&r->vector, model_slots(r->s->model));
    while (r->vector.count < model_slots(r->s->model))
        r->vector.items[r->vector.count++] = 0;
    for (uint32_t i = 0; i < effect->write_count; i++)
        r->vector.items[effect->writes[i].slot] = effect->writes[i].value;
    model_output(r->s->model, effect, to_console, NULL);
}

/* Round robin over the tasks with their first outcomes; with a seed, at random. */
static const struct model_step *choose(struct one_run *r, bool random, uint64_t seed, uint64_t step)
{
    const struct model_expansion *e = &r->e;
    if (random)
        return &e->steps.items[walk_random(seed, step) % e->steps.count];
    for (size_t i = 0; i < e->steps.count; i++)
        if (e->steps.items[i].task > r->last)
            return &e->steps.items[i];
    return &e->steps.items[0];
}

static void note_trouble(struct one_run *r, uint32_t task)
{
    vec_char text = {0};
    struct model_place place = {0};
    model_describe_trouble(r->s->model, r->vector.items, (uint32_t)r->vector.count, task, &text, &place);
    struct diag diag = {0};
    diag_error(&diag, (struct diag_place){place.file, place.line, place.column}, "%s", text.items ? text.items : "");
    fwrite(diag.text.items, 1, diag.text.count, stderr);
    diag_free(&diag);
    VEC_FREE(&text);
}

static int run_to_the_end(struct one_run *r, bool random, uint64_t seed)
{
    struct model *m = r->s->model;
    const struct model_effect *initial = model_initial(m);
    apply(r, initial);
    if (initial->trouble != MODEL_FINE)
        note_trouble(r, MAIN_TASK);
    r->last = UINT32_MAX;
    for (uint64_t step = 0; !interrupt_seen(); step++) {
        model_expand(m, r->vector.items, (uint32_t)r->vector.count, &r->e);
        if (!r->e.steps.count)
            break;
        const struct model_step *chosen = choose(r, random, seed, step);
        uint32_t pid, task = chosen->task;
        int32_t status;
        r->last = task;
        bool ends = model_step_ends_process(m, r->vector.items, (uint32_t)r->vector.count, chosen, &pid, &status);
        apply(r, chosen->effect);
        if (chosen->effect->trouble != MODEL_FINE)
            note_trouble(r, task);
        if (ends && pid == KERNEL_MAIN_PID) {
            r->status = status;
            r->ended = true;
        }
    }
    if (interrupt_seen())
        return 130;
    if (model_is_deadlock(&r->e)) {
        fprintf(stderr, "impasse: deadlock: %u of %u processes wait forever; `impasse check` explains\n", r->e.blocked,
                r->e.live);
        return STATUS_DEADLOCK;
    }
    if (!r->ended)
        return STATUS_OWN_FAILURE;
    return r->status & 0x7f ? 128 + (r->status & 0x7f) : (r->status >> 8) & 0xff;
}

int command_run(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    if (!options_parse(&o, COMMAND_RUN, argc, argv, &diag) || !session_open(&s, &o, &diag)) {
        session_close(&s);
        options_free(&o);
        session_fail(&diag);
        return STATUS_OWN_FAILURE;
    }
    interrupt_install();
    struct one_run r = {.s = &s};
    int status = run_to_the_end(&r, o.seed_given, o.seed);
    VEC_FREE(&r.vector);
    model_expansion_free(&r.e);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
