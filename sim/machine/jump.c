/* See jump.h. */
#include "machine/jump.h"

#include <signal.h>
#include <string.h>

#include "kernel/jump.h"
#include "machine/call.h"
#include "machine/fault.h"
#include "machine/memory.h"

static enum builtin_end set(struct task *t, uint64_t buffer, bool mask)
{
    struct frame *f = &t->frames.items[t->frames.count - 1];
    struct jump_buffer b = {.depth = (uint32_t)t->frames.count, .function = f->function, .pc = f->pc, .has_mask = mask};
    if (!address_shared(buffer) && !memory_check(t, buffer, sizeof b, true))
        return BUILTIN_STOP;
    f->jumps = true;
    if (!mask && !t->handlers && !address_shared(buffer))
        return memory_write(t, buffer, &b, sizeof b) ? BUILTIN_RETURN : BUILTIN_STOP;
    const uint64_t arguments[] = {buffer, (uint64_t)b.depth << 32 | b.function, b.pc, b.has_mask};
    task_post(t, KCALL_SETJMP, arguments, 4);
    return BUILTIN_STOP;
}

enum builtin_end jump_set(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = 0;
    return set(t, a[0], false);
}

enum builtin_end jump_set_mask(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = 0;
    return set(t, a[0], (uint32_t)a[1] != 0);
}

/* Reads the buffer; false: the task has stopped. */
static bool buffer_read(struct task *t, uint64_t address, struct jump_buffer *b)
{
    unsigned char bytes[sizeof *b];
    for (size_t i = 0; i < sizeof bytes; i++) {
        uint64_t byte;
        if (!memory_load(t, address + i, 1, &byte))
            return false;
        bytes[i] = (unsigned char)byte;
    }
    memcpy(b, bytes, sizeof bytes);
    return true;
}

static bool is_set(const struct task *t, const struct jump_buffer *b)
{
    const struct program *p = t->program;
    return b->depth && b->function < p->functions.count && b->pc < p->functions.items[b->function].code.count &&
           p->functions.items[b->function].code.items[b->pc].op == CODE_CALL_BUILTIN;
}

enum builtin_end jump_back(struct task *t, const uint64_t *a, uint64_t *result)
{
    struct jump_buffer b;
    if (address_shared(a[0])) {
        task_crash(t, SIGABRT, "longjmp() with a jmp_buf in shared memory is not modelled");
        return BUILTIN_STOP;
    }
    if (!buffer_read(t, a[0], &b))
        return BUILTIN_STOP;
    if (!is_set(t, &b)) {
        task_crash(t, SIGABRT, "longjmp() with a jmp_buf that setjmp() never filled");
        return BUILTIN_STOP;
    }
    const struct frame *f = b.depth <= t->frames.count ? &t->frames.items[b.depth - 1] : NULL;
    if (!f || f->function != b.function || !f->jumps) {
        task_crash(t, SIGABRT, "longjmp() into %s(), which has returned since it called setjmp()",
                   t->program->functions.items[b.function].name);
        return BUILTIN_STOP;
    }
    *result = (uint32_t)a[1] ? (uint32_t)a[1] : 1;
    call_unwind(t, b.depth);
    t->frames.items[b.depth - 1].pc = b.pc;
    if (!b.has_mask)
        return BUILTIN_JUMP;
    task_post(t, KCALL_LONGJMP, (const uint64_t[]){b.mask, *result}, 2);
    return BUILTIN_STOP;
}
