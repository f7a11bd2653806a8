/* A state in words that are the same in every model of the program: see model.h. */
#include <stdlib.h>
#include <string.h>

#include "model_private.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the lines of out from `first` on. */
static void lines_sort(vec_char *out, size_t first)
{
    VEC_OF(char *) lines = {0};
    char *copy = mem_copy(out->items + first, out->count - first + 1), *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        VEC_PUSH(&lines, line);
    if (lines.count)
        qsort(lines.items, lines.count, sizeof *lines.items, by_text);
    out->count = first;
    for (size_t i = 0; i < lines.count; i++)
        text_printf(out, "%s\n", lines.items[i]);
    VEC_FREE(&lines);
    mem_free(copy);
}

static void task_text(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, vec_char *out)
{
    struct model_operation o = {0};
    struct model_place place = {0};
    model_describe_pending(m, vector, count, task, &o);
    const struct machine_pending *p = machine_pending(m->machine, vector_at(vector, count, m->tasks.items[task].slot));
    text_printf(out, "task %u: %s(%s) at %u:%u%s%s%s", m->tasks.items[task].tid, o.call, o.arguments.items,
                o.place.line, o.place.column, p->idle ? " idle" : "", p->atomic ? " atomic" : "",
                p->signalled ? " signalled" : "");
    if (p->call.progress)
        text_printf(out, " progress %llu", (unsigned long long)p->call.progress);
    if (model_task_trouble(m, vector, count, task) != MODEL_FINE) {
        text_printf(out, " trouble ");
        model_describe_trouble(m, vector, count, task, out, &place);
    }
    text_printf(out, "\n");
    model_operation_free(&o);
}

void model_describe_exact(struct model *m, const uint32_t *vector, uint32_t count, vec_char *out)
{
    for (uint32_t i = 0; i < m->order.count; i++)
        if (vector_at(vector, count, m->tasks.items[m->order.items[i]].slot))
            task_text(m, vector, count, m->order.items[i], out);
    model_aim(m, vector, count, KERNEL_MAIN_PID, KERNEL_MAIN_PID, m->initial.writes[m->initial.write_count - 1].value);
    kstep_begin(&m->step);
    size_t first = out->count;
    for (uint32_t slot = 0; slot < count && slot < m->slots_seen; slot++)
        if (vector[slot] && slots_name(m->slots, slot).kind != SLOT_TASK) {
            kernel_describe_exact(&m->step, slot, out);
            text_printf(out, "\n");
        }
    text_append(out, "", 0);
    lines_sort(out, first);
}
