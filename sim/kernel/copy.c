/* The caller's memory, private or shared, as one address space: addresses of shared mappings go to shm.c, all others
 * to the machine. What a call writes to private memory is left in the outcome as copies. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>

#include "kernel/shm.h"

/* Ends the step if the access failed. */
static bool access_end(struct kstep *k, enum kmemory answer, uint64_t address, size_t n)
{
    switch (answer) {
    case KMEMORY_OK:
        return true;
    case KMEMORY_FAULT:
        kstep_fail(k, EFAULT);
        return false;
    case KMEMORY_CRASH:
        break;
    }
    uint32_t note = k->outcome.note; /* the machine knows the object by name */
    kstep_die(k, SIGSEGV, "%s of %zu bytes at 0x%" PRIx64 " overruns the object", kernel_call(k->call.number)->name, n,
              address);
    if (note)
        k->outcome.note = note;
    return false;
}

bool kstep_copy_in(struct kstep *k, uint64_t address, void *bytes, size_t n)
{
    if (!n)
        return true;
    enum kmemory answer =
        shm_is_shared(address) ? shm_read(k, address, bytes, n) : k->memory->read(k->memory_context, address, bytes, n);
    return access_end(k, answer, address, n);
}

bool kstep_check_out(struct kstep *k, uint64_t address, size_t n)
{
    if (!n)
        return true;
    enum kmemory answer =
        shm_is_shared(address) ? shm_check(k, address, n, true) : k->memory->check_write(k->memory_context, address, n);
    return access_end(k, answer, address, n);
}

bool kstep_copy_out(struct kstep *k, uint64_t address, const void *bytes, size_t n)
{
    if (!n)
        return true;
    if (!kstep_check_out(k, address, n))
        return false;
    if (shm_is_shared(address))
        shm_write(k, address, bytes, n);
    else
        VEC_PUSH(&k->outcome.copies, ((struct kcopy){address, intern_put(k->components, bytes, n)}));
    return true;
}

void kstep_console(struct kstep *k, int descriptor, const void *bytes, size_t n)
{
    if (n)
        VEC_PUSH(&k->outcome.console, ((struct kcopy){(uint64_t)descriptor, intern_put(k->components, bytes, n)}));
}
