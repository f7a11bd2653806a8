/* Files that are there before the first step: --file PATH=HOSTFILE (FILE-10). */
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

static bool put(struct kstep *k, const struct kernel_file *f)
{
    char name[NAME_BYTES_MAX + 1];
    uint32_t directory = inode_root(k);
    for (const char *at = f->path + 1;;) {
        size_t length = strcspn(at, "/");
        memcpy(name, at, length);
        name[length] = '\0';
        uint32_t inode = directory_find(k, directory, at, length);
        bool last = !at[length];
        if (inode != INODE_NONE && (last || !inode_is_directory(k, inode)))
            return false;
        if (inode == INODE_NONE) {
            inode = last ? inode_create(k, SLOT_FILE, S_IFREG | 0644, 0)
                         : inode_create(k, SLOT_DIRECTORY, S_IFDIR | 0755, directory);
            directory_add(k, directory, name, inode);
        }
        if (last) {
            struct inode i;
            inode_get(k, inode, &i);
            i.bytes = f->bytes;
            i.size = f->size;
            inode_put(k, inode, &i);
            return true;
        }
        directory = inode;
        at += length + 1;
    }
}

void initial_files_put(struct kstep *k)
{
    for (size_t i = 0; i < k->settings->file_count; i++)
        if (!put(k, &k->settings->files[i]))
            kstep_limit(k, "there is something else already at %s", k->settings->files[i].path);
}
