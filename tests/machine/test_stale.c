/* Goal: spec/dead-values.md. What a pending call may overwrite is not in the local state, and a program that reads it all
 * the same is found out. Each program makes a choice n of 0 or 1, runs to a call, and goes on although that call wrote
 * nothing. */
#include <criterion/criterion.h>

#include "machine/sim.h"
#include "machine/stale.h"

static const char *const prelude = "#include <impasse.h>\n#include <errno.h>\n#include <stdarg.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
                                   "#include <semaphore.h>\n#include <sys/wait.h>\n#include <unistd.h>\n"
                                   "static int g; static char *p; struct pair { int a, b; };\n"
                                   "static void touch(char *s, int n) { s[0] = (char)n; }\n"
                                   "static int get(int x, ...) { va_list ap; sleep(1); va_start(ap, x);\n"
                                   "    x = va_arg(ap, int); va_end(ap); return x; }\n"
                                   "static int take(va_list ap) { sleep(1); return va_arg(ap, int); }\n"
                                   "static int hand_on(int x, ...) { va_list ap; va_start(ap, x);\n"
                                   "    x = take(ap); va_end(ap); return x; }\n";

static const struct row {
    const char *name;
    const char *body; /* of main, after `int n = impasse_choose(2);` */
    bool same;        /* the states of both choices at the first call */
    bool read;        /* thrown-away bytes are read after it */
} rows[] = {
    {"a local buffer", "char b[4] = {n}; read(0, b, 4); return b[0];", true, true},
    {"a buffer whose address was given away", "char b[4]; touch(b, n); read(0, b, 4); return b[0];", true, true},
    {"a global", "g = n; read(0, &g, sizeof g); return g;", true, true},
    {"the heap", "p = malloc(4); p[0] = (char)n; read(0, p, 4); return p[0];", true, true},
    {"the last byte of a long buffer",
     "p = malloc(5000); p[4999] = (char)n; read(0, p, 5000); return p[4999];", true, true},
    {"the byte behind the buffer", "char b[4]; b[3] = n; touch(b, 0); read(0, b, 3); return b[3];", false, false},
    {"the byte before it", "char b[4]; touch(b, n); read(0, b + 1, 3); return b[0];", false, false},
    {"a status that nobody asks for", "int s = n; wait(&s); return 0;", true, false},
    {"a status", "int s = n; wait(&s); return s;", true, true},
    {"the ends of a pipe", "int e[2] = {n, 0}; pipe(e); return e[0];", true, true},
    {"a call before the one that overwrites", "char b[2] = {n}; sleep(1); read(0, b, 2); return b[0];", true, false},
    {"a call before one that is not always made",
     "char b[2] = {n}; sleep(1); if (g) read(0, b, 2); return b[0];", false, false},
    {"what is written before it is read", "char b[2] = {n}; read(0, b, 2); b[0] = 1; return b[0];", true, false},
    {"a part that is written before the rest is read",
     "char b[2] = {n}; touch(b, n); read(0, b, 2); b[0] = 1; return b[1];", true, true},
    {"a copy", "struct pair x = {n, 0}, y; read(0, &x, 8); y = x; pause(); return y.a;", true, false},
    {"a copy that is read", "struct pair x = {n, 0}, y; read(0, &x, 8); y = x; return y.a;", true, true},
    {"half a copy", "struct pair x = {n, 0}, y; read(0, &x, 8); x.a = 1; y = x; return y.a;", true, false},
    {"a moved block", "p = malloc(4); p[0] = (char)n; read(0, p, 4); p = realloc(p, 9); return p[0];", true, true},
    {"memset", "char b[9] = {n}; touch(b, n); read(0, b, 9); memset(b, 0, 9); return b[8];", true, false},
    {"a buffer of a call that fails at once", "g = n; read(0, &g, 400); return g;", false, false},
    {"errno", "errno = n; pause(); return 0;", true, false},
    {"errno that is asked for", "errno = n; pause(); return errno;", true, true},
    {"variable arguments that are over", "dprintf(9, \"%.0s.\", n ? \"a\" : \"b\"); return 0;", true, false},
    {"variable arguments that are still to be read", "return get(0, n);", false, false},
    {"variable arguments that a callee has still to read", "return hand_on(0, n);", true, true},
    {"errno that is set before", "errno = n; pause(); errno = 0; return errno;", true, false},
};

enum { KEPT_MAX = 4 };

struct pair {
    uint32_t a, b;
};

/* The local states of both choices. */
static struct pair choose(struct sim *s)
{
    const struct koutcome zero = {.kind = KOUT_RETURN}, one = {.kind = KOUT_RETURN, .value = 1};
    cr_assert_eq(sim_pending(s, 0)->call.number, KCALL_CHOOSE);
    return (struct pair){machine_resume(s->machine, s->locals[0], &zero),
                         machine_resume(s->machine, s->locals[0], &one)};
}

static void check(const struct row *row)
{
    vec_char text = {0};
    text_printf(&text, "%sint main(void) { int n = impasse_choose(2); %s }\n", prelude, row->body);
    struct program *p = sim_compile_text(text.items);
    cr_assert_not_null(p);
    struct sim s;
    uint32_t keep[KEPT_MAX];
    struct machine_options options = {.clear = true, .keep = keep};
    const struct koutcome nothing = {.kind = KOUT_RETURN}, on = {.kind = KOUT_CONTINUE, .progress = 1},
                          back = {.kind = KOUT_CONTINUE};
    for (unsigned more = 1; more;) { /* until all that is read is kept: then it is as without clearing */
        const uint32_t *sources;
        sim_begin(&s, p, &options);
        struct pair l = choose(&s);
        if (!options.keep_count)
            cr_expect_eq(l.a == l.b, row->same, "%s", row->name);
        cr_expect_eq(machine_resume(s.machine, machine_resume(s.machine, l.a, &on), &back), l.a, "%s", row->name);
        cr_expect_eq(machine_stale_reads(s.machine, &sources), 0, "%s", row->name);
        machine_resume(s.machine, l.a, &nothing);
        more = machine_stale_reads(s.machine, &sources);
        cr_assert_leq(options.keep_count + more, KEPT_MAX, "%s", row->name);
        for (unsigned i = 0; i < more; i++)
            keep[options.keep_count++] = sources[i];
        cr_expect(more || l.a != l.b || !options.keep_count, "%s", row->name);
        sim_end(&s);
    }
    cr_expect_eq(options.keep_count > 0, row->read, "%s", row->name);
    program_destroy(p);
    VEC_FREE(&text);
}

Test(stale, what_a_call_may_overwrite_is_thrown_away_until_somebody_reads_it)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(&rows[i]);
}

/* Marks against one letter a byte: '.' is fresh, others are the source. */
Test(stale, ranges_agree_with_a_map_of_bytes)
{
    enum { BYTES = 40, OBJECTS = 2 };
    struct layout layout = {.program = NULL};
    struct task t = {.layout = &layout};
    uint32_t map[OBJECTS][BYTES] = {{0}};
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t o = seed >> 63, begin = (uint32_t)(seed >> 40) % BYTES, n = 1 + (uint32_t)(seed >> 50) % (BYTES - begin);
        uint32_t other = seed >> 62 & 1, at = (uint32_t)(seed >> 33) % (BYTES - n + 1);
        if (seed >> 61 & 1) {
            stale_write(&t, o, begin, begin + n);
            memset(&map[o][begin], 0, n * sizeof map[0][0]);
        } else { /* copies from an object that is stale throughout spread marks of two sources */
            struct stale_range whole = {9, 0, BYTES, 1 + (uint32_t)(seed >> 60 & 1)};
            VEC_PUSH(&t.stale, whole);
            stale_copy(&t, o, begin, 9, 0, n);
            for (uint32_t j = 0; j < n; j++)
                map[o][begin + j] = whole.source;
            stale_forget(&t, 9);
            stale_copy(&t, other, at, o, begin, begin + n);
            uint32_t moved[BYTES];
            memcpy(moved, &map[o][begin], n * sizeof *moved);
            memcpy(&map[other][at], moved, n * sizeof *moved);
        }
        size_t r = 0;
        for (uint32_t object = 0; object < OBJECTS; object++)
            for (uint32_t j = 0, from = 0; j < BYTES; j++, from = j) {
                while (map[object][from] && j + 1 < BYTES && map[object][j + 1] == map[object][from])
                    j++;
                if (!map[object][from])
                    continue;
                cr_assert_lt(r, t.stale.count);
                struct stale_range got = t.stale.items[r++];
                cr_assert(got.object == object && got.begin == from && got.end == j + 1 &&
                          got.source == map[object][from]);
            }
        cr_assert_eq(r, t.stale.count);
    }
    VEC_FREE(&t.stale);
}
