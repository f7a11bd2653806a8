/* See programs.h. */
#include "search/programs.h"

void programs_each_of(const char *player, unsigned count,
                      void (*each)(struct loaded *l, struct naive *n, const char *name))
{
    struct loaded l;
    struct naive n;
    unsigned used = 0;
    loaded_text(&l, player);
    for (uint64_t seed = 1; used < count; seed++) {
        char name[100];
        cr_assert_lt(seed, count * 4, "most programs are too large");
        loaded_scripts(&l, seed);
        if (naive_explore(&n, l.model, PROGRAMS_STATES_MAX)) {
            each(&l, &n, loaded_name(&l, name, sizeof name));
            used++;
        }
        naive_free(&n);
    }
    loaded_close(&l);
}

void programs_each(unsigned count, void (*each)(struct loaded *l, struct naive *n, const char *name))
{
    programs_each_of(LOADED_PLAYER, count, each);
}
