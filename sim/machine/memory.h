/* Private memory: objects with exact bounds, found by the upper half of an address. */
#ifndef MACHINE_MEMORY_H
#define MACHINE_MEMORY_H

#include "machine/task.h"

static inline uint32_t address_object(uint64_t address)
{
    return (uint32_t)(address >> 32);
}
static inline uint32_t address_offset(uint64_t address)
{
    return (uint32_t)address;
}
static inline bool address_shared(uint64_t address)
{
    return (address >> 32) >= OBJECT_SHARED && (address >> 32) < OBJECT_STACK;
}

/* The live object with that id, NULL if there is none. */
struct object *memory_find(struct task *t, uint32_t id);

/* The object that holds bytes address..address+n, or NULL: then the task has crashed. */
struct object *memory_check(struct task *t, uint64_t address, uint64_t n, bool write);

/* The same question asked by the kernel: it never crashes. */
enum kmemory memory_probe(struct task *t, uint64_t address, uint64_t n, bool write);

/* n = 1..8 bytes, little endian. False: the task has crashed. */
bool memory_load(struct task *t, uint64_t address, unsigned n, uint64_t *value);
bool memory_store(struct task *t, uint64_t address, unsigned n, uint64_t value);
bool memory_write(struct task *t, uint64_t address, const void *bytes, uint64_t n);
bool memory_move(struct task *t, uint64_t to, uint64_t from, uint64_t n);
bool memory_set(struct task *t, uint64_t address, unsigned char byte, uint64_t n);

/* object.c: inside an object; bounds were checked. */
void object_read(struct task *t, struct object *o, uint64_t offset, void *bytes, uint64_t n);
void object_write(struct task *t, struct object *o, uint64_t offset, const void *bytes, uint64_t n);
void object_clear(struct task *t, struct object *o);
void object_zero(struct task *t, struct object *o, uint64_t offset, uint64_t n);
/* Makes the chunks of an object that was not looked at yet. */
void object_load(struct task *t, struct object *o);
/* The bytes of chunk i of a loaded object, to write to. */
unsigned char *object_own(struct task *t, struct object *o, size_t i);
static inline size_t object_chunks(const struct object *o)
{
    return (size_t)((o->size + CHUNK_BYTES - 1) / CHUNK_BYTES);
}
static inline size_t chunk_size(const struct object *o, size_t i)
{
    uint64_t rest = o->size - (uint64_t)i * CHUNK_BYTES;
    return rest < CHUNK_BYTES ? (size_t)rest : CHUNK_BYTES;
}

/* All bytes zero, not in any table yet. */
struct object *object_create(struct task *t, uint32_t id, uint64_t size);
void object_destroy(struct task *t, struct object *o);

extern const unsigned char memory_zeros[CHUNK_BYTES];

#endif
