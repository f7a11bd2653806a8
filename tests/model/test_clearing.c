/* Goal: clearing changes no verdict (spec/dead-values.md). Method: small random programs; the situations that can arise
 * (who waits where, in what trouble, what the pipes hold; deadlock, stuck or final) are the same set with and without. */
#include "model/loaded.h"
#include "search/graph.h"

enum { PROGRAMS = 500, STATES_MAX = 30000, KEPT_MAX = 32 };

/* Arguments are scripts, one character an operation: main's first, then its children's. a: a local, g: a global, h: a
 * block of the heap, b: a copy; e: errno. '@' in front of main's: the forks are one atomic section. */
static const char *const player =
    LOADED_PRELUDE "#include <errno.h>\n#include <fcntl.h>\n"
                   "struct four { unsigned char c[4]; };\n"
                   "static int p[2][2];\n"
                   "static struct four g;\n"
                   "static void show(const unsigned char *c) { if (c[0] > 1) write(p[1][1], c, 1); }\n"
                   "static void play(const char *script) {\n"
                   "    struct four a = {{0}}, b = {{0}}, *h = calloc(1, sizeof *h); int status = 0;\n"
                   "    for (const char *s = script; *s; s++)\n"
                   "        switch (*s) {\n"
                   "        case 'r': read(p[0][0], &a, 3); break;\n"
                   "        case 's': read(p[1][0], &g, 2); break;\n"
                   "        case 't': read(p[0][0], h, 4); break;\n"
                   "        case 'u': read(p[1][0], a.c + 1, 1); break;\n"
                   "        case 'n': fcntl(p[1][0], F_SETFL, O_NONBLOCK); break;\n"
                   "        case 'w': write(p[0][1], &a, 1); break;\n"
                   "        case 'v': write(p[1][1], &g, 2); break;\n"
                   "        case 'x': write(p[0][1], h, 1); break;\n"
                   "        case 'y': write(p[1][1], &b, 3); break;\n"
                   "        case 'b': b = a; break;\n"
                   "        case 'B': g = b; break;\n"
                   "        case 'm': *h = a; break;\n"
                   "        case '+': a.c[0] = (a.c[0] + 1) % 3; break;\n"
                   "        case '-': g.c[1] = 1; break;\n"
                   "        case '0': a = (struct four){{0}}; break;\n"
                   "        case 'A': assert(a.c[1] == 0); break;\n"
                   "        case 'G': assert(g.c[0] < 2); break;\n"
                   "        case 'H': assert(h->c[0] == 0); break;\n"
                   "        case 'S': show(b.c); break;\n"
                   "        case 'W': waitpid(-1, &status, WNOHANG); break;\n"
                   "        case 'V': wait(&status); break;\n"
                   "        case 'X': if (status == 256) sched_yield(); break;\n"
                   "        case 'e': if (errno == EAGAIN) sched_yield(); break;\n"
                   "        case 'E': errno = 0; break;\n"
                   "        case 'c': close(p[0][1]); close(p[1][1]); break;\n"
                   "        case 'd': close(99); break;\n"
                   "        case '?': if (impasse_choose(2) && s[1]) s++; break;\n"
                   "        case '*': s = script - 1; break;\n"
                   "        }\n"
                   "}\n"
                   "int main(int argc, char **argv) {\n"
                   "    int atomic = argv[1][0] == '@';\n"
                   "    pipe(p[0]); pipe(p[1]);\n"
                   "    if (atomic) impasse_atomic_begin();\n"
                   "    for (int i = 2; i < argc; i++)\n"
                   "        if (fork() == 0) { play(argv[i]); _exit(i - 2); }\n"
                   "    if (atomic) impasse_atomic_end();\n"
                   "    play(argv[1] + atomic);\n"
                   "    while (wait(NULL) > 0) continue;\n"
                   "    return 0;\n"
                   "}\n";

static struct model *random_scripts(struct loaded *l, uint64_t seed)
{
    static char scripts[3][16];
    static const char LETTERS[] = "rstunwvxybBm+-0AGHSWVXeEcd?rstuwvxy";
    for (unsigned i = 0; i < 3; i++) {
        unsigned n = 0, length = 1 + (unsigned)(loaded_random(&seed) % 7);
        if (i == 0)
            scripts[i][n++] = '@';
        while (n < length)
            scripts[i][n++] = LETTERS[loaded_random(&seed) % (sizeof LETTERS - 1)];
        if (i && loaded_random(&seed) % 3 == 0)
            scripts[i][n++] = '*';
        scripts[i][n] = '\0';
        l->arguments[i] = scripts[i];
    }
    l->options.argument_count = 3;
    l->settings.pipe_capacity = 3;
    return loaded_again(l);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once. */
struct situations {
    VEC_OF(char *) names;
    size_t states;
    bool complete;
};

static char *situation(struct model *m, const struct search_graph *g, uint32_t state)
{
    const uint32_t *vector = g->vectors.items + (size_t)state * g->width;
    struct model_operation op = {0};
    vec_char text = {0};
    text_printf(&text, "%u", g->states.items[state].marks & ~(uint32_t)STATE_OPEN);
    for (uint32_t t = 0; t < model_tasks(m); t++) {
        uint32_t slot = model_task_slot(m, t);
        struct model_place place = {0};
        if (slot >= g->width || !vector[slot])
            continue;
        text_printf(&text, "\n");
        model_task_name(m, t, &text);
        if (model_task_trouble(m, vector, g->width, t) != MODEL_FINE) {
            model_describe_trouble(m, vector, g->width, t, &text, &place);
            continue;
        }
        model_describe_pending(m, vector, g->width, t, &op);
        text_printf(&text, " %s:%u", op.call, op.place.line);
    }
    text_printf(&text, "\n");
    model_describe_objects(m, vector, g->width, &text);
    model_operation_free(&op);
    char *name = mem_copy_string(text.items);
    VEC_FREE(&text);
    return name;
}

static struct situations situations_of(struct model *m)
{
    struct search_graph g;
    struct situations s = {0};
    search_graph_build(m, STATES_MAX, &g);
    s.states = g.states.count;
    s.complete = g.complete;
    for (uint32_t i = 0; i < g.states.count; i++)
        VEC_PUSH(&s.names, situation(m, &g, i));
    qsort(s.names.items, s.names.count, sizeof *s.names.items, compare_words);
    size_t kept = 0;
    for (size_t i = 0; i < s.names.count; i++)
        if (kept && strcmp(s.names.items[kept - 1], s.names.items[i]) == 0)
            mem_free(s.names.items[i]);
        else
            s.names.items[kept++] = s.names.items[i];
    s.names.count = kept;
    search_graph_free(&g);
    return s;
}

static void situations_free(struct situations *s)
{
    for (size_t i = 0; i < s->names.count; i++)
        mem_free(s->names.items[i]);
    VEC_FREE(&s->names);
}

/* With clearing, again and again until nothing is read that was thrown away. */
static struct situations cleared(struct loaded *l, unsigned *again)
{
    uint32_t keep[KEPT_MAX];
    l->options.clear = true;
    l->options.keep = keep;
    l->options.keep_count = 0;
    for (;; ++*again) {
        const uint32_t *sources;
        struct situations s = situations_of(loaded_again(l));
        unsigned n = model_stale_reads(l->model, &sources);
        if (!n) {
            l->options.clear = false;
            l->options.keep = NULL;
            l->options.keep_count = 0;
            return s;
        }
        cr_assert_leq(l->options.keep_count + n, KEPT_MAX);
        memcpy(keep + l->options.keep_count, sources, n * sizeof *keep);
        l->options.keep_count += n;
        situations_free(&s);
    }
}

Test(clearing, the_same_situations_arise_with_and_without)
{
    struct loaded l;
    unsigned complete = 0, smaller = 0, again = 0;
    size_t states[2] = {0, 0};
    loaded_text(&l, player);
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        struct situations without = situations_of(random_scripts(&l, seed)), with = cleared(&l, &again);
        if (without.complete) {
            char room[80];
            const char *name = loaded_name(&l, room, sizeof room);
            complete++;
            smaller += with.states < without.states;
            states[0] += without.states;
            states[1] += with.states;
            cr_expect(with.complete);
            cr_assert_eq(with.names.count, without.names.count, "%s: %zu situations, %zu without clearing", name,
                         with.names.count, without.names.count);
            for (size_t i = 0; i < with.names.count; i++)
                cr_assert_str_eq(with.names.items[i], without.names.items[i], "%s", name);
        }
        situations_free(&without);
        situations_free(&with);
    }
    loaded_close(&l);
    cr_log_info("%u programs, %u smaller, %u again; %zu states, %zu with clearing", complete, smaller, again, states[0],
                states[1]);
    cr_expect_gt(complete, 300);
    cr_expect_gt(smaller, 30);
    cr_expect_gt(again, 30);
    cr_expect_lt(states[1], states[0] * 2); /* marks tell states apart whose old bytes happen to be equal */
}
