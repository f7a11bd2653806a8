/* impasse graph: the state graph as DOT, SVG, PNG or PDF. */
#include <stdio.h>
#include <string.h>

#include "cli/graph_select.h"
#include "cli/session.h"
#include "report/finding.h"
#include "report/render_file.h"

enum { GRAPH_STATES_MAX = 100000 };

static const char *text_of(struct arena *a, vec_char *t)
{
    const char *s = arena_string(a, t->items, t->count);
    VEC_FREE(t);
    return s;
}

/* What a task is called in one state. */
static void title_append(struct session *s, const struct search_graph *g, const uint32_t *vector, uint32_t task,
                         vec_char *out)
{
    const struct model_path here = {.states = vector, .width = g->width};
    struct model_titles titles = {0};
    model_task_titles(s->model, &here, &titles);
    text_printf(out, "%s", model_title(&titles, task));
    model_titles_free(&titles);
}

static void node_lines(struct session *s, const struct search_graph *g, uint32_t state, struct graph_node *node,
                       struct arena *arena)
{
    const uint32_t *vector = g->vectors.items + (size_t)state * g->width;
    struct model_operation op = {0};
    for (uint32_t t = 0; t < model_tasks(s->model); t++) {
        uint32_t slot = model_task_slot(s->model, t);
        if (slot >= g->width || !vector[slot])
            continue;
        vec_char line = {0};
        title_append(s, g, vector, t, &line);
        if (model_task_trouble(s->model, vector, g->width, t) != MODEL_FINE) {
            text_printf(&line, ": crashed");
        } else {
            model_describe_pending(s->model, vector, g->width, t, &op);
            text_printf(&line, ":%u %s", op.place.line, op.call);
        }
        VEC_PUSH(&node->task_lines, text_of(arena, &line));
    }
    model_operation_free(&op);
    vec_char objects = {0};
    text_append(&objects, "", 0);
    model_describe_objects(s->model, vector, g->width, &objects);
    for (char *line = objects.items, *end; (end = strchr(line, '\n')); line = end + 1)
        VEC_PUSH(&node->object_lines, arena_string(arena, line, (size_t)(end - line)));
    VEC_FREE(&objects);
}

static uint32_t marks_of(const struct search_graph *g, const struct graph_choice *choice, uint32_t state)
{
    static const struct {
        uint32_t from, to;
    } MARKS[] = {{STATE_FINAL, GRAPH_FINAL},       {STATE_DEADLOCK, GRAPH_DEADLOCK}, {STATE_STUCK, GRAPH_STUCK},
                 {STATE_LIVELOCK, GRAPH_LIVELOCK}, {STATE_TROUBLE, GRAPH_CRASH},     {STATE_OPEN, GRAPH_OPEN}};
    uint32_t marks = state == 0 ? GRAPH_INITIAL : 0;
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
        if (g->states.items[state].marks & MARKS[i].from)
            marks |= MARKS[i].to;
    if (choice->shown[state] == SHOWN_TRACE)
        marks |= GRAPH_TRACE;
    for (uint32_t e = 0; e < g->states.items[state].edge_count; e++)
        if (!choice->shown[g->edges.items[g->states.items[state].first + e].to])
            marks |= GRAPH_OPEN;
    return marks;
}

static const char *edge_label(struct session *s, const struct search_graph *g, const struct graph_step *e,
                              struct arena *arena)
{
    struct model_operation op = {0};
    vec_char label = {0};
    model_describe_step(s->model, g->vectors.items + (size_t)e->from * g->width, g->width, &e->step, &op);
    title_append(s, g, g->vectors.items + (size_t)e->from * g->width, e->step.task, &label);
    text_printf(&label, ": %s(%s)%s%s", op.call, op.arguments.items, op.result.count ? " = " : "",
                op.result.count ? op.result.items : "");
    model_operation_free(&op);
    return text_of(arena, &label);
}

static void drawing_make(struct session *s, const struct search_graph *g, const struct graph_choice *choice,
                         struct graph *out, struct arena *arena)
{
    for (uint32_t n = 0; n < g->states.count; n++) {
        if (!choice->shown[n])
            continue;
        struct graph_node node = {.number = n, .depth = g->states.items[n].depth, .marks = marks_of(g, choice, n)};
        node_lines(s, g, n, &node, arena);
        VEC_PUSH(&out->nodes, node);
    }
    for (size_t i = 0; i < g->edges.count; i++) {
        const struct graph_step *e = &g->edges.items[i];
        if (!choice->shown[e->from] || !choice->shown[e->to])
            continue;
        struct graph_edge edge = {.from = e->from,
                                  .to = e->to,
                                  .label = edge_label(s, g, e, arena),
                                  .task = e->step.task,
                                  .trace = choice->trace_edge[i]};
        VEC_PUSH(&out->edges, edge);
    }
    for (uint32_t t = 0; t < model_tasks(s->model); t++) {
        vec_char name = {0};
        model_task_name(s->model, t, &name);
        VEC_PUSH(&out->task_names, text_of(arena, &name));
    }
}

static void drawing_free(struct graph *g)
{
    for (size_t i = 0; i < g->nodes.count; i++) {
        VEC_FREE(&g->nodes.items[i].task_lines);
        VEC_FREE(&g->nodes.items[i].object_lines);
    }
    VEC_FREE(&g->nodes);
    VEC_FREE(&g->edges);
    VEC_FREE(&g->task_names);
}

static void graph_make(struct session *s, const struct cli_options *o, struct search_graph *g,
                       struct graph_choice *choice, struct graph *drawing, struct arena *arena)
{
    search_graph_build(s->model, o->search.max_states ? o->search.max_states : GRAPH_STATES_MAX, g);
    graph_choose(g, o->max_nodes ? o->max_nodes : 1, choice, arena);
    *drawing = (struct graph){.title = o->files.items[0], .caption = choice->caption};
    drawing_make(s, g, choice, drawing, arena);
}

static bool output(const struct cli_options *o, const vec_char *dot, struct diag *diag)
{
    const char *extension = o->output ? strrchr(o->output, '.') : NULL;
    if (!o->output)
        return fwrite(dot->items, 1, dot->count, stdout) == dot->count && fflush(stdout) == 0;
    vec_char why = {0};
    session_make_folders(o->output);
    bool good = extension && strcmp(extension, ".dot") == 0
                    ? render_file(o->output, dot->items, dot->count, &why)
                    : graph_render(dot->items, extension ? extension + 1 : "", o->output, &why);
    if (!good)
        diag_error(diag, (struct diag_place){.file = o->output}, "%s", why.items ? why.items : "cannot be drawn");
    VEC_FREE(&why);
    return good;
}

int command_graph(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    if (!options_parse(&o, COMMAND_GRAPH, argc, argv, &diag) || !session_open(&s, &o, &diag)) {
        session_close(&s);
        options_free(&o);
        return session_fail(&diag);
    }
    session_say(&diag);
    diag.text.count = 0;
    struct search_graph g;
    struct graph_choice choice;
    struct arena arena = {0};
    struct graph drawing;
    graph_make(&s, &o, &g, &choice, &drawing, &arena);
    while (session_again(&s)) {
        drawing_free(&drawing);
        graph_choice_free(&choice);
        search_graph_free(&g);
        graph_make(&s, &o, &g, &choice, &drawing, &arena);
    }
    vec_char dot = {0};
    graph_dot(&drawing, &dot);
    int status = 0;
    if (!output(&o, &dot, &diag))
        status = session_fail(&diag);
    else if (o.output && !o.quiet)
        fprintf(stderr, "impasse: %s: %s\n", o.output, choice.caption);
    VEC_FREE(&dot);
    drawing_free(&drawing);
    graph_choice_free(&choice);
    search_graph_free(&g);
    arena_free(&arena);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
