/* The heap: objects OBJECT_HEAP + number. A number is used again only when nothing points to its last block any more,
 * so that a use after free is always seen, and equal situations have equal addresses. */
#ifndef MACHINE_HEAP_H
#define MACHINE_HEAP_H

#include "machine/task.h"

/* The address of a fresh block of zeros; 0: out of memory (errno is set; a limit of the simulation is noted). */
uint64_t heap_allocate(struct task *t, uint64_t size);
/* The block that starts at the address, NULL if none does. */
struct object *heap_block(struct task *t, uint64_t address);
void heap_release(struct task *t, struct object *o);

#endif
