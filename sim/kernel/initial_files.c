/* Files that are there before the first step: --file PATH=HOSTFILE (FILE-10), and programs with an absolute path
 * (PROC-33). */
#include <string.h>
#include <sys/stat.h>

#include "kernel/directory.h"
#include "kernel/initial_files.h"

const char *kernel_file_path_wrong(const char *path)
{
    if (*path != '/' || !path[1])
        return "the path must be absolute";
    for (const char *name = path; *name; name += strcspn(name, "/")) {
        size_t length = strcspn(++name, "/");
        if (!length)
            return "the path must not have an empty part";
        if (length > NAME_BYTES_MAX)
            return "a part of the path is too long";
        if (strncmp(name, ".", length) == 0 || (length == 2 && strncmp(name, "..", length) == 0))
            return "the path must not have '.' or '..' as a part";
    }
    return NULL;
}

/* The inode of a regular file at an absolute path, made with the directories that lead to it unless it is there
 * already; INODE_NONE if something else stands in the way. */
static uint32_t place(struct kstep *k, const char *path, bool *made)
{
    char name[NAME_BYTES_MAX + 1];
    uint32_t directory = inode_root(k);
    for (const char *at = path + 1;;) {
        size_t length = strcspn(at, "/");
        memcpy(name, at, length);
        name[length] = '\0';
        uint32_t inode = directory_find(k, directory, at, length);
        bool last = !at[length];
        *made = inode == INODE_NONE;
        if (*made) {
            inode = last ? inode_create(k, SLOT_FILE, S_IFREG | 0644, 0)
                         : inode_create(k, SLOT_DIRECTORY, S_IFDIR | 0755, directory);
            directory_add(k, directory, name, inode);
        }
        if (last)
            return inode_kind(k, inode) == SLOT_FILE ? inode : INODE_NONE;
        if (!inode_is_directory(k, inode))
            return INODE_NONE;
        directory = inode;
        at += length + 1;
    }
}

static bool put_file(struct kstep *k, const struct kernel_file *f)
{
    struct inode i;
    bool made;
    uint32_t slot = place(k, f->path, &made);
    if (slot == INODE_NONE || !made)
        return false;
    inode_get(k, slot, &i);
    i.bytes = f->bytes;
    i.size = f->size;
    inode_put(k, slot, &i);
    return true;
}

/* A program may be a file that --file brought: then it has that content. The first one of a path counts. */
static bool put_program(struct kstep *k, const struct kernel_program *p)
{
    struct inode i;
    bool made;
    uint32_t slot = place(k, p->path, &made);
    if (slot == INODE_NONE)
        return false;
    inode_get(k, slot, &i);
    if (!i.h.program)
        i.h.program = p->image + 1;
    i.h.mode = S_IFREG | 0755;
    inode_put(k, slot, &i);
    return true;
}

void initial_files_put(struct kstep *k)
{
    const struct kernel_settings *s = k->settings;
    for (size_t i = 0; i < s->file_count; i++)
        if (!put_file(k, &s->files[i]))
            kstep_limit(k, "there is something else already at %s", s->files[i].path);
    for (size_t i = 0; i < s->program_count; i++)
        if (s->programs[i].is_file && !put_program(k, &s->programs[i]))
            kstep_limit(k, "there is something else already at %s", s->programs[i].path);
}
