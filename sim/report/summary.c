/* Verdict, counts and reasons of a finished search: see finding.h. */
#include "report/finding.h"

#include "report/cause.h"

static const char *const STORES[] = {
    [SEARCH_EXACT] = "exact", [SEARCH_COMPACT] = "compact", [SEARCH_BITSTATE] = "bitstate"};

static const char *stop_reason(struct model *m, enum search_stop stop, const struct search_options *o,
                               struct arena *arena)
{
    switch (stop) {
    case STOP_NOT:
        return NULL;
    case STOP_STATES:
        return arena_printf(arena, "the limit --max-states %llu was reached", (unsigned long long)o->max_states);
    case STOP_MEMORY:
        return arena_printf(arena, "the limit --max-memory %lluM was reached",
                            (unsigned long long)(o->max_memory >> 20));
    case STOP_DEPTH:
        return arena_printf(arena, "the limit --max-depth %llu was reached", (unsigned long long)o->max_depth);
    case STOP_TIME:
        return arena_printf(arena, "the limit --time %g s was reached", o->seconds);
    case STOP_INTERRUPTED:
        return "interrupted";
    case STOP_FOUND:
        return "a violation was found; the rest was not searched";
    case STOP_TABLE:
        return "the table of signatures is full (--table)";
    case STOP_PARTIAL:
        return o->store == SEARCH_COMPACT ? "hash compaction may have left out states"
                                          : "bitstate hashing may have left out states";
    case STOP_UNRESUMED:
        return "the checkpoint cannot be resumed";
    case STOP_STALE:
        return "a value was read that had been thrown away";
    case STOP_LIMIT:
        return model_limit_text(m) ? arena_printf(arena, "%s", model_limit_text(m))
                                   : "a limit of the simulation was met (memory, or steps without a visible operation)";
    }
    return NULL;
}

void report_from_search(struct report *r, struct model *m, const struct search_result *s,
                        const struct search_options *o, struct arena *arena)
{
    r->complete = s->complete;
    r->incomplete_reason = stop_reason(m, s->stop, o, arena);
    r->states = s->states;
    r->transitions = s->transitions;
    r->depth = s->depth;
    r->threads = search_threads(o);
    r->reduced = s->reduced;
    r->store = STORES[o->store];
    r->omitted = s->omitted;
    r->seconds = s->seconds;
    r->peak_bytes = s->peak_bytes;
    r->store_bytes = s->store_bytes;
    r->bytes_per_state = s->states ? (double)s->store_bytes_used / (double)s->states : 0;
    r->verdict = finding_verdict(s->kind);
    if (s->kind == FOUND_NOTHING) {
        if (!s->complete)
            r->verdict = VERDICT_INCOMPLETE;
        return;
    }
    struct model_path path = search_model_path(&s->path);
    struct finding f = finding_make(m, s->kind, &path, s->culprits, s->culprit_count, arena);
    f.shortest = s->shortest;
    f.no_return_known = s->no_return_known;
    f.no_return = s->no_return;
    cause_of_failure(&f, arena);
    r->verdict = f.kind;
    VEC_PUSH(&r->violations, f);
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->violations.count; i++)
        finding_free(&r->violations.items[i]);
    VEC_FREE(&r->violations);
    VEC_FREE(&r->files);
    VEC_FREE(&r->notes);
}
