/* The registry of slots: which place of the state vector holds which object.
 *
 * An object has a canonical name, (kind, owner, index), that does not depend on the order of independent steps (for
 * instance: the second pipe made by process 3). The first time a name is met it gets the next free slot, for the whole
 * run; two states that hold the same objects are therefore the same vector. A slot whose component id is 0 holds
 * nothing: the object does not exist in that state.
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stdint.h>

struct slot_name {
    uint32_t kind;  /* an enum of the kernel; opaque here */
    uint32_t owner; /* a process, or another slot */
    uint64_t index;
};

struct slots;

struct slots *slots_create(void);
void slots_destroy(struct slots *s);

/* The slot of a name, registered now if it is new. */
uint32_t slots_find(struct slots *s, struct slot_name name);
struct slot_name slots_name(const struct slots *s, uint32_t slot);
uint64_t slots_digest(const struct slots *s); /* as intern_digest */
uint32_t slots_count(const struct slots *s);

#endif
