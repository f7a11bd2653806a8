/* The decision trees that remember steps: see model_private.h. */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "model_private.h"

enum { EDGES_MIN = 1 << 10 };

void step_memo_init(struct step_memo *memo)
{
    memset(memo, 0, sizeof *memo);
    VEC_PUSH(&memo->nodes, ((struct memo_node){.slot = MEMO_LEAF}));
    memo->edge_size = EDGES_MIN;
    memo->edges = mem_zero(memo->edge_size, sizeof *memo->edges);
}

void step_memo_free(struct step_memo *memo)
{
    for (size_t i = 0; i < memo->blocks.count; i++)
        mem_free(memo->blocks.items[i]);
    VEC_FREE(&memo->blocks);
    VEC_FREE(&memo->nodes);
    VEC_FREE(&memo->leaves);
    VEC_FREE(&memo->entry);
    mem_free(memo->edges);
}

void *step_memo_own(struct step_memo *memo, size_t bytes)
{
    void *block = mem_zero(1, bytes);
    VEC_PUSH(&memo->blocks, block);
    memo->bytes += bytes;
    return block;
}

static struct memo_edge *edge_find(const struct step_memo *memo, uint64_t key)
{
    size_t mask = memo->edge_size - 1, i = hash_mix(key) & mask;
    while (memo->edges[i].key && memo->edges[i].key != key)
        i = (i + 1) & mask;
    return &memo->edges[i];
}

static uint64_t edge_key(uint32_t node, uint32_t value)
{
    return (uint64_t)node << 32 | value;
}

uint32_t step_memo_next(const struct step_memo *memo, uint32_t node, uint32_t value)
{
    const struct memo_node *n = &memo->nodes.items[node];
    if (n->next[0] && n->value[0] == value)
        return n->next[0];
    if (n->next[1] && n->value[1] == value)
        return n->next[1];
    return edge_find(memo, edge_key(node, value))->next;
}

static void edge_put(struct step_memo *memo, uint32_t node, uint32_t value, uint32_t next)
{
    struct memo_node *n = &memo->nodes.items[node];
    for (int i = 0; i < 2; i++)
        if (!n->next[i]) {
            n->value[i] = value;
            n->next[i] = next;
            return;
        }
    if (memo->edge_count * 2 >= memo->edge_size) {
        struct memo_edge *old = memo->edges;
        size_t old_size = memo->edge_size;
        memo->edge_size *= 2;
        memo->edges = mem_zero(memo->edge_size, sizeof *memo->edges);
        for (size_t i = 0; i < old_size; i++)
            if (old[i].key)
                *edge_find(memo, old[i].key) = old[i];
        mem_free(old);
    }
    *edge_find(memo, edge_key(node, value)) = (struct memo_edge){.key = edge_key(node, value), .next = next};
    memo->edge_count++;
}

static uint32_t node_new(struct step_memo *memo, uint32_t slot)
{
    VEC_PUSH(&memo->nodes, ((struct memo_node){.slot = slot}));
    return (uint32_t)memo->nodes.count - 1;
}

uint32_t step_memo_add(struct step_memo *memo, uint32_t local, const struct kaccess *reads, size_t read_count,
                       struct memo_leaf leaf)
{
    while (memo->entry.count <= local)
        VEC_PUSH(&memo->entry, 0);
    uint32_t node = step_memo_root(memo, local), from = 0;
    for (size_t i = 0; i <= read_count; i++) {
        uint32_t slot = i < read_count ? reads[i].slot : MEMO_LEAF;
        if (!node) {
            node = node_new(memo, slot);
            if (i == 0)
                memo->entry.items[local] = leaf.atomic ? node | ENTRY_ATOMIC : node;
            else
                edge_put(memo, from, reads[i - 1].value, node);
        }
        assert(memo->nodes.items[node].slot == slot); /* M1 */
        if (i < read_count) {
            from = node;
            node = step_memo_next(memo, node, reads[i].value);
        }
    }
    VEC_PUSH(&memo->leaves, leaf);
    memo->nodes.items[node].next[0] = (uint32_t)memo->leaves.count - 1;
    return node;
}
