/* Programs beside the first one, --with and --program: see options.h, session.h. */
#include <string.h>

#include "cli/session.h"

static const char with[] = "with:", program[] = "program:";

/* A file that a model's comment names is relative to that model. */
const char *programs_setting(struct cli_options *o, bool starts, const char *text)
{
    const char *folder = o->folder ? o->folder : "";
    if (starts) {
        const char *file = text + strspn(text, " ");
        return arena_printf(&o->arena, "%s%s%s", with, *file == '/' ? "" : folder, file);
    }
    const char *equals = strchr(text, '=');
    if (!equals)
        return arena_printf(&o->arena, "%s%s", program, text);
    return arena_printf(&o->arena, "%s%.*s%s%s", program, (int)(equals - text + 1), text,
                        equals[1] == '/' ? "" : folder, equals + 1);
}

/* FILE and its arguments, split on blanks. */
static bool with_apply(struct cli_options *o, const char *text, struct diag *diag)
{
    struct cli_program p = {.starts = true, .first = o->program_words.count};
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t n = strcspn(text, " ");
        VEC_PUSH(&o->program_words, arena_string(&o->arena, text, n));
        text += n;
    }
    p.count = o->program_words.count - p.first;
    if (!p.count) {
        diag_error(diag, (struct diag_place){0}, "--with needs a program: a C file (.c) or LLVM bitcode (.bc, .ll)");
        return false;
    }
    p.file = o->program_words.items[p.first++];
    p.count--;
    VEC_PUSH(&o->programs, p);
    return true;
}

static bool program_apply(struct cli_options *o, const char *text, struct diag *diag)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || !equals[1]) {
        diag_error(diag, (struct diag_place){0}, "--program %s: it is not of the form PATH=FILE", text);
        return false;
    }
    struct cli_program p = {.file = arena_string(&o->arena, equals + 1, strlen(equals + 1)),
                            .path = arena_string(&o->arena, text, (size_t)(equals - text))};
    const char *why = *p.path == '/' ? kernel_file_path_wrong(p.path) : NULL;
    if (why) {
        diag_error(diag, (struct diag_place){0}, "--program %s: %s", text, why);
        return false;
    }
    VEC_PUSH(&o->programs, p);
    return true;
}

bool programs_apply(struct cli_options *o, const char *text, struct diag *diag, bool *good)
{
    bool starts = strncmp(text, with, sizeof with - 1) == 0;
    if (!starts && strncmp(text, program, sizeof program - 1) != 0)
        return false;
    VEC_PUSH(&o->settings, text);
    *good = starts ? with_apply(o, text + sizeof with - 1, diag) : program_apply(o, text + sizeof program - 1, diag);
    return true;
}

/* The image of a file: one for each, whoever names it. */
static uint32_t image_of(struct session_programs *s, const struct cli_options *o, const char *file)
{
    if (o->files.count == 1 && strcmp(file, o->files.items[0]) == 0)
        return 0;
    for (uint32_t i = 0; i < s->files.count; i++)
        if (strcmp(s->files.items[i], file) == 0)
            return i + 1;
    VEC_PUSH(&s->files, file);
    return (uint32_t)s->files.count;
}

/* The file's path, and its name without folders and ending, in any folder (PROC-25). */
static void add_names(struct session_programs *s, const char *file, uint32_t image, struct arena *arena)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    VEC_PUSH(&s->kernel, ((struct kernel_program){.path = file, .image = image}));
    VEC_PUSH(&s->kernel, ((struct kernel_program){.path = arena_string(arena, name, length), .image = image}));
}

void programs_gather(struct session_programs *s, const struct cli_options *o, struct arena *arena)
{
    add_names(s, o->files.items[0], 0, arena);
    for (size_t i = 0; i < o->programs.count; i++) {
        const struct cli_program *p = &o->programs.items[i];
        uint32_t image = image_of(s, o, p->file);
        if (p->path) {
            VEC_PUSH(&s->kernel, ((struct kernel_program){p->path, image, .is_file = *p->path == '/'}));
            continue;
        }
        add_names(s, p->file, image, arena);
        VEC_PUSH(&s->images, image);
        VEC_PUSH(&s->starts, ((struct machine_start){image, o->program_words.items + p->first, (unsigned)p->count}));
    }
}

void programs_free(struct session_programs *s)
{
    VEC_FREE(&s->files);
    VEC_FREE(&s->kernel);
    VEC_FREE(&s->images);
    VEC_FREE(&s->starts);
}
