/* Goal: a name gets a slot once, and both ways of asking agree.
 * Method: seeded random names against a naive list. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/slots.h"

Test(slots, agree_with_a_naive_list_over_random_names)
{
    enum { DRAWS = 10000 };
    static struct slot_name list[DRAWS];
    uint32_t count = 0;
    struct slots *s = slots_create();
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint64_t r = hash_mix(i + 1);
        struct slot_name name = {.kind = (uint32_t)(r % 4), .owner = (uint32_t)(r >> 8) % 5, .index = (r >> 16) % 60};
        uint32_t known = 0;
        while (known < count && (list[known].kind != name.kind || list[known].owner != name.owner || list[known].index != name.index))
            known++;
        if (known == count)
            list[count++] = name;
        cr_assert_eq(slots_find(s, name), known);
        cr_assert_eq(slots_count(s), count);
    }
    cr_assert_geq(count, 1000);
    for (uint32_t slot = 0; slot < count; slot++) {
        struct slot_name name = slots_name(s, slot);
        cr_assert_eq(name.kind, list[slot].kind);
        cr_assert_eq(name.owner, list[slot].owner);
        cr_assert_eq(name.index, list[slot].index);
    }
    slots_destroy(s);
}

Test(slots, the_name_of_zeros_is_a_name_like_any_other)
{
    struct slots *s = slots_create();
    cr_assert_eq(slots_count(s), 0);
    cr_assert_eq(slots_find(s, (struct slot_name){0}), 0);
    cr_assert_eq(slots_find(s, (struct slot_name){.index = 1}), 1);
    cr_assert_eq(slots_find(s, (struct slot_name){0}), 0);
    cr_assert_eq(slots_count(s), 2);
    slots_destroy(s);
}

Test(slots, every_field_tells_names_apart)
{
    static const struct slot_name names[] = {{1, 2, 3}, {2, 1, 3}, {1, 3, 2}, {3, 2, 1}, {1, 2, UINT64_C(3) << 32}};
    struct slots *s = slots_create();
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_assert_eq(slots_find(s, names[i]), i);
    slots_destroy(s);
}
