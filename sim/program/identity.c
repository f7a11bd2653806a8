/* A number that tells programs apart: of everything that the machine runs, and of the places that reports show. */
#include <string.h>

#include "base/hash.h"
#include "program/program.h"

static void add(uint64_t *h, const void *bytes, size_t n)
{
    *h = hash_mix(*h ^ hash_bytes(bytes, n)) + n;
}

static void add_number(uint64_t *h, uint64_t n)
{
    add(h, &n, sizeof n);
}

static void add_text(uint64_t *h, const char *s)
{
    add(h, s ? s : "", s ? strlen(s) : 0);
}

static void add_function(uint64_t *h, const struct code_function *f)
{
    _Static_assert(sizeof(struct code_inst) == 40, "an instruction has no padding: it is hashed as bytes");
    add_text(h, f->name);
    add_number(h, f->parameters);
    add_number(h, f->registers);
    add_number(h, f->results);
    add_number(h, f->varargs);
    add(h, f->code.items, f->code.count * sizeof *f->code.items);
    add(h, f->arguments.items, f->arguments.count * sizeof *f->arguments.items);
    for (size_t i = 0; i < f->switches.count; i++) {
        add_number(h, f->switches.items[i].value);
        add_number(h, f->switches.items[i].target);
    }
    for (size_t i = 0; i < f->allocas.count; i++) {
        add_text(h, f->allocas.items[i].name);
        add_number(h, f->allocas.items[i].size);
        add_number(h, f->allocas.items[i].number);
    }
    add(h, f->live_items.items, f->live_items.count * sizeof *f->live_items.items);
}

uint64_t program_identity(const struct program *p)
{
    uint64_t h = 0;
    for (size_t i = 0; i < p->functions.count; i++)
        add_function(&h, &p->functions.items[i]);
    for (size_t i = 0; i < p->globals.count; i++) {
        const struct code_global *g = &p->globals.items[i];
        add_text(&h, g->name);
        add_number(&h, g->size);
        add_number(&h, g->constant);
        add(&h, g->bytes, g->bytes ? g->size : 0);
    }
    add(&h, p->constants.items, p->constants.count * sizeof *p->constants.items);
    add(&h, p->places.items, p->places.count * sizeof *p->places.items);
    for (size_t i = 0; i < p->files.count; i++)
        add_text(&h, p->files.items[i]);
    for (size_t i = 0; i < p->builtins.count; i++)
        add_text(&h, p->builtins.items[i].name);
    for (size_t i = 0; i < p->images.count; i++) {
        add_text(&h, p->images.items[i].name);
        add_number(&h, p->images.items[i].entry);
    }
    return h;
}
