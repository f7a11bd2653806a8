/* The call table: one row of calls.def each. */
#include <assert.h>
#include <string.h>

#include "kernel/handlers.h"

static const struct kcall_info calls[KCALL_COUNT] = {
#define CALL(name, text, arguments, handler, explain, silent)                                                          \
    [KCALL_##name] = {text, arguments, handler, explain, silent},
#include "kernel/calls.def"
#undef CALL
};

const struct kcall_info *kernel_call(uint32_t number)
{
    assert(number > KCALL_NONE && number < KCALL_COUNT);
    return &calls[number];
}

uint32_t kernel_call_by_name(const char *name)
{
    if (name[0] == '.')
        return KCALL_NONE;
    for (uint32_t i = KCALL_NONE + 1; i < KCALL_COUNT; i++)
        if (strcmp(calls[i].name, name) == 0)
            return i;
    return KCALL_NONE;
}
