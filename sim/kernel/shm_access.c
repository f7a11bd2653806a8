/* Plain and atomic accesses to memory that others can see, one visible step each: x = x + 1 is a load and a store
 * (SHM-10). The machine posts them, for shared mappings and for private memory that a signal handler also touches
 * (SIG-06); they are no calls of Unix, so a bad address is a SIGSEGV, not EFAULT. See shm.h. */
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"
#include "kernel/signals.h"

enum { COPY_SMALL_MAX = 64, COPY_SMALL_STEP = 8, COPY_LARGE_STEP = 64 };

/* Dies if the access was not OK, unless a handler catches that. */
static bool access_done(struct kstep *k, enum kmemory answer, uint64_t address, size_t n, bool writing)
{
    const char *what = writing ? "write" : "read";
    if (answer == KMEMORY_OK)
        return true;
    const struct mapping *m = shm_mapping(k, address);
    bool certain = !m || answer != KMEMORY_CRASH; /* what overruns a mapping need not fault (SIG-33) */
    if (certain && signal_fault_caught(k, SIGSEGV, m ? SEGV_ACCERR : SEGV_MAPERR, address))
        return false;
    if (!m)
        kstep_die(k, SIGSEGV, "%s of %zu bytes at 0x%" PRIx64 ": no shared memory is mapped there%s", what, n, address,
                  " (was it unmapped?)");
    else if (answer == KMEMORY_CRASH)
        kstep_die(k, SIGSEGV, "%s of %zu bytes at offset %" PRIu64 " overruns a shared mapping of %" PRIu64 " bytes",
                  what, n, address - m->base, m->length);
    else
        kstep_die(k, SIGSEGV, "%s of a shared mapping that was made without PROT_%s", what,
                  writing ? "WRITE" : "READ"); /* SHM-06 */
    return false;
}

static bool load(struct kstep *k, uint64_t address, void *bytes, size_t n)
{
    if (!shm_is_shared(address))
        return kstep_copy_in(k, address, bytes, n);
    return access_done(k, shm_read(k, address, bytes, n), address, n, false);
}

static bool store(struct kstep *k, uint64_t address, const void *bytes, size_t n)
{
    if (!shm_is_shared(address))
        return kstep_copy_out(k, address, bytes, n);
    return access_done(k, shm_write(k, address, bytes, n), address, n, true);
}

/* An integer of args[1] bytes, little-endian as on x86-64, at args[0]. */
static bool load_value(struct kstep *k, uint64_t *value)
{
    unsigned char bytes[8] = {0};
    if (!load(k, k->call.args[0], bytes, (size_t)k->call.args[1]))
        return false;
    *value = 0;
    for (unsigned i = 0; i < 8; i++)
        *value |= (uint64_t)bytes[i] << (8 * i);
    return true;
}

static bool store_value(struct kstep *k, uint64_t value)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    return store(k, k->call.args[0], bytes, (size_t)k->call.args[1]);
}

static uint64_t cut(uint64_t value, uint64_t bytes)
{
    return bytes >= 8 ? value : value & ((UINT64_C(1) << (8 * bytes)) - 1);
}

static int64_t sign_extend(uint64_t value, uint64_t bytes)
{
    unsigned shift = bytes >= 8 ? 0 : (unsigned)(64 - 8 * bytes);
    return (int64_t)(value << shift) >> shift;
}

void shm_load(struct kstep *k)
{
    uint64_t value;
    if (load_value(k, &value))
        kstep_return(k, (int64_t)value);
}

void shm_store(struct kstep *k)
{
    if (store_value(k, k->call.args[2]))
        kstep_return(k, 0);
}

/* LLVMAtomicRMWBinOp, whose numbers are part of LLVM's C API and never change. */
enum rmw { RMW_XCHG, RMW_ADD, RMW_SUB, RMW_AND, RMW_NAND, RMW_OR, RMW_XOR, RMW_MAX, RMW_MIN, RMW_UMAX, RMW_UMIN };

/* The new value, or false if the operation is not modelled. */
static bool rmw_apply(uint64_t operation, uint64_t bytes, uint64_t old, uint64_t operand, uint64_t *new)
{
    bool less = sign_extend(old, bytes) < sign_extend(operand, bytes), below = old < cut(operand, bytes);
    switch (operation) {
    case RMW_XCHG:
        *new = operand;
        return true;
    case RMW_ADD:
        *new = old + operand;
        return true;
    case RMW_SUB:
        *new = old - operand;
        return true;
    case RMW_AND:
        *new = old &operand;
        return true;
    case RMW_NAND:
        *new = ~(old & operand);
        return true;
    case RMW_OR:
        *new = old | operand;
        return true;
    case RMW_XOR:
        *new = old ^ operand;
        return true;
    case RMW_MAX:
        *new = less ? operand : old;
        return true;
    case RMW_MIN:
        *new = less ? old : operand;
        return true;
    case RMW_UMAX:
        *new = below ? operand : old;
        return true;
    case RMW_UMIN:
        *new = below ? old : operand;
        return true;
    default:
        return false;
    }
}

void shm_rmw(struct kstep *k)
{
    uint64_t old, new = 0, bytes = k->call.args[1], operation = k->call.args[2];
    if (!load_value(k, &old))
        return;
    if (!rmw_apply(operation, bytes, old, k->call.args[3], &new)) {
        kstep_limit(k, "atomic operation %" PRIu64 " on shared memory is not modelled", operation);
        kstep_return(k, (int64_t)old);
    } else if (store_value(k, new)) { /* SHM-10: one step */
        kstep_return(k, (int64_t)old);
    }
}

void shm_cas(struct kstep *k)
{
    uint64_t old, bytes = k->call.args[1];
    if (!load_value(k, &old))
        return;
    if (old == cut(k->call.args[2], bytes) && !store_value(k, k->call.args[3]))
        return;
    kstep_return(k, (int64_t)old);
}

/* A copy of a struct is not atomic: others may come between its pieces. */
void shm_copy(struct kstep *k)
{
    uint64_t to = k->call.args[0], from = k->call.args[1], n = k->call.args[2], done = k->call.progress;
    uint64_t step = n <= COPY_SMALL_MAX ? COPY_SMALL_STEP : COPY_LARGE_STEP;
    uint64_t piece = n - done < step ? n - done : step;
    /* Backwards where that is the only way to move overlapping bytes, as memmove does. */
    uint64_t at = from < to && to - from < n ? n - done - piece : done;
    unsigned char bytes[COPY_LARGE_STEP];
    if (piece) {
        if (!load(k, from + at, bytes, (size_t)piece) || !store(k, to + at, bytes, (size_t)piece))
            return;
    }
    done += piece;
    if (done == n)
        kstep_return(k, 0);
    else
        kstep_continue(k, done);
}

void shm_set(struct kstep *k)
{
    uint64_t address = k->call.args[0], n = k->call.args[2];
    unsigned char bytes[SHM_CHUNK_LARGE];
    if (shm_is_shared(address) && !access_done(k, shm_check(k, address, (size_t)n, true), address, (size_t)n, true))
        return;
    memset(bytes, (int)(k->call.args[1] & 0xff), sizeof bytes);
    for (uint64_t done = 0; done < n; done += sizeof bytes)
        store(k, address + done, bytes, (size_t)(n - done < sizeof bytes ? n - done : sizeof bytes));
    kstep_return(k, 0);
}

/* RED-03. */
static bool range_future(struct kstep *k, struct kfuture *f, uint64_t address, uint64_t n, bool writing)
{
    const struct mapping *m = shm_is_shared(address) ? shm_mapping(k, address) : NULL;
    if (!m || !n || shm_check(k, address, (size_t)n, writing) != KMEMORY_OK)
        return false;
    uint32_t last = UINT32_MAX;
    for (uint64_t at = address; at < address + n; at += SHM_CHUNK_SMALL) {
        uint32_t slot = shm_chunk_slot(k, m, at);
        if (slot != last)
            kfuture_use(f, slot, writing ? KUSE_CHANGE : KUSE_SEE);
        last = slot;
    }
    uint32_t end = shm_chunk_slot(k, m, address + n - 1);
    if (end != last)
        kfuture_use(f, end, writing ? KUSE_CHANGE : KUSE_SEE);
    if (writing)
        kfuture_use(f, m->region, KUSE_REF); /* what was touched of it */
    return true;
}

bool load_future(struct kstep *k, struct kfuture *f)
{
    return range_future(k, f, k->call.args[0], k->call.args[1], false);
}

bool store_future(struct kstep *k, struct kfuture *f)
{
    kfuture_result(f, 0, 0);
    return range_future(k, f, k->call.args[0], k->call.args[1], true);
}

bool rmw_future(struct kstep *k, struct kfuture *f)
{
    return range_future(k, f, k->call.args[0], k->call.args[1], true);
}

bool set_future(struct kstep *k, struct kfuture *f)
{
    enum { FEW = 4096 };
    kfuture_result(f, 0, 0);
    return k->call.args[2] <= FEW && range_future(k, f, k->call.args[0], k->call.args[2], true);
}
