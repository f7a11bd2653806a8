/* The shape of the state tree for a given order of slots: which node has which children.
 *
 * Cells 0..leaves-1 are the leaves, cell i holding slot order[i]; the other cells are inner nodes, children before
 * parents; the last cell is the root. A range of leaves is split where the weights on both sides come closest to equal,
 * because the tables grow with the number of different halves.
 */
#ifndef STATE_SHAPE_H
#define STATE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blob.h"

struct shape {
    uint32_t leaves, cells; /* leaves >= 2 */
    uint32_t height;        /* inner cells on the longest path from a leaf to the root */
    uint32_t *leaf_of_slot; /* [leaves] */
    uint32_t *slot_of_leaf; /* [leaves] */
    uint32_t *left, *right; /* [cells] children of inner cells */
    uint32_t *parent;       /* [cells]; the root's is itself */
};

void shape_init(struct shape *s, const uint32_t *order, const uint32_t *weight, uint32_t leaves);
void shape_save(const struct shape *s, struct blob *out);
/* False if what the blob holds is no shape; *s must be freed all the same. */
bool shape_restore(struct shape *s, struct blob *in);
void shape_free(struct shape *s);

#endif
