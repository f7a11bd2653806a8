/* What pipes can hold at all (RED-08): the records that are ever written to each, found out by the futures that may
 * write them and by the writes that are made. See struct krecords. */
#include "model_private.h"

enum { EPOCHS_MAX = 16 /* after that all pipes are mixed */ };

static struct krecords *records_of(struct model *m, uint32_t pipe)
{
    struct futures *f = &m->futures;
    while (f->records.count <= pipe)
        VEC_PUSH(&f->records, ((struct krecords){0}));
    m->step.records = f->records.items;
    m->step.record_slots = f->records.count;
    return &f->records.items[pipe];
}

void records_init(struct model *m)
{
    records_of(m, 0); /* from now on it is known what pipes hold: nothing */
}

void records_free(struct futures *f)
{
    for (size_t i = 0; i < f->records.count; i++)
        VEC_FREE(&f->records.items[i].ids);
    VEC_FREE(&f->records);
}

/* What futures rely on is not so: they have to be made anew, and a search that asked them begins again. */
static void records_changed(struct futures *f)
{
    if (f->nodes.count || f->built_in != f->epoch)
        f->epoch = f->built_in + 1;
}

static void records_mix(struct model *m, uint32_t pipe)
{
    struct krecords *r = records_of(m, pipe);
    if (r->size == KRECORDS_MIXED)
        return;
    r->size = KRECORDS_MIXED;
    r->ids.count = 0;
    records_changed(&m->futures);
}

/* RED-08: some call may write these bytes; 0: any. */
static void records_add(struct model *m, uint32_t pipe, uint32_t bytes)
{
    struct krecords *r = records_of(m, pipe);
    size_t size = 0;
    intern_get(m->components, bytes, &size);
    if (r->size == KRECORDS_MIXED)
        return;
    for (size_t i = 0; i < r->ids.count; i++)
        if (r->ids.items[i] == bytes)
            return;
    if (!bytes || (r->size && r->size != size) || r->ids.count == KRECORDS_MAX || m->futures.epoch >= EPOCHS_MAX) {
        records_mix(m, pipe);
        return;
    }
    r->size = (uint32_t)size;
    VEC_PUSH(&r->ids, bytes);
    records_changed(&m->futures);
}

static void capacity_note(struct model *m, uint32_t pipe, uint32_t capacity)
{
    struct krecords *r = records_of(m, pipe);
    if (!capacity || (r->capacity && r->capacity <= capacity))
        return;
    if (r->capacity)
        records_changed(&m->futures);
    r->capacity = capacity;
}

void records_note(struct model *m, const struct kfuture *f)
{
    for (size_t i = 0; i < f->uses.count; i++) {
        const struct kuse_of u = f->uses.items[i];
        if (u.use == KUSE_PUT)
            records_add(m, u.slot, (uint32_t)u.detail);
        else if (u.use == KUSE_GETS)
            records_mix(m, u.slot);
    }
}

void futures_note_leaf(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local,
                       const struct memo_leaf *leaf)
{
    bool known = false, asked = false;
    for (uint32_t e = 0; e < leaf->effect_count; e++)
        for (uint32_t w = 0; w < leaf->effects[e].write_count; w++) {
            const struct model_write *write = &leaf->effects[e].writes[w];
            struct kpipe_change c;
            if (!kernel_pipe_change(&m->step, write->slot, vector_at(vector, count, write->slot), write->value, &c))
                continue;
            capacity_note(m, write->slot, c.capacity);
            if (!c.bytes)
                continue;
            if (!asked) {
                known = future_promises(m, vector, count, task, local);
                asked = true;
                if (known)
                    records_note(m, &m->futures.promise);
            }
            if (!known)
                records_mix(m, write->slot);
        }
}
