/* All of a component, in words that do not depend on the numbers of slots and components: those go by the order in
 * which things were met, and differ from run to run. What refers to nothing is printed as it is; the kinds that do
 * refer to others have a row in WRITERS. A new kind that refers to slots and has no row shows as a difference in the
 * cross-check (tests/fuzz/). */
#include <inttypes.h>
#include <string.h>

#include "kernel/describe.h"
#include "kernel/directory.h"
#include "kernel/epoll_instance.h"
#include "kernel/pipe.h"
#include "kernel/signalfd.h"

/* "pipe 2.0", "shared (mapping 2.0).3" */
static void slot_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    static const char *const KINDS[] = {"none",
#define X(name, text) text,
                                        SLOT_KINDS(X)
#undef X
    };
    struct slot_name name = slots_name(k->slots, slot);
    text_printf(out, "%s ", KINDS[name.kind]);
    if (name.kind == SLOT_SHARED) { /* owned by a slot */
        text_printf(out, "(");
        slot_text(k, (uint32_t)name.owner, out);
        text_printf(out, ")");
    } else {
        text_printf(out, "%" PRIu32, name.owner);
    }
    text_printf(out, ".%" PRIu64, name.index);
}

static void bytes_text(const unsigned char *bytes, size_t n, vec_char *out)
{
    for (size_t i = 0; i < n; i++)
        text_printf(out, "%s%02x", i && i % 4 == 0 ? " " : "", bytes[i]);
}

/* Slots in a list stand in the order of their numbers: each gets a line of its own, which can be sorted. */
static void list_text(struct kstep *k, uint32_t slot, const char *what, const uint32_t *slots, size_t count,
                      vec_char *out)
{
    for (size_t i = 0; i < count; i++) {
        text_printf(out, "\n");
        slot_text(k, slot, out);
        text_printf(out, " %s ", what);
        slot_text(k, slots[i], out);
    }
}

static void process_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct process p;
    process_get(k, slots_name(k->slots, slot).owner, &p);
    text_printf(out, "parent %" PRIu32 " state %" PRIu32 " status %" PRId32 " group %" PRIu32 " session %" PRIu32,
                p.h.ppid, p.h.state, p.h.status, p.h.pgid, p.h.sid);
    text_printf(out, " umask %" PRIo32 " in ", p.h.umask);
    slot_text(k, p.h.cwd, out);
    for (uint32_t i = 0; i < p.h.mapping_count; i++) {
        text_printf(out, " map %" PRIx64 "+%" PRIu64 " %" PRIu32 " ", p.mappings[i].base, p.mappings[i].length,
                    p.mappings[i].protection);
        slot_text(k, p.mappings[i].region, out);
    }
    for (uint32_t i = 0; i < p.h.child_count; i++)
        text_printf(out, " child %" PRIu32 " is %" PRIu32, p.children[i].ordinal, p.children[i].pid);
    for (uint32_t i = 0; i < p.h.descriptor_count; i++) {
        text_printf(out, " %" PRIu32 "(%" PRIu32 "): ", p.descriptors[i].number, p.descriptors[i].flags);
        slot_text(k, p.descriptors[i].ofd, out);
    }
}

static void ofd_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    text_printf(out, "kind %" PRIu32 " flags %" PRIo32 " references %" PRIu32 " offset %" PRIu64 " of ", o.kind,
                o.flags, o.references, o.offset);
    if (o.kind == OFD_CONSOLE)
        text_printf(out, "stream %" PRIu32, o.object);
    else
        slot_text(k, o.object, out);
}

static void pipe_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct pipe p;
    pipe_get(k, slot, &p);
    text_printf(out, "readers %" PRIu32 " writers %" PRIu32 " capacity %" PRIu32 " tail %" PRIu32, p.h.readers,
                p.h.writers, p.h.capacity, p.h.tail);
    if (p.h.fifo) {
        text_printf(out, " of ");
        slot_text(k, p.h.fifo - 1, out);
    }
    text_printf(out, " lengths");
    for (uint32_t i = 0; i < p.h.slots; i++)
        text_printf(out, " %" PRIu32, p.lengths[i]);
    text_printf(out, " holds ");
    unsigned char *bytes = mem_zero(p.h.count + 1, 1);
    pipe_peek(k, &p, bytes, p.h.count);
    bytes_text(bytes, p.h.count, out);
    mem_free(bytes);
    list_text(k, slot, "watched by", p.watchers, p.h.watchers, out);
}

static void inode_text(struct kstep *k, uint32_t slot, struct inode *i, vec_char *out)
{
    inode_get(k, slot, i);
    text_printf(out, "mode %" PRIo32 " links %" PRIu32 " references %" PRIu32, i->h.mode, i->h.links, i->h.references);
}

static void directory_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct inode i;
    struct directory_record r;
    inode_text(k, slot, &i, out);
    text_printf(out, " in ");
    slot_text(k, i.h.parent, out);
    for (size_t at = 0; at < i.size; at += sizeof r + (r.length + 3) / 4 * 4) {
        memcpy(&r, i.bytes + at, sizeof r);
        text_printf(out, " '%.*s' ", (int)r.length, (const char *)i.bytes + at + sizeof r);
        slot_text(k, r.inode, out);
    }
}

static void fifo_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct inode i;
    inode_text(k, slot, &i, out);
    vec_u32 alone = {0};
    for (size_t at = 0; at + sizeof(uint32_t) <= i.size; at += sizeof(uint32_t)) {
        uint32_t description;
        memcpy(&description, i.bytes + at, sizeof description);
        VEC_PUSH(&alone, description);
    }
    list_text(k, slot, "unmet", alone.items, alone.count, out);
    VEC_FREE(&alone);
}

static void epoll_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct epoll_instance e = epoll_instance_get(k, slot);
    text_printf(out, "%" PRIu32 " entries", e.count);
    for (uint32_t i = 0; i < e.count; i++) {
        const struct epoll_entry *entry = &e.entries[i];
        text_printf(out, "\n");
        slot_text(k, slot, out);
        text_printf(out, " watches %" PRIu32 " for %" PRIx32 " armed %" PRIx32 " data %" PRIx64 " ", entry->number,
                    entry->events, entry->armed, entry->data);
        slot_text(k, entry->ofd, out);
    }
    list_text(k, slot, "watched by", e.watchers.items, e.watchers.count, out);
    epoll_instance_free(&e);
}

static void signalfd_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    vec_u32 watchers = {0};
    size_t size;
    const unsigned char *bytes = kstep_get(k, slot, &size);
    bytes_text(bytes, sizeof(uint64_t), out); /* the set */
    signalfd_watchers(k, slot, &watchers);
    list_text(k, slot, "watched by", watchers.items, watchers.count, out);
    VEC_FREE(&watchers);
}

static const struct {
    enum slot_kind kind;
    void (*write)(struct kstep *k, uint32_t slot, vec_char *out);
} WRITERS[] = {{SLOT_PROCESS, process_text},     {SLOT_OFD, ofd_text},   {SLOT_PIPE, pipe_text},
               {SLOT_DIRECTORY, directory_text}, {SLOT_FIFO, fifo_text}, {SLOT_EPOLL, epoll_text},
               {SLOT_SIGNALFD, signalfd_text}};

void kernel_describe_exact(struct kstep *k, uint32_t slot, vec_char *out)
{
    size_t size;
    const unsigned char *bytes = kstep_get(k, slot, &size);
    slot_text(k, slot, out);
    text_printf(out, ": ");
    for (size_t i = 0; i < sizeof WRITERS / sizeof *WRITERS; i++)
        if (slots_name(k->slots, slot).kind == WRITERS[i].kind) {
            WRITERS[i].write(k, slot, out);
            return;
        }
    bytes_text(bytes, size, out);
}
