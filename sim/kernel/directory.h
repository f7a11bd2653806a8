/* Entries of directories, and the calls that make and remove names. See spec/file.md. */
#ifndef KERNEL_DIRECTORY_H
#define KERNEL_DIRECTORY_H

#include "kernel/inode.h"

enum { NAME_BYTES_MAX = 255 };

/* One record of a directory's bytes, followed by the name, filled up with zeros to a multiple of 4. */
struct directory_record {
    uint32_t inode;  /* slot */
    uint32_t length; /* of the name */
};

/* The inode that a directory calls so, or INODE_NONE. */
uint32_t directory_find(struct kstep *k, uint32_t directory, const char *name, size_t length);
void directory_add(struct kstep *k, uint32_t directory, const char *name, uint32_t inode);
void directory_remove(struct kstep *k, uint32_t directory, const char *name);
bool directory_is_empty(struct kstep *k, uint32_t directory);
/* Entries that are directories themselves. */
uint32_t directory_children(struct kstep *k, uint32_t directory);
/* What the parent calls a directory: appended to out; false if it was removed. */
bool directory_name(struct kstep *k, uint32_t directory, vec_char *out);

#endif
