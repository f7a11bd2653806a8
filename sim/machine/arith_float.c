/* Floating point: see arith.h. The host's IEEE arithmetic, one operation at a time; NaNs are made canonical, as their
 * payloads differ between machines. */
#include <math.h>
#include <string.h>

#include "machine/arith.h"

static double as_double(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint64_t of_double(double v)
{
    uint64_t bits;
    if (isnan(v))
        return UINT64_C(0x7ff8000000000000);
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static float as_float(uint64_t bits)
{
    uint32_t half = (uint32_t)bits;
    float v;
    memcpy(&v, &half, sizeof v);
    return v;
}

static uint64_t of_float(float v)
{
    uint32_t bits;
    if (isnan(v))
        return 0x7fc00000;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

/* Every float is a double, so comparisons and exact operations go through double. */
static double value_of(uint64_t bits, int64_t width)
{
    return width == 32 ? (double)as_float(bits) : as_double(bits);
}
static uint64_t bits_of(double v, unsigned width)
{
    return width == 32 ? of_float((float)v) : of_double(v);
}

/* For + - * / and sqrt, rounding to double and then to float is the same as rounding once to float (Figueroa 1995). */
static double binary(unsigned op, double a, double b)
{
    switch (op) {
    case CODE_FADD:
        return a + b;
    case CODE_FSUB:
        return a - b;
    case CODE_FMUL:
        return a * b;
    case CODE_FDIV:
        return a / b;
    default:
        return fmod(a, b);
    }
}

/* LLVMRealPredicate: one bit each for equal, greater, less, unordered. */
static bool compare(int64_t predicate, double a, double b)
{
    int64_t bit = isnan(a) || isnan(b) ? 8 : a == b ? 1 : a > b ? 2 : 4;
    return (predicate & bit) != 0;
}

/* What does not fit becomes the smallest number of 32 or 64 bits, as on x86-64; in C it is undefined. */
static uint64_t to_signed(double v, unsigned w)
{
    if (w <= 32) {
        bool fits = v > -2147483649.0 && v < 2147483648.0;
        return arith_cut(fits ? (uint64_t)(int64_t)v : UINT64_C(0x80000000), w);
    }
    bool fits = v >= -9223372036854775808.0 && v < 9223372036854775808.0;
    return arith_cut(fits ? (uint64_t)(int64_t)v : UINT64_C(1) << 63, w);
}

static uint64_t to_unsigned(double v, unsigned w)
{
    if (v >= 9223372036854775808.0 && v < 18446744073709551616.0)
        return arith_cut((uint64_t)v, w);
    return arith_cut(to_signed(v, 64), w);
}

static uint64_t from_integer(uint64_t v, bool negative, unsigned w)
{
    if (w == 32) { /* directly: rounding by way of double would round twice */
        float f = (float)v;
        return of_float(negative ? -f : f);
    }
    double d = (double)v;
    return of_double(negative ? -d : d);
}

static double math(int64_t function, double a, double b, double c, unsigned w)
{
    switch ((enum code_fmath)function) {
    case FMATH_SQRT:
        return sqrt(a);
    case FMATH_FLOOR:
        return floor(a);
    case FMATH_CEIL:
        return ceil(a);
    case FMATH_TRUNC:
        return trunc(a);
    case FMATH_ROUND:
        return round(a);
    case FMATH_RINT:
        return rint(a);
    case FMATH_FMA:
        return w == 32 ? (double)fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
    case FMATH_MIN:
        return fmin(a, b);
    case FMATH_MAX:
        return fmax(a, b);
    case FMATH_COPYSIGN:
        return copysign(a, b);
    }
    return NAN;
}

uint64_t arith_float(const struct code_inst *i, uint64_t a, uint64_t b, uint64_t c)
{
    unsigned w = i->w;
    uint64_t sign = UINT64_C(1) << (w - 1);
    switch (i->op) {
    case CODE_FNEG:
        return a ^ sign;
    case CODE_FABS:
        return a & ~sign;
    case CODE_FCMP:
        return compare(i->imm, value_of(a, w), value_of(b, w));
    case CODE_FPTOSI:
        return to_signed(value_of(a, i->imm), w);
    case CODE_FPTOUI:
        return to_unsigned(value_of(a, i->imm), w);
    case CODE_SITOFP: {
        uint64_t v = arith_extend(a, (unsigned)i->imm);
        return v >> 63 ? from_integer(0 - v, true, w) : from_integer(v, false, w);
    }
    case CODE_UITOFP:
        return from_integer(a, false, w);
    case CODE_FPCAST:
        return bits_of(value_of(a, i->imm), w);
    case CODE_FMATH:
        return bits_of(math(i->imm, value_of(a, w), value_of(b, w), value_of(c, w), w), w);
    default:
        return bits_of(binary(i->op, value_of(a, w), value_of(b, w)), w);
    }
}
