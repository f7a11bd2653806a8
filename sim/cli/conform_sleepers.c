/* See conform_sleepers.h. */
#include "cli/conform_sleepers.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/vec.h"

struct family {
    pid_t pid, parent;
};

typedef VEC_OF(struct family) vec_family;

/* The file as a string; empty if it is gone. */
static void read_text(const char *path, char *text, size_t room)
{
    int f = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = f < 0 ? 0 : read(f, text, room - 1);
    text[n > 0 ? n : 0] = '\0';
    if (f >= 0)
        close(f);
}

static void numbers_in(const char *folder, vec_u32 *numbers)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));)
        if (isdigit((unsigned char)e->d_name[0]))
            VEC_PUSH(numbers, (uint32_t)strtoul(e->d_name, NULL, 10));
    closedir(d);
}

/* All processes that are to be seen. */
static void all_find(vec_family *all)
{
    vec_u32 pids = {0};
    numbers_in("/proc", &pids);
    for (size_t i = 0; i < pids.count; i++) {
        char path[64], text[512];
        snprintf(path, sizeof path, "/proc/%u/stat", pids.items[i]);
        read_text(path, text, sizeof text);
        char *name_end = strrchr(text, ')');
        int parent;
        if (name_end && sscanf(name_end + 1, " %*c %d", &parent) == 1)
            VEC_PUSH(all, ((struct family){(pid_t)pids.items[i], parent}));
    }
    VEC_FREE(&pids);
}

void sleepers_children(vec_u32 *pids)
{
    vec_family all = {0};
    all_find(&all);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].parent == getpid())
            VEC_PUSH(pids, (uint32_t)all.items[i].pid);
    VEC_FREE(&all);
}

/* The descendants of this process, itself first. */
static void family_find(vec_family *mine)
{
    vec_family all = {0};
    all_find(&all);
    VEC_PUSH(mine, ((struct family){getpid(), 0}));
    for (size_t next = 0; next < mine->count; next++)
        for (size_t i = 0; i < all.count; i++)
            if (all.items[i].parent == mine->items[next].pid)
                VEC_PUSH(mine, all.items[i]);
    VEC_FREE(&all);
}

static uint64_t field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static bool thread_sleeps(pid_t pid, uint32_t tid, uint64_t *moves)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/task/%u/status", (int)pid, tid);
    read_text(path, text, sizeof text);
    const char *state = strstr(text, "State:\t");
    if (!state)
        return false; /* it has just ended */
    uint64_t switches = field(text, "\nvoluntary_ctxt_switches:") + field(text, "\nnonvoluntary_ctxt_switches:");
    *moves = hash_mix(*moves ^ ((uint64_t)tid << 32) ^ switches);
    return state[7] == 'S' || state[7] == 'Z' || state[7] == 'T';
}

bool sleepers_all(uint64_t *moves)
{
    vec_family mine = {0};
    bool all = true;
    *moves = 0;
    family_find(&mine);
    for (size_t i = 1; i < mine.count && all; i++) {
        char path[64];
        vec_u32 threads = {0};
        snprintf(path, sizeof path, "/proc/%d/task", (int)mine.items[i].pid);
        numbers_in(path, &threads);
        for (size_t t = 0; t < threads.count && all; t++)
            all = thread_sleeps(mine.items[i].pid, threads.items[t], moves);
        VEC_FREE(&threads);
    }
    VEC_FREE(&mine);
    return all;
}

void sleepers_kill(void)
{
    vec_family mine = {0};
    family_find(&mine);
    for (size_t i = 1; i < mine.count; i++)
        kill(mine.items[i].pid, SIGKILL);
    VEC_FREE(&mine);
}
