/* Shared memory in words: addresses as "shm+32", semaphores as "sem shm+32=0", other bytes as numbers. For people only:
 * what is a semaphore is told by the layout that sem_init leaves (kernel/psem.c). */
#include <inttypes.h>
#include <string.h>

#include "kernel/describe.h"
#include "kernel/shm.h"

enum { NUMBERS_MAX = 4 /* of one chunk */ };

/* "shm" is the first mapping of main; others carry the process and the number of their maker. */
static void region_text(vec_char *out, struct slot_name region)
{
    if (region.owner == KERNEL_MAIN_PID && region.index == 0)
        text_printf(out, "shm");
    else
        text_printf(out, "shm%" PRIu32 ".%" PRIu64, region.owner, region.index);
}

bool describe_shared_address(struct kstep *k, uint64_t address, vec_char *out)
{
    const struct mapping *m = shm_is_shared(address) ? shm_mapping(k, address) : NULL;
    if (!m)
        return false;
    region_text(out, slots_name(k->slots, m->region));
    text_printf(out, "+%" PRIu64, address - m->base);
    return true;
}

struct semaphore_layout {
    uint32_t value, waiters, shared, unused;
};

static bool is_semaphore(const unsigned char *bytes, size_t left, uint32_t *value)
{
    static const uint32_t pshared_mark = 128; /* what glibc's sem_init stores for pshared */
    struct semaphore_layout s;
    if (left < sizeof s)
        return false;
    memcpy(&s, bytes, sizeof s);
    *value = s.value;
    return !s.waiters && s.shared == pshared_mark && !s.unused;
}

static void item_text(vec_char *out, struct slot_name region, const char *what, uint64_t offset, uint32_t value)
{
    text_printf(out, "%s%s", out->count && out->items[out->count - 1] != '\n' ? ", " : "", what);
    region_text(out, region);
    text_printf(out, "+%" PRIu64 "=%" PRId32, offset, (int32_t)value);
}

bool describe_shared_slot(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct slot_name name = slots_name(k->slots, slot);
    size_t size;
    const unsigned char *bytes = kstep_get(k, slot, &size);
    if (!bytes)
        return false;
    struct slot_name region = slots_name(k->slots, name.owner);
    uint64_t base = name.index * size;
    unsigned numbers = 0;
    size_t before = out->count;
    for (size_t at = 0; at + sizeof(uint32_t) <= size && numbers < NUMBERS_MAX;) {
        uint32_t value;
        if (at % 8 == 0 && is_semaphore(bytes + at, size - at, &value)) {
            item_text(out, region, "sem ", base + at, value);
            at += sizeof(struct semaphore_layout);
            continue;
        }
        memcpy(&value, bytes + at, sizeof value);
        if (value) {
            item_text(out, region, "", base + at, value);
            numbers++;
        }
        at += sizeof value;
    }
    return out->count > before;
}
