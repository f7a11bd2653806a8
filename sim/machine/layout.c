/* See layout.h.
 *
 * The arguments are objects OBJECT_ARGUMENTS + 0: argv, an array of argc addresses and a null; + 1: envp, one null;
 * + 2 + i: the string argv[i].
 */
#include "machine/layout.h"

#include <string.h>

#include "base/vec.h"
#include "kernel/kernel.h"
#include "machine/builtin.h"
#include "machine/jump.h"
#include "machine/machine.h"

enum { FRAME_BYTES = 64 /* a return address and saved registers: what an empty frame takes on a real stack */ };

static void put_address(unsigned char *to, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static void lay_globals(struct layout *l)
{
    const struct program *p = l->program;
    for (uint32_t i = 0; i < p->globals.count; i++) {
        const struct code_global *g = &p->globals.items[i];
        l->statics[i] = (struct static_object){
            .bytes = g->bytes, .size = g->size, .id = OBJECT_GLOBAL + i, .constant = g->constant};
    }
}

static void lay_arguments(struct layout *l, const char *const *arguments, unsigned count)
{
    size_t pointers = ((size_t)count + 2) * 8, bytes = pointers + 8; /* argv, its null, envp's null */
    const char *name = l->program->images.items[0].name;
    for (unsigned i = 0; i <= count; i++)
        bytes += strlen(i ? arguments[i - 1] : name) + 1;
    l->argument_bytes = mem_zero(1, bytes);
    l->argument_count = count + 1;
    struct static_object *o = l->statics + l->program->globals.count;
    o[0] = (struct static_object){.bytes = l->argument_bytes, .size = pointers, .id = OBJECT_ARGUMENTS};
    o[1] = (struct static_object){.bytes = l->argument_bytes + pointers, .size = 8, .id = OBJECT_ARGUMENTS + 1};
    unsigned char *at = l->argument_bytes + pointers + 8;
    for (unsigned i = 0; i <= count; i++) {
        const char *text = i ? arguments[i - 1] : name;
        size_t size = strlen(text) + 1;
        memcpy(at, text, size);
        o[2 + i] = (struct static_object){.bytes = at, .size = size, .id = OBJECT_ARGUMENTS + 2 + i};
        put_address(l->argument_bytes + 8 * (size_t)i, (uint64_t)(OBJECT_ARGUMENTS + 2 + i) << 32);
        at += size;
    }
}

static void lay_frames(struct layout *l)
{
    const struct program *p = l->program;
    for (uint32_t i = 0; i < p->allocas; i++)
        l->owners[i].function = UINT32_MAX;
    for (uint32_t f = 0; f < p->functions.count; f++) {
        const struct code_function *function = &p->functions.items[f];
        l->frame_bytes[f] = FRAME_BYTES;
        for (uint32_t i = 0; i < function->allocas.count; i++) {
            const struct code_alloca *a = &function->allocas.items[i];
            if (a->dynamic)
                continue;
            l->frame_bytes[f] += a->size;
            if (a->number < p->allocas)
                l->owners[a->number] = (struct alloca_owner){f, i};
        }
    }
}

void layout_create(struct layout *l, const struct program *p, const char *const *arguments, unsigned count)
{
    memset(l, 0, sizeof *l);
    l->program = p;
    l->static_count = (uint32_t)p->globals.count + 3 + count;
    l->statics = mem_zero(l->static_count, sizeof *l->statics);
    l->owners = mem_zero(p->allocas, sizeof *l->owners);
    l->frame_bytes = mem_zero(p->functions.count, sizeof *l->frame_bytes);
    l->builtins = mem_zero(p->builtins.count, sizeof *l->builtins);
    lay_globals(l);
    lay_arguments(l, arguments, count);
    lay_frames(l);
    for (size_t i = 0; i < p->builtins.count; i++) {
        const char *name = p->builtins.items[i].name;
        l->builtins[i].run = builtin_by_name(name);
        l->builtins[i].call = name[0] == '.' ? KCALL_NONE : kernel_call_by_name(name);
    }
}

void layout_free(struct layout *l)
{
    mem_free(l->statics);
    mem_free(l->argument_bytes);
    mem_free(l->owners);
    mem_free(l->frame_bytes);
    mem_free(l->builtins);
}

bool machine_jumps(const char *name)
{
    return builtin_by_name(name) == jump_back;
}

bool machine_provides(const char *name)
{
    return name[0] != '.' && (builtin_by_name(name) || kernel_call_by_name(name) != KCALL_NONE);
}
