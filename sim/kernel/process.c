/* See process.h. Packing and unpacking; what processes do stands in fork.c, exit.c, wait.c. */
#include "kernel/process.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct process_header) == 72, "no padding: components are compared as bytes");
_Static_assert(sizeof(struct mapping) == 24 && sizeof(struct child) == 8 && sizeof(struct descriptor) == 12,
               "no padding, and the arrays that follow one another stay aligned");

uint32_t process_slot(struct kstep *k, uint32_t pid)
{
    return kstep_slot(k, SLOT_PROCESS, pid, 0);
}

bool process_get(struct kstep *k, uint32_t pid, struct process *p)
{
    memset(p, 0, sizeof *p);
    const char *bytes = kstep_get(k, process_slot(k, pid), NULL);
    if (!bytes)
        return false;
    memcpy(&p->h, bytes, sizeof p->h);
    bytes += sizeof p->h;
    p->mappings = (const struct mapping *)(const void *)bytes;
    bytes += p->h.mapping_count * sizeof *p->mappings;
    p->children = (const struct child *)(const void *)bytes;
    bytes += p->h.child_count * sizeof *p->children;
    p->descriptors = (const struct descriptor *)(const void *)bytes;
    return true;
}

void process_put(struct kstep *k, const struct process *p)
{
    vec_char packed = {0};
    text_append(&packed, &p->h, sizeof p->h);
    text_append(&packed, p->mappings, p->h.mapping_count * sizeof *p->mappings);
    text_append(&packed, p->children, p->h.child_count * sizeof *p->children);
    text_append(&packed, p->descriptors, p->h.descriptor_count * sizeof *p->descriptors);
    kstep_put(k, process_slot(k, p->h.pid), packed.items, packed.count);
    VEC_FREE(&packed);
}

void process_remove(struct kstep *k, uint32_t pid)
{
    kstep_put(k, process_slot(k, pid), NULL, 0);
}

const struct descriptor *process_descriptor(const struct process *p, int32_t number)
{
    for (uint32_t i = 0; i < p->h.descriptor_count; i++)
        if (p->descriptors[i].number == (uint32_t)number)
            return &p->descriptors[i];
    return NULL;
}

/* Copies an array without the `skipped` items at `at`, leaving room there for `added` new ones. NULL if empty. */
static void *array_edit(const void *items, uint32_t *count, size_t size, uint32_t at, uint32_t skipped, uint32_t added)
{
    uint32_t after = *count - at - skipped;
    char *copy = mem_alloc((*count - skipped + added) * size);
    if (at)
        memcpy(copy, items, at * size);
    if (after)
        memcpy(copy + (at + added) * size, (const char *)items + (at + skipped) * size, after * size);
    *count = *count - skipped + added;
    return copy;
}

void process_set_descriptor(struct kstep *k, uint32_t pid, struct descriptor d)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (at < p.h.descriptor_count && p.descriptors[at].number < d.number)
        at++;
    bool replace = at < p.h.descriptor_count && p.descriptors[at].number == d.number;
    struct descriptor *edited = array_edit(p.descriptors, &p.h.descriptor_count, sizeof d, at, replace ? 1 : 0, 1);
    edited[at] = d;
    p.descriptors = edited;
    process_put(k, &p);
    mem_free(edited);
}

void process_drop_descriptor(struct kstep *k, uint32_t pid, uint32_t number)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (p.descriptors[at].number != number)
        at++;
    struct descriptor *edited = array_edit(p.descriptors, &p.h.descriptor_count, sizeof *edited, at, 1, 0);
    p.descriptors = edited;
    process_put(k, &p);
    mem_free(edited);
}

void process_add_child(struct kstep *k, uint32_t pid, struct child c)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (at < p.h.child_count && (k->settings->linux_order || p.children[at].ordinal < c.ordinal))
        at++;
    struct child *edited = array_edit(p.children, &p.h.child_count, sizeof c, at, 0, 1);
    edited[at] = c;
    p.children = edited;
    process_put(k, &p);
    mem_free(edited);
}

void process_drop_child(struct kstep *k, uint32_t pid, uint32_t child)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (p.children[at].pid != child)
        at++;
    struct child *edited = array_edit(p.children, &p.h.child_count, sizeof *edited, at, 1, 0);
    p.children = edited;
    process_put(k, &p);
    mem_free(edited);
}

void process_add_mapping(struct kstep *k, uint32_t pid, struct mapping m)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (at < p.h.mapping_count && p.mappings[at].base < m.base)
        at++;
    struct mapping *edited = array_edit(p.mappings, &p.h.mapping_count, sizeof m, at, 0, 1);
    edited[at] = m;
    p.mappings = edited;
    process_put(k, &p);
    mem_free(edited);
}

void process_drop_mapping(struct kstep *k, uint32_t pid, uint64_t base)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t at = 0;
    while (p.mappings[at].base != base)
        at++;
    struct mapping *edited = array_edit(p.mappings, &p.h.mapping_count, sizeof *edited, at, 1, 0);
    p.mappings = edited;
    process_put(k, &p);
    mem_free(edited);
}

static int pid_compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void process_visit(struct kstep *k, void (*visit)(void *context, const struct process *p), void *context)
{
    vec_u32 pids = {0};
    uint32_t count = slots_count(k->slots);
    for (uint32_t slot = 0; slot < count; slot++) {
        struct slot_name name = slots_name(k->slots, slot);
        if (name.kind == SLOT_PROCESS)
            VEC_PUSH(&pids, name.owner);
    }
    if (pids.count)
        qsort(pids.items, pids.count, sizeof *pids.items, pid_compare);
    for (size_t i = 0; i < pids.count; i++) {
        struct process p;
        if (process_get(k, pids.items[i], &p))
            visit(context, &p);
    }
    VEC_FREE(&pids);
}
