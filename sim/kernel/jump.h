/* What a jmp_buf holds here: sim/machine/jump.h. */
#ifndef KERNEL_JUMP_H
#define KERNEL_JUMP_H

#include <stdint.h>

struct jump_buffer {
    uint32_t depth;    /* of the frame that called setjmp, from 1; 0: never set */
    uint32_t function; /* the one that called */
    uint32_t pc;       /* where */
    uint32_t has_mask; /* sigsetjmp was asked to keep the mask */
    uint64_t mask;
};

#endif
