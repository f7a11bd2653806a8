/* Entries: see directory.h. */
#include "kernel/directory.h"

#include <string.h>

static size_t record_size(uint32_t length)
{
    return sizeof(struct directory_record) + (length + 3) / 4 * 4;
}

/* Memory order of names, shorter first where one begins with the other. */
static int name_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t common = a_length < b_length ? a_length : b_length;
    int order = common ? memcmp(a, b, common) : 0;
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

struct cursor {
    size_t at;
    struct directory_record record;
    const char *name;
};

/* Moves on to the record at c->at; false at the end. */
static bool cursor_read(const struct inode *i, struct cursor *c)
{
    if (c->at >= i->size)
        return false;
    memcpy(&c->record, i->bytes + c->at, sizeof c->record);
    c->name = (const char *)i->bytes + c->at + sizeof c->record;
    return true;
}

static void cursor_next(struct cursor *c)
{
    c->at += record_size(c->record.length);
}

uint32_t directory_find(struct kstep *k, uint32_t directory, const char *name, size_t length)
{
    struct inode i;
    uint32_t permanent = inode_permanent(k, directory, name, length);
    if (permanent != INODE_NONE)
        return permanent;
    inode_get(k, directory, &i);
    for (struct cursor c = {0}; cursor_read(&i, &c); cursor_next(&c))
        if (name_compare(c.name, c.record.length, name, length) == 0)
            return c.record.inode;
    return INODE_NONE;
}

/* The entries without those of this name, and with it in its place if there is an inode for it. */
static void directory_edit(struct kstep *k, uint32_t directory, const char *name, uint32_t inode)
{
    static const char zeros[4] = {0};
    struct inode i;
    vec_char edited = {0};
    struct cursor c = {0};
    size_t length = strlen(name);
    inode_get(k, directory, &i);
    while (cursor_read(&i, &c) && name_compare(c.name, c.record.length, name, length) < 0)
        cursor_next(&c);
    text_append(&edited, i.bytes, c.at);
    if (inode != INODE_NONE) {
        struct directory_record record = {inode, (uint32_t)length};
        text_append(&edited, &record, sizeof record);
        text_append(&edited, name, length);
        text_append(&edited, zeros, record_size(record.length) - sizeof record - length);
    }
    if (cursor_read(&i, &c) && name_compare(c.name, c.record.length, name, length) == 0)
        cursor_next(&c);
    if (c.at < i.size)
        text_append(&edited, i.bytes + c.at, i.size - c.at);
    i.bytes = (const unsigned char *)edited.items;
    i.size = edited.count;
    inode_put(k, directory, &i);
    VEC_FREE(&edited);
}

void directory_add(struct kstep *k, uint32_t directory, const char *name, uint32_t inode)
{
    directory_edit(k, directory, name, inode);
}

void directory_remove(struct kstep *k, uint32_t directory, const char *name)
{
    directory_edit(k, directory, name, INODE_NONE);
}

bool directory_is_empty(struct kstep *k, uint32_t directory)
{
    struct inode i;
    inode_get(k, directory, &i);
    return i.size == 0;
}

uint32_t directory_children(struct kstep *k, uint32_t directory)
{
    struct inode i;
    uint32_t count = inode_permanent_below(k, directory);
    inode_get(k, directory, &i);
    for (struct cursor c = {0}; cursor_read(&i, &c); cursor_next(&c))
        count += inode_is_directory(k, c.record.inode);
    return count;
}

bool directory_name(struct kstep *k, uint32_t directory, vec_char *out)
{
    struct inode self, parent;
    const char *permanent = inode_permanent_name(k, directory);
    if (permanent) {
        text_append(out, permanent, strlen(permanent));
        return true;
    }
    inode_get(k, directory, &self);
    inode_get(k, self.h.parent, &parent);
    for (struct cursor c = {0}; self.h.links && cursor_read(&parent, &c); cursor_next(&c))
        if (c.record.inode == directory) {
            text_append(out, c.name, c.record.length);
            return true;
        }
    return false;
}
