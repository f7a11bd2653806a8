/* The packed form of a local state: what is interned, and back.
 *
 * It begins with a struct image_header, so that what is pending can be read in place. Then words of 32 bits:
 *
 *   interruptions  [not frozen:] the structs as they are
 *   frames    function, pc | FRAME_JUMPS, number of dynamic allocas, number of variable arguments + 1 (0: none);
 *             [not frozen:] live registers (2 words each, as code_live lists them; all if unknown),
 *             dynamic allocas (index, size)
 *   statics   index, content              only those that differ from their initial bytes
 *   heap      number, size | mapping << 31, content
 *   stack     id, content                 only those that are not all zero
 *   stale     object, begin, end, source  see stale.h
 *
 * Each by ascending id. Content: the bytes themselves, padded with zeros to a word, up to INLINE_BYTES; above, the id
 * of a chunk, or of a list of chunk ids (up to GROUP_CHUNKS), or of a list of ids of such lists. Id 0: all zero.
 *
 * Invariants: (1) every byte is defined and a function of the situation, not of how it came about; (2) dead values
 * are not in it; (3) unpacked objects may point into it, as interned bytes never move.
 */
#ifndef MACHINE_IMAGE_H
#define MACHINE_IMAGE_H

#include "machine/task.h"

#define FRAME_JUMPS (UINT32_C(1) << 31)

struct image_header {
    struct machine_pending pending; /* first: machine_pending points at it */
    uint32_t idle;
    uint32_t frozen;
    uint32_t frames, statics, heap, stack, stale; /* numbers of records */
    uint32_t interruptions, handlers;
    uint32_t image;
};

_Static_assert(sizeof(struct machine_pending) == 96, "its padding is none, or bytes that image.c clears");
_Static_assert(sizeof(struct image_header) == sizeof(struct machine_pending) + 40, "no padding");
_Static_assert(sizeof(struct interruption) == 104, "no padding");

/* The interned local state of a task that has settled. */
uint32_t image_pack(struct task *t);
/* The whole of a running task, dead values included, in t->packed: for loop.c. */
void image_snapshot(struct task *t);
/* Fills an empty (reset) task. */
void image_unpack(struct task *t, uint32_t local);

#endif
