/* See inode.h. */
#include "kernel/inode.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/directory.h"

_Static_assert(sizeof(struct inode_header) == 20, "no padding: components are compared as bytes");

/* What is there from the start: root's, so that only the bits for others count. */
struct permanent {
    enum slot_kind kind;
    uint32_t index, parent; /* the index of its slot, of owner 0; of its directory's slot */
    uint32_t mode;
    const char *name;
};

enum { DIRECTORY_TMP = 1, DIRECTORY_DEV, DIRECTORY_MODEL, DIRECTORY_VAR, DIRECTORY_VAR_TMP };

static const struct permanent permanents[] = {
    {SLOT_DIRECTORY, INODE_ROOT, INODE_ROOT, S_IFDIR | 0755, ""},
    {SLOT_DIRECTORY, DIRECTORY_TMP, INODE_ROOT, S_IFDIR | 01777, "tmp"},
    {SLOT_DIRECTORY, DIRECTORY_DEV, INODE_ROOT, S_IFDIR | 0755, "dev"},
    {SLOT_DIRECTORY, DIRECTORY_MODEL, INODE_ROOT, S_IFDIR | 0777, "model"},
    {SLOT_DIRECTORY, DIRECTORY_VAR, INODE_ROOT, S_IFDIR | 0755, "var"},
    {SLOT_DIRECTORY, DIRECTORY_VAR_TMP, DIRECTORY_VAR, S_IFDIR | 01777, "tmp"},
    {SLOT_DEVICE, DEVICE_NULL, DIRECTORY_DEV, S_IFCHR | 0666, "null"},
    {SLOT_DEVICE, DEVICE_ZERO, DIRECTORY_DEV, S_IFCHR | 0666, "zero"},
    {SLOT_DEVICE, DEVICE_FULL, DIRECTORY_DEV, S_IFCHR | 0666, "full"},
    {SLOT_DEVICE, DEVICE_TTY, DIRECTORY_DEV, S_IFCHR | 0666, "tty"},
};

enum { PERMANENT_COUNT = sizeof permanents / sizeof *permanents };

/* The row of a slot of owner 0; NULL for what programs made. */
static const struct permanent *permanent_of(struct kstep *k, uint32_t slot)
{
    struct slot_name name = slots_name(k->slots, slot);
    for (unsigned i = 0; name.owner == 0 && i < PERMANENT_COUNT; i++)
        if (permanents[i].kind == name.kind && permanents[i].index == name.index)
            return &permanents[i];
    return NULL;
}

static uint32_t permanent_slot(struct kstep *k, const struct permanent *p)
{
    return kstep_slot(k, p->kind, 0, p->index);
}

uint32_t inode_root(struct kstep *k)
{
    return kstep_slot(k, SLOT_DIRECTORY, 0, INODE_ROOT);
}

uint32_t inode_home(struct kstep *k)
{
    return kstep_slot(k, SLOT_DIRECTORY, 0, DIRECTORY_MODEL);
}

bool inode_is_permanent(struct kstep *k, uint32_t slot)
{
    return permanent_of(k, slot) != NULL;
}

uint32_t inode_permanent(struct kstep *k, uint32_t directory, const char *name, size_t length)
{
    struct slot_name at = slots_name(k->slots, directory);
    for (unsigned i = 1; at.owner == 0 && i < PERMANENT_COUNT; i++)
        if (permanents[i].parent == at.index && strlen(permanents[i].name) == length &&
            memcmp(permanents[i].name, name, length) == 0)
            return permanent_slot(k, &permanents[i]);
    return INODE_NONE;
}

uint32_t inode_permanent_below(struct kstep *k, uint32_t directory)
{
    struct slot_name at = slots_name(k->slots, directory);
    uint32_t count = 0;
    for (unsigned i = 1; at.owner == 0 && i < PERMANENT_COUNT; i++)
        count += permanents[i].kind == SLOT_DIRECTORY && permanents[i].parent == at.index;
    return count;
}

const char *inode_permanent_name(struct kstep *k, uint32_t slot)
{
    const struct permanent *p = permanent_of(k, slot);
    return p ? p->name : NULL;
}

void inode_get(struct kstep *k, uint32_t slot, struct inode *i)
{
    const struct permanent *p = permanent_of(k, slot);
    size_t size = 0;
    memset(i, 0, sizeof *i);
    const unsigned char *bytes = p && p->kind == SLOT_DEVICE ? NULL : kstep_get(k, slot, &size);
    if (!bytes) {
        assert(p && "a name or a reference keeps its inode");
        i->h = (struct inode_header){.mode = p->mode, .links = 1, .parent = 0};
        if (p->kind == SLOT_DIRECTORY)
            i->h.parent = kstep_slot(k, SLOT_DIRECTORY, 0, p->parent);
        return;
    }
    memcpy(&i->h, bytes, sizeof i->h);
    i->bytes = bytes + sizeof i->h;
    i->size = size - sizeof i->h;
}

void inode_put(struct kstep *k, uint32_t slot, const struct inode *i)
{
    vec_char packed = {0};
    if (i->size || !inode_is_permanent(k, slot)) {
        text_append(&packed, &i->h, sizeof i->h);
        text_append(&packed, i->bytes, i->size);
    }
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
}

uint32_t inode_create(struct kstep *k, enum slot_kind kind, uint32_t mode, uint32_t parent)
{
    uint32_t slot = kstep_slot(k, kind, k->pid, kstep_free_index(k, kind, k->pid));
    struct inode i = {.h = {.mode = mode, .links = 1, .parent = kind == SLOT_DIRECTORY ? parent : 0}};
    inode_put(k, slot, &i);
    return slot;
}

enum slot_kind inode_kind(struct kstep *k, uint32_t slot)
{
    return (enum slot_kind)slots_name(k->slots, slot).kind;
}

bool inode_is_directory(struct kstep *k, uint32_t slot)
{
    return inode_kind(k, slot) == SLOT_DIRECTORY;
}

/* Changes the counts; what nobody can reach any more is gone (FIFO-12, FILE-07). */
static void count_change(struct kstep *k, uint32_t slot, int32_t links, int32_t references)
{
    struct inode i;
    if (inode_is_permanent(k, slot))
        return;
    inode_get(k, slot, &i);
    i.h.links += (uint32_t)links;
    i.h.references += (uint32_t)references;
    if (i.h.links || i.h.references) {
        inode_put(k, slot, &i);
        return;
    }
    kstep_put(k, slot, NULL, 0);
    if (inode_is_directory(k, slot))
        inode_release(k, i.h.parent);
}

void inode_retain(struct kstep *k, uint32_t slot)
{
    count_change(k, slot, 0, 1);
}

void inode_release(struct kstep *k, uint32_t slot)
{
    count_change(k, slot, 0, -1);
}

void inode_link(struct kstep *k, uint32_t slot)
{
    count_change(k, slot, 1, 0);
}

void inode_unlink(struct kstep *k, uint32_t slot)
{
    struct inode i;
    inode_get(k, slot, &i);
    if (inode_is_directory(k, slot))
        inode_retain(k, i.h.parent);
    count_change(k, slot, -1, 0);
}

bool inode_permits(struct kstep *k, uint32_t slot, uint32_t bits)
{
    struct inode i;
    inode_get(k, slot, &i);
    uint32_t granted = inode_is_permanent(k, slot) ? i.h.mode & 7 : i.h.mode >> 6 & 7; /* FILE-13 */
    return (granted & bits) == bits;
}

uint64_t inode_number(struct kstep *k, uint32_t slot)
{
    struct slot_name name = slots_name(k->slots, slot);
    uint64_t maker = (uint64_t)name.owner << 20, kind = name.kind;
    return maker + name.index * 16 + kind + 1;
}
