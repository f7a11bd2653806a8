/* A state graph as DOT text: see report.h. Labels are plain text, nodes come in the given order, edges in the order of
 * their ends, so that a changed program gives a small diff. An edge to a node that is not in the list is left out. */
#include <stdlib.h>
#include <string.h>

#include "report/dot.h"
#include "report/text.h"

enum {
    NODE_WIDTH = 44, /* characters of a line in a node */
    NODE_LINES = 14, /* tasks, and objects, shown in a node; its tooltip has all */
    EDGE_WIDTH = 46,
    EDGE_LINES = 4, /* parallel steps named on one edge */
    LEGEND_WIDTH = 110,
    LEGEND_TASKS = 16,
    TANGLED = 250, /* nodes and edges from which on the layout must be told to take less care */
};

static const struct dot_lines node_lines = {.width = NODE_WIDTH, .end = "\\l"};
static const struct dot_lines edge_lines = {.width = EDGE_WIDTH, .wrap = 1, .start = " ", .end = "\\l"};
static const struct dot_lines legend_lines = {.width = LEGEND_WIDTH, .wrap = 1, .end = "\\l"};
static const struct dot_lines tooltip_lines = {.width = 0, .end = "\\n"};

/* What the marks of a node look like and mean; the first that a node has decides. */
static const struct mark_look {
    uint32_t mark;
    const char *word; /* in the node */
    const char *attributes;
    const char *legend;
} mark_looks[] = {
    {GRAPH_CRASH, ": crash", "shape=octagon, style=filled, fillcolor=\"#f4a582\", color=\"#b2182b\", penwidth=2",
     "red octagon: crash or failed assertion"},
    {GRAPH_DEADLOCK, ": deadlock",
     "shape=doubleoctagon, style=filled, fillcolor=\"#fddbd7\", color=\"#b2182b\", penwidth=2",
     "red double octagon: deadlock"},
    {GRAPH_STUCK, ": stuck", "fillcolor=\"#fee0b6\", color=\"#b35806\", penwidth=2",
     "orange: some process can never move again"},
    {GRAPH_LIVELOCK, ": livelock", "fillcolor=\"#d8daeb\", color=\"#542788\", penwidth=2",
     "violet: they go round for ever and get nowhere"},
    {GRAPH_FINAL, ": end", "fillcolor=\"#d9f0d3\", color=\"#1b7837\"", "green: the end, all is well"},
};

enum { MARK_LOOKS = sizeof mark_looks / sizeof *mark_looks };

struct edge_order {
    const struct graph_edge *edge;
    size_t index;
};

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int compare_edges(const void *a, const void *b)
{
    const struct edge_order *x = a, *y = b;
    int order = compare_numbers(&x->edge->from, &y->edge->from);
    if (order == 0)
        order = compare_numbers(&x->edge->to, &y->edge->to);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static void append_words(vec_char *legend, const char *words)
{
    text_printf(legend, "%s%s", legend->count ? "; " : "", words);
}

static void legend_of_marks(const struct graph *g, vec_char *legend)
{
    uint32_t marks = 0;
    bool trace = false;
    for (size_t i = 0; i < g->nodes.count; i++)
        marks |= g->nodes.items[i].marks;
    for (size_t i = 0; i < g->edges.count; i++)
        trace |= g->edges.items[i].trace;
    if (marks & GRAPH_INITIAL)
        append_words(legend, "bold frame: start");
    for (size_t i = MARK_LOOKS; i-- > 0;)
        if (marks & mark_looks[i].mark)
            append_words(legend, mark_looks[i].legend);
    if (marks & GRAPH_OPEN)
        append_words(legend, "dashed grey: goes on, not shown");
    if (trace)
        append_words(legend, "thick: the way into the trouble");
}

static void legend_of_tasks(const struct graph *g, vec_char *legend)
{
    for (size_t i = 0; i < g->task_names.count && i < LEGEND_TASKS; i++) {
        const char *style = dot_task_style((uint32_t)i);
        vec_char words = {0};
        text_printf(&words, "%s%s%s: ", strcmp(style, "solid") == 0 ? "" : style,
                    strcmp(style, "solid") == 0 ? "" : " ", dot_task_color_name((uint32_t)i));
        text_ascii(&words, g->task_names.items[i]);
        append_words(legend, words.items);
        VEC_FREE(&words);
    }
    if (g->task_names.count > LEGEND_TASKS)
        append_words(legend, "...");
}

static void write_head(const struct graph *g, vec_char *out)
{
    vec_char marks = {0}, tasks = {0};
    legend_of_marks(g, &marks);
    legend_of_tasks(g, &tasks);
    text_printf(out, "digraph impasse {\n    graph [label=\"");
    if (g->title)
        dot_line(out, legend_lines, g->title);
    if (g->caption)
        dot_line(out, legend_lines, g->caption);
    if (marks.count)
        dot_line(out, legend_lines, marks.items);
    if (tasks.count)
        dot_line(out, legend_lines, tasks.items);
    text_printf(out, "\", labelloc=t, labeljust=l, fontname=\"sans\", fontsize=11, pad=0.3, nodesep=0.35, ranksep=0.4");
    if (g->nodes.count + g->edges.count > TANGLED)
        text_printf(out, ", nslimit=2, nslimit1=2, mclimit=0.3");
    text_printf(out,
                "];\n    node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans\", fontsize=10, "
                "margin=\"0.12,0.06\"];\n    edge [fontname=\"sans\", fontsize=9, arrowsize=0.7];\n");
    VEC_FREE(&marks);
    VEC_FREE(&tasks);
}

/* The lines of one kind: at most `max` of them, 0 being all. */
static void write_lines(vec_char *out, struct dot_lines how, const char *const *lines, size_t count, size_t max)
{
    size_t shown = max && count > max ? max - 1 : count;
    for (size_t i = 0; i < shown; i++)
        dot_line(out, how, lines[i]);
    if (shown < count)
        text_printf(out, "... and %zu more%s", count - shown, how.end);
}

static void write_node(const struct graph_node *node, vec_char *out)
{
    const struct mark_look *look = NULL;
    for (size_t i = MARK_LOOKS; i-- > 0;)
        if (node->marks & mark_looks[i].mark)
            look = &mark_looks[i];
    unsigned long long number = node->number;
    text_printf(out, "    n%llu [label=\"state %llu%s\\l", number, number, look ? look->word : "");
    write_lines(out, node_lines, node->task_lines.items, node->task_lines.count, NODE_LINES);
    write_lines(out, node_lines, node->object_lines.items, node->object_lines.count, NODE_LINES);
    text_printf(out, "\", tooltip=\"state %llu%s, depth %u\\n", number, look ? look->word : "", node->depth);
    write_lines(out, tooltip_lines, node->task_lines.items, node->task_lines.count, 0);
    write_lines(out, tooltip_lines, node->object_lines.items, node->object_lines.count, 0);
    text_append(out, "\"", 1);
    if (look)
        text_printf(out, ", %s", look->attributes);
    if (node->marks & GRAPH_OPEN)
        text_printf(out, ", style=\"%sfilled,dashed\"%s", look ? "" : "rounded,",
                    look ? "" : ", color=\"#808080\", fontcolor=\"#606060\"");
    if (node->marks & GRAPH_INITIAL)
        text_printf(out, ", penwidth=3");
    if (node->marks & GRAPH_TRACE)
        text_printf(out, ", group=trace"); /* one group, one straight line */
    text_printf(out, "];\n");
}

static const char *label_of(const struct graph_edge *edge)
{
    return edge->label ? edge->label : "";
}

/* The steps between one pair of states: one arrow, a colour for each process that can take it. */
static void write_edges(const struct edge_order *edges, size_t count, vec_char *out)
{
    const struct graph_edge *first = edges[0].edge;
    bool trace = false, one_task = true;
    vec_char colors = {0}, tooltip = {0};
    text_printf(out, "    n%llu -> n%llu [label=\"", (unsigned long long)first->from, (unsigned long long)first->to);
    for (size_t i = 0; i < count; i++) {
        const struct graph_edge *edge = edges[i].edge;
        bool seen = false;
        trace |= edge->trace;
        one_task &= edge->task == first->task;
        for (size_t k = 0; k < i; k++)
            seen |= edges[k].edge->task % 8 == edge->task % 8;
        if (!seen)
            text_printf(&colors, "%s%s", colors.count ? ":" : "", dot_task_color(edge->task));
        if (i < EDGE_LINES || count == EDGE_LINES + 1)
            dot_line(out, edge_lines, label_of(edge));
        dot_line(&tooltip, tooltip_lines, label_of(edge));
    }
    if (count > EDGE_LINES + 1)
        text_printf(out, " ... and %zu more\\l", count - EDGE_LINES);
    text_printf(out, "\", color=\"%s\", fontcolor=\"%s\"", colors.items,
                one_task ? dot_task_text_color(first->task) : "#333333");
    if (one_task && strcmp(dot_task_style(first->task), "solid") != 0)
        text_printf(out, ", style=%s", dot_task_style(first->task));
    if (trace)
        text_printf(out, ", penwidth=3, weight=20");
    text_printf(out, ", tooltip=\"%s\", labeltooltip=\"%s\"];\n", tooltip.items, tooltip.items);
    VEC_FREE(&colors);
    VEC_FREE(&tooltip);
}

static bool is_shown(const vec_u64 *numbers, uint64_t number)
{
    return bsearch(&number, numbers->items, numbers->count, sizeof number, compare_numbers) != NULL;
}

void graph_dot(const struct graph *g, vec_char *out)
{
    vec_u64 numbers = {0};
    VEC_OF(struct edge_order) edges = {0};
    write_head(g, out);
    for (size_t i = 0; i < g->nodes.count; i++) {
        write_node(&g->nodes.items[i], out);
        VEC_PUSH(&numbers, g->nodes.items[i].number);
    }
    if (numbers.count)
        qsort(numbers.items, numbers.count, sizeof *numbers.items, compare_numbers);
    for (size_t i = 0; i < g->edges.count && numbers.count; i++) {
        const struct graph_edge *edge = &g->edges.items[i];
        if (is_shown(&numbers, edge->from) && is_shown(&numbers, edge->to))
            VEC_PUSH(&edges, ((struct edge_order){edge, i}));
    }
    if (edges.count)
        qsort(edges.items, edges.count, sizeof *edges.items, compare_edges);
    for (size_t i = 0, next; i < edges.count; i = next) {
        for (next = i + 1; next < edges.count; next++)
            if (edges.items[next].edge->from != edges.items[i].edge->from ||
                edges.items[next].edge->to != edges.items[i].edge->to)
                break;
        write_edges(edges.items + i, next - i, out);
    }
    text_printf(out, "}\n");
    VEC_FREE(&numbers);
    VEC_FREE(&edges);
}
