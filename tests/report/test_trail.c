/* Goal: a trail comes back from its text as it was, and a damaged one is refused with the place of the damage.
 * Method: round trips of every byte value; a table of broken texts with their whole diagnostics; seeded damage. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "report/trail.h"

static struct trail sample(const char *hostile)
{
    struct trail t = {.expect = mem_copy_string("deadlock"), .found_by = mem_copy_string("fuzz --seed 1 run 17")};
    VEC_PUSH(&t.files, mem_copy_string("models/pipe/forgotten_close.c"));
    VEC_PUSH(&t.files, mem_copy_string(hostile));
    VEC_PUSH(&t.options, mem_copy_string("-DN=3"));
    VEC_PUSH(&t.settings, mem_copy_string("pipe_capacity=4"));
    VEC_PUSH(&t.arguments, mem_copy_string(""));
    VEC_PUSH(&t.steps, ((struct trail_step){mem_copy_string("main"), mem_copy_string("pipe"), 0,
                                            mem_copy_string("(p) = [3, 4]")}));
    VEC_PUSH(&t.steps, ((struct trail_step){mem_copy_string("child 1.2"), mem_copy_string("read"), 4294967295u, NULL}));
    VEC_PUSH(&t.steps, ((struct trail_step){mem_copy_string(hostile), mem_copy_string(hostile), 1,
                                            *hostile ? mem_copy_string(hostile) : NULL}));
    return t;
}

static void expect_round_trip(const char *hostile)
{
    struct trail t = sample(hostile), back;
    struct diag diag = {0};
    vec_char text = {0}, again = {0};
    trail_write(&t, &text);
    cr_assert(trail_parse(&back, "x.trail", text.items, text.count, &diag), "%s\n%s", diag.text.items, text.items);
    cr_assert(eq(sz, back.files.count, 2));
    cr_assert(eq(sz, back.steps.count, 3));
    cr_assert(eq(str, back.files.items[1], (char *)hostile));
    cr_assert(eq(str, back.steps.items[2].name, (char *)hostile));
    cr_assert(eq(str, back.steps.items[2].call, (char *)hostile));
    if (*hostile)
        cr_assert(eq(str, back.steps.items[2].comment, (char *)hostile));
    trail_write(&back, &again);
    cr_assert(eq(str, again.items, text.items));
    for (size_t i = 0; i < text.count; i++)
        cr_assert(text.items[i] == '\n' || ((unsigned char)text.items[i] >= ' ' && text.items[i] != 0x7f));
    VEC_FREE(&text);
    VEC_FREE(&again);
    diag_free(&diag);
    trail_free(&t);
    trail_free(&back);
}

Test(trail, reads_as_the_header_says)
{
    struct trail t = sample("a b");
    vec_char text = {0};
    trail_write(&t, &text);
    cr_assert(eq(str, text.items,
                 "impasse-trail 1\n"
                 "found-by \"fuzz --seed 1 run 17\"\n"
                 "file models/pipe/forgotten_close.c\n"
                 "file \"a b\"\n"
                 "option -DN=3\n"
                 "set pipe_capacity=4\n"
                 "argument \"\"\n"
                 "expect deadlock\n"
                 "1 main pipe 0 # (p) = [3, 4]\n"
                 "2 \"child 1.2\" read 4294967295\n"
                 "3 \"a b\" \"a b\" 1 # a b\n"
                 "end\n"));
    VEC_FREE(&text);
    trail_free(&t);
}

Test(trail, every_string_comes_back)
{
    static const char *const hostile[] = {
        "",     "a",   " ",  "  a  ", "a ",    " a",  "\n",      "\t", "a\nend\n",          "# x",
        "a#b",  "\"",  "\\", "\\n",   "\\x41", "a\\", "\\\\ \\", "\r", "\xc3\xa9t\xc3\xa9", "\xff",
        "\x7f", "end", "1",  "'x'"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        expect_round_trip(hostile[i]);
    for (int c = 1; c < 256; c++) {
        char all[] = {(char)c, 'a', (char)c, (char)c, 'f', (char)c, '\0'};
        expect_round_trip(all);
    }
}

Test(trail, edited_by_hand)
{
    static const char text[] = "impasse-trail 1\r\n\r\n# why this one\r\nfile\t a.c   # the model\r\nexpect stuck\r\n"
                               "   2 main  write 1 #\r\n10 main write 0 # C:\\dir\r\nend";
    struct trail t;
    struct diag diag = {0};
    cr_assert(trail_parse(&t, "x.trail", text, sizeof text - 1, &diag), "%s", diag.text.items);
    cr_assert(eq(str, t.files.items[0], "a.c"));
    cr_assert(eq(sz, t.steps.count, 2));
    cr_assert(t.steps.items[0].comment == NULL);
    cr_assert(eq(str, t.steps.items[1].comment, "C:\\dir"));
    trail_free(&t);
}

#define HEAD "impasse-trail 1\nfile a.c\nexpect deadlock\n"
#define NO_TRAIL "t:1:1: error: this is no trail: its first line must be `impasse-trail 1`\n"

static const struct broken {
    const char *text, *diagnostics;
} broken[] = {
    {"", NO_TRAIL},
    {"\x7f"
     "ELF\x02\x01\x01",
     NO_TRAIL},
    {"int main(void)\n{\n}\n", NO_TRAIL},
    {"impasse-trail\n", NO_TRAIL},
    {"impasse-trail one\n", NO_TRAIL},
    {"impasse-trail 2\nsomething new\n",
     "t:1:15: error: this version of Impasse reads trails of version 1, not of version: '2'\n"},
    {"impasse-trail 1\n", "t: error: the trail is cut off: there is no line `end`\n"
                          "t: error: there is no line `file`\nt: error: there is no line `expect`\n"},
    {HEAD "1 main pipe 0\n2 mai", "t:5:1: error: a step is: NUMBER PROCESS CALL OUTCOME\n"},
    {HEAD "1 main pipe 0\n", "t: error: the trail is cut off: there is no line `end`\n"},
    {HEAD "1 main pipe 0 1\nend\n", "t:4:1: error: a step is: NUMBER PROCESS CALL OUTCOME\n"},
    {HEAD "1 main pipe x\nend\n", "t:4:13: error: not an outcome number: 'x'\n"},
    {HEAD "1 main pipe -1\nend\n", "t:4:13: error: not an outcome number: '-1'\n"},
    {HEAD "1 main pipe 4294967296\nend\n", "t:4:13: error: not an outcome number: '4294967296'\n"},
    {HEAD "99999999999999999999 main pipe 0\nend\n", "t:4:1: error: not a step number: '99999999999999999999'\n"},
    {HEAD "0 main pipe 0\nend\n", "t:4:1: error: step numbers must ascend: '0'\n"},
    {HEAD "2 main pipe 0\n2 main pipe 0\nend\n", "t:5:1: error: step numbers must ascend: '2'\n"},
    {HEAD "1 \"main pipe 0\nend\n", "t:4:3: error: the quote is not closed\n"},
    {HEAD "1 \"main\"pipe 0\nend\n", "t:4:9: error: a blank is missing behind the quoted word\n"},
    {HEAD "1 \"m\\q\" pipe 0\nend\n", "t:4:5: error: no such escape: there are \\\" \\\\ \\n \\t \\r and \\xNN\n"},
    {HEAD "1 \"m\\x00\" pipe 0\nend\n", "t:4:5: error: no such escape: there are \\\" \\\\ \\n \\t \\r and \\xNN\n"},
    {HEAD "1 ma\033[31min pipe 0\nend\n", "t:4:5: error: a control character\n"},
    {HEAD "1 main pipe 0\nset a=1\nend\n", "t:5:1: error: this must stand before the first step: 'set'\n"},
    {HEAD "set a\nend\n", "t:4:5: error: not NAME=VALUE: 'a'\n"},
    {HEAD "expect ok\nend\n", "t:4:1: error: a second line of this kind: 'expect'\n"},
    {HEAD "colour red\nend\n", "t:4:1: error: unknown kind of line: 'colour'\n"},
    {HEAD "file a b\nend\n", "t:4:1: error: one word must follow (quote it if it has blanks): 'file'\n"},
    {HEAD "end\nend\n", "t:5:1: error: something follows the line `end`: 'end'\n"},
    {"impasse-trail 1\nexpect disaster\nfile\nend\n",
     "t:2:8: error: no verdict: 'disaster'\nt:3:1: error: one word must follow (quote it if it has blanks): 'file'\n"},
};

Test(trail, broken_texts_are_refused_with_their_place)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct trail t;
        struct diag diag = {0};
        cr_assert(not(trail_parse(&t, "t", broken[i].text, strlen(broken[i].text), &diag)), "%s", broken[i].text);
        cr_assert(eq(str, diag.text.items, (char *)broken[i].diagnostics));
        cr_assert(eq(sz, t.steps.count, 0));
        cr_assert(eq(sz, t.files.count, 0));
        diag_free(&diag);
    }
}

Test(trail, errors_end_after_ten)
{
    struct trail t;
    struct diag diag = {0};
    vec_char text = {0};
    text_printf(&text, HEAD);
    for (int i = 0; i < 1000; i++)
        text_printf(&text, "x\n");
    cr_assert(not(trail_parse(&t, "t", text.items, text.count, &diag)));
    cr_assert(eq(uint, diag.errors, 11));
    cr_assert(strstr(diag.text.items, "t:13: error: too many errors\n") != NULL, "%s", diag.text.items);
    VEC_FREE(&text);
    diag_free(&diag);
}

Test(trail, damage_is_never_a_crash)
{
    struct trail t = sample("a \"b\" \\c # d");
    vec_char text = {0};
    trail_write(&t, &text);
    srand(1);
    for (int i = 0; i < 20000; i++) {
        vec_char copy = {0};
        struct trail back;
        struct diag diag = {0};
        text_append(&copy, text.items, (size_t)rand() % (text.count + 1));
        for (int k = rand() % 4; k > 0 && copy.count; k--)
            copy.items[(size_t)rand() % copy.count] = (char)rand();
        if (trail_parse(&back, "t", copy.items, copy.count, &diag))
            trail_free(&back);
        else
            cr_assert(diag.errors > 0);
        VEC_FREE(&copy);
        diag_free(&diag);
    }
    VEC_FREE(&text);
    trail_free(&t);
}
