/* See checkpoint.h. */
#include "search/checkpoint.h"

#include <string.h>

#include "base/blob.h"
#include "base/clock.h"
#include "search/run.h"

/* Counts the forms of the file. */
enum { FORMAT = 4 };

enum { COST_FACTOR = 10 /* CKPT-05: at most one part in so many of the time goes into writing */ };

static const char magic[16] = "impasse search\n";

struct checkpoint {
    struct blob *blob;
    unsigned restarts;
};

struct checkpoint *checkpoint_open(const char *file, uint64_t identity, vec_u32 *kept, vec_char *why)
{
    char begin[sizeof magic];
    struct blob *blob = blob_open(file, why);
    if (!blob)
        return NULL;
    blob_get(blob, begin, sizeof begin);
    uint64_t format = blob_get_u64(blob), made_for = blob_get_u64(blob);
    if (memcmp(begin, magic, sizeof magic) != 0)
        text_printf(why, "this is not a checkpoint");
    else if (format != FORMAT)
        text_printf(why, "this checkpoint is of another version of impasse");
    else if (made_for != identity)
        text_printf(why, "this checkpoint is of another program, or of other options");
    if (why->count) {
        blob_close(blob);
        return NULL;
    }
    size_t count;
    uint32_t *sources = blob_get_array(blob, &count, sizeof *sources);
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(kept, sources[i]);
    mem_free(sources);
    struct checkpoint *c = mem_zero(1, sizeof *c);
    c->blob = blob;
    c->restarts = (unsigned)blob_get_u64(blob);
    return c;
}

unsigned checkpoint_restarts(const struct checkpoint *c)
{
    return c->restarts;
}

void checkpoint_close(struct checkpoint *c)
{
    if (!c)
        return;
    blob_close(c->blob);
    mem_free(c);
}

/* ---- writing ---- */

bool checkpoint_is_due(const struct search_run *run)
{
    double wait = run->options->checkpoint_every, least = run->checkpoint_cost * COST_FACTOR;
    return run->options->checkpoint && !run->result->checkpoint_failed &&
           clock_seconds() - run->checkpoint_at >= (wait > least ? wait : least);
}

static void figures_save(const struct search_run *run, struct blob *out)
{
    const struct search_result *r = run->result;
    const uint64_t figures[] = {run->kinds,       run->found_states, run->scouted,  run->limit_ahead,
                                run->most_states, run->most_writes,  r->limit_met,  r->states,
                                r->transitions,   r->depth,          r->peak_bytes, r->reduced};
    double seconds = run->seconds_before + clock_seconds() - run->began;
    blob_put_array(out, figures, sizeof figures / sizeof *figures, sizeof *figures);
    blob_put(out, &seconds, sizeof seconds);
}

void checkpoint_write(struct search_run *run, const struct checkpoint_extra *extra)
{
    const struct search_options *o = run->options;
    struct search_result *r = run->result;
    double began = clock_seconds();
    vec_char why = {0};
    struct blob *out = blob_create(o->checkpoint, &why);
    if (out) {
        blob_put(out, magic, sizeof magic);
        blob_put_u64(out, FORMAT);
        blob_put_u64(out, o->identity);
        blob_put_array(out, o->kept, o->kept_count, sizeof *o->kept);
        blob_put_u64(out, run->restarts);
        figures_save(run, out);
        space_save(&run->space, out);
        blob_put_array(out, extra->keys->items, extra->keys->count, sizeof *extra->keys->items);
        if (extra->next)
            blob_put_array(out, extra->next->items, extra->next->count, sizeof *extra->next->items);
        blob_put_u64(out, extra->cut);
        blob_commit(out, &why);
    }
    if (why.count)
        r->checkpoint_failed = why.items; /* the search goes on without */
    else
        VEC_FREE(&why);
    run->checkpoint_at = clock_seconds();
    run->checkpoint_cost = run->checkpoint_at - began;
    run->checkpoint_now = false;
}

/* ---- reading ---- */

static bool figures_restore(struct search_run *run, struct blob *in)
{
    struct search_result *r = run->result;
    size_t count;
    uint64_t *f = blob_get_array(in, &count, sizeof *f);
    bool good = blob_is_good(in) && count == 12;
    if (good) {
        run->kinds = (unsigned)f[0];
        run->found_states = f[1];
        run->scouted = f[2];
        run->limit_ahead = f[3];
        run->most_states = f[4];
        run->most_writes = f[5];
        r->limit_met = f[6];
        r->states = f[7];
        r->transitions = f[8];
        r->depth = f[9];
        r->peak_bytes = f[10];
        r->reduced = f[11];
    }
    mem_free(f);
    blob_get(in, &run->seconds_before, sizeof run->seconds_before);
    return good;
}

static bool whole(struct search_run *run, bool good)
{
    good &= blob_is_good(run->options->resume->blob);
    if (!good)
        run->result->stop = STOP_UNRESUMED;
    return good;
}

bool checkpoint_restore(struct search_run *run)
{
    struct blob *in = run->options->resume->blob;
    bool good = figures_restore(run, in);
    good &= space_restore(&run->space, run->model, run->bytes_max, in);
    return whole(run, good);
}

bool checkpoint_list(struct search_run *run, vec_u64 *keys)
{
    size_t count;
    keys->items = blob_get_array(run->options->resume->blob, &count, sizeof *keys->items);
    keys->count = keys->capacity = count;
    return whole(run, count > 0);
}

bool checkpoint_next(struct search_run *run, vec_u32 *next, bool *cut)
{
    size_t count;
    next->items = blob_get_array(run->options->resume->blob, &count, sizeof *next->items);
    next->count = next->capacity = count;
    *cut = blob_get_u64(run->options->resume->blob);
    return whole(run, true);
}
