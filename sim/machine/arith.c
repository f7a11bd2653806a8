/* Integers: see arith.h. Signed values are handled as sign and magnitude, so that nothing overflows on the host. */
#include "machine/arith.h"

#include <signal.h>

#include "machine/fault.h"

static uint64_t magnitude(uint64_t v, unsigned w)
{
    return arith_negative(v, w) ? arith_cut(0 - v, w) : v;
}

bool arith_divide(struct task *t, const struct code_inst *i, uint64_t a, uint64_t b, uint64_t *d)
{
    unsigned w = i->w;
    bool remainder = i->op == CODE_UREM || i->op == CODE_SREM;
    if (!b) {
        task_fault(t, (struct machine_fault){SIGFPE, FPE_INTDIV, 0}, "division by zero");
        return false;
    }
    if (i->op == CODE_UDIV || i->op == CODE_UREM) {
        *d = remainder ? a % b : a / b;
        return true;
    }
    if (b == arith_cut(UINT64_MAX, w) && a == UINT64_C(1) << (w - 1)) {
        task_fault(t, (struct machine_fault){SIGFPE, FPE_INTDIV, 0}, "overflow: the smallest number divided by -1");
        return false;
    }
    uint64_t x = magnitude(a, w), y = magnitude(b, w), value = remainder ? x % y : x / y;
    bool negative = remainder ? arith_negative(a, w) : arith_negative(a, w) != arith_negative(b, w);
    *d = arith_cut(negative ? 0 - value : value, w);
    return true;
}

static unsigned count_ones(uint64_t v)
{
    unsigned n = 0;
    for (; v; v &= v - 1)
        n++;
    return n;
}

static unsigned leading_zeros(uint64_t v, unsigned w)
{
    unsigned n = 0;
    while (n < w && !(v >> (w - 1 - n) & 1))
        n++;
    return n;
}

static unsigned trailing_zeros(uint64_t v, unsigned w)
{
    unsigned n = 0;
    while (n < w && !(v >> n & 1))
        n++;
    return n;
}

static uint64_t reverse_bits(uint64_t v, unsigned w)
{
    uint64_t r = 0;
    for (unsigned n = 0; n < w; n++)
        r |= (v >> n & 1) << (w - 1 - n);
    return r;
}

static uint64_t reverse_bytes(uint64_t v, unsigned w)
{
    uint64_t r = 0;
    for (unsigned n = 0; n < w; n += 8)
        r |= (v >> n & 0xff) << (w - 8 - n);
    return r;
}

/* Whether the product of two unsigned numbers needs more than w bits. */
static bool product_overflows(uint64_t a, uint64_t b, unsigned w)
{
    return a && b > arith_cut(UINT64_MAX, w) / a;
}

/* imm: 0 sadd 1 uadd 2 ssub 3 usub 4 smul 5 umul. */
static void overflow(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t *d)
{
    unsigned w = i->w;
    bool sa = arith_negative(a, w), sb = arith_negative(b, w), sd, over = false;
    uint64_t limit = UINT64_C(1) << (w - 1);
    switch (i->imm) {
    case 0:
    case 1:
        d[0] = arith_cut(a + b, w);
        sd = arith_negative(d[0], w);
        over = i->imm ? d[0] < a : sa == sb && sd != sa;
        break;
    case 2:
    case 3:
        d[0] = arith_cut(a - b, w);
        sd = arith_negative(d[0], w);
        over = i->imm == 3 ? a < b : sa != sb && sd != sa;
        break;
    case 4: {
        uint64_t x = magnitude(a, w), y = magnitude(b, w);
        d[0] = arith_cut(a * b, w);
        over = product_overflows(x, y, w) || (sa != sb ? x * y > limit : x * y >= limit);
        break;
    }
    default:
        d[0] = arith_cut(a * b, w);
        over = product_overflows(a, b, w);
        break;
    }
    d[1] = over;
}

/* The high (imm 0) or low (imm 1, fshr) w bits of the double-width number a:b, shifted. */
static uint64_t funnel(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t c)
{
    unsigned w = i->w, n = (unsigned)(c % w);
    if (i->imm == 0)
        return n ? arith_cut(a << n | b >> (w - n), w) : a;
    return n ? arith_cut(b >> n | a << (w - n), w) : b;
}

void arith_bits(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t c, uint64_t *d)
{
    unsigned w = i->w;
    switch (i->op) {
    case CODE_BSWAP:
        d[0] = reverse_bytes(a, w);
        break;
    case CODE_BITREVERSE:
        d[0] = reverse_bits(a, w);
        break;
    case CODE_CTPOP:
        d[0] = count_ones(a);
        break;
    case CODE_CTLZ:
        d[0] = leading_zeros(a, w);
        break;
    case CODE_CTTZ:
        d[0] = trailing_zeros(a, w);
        break;
    case CODE_SMAX:
        d[0] = arith_order(a, w) >= arith_order(b, w) ? a : b;
        break;
    case CODE_SMIN:
        d[0] = arith_order(a, w) <= arith_order(b, w) ? a : b;
        break;
    case CODE_UMAX:
        d[0] = a >= b ? a : b;
        break;
    case CODE_UMIN:
        d[0] = a <= b ? a : b;
        break;
    case CODE_ABS:
        d[0] = magnitude(a, w);
        break;
    case CODE_FSHL:
        d[0] = funnel(i, a, b, c);
        break;
    default:
        overflow(i, a, b, d);
        break;
    }
}

uint64_t arith_rmw(unsigned operation, uint64_t old, uint64_t operand, unsigned w)
{
    enum { XCHG, ADD, SUB, AND, NAND, OR, XOR, MAX, MIN, UMAX, UMIN };
    switch (operation) {
    case ADD:
        return arith_cut(old + operand, w);
    case SUB:
        return arith_cut(old - operand, w);
    case AND:
        return old & operand;
    case NAND:
        return arith_cut(~(old & operand), w);
    case OR:
        return old | operand;
    case XOR:
        return old ^ operand;
    case MAX:
        return arith_order(old, w) >= arith_order(operand, w) ? old : operand;
    case MIN:
        return arith_order(old, w) <= arith_order(operand, w) ? old : operand;
    case UMAX:
        return old >= operand ? old : operand;
    case UMIN:
        return old <= operand ? old : operand;
    default:
        return operand; /* XCHG */
    }
}
