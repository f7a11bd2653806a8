/* See fault.h. */
#include "machine/fault.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine/memory.h"

/* A number up to this far above the highest heap block can have been one; a higher one is garbage. */
enum { NUMBERS_NEAR = 65536 };

static void text_format(vec_char *out, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = n > 0 ? (size_t)n : 0;
    VEC_RESERVE(out, size + 1);
    vsnprintf(out->items, size + 1, format, ap);
    out->count = size;
}

static void trouble_text(struct task *t, enum machine_trouble trouble, int signal, const char *text)
{
    if (t->stopped)
        return;
    t->stopped = t->frozen = true;
    t->pending.call = (struct kcall){.number = signal ? KCALL_DIE : KCALL_PAUSE, .args = {(uint64_t)signal}};
    t->pending.trouble = (uint8_t)trouble;
    t->pending.message = intern_put(t->components, text, strlen(text));
}

void task_trouble(struct task *t, enum machine_trouble trouble, int signal, const char *format, ...)
{
    vec_char text = {0};
    va_list ap;
    va_start(ap, format);
    text_format(&text, format, ap);
    va_end(ap);
    trouble_text(t, trouble, signal, text.items);
    VEC_FREE(&text);
}

/* SIG-33: where no handler was ever installed it is a crash at once; else the kernel knows who catches what. */
void task_fault(struct task *t, struct machine_fault fault, const char *format, ...)
{
    vec_char text = {0};
    va_list ap;
    va_start(ap, format);
    text_format(&text, format, ap);
    va_end(ap);
    if (!t->handlers) {
        trouble_text(t, TROUBLE_CRASH, fault.signal, text.items);
    } else if (!t->stopped) {
        task_post(t, KCALL_FAULT, (const uint64_t[]){(uint64_t)fault.signal, (uint64_t)fault.code, fault.address}, 3);
        t->pending.message = intern_put(t->components, text.items, text.count);
        t->faulting = t->frames.count;
    }
    VEC_FREE(&text);
}

void task_crash(struct task *t, int signal, const char *format, ...)
{
    vec_char text = {0};
    va_list ap;
    va_start(ap, format);
    text_format(&text, format, ap);
    va_end(ap);
    trouble_text(t, TROUBLE_CRASH, signal, text.items);
    VEC_FREE(&text);
}

static bool starts_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

static void name_static(const struct task *t, uint32_t id, vec_char *out)
{
    if (id >= OBJECT_ARGUMENTS) {
        uint32_t i = id - OBJECT_ARGUMENTS;
        text_printf(out, i == 0 ? "argv" : i == 1 ? "envp" : "a string of argv");
        return;
    }
    const struct code_global *g = &t->program->globals.items[id - OBJECT_GLOBAL];
    if (!g->name || !*g->name || starts_with(g->name, ".str"))
        text_printf(out, "a string literal");
    else if (starts_with(g->name, "__func__.") || starts_with(g->name, "__PRETTY_FUNCTION__."))
        text_printf(out, "__func__");
    else
        text_printf(out, "%s '%s'", g->constant ? "constant" : "global variable", g->name);
}

static void name_variable(const struct code_alloca *a, vec_char *out)
{
    if (a->name && *a->name)
        text_printf(out, "local variable '%s'", a->name);
    else
        text_printf(out, a->dynamic ? "a block of alloca()" : "a temporary value");
}

/* The static or dynamic alloca behind the id, if one can be named; *function is the one whose it is. */
static const struct code_alloca *stack_alloca(const struct task *t, uint32_t id, uint32_t *function)
{
    uint32_t depth = (id - OBJECT_STACK) >> 16, number = id & 0xffff;
    if (number < t->program->allocas && t->layout->owners[number].function != UINT32_MAX) {
        const struct alloca_owner *owner = &t->layout->owners[number];
        *function = owner->function;
        return &t->program->functions.items[owner->function].allocas.items[owner->index];
    }
    if (number >= OBJECT_DYNAMIC && number < OBJECT_VARARGS && depth < t->frames.count) {
        const struct frame *f = &t->frames.items[depth];
        size_t i = f->dynamics + number - OBJECT_DYNAMIC;
        const struct code_function *code = &t->program->functions.items[f->function];
        if (i < t->dynamics.count && t->dynamics.items[i].alloca < code->allocas.count) {
            *function = f->function;
            return &code->allocas.items[t->dynamics.items[i].alloca];
        }
    }
    return NULL;
}

/* What a live object is called, its size included. */
static void name_object(const struct task *t, const struct object *o, vec_char *out)
{
    uint32_t function;
    if (o->id >= OBJECT_STACK) {
        const struct code_alloca *a = stack_alloca(t, o->id, &function);
        if (a)
            name_variable(a, out);
        else
            text_printf(out, (o->id & 0xffff) == OBJECT_VARARGS ? "the variable arguments" : "a local variable");
    } else if (o->id >= OBJECT_HEAP) {
        text_printf(out, o->mapping ? "a mapping" : "a heap block");
    } else {
        name_static(t, o->id, out);
    }
    text_printf(out, " of %" PRIu64 " byte%s", o->size, o->size == 1 ? "" : "s");
}

/* No object has the address's upper half: what may it have been? True: nothing, so that every machine faults there. */
static bool name_nothing(const struct task *t, uint64_t address, const char *what, vec_char *out)
{
    uint32_t id = address_object(address), function;
    if (id == 0 && address < 65536) {
        text_printf(out, "null pointer: %s", what);
        if (address)
            text_printf(out, " at address 0x%" PRIx64, address);
    } else if (id >= OBJECT_HEAP && id - OBJECT_HEAP < t->heap.count + NUMBERS_NEAR &&
               address_offset(address) < OBJECT_BYTES_MAX) {
        text_printf(out, "use after free: %s at offset %" PRIu32 " of a heap block that was freed", what,
                    address_offset(address));
    } else if (id >= OBJECT_STACK && id < UINT32_C(0x80000000)) {
        const struct code_alloca *a = stack_alloca(t, id, &function);
        text_printf(out, "use after return: %s of ", what);
        if (a) {
            name_variable(a, out);
            text_printf(out, " of %s(), which has returned", t->program->functions.items[function].name);
        } else {
            text_printf(out, "a local variable that is gone");
        }
    } else if (id >= OBJECT_FUNCTION && id - OBJECT_FUNCTION < t->program->functions.count) {
        text_printf(out, "bad pointer: %s at the code of %s()", what,
                    t->program->functions.items[id - OBJECT_FUNCTION].name);
    } else {
        text_printf(out, "bad pointer: %s at 0x%" PRIx64 ", where no object is", what, address);
        return true;
    }
    return id == 0 && address < 65536;
}

void fault_access(struct task *t, uint64_t address, uint64_t n, bool write)
{
    struct machine_fault fault = {SIGSEGV, SEGV_MAPERR, address};
    bool certain = false;
    vec_char text = {0}, what = {0};
    uint64_t offset = address_offset(address);
    text_printf(&what, "%s of %" PRIu64 " byte%s", write ? "write" : "read", n, n == 1 ? "" : "s");
    struct object *o = memory_find(t, address_object(address));
    struct object *next = offset >> 31 ? memory_find(t, address_object(address) + 1) : NULL;
    if (next) {
        text_printf(&text, "out of bounds: %s at offset -%" PRIu64 ", before the start of ", what.items,
                    (UINT64_C(1) << 32) - offset);
        name_object(t, next, &text);
    } else if (o && offset <= o->size && n <= o->size - offset) {
        text_printf(&text, "write to a constant: %s to ", what.items);
        certain = true;
        fault.code = SEGV_ACCERR;
        name_object(t, o, &text);
    } else if (o) {
        text_printf(&text, "out of bounds: %s at offset %" PRIu64 ", after the end of ", what.items, offset);
        name_object(t, o, &text);
    } else {
        certain = name_nothing(t, address, what.items, &text);
    }
    if (certain)
        task_fault(t, fault, "%s", text.items);
    else
        task_crash(t, SIGSEGV, "%s", text.items);
    VEC_FREE(&what);
    VEC_FREE(&text);
}

void fault_free(struct task *t, uint64_t address, const char *caller)
{
    vec_char text = {0};
    uint32_t id = address_object(address);
    struct object *o = memory_find(t, id);
    if (!o && id >= OBJECT_HEAP && id < OBJECT_SHARED) {
        text_printf(&text, "double free: %s() of a heap block that was freed before", caller);
    } else if (o && id >= OBJECT_HEAP && id < OBJECT_SHARED && o->mapping) {
        text_printf(&text, "bad free: %s() of ", caller);
        name_object(t, o, &text);
        text_printf(&text, " that mmap() made");
    } else if (o) {
        text_printf(&text, "bad free: %s() of an address at offset %" PRIu32 " of ", caller, address_offset(address));
        name_object(t, o, &text);
        if (id < OBJECT_HEAP || id >= OBJECT_SHARED)
            text_printf(&text, ", which malloc() did not make");
    } else {
        text_printf(&text, "bad free: %s() of 0x%" PRIx64 ", which malloc() did not make", caller, address);
    }
    task_crash(t, SIGABRT, "%s", text.items);
    VEC_FREE(&text);
}

void fault_call(struct task *t, uint64_t address)
{
    vec_char text = {0};
    struct object *o = memory_find(t, address_object(address));
    if (!address) {
        text_printf(&text, "null pointer: call of a null function pointer");
    } else if (o) {
        text_printf(&text, "bad function pointer: call of ");
        name_object(t, o, &text);
    } else {
        text_printf(&text, "bad function pointer: call of 0x%" PRIx64 ", where no function is", address);
    }
    task_fault(t, (struct machine_fault){SIGSEGV, SEGV_MAPERR, address}, "%s", text.items);
    VEC_FREE(&text);
}
