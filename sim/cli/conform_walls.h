/* What native runs are shut in by: namespaces, and what they see of the file system. */
#ifndef CLI_CONFORM_WALLS_H
#define CLI_CONFORM_WALLS_H

#include <stdint.h>

/* The user that the simulation runs programs as. */
enum { PLAIN_USER = 1000 };

/* A folder that every system has, right below the root: the simulation's working directory lies there, too. */
#define WALLS_HOME "/mnt"

/* Namespaces, as far as the machine allows them, for what this process starts from now on. Returns enum keeper_wall. */
uint32_t walls_build(void);
/* In the first process of these namespaces: file systems of its own. The folder (an absolute path, with a folder "run"
 * in it) stays where it is, whatever is mounted over. Returns WALL_MOUNT, WALL_TMP and WALL_HOME, as far as they stand.
 */
uint32_t walls_mount(const char *folder);

#endif
