/* From a path to an inode. There are no symbolic links. See spec/file.md. */
#ifndef KERNEL_PATH_H
#define KERNEL_PATH_H

#include "kernel/directory.h"

enum path_last { PATH_NAME, PATH_DOT, PATH_DOTS, PATH_ROOT };

/* Where a path ends. */
struct path {
    uint32_t directory; /* slot of the directory that holds the last name */
    uint32_t inode;     /* what the path stands for, or INODE_NONE */
    enum path_last last;
    bool slash;    /* the path ends with a slash: it must be a directory */
    bool too_long; /* the last name is; of path_renamed only */
    char name[NAME_BYTES_MAX + 1];
};

enum { PATH_BYTES_MAX = 4096 /* with the zero */ };

/* The text of a path at an address. False after failing the call. */
bool path_copy_in(struct kstep *k, uint64_t address, char text[PATH_BYTES_MAX]);
/* Resolves the path at an address, relative to a directory's descriptor or AT_FDCWD. False after failing the call: only
 * the last name may be missing (FILE-01). */
bool path_resolve(struct kstep *k, int32_t directory, uint64_t address, struct path *p);

/* The same for a name to be made: where it exists it need not be a directory, whatever the path ends with (FILE-11). */
bool path_new(struct kstep *k, int32_t directory, uint64_t address, struct path *p);
/* The same for rename, which looks at the last names only when both paths to them are good: one that is too long does
 * not fail here (FILE-08). */
bool path_renamed(struct kstep *k, int32_t directory, uint64_t address, struct path *p);
/* The same, but the path must exist. */
bool path_existing(struct kstep *k, int32_t directory, uint64_t address, struct path *p);
/* Whether a new entry may be made, or one be removed there: 0, or an errno. */
int path_writable(struct kstep *k, const struct path *p);

#endif
