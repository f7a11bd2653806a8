/* Goal: the point of no return is found in awkward spaces too (test_search.c holds it against brute force).
 * Method: a program of its own. */
#include <criterion/criterion.h>

#include "model/loaded.h"
#include "search/search.h"

/* Found by tests/fuzz/: the step after the failed assertion needs slots that no state before it had. */
Test(doom, is_found_where_the_end_needs_new_slots)
{
    struct loaded l;
    loaded_text(&l,
                "#include <fcntl.h>\n#include <signal.h>\n#include <sys/stat.h>\n" LOADED_PRELUDE "int main(void) {\n"
                "    struct { sem_t sem[2]; int cell; } *m = share(sizeof *m);\n"
                "    int p[2][2];\n"
                "    for (int i = 0; i < 2; i++) sem_init(&m->sem[i], 1, 2);\n"
                "    for (int i = 0; i < 2; i++) pipe(p[i]);\n"
                "    mkfifo(\"f\", 0600);\n"
                "    if (!fork()) { close(p[0][1]); open(\"f\", O_RDONLY); _exit(1); }\n"
                "    assert(m->cell != 0);\n"
                "    kill(getppid(), SIGTERM);\n"
                "    return 0;\n"
                "}\n");
    struct search_options o = {.properties = PROPERTY_ALL};
    struct search_result r;
    search_run(l.model, &o, &r);
    cr_assert_eq(r.kind, FOUND_ASSERTION);
    cr_assert(r.no_return_known);
    cr_assert_eq(r.no_return, 0, "every schedule fails");
    search_result_free(&r);
    loaded_close(&l);
}
