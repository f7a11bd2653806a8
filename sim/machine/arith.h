/* Arithmetic on registers: integers of w bits, zero-extended; floats as bit patterns. Defined for every input. */
#ifndef MACHINE_ARITH_H
#define MACHINE_ARITH_H

#include <stdbool.h>
#include <stdint.h>

#include "program/code.h"

struct task;

static inline uint64_t arith_cut(uint64_t v, unsigned w)
{
    return w >= 64 ? v : v & ((UINT64_C(1) << w) - 1);
}

/* Sign-extends w bits to 64. */
static inline uint64_t arith_extend(uint64_t v, unsigned w)
{
    uint64_t sign = UINT64_C(1) << (w - 1);
    return (arith_cut(v, w) ^ sign) - sign;
}

static inline bool arith_negative(uint64_t v, unsigned w)
{
    return v >> (w - 1) & 1;
}

/* Order of signed numbers as an order of unsigned ones. */
static inline uint64_t arith_order(uint64_t v, unsigned w)
{
    return v ^ UINT64_C(1) << (w - 1);
}

static inline uint64_t arith_shift_right_signed(uint64_t a, uint64_t n, unsigned w)
{
    uint64_t v = arith_extend(a, w);
    if (n > 63)
        n = 63;
    uint64_t filled = n && v >> 63 ? ~(UINT64_MAX >> n) : 0;
    return arith_cut(v >> n | filled, w);
}

/* UDIV, SDIV, UREM, SREM. False: the task has crashed. */
bool arith_divide(struct task *t, const struct code_inst *i, uint64_t a, uint64_t b, uint64_t *d);
/* The bit-counting, minimum, overflow and funnel-shift instructions; d[1] is written by OVERFLOW only. */
void arith_bits(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t c, uint64_t *d);
/* The new value of ATOMIC_RMW; operation is an LLVMAtomicRMWBinOp. */
uint64_t arith_rmw(unsigned operation, uint64_t old, uint64_t operand, unsigned w);
/* All F ops and conversions. */
uint64_t arith_float(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t c);

#endif
