/* Regions and their chunks: see shm.h. */
#include "kernel/shm.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

_Static_assert(sizeof(struct shm_region) == 24 && sizeof(struct shm_range) == 8,
               "no padding: components are compared as bytes");

static uint32_t chunk_size(uint64_t length)
{
    return length <= SHM_SMALL_MAX ? SHM_CHUNK_SMALL : SHM_CHUNK_LARGE;
}

const struct mapping *shm_mapping(struct kstep *k, uint64_t address)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        if (p.mappings[i].base >> 32 == address >> 32)
            return &p.mappings[i];
    return NULL;
}

uint32_t shm_chunk_slot(struct kstep *k, const struct mapping *m, uint64_t address)
{
    return kstep_slot(k, SLOT_SHARED, m->region, (address - m->base) / chunk_size(m->length));
}

static bool mapping_allows(const struct mapping *m, bool writing)
{
    /* On x86 a page that can be written or executed can be read. */
    return (m->protection & (uint32_t)(writing ? PROT_WRITE : PROT_READ | PROT_WRITE | PROT_EXEC)) != 0;
}

enum kmemory shm_check(struct kstep *k, uint64_t address, size_t n, bool writing)
{
    const struct mapping *m = shm_mapping(k, address);
    if (!m || !mapping_allows(m, writing))
        return KMEMORY_FAULT; /* SHM-06 */
    uint64_t offset = address - m->base;
    return offset <= m->length && n <= m->length - offset ? KMEMORY_OK : KMEMORY_CRASH;
}

enum kmemory shm_read(struct kstep *k, uint64_t address, void *bytes, size_t n)
{
    enum kmemory answer = shm_check(k, address, n, false);
    if (answer != KMEMORY_OK)
        return answer;
    const struct mapping *m = shm_mapping(k, address);
    uint32_t size = chunk_size(m->length);
    for (char *out = bytes; n;) {
        size_t at = (size_t)((address - m->base) % size), piece = n < size - at ? n : size - at;
        const char *chunk = kstep_get(k, shm_chunk_slot(k, m, address), NULL);
        if (chunk)
            memcpy(out, chunk + at, piece);
        else
            memset(out, 0, piece);
        out += piece;
        address += piece;
        n -= piece;
    }
    return KMEMORY_OK;
}

/* Makes chunk part of the region's touched ranges. */
static void region_touch(struct kstep *k, uint32_t slot, uint32_t chunk)
{
    const struct shm_region *old = kstep_get(k, slot, NULL);
    const struct shm_range *ranges = (const struct shm_range *)(const void *)(old + 1);
    struct shm_region region = *old;
    uint32_t i = 0;
    while (i < old->range_count && ranges[i].past < chunk)
        i++;
    if (i < old->range_count && ranges[i].first <= chunk && chunk < ranges[i].past)
        return;
    struct shm_range grown = {chunk, chunk + 1};
    uint32_t past = i;
    if (past < old->range_count && ranges[past].past == chunk)
        grown.first = ranges[past++].first;
    if (past < old->range_count && ranges[past].first == chunk + 1)
        grown.past = ranges[past++].past;
    region.range_count = old->range_count - (past - i) + 1;
    vec_char packed = {0};
    text_append(&packed, &region, sizeof region);
    text_append(&packed, ranges, i * sizeof *ranges);
    text_append(&packed, &grown, sizeof grown);
    text_append(&packed, ranges + past, (old->range_count - past) * sizeof *ranges);
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
}

static bool is_zero(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

enum kmemory shm_write(struct kstep *k, uint64_t address, const void *bytes, size_t n)
{
    enum kmemory answer = shm_check(k, address, n, true);
    if (answer != KMEMORY_OK)
        return answer;
    const struct mapping *m = shm_mapping(k, address);
    uint32_t size = chunk_size(m->length);
    char edited[SHM_CHUNK_LARGE];
    for (const char *in = bytes; n;) {
        size_t at = (size_t)((address - m->base) % size), piece = n < size - at ? n : size - at;
        uint32_t slot = shm_chunk_slot(k, m, address);
        const char *chunk = kstep_get(k, slot, NULL);
        if (chunk)
            memcpy(edited, chunk, size);
        else
            memset(edited, 0, size);
        memcpy(edited + at, in, piece);
        bool zero = is_zero(edited, size);
        if (!chunk && !zero)
            region_touch(k, m->region, (uint32_t)((address - m->base) / size));
        kstep_put(k, slot, edited, zero ? 0 : size);
        in += piece;
        address += piece;
        n -= piece;
    }
    return KMEMORY_OK;
}

static void region_put(struct kstep *k, uint32_t slot, int32_t difference)
{
    size_t size;
    const struct shm_region *old = kstep_get(k, slot, &size);
    struct shm_region *region = mem_copy(old, size);
    region->references += (uint32_t)difference;
    kstep_put(k, slot, region, size);
    mem_free(region);
}

void shm_retain(struct kstep *k, uint32_t slot)
{
    region_put(k, slot, 1);
}

/* Nothing but the last unmapping ever undoes what was stored (SHM-14). */
void shm_release(struct kstep *k, uint32_t slot)
{
    const struct shm_region *region = kstep_get(k, slot, NULL);
    assert(region && region->references > 0);
    if (region->references > 1) {
        region_put(k, slot, -1);
        return;
    }
    const struct shm_range *ranges = (const struct shm_range *)(const void *)(region + 1);
    for (uint32_t i = 0; i < region->range_count; i++)
        for (uint32_t chunk = ranges[i].first; chunk < ranges[i].past; chunk++) {
            uint32_t place = kstep_slot(k, SLOT_SHARED, slot, chunk);
            if (kstep_get(k, place, NULL))
                kstep_put(k, place, NULL, 0);
        }
    kstep_put(k, slot, NULL, 0);
}
