/* What the machine works out of a program once: where its objects are, and what its undefined functions are. */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "program/code.h"

struct task;
enum builtin_end {                 /* of a function of builtin.h */
                   BUILTIN_RETURN, /* *result is what it returns */
                   BUILTIN_STOP,   /* the task has stopped */
                   BUILTIN_JUMP,   /* *result is what the instruction gets at which the top frame is now */
                   BUILTIN_KERNEL  /* not the machine's business in this case: the kernel's call of that name */
};

/* An object that exists from the start: a global variable, argv, one of its strings. */
struct static_object {
    const unsigned char *bytes; /* [size] at the start; NULL: all zero */
    uint64_t size;
    uint32_t id;
    bool constant;
};

struct alloca_owner {
    uint32_t function; /* UINT32_MAX: no alloca has this number */
    uint32_t index;    /* into its allocas */
};

/* What a builtin of the program is. Both are set where the machine serves some cases of a call; none if nobody does. */
struct builtin_target {
    enum builtin_end (*run)(struct task *t, const uint64_t *arguments, uint64_t *result);
    uint32_t call; /* enum kcall_number */
};

struct layout {
    const struct program *program;
    struct static_object *statics; /* [static_count] globals, then arguments; by ascending id */
    uint32_t static_count;
    uint32_t argument_count;         /* argc */
    unsigned char *argument_bytes;   /* the argv array, and all strings */
    struct alloca_owner *owners;     /* [program->allocas] by program-wide number */
    uint64_t *frame_bytes;           /* [functions] static allocas and a little for the frame itself */
    struct builtin_target *builtins; /* [builtins] */
};

void layout_create(struct layout *l, const struct program *p, const char *const *arguments, unsigned count);
void layout_free(struct layout *l);

/* Index into statics, or UINT32_MAX if the id names none. */
static inline uint32_t layout_static(const struct layout *l, uint32_t id)
{
    uint32_t globals = (uint32_t)l->program->globals.count;
    if (id < OBJECT_ARGUMENTS)
        return id >= OBJECT_GLOBAL && id - OBJECT_GLOBAL < globals ? id - OBJECT_GLOBAL : UINT32_MAX;
    uint32_t i = id - OBJECT_ARGUMENTS;
    return i < l->static_count - globals ? globals + i : UINT32_MAX;
}

/* Whether the address of a static alloca, by its program-wide number, may be known outside of its function. */
static inline bool layout_alloca_escapes(const struct layout *l, uint32_t number)
{
    if (number >= l->program->allocas || l->owners[number].function == UINT32_MAX)
        return number < OBJECT_VARARGS;
    const struct alloca_owner *o = &l->owners[number];
    return l->program->functions.items[o->function].allocas.items[o->index].escapes;
}

#endif
