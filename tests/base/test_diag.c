/* Goal: diagnostics have GCC's form, and errors are counted.
 * Method: every degree of knowing the place, against the exact text. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/diag.h"

Test(diag, a_message_says_as_much_of_its_place_as_is_known)
{
    struct diag d = {0};
    diag_error(&d, (struct diag_place){0}, "no %s", "file");
    diag_error(&d, (struct diag_place){.file = "a.c"}, "two");
    diag_error(&d, (struct diag_place){.file = "a.c", .line = 3}, "three");
    diag_error(&d, (struct diag_place){.file = "a.c", .line = 3, .column = 14}, "four");
    diag_error(&d, (struct diag_place){.file = "a.c", .column = 14}, "five");
    cr_assert_str_eq(d.text.items, "impasse: error: no file\na.c: error: two\na.c:3: error: three\n"
                                   "a.c:3:14: error: four\na.c: error: five\n");
    cr_assert_eq(d.errors, 5);
    diag_free(&d);
}

Test(diag, warnings_are_told_but_are_no_errors)
{
    struct diag d = {0};
    diag_warning(&d, (struct diag_place){.file = "a.c", .line = 1, .column = 2}, "%d%%", 50);
    cr_assert_str_eq(d.text.items, "a.c:1:2: warning: 50%\n");
    cr_assert_eq(d.errors, 0);
    diag_free(&d);
    cr_assert_eq(d.text.count, 0);
}

Test(diag, a_very_long_message_is_one_line_and_harms_nothing)
{
    char *longer = mem_zero(10001, 1);
    memset(longer, 'x', 10000);
    struct diag d = {0};
    diag_error(&d, (struct diag_place){.file = longer, .line = 1}, "%s", longer);
    diag_error(&d, (struct diag_place){0}, "short");
    cr_assert_eq(strchr(d.text.items, '\n') - d.text.items + 1 + (ptrdiff_t)strlen("impasse: error: short\n"),
                 (ptrdiff_t)d.text.count);
    cr_assert_eq(d.errors, 2);
    diag_free(&d);
    mem_free(longer);
}
