/* The order of slots in the state tree: slots that change in the same steps stand side by side, because the tree's
 * inner nodes then change together (design.md 4: the order of the components decides the compression). */
#ifndef SEARCH_ORDER_H
#define SEARCH_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blob.h"
#include "model.h"

/* How slots were written by a sample of steps; {0}: nothing known. */
struct slot_use {
    uint32_t count;     /* slots */
    uint32_t *writes;   /* [count] */
    uint32_t *together; /* [count][count] steps that wrote both; NULL if there are too many slots */
};

void slot_use_init(struct slot_use *u, uint32_t count);
void slot_use_free(struct slot_use *u);
void slot_use_count(struct slot_use *u, const struct model_effect *e);

void slot_use_save(const struct slot_use *u, struct blob *out);
/* False if the blob holds no such thing. */
bool slot_use_restore(struct slot_use *u, struct blob *in);

/* Fills order[0..count) with a permutation of the slots and weight[slot] with how much each changes. */
void order_slots(const struct slot_use *use, uint32_t count, uint32_t *order, uint32_t *weight);

#endif
