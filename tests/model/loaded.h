/* A model of a C program, through the real front end. Header-only: tests/model/ and tests/search/ use it. */
#ifndef TESTS_MODEL_LOADED_H
#define TESTS_MODEL_LOADED_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kernel.h"
#include "machine/machine.h"
#include "model.h"
#include "program/program.h"

enum { LOADED_ARGUMENTS_MAX = 8 };

struct loaded {
    struct program *program;
    struct kernel_settings settings;
    struct machine_options options;
    const char *arguments[LOADED_ARGUMENTS_MAX];
    struct model *model;
};

#define LOADED_PRELUDE                                                                                                 \
    "#include <assert.h>\n#include <impasse.h>\n#include <sched.h>\n#include <semaphore.h>\n#include <stdio.h>\n"      \
    "#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/wait.h>\n#include <unistd.h>\n"    \
    "static void *share(unsigned long n) { return mmap(NULL, n, PROT_READ | PROT_WRITE,\n"                             \
    "    MAP_SHARED | MAP_ANONYMOUS, -1, 0); }\n"

/* Throws the model away and makes a fresh one, with the settings and arguments of now. */
static inline struct model *loaded_again(struct loaded *l)
{
    model_destroy(l->model);
    return l->model = model_create(l->program, &l->settings, &l->options);
}

/* A model file, with one more flag for clang (or NULL). */
static inline struct model *loaded_file(struct loaded *l, const char *path, const char *flag)
{
    struct diag diag = {0};
    const char *folder = getenv("IMPASSE_INCLUDE");
    struct program_options options = {.files = &path,
                                      .file_count = 1,
                                      .flags = &flag,
                                      .flag_count = flag != NULL,
                                      .include_folder = folder ? folder : "sim/include",
                                      .provided = machine_provides};
    memset(l, 0, sizeof *l);
    kernel_settings_default(&l->settings);
    l->options.arguments = l->arguments;
    l->program = program_load(&options, &diag);
    cr_assert_not_null(l->program, "%s: %s", path, diag.text.items);
    diag_free(&diag);
    return loaded_again(l);
}

/* A whole program as text. */
static inline struct model *loaded_text(struct loaded *l, const char *text)
{
    char path[] = "/tmp/impasse-test-XXXXXX.c";
    int fd = mkstemps(path, 2);
    cr_assert_geq(fd, 0);
    FILE *f = fdopen(fd, "w");
    fputs(text, f);
    fclose(f);
    struct model *m = loaded_file(l, path, NULL);
    unlink(path);
    return m;
}

/* The body of main, after the prelude. */
static inline struct model *loaded_body(struct loaded *l, const char *body)
{
    vec_char text = {0};
    text_printf(&text, "%sint main(void) { %s; return 0; }\n", LOADED_PRELUDE, body);
    struct model *m = loaded_text(l, text.items);
    VEC_FREE(&text);
    return m;
}

static inline void loaded_close(struct loaded *l)
{
    model_destroy(l->model);
    program_destroy(l->program);
}

/* ---- one state after the other ---- */

enum { LOADED_SLOTS_MAX = 512 };

struct walker {
    struct model *model;
    uint32_t vector[LOADED_SLOTS_MAX];
    struct model_expansion e;
    vec_char output; /* what the steps so far wrote to the console */
};

static inline void walker_sink(void *context, int descriptor, const void *bytes, size_t n)
{
    (void)descriptor;
    text_append(context, bytes, n);
}

static inline void walker_apply(struct walker *w, const struct model_effect *e)
{
    for (uint32_t i = 0; i < e->write_count; i++) {
        cr_assert_lt(e->writes[i].slot, LOADED_SLOTS_MAX);
        w->vector[e->writes[i].slot] = e->writes[i].value;
    }
    model_output(w->model, e, walker_sink, &w->output);
    model_expand(w->model, w->vector, LOADED_SLOTS_MAX, &w->e);
}

static inline void walker_begin(struct walker *w, struct model *m)
{
    memset(w, 0, sizeof *w);
    w->model = m;
    text_append(&w->output, "", 0);
    walker_apply(w, model_initial(m));
}

static inline void walker_end(struct walker *w)
{
    model_expansion_free(&w->e);
    VEC_FREE(&w->output);
}

/* The name of the call that a task has pending. */
static inline const char *walker_call(struct walker *w, uint32_t task)
{
    struct model_operation o = {0};
    model_describe_pending(w->model, w->vector, LOADED_SLOTS_MAX, task, &o);
    const char *call = o.call;
    model_operation_free(&o);
    return call;
}

static inline const struct model_step *walker_step(const struct walker *w, uint32_t task, uint32_t outcome)
{
    for (size_t i = 0; i < w->e.steps.count; i++)
        if (w->e.steps.items[i].task == task && w->e.steps.items[i].effect->outcome == outcome)
            return &w->e.steps.items[i];
    return NULL;
}

/* One step of a task with its first outcome; the test ends if it cannot move. */
static inline void walker_move(struct walker *w, uint32_t task)
{
    const struct model_step *step = walker_step(w, task, 0);
    cr_assert_not_null(step, "task %u cannot move", task);
    walker_apply(w, step->effect);
}

/* Moves a task until its pending call has that name. */
static inline void walker_until(struct walker *w, uint32_t task, const char *call)
{
    while (strcmp(walker_call(w, task), call) != 0)
        walker_move(w, task);
}

/* ---- many small programs from one compilation ---- */

/* Its arguments are scripts, one character an operation: the first is main's, which it plays when it has forked a child
 * for each of the others. '@' before main's script: the forks are one atomic section.
 *   abc ABC  sem_wait, sem_post of three semaphores (1, 0, 1 at first)     rs wv  read, write one byte of two pipes
 *   01 23    close the read ends, the write ends of the two pipes            W      wait for all children
 *   ^ ! k    flip a shared cell; assert that it is 0; crash unless it is 0   ?      choose to pass over the next one
 *   ( ) i    begin and end an atomic section; the next call may idle         y * x  yield; from the start; exit
 */
#define LOADED_PLAYER                                                                                                  \
    LOADED_PRELUDE                                                                                                     \
    "struct shared { sem_t sems[3]; int cell; };\n"                                                                    \
    "static struct shared *m;\n"                                                                                       \
    "static int pipes[2][2];\n"                                                                                        \
    "static void play(const char *script) {\n"                                                                         \
    "    for (const char *p = script; *p; p++) {\n"                                                                    \
    "        char byte = 0;\n"                                                                                         \
    "        switch (*p) {\n"                                                                                          \
    "        case 'a': case 'b': case 'c': sem_wait(&m->sems[*p - 'a']); break;\n"                                     \
    "        case 'A': case 'B': case 'C': sem_post(&m->sems[*p - 'A']); break;\n"                                     \
    "        case 'r': case 's': read(pipes[*p - 'r'][0], &byte, 1); break;\n"                                         \
    "        case 'w': case 'v': write(pipes['w' - *p][1], &byte, 1); break;\n"                                        \
    "        case '0': case '1': close(pipes[*p - '0'][0]); break;\n"                                                  \
    "        case '2': case '3': close(pipes[*p - '2'][1]); break;\n"                                                  \
    "        case 'W': while (wait(NULL) > 0) continue; break;\n"                                                      \
    "        case '^': m->cell = !m->cell; break;\n"                                                                   \
    "        case '!': assert(m->cell == 0); break;\n"                                                                 \
    "        case 'k': if (m->cell) *(volatile int *)0 = 1; break;\n"                                                  \
    "        case '?': if (impasse_choose(2) && p[1]) p++; break;\n"                                                   \
    "        case '(': impasse_atomic_begin(); break;\n"                                                               \
    "        case ')': impasse_atomic_end(); break;\n"                                                                 \
    "        case 'i': impasse_idle(); break;\n"                                                                       \
    "        case 'y': sched_yield(); break;\n"                                                                        \
    "        case '*': p = script - 1; break;\n"                                                                       \
    "        case 'x': _exit(0);\n"                                                                                    \
    "        }\n"                                                                                                      \
    "    }\n"                                                                                                          \
    "}\n"                                                                                                              \
    "int main(int argc, char **argv) {\n"                                                                              \
    "    int atomic = argv[1][0] == '@';\n"                                                                            \
    "    m = share(sizeof *m);\n"                                                                                      \
    "    for (int i = 0; i < 3; i++) sem_init(&m->sems[i], 1, i != 1);\n"                                              \
    "    for (int i = 0; i < 2; i++) pipe(pipes[i]);\n"                                                                \
    "    if (atomic) impasse_atomic_begin();\n"                                                                        \
    "    for (int i = 2; i < argc; i++)\n"                                                                             \
    "        if (fork() == 0) { play(argv[i]); _exit(0); }\n"                                                          \
    "    if (atomic) impasse_atomic_end();\n"                                                                          \
    "    play(argv[1] + atomic);\n"                                                                                    \
    "    _exit(0);\n"                                                                                                  \
    "}\n"

static inline uint64_t loaded_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    return z ^ (z >> 31);
}

/* Scripts from a seed, for the player. */
static inline struct model *loaded_scripts(struct loaded *l, uint64_t seed)
{
    static char scripts[4][16];
    static const char CHILD[] = "abcABCabcABCrswvrswv0123^!k?()iy";
    static const char *const MAIN[] = {"W", "iW", "@W", "@iW", "x", "@x", "23W", "@0123W", "@Ar23iW", "0123iW", "@wW"};
    unsigned children = 2 + (unsigned)(loaded_random(&seed) % 5 == 0);
    strcpy(scripts[0], MAIN[loaded_random(&seed) % (sizeof MAIN / sizeof *MAIN)]);
    for (unsigned i = 1; i <= children; i++) {
        unsigned length = 1 + (unsigned)(loaded_random(&seed) % (children == 2 ? 6 : 3)), n;
        for (n = 0; n < length; n++)
            scripts[i][n] = CHILD[loaded_random(&seed) % (sizeof CHILD - 1)];
        if (loaded_random(&seed) % 3 == 0)
            scripts[i][n++] = '*';
        scripts[i][n] = '\0';
    }
    for (unsigned i = 0; i <= children; i++)
        l->arguments[i] = scripts[i];
    l->options.argument_count = children + 1;
    l->settings.pipe_capacity = 1 + (int64_t)(loaded_random(&seed) % 2);
    return loaded_again(l);
}

/* Scripts of one's own: main's, then up to three children's (NULL: no more). */
static inline struct model *loaded_play(struct loaded *l, const char *main, const char *a, const char *b, const char *c)
{
    const char *all[] = {main, a, b, c};
    l->options.argument_count = 0;
    for (unsigned i = 0; i < 4 && all[i]; i++)
        l->arguments[l->options.argument_count++] = all[i];
    return loaded_again(l);
}

/* For messages: which scripts. */
static inline const char *loaded_name(const struct loaded *l, char *room, size_t size)
{
    size_t n = 0;
    for (unsigned i = 0; i < l->options.argument_count && n < size; i++)
        n += (size_t)snprintf(room + n, size - n, "%s'%s'", i ? " " : "", l->arguments[i]);
    return room;
}

#endif
