/* See resume.h. CKPT-03: what may differ between a search and the one that goes on from it are limits, the number of
 * threads, and how the result is shown. */
#include "cli/resume.h"

#include <string.h>

#include "base/hash.h"
#include "search/checkpoint.h"

static void add(uint64_t *h, const void *bytes, size_t n)
{
    *h = hash_mix(*h ^ hash_bytes(bytes, n)) + n;
}

static void add_number(uint64_t *h, uint64_t n)
{
    add(h, &n, sizeof n);
}

static void add_texts(uint64_t *h, const char *const *items, size_t count)
{
    add_number(h, count);
    for (size_t i = 0; i < count; i++)
        add(h, items[i], strlen(items[i]));
}

static uint64_t identity(const struct session *s, const struct cli_options *o)
{
    uint64_t h = program_identity(s->program);
    add(&h, IMPASSE_VERSION, strlen(IMPASSE_VERSION));
    add_texts(&h, o->files.items, o->files.count);
    add_texts(&h, o->arguments.items, o->arguments.count);
    add_texts(&h, o->settings.items, o->settings.count); /* --with and --program are among them */
#define X(name, def, min, max, help) add_number(&h, (uint64_t)o->kernel.name);
    KERNEL_SETTINGS(X)
#undef X
    for (size_t i = 0; i < o->kernel.file_count; i++) {
        add(&h, o->kernel.files[i].path, strlen(o->kernel.files[i].path));
        add(&h, o->kernel.files[i].bytes, o->kernel.files[i].size);
    }
    add_number(&h, o->search.properties);
    add_number(&h, o->search.order);
    add_number(&h, o->search.order == SEARCH_DEPTH ? o->search.max_depth : 0);
    add_number(&h, o->search.store);
    add_number(&h, o->search.store == SEARCH_EXACT ? 0 : o->search.table_bytes);
    add_number(&h, o->clearing_off);
    add_number(&h, o->search.reduction_off);
    return h;
}

bool resume_prepare(struct session *s, struct cli_options *o, struct diag *diag)
{
    o->search.identity = identity(s, o);
    if (!o->resume)
        return true;
    vec_char why = {0};
    o->search.resume = checkpoint_open(o->resume, o->search.identity, &s->kept, &why);
    if (!o->search.resume)
        diag_error(diag, (struct diag_place){.file = o->resume}, "%s", why.items);
    else if (s->kept.count)
        session_keep(s);
    VEC_FREE(&why);
    return o->search.resume != NULL;
}

bool resume_finish(struct cli_options *o, const struct search_result *r, struct diag *diag)
{
    checkpoint_close(o->search.resume);
    o->search.resume = NULL;
    if (r->checkpoint_failed)
        diag_warning(diag, (struct diag_place){.file = o->search.checkpoint}, "the checkpoint cannot be written: %s",
                     r->checkpoint_failed);
    if (r->stop == STOP_UNRESUMED)
        diag_error(diag, (struct diag_place){.file = o->resume}, "this checkpoint is of another build of impasse");
    return r->stop != STOP_UNRESUMED;
}
