/* See path.h. */
#include "kernel/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/ofd.h"

/* Byte by byte, as the end is not known. */
bool path_copy_in(struct kstep *k, uint64_t address, char text[PATH_BYTES_MAX])
{
    for (unsigned i = 0; i < PATH_BYTES_MAX; i++) {
        if (!kstep_copy_in(k, address + i, &text[i], 1))
            return false;
        if (!text[i])
            return true;
    }
    kstep_fail(k, ENAMETOOLONG);
    return false;
}

/* Where a relative path starts. False after failing. */
static bool start_find(struct kstep *k, int32_t number, uint32_t *slot)
{
    struct process p;
    struct ofd o;
    process_get(k, k->pid, &p);
    if (number == AT_FDCWD) {
        *slot = p.h.cwd;
        return true;
    }
    if (!ofd_own(k, number, &o))
        return false;
    *slot = o.object;
    if (o.kind == OFD_DIRECTORY)
        return true;
    kstep_fail(k, ENOTDIR);
    return false;
}

static uint32_t parent_of(struct kstep *k, uint32_t directory)
{
    struct inode i;
    inode_get(k, directory, &i);
    return i.h.parent;
}

/* Looks one name up; false with an errno if the directory cannot be searched. */
static int step_into(struct kstep *k, struct path *p, const char *name, size_t length)
{
    if (!inode_is_directory(k, p->directory))
        return ENOTDIR;
    if (!inode_permits(k, p->directory, X_OK))
        return EACCES; /* FILE-13 */
    if (length > NAME_BYTES_MAX)
        return ENAMETOOLONG;
    memcpy(p->name, name, length);
    p->name[length] = '\0';
    p->last = strcmp(p->name, ".") == 0 ? PATH_DOT : strcmp(p->name, "..") == 0 ? PATH_DOTS : PATH_NAME;
    if (p->last == PATH_NAME)
        p->inode = directory_find(k, p->directory, name, length);
    else
        p->inode = p->last == PATH_DOT ? p->directory : parent_of(k, p->directory);
    return 0;
}

static int walk(struct kstep *k, const char *text, struct path *p)
{
    p->inode = p->directory;
    p->last = PATH_ROOT;
    while (*text == '/')
        text++;
    while (*text) {
        size_t length = strcspn(text, "/");
        int error = step_into(k, p, text, length);
        text += length;
        p->slash = *text == '/';
        while (*text == '/')
            text++;
        p->too_long = error == ENAMETOOLONG && !*text;
        if (error)
            return error;
        if (!*text)
            break;
        if (p->inode == INODE_NONE)
            return ENOENT;
        p->directory = p->inode;
    }
    return 0;
}

/* What the path is looked up for: see path.h. */
enum purpose { FOR_USE, FOR_NEW, FOR_RENAME };

static bool resolve(struct kstep *k, int32_t directory, uint64_t address, enum purpose purpose, struct path *p)
{
    char text[PATH_BYTES_MAX];
    memset(p, 0, sizeof *p);
    if (!path_copy_in(k, address, text))
        return false;
    if (!*text) {
        kstep_fail(k, ENOENT);
        return false;
    }
    p->directory = inode_root(k);
    if (*text != '/' && !start_find(k, directory, &p->directory))
        return false;
    int error = walk(k, text, p);
    if (p->too_long && purpose == FOR_RENAME) {
        p->last = PATH_NAME;
        p->inode = INODE_NONE;
        return true;
    }
    if (!error && purpose == FOR_USE && p->slash && p->inode != INODE_NONE && !inode_is_directory(k, p->inode))
        error = ENOTDIR;
    if (error)
        kstep_fail(k, error);
    return !error;
}

bool path_resolve(struct kstep *k, int32_t directory, uint64_t address, struct path *p)
{
    return resolve(k, directory, address, FOR_USE, p);
}

bool path_new(struct kstep *k, int32_t directory, uint64_t address, struct path *p)
{
    return resolve(k, directory, address, FOR_NEW, p);
}

bool path_renamed(struct kstep *k, int32_t directory, uint64_t address, struct path *p)
{
    return resolve(k, directory, address, FOR_RENAME, p);
}

bool path_existing(struct kstep *k, int32_t directory, uint64_t address, struct path *p)
{
    if (!path_resolve(k, directory, address, p))
        return false;
    if (p->inode == INODE_NONE)
        kstep_fail(k, ENOENT);
    return p->inode != INODE_NONE;
}

int path_writable(struct kstep *k, const struct path *p)
{
    struct inode i;
    inode_get(k, p->directory, &i);
    if (!i.h.links)
        return ENOENT; /* a working directory that was removed */
    return inode_permits(k, p->directory, W_OK | X_OK) ? 0 : EACCES;
}
