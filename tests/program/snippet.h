/* Programs from texts, for the tests of the front end: files in a fresh folder, loaded, printed, removed.
 * Header-only: each test is one program. */
#ifndef TESTS_PROGRAM_SNIPPET_H
#define TESTS_PROGRAM_SNIPPET_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/program.h"

enum { SNIPPET_FILES = 4 };

struct snippet {
    char folder[64];
    char *paths[SNIPPET_FILES];
    unsigned files;
    struct diag diag;
    struct program *program; /* NULL if there were errors */
    vec_char text;           /* of the last snippet_function */
};

static inline struct snippet *snippet_begin(void)
{
    struct snippet *s = mem_zero(1, sizeof *s);
    strcpy(s->folder, "/tmp/impasse_snippet_XXXXXX");
    cr_assert(mkdtemp(s->folder));
    return s;
}

static inline void snippet_add_bytes(struct snippet *s, const char *name, const void *bytes, size_t n)
{
    cr_assert(s->files < SNIPPET_FILES);
    vec_char path = {0};
    text_printf(&path, "%s/%s", s->folder, name);
    s->paths[s->files++] = path.items;
    FILE *f = fopen(path.items, "wb");
    cr_assert(f);
    if (n)
        cr_assert_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static inline void snippet_add(struct snippet *s, const char *name, const char *text)
{
    snippet_add_bytes(s, name, text, strlen(text));
}

/* Everything is provided but what is called missing_... */
static inline bool snippet_provided(const char *name)
{
    return strncmp(name, "missing_", 8) != 0;
}

static inline void snippet_load_flags(struct snippet *s, const char *const *flags, unsigned n)
{
    const char *files[SNIPPET_FILES];
    for (unsigned i = 0; i < s->files; i++)
        files[i] = s->paths[i];
    struct program_options options = {
        .files = files, .file_count = s->files, .flags = flags, .flag_count = n, .provided = snippet_provided};
    s->program = program_load(&options, &s->diag);
    cr_assert_eq(s->program == NULL, s->diag.errors > 0, "a program or errors");
}

static inline void snippet_load(struct snippet *s)
{
    static const char *const flags[] = {"-w"};
    snippet_load_flags(s, flags, 1);
}

static inline struct snippet *snippet_c(const char *text)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", text);
    snippet_load(s);
    return s;
}

static inline const char *snippet_diagnostics(const struct snippet *s)
{
    return s->diag.text.count ? s->diag.text.items : "";
}

static inline uint32_t snippet_index(const struct snippet *s, const char *function)
{
    cr_assert(s->program, "%s", snippet_diagnostics(s));
    for (uint32_t i = 0; i < s->program->functions.count; i++)
        if (strcmp(s->program->functions.items[i].name, function) == 0)
            return i;
    cr_assert_fail("no function %s", function);
    return 0;
}

/* The code of a function as text, valid until the next call. */
static inline const char *snippet_function(struct snippet *s, const char *function)
{
    s->text.count = 0;
    code_print_function(s->program, snippet_index(s, function), &s->text);
    return s->text.items;
}

static inline void snippet_end(struct snippet *s)
{
    for (unsigned i = 0; i < s->files; i++) {
        unlink(s->paths[i]);
        mem_free(s->paths[i]);
    }
    rmdir(s->folder);
    program_destroy(s->program);
    diag_free(&s->diag);
    VEC_FREE(&s->text);
    mem_free(s);
}

#define ASSERT_HAS(text, part) cr_assert(strstr(text, part), "no \"%s\" in:\n%s", part, text)
#define ASSERT_HAS_NOT(text, part) cr_assert(!strstr(text, part), "\"%s\" in:\n%s", part, text)

#endif
