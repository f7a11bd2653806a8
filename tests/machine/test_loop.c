/* Local code that can never end is found, whatever it does meanwhile; code that ends is never accused. */
#include <criterion/criterion.h>

#include "machine/sim.h"

static const struct row {
    const char *name;
    const char *text; /* the loop that is at fault, if any, is on line 3 */
    uint32_t trouble;
} rows[] = {
    {"empty loop", "int main(void) {\n int n = 0; (void)n;\n for (;;) n = 1;\n}", TROUBLE_ENDLESS},
    {"waits for a private flag", "static volatile int flag;\nint main(void) {\n while (!flag) ;\n}", TROUBLE_ENDLESS},
    {"counter wraps", "static unsigned char c;\nint main(void) {\n for (;;) c++;\n}", TROUBLE_ENDLESS},
    {"register wraps", "int main(void) {\n unsigned short i = 0;\n for (;;) i = (unsigned short)(i * 3 + 1);\n}",
     TROUBLE_ENDLESS},
    {"after a long walk", "static int a[3000], i;\nint main(void) {\n for (;;) { a[i] = i; if (i < 2999) i++; }\n}",
     TROUBLE_ENDLESS},
    {"calls and the heap",
     "#include <stdlib.h>\nint main(void) {\n for (;;) { char *p = malloc(9); p[3] = 1; free(p); }\n}",
     TROUBLE_ENDLESS},
    {"strings",
     "#include <string.h>\nint main(void) {\n for (;;) { char b[20]; strcpy(b, \"hello\"); strcat(b, \"x\"); }\n}",
     TROUBLE_ENDLESS},
    {"errno and a buffer",
     "#include <stdio.h>\nint main(void) { static char b[3000]; int i = 0;\n for (;;) i = snprintf(b, 3000, \"%d\", i "
     "% 9);\n}",
     TROUBLE_ENDLESS},
    {"a big array",
     "#include <string.h>\nstatic char b[200000];int main(void) {\n for (int i = 0;; i ^= 1) memset(b, i, 200000);\n}",
     TROUBLE_ENDLESS},
    {"variable arguments",
     "#include <stdarg.h>\nstatic int f(int n, ...) { va_list a; va_start(a, n); n = va_arg(a, int); va_end(a); return "
     "n; }\n"
     "int main(void) { for (int i = 1;;) i = f(1, i); }\n",
     TROUBLE_ENDLESS},
    {"ends after 1,000,000 rounds",
     "int main(void) {\n volatile int n = 0;\n for (int i = 0; i < 1000000; i++) n++;\n}", TROUBLE_NONE},
    {"ends, with all its state in memory",
     "static struct { int i, n; } s;\nint main(void) {\n while (s.i < 300000) s.i++;\n}", TROUBLE_NONE},
    {"ends, a sieve",
     "static char c[50000];\nint main(void) {\n for (int i = 2; i < 50000; i++)"
     " for (int j = 2 * i; j < 50000; j += i) c[j] = 1;\n}",
     TROUBLE_NONE},
    {"ends, a list",
     "#include <stdlib.h>\nstruct n { struct n *next; }; int main(void) { struct n *l = 0;\n"
     " for (int i = 0; i < 30000; i++) { struct n *n = malloc(8); n->next = l; l = n; }\n}",
     TROUBLE_NONE},
    {"takes too long", "int main(void) {\n unsigned long n = 0;\n for (;;) n++;\n}", TROUBLE_LIMIT},
    {"recursion that takes too long",
     "static int f(int n) { return n ?\n f(n - 1) +\n f(n - 1) : 1; }\nint main(void) { return f(60); }",
     TROUBLE_LIMIT},
};

Test(loop, found_or_not, .timeout = 60)
{
    const struct machine_options options = {.local_steps_max = 10000000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct program *p = sim_compile_text(rows[i].text);
        cr_assert_not_null(p);
        struct sim s;
        sim_begin(&s, p, &options);
        const struct machine_pending *pending = sim_pending(&s, 0);
        cr_expect_eq(pending->trouble, rows[i].trouble, "%s: %u", rows[i].name, pending->trouble);
        if (rows[i].trouble == TROUBLE_NONE)
            cr_expect_eq(pending->call.number, KCALL_EXIT);
        if (rows[i].trouble == TROUBLE_ENDLESS)
            cr_expect_eq(sim_line(&s, 0), 3, "%s: line %u", rows[i].name, sim_line(&s, 0));
        sim_end(&s);
        program_destroy(p);
    }
}
