/* Goal: a state graph becomes DOT text that is stable, readable and safe, and a picture file that is whole or not
 * there. Method: the whole text of a small graph; properties of hostile ones; pictures drawn into a folder of their
 * own. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/sample.h"

static struct graph_node nodes[4];
static const char *lines[][2] = {{"main:21 fork", ""}, {"main:24 wait", "child:22 read"}};
static const char *objects[] = {"pipe 0/4 bytes"};
static const char *names[] = {"main", "child"};
static struct graph_edge edges[5];

/* A start, a deadlock, an end and a state that goes on; two steps lead from 0 to 1. */
static struct graph sample_graph(void)
{
    struct graph g = {.title = "a.c", .caption = "all of it"};
    memset(nodes, 0, sizeof nodes);
    for (size_t i = 0; i < 4; i++) {
        nodes[i].number = i * 7;
        nodes[i].depth = i > 0;
        nodes[i].task_lines.items = lines[i > 0];
        nodes[i].task_lines.count = 1 + (i > 0);
    }
    LIST(nodes[1].object_lines, objects);
    nodes[0].marks = GRAPH_INITIAL | GRAPH_TRACE;
    nodes[1].marks = GRAPH_DEADLOCK | GRAPH_TRACE;
    nodes[2].marks = GRAPH_FINAL;
    nodes[3].marks = GRAPH_OPEN;
    edges[0] = (struct graph_edge){0, 14, "main: fork() = 2", 0, false};
    edges[1] = (struct graph_edge){0, 7, "child: read(3, \"h\", 1) = 1", 1, true};
    edges[2] = (struct graph_edge){0, 7, "main: getpid() = 1", 0, false};
    edges[3] = (struct graph_edge){0, 21, "main: write(4, \"&lt;\\n\", 1) = 1", 9, false};
    edges[4] = (struct graph_edge){0, 28, "main: to a node that is not shown", 0, false};
    LIST(g.nodes, nodes);
    LIST(g.edges, edges);
    LIST(g.task_names, names);
    return g;
}

Test(dot, the_whole_text_of_a_small_graph)
{
    struct graph g = sample_graph();
    vec_char text = {0};
    graph_dot(&g, &text);
    cr_assert(
        eq(str, text.items,
           "digraph impasse {\n"
           "    graph [label=\"a.c\\lall of it\\lbold frame: start; green: the end, all is well; red double octagon: "
           "deadlock; "
           "dashed grey: goes on, not shown;\\l  thick: the way into the trouble\\lblue: main; orange: child\\l\", "
           "labelloc=t, "
           "labeljust=l, fontname=\"sans\", fontsize=11, pad=0.3, nodesep=0.35, ranksep=0.4];\n"
           "    node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans\", fontsize=10, "
           "margin=\"0.12,0.06\"];\n"
           "    edge [fontname=\"sans\", fontsize=9, arrowsize=0.7];\n"
           "    n0 [label=\"state 0\\lmain:21 fork\\l\", tooltip=\"state 0, depth 0\\nmain:21 fork\\n\", penwidth=3, "
           "group=trace];\n"
           "    n7 [label=\"state 7: deadlock\\lmain:24 wait\\lchild:22 read\\lpipe 0/4 bytes\\l\", tooltip=\"state 7: "
           "deadlock, "
           "depth 1\\nmain:24 wait\\nchild:22 read\\npipe 0/4 bytes\\n\", shape=doubleoctagon, style=filled, "
           "fillcolor=\"#fddbd7\", color=\"#b2182b\", penwidth=2, group=trace];\n"
           "    n14 [label=\"state 14: end\\lmain:24 wait\\lchild:22 read\\l\", tooltip=\"state 14: end, depth "
           "1\\nmain:24 "
           "wait\\nchild:22 read\\n\", fillcolor=\"#d9f0d3\", color=\"#1b7837\"];\n"
           "    n21 [label=\"state 21\\lmain:24 wait\\lchild:22 read\\l\", tooltip=\"state 21, depth 1\\nmain:24 "
           "wait\\nchild:22 read\\n\", style=\"rounded,filled,dashed\", color=\"#808080\", fontcolor=\"#606060\"];\n"
           "    n0 -> n7 [label=\" child: read(3, \\\"h\\\", 1) = 1\\l main: getpid() = 1\\l\", "
           "color=\"#d55e00:#0072b2\", "
           "fontcolor=\"#333333\", penwidth=3, weight=20, tooltip=\"child: read(3, \\\"h\\\", 1) = 1\\nmain: getpid() "
           "= 1\\n\", "
           "labeltooltip=\"child: read(3, \\\"h\\\", 1) = 1\\nmain: getpid() = 1\\n\"];\n"
           "    n0 -> n14 [label=\" main: fork() = 2\\l\", color=\"#0072b2\", fontcolor=\"#005a8c\", tooltip=\"main: "
           "fork() = "
           "2\\n\", labeltooltip=\"main: fork() = 2\\n\"];\n"
           "    n0 -> n21 [label=\" main: write(4, \\\"&amp;lt;\\\\n\\\", 1) = 1\\l\", color=\"#d55e00\", "
           "fontcolor=\"#a84a00\", "
           "style=dashed, tooltip=\"main: write(4, \\\"&amp;lt;\\\\n\\\", 1) = 1\\n\", labeltooltip=\"main: write(4, "
           "\\\"&amp;lt;\\\\n\\\", 1) = 1\\n\"];\n"
           "}\n"));
    VEC_FREE(&text);
}

Test(dot, the_order_of_the_edges_does_not_matter)
{
    struct graph g = sample_graph();
    vec_char first = {0}, second = {0};
    graph_dot(&g, &first);
    struct graph_edge last = edges[3];
    memmove(edges + 1, edges, 3 * sizeof *edges);
    edges[0] = last;
    graph_dot(&g, &second);
    cr_assert(eq(str, first.items, second.items));
    VEC_FREE(&first);
    VEC_FREE(&second);
}

/* A folder of its own; its name is to be removed with remove_folder. */
static char *make_folder(void)
{
    char *folder = mem_copy_string("/tmp/impasse-test-dot-XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
    return folder;
}

static char *in_folder(const char *folder, const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void read_file(const char *path, vec_char *bytes)
{
    FILE *f = fopen(path, "rb");
    char block[4096];
    cr_assert(f != NULL, "%s", path);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        text_append(bytes, block, n);
    fclose(f);
}

Test(render, draws_each_format_twice_alike)
{
    static const char *const formats[] = {"svg", "png", "pdf"};
    static const char *const starts[] = {"<?xml", "\x89PNG", "%PDF"};
    struct graph g = sample_graph();
    vec_char dot = {0};
    char *folder = make_folder();
    graph_dot(&g, &dot);
    for (size_t i = 0; i < 3; i++) {
        vec_char why = {0}, first = {0}, second = {0};
        char *path = in_folder(folder, formats[i]);
        cr_assert(graph_render(dot.items, formats[i], path, &why), "%s", why.items);
        cr_assert(why.count == 0, "%s", why.items);
        read_file(path, &first);
        cr_assert(graph_render(dot.items, formats[i], path, &why), "%s", why.items);
        read_file(path, &second);
        cr_assert(memcmp(first.items, starts[i], strlen(starts[i])) == 0);
        cr_assert(first.count == second.count && memcmp(first.items, second.items, first.count) == 0);
        cr_assert(i > 0 || (strstr(first.items, "&amp;lt;") && !strstr(first.items, "<!--")));
        unlink(path);
        VEC_FREE(&why);
        VEC_FREE(&first);
        VEC_FREE(&second);
    }
    cr_assert(eq(int, rmdir(folder), 0)); /* nothing temporary was left behind */
    mem_free(folder);
    VEC_FREE(&dot);
}

Test(render, hostile_labels_stay_labels)
{
    static const char *hostile = "\"];}\\N\\l<b>&amp;&#65;&x;\n\033\xff\xc3\xa9";
    struct graph g = sample_graph();
    vec_char dot = {0}, why = {0}, svg = {0};
    char *folder = make_folder(), *path = in_folder(folder, "x.svg");
    g.title = g.caption = edges[0].label = hostile;
    lines[0][0] = hostile;
    graph_dot(&g, &dot);
    for (size_t i = 0; i < dot.count; i++)
        cr_assert(dot.items[i] == '\n' || (dot.items[i] >= ' ' && dot.items[i] < 0x7f));
    cr_assert(graph_render(dot.items, "svg", path, &why), "%s", why.items);
    read_file(path, &svg);
    cr_assert(strstr(svg.items, ">&quot;];}\\N\\l&lt;b&gt;&amp;amp;&amp;#65;&amp;x;\\n\\033\\377\\303\\251</text>") !=
                  NULL,
              "%s", svg.items);
    unlink(path);
    rmdir(folder);
    mem_free(folder);
    lines[0][0] = "main:21 fork";
    VEC_FREE(&dot);
    VEC_FREE(&why);
    VEC_FREE(&svg);
}

static void expect_refused(const char *dot, const char *format, const char *path, const char *message)
{
    vec_char why = {0};
    cr_assert(not(graph_render(dot, format, path, &why)));
    cr_assert(strstr(why.items, message) != NULL, "%s", why.items);
    VEC_FREE(&why);
}

Test(render, what_cannot_be_drawn_or_written_leaves_nothing)
{
    char *folder = make_folder();
    char *path = in_folder(folder, "x.svg");
    struct stat status;
    expect_refused("digraph { a -> ", "svg", path, "cannot read the graph: Error: syntax error in line 1");
    expect_refused("digraph { a }", "gif", path, "unknown picture format 'gif': it can be svg, png or pdf");
    cr_assert(stat(path, &status) != 0);
    cr_assert(eq(int, rmdir(folder), 0));
    expect_refused("digraph { a }", "svg", path, "No such file or directory");
    expect_refused("digraph { a }", "svg", "/dev/null/x.svg", "cannot write /dev/null/x.svg: Not a directory");
    expect_refused("digraph { a }", "svg", "/tmp", "cannot write /tmp: Is a directory");
    mem_free(folder);
}

Test(render, a_device_is_written_to_not_replaced)
{
    vec_char why = {0};
    struct stat status;
    cr_assert(graph_render("digraph { a }", "svg", "/dev/null", &why), "%s", why.items);
    cr_assert(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
    VEC_FREE(&why);
}

Test(render, a_link_stays_a_link)
{
    vec_char why = {0};
    struct stat status;
    char *folder = make_folder(), *link = mem_copy_string(in_folder(folder, "link.svg")),
         *real = in_folder(folder, "real.svg");
    cr_assert(graph_render("digraph { a }", "svg", real, &why), "%s", why.items);
    cr_assert(eq(int, symlink("real.svg", link), 0));
    cr_assert(graph_render("digraph { b }", "svg", link, &why), "%s", why.items);
    cr_assert(lstat(link, &status) == 0 && S_ISLNK(status.st_mode));
    unlink(link);
    unlink(real);
    cr_assert(eq(int, rmdir(folder), 0));
    mem_free(link);
    mem_free(folder);
    VEC_FREE(&why);
}
