/* See builtin.h. */
#include "machine/builtin.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "machine/fault.h"
#include "machine/heap.h"
#include "machine/jump.h"
#include "machine/memory.h"
#include "machine/visible.h"

enum { PAGE_BYTES = 4096, TEXT_MAX = 4096 };

/* -- allocation ---------------------------------------------------------------------------------------------------- */

static enum builtin_end run_malloc(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = heap_allocate(t, a[0]);
    return BUILTIN_RETURN;
}

static uint64_t product(uint64_t a, uint64_t b)
{
    return a && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

static enum builtin_end run_calloc(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = heap_allocate(t, product(a[0], a[1]));
    return BUILTIN_RETURN;
}

static enum builtin_end release(struct task *t, uint64_t address, const char *caller)
{
    struct object *o = heap_block(t, address);
    if (!o || o->mapping) {
        fault_free(t, address, caller);
        return BUILTIN_STOP;
    }
    heap_release(t, o);
    return BUILTIN_RETURN;
}

static enum builtin_end run_free(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)result;
    return a[0] ? release(t, a[0], "free") : BUILTIN_RETURN;
}

/* The block always moves, so that old addresses of it show. */
static enum builtin_end reallocate(struct task *t, uint64_t old, uint64_t size, uint64_t *result)
{
    struct object *o = old ? heap_block(t, old) : NULL;
    if (old && (!o || o->mapping)) {
        fault_free(t, old, "realloc");
        return BUILTIN_STOP;
    }
    if (old && !size)
        return release(t, old, "realloc"); /* as glibc does */
    uint64_t address = heap_allocate(t, size);
    if (address && old) {
        memory_move(t, address, old, o->size < size ? o->size : size);
        heap_release(t, o);
    }
    *result = address;
    return BUILTIN_RETURN;
}

static enum builtin_end run_realloc(struct task *t, const uint64_t *a, uint64_t *result)
{
    return reallocate(t, a[0], a[1], result);
}

static enum builtin_end run_reallocarray(struct task *t, const uint64_t *a, uint64_t *result)
{
    return reallocate(t, a[0], product(a[1], a[2]), result);
}

/* Every object is aligned to 2^32. */
static enum builtin_end run_aligned_alloc(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = heap_allocate(t, a[1]);
    return BUILTIN_RETURN;
}

static enum builtin_end run_posix_memalign(struct task *t, const uint64_t *a, uint64_t *result)
{
    if (a[1] % 8 || !a[1] || (a[1] & (a[1] - 1))) {
        *result = EINVAL;
        return BUILTIN_RETURN;
    }
    if (!memory_check(t, a[0], 8, true))
        return BUILTIN_STOP;
    uint64_t address = heap_allocate(t, a[2]);
    if (address)
        memory_store(t, a[0], 8, address);
    *result = address ? 0 : ENOMEM;
    return BUILTIN_RETURN;
}

static enum builtin_end run_usable_size(struct task *t, const uint64_t *a, uint64_t *result)
{
    struct object *o = heap_block(t, a[0]);
    *result = o ? o->size : 0;
    return BUILTIN_RETURN;
}

/* -- private mappings ---------------------------------------------------------------------------------------------- */

static enum builtin_end run_mmap(struct task *t, const uint64_t *a, uint64_t *result)
{
    if ((a[3] & MAP_TYPE) != MAP_PRIVATE || !(a[3] & MAP_ANONYMOUS))
        return BUILTIN_KERNEL; /* SHM-15: MAP_SHARED_VALIDATE has MAP_PRIVATE's bit */
    *result = UINT64_MAX;      /* MAP_FAILED */
    if (!a[1]) {
        task_errno(t, EINVAL);
        return BUILTIN_RETURN;
    }
    uint64_t size = a[1] > UINT64_MAX - PAGE_BYTES ? a[1] : (a[1] + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    uint64_t address = heap_allocate(t, size);
    if (address) {
        memory_find(t, address_object(address))->mapping = true;
        *result = address;
    }
    return BUILTIN_RETURN;
}

/* Only whole mappings go away; a part that is unmapped stays readable. */
static enum builtin_end run_munmap(struct task *t, const uint64_t *a, uint64_t *result)
{
    uint32_t id = address_object(a[0]);
    if (id < OBJECT_HEAP || id >= OBJECT_SHARED)
        return BUILTIN_KERNEL;
    struct object *o = memory_find(t, id);
    *result = 0;
    if (o && !o->mapping) {
        fault_free(t, a[0], "munmap");
        return BUILTIN_STOP;
    }
    if (!a[1] || address_offset(a[0]) % PAGE_BYTES) {
        *result = UINT64_MAX;
        task_errno(t, EINVAL);
    } else if (o && !address_offset(a[0]) && a[1] > o->size - PAGE_BYTES) {
        heap_release(t, o);
    }
    return BUILTIN_RETURN;
}

/* -- bytes --------------------------------------------------------------------------------------------------------- */

static enum builtin_end run_memcpy(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = a[0];
    return visible_copy(t, a[0], a[1], a[2]) ? BUILTIN_RETURN : BUILTIN_STOP;
}

static enum builtin_end run_memset(struct task *t, const uint64_t *a, uint64_t *result)
{
    *result = a[0];
    return visible_set(t, a[0], a[1], a[2]) ? BUILTIN_RETURN : BUILTIN_STOP;
}

/* -- the end ------------------------------------------------------------------------------------------------------- */

/* A C string in private memory, cut at TEXT_MAX; what cannot be read ends it. */
static void read_text(struct task *t, uint64_t address, vec_char *out)
{
    for (unsigned i = 0; i < TEXT_MAX; i++) {
        uint64_t c;
        if (memory_probe(t, address + i, 1, false) != KMEMORY_OK || !memory_load(t, address + i, 1, &c) || !c)
            break;
        text_printf(out, "%c", (int)c);
    }
}

static enum builtin_end run_abort(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)a;
    (void)result;
    task_fault(t, (struct machine_fault){SIGABRT, SI_TKILL, 0}, "abort() was called");
    return BUILTIN_STOP;
}

static enum builtin_end run_assert_fail(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)result;
    vec_char text = {0};
    read_text(t, a[0], &text);
    task_trouble(t, TROUBLE_ASSERTION, SIGABRT, "assertion failed: %s", text.items ? text.items : "");
    VEC_FREE(&text);
    return BUILTIN_STOP;
}

/* -- impasse.h ----------------------------------------------------------------------------------------------------- */

static enum builtin_end run_idle(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)a;
    (void)result;
    t->idle = IDLE_NEXT;
    return BUILTIN_RETURN;
}

static enum builtin_end run_mark(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)result;
    vec_char text = {0};
    read_text(t, a[0], &text);
    t->pending.label = intern_put(t->components, text.items, text.count);
    VEC_FREE(&text);
    return BUILTIN_RETURN;
}

static enum builtin_end run_progress(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)a;
    (void)result;
    t->pending.progress = true;
    return BUILTIN_RETURN;
}

static enum builtin_end run_atomic_begin(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)a;
    (void)result;
    if (t->pending.atomic) {
        task_crash(t, SIGABRT, "impasse_atomic_begin() was called twice without impasse_atomic_end() between");
        return BUILTIN_STOP;
    }
    t->pending.atomic = true;
    return BUILTIN_RETURN;
}

/* Without a begin it does nothing: a child that was forked inside is outside. */
static enum builtin_end run_atomic_end(struct task *t, const uint64_t *a, uint64_t *result)
{
    (void)a;
    (void)result;
    t->pending.atomic = false;
    return BUILTIN_RETURN;
}

static const struct {
    const char *name;
    builtin_function *run;
} table[] = {
    {"malloc", run_malloc},
    {"calloc", run_calloc},
    {"free", run_free},
    {"realloc", run_realloc},
    {"reallocarray", run_reallocarray},
    {"aligned_alloc", run_aligned_alloc},
    {"memalign", run_aligned_alloc},
    {"valloc", run_malloc},
    {"posix_memalign", run_posix_memalign},
    {"malloc_usable_size", run_usable_size},
    {"mmap", run_mmap},
    {"munmap", run_munmap},
    {"memcpy", run_memcpy},
    {"memmove", run_memcpy},
    {"memset", run_memset},
    {"abort", run_abort},
    {"__assert_fail", run_assert_fail},
    {"setjmp", jump_set},
    {"_setjmp", jump_set},
    {"__sigsetjmp", jump_set_mask},
    {"sigsetjmp", jump_set_mask},
    {"longjmp", jump_back},
    {"_longjmp", jump_back},
    {"siglongjmp", jump_back},
    {"__longjmp_chk", jump_back},
    {"impasse_idle", run_idle},
    {"impasse_mark", run_mark},
    {"impasse_progress", run_progress},
    {"impasse_atomic_begin", run_atomic_begin},
    {"impasse_atomic_end", run_atomic_end},
};

builtin_function *builtin_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].run;
    return NULL;
}
