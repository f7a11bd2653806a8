/*
 * posix_spawn: a vfork whose child does what the file actions and attributes say, and executes the program (PROC-31).
 *
 * The signals of the attributes are looked after by spawn_signals.c, which is part of a program only if it asks for them:
 * otherwise a program that spawns would count as one that uses signals.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int execvpe(const char *file, char *const argv[], char *const envp[]);

void (*__impasse_spawn_signals)(const posix_spawnattr_t *attributes);

enum action_kind { ACTION_CLOSE, ACTION_DUP2, ACTION_OPEN, ACTION_CHDIR };

struct __spawn_action {
    enum action_kind kind;
    int from, to;
    int flags;
    mode_t mode;
    char *path;
};

LIBC int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions) {
    memset(actions, 0, sizeof *actions);
    return 0;
}

LIBC int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions) {
    for (int i = 0; i < actions->__used; i++)
        free(actions->__actions[i].path);
    free(actions->__actions);
    memset(actions, 0, sizeof *actions);
    return 0;
}

static int add(posix_spawn_file_actions_t *actions, struct __spawn_action action) {
    struct __spawn_action *grown = realloc(actions->__actions, sizeof *grown * (size_t)(actions->__used + 1));
    if (!grown)
        return ENOMEM;
    actions->__actions = grown;
    grown[actions->__used++] = action;
    return 0;
}

LIBC int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd) {
    return fd < 0 ? EBADF : add(actions, (struct __spawn_action){.kind = ACTION_CLOSE, .to = fd});
}

LIBC int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to) {
    return fd < 0 || to < 0 ? EBADF : add(actions, (struct __spawn_action){.kind = ACTION_DUP2, .from = fd, .to = to});
}

LIBC int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd, const char *path, int flags,
                                          mode_t mode) {
    char *copy = strdup(path);
    if (fd < 0 || !copy) {
        free(copy);
        return fd < 0 ? EBADF : ENOMEM;
    }
    return add(actions, (struct __spawn_action){.kind = ACTION_OPEN, .to = fd, .flags = flags, .mode = mode, .path = copy});
}

LIBC int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path) {
    char *copy = strdup(path);
    return copy ? add(actions, (struct __spawn_action){.kind = ACTION_CHDIR, .path = copy}) : ENOMEM;
}

LIBC int posix_spawnattr_init(posix_spawnattr_t *attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}

LIBC int posix_spawnattr_destroy(posix_spawnattr_t *attributes) {
    (void)attributes;
    return 0;
}

enum {
    KNOWN_FLAGS = POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                  POSIX_SPAWN_USEVFORK | POSIX_SPAWN_SETSID
};

/* Scheduling is not simulated. */
LIBC int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags) {
    if (flags & ~KNOWN_FLAGS)
        return EINVAL;
    attributes->__flags = flags;
    return 0;
}

LIBC int posix_spawnattr_getflags(const posix_spawnattr_t *attributes, short *flags) {
    *flags = attributes->__flags;
    return 0;
}

LIBC int posix_spawnattr_setpgroup(posix_spawnattr_t *attributes, pid_t group) {
    attributes->__pgrp = group;
    return 0;
}

LIBC int posix_spawnattr_getpgroup(const posix_spawnattr_t *attributes, pid_t *group) {
    *group = attributes->__pgrp;
    return 0;
}

/* 0, or an errno. */
static int act(const struct __spawn_action *action) {
    switch (action->kind) {
    case ACTION_CLOSE:
        close(action->to); /* closing what is not open is no error */
        return 0;
    case ACTION_CHDIR:
        return chdir(action->path) == -1 ? errno : 0;
    case ACTION_DUP2:
        if (action->from == action->to) /* to itself: it is to stay open */
            return fcntl(action->to, F_SETFD, 0) == -1 ? errno : 0;
        return dup2(action->from, action->to) == -1 ? errno : 0;
    case ACTION_OPEN: {
        int fd = open(action->path, action->flags, action->mode);
        if (fd == -1)
            return errno;
        if (fd == action->to)
            return 0;
        int error = dup2(fd, action->to) == -1 ? errno : 0;
        close(fd);
        return error;
    }
    }
    return 0;
}

static int prepare(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes) {
    if (attributes && __impasse_spawn_signals)
        __impasse_spawn_signals(attributes);
    if (attributes && attributes->__flags & POSIX_SPAWN_SETSID && setsid() == -1)
        return errno;
    if (attributes && attributes->__flags & POSIX_SPAWN_SETPGROUP && setpgid(0, attributes->__pgrp) == -1)
        return errno;
    for (int i = 0; actions && i < actions->__used; i++) {
        int error = act(&actions->__actions[i]);
        if (error)
            return error;
    }
    return 0;
}

/* What the child that executed nothing says by its exit status. If it was killed meanwhile, it was made all the same. */
static int failure(pid_t child, pid_t *pid) {
    siginfo_t info;
    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == -1)
        return ECHILD;
    if (info.si_code != CLD_EXITED) {
        *pid = child;
        return 0;
    }
    waitpid(child, NULL, 0);
    return info.si_status;
}

static int spawn(pid_t *pid, const char *file, int by_name, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    int before = errno;
    pid_t child = __impasse_spawn(), ignored;
    if (child == 0) {
        int error = prepare(actions, attributes);
        if (!error) {
            if (by_name)
                execvpe(file, argv, envp);
            else
                execve(file, argv, envp);
            error = errno;
        }
        _exit(error);
    }
    int error = child == -1 ? errno : child < 0 ? failure(-child, pid ? pid : &ignored) : 0;
    errno = before;
    if (child > 0 && pid)
        *pid = child;
    return error;
}

LIBC int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                     const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    return spawn(pid, path, 0, actions, attributes, argv, envp);
}

LIBC int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                      const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    return spawn(pid, file, 1, actions, attributes, argv, envp);
}
