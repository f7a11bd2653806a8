/* Integer arithmetic at every width from 1 to 64 bits against 128-bit numbers of the host, which never overflow here;
 * floating point against the host's own operators. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "machine/arith.h"

__extension__ typedef __int128 wide;

/* Values at which something happens, cut to the width. */
static const uint64_t edges[] = {0,
                                 1,
                                 2,
                                 3,
                                 5,
                                 7,
                                 100,
                                 0x7e,
                                 0x7f,
                                 0x80,
                                 0x81,
                                 0xff,
                                 0x7fff,
                                 0x8000,
                                 0xffff,
                                 0x7fffffff,
                                 0x80000000,
                                 0xffffffff,
                                 0x123456789abcdef0,
                                 0x7fffffffffffffff,
                                 0x8000000000000000,
                                 0x8000000000000001,
                                 0xfffffffffffffffe,
                                 0xffffffffffffffff};
enum { EDGES = sizeof edges / sizeof *edges };

static wide power(unsigned w)
{
    return (wide)1 << w;
}
static wide signed_of(uint64_t v, unsigned w)
{
    return (v >> (w - 1)) & 1 ? (wide)v - power(w) : (wide)v;
}
static uint64_t cut_of(wide v, unsigned w)
{
    wide m = v % power(w);
    return (uint64_t)(m < 0 ? m + power(w) : m);
}
static bool fits(wide v, unsigned w)
{
    return v >= -power(w - 1) && v < power(w - 1);
}

static uint64_t bits(enum code_op op, unsigned w, int64_t imm, uint64_t a, uint64_t b, uint64_t c, uint64_t *second)
{
    struct code_inst i = {.op = (uint8_t)op, .w = (uint8_t)w, .imm = imm};
    uint64_t d[2] = {0, 0};
    arith_bits(&i, a, b, c, d);
    if (second)
        *second = d[1];
    return d[0];
}

static void check_pair(unsigned w, uint64_t a, uint64_t b)
{
    wide sa = signed_of(a, w), sb = signed_of(b, w), ua = (wide)a, ub = (wide)b;
    uint64_t over;
    cr_assert_eq(arith_order(a, w) < arith_order(b, w), sa < sb);
    cr_assert_eq(bits(CODE_SMAX, w, 0, a, b, 0, NULL), sa > sb ? a : b);
    cr_assert_eq(bits(CODE_SMIN, w, 0, a, b, 0, NULL), sa < sb ? a : b);
    cr_assert_eq(bits(CODE_UMAX, w, 0, a, b, 0, NULL), a > b ? a : b);
    cr_assert_eq(bits(CODE_UMIN, w, 0, a, b, 0, NULL), a < b ? a : b);
    cr_assert_eq(bits(CODE_OVERFLOW, w, 0, a, b, 0, &over), cut_of(sa + sb, w));
    cr_assert_eq(over, !fits(sa + sb, w));
    cr_assert_eq(bits(CODE_OVERFLOW, w, 1, a, b, 0, &over), cut_of(ua + ub, w));
    cr_assert_eq(over, ua + ub >= power(w));
    cr_assert_eq(bits(CODE_OVERFLOW, w, 2, a, b, 0, &over), cut_of(sa - sb, w));
    cr_assert_eq(over, !fits(sa - sb, w));
    cr_assert_eq(bits(CODE_OVERFLOW, w, 3, a, b, 0, &over), cut_of(ua - ub, w));
    cr_assert_eq(over, ua < ub);
    cr_assert_eq(bits(CODE_OVERFLOW, w, 4, a, b, 0, &over), cut_of(sa * sb, w));
    cr_assert_eq(over, !fits(sa * sb, w), "smul %u bits %llx %llx", w, (unsigned long long)a, (unsigned long long)b);
    if (ua < power(63) || ub < power(63)) /* or else the reference itself overflows */
        cr_assert_eq(bits(CODE_OVERFLOW, w, 5, a, b, 0, &over), cut_of(ua * ub, w));
    if (ua < power(63) || ub < power(63))
        cr_assert_eq(over, ua * ub >= power(w));
    if (!b || (sb == -1 && sa == -power(w - 1)))
        return; /* crashes: test_fault.c */
    const struct {
        enum code_op op;
        wide expected;
    } divisions[] = {{CODE_UDIV, ua / ub}, {CODE_UREM, ua % ub}, {CODE_SDIV, sa / sb}, {CODE_SREM, sa % sb}};
    for (unsigned n = 0; n < 4; n++) {
        struct code_inst i = {.op = (uint8_t)divisions[n].op, .w = (uint8_t)w};
        uint64_t d = 99;
        cr_assert(arith_divide(NULL, &i, a, b, &d));
        cr_assert_eq(d, cut_of(divisions[n].expected, w));
    }
}

static void check_one(unsigned w, uint64_t a)
{
    wide sa = signed_of(a, w);
    cr_assert_eq(arith_cut(a, w), a);
    cr_assert_eq(arith_extend(a, w), cut_of(sa, 64));
    cr_assert_eq(bits(CODE_ABS, w, 0, a, 0, 0, NULL), cut_of(sa < 0 ? -sa : sa, w));
    unsigned ones = 0, leading = w, trailing = w;
    uint64_t reversed = 0;
    for (unsigned n = 0; n < w; n++) {
        if (!(a >> n & 1))
            continue;
        ones++;
        leading = w - 1 - n;
        trailing = trailing < n ? trailing : n;
        reversed |= UINT64_C(1) << (w - 1 - n);
    }
    cr_assert_eq(bits(CODE_CTPOP, w, 0, a, 0, 0, NULL), ones);
    cr_assert_eq(bits(CODE_CTLZ, w, 0, a, 0, 0, NULL), leading);
    cr_assert_eq(bits(CODE_CTTZ, w, 0, a, 0, 0, NULL), trailing);
    cr_assert_eq(bits(CODE_BITREVERSE, w, 0, a, 0, 0, NULL), reversed);
    for (unsigned n = 0; n < 70; n++) {
        wide shifted = n >= w ? (sa < 0 ? -1 : 0) : sa >> n; /* gcc and clang shift arithmetically */
        cr_assert_eq(arith_shift_right_signed(a, n, w), cut_of(shifted, w));
        uint64_t b = arith_cut(0x5a5a5a5a5a5a5a5a, w);
        unsigned by = n % w;
        cr_assert_eq(bits(CODE_FSHL, w, 0, a, b, n, NULL), by ? arith_cut(a << by | b >> (w - by), w) : a);
        cr_assert_eq(bits(CODE_FSHL, w, 1, a, b, n, NULL), by ? arith_cut(b >> by | a << (w - by), w) : b);
    }
}

Test(arith, integers_of_every_width)
{
    for (unsigned w = 1; w <= 64; w++)
        for (unsigned i = 0; i < EDGES; i++) {
            check_one(w, arith_cut(edges[i], w));
            for (unsigned j = 0; j < EDGES; j++)
                check_pair(w, arith_cut(edges[i], w), arith_cut(edges[j], w));
        }
}

Test(arith, bytes_are_reversed)
{
    cr_expect_eq(bits(CODE_BSWAP, 16, 0, 0x1234, 0, 0, NULL), 0x3412);
    cr_expect_eq(bits(CODE_BSWAP, 32, 0, 0x12345678, 0, 0, NULL), 0x78563412);
    cr_expect_eq(bits(CODE_BSWAP, 64, 0, 0x0102030405060708, 0, 0, NULL), 0x0807060504030201);
}

/* By LLVMAtomicRMWBinOp: xchg add sub and nand or xor max min umax umin. */
Test(arith, atomic_operations)
{
    static const uint64_t expected[] = {0x05, 0x85, 0x7b, 0x00, 0xff, 0x85, 0x85, 0x05, 0x80, 0x80, 0x05};
    for (unsigned op = 0; op < sizeof expected / sizeof *expected; op++)
        cr_expect_eq(arith_rmw(op, 0x80, 0x05, 8), expected[op], "operation %u", op);
}

static uint64_t of_double(double v)
{
    uint64_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

static uint64_t of_float(float v)
{
    uint32_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

static uint64_t run(enum code_op op, unsigned w, int64_t imm, uint64_t a, uint64_t b)
{
    struct code_inst i = {.op = (uint8_t)op, .w = (uint8_t)w, .imm = imm};
    return arith_float(&i, a, b, 0);
}

static const double doubles[] = {0.0, -0.0, 1.0,    -1.0,  0.1,     1.5,      2.5,      -2.5,
                                 3e9, -3e9, 1e-310, 1e300, DBL_MAX, INFINITY, -INFINITY};
enum { DOUBLES = sizeof doubles / sizeof *doubles };

static bool same(uint64_t bits_got, double expected)
{
    return isnan(expected) ? bits_got == UINT64_C(0x7ff8000000000000) : bits_got == of_double(expected);
}

Test(arith, doubles_as_the_host_does)
{
    for (unsigned i = 0; i < DOUBLES; i++)
        for (unsigned j = 0; j < DOUBLES; j++) {
            double a = doubles[i], b = doubles[j];
            uint64_t x = of_double(a), y = of_double(b);
            cr_assert(same(run(CODE_FADD, 64, 0, x, y), a + b));
            cr_assert(same(run(CODE_FSUB, 64, 0, x, y), a - b));
            cr_assert(same(run(CODE_FMUL, 64, 0, x, y), a * b));
            cr_assert(same(run(CODE_FREM, 64, 0, x, y), fmod(a, b)));
            volatile double zero = b; /* gcc would fold, and UBSan complain of, a plain division */
            if (b != 0)
                cr_assert(same(run(CODE_FDIV, 64, 0, x, y), a / zero));
            cr_assert_eq(run(CODE_FCMP, 64, 1, x, y), a == b);
            cr_assert_eq(run(CODE_FCMP, 64, 2, x, y), a > b);
            cr_assert_eq(run(CODE_FCMP, 64, 3, x, y), a >= b);
            cr_assert_eq(run(CODE_FCMP, 64, 4, x, y), a < b);
            cr_assert_eq(run(CODE_FCMP, 64, 5, x, y), a <= b);
            cr_assert_eq(run(CODE_FCMP, 64, 14, x, y), a != b);
        }
    uint64_t nan = run(CODE_FDIV, 64, 0, of_double(0.0), of_double(0.0));
    cr_expect_eq(nan, UINT64_C(0x7ff8000000000000));
    cr_expect_eq(run(CODE_FDIV, 64, 0, of_double(1.0), of_double(-0.0)), of_double(-INFINITY));
    for (int64_t predicate = 0; predicate < 16; predicate++)
        cr_expect_eq(run(CODE_FCMP, 64, predicate, nan, of_double(1.0)), (uint64_t)(predicate >> 3));
}

Test(arith, floats_as_the_host_does)
{
    static const float floats[] = {0.0F, 1.0F, 0.1F, 3.3F, 16777216.0F, 1e-40F, 3e38F, -7.7F};
    for (unsigned i = 0; i < 8; i++)
        for (unsigned j = 0; j < 8; j++) {
            volatile float a = floats[i], b = floats[j];
            cr_assert_eq(run(CODE_FADD, 32, 0, of_float(a), of_float(b)), of_float(a + b));
            cr_assert_eq(run(CODE_FMUL, 32, 0, of_float(a), of_float(b)), of_float(a * b));
            if (b != 0)
                cr_assert_eq(run(CODE_FDIV, 32, 0, of_float(a), of_float(b)), of_float(a / b));
        }
    cr_expect_eq(run(CODE_FPCAST, 64, 32, of_float(0.1F), 0), of_double((double)0.1F));
    cr_expect_eq(run(CODE_FPCAST, 32, 64, of_double(0.1), 0), of_float(0.1F));
    cr_expect_eq(run(CODE_FNEG, 32, 0, of_float(0.0F), 0), of_float(-0.0F));
    cr_expect_eq(run(CODE_FABS, 64, 0, of_double(-2.0), 0), of_double(2.0));
}

Test(arith, conversions_between_integers_and_floats)
{
    cr_expect_eq(run(CODE_FPTOSI, 32, 64, of_double(-3.99), 0), 0xfffffffd);
    cr_expect_eq(run(CODE_FPTOSI, 64, 64, of_double(-3e15), 0), (uint64_t)-3000000000000000);
    cr_expect_eq(run(CODE_FPTOSI, 8, 32, of_float(-5.0F), 0), 0xfb);
    cr_expect_eq(run(CODE_FPTOUI, 32, 64, of_double(4e9), 0), 4000000000);
    cr_expect_eq(run(CODE_FPTOUI, 64, 64, of_double(18e18), 0), 18000000000000000000U);
    cr_expect_eq(run(CODE_SITOFP, 64, 32, 0xffffffff, 0), of_double(-1.0));
    cr_expect_eq(run(CODE_UITOFP, 64, 32, 0xffffffff, 0), of_double(4294967295.0));
    cr_expect_eq(run(CODE_SITOFP, 64, 64, UINT64_C(1) << 63, 0), of_double(-0x1p63));
    cr_expect_eq(run(CODE_UITOFP, 32, 64, 0xffffff7fffffffff, 0), of_float((float)0xffffff7fffffffff));
    /* What does not fit has one result, always. */
    cr_expect_eq(run(CODE_FPTOSI, 32, 64, of_double(1e10), 0), 0x80000000);
    cr_expect_eq(run(CODE_FPTOSI, 64, 64, of_double(NAN), 0), UINT64_C(1) << 63);
}
