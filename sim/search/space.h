/* A model together with the set of its states that were visited: what all the exhaustive searches share.
 *
 * New slots can turn up while states are expanded; the space then lays the store out anew, which changes all keys. Key
 * lists that must survive this are registered with it.
 */
#ifndef SEARCH_SPACE_H
#define SEARCH_SPACE_H

#include "model.h"
#include "search/order.h"
#include "state/store.h"

enum { SPACE_LISTS_MAX = 8 };

/* What taught the model something, in order: with these keys and calls a fresh model learns the same again, and numbers
 * everything alike (model_learned). That is how a search is resumed. */
enum lesson { LESSON_EXPAND, LESSON_STUCK, LESSON_WALK /* scout_walk; the key says nothing */ };

struct lessons {
    vec_u64 keys; /* translated with every layout */
    VEC_OF(uint8_t) kinds;
    vec_u32 sums; /* model_digest after each, cut to 32 bits */
};

struct space {
    struct model *model;
    struct store *store;
    struct store_cursor cursor;
    uint32_t *vector; /* [width] the state expanded last */
    uint32_t width;   /* slots of the store */
    struct model_expansion expansion;
    enum model_reduction reduction;  /* what is left out when states are expanded; set after space_init */
    vec_u64 *lists[SPACE_LISTS_MAX]; /* registered key lists */
    unsigned list_count;
    struct slot_use use; /* of the last review */
    uint64_t layout_at;  /* number of states at which the layout is reviewed next */
    struct lessons lessons;
    size_t pairs_kept; /* partial: bytes of pairs after the last layout */
    bool full;         /* the memory limit was hit while laying out */
};

/* bytes_max: see store_create. */
void space_init(struct space *s, struct model *m, size_t bytes_max);
/* All but the lists and what they hold. space_restore: into a space that was not initialised, with a fresh model, which
 * is taught again; false if that is not the model of the space that was saved, or the blob holds something else. */
void space_save(const struct space *s, struct blob *out);
bool space_restore(struct space *s, struct model *m, size_t bytes_max, struct blob *in);
/* Remembers that the model has learned something from the state `key` since it had learned `before`, if it has. */
void space_lesson(struct space *s, enum lesson kind, uint64_t key, uint64_t before);
void space_free(struct space *s);
void space_register(struct space *s, vec_u64 *list);

/* The key of the model's initial state. */
uint64_t space_initial(struct space *s);
/* Expands *key into s->expansion and s->vector, as the store's current state. *key and all registered lists are
 * translated if slots turned up. False: out of memory. */
bool space_expand(struct space *s, uint64_t *key);
/* The same without room for slots and successors: only to see, or to teach the model. */
void space_look(struct space *s, uint64_t key);
/* A loaded state from what the model remembers, reduced as the space's are: as model_expand_known. */
bool space_expand_known(const struct space *s, const uint32_t *vector, struct model_expansion *e);
/* Makes room for slots that turned up outside of this space (a walk through the same model). False: out of memory. */
bool space_widen(struct space *s);
/* Adds the state of the initial vector, or of the successor made last. True if it is new. */
void space_begin(struct space *s, uint64_t key);
bool space_insert(struct space *s, uint64_t key);
/* The key behind a step of the current state. */
uint64_t space_successor(struct space *s, const struct model_step *step);
/* The same with a thread's own cursor; there must be room for all steps of the state. */
uint64_t space_successor_at(struct space *s, struct store_cursor *c, const struct model_step *step);
/* Slot writes of all the steps of an expansion: what their paths need room for. */
size_t space_writes(const struct model_expansion *e);
/* Reviews the layout if the number of states asks for it; sample keys are taken from `frontier`. Call between
 * expansions only. */
#define SPACE_REVIEWED UINT64_MAX /* layout_at after the last review */
void space_review(struct space *s, const vec_u64 *frontier);

#endif
