/* See conform_compile.h. */
#include "cli/conform_compile.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool is_source(const char *file)
{
    size_t n = strlen(file);
    return n > 2 && strcmp(file + n - 2, ".c") == 0;
}

static bool compile(const struct cli_options *o, const char *const *files, size_t count, const char *program,
                    struct arena *arena, struct diag *diag)
{
    VEC_OF(const char *) words = {0};
    const char *cc = getenv("CC");
    const char *include = session_beside("include", arena);
    for (size_t i = 0; i < count; i++)
        if (!is_source(files[i])) {
            diag_error(diag, (struct diag_place){.file = files[i]}, "conform needs C files, to compile natively");
            return false;
        }
    VEC_PUSH(&words, cc && *cc ? cc : "cc");
    VEC_PUSH(&words, "-O1");
    VEC_PUSH(&words, "-w");
    VEC_PUSH(&words, "-pthread");
    if (include)
        VEC_PUSH(&words, arena_printf(arena, "-I%s", include));
    for (size_t i = 0; i < o->flags.count; i++)
        VEC_PUSH(&words, o->flags.items[i]);
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(&words, files[i]);
    VEC_PUSH(&words, "-o");
    VEC_PUSH(&words, program);
    VEC_PUSH(&words, "-lm");
    VEC_PUSH(&words, NULL);
    pid_t pid;
    int status = -1;
    char **argv = mem_copy(words.items, words.count * sizeof *argv);
    int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    while (!error && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (error)
        diag_error(diag, (struct diag_place){0}, "cannot run the C compiler %s: %s", words.items[0], strerror(error));
    else if (status != 0)
        diag_error(diag, (struct diag_place){.file = files[0]}, "the host's C compiler rejects it");
    mem_free(argv);
    VEC_FREE(&words);
    if (error || status != 0)
        return false;
    chmod(program, 0755); /* it runs as an ordinary user */
    return true;
}

/* The name of a file without folders and ending. */
static const char *stem(const char *file, struct arena *arena)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    return arena_string(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

/* Of two programs with one name the first is found, as in the simulation. */
static bool name_program(const struct conform_programs *p, const char *name, const char *program, struct arena *arena,
                         struct diag *diag)
{
    if (symlink(program, arena_printf(arena, "%s/%s", p->path, name)) == 0 || errno == EEXIST)
        return true;
    diag_error(diag, (struct diag_place){0}, "cannot place the program %s: %s", name, strerror(errno));
    return false;
}

static char *const *words_of(const struct cli_options *o, const struct cli_program *p, struct arena *arena)
{
    const char **words = arena_take(arena, (p->count + 2) * sizeof *words);
    words[0] = p->file;
    for (size_t i = 0; i < p->count; i++)
        words[i + 1] = o->program_words.items[p->first + i];
    return (char *const *)(uintptr_t)words;
}

/* The program of the i-th --with or --program: compiled unless an earlier one is of the same file. */
static const char *program_of(const struct cli_options *o, const char *folder, size_t i, struct arena *arena,
                              struct diag *diag)
{
    const char *file = o->programs.items[i].file;
    if (o->files.count == 1 && strcmp(file, o->files.items[0]) == 0)
        return arena_printf(arena, "%s/program", folder);
    for (size_t earlier = 0; earlier < i; earlier++)
        if (strcmp(o->programs.items[earlier].file, file) == 0)
            return arena_printf(arena, "%s/program-%zu", folder, earlier + 1);
    const char *program = arena_printf(arena, "%s/program-%zu", folder, i + 1);
    return compile(o, &file, 1, program, arena, diag) ? program : NULL;
}

static bool compile_others(const struct cli_options *o, const char *folder, struct conform_programs *out,
                           struct arena *arena, struct diag *diag)
{
    out->path = arena_printf(arena, "%s/bin", folder);
    if (mkdir(out->path, 0755) != 0 || chmod(out->path, 0755) != 0) {
        diag_error(diag, (struct diag_place){0}, "cannot make a temporary folder: %s", strerror(errno));
        return false;
    }
    if (!name_program(out, stem(o->files.items[0], arena), "../program", arena, diag))
        return false;
    for (size_t i = 0; i < o->programs.count; i++) {
        const struct cli_program *p = &o->programs.items[i];
        if (p->path && strchr(p->path, '/')) {
            diag_error(diag, (struct diag_place){0},
                       "--program %s=%s: conform places programs by name only, without a folder", p->path, p->file);
            return false;
        }
        const char *program = program_of(o, folder, i, arena, diag);
        if (!program || !name_program(out, p->path ? p->path : stem(p->file, arena), program, arena, diag))
            return false;
        if (p->starts)
            VEC_PUSH(&out->starts, ((struct keeper_program){program, words_of(o, p, arena)}));
    }
    return true;
}

bool conform_compile(const struct cli_options *o, const char *folder, struct conform_programs *out, struct arena *arena,
                     struct diag *diag)
{
    const char *program = arena_printf(arena, "%s/program", folder);
    return compile(o, o->files.items, o->files.count, program, arena, diag) &&
           (!o->programs.count || compile_others(o, folder, out, arena, diag));
}

void conform_programs_free(struct conform_programs *p)
{
    VEC_FREE(&p->starts);
}
