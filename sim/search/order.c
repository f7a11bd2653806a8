/* See order.h. A greedy chain: from the slot placed last, go to the one most often written with it. */
#include "search/order.h"

#include "base/vec.h"

enum { TOGETHER_SLOTS_MAX = 1024 };

void slot_use_init(struct slot_use *u, uint32_t count)
{
    u->count = count;
    u->writes = mem_zero(count, sizeof *u->writes);
    u->together = count <= TOGETHER_SLOTS_MAX ? mem_zero((size_t)count * count, sizeof *u->together) : NULL;
}

void slot_use_free(struct slot_use *u)
{
    mem_free(u->writes);
    mem_free(u->together);
    *u = (struct slot_use){0};
}

void slot_use_count(struct slot_use *u, const struct model_effect *e)
{
    for (uint32_t i = 0; i < e->write_count; i++) {
        uint32_t a = e->writes[i].slot;
        u->writes[a]++;
        for (uint32_t j = 0; j < e->write_count && u->together; j++)
            if (e->writes[j].slot != a)
                u->together[(size_t)a * u->count + e->writes[j].slot]++;
    }
}

void slot_use_save(const struct slot_use *u, struct blob *out)
{
    blob_put_array(out, u->writes, u->count, sizeof *u->writes);
    blob_put_array(out, u->together, u->together ? (size_t)u->count * u->count : 0, sizeof *u->together);
}

bool slot_use_restore(struct slot_use *u, struct blob *in)
{
    size_t writes, together;
    u->writes = blob_get_array(in, &writes, sizeof *u->writes);
    u->together = blob_get_array(in, &together, sizeof *u->together);
    u->count = (uint32_t)writes;
    if (!together) {
        mem_free(u->together);
        u->together = NULL;
    }
    return blob_is_good(in) && writes <= UINT32_MAX && (!together || together == writes * writes);
}

static uint32_t log2_of(uint32_t x)
{
    uint32_t bits = 0;
    while (x >>= 1)
        bits++;
    return bits;
}

void order_slots(const struct slot_use *use, uint32_t count, uint32_t *order, uint32_t *weight)
{
    bool *placed = mem_zero(count, sizeof *placed);
    uint32_t last = UINT32_MAX;
    for (uint32_t n = 0; n < count; n++) {
        uint32_t best = UINT32_MAX, best_score = 0;
        for (uint32_t slot = 0; slot < use->count && use->together && last < use->count; slot++) {
            uint32_t score = use->together[(size_t)last * use->count + slot];
            if (!placed[slot] && score > best_score) {
                best = slot;
                best_score = score;
            }
        }
        /* No neighbour left: the first busy slot, then the first of all. */
        for (uint32_t slot = 0; slot < use->count && best == UINT32_MAX; slot++)
            if (!placed[slot] && use->writes[slot])
                best = slot;
        for (uint32_t slot = 0; slot < count && best == UINT32_MAX; slot++)
            if (!placed[slot])
                best = slot;
        placed[best] = true;
        order[n] = last = best;
        weight[best] = best < use->count && use->writes[best] ? 1 + log2_of(use->writes[best]) : 0;
    }
    mem_free(placed);
}
