/* What tasks are called. See model.h.
 *
 * The name goes by the place in the tree of forks, and is the same in every state: trails use it. The title goes by the
 * program that a process runs on a path, where there are several: reports use it. */
#include <string.h>

#include "model_private.h"

/* ---- names ---- */

static uint32_t root_last(const struct model *m)
{
    return KERNEL_MAIN_PID + (uint32_t)m->settings->start_count;
}

/* Numbers of the place in the tree of forks: a root's second child's first child is (2, 1). Pids are heap numbers
 * (kernel/fork.c): child n of pid p is last root + processes * (p - main) + n. */
static unsigned tree_path(const struct model *m, uint32_t pid, uint32_t *path, unsigned room, uint32_t *root)
{
    unsigned n = 0;
    uint32_t arity = (uint32_t)m->settings->processes, last = root_last(m);
    while (pid > last && n < room) {
        uint32_t i = pid - last - 1;
        path[n++] = i % arity + 1;
        pid = i / arity + KERNEL_MAIN_PID;
    }
    *root = pid;
    return n;
}

static bool only_child(const struct model *m)
{
    return model_task_of_pid(m, root_last(m) + 2) == UINT32_MAX;
}

/* The file's name without folders and ending. */
static void image_name(const struct model *m, uint32_t image, vec_char *out)
{
    const char *file = m->program->images.items[image].name, *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    text_append(out, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static uint32_t root_image(const struct model *m, uint32_t root)
{
    return root == KERNEL_MAIN_PID ? 0 : m->settings->starts[root - KERNEL_MAIN_PID - 1];
}

/* "main"; "server", "client 2" where there are several programs. */
static void root_name(const struct model *m, uint32_t root, vec_char *out)
{
    uint32_t image = root_image(m, root), same = 0, before = 0;
    if (m->program->images.count == 1 && !m->settings->start_count) {
        text_printf(out, "main");
        return;
    }
    for (uint32_t other = KERNEL_MAIN_PID; other <= root_last(m); other++) {
        same += root_image(m, other) == image;
        before += other < root && root_image(m, other) == image;
    }
    image_name(m, image, out);
    if (same > 1)
        text_printf(out, " %u", before + 1);
}

void model_task_name(const struct model *m, uint32_t task, vec_char *out)
{
    uint32_t pid = m->tasks.items[task].pid, path[64], root;
    if (pid >= UINT32_C(1) << 30) {
        text_printf(out, "process %u", pid);
        return;
    }
    unsigned n = tree_path(m, pid, path, 64, &root);
    if (!n || m->settings->start_count) {
        root_name(m, root, out);
        if (!n)
            return;
        text_printf(out, " ");
    }
    text_printf(out, "child");
    if (n == 1 && path[0] == 1 && !m->settings->start_count && only_child(m))
        return;
    for (unsigned i = n; i-- > 0;)
        text_printf(out, "%s%u", i + 1 == n ? " " : ".", path[i]);
}

/* ---- titles ---- */

/* The program that a task runs where it was last seen on the path, if that is not the one that it was born with;
 * UINT32_MAX: none, or never seen. */
static uint32_t executed_image(struct model *m, const struct model_path *path, uint32_t task)
{
    uint32_t slot = m->tasks.items[task].slot, tree[64], root;
    for (size_t i = path->length + 1; i-- > 0;) {
        uint32_t local = vector_at(path->states + i * path->width, path->width, slot);
        if (!local)
            continue;
        uint32_t image = machine_image(m->machine, local);
        tree_path(m, m->tasks.items[task].pid, tree, 64, &root);
        return root <= root_last(m) && image == root_image(m, root) ? UINT32_MAX : image;
    }
    return UINT32_MAX;
}

void model_task_titles(struct model *m, const struct model_path *path, struct model_titles *out)
{
    uint32_t tasks = (uint32_t)m->tasks.count;
    uint32_t *images = mem_alloc((tasks + (size_t)1) * sizeof *images);
    out->texts.count = out->starts.count = 0;
    for (uint32_t t = 0; t < tasks; t++)
        images[t] = m->program->images.count > 1 ? executed_image(m, path, t) : UINT32_MAX;
    for (uint32_t t = 0; t < tasks; t++) {
        uint32_t same = 0, before = 0;
        VEC_PUSH(&out->starts, (uint32_t)out->texts.count);
        if (images[t] == UINT32_MAX) {
            model_task_name(m, t, &out->texts);
            text_append(&out->texts, "", 1);
            continue;
        }
        for (uint32_t other = 0; other < tasks; other++) {
            bool alike = images[other] == images[t];
            same += alike;
            before += alike && m->tasks.items[other].pid < m->tasks.items[t].pid;
        }
        image_name(m, images[t], &out->texts);
        if (same > 1)
            text_printf(&out->texts, " %u", before + 1);
        text_append(&out->texts, "", 1);
    }
    mem_free(images);
}

void model_titles_free(struct model_titles *t)
{
    VEC_FREE(&t->texts);
    VEC_FREE(&t->starts);
}
