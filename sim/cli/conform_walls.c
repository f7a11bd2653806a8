/* See conform_walls.h. */
#include "cli/conform_walls.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/conform_files.h"
#include "cli/conform_keeper.h"

uint32_t walls_build(void)
{
    uint32_t walls = 0;
    unsigned uid = geteuid(), gid = getegid();
    if (uid != 0) {
        char map[64];
        if (unshare(CLONE_NEWUSER) != 0)
            return 0;
        walls |= WALL_USER;
        text_overwrite("/proc/self/setgroups", "deny");
        snprintf(map, sizeof map, "%d %u 1", PLAIN_USER, uid);
        text_overwrite("/proc/self/uid_map", map);
        snprintf(map, sizeof map, "%d %u 1", PLAIN_USER, gid);
        text_overwrite("/proc/self/gid_map", map);
    }
    walls |= unshare(CLONE_NEWPID) == 0 ? WALL_PID : 0;
    walls |= unshare(CLONE_NEWIPC) == 0 ? WALL_IPC : 0;
    walls |= unshare(CLONE_NEWNET) == 0 ? WALL_NET : 0;
    return walls;
}

/* A file system of our own over a place, which nobody outside must see: what lies there is made private first, unless
 * everything already is. */
static bool mount_own(bool all_private, const char *type, const char *path, const char *data)
{
    if (!all_private && mount("none", path, NULL, MS_PRIVATE, NULL) != 0)
        return false;
    return mount(type, path, type, MS_NOSUID | MS_NODEV, data) == 0;
}

/* All folders on the way to the path, from the one behind the first n bytes on, and it itself. */
static bool folders_make(char *path, size_t n)
{
    for (char *slash = strchr(path + n + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    return mkdir(path, 0755) == 0;
}

/* A /tmp of our own. A folder below /tmp stays visible under its path: so the new /tmp is made ready at folder/tmp, and
 * moved when all is in place. */
static bool mount_tmp(const char *folder)
{
    char tmp[PATH_MAX], fresh[PATH_MAX], again[2 * PATH_MAX];
    if (!realpath("/tmp", tmp) || snprintf(fresh, sizeof fresh, "%s/tmp", folder) >= (int)sizeof fresh)
        return false;
    size_t n = strlen(tmp);
    bool below = strncmp(folder, tmp, n) == 0 && folder[n] == '/';
    snprintf(again, sizeof again, "%s%s", fresh, below ? folder + n : "");
    mkdir(fresh, 0755);
    if (mount("tmpfs", fresh, "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=1777") != 0)
        return false;
    bool stays = !below || (folders_make(again, strlen(fresh)) && mount(folder, again, NULL, MS_BIND, NULL) == 0);
    if (stays && mount(fresh, tmp, NULL, MS_MOVE, NULL) == 0)
        return true;
    umount2(fresh, MNT_DETACH);
    return false;
}

/* Each mount may fail: then it is as it was. In a changed root "/" is no mount point, and cannot be made private; the
 * others can, except /tmp, which may be no mount point either. */
uint32_t walls_mount(const char *folder)
{
    if (unshare(CLONE_NEWNS) != 0)
        return 0;
    bool all_private = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    char path[512];
    bool tmp = all_private && mount_tmp(folder);
    snprintf(path, sizeof path, "%s/run", folder);
    bool proc = mount_own(all_private, "proc", "/proc", NULL);
    mount_own(all_private, "tmpfs", "/dev/shm", "size=64m,mode=1777");
    mount_own(all_private, "mqueue", "/dev/mqueue", NULL);
    bool home = all_private && mount_own(true, "tmpfs", path, "size=64m,mode=0777") &&
                mount(path, WALLS_HOME, NULL, MS_BIND, NULL) == 0;
    return (proc ? WALL_MOUNT : 0) | (tmp ? WALL_TMP : 0) | (home ? WALL_HOME : 0);
}
