/* What a model has learned: see model.h. */
#include "base/hash.h"
#include "model_private.h"

uint64_t model_learned(const struct model *m)
{
    return m->memo.leaves.count + m->wakers_found + m->futures.learned;
}

uint64_t model_digest(const struct model *m)
{
    uint64_t digest = hash_mix(intern_digest(m->components) ^ model_learned(m));
    return hash_mix(digest ^ slots_digest(m->slots));
}
