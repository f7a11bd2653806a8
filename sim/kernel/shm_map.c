/* mmap and munmap of anonymous shared memory. What is not modelled is a limit that says so. See shm.h. */
#include <errno.h>
#include <sys/mman.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"

enum { MAP_PAGE = 4096, REGIONS_OF_PROCESS = 16 };

/* All of user memory. */
#define MAP_LENGTH_MAX ((UINT64_C(1) << 47) - 4096)

/* Flags that change nothing that a program could see. */
#define MAP_HARMLESS (MAP_NORESERVE | MAP_POPULATE | MAP_STACK | MAP_LOCKED)

static uint64_t page_round(uint64_t n)
{
    return (n + MAP_PAGE - 1) / MAP_PAGE * MAP_PAGE;
}

static uint64_t region_base(uint32_t pid, uint64_t index, uint32_t slot)
{
    uint64_t object = UINT64_C(0x30000000) + slot;
    if (pid < 1u << 24 && index < REGIONS_OF_PROCESS)
        object = UINT64_C(0x20000000) + REGIONS_OF_PROCESS * (uint64_t)pid + index;
    return object << 32;
}

/* Why the arguments of mmap are outside of the model, or NULL. */
static const char *mmap_unmodelled(uint32_t flags, uint64_t length)
{
    if (flags & MAP_FIXED)
        return "mmap: MAP_FIXED is not modelled";
    if ((flags & MAP_TYPE) == MAP_PRIVATE)
        return "mmap: MAP_PRIVATE is not modelled by the simulated kernel";
    if (!(flags & MAP_ANONYMOUS))
        return "mmap of a file is not modelled";
    if (flags & ~(uint32_t)(MAP_TYPE | MAP_ANONYMOUS | MAP_HARMLESS))
        return "mmap: one of its flags is not modelled";
    if (length > UINT32_MAX)
        return "mmap: mappings of 4 GiB and more are not modelled";
    return NULL;
}

void shm_mmap(struct kstep *k)
{
    uint64_t length = k->call.args[1];
    uint32_t protection = (uint32_t)k->call.args[2], flags = (uint32_t)k->call.args[3];
    uint32_t type = flags & MAP_TYPE;
    bool validate = type == MAP_SHARED_VALIDATE && flags & MAP_ANONYMOUS; /* only files know it */
    if (length == 0 || type == 0 || validate) {                           /* SHM-15 */
        kstep_fail(k, EINVAL);
        return;
    }
    const char *why = mmap_unmodelled(flags, length);
    if (why) {
        kstep_limit(k, "%s", why);
        kstep_fail(k, length > UINT32_MAX ? ENOMEM : ENODEV);
        return;
    }
    uint64_t index = kstep_free_index(k, SLOT_REGION, k->pid);
    uint32_t slot = kstep_slot(k, SLOT_REGION, k->pid, index);
    struct shm_region region = {.base = region_base(k->pid, index, slot), .length = length, .references = 1};
    /* Of a small region every chunk counts as touched from the start, so that its component says nothing of history. */
    uint64_t chunks = (length + SHM_CHUNK_SMALL - 1) / SHM_CHUNK_SMALL;
    bool small = chunks <= SHM_CHUNKS_SMALL;
    struct {
        struct shm_region region;
        struct shm_range all;
    } made = {region, {0, (uint32_t)chunks}};
    made.region.range_count = small;
    kstep_put(k, slot, &made, small ? sizeof made : sizeof region); /* no chunk: all zero */
    process_add_mapping(k, k->pid, (struct mapping){region.base, length, slot, protection});
    kstep_return(k, (int64_t)region.base); /* SHM-09 */
}

void shm_munmap(struct kstep *k)
{
    uint64_t address = k->call.args[0], length = k->call.args[1];
    if (address % MAP_PAGE || length == 0 || length > MAP_LENGTH_MAX) {
        kstep_fail(k, EINVAL); /* SHM-15 */
        return;
    }
    const struct mapping *m = shm_is_shared(address) ? shm_mapping(k, address) : NULL;
    if (!m && shm_is_shared(address)) {
        kstep_return(k, 0); /* nothing is mapped there: no error */
    } else if (!m || m->base != address || page_round(m->length) != page_round(length)) {
        kstep_limit(k, "munmap of anything but one whole shared mapping is not modelled");
        kstep_fail(k, EINVAL);
    } else {
        uint32_t region = m->region;
        process_drop_mapping(k, k->pid, address);
        shm_release(k, region);
        kstep_return(k, 0);
    }
}
