/*
 * Pseudo-random numbers. They are the same in each run, as the seed is; the sequence is not glibc's, which would keep
 * 124 bytes more in every state.
 */
#include "libc.h"

#include <stdint.h>
#include <stdlib.h>

/* Donald Knuth's MMIX generator; the upper bits are the good ones. */
static int next(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)(*state >> 33);
}

static uint64_t state = 1;

LIBC int rand(void) {
    return next(&state);
}

LIBC void srand(unsigned seed) {
    state = seed;
}

LIBC long random(void) {
    return next(&state);
}

LIBC void srandom(unsigned seed) {
    state = seed;
}

/* The caller's 32 bits are all the state there is, so that they are stirred before they are used. */
LIBC int rand_r(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    uint64_t stirred = *seed * UINT64_C(0x9e3779b97f4a7c15);
    return (int)(stirred >> 33);
}

/* The family of drand48: a generator of 48 bits that POSIX prescribes. */
enum { START48 = 0x330e };
static uint64_t state48 = UINT64_C(0x1234abcd) << 16 | START48;

static uint64_t next48(uint64_t *bits) {
    return *bits = (*bits * UINT64_C(0x5deece66d) + 11) & ((UINT64_C(1) << 48) - 1);
}

LIBC void srand48(long seed) {
    state48 = (uint64_t)(uint32_t)seed << 16 | START48;
}

LIBC long lrand48(void) {
    return (long)(next48(&state48) >> 17);
}

LIBC long mrand48(void) {
    return (int32_t)(next48(&state48) >> 16);
}

LIBC double drand48(void) {
    return (double)next48(&state48) / (double)(UINT64_C(1) << 48);
}
