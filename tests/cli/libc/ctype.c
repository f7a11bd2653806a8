/* Character classes, as macros and as functions, over all bytes and EOF. */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>

#define BOTH(name) both(#name, (name), name(c) != 0, c)

static int both(const char *name, int (*function)(int), int by_macro, int c) {
    int by_function = function(c) != 0;
    if (by_function != by_macro)
        printf("%s(%d) differs\n", name, c);
    return by_macro;
}

int main(void) {
    for (int c = EOF; c < 256; c++) {
        int bits = 0;
        bits = bits << 1 | BOTH(isalnum);
        bits = bits << 1 | BOTH(isalpha);
        bits = bits << 1 | BOTH(isblank);
        bits = bits << 1 | BOTH(iscntrl);
        bits = bits << 1 | BOTH(isdigit);
        bits = bits << 1 | BOTH(isgraph);
        bits = bits << 1 | BOTH(islower);
        bits = bits << 1 | BOTH(isprint);
        bits = bits << 1 | BOTH(ispunct);
        bits = bits << 1 | BOTH(isspace);
        bits = bits << 1 | BOTH(isupper);
        bits = bits << 1 | BOTH(isxdigit);
        if (c < 128)
            printf("%d: %03x %d %d%s", c, bits, toupper(c), tolower(c), c % 4 == 3 ? "\n" : "  ");
        else
            assert(bits == 0 && toupper(c) == c && tolower(c) == c);
    }
    return 0;
}
