/* See fuzz_workers.h. Workers are forked, so that each has its own model; they send their groups through a pipe. */
#include "cli/fuzz_workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/finding.h"
#include "search/kind.h"

const char *fuzz_signature(struct model *m, enum search_kind kind, const struct search_path *path,
                           const uint8_t *culprits, struct arena *arena)
{
    vec_char text = {0};
    struct model_operation op = {0};
    text_printf(&text, "%s", verdict_word(finding_verdict(kind)));
    for (uint32_t t = 0; t < model_tasks(m); t++)
        if (culprits[t]) {
            model_describe_pending(m, path->states + path->length * path->width, path->width, t, &op);
            text_printf(&text, "|");
            model_task_name(m, t, &text);
            text_printf(&text, ":%s:%s:%u:%u", op.call, op.place.file ? op.place.file : "", op.place.line,
                        op.place.column);
        }
    const char *s = arena_string(arena, text.items, text.count);
    model_operation_free(&op);
    VEC_FREE(&text);
    return s;
}

static struct fuzz_group *group_of(struct fuzz_result *r, const char *signature)
{
    for (size_t i = 0; i < r->groups.count; i++)
        if (strcmp(r->groups.items[i].signature, signature) == 0)
            return &r->groups.items[i];
    VEC_PUSH(&r->groups, ((struct fuzz_group){.signature = mem_copy_string(signature)}));
    return &r->groups.items[r->groups.count - 1];
}

static void group_add(struct fuzz_group *g, uint64_t run, uint64_t count, const struct walk_step *steps,
                      size_t step_count)
{
    g->count += count;
    if (g->first_run && g->first_run < run)
        return;
    g->first_run = run;
    g->steps.count = 0;
    for (size_t i = 0; i < step_count; i++)
        VEC_PUSH(&g->steps, steps[i]);
}

static void failure_add(struct session *s, const struct walk *w, uint64_t run, unsigned properties,
                        struct fuzz_result *r)
{
    struct arena arena = {0};
    struct search_path path;
    walk_path(s->model, w->steps.items, w->steps.count, &path);
    uint8_t *culprits = mem_zero(model_tasks(s->model) + 1, 1);
    enum search_kind kind = walk_judge(s->model, &path, properties, culprits);
    group_add(group_of(r, fuzz_signature(s->model, kind, &path, culprits, &arena)), run, 1, w->steps.items,
              w->steps.count);
    mem_free(culprits);
    mem_free(path.states);
    mem_free(path.steps);
    arena_free(&arena);
}

/* Runs first, first + stride, … */
static void runs_make(struct session *s, const struct cli_options *o, uint64_t first, uint64_t stride,
                      struct fuzz_result *r)
{
    struct walk w = {0};
    double began = clock_seconds();
    for (uint64_t run = first; run <= o->runs; run += stride) {
        if (interrupt_seen()) {
            r->interrupted = true;
            break;
        }
        if (o->search.seconds > 0 && clock_seconds() - began > o->search.seconds)
            break;
        struct walk_options options = {
            .seed = walk_random(o->seed, run), .max_steps = o->search.max_depth, .properties = o->search.properties};
        walk_run(s->model, &options, &w);
        r->runs++;
        r->steps += w.steps.count;
        if (w.steps.count > r->steps_max)
            r->steps_max = w.steps.count;
        r->cut += w.cut;
        r->limit_met |= w.limit_met;
        if (w.kind != FOUND_NOTHING && (o->search.properties & kind_property(w.kind)))
            failure_add(s, &w, run, o->search.properties, r);
        if (run > UINT64_MAX - stride)
            break;
    }
    walk_free(&w);
}

/* ---- between processes ---- */

static void send(FILE *to, const struct fuzz_result *r)
{
    uint64_t head[7] = {r->runs, r->steps, r->steps_max, r->cut, r->limit_met, r->interrupted, r->groups.count};
    fwrite(head, sizeof head, 1, to);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct fuzz_group *g = &r->groups.items[i];
        uint64_t group[4] = {strlen(g->signature), g->first_run, g->count, g->steps.count};
        fwrite(group, sizeof group, 1, to);
        fwrite(g->signature, 1, group[0], to);
        fwrite(g->steps.items, sizeof *g->steps.items, g->steps.count, to);
    }
}

static bool receive(FILE *from, struct fuzz_result *r)
{
    uint64_t head[7], group[4];
    if (fread(head, sizeof head, 1, from) != 1)
        return false;
    r->runs += head[0];
    r->steps += head[1];
    r->steps_max = head[2] > r->steps_max ? head[2] : r->steps_max;
    r->cut += head[3];
    r->limit_met |= head[4] != 0;
    r->interrupted |= head[5] != 0;
    for (uint64_t i = 0; i < head[6]; i++) {
        if (fread(group, sizeof group, 1, from) != 1)
            return false;
        char *signature = mem_zero(group[0] + 1, 1);
        struct walk_step *steps = mem_zero(group[3], sizeof *steps);
        bool good =
            fread(signature, 1, group[0], from) == group[0] && fread(steps, sizeof *steps, group[3], from) == group[3];
        if (good)
            group_add(group_of(r, signature), group[1], group[2], steps, group[3]);
        mem_free(signature);
        mem_free(steps);
        if (!good)
            return false;
    }
    return true;
}

static void worker(struct session *s, const struct cli_options *o, unsigned number, int to)
{
    struct fuzz_result r = {0};
    runs_make(s, o, number + 1, o->jobs, &r);
    FILE *out = fdopen(to, "wb");
    if (out) {
        send(out, &r);
        fclose(out);
    }
    _exit(0);
}

static int by_first_run(const void *a, const void *b)
{
    uint64_t x = ((const struct fuzz_group *)a)->first_run, y = ((const struct fuzz_group *)b)->first_run;
    return (x > y) - (x < y);
}

void fuzz_run(struct session *s, const struct cli_options *o, struct fuzz_result *result)
{
    if (o->jobs <= 1) {
        runs_make(s, o, 1, 1, result);
    } else {
        int(*ends)[2] = mem_zero(o->jobs, sizeof *ends);
        pid_t *pids = mem_zero(o->jobs, sizeof *pids);
        fflush(NULL);
        for (unsigned i = 0; i < o->jobs; i++) {
            pids[i] = pipe(ends[i]) == 0 ? fork() : -1;
            if (pids[i] == 0)
                worker(s, o, i, ends[i][1]);
            if (pids[i] < 0) {
                fprintf(stderr, "impasse: error: cannot start worker %u\n", i + 1);
                exit(4);
            }
            close(ends[i][1]);
        }
        bool good = true;
        for (unsigned i = 0; i < o->jobs; i++) {
            FILE *in = fdopen(ends[i][0], "rb");
            good &= in && receive(in, result);
            if (in)
                fclose(in);
            waitpid(pids[i], NULL, 0);
        }
        if (!good) {
            fprintf(stderr, "impasse: error: a worker died\n");
            exit(4);
        }
        mem_free(ends);
        mem_free(pids);
    }
    if (result->groups.count)
        qsort(result->groups.items, result->groups.count, sizeof *result->groups.items, by_first_run);
}

void fuzz_result_free(struct fuzz_result *r)
{
    for (size_t i = 0; i < r->groups.count; i++) {
        mem_free(r->groups.items[i].signature);
        VEC_FREE(&r->groups.items[i].steps);
    }
    VEC_FREE(&r->groups);
}
