/* What tests of exec share: paths and arguments in the caller's memory. */
#ifndef TESTS_KERNEL_EXEC_H
#define TESTS_KERNEL_EXEC_H

#include "signals.h"

/* Puts text at an address of the caller's memory. */
static inline uint64_t text_at(struct world *w, uint64_t address, const char *text)
{
    strcpy((char *)w->memory + (address - MEMORY), text);
    return address;
}

/* An argv of up to three strings. */
static inline uint64_t argv_at(struct world *w, uint64_t address, const char *a, const char *b, const char *c)
{
    const char *const strings[] = {a, b, c, NULL};
    uint64_t pointers[4] = {0};
    for (unsigned i = 0; strings[i]; i++)
        pointers[i] = text_at(w, address + 64 + i * 32, strings[i]);
    memcpy(w->memory + (address - MEMORY), pointers, sizeof pointers);
    return address;
}

#define PATH (MEMORY + 512)
#define ARGV (MEMORY + 1024)
#define ENVP (MEMORY + 1536)

static inline int64_t execute(struct world *w, uint32_t pid, const char *path)
{
    return DO(w, pid, EXECVE, text_at(w, PATH, path), argv_at(w, ARGV, path, NULL, NULL), 0);
}

#endif
