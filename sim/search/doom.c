/* The point of no return: from which step of a path on every schedule runs into a violation.
 *
 * A state is doomed if it is a deadlock, or has steps and each of them is in trouble or leads to a doomed state; a
 * state that can move for ever, or end well, is not. As the greatest and least fixpoints differ on cycles only, and a
 * cycle means moving for ever, a depth-first walk decides: a successor on the walk's own path is an escape. One escape
 * is enough, so that the walk is short where there are many.
 */
#include "base/hash.h"
#include "search/run.h"

enum { DOOM_UNKNOWN, DOOM_PATH, DOOM_ESCAPES, DOOM_DOOMED };

struct doom_entry {
    uint64_t key; /* 0: free */
    uint8_t mark;
};

struct doom {
    struct space *space;
    struct doom_entry *table;
    size_t size, count, max;
    vec_u64 keys;
    vec_u32 next;
    uint32_t width; /* of the space when the walk began */
    bool moved;     /* slots turned up that it had no room for: all keys changed, and the walk is void */
};

static struct doom_entry *entry_of(struct doom *d, uint64_t key)
{
    if ((d->count + 1) * 2 > d->size) {
        struct doom_entry *old = d->table;
        size_t old_size = d->size;
        d->size = d->size ? d->size * 2 : 1 << 10;
        d->table = mem_zero(d->size, sizeof *d->table);
        d->count = 0;
        for (size_t i = 0; i < old_size; i++)
            if (old[i].key)
                *entry_of(d, old[i].key) = old[i];
        mem_free(old);
    }
    size_t i = hash_mix(key) & (d->size - 1);
    while (d->table[i].key && d->table[i].key != key)
        i = (i + 1) & (d->size - 1);
    if (!d->table[i].key) {
        d->table[i].key = key;
        d->count++;
    }
    return &d->table[i];
}

static void push(struct doom *d, uint64_t key)
{
    entry_of(d, key)->mark = DOOM_PATH;
    VEC_PUSH(&d->keys, key);
    VEC_PUSH(&d->next, 0);
}

static void path_escapes(struct doom *d)
{
    for (size_t i = 0; i < d->keys.count; i++)
        entry_of(d, d->keys.items[i])->mark = DOOM_ESCAPES;
    d->keys.count = d->next.count = 0;
}

static void walk(struct doom *d)
{
    size_t top = d->keys.count - 1;
    uint64_t key = d->keys.items[top];
    d->moved = !space_expand(d->space, &key) || d->space->width != d->width;
    if (d->moved)
        return;
    const struct model_expansion *e = &d->space->expansion;
    if (!e->steps.count && !model_is_deadlock(e)) {
        path_escapes(d);
        return;
    }
    for (uint32_t i = d->next.items[top]; i < e->steps.count; i++) {
        d->next.items[top] = i + 1;
        if (!run_follows(&e->steps.items[i]))
            continue;
        uint64_t to = space_successor(d->space, &e->steps.items[i]);
        switch (entry_of(d, to)->mark) {
        case DOOM_UNKNOWN:
            push(d, to);
            return;
        case DOOM_DOOMED:
            break;
        default:
            path_escapes(d);
            return;
        }
    }
    entry_of(d, key)->mark = DOOM_DOOMED;
    d->keys.count--;
    d->next.count--;
}

/* Whether a state is doomed; false in *known if the walk had to be given up. */
static bool is_doomed(struct doom *d, uint64_t key, bool *known)
{
    if (entry_of(d, key)->mark == DOOM_UNKNOWN)
        push(d, key);
    while (d->keys.count && d->count < d->max && !d->moved)
        walk(d);
    *known = !d->keys.count;
    return entry_of(d, key)->mark == DOOM_DOOMED;
}

static void forget(struct doom *d)
{
    mem_free(d->table);
    d->table = NULL;
    d->size = d->count = d->keys.count = d->next.count = 0;
    d->moved = false;
    d->width = d->space->width;
}

bool doom_find(struct space *space, const struct search_path *path, uint64_t max_states, uint32_t *step)
{
    struct doom d = {.space = space, .max = max_states, .width = space->width};
    bool known = true;
    /* The last step may itself be the violation: the state before it is the last one to ask. */
    size_t i = path->length;
    *step = (uint32_t)path->length;
    while (known && i-- > 0) {
        uint64_t key = store_encode(space->store, path->states + i * path->width, path->width);
        bool doomed = is_doomed(&d, key, &known);
        if (d.moved && !space->full) {
            forget(&d);
            known = true;
            i++; /* once more, with the wider keys */
        } else if (!doomed) {
            break;
        } else {
            *step = (uint32_t)i;
        }
    }
    VEC_FREE(&d.keys);
    VEC_FREE(&d.next);
    mem_free(d.table);
    return known;
}
