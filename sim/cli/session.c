/* See session.h. */
#include "cli/session.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program/handlers.h"
#include "report/render_file.h"
#include "report/source.h"
#include "report/trail.h"

const char *session_beside(const char *name, struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return arena_printf(arena, "%s/%s", path, name);
}

struct warner {
    struct session *s;
    struct diag *diag; /* where the command makes no report; else NULL */
};

static void warn(void *context, struct diag_place at, const char *callee)
{
    struct warner *w = context;
    const char *text =
        arena_printf(&w->s->strings, "%s() is not async-signal-safe, and a signal handler may call it", callee);
    if (w->diag)
        diag_warning(w->diag, at, "%s [SIG-30]", text);
    else
        VEC_PUSH(&w->s->warnings, ((struct report_warning){.kind = "signal-safety",
                                                           .rule = "SIG-30",
                                                           .file = at.file,
                                                           .line = at.line,
                                                           .column = at.column,
                                                           .message = text}));
}

bool session_open(struct session *s, const struct cli_options *o, struct diag *diag)
{
    memset(s, 0, sizeof *s);
    if (!o->files.count) {
        diag_error(diag, (struct diag_place){0},
                   "no file given: impasse needs a C file (.c) or LLVM bitcode (.bc, .ll)");
        return false;
    }
    struct session_programs *p = &s->programs;
    programs_gather(p, o, &s->arena);
    s->kernel = o->kernel;
    s->kernel.programs = p->kernel.items;
    s->kernel.program_count = p->kernel.count;
    s->kernel.starts = p->images.items;
    s->kernel.start_count = p->images.count;
    struct program_options options = {.files = o->files.items,
                                      .file_count = (unsigned)o->files.count,
                                      .others = p->files.items,
                                      .other_count = (unsigned)p->files.count,
                                      .flags = o->flags.items,
                                      .flag_count = (unsigned)o->flags.count,
                                      .include_folder = session_beside("include", &s->arena),
                                      .provided = machine_provides};
    s->program = program_load(&options, diag);
    if (!s->program)
        return false;
    if (!o->warnings_off)
        handlers_warn(s->program, warn, &(struct warner){s, o->command & (COMMAND_CHECK | COMMAND_FUZZ) ? NULL : diag});
    s->machine =
        (struct machine_options){.arguments = o->arguments.items, .argument_count = (unsigned)o->arguments.count};
    s->machine.memo_off = o->memo_off;
    s->machine.starts = p->starts.items;
    s->machine.start_count = (unsigned)p->starts.count;
    s->machine.clear = !o->clearing_off && (o->command & COMMAND_SEARCHES); /* others do not store states */
    s->model = model_create(s->program, &s->kernel, &s->machine);
    s->sources = source_cache_create();
    return true;
}

bool session_again(struct session *s)
{
    const uint32_t *sources;
    unsigned count = model_stale_reads(s->model, &sources);
    if (!count)
        return false;
    for (unsigned i = 0; i < count; i++)
        VEC_PUSH(&s->kept, sources[i]);
    session_keep(s);
    return true;
}

void session_keep(struct session *s)
{
    model_destroy(s->model);
    s->machine.keep = s->kept.items;
    s->machine.keep_count = (unsigned)s->kept.count;
    s->model = model_create(s->program, &s->kernel, &s->machine);
}

void session_close(struct session *s)
{
    VEC_FREE(&s->kept);
    VEC_FREE(&s->warnings);
    arena_free(&s->strings);
    model_destroy(s->model);
    program_destroy(s->program);
    programs_free(&s->programs);
    arena_free(&s->arena);
    if (s->sources)
        source_cache_destroy(s->sources);
}

void session_say(const struct diag *diag)
{
    if (diag->text.count)
        fwrite(diag->text.items, 1, diag->text.count, stderr);
}

int session_fail(struct diag *diag)
{
    session_say(diag);
    diag_free(diag);
    return 2;
}

/* ---- Ctrl-C and progress ---- */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    if (interrupted)
        _exit(130);
    interrupted = 1;
}

void interrupt_install(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
}

bool interrupt_seen(void)
{
    return interrupted != 0;
}

void progress_start(struct progress *p, bool quiet)
{
    *p = (struct progress){.wanted = !quiet && isatty(STDERR_FILENO), .last = 0.3};
}

bool progress_show(void *context, const struct search_progress *now)
{
    struct progress *p = context;
    if (p->wanted && now->seconds - p->last >= 0.2) {
        p->last = now->seconds;
        p->shown = true;
        fprintf(stderr, "\r\033[K%.0f s  %llu states  %.0f k/s  depth %llu  frontier %llu  %llu MB", now->seconds,
                (unsigned long long)now->states, (double)now->states / now->seconds / 1000,
                (unsigned long long)now->depth, (unsigned long long)now->frontier,
                (unsigned long long)(now->bytes >> 20));
        fflush(stderr);
    }
    return !interrupted;
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fprintf(stderr, "\r\033[K");
}

/* ---- output ---- */

/* file:, with: and program: were options of that name. */
static void setting_text(const char *setting, vec_char *out)
{
    size_t name = strcspn(setting, ":=");
    bool option = setting[name] == ':', blank = strchr(setting, ' ') != NULL;
    text_printf(out, "%s--%.*s %s%s%s", out->count ? " " : "", option ? (int)name : 3, option ? setting : "set",
                blank ? "'" : "", option ? setting + name + 1 : setting, blank ? "'" : "");
}

/* The options that decide the state space, for the commands that a report suggests next. */
const char *session_options_text(const struct cli_options *o, struct arena *arena)
{
    vec_char text = {0};
    text_append(&text, "", 0);
    for (size_t i = o->model_flags; i < o->flags.count; i++)
        text_printf(&text, "%s%s", text.count ? " " : "", o->flags.items[i]);
    for (size_t i = o->model_settings; i < o->settings.count; i++)
        setting_text(o->settings.items[i], &text);
    const char *s = text.count ? arena_string(arena, text.items, text.count) : NULL;
    VEC_FREE(&text);
    return s;
}

static bool color_wanted(const struct cli_options *o)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !o->color_off && !(no && *no) && !(term && strcmp(term, "dumb") == 0) && isatty(STDOUT_FILENO);
}

int session_report(struct session *s, const struct cli_options *o, const struct report *r)
{
    struct report full = *r;
    full.warnings.items = s->warnings.items;
    full.warnings.count = s->warnings.count;
    struct report_style style = {.color = color_wanted(o), .source_line = source_line, .context = s->sources};
    const char *columns = getenv("COLUMNS");
    if (columns)
        style.width = (unsigned)strtoul(columns, NULL, 10);
    if (o->json)
        report_json(&full, r->fuzz, stdout);
    else
        report_text(&full, &style, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "impasse: error: cannot write the report\n");
        return 4;
    }
    return report_exit_status(r);
}

static void strings_copy(const char *const *from, size_t count, char ***items, size_t *copied)
{
    *items = mem_zero(count ? count : 1, sizeof **items);
    for (size_t i = 0; i < count; i++)
        (*items)[i] = mem_copy_string(from[i]);
    *copied = count;
}

static void trail_fill(struct session *s, const struct cli_options *o, const struct model_path *path, struct trail *t)
{
    strings_copy(o->files.items, o->files.count, &t->files.items, &t->files.count);
    strings_copy(o->flags.items, o->flags.count, &t->options.items, &t->options.count);
    strings_copy(o->settings.items, o->settings.count, &t->settings.items, &t->settings.count);
    strings_copy(o->arguments.items, o->arguments.count, &t->arguments.items, &t->arguments.count);
    for (size_t i = 0; i < path->length; i++) {
        struct model_operation op = {0};
        vec_char name = {0}, comment = {0};
        model_describe_step(s->model, path->states + i * path->width, path->width, &path->steps[i], &op);
        model_task_name(s->model, path->steps[i].task, &name);
        text_printf(&comment, "%s(%s)%s%s", op.call, op.arguments.items, op.result.count ? " = " : "",
                    op.result.count ? op.result.items : "");
        if (op.place.file)
            text_printf(&comment, " %s:%u", op.place.file, op.place.line);
        struct trail_step step = {.name = mem_copy_string(name.items),
                                  .call = mem_copy_string(op.call),
                                  .outcome = path->steps[i].effect->outcome,
                                  .comment = mem_copy_string(comment.items)};
        VEC_PUSH(&t->steps, step);
        VEC_FREE(&name);
        VEC_FREE(&comment);
        model_operation_free(&op);
    }
}

void session_make_folders(const char *file)
{
    char path[PATH_MAX];
    size_t n = strlen(file);
    if (n >= sizeof path)
        return;
    memcpy(path, file, n + 1);
    for (char *p = path + 1; *p; p++)
        if (*p == '/') {
            *p = '\0';
            mkdir(path, 0777);
            *p = '/';
        }
}

bool session_save_trail(struct session *s, const struct cli_options *o, const struct model_path *path,
                        const char *expect, const char *found_by, const char *file, struct diag *diag)
{
    struct trail t = {0};
    vec_char text = {0};
    trail_fill(s, o, path, &t);
    t.expect = mem_copy_string(expect);
    t.found_by = mem_copy_string(found_by);
    trail_write(&t, &text);
    trail_free(&t);
    session_make_folders(file);
    vec_char why = {0};
    bool good = render_file(file, text.items, text.count, &why);
    if (!good)
        diag_error(diag, (struct diag_place){.file = file}, "%s", why.items);
    VEC_FREE(&why);
    VEC_FREE(&text);
    return good;
}
