/* Shared memory: regions that several processes map. See spec/shm.md.
 *
 * A region is one component (what it is) and many chunks (its bytes, each in a slot of its own, so that processes which
 * use different parts do not touch the same component). A chunk of zeros is an empty slot.
 *
 * Invariants: (1) a region lives as long as a process maps it; (2) every chunk that is not empty lies in one of the
 * region's touched ranges, so that the last unmapping can empty them all without visiting the rest.
 *
 * The base address is (object << 32), where object is OBJECT_SHARED of program/code.h + 16 * pid + index for the usual
 * region (pid < 2^24, index < 16), else 0x30000000 + the number of its slot.
 */
#ifndef KERNEL_SHM_H
#define KERNEL_SHM_H

#include "kernel/process.h"

enum { SHM_CHUNK_SMALL = 32, SHM_CHUNK_LARGE = 1024, SHM_SMALL_MAX = 65536 /* longer regions have large chunks */ };

enum { SHM_CHUNKS_SMALL = 128 /* regions of so many chunks do not keep track of what was touched */ };

/* Touched chunks first..past-1. */
struct shm_range {
    uint32_t first, past;
};

/* The component is this header, then ranges[range_count], ascending and apart. */
struct shm_region {
    uint64_t base, length;
    uint32_t references; /* mappings, of all processes */
    uint32_t range_count;
};

/* Whether an address is one that a shared mapping could have; says nothing of whether it is mapped. */
static inline bool shm_is_shared(uint64_t address)
{
    return address >> 32 >= UINT64_C(0x20000000) && address >> 32 < UINT64_C(0x40000000);
}

/* The caller's view of shared memory: FAULT if nothing is mapped there or the mapping forbids it, CRASH if the bytes
 * run over the mapping's end. Nothing is written unless it is OK. */
enum kmemory shm_check(struct kstep *k, uint64_t address, size_t n, bool writing);
enum kmemory shm_read(struct kstep *k, uint64_t address, void *bytes, size_t n);
enum kmemory shm_write(struct kstep *k, uint64_t address, const void *bytes, size_t n);

void shm_retain(struct kstep *k, uint32_t region);
/* The last reference frees the region and empties its chunks. */
void shm_release(struct kstep *k, uint32_t region);

/* The caller's mapping that an address belongs to (it may lie beyond its end); NULL: none. */
const struct mapping *shm_mapping(struct kstep *k, uint64_t address);
/* The slot of the chunk that holds an address of a mapping. */
uint32_t shm_chunk_slot(struct kstep *k, const struct mapping *m, uint64_t address);

#endif
