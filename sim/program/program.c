/* The way from files to a program: see program.h. */
#include "program/program.h"

#include <llvm-c/Core.h>
#include <malloc.h>

#include "program/bitcode.h"
#include "program/handlers.h"
#include "program/live.h"
#include "program/lower.h"

static void lower_free(struct lower *l)
{
    for (size_t i = 0; i < l->type_infos.count; i++) {
        VEC_FREE(&l->type_infos.items[i]->leaves);
        mem_free(l->type_infos.items[i]);
    }
    VEC_FREE(&l->type_infos);
    VEC_FREE(&l->function_values);
    VEC_FREE(&l->global_values);
    VEC_FREE(&l->function_places);
    VEC_FREE(&l->global_places);
    map_free(&l->types);
    map_free(&l->functions);
    map_free(&l->globals);
    map_free(&l->builtins);
    map_free(&l->constants);
    map_free(&l->files);
    intern_destroy(l->names);
}

/* So many clangs run at once. */
#define JOBS_MAX 8

/* The user's modules into l->link, in the order given. Goes on after a bad file, to find the errors of the others. */
static void finish_users(struct lower *l, LLVMContextRef context, const char *const *files, unsigned n,
                         struct bitcode_job *jobs, unsigned started)
{
    for (unsigned i = 0; i < n; i++) {
        const char *file = files[i];
        LLVMModuleRef module = bitcode_finish(&jobs[i], context, l->diag);
        if (started < n) {
            bitcode_start(&jobs[started], l->options, files[started], l->diag);
            started++;
        }
        if (module && bitcode_promote(module, file, l->diag))
            link_add(&l->link, module, file, false, l->diag);
        else if (module)
            LLVMDisposeModule(module);
    }
}

/* All modules into l->link, the user's first. The libc is read while clang works. */
static bool load_modules(struct lower *l, LLVMContextRef context, const char *const *files, unsigned n)
{
    unsigned before = l->diag->errors, started = 0;
    struct bitcode_job *jobs = mem_zero(n, sizeof *jobs);
    while (started < n && started < JOBS_MAX) {
        bitcode_start(&jobs[started], l->options, files[started], l->diag);
        started++;
    }
    LLVMModuleRef libc = bitcode_load_libc(context, l->diag);
    finish_users(l, context, files, n, jobs, started);
    mem_free(jobs);
    if (libc)
        link_add(&l->link, libc, "libc", true, l->diag);
    return l->diag->errors == before;
}

/* One program: what the names mean, and where its functions and globals are, is its own. */
static void load_image(struct lower *l, LLVMContextRef context, const char *const *files, unsigned n)
{
    link_init(&l->link);
    if (load_modules(l, context, files, n))
        lower_image(l);
    map_free(&l->functions);
    map_free(&l->globals);
    link_free(&l->link);
}

struct program *program_load(const struct program_options *options, struct diag *diag)
{
    unsigned before = diag->errors;
    if (!options->file_count) {
        diag_error(diag, (struct diag_place){0}, "no input files");
        return NULL;
    }
    LLVMContextRef context = LLVMContextCreate();
    struct program *p = mem_zero(1, sizeof *p);
    struct lower l = {.p = p, .options = options, .diag = diag, .names = intern_create()};
    VEC_PUSH(&p->places, (struct code_place){0});
    load_image(&l, context, options->files, options->file_count);
    for (unsigned i = 0; i < options->other_count; i++)
        load_image(&l, context, &options->others[i], 1);
    if (diag->errors > before) {
        program_destroy(p);
        p = NULL;
    }
    if (p) {
        live_program(p);
        handlers_find(p);
    }
    lower_free(&l);
    LLVMContextDispose(context);
    malloc_trim(0); /* what LLVM has given back goes to the host */
    return p;
}

static void function_free(struct code_function *f)
{
    VEC_FREE(&f->code);
    VEC_FREE(&f->arguments);
    VEC_FREE(&f->switches);
    VEC_FREE(&f->allocas);
    VEC_FREE(&f->lives);
    VEC_FREE(&f->live_items);
}

void program_destroy(struct program *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->functions.count; i++)
        function_free(&p->functions.items[i]);
    VEC_FREE(&p->functions);
    VEC_FREE(&p->images);
    VEC_FREE(&p->globals);
    VEC_FREE(&p->constants);
    VEC_FREE(&p->places);
    VEC_FREE(&p->files);
    for (size_t i = 0; i < p->builtins.count; i++)
        VEC_FREE(&p->builtins.items[i].second_values);
    VEC_FREE(&p->builtins);
    for (size_t i = 0; i < p->owned.count; i++)
        mem_free((void *)(uintptr_t)p->owned.items[i]);
    VEC_FREE(&p->owned);
    mem_free(p);
}

struct diag_place program_place(const struct program *p, uint32_t place)
{
    if (!place || place >= p->places.count)
        return (struct diag_place){0};
    const struct code_place *at = &p->places.items[place];
    return (struct diag_place){p->files.items[at->file], at->line, at->column};
}
