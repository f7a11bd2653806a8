/*
 * Character classes and case in the C locale, as functions and as the tables that glibc's macros index with
 * -128..255. A program that passes anything else reads out of bounds here, as it does in life.
 */
#include "libc.h"

#include <ctype.h>
#include <stdio.h>

/* The classes that go together. */
#define CT _IScntrl
#define WS (_IScntrl | _ISspace)
#define TB (_IScntrl | _ISspace | _ISblank)
#define SP (_ISspace | _ISblank | _ISprint)
#define PU (_ISprint | _ISgraph | _ISpunct)
#define DG (_ISprint | _ISgraph | _ISalnum | _ISdigit | _ISxdigit)
#define UP (_ISprint | _ISgraph | _ISalnum | _ISalpha | _ISupper)
#define UX (UP | _ISxdigit)
#define LO (_ISprint | _ISgraph | _ISalnum | _ISalpha | _ISlower)
#define LX (LO | _ISxdigit)

/* The first index of the tables, which also serve for a signed char. */
enum { FIRST = -128 };

/* clang-format off */
static const unsigned short class_table[384] = {
    [-FIRST] =
    CT, CT, CT, CT, CT, CT, CT, CT, CT, TB, WS, WS, WS, WS, CT, CT,
    CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT, CT,
    SP, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU, PU,
    DG, DG, DG, DG, DG, DG, DG, DG, DG, DG, PU, PU, PU, PU, PU, PU,
    PU, UX, UX, UX, UX, UX, UX, UP, UP, UP, UP, UP, UP, UP, UP, UP,
    UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, PU, PU, PU, PU, PU,
    PU, LX, LX, LX, LX, LX, LX, LO, LO, LO, LO, LO, LO, LO, LO, LO,
    LO, LO, LO, LO, LO, LO, LO, LO, LO, LO, LO, PU, PU, PU, PU, CT,
};
/* clang-format on */

#define STEP4(base) (base), (base) + 1, (base) + 2, (base) + 3
#define STEP16(base) STEP4(base), STEP4((base) + 4), STEP4((base) + 8), STEP4((base) + 12)
#define STEP64(base) STEP16(base), STEP16((base) + 16), STEP16((base) + 32), STEP16((base) + 48)

/* 26 letters that start with the given one. */
#define LETTERS(first) STEP16(first), STEP4((first) + 16), STEP4((first) + 20), (first) + 24, (first) + 25

/* A negative index stands for the same byte as the index 256 above it, but EOF (-1) stays EOF. */
#define NEGATIVE_INDICES                                                                                               \
    STEP64(128), STEP16(192), STEP16(208), STEP16(224), STEP4(240), STEP4(244), STEP4(248), 252, 253, 254, EOF

static const int lower_table[384] = {
    NEGATIVE_INDICES, STEP64(0), 64,  LETTERS('a'), '[', '\\', ']',         '^',         '_', '`',
    LETTERS('a'),     '{',       '|', '}',          '~', 127,  STEP64(128), STEP64(192),
};

static const int upper_table[384] = {
    NEGATIVE_INDICES, STEP64(0), 64,  LETTERS('A'), '[', '\\', ']',         '^',         '_', '`',
    LETTERS('A'),     '{',       '|', '}',          '~', 127,  STEP64(128), STEP64(192),
};

static const unsigned short *const classes = class_table - FIRST;
static const int *const lowers = lower_table - FIRST;
static const int *const uppers = upper_table - FIRST;

LIBC const unsigned short **__ctype_b_loc(void) {
    return (const unsigned short **)&classes;
}

LIBC const int **__ctype_tolower_loc(void) {
    return (const int **)&lowers;
}

LIBC const int **__ctype_toupper_loc(void) {
    return (const int **)&uppers;
}

/* The names stand in brackets because glibc defines them as macros too. */
#define CLASS_FUNCTION(name, bit)                                                                                      \
    LIBC int(name)(int c) {                                                                                            \
        return classes[c] & (unsigned short)(bit);                                                                     \
    }

CLASS_FUNCTION(isalnum, _ISalnum)
CLASS_FUNCTION(isalpha, _ISalpha)
CLASS_FUNCTION(isblank, _ISblank)
CLASS_FUNCTION(iscntrl, _IScntrl)
CLASS_FUNCTION(isdigit, _ISdigit)
CLASS_FUNCTION(isgraph, _ISgraph)
CLASS_FUNCTION(islower, _ISlower)
CLASS_FUNCTION(isprint, _ISprint)
CLASS_FUNCTION(ispunct, _ISpunct)
CLASS_FUNCTION(isspace, _ISspace)
CLASS_FUNCTION(isupper, _ISupper)
CLASS_FUNCTION(isxdigit, _ISxdigit)

LIBC int(isascii)(int c) {
    return c >= 0 && c < 128;
}

LIBC int(toascii)(int c) {
    return c & 127;
}

/* Unlike the classes, the case functions take any int, and leave alone what is no byte. */
LIBC int(tolower)(int c) {
    return c >= FIRST && c < 256 ? lowers[c] : c;
}

LIBC int(toupper)(int c) {
    return c >= FIRST && c < 256 ? uppers[c] : c;
}
