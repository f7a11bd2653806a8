/* Goal: a search that is resumed from any of its checkpoints ends as it would have.
 * Method: searches that write one after every level; the file is then resumed with a fresh model of the same program, and
 * with models of others that claim to be the same. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/loaded.h"
#include "search/checkpoint.h"
#include "search/search.h"

enum { IDENTITY = 77 };

static char path[120];

static void path_make(void)
{
    snprintf(path, sizeof path, "%s/impasse-test-%d-ckpt", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir, (int)getpid());
}

static void path_remove(void)
{
    remove(path);
}

TestSuite(checkpoint, .init = path_make, .fini = path_remove);

static struct search_result run(struct model *m, struct search_options o, bool resume)
{
    struct search_result r;
    vec_u32 kept = {0};
    vec_char why = {0};
    o.properties = PROPERTY_ALL;
    o.identity = IDENTITY;
    if (resume) {
        o.resume = checkpoint_open(path, IDENTITY, &kept, &why);
        cr_assert(o.resume, "%s", why.items);
    } else {
        o.checkpoint = path;
        o.checkpoint_every = 1e-9;
    }
    search_run(m, &o, &r);
    checkpoint_close(o.resume);
    cr_assert_null(r.checkpoint_failed);
    return r;
}

/* CKPT-01: stopped after so many states, or not at all. */
static void goes_on(const char *file, const char *flag, enum search_order order)
{
    struct loaded l;
    loaded_file(&l, file, flag);
    struct search_result whole;
    struct search_options o = {.order = order, .properties = PROPERTY_ALL};
    search_run(l.model, &o, &whole);
    for (uint64_t stop = 1; stop < whole.states * 2; stop = stop * 3 + 1) {
        remove(path);
        struct search_options short_one = {.order = order, .max_states = stop};
        struct search_result r = run(loaded_again(&l), short_one, false);
        search_result_free(&r);
        if (access(path, R_OK) != 0)
            continue; /* it was over before the first one */
        r = run(loaded_again(&l), (struct search_options){.order = order}, true);
        cr_assert_eq(r.stop, whole.stop, "%s after %llu states: %d", file, (unsigned long long)stop, r.stop);
        cr_assert_eq(r.kind, whole.kind);
        cr_assert_eq(r.states, whole.states);
        cr_assert_eq(r.transitions, whole.transitions);
        cr_assert_eq(r.depth, whole.depth);
        cr_assert_eq(r.store_bytes_used, whole.store_bytes_used);
        cr_assert_eq(r.path.length, whole.path.length);
        cr_assert_eq(r.path.width, whole.path.width);
        cr_assert(!r.path.length ||
                      memcmp(r.path.states, whole.path.states, (r.path.length + 1) * r.path.width * sizeof(uint32_t)) == 0,
                  "the same path, with the same numbers");
        search_result_free(&r);
    }
    mem_free(whole.path.states);
    mem_free(whole.path.steps);
    mem_free(whole.culprits);
    loaded_close(&l);
}

Test(checkpoint, a_search_goes_on_from_every_level)
{
    for (enum search_order order = SEARCH_BREADTH; order <= SEARCH_DEPTH; order++) {
        goes_on("models/semaphore/philosophers_lefty.c", "-DN=6", order);
        goes_on("models/semaphore/philosophers.c", "-DN=6", order);
        goes_on("models/semaphore/lost_counter.c", NULL, order);
        goes_on("models/pipe/forgotten_close.c", NULL, order);
    }
}

/* CKPT-04 */
Test(checkpoint, a_model_that_learns_something_else_is_found_out)
{
    static const char *const others[] = {"models/semaphore/lost_counter.c", "models/semaphore/abba.c",
                                         "models/pipe/forgotten_close.c"};
    struct loaded l;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=6");
    struct search_result r = run(l.model, (struct search_options){0}, false);
    search_result_free(&r);
    loaded_close(&l);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        loaded_file(&l, others[i], NULL);
        r = run(l.model, (struct search_options){0}, true);
        cr_assert_eq(r.stop, STOP_UNRESUMED, "%s", others[i]);
        cr_assert_eq(r.kind, FOUND_NOTHING);
        cr_assert_not(r.complete);
        search_result_free(&r);
        loaded_close(&l);
    }
    vec_u32 kept = {0};
    vec_char why = {0};
    cr_assert_null(checkpoint_open(path, IDENTITY + 1, &kept, &why), "CKPT-03");
    cr_assert(strstr(why.items, "another program"));
    VEC_FREE(&why);
}
