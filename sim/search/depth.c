/* Depth-first search. The stack holds keys and the number of the next step; states are expanded again on the way back,
 * which costs table look-ups only and keeps the stack at 12 bytes a state. */
#include "search/checkpoint.h"
#include "search/run.h"

void search_depth(struct search_run *run)
{
    struct space *space = &run->space;
    struct search_result *r = run->result;
    vec_u64 keys = {0};
    vec_u32 next = {0};
    bool cut = false;
    space_register(space, &keys);
    if (run->options->resume) {
        if (!checkpoint_list(run, &keys) || !checkpoint_next(run, &next, &cut))
            keys.count = 0;
    } else {
        uint64_t first = space_initial(space);
        space_begin(space, first);
        VEC_PUSH(&keys, first);
        VEC_PUSH(&next, 0);
    }
    while (keys.count) {
        size_t top = keys.count - 1;
        uint64_t key = keys.items[top];
        if (!scout_ahead(run, key)) {
            r->stop = STOP_MEMORY;
            break;
        }
        key = keys.items[top]; /* the walk may have brought a new layout */
        if (run->checkpoint_now) {
            struct checkpoint_extra extra = {.keys = &keys, .next = &next, .cut = cut};
            checkpoint_write(run, &extra);
        }
        if (!next.items[top] && (run_is_over(run, 0) || run_must_stop(run, top, keys.count, 0)))
            break;
        if (run->options->max_depth && top >= run->options->max_depth) {
            cut = true; /* not expanded: what lies behind it may have been missed */
            keys.count--;
            next.count--;
            continue;
        }
        if (!space_expand(space, &key)) {
            r->stop = STOP_MEMORY;
            break;
        }
        if (!next.items[top]) {
            struct search_verdict v = {0};
            run_judge(run, &v);
            run_note(run, &v);
            if (run_is_stale(run))
                break;
            if (run_flags_good(run) && expansion_is_good(&space->expansion))
                store_raise_flag(space->store, key);
            if (top > r->depth)
                r->depth = top;
        }
        const struct model_expansion *e = &space->expansion;
        bool descended = false;
        for (uint32_t i = next.items[top]; i < e->steps.count && !descended; i++) {
            next.items[top] = i + 1;
            if (!run_follows(&e->steps.items[i]))
                continue;
            uint64_t to = space_successor(space, &e->steps.items[i]);
            if (space_insert(space, to)) {
                VEC_PUSH(&keys, to);
                VEC_PUSH(&next, 0);
                descended = true;
            }
        }
        if (!descended) {
            keys.count--;
            next.count--;
        }
        space_review(space, &keys);
    }
    if (cut && r->stop == STOP_NOT)
        r->stop = STOP_DEPTH;
    space->list_count = 0;
    VEC_FREE(&keys);
    VEC_FREE(&next);
}
