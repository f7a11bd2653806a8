/* See slots.h: an interned name's id, less one, is the slot. */
#include "base/slots.h"

#include <string.h>

#include "base/intern.h"
#include "base/vec.h"

struct slots {
    struct intern *names;
};

struct slots *slots_create(void)
{
    struct slots *s = mem_zero(1, sizeof *s);
    s->names = intern_create();
    return s;
}

void slots_destroy(struct slots *s)
{
    if (!s)
        return;
    intern_destroy(s->names);
    mem_free(s);
}

_Static_assert(sizeof(struct slot_name) == 16, "a slot name has no padding: it is hashed as bytes");

uint32_t slots_find(struct slots *s, struct slot_name name)
{
    return intern_put(s->names, &name, sizeof name) - 1;
}

struct slot_name slots_name(const struct slots *s, uint32_t slot)
{
    struct slot_name name;
    memcpy(&name, intern_get(s->names, slot + 1, NULL), sizeof name);
    return name;
}

uint32_t slots_count(const struct slots *s)
{
    return intern_count(s->names) - 1;
}

uint64_t slots_digest(const struct slots *s)
{
    return intern_digest(s->names);
}
