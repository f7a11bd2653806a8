/* Goal: every file that a user may name ends in a program or in clear diagnostics.
 * Method: files in a fresh folder, good and bad, and the exact text of what is said about them. */
#include <sys/stat.h>

#include "snippet.h"

static void refused(const char *name, const char *text, const char *message)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, name, text);
    snippet_load(s);
    cr_assert_null(s->program);
    vec_char expected = {0};
    text_printf(&expected, "%s: error: %s\n", s->paths[0], message);
    cr_assert_str_eq(snippet_diagnostics(s), expected.items);
    cr_assert_eq(s->diag.errors, 1);
    VEC_FREE(&expected);
    snippet_end(s);
}

Test(clang, a_missing_file)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "x");
    unlink(s->paths[0]);
    snippet_load(s);
    ASSERT_HAS(snippet_diagnostics(s), "a.c: error: no such file\n");
    snippet_end(s);
}

Test(clang, a_directory)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "x");
    unlink(s->paths[0]);
    cr_assert_eq(mkdir(s->paths[0], 0700), 0);
    snippet_load(s);
    ASSERT_HAS(snippet_diagnostics(s), "a.c: error: this is a directory, not a file\n");
    rmdir(s->paths[0]);
    snippet_end(s);
}

Test(clang, an_empty_file)
{
    refused("a.c", "", "the file is empty");
}

Test(clang, a_file_of_unknown_kind)
{
    refused("a.txt", "hello", "unknown kind of file: expected C (.c), LLVM bitcode (.bc) or LLVM assembly (.ll)");
}

Test(clang, no_main)
{
    refused("a.c", "int f(void) { return 0; }", "there is no function main");
}

Test(clang, no_files)
{
    struct diag diag = {0};
    struct program_options options = {0};
    cr_assert_null(program_load(&options, &diag));
    cr_assert_str_eq(diag.text.items, "impasse: error: no input files\n");
    diag_free(&diag);
}

Test(clang, diagnostics_of_clang_come_through)
{
    struct snippet *s = snippet_c("int main(void)\n{\n    return 1 +;\n}\nint x = y;\n");
    const char *text = snippet_diagnostics(s);
    cr_assert_eq(s->diag.errors, 2);
    ASSERT_HAS(text, "a.c:3:15: error: expected expression\n    return 1 +;\n              ^\n");
    ASSERT_HAS(text, "a.c:5:9: error: use of undeclared identifier 'y'");
    snippet_end(s);
}

Test(clang, a_warning_is_no_error)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "int main(void) { int x; }");
    static const char *const flags[] = {"-Wall"};
    snippet_load_flags(s, flags, 1);
    cr_assert_not_null(s->program);
    ASSERT_HAS(snippet_diagnostics(s), "warning: unused variable 'x'");
    snippet_end(s);
}

Test(clang, flags_are_passed_on)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "int main(void) { return ANSWER + __impasse__; }");
    static const char *const flags[] = {"-DANSWER=42"};
    snippet_load_flags(s, flags, 1);
    ASSERT_HAS(snippet_function(s, "main"), "RET(#43)");
    snippet_end(s);
}

Test(clang, headers_of_the_system_are_used_without_inlined_functions)
{
    struct snippet *s = snippet_c("#include <stdlib.h>\n#include <sys/wait.h>\n"
                                  "int main(int n, char **v) { return atoi(v[0]) + WEXITSTATUS(n); }");
    ASSERT_HAS(snippet_function(s, "main"), "atoi(");
    snippet_end(s);
}

Test(clang, errors_of_all_files_are_found_in_their_order)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "int main(void) { return x; }");
    snippet_add(s, "b.c", "");
    snippet_add(s, "c.c", "int f(void) { return y; }");
    snippet_load(s);
    cr_assert_eq(s->diag.errors, 3);
    const char *text = snippet_diagnostics(s);
    cr_assert_lt(strstr(text, "a.c:1:25"), strstr(text, "c.c:1:22"));
    ASSERT_HAS(text, "b.c: error: the file is empty");
    snippet_end(s);
}

Test(clang, a_name_that_begins_with_a_dash_is_a_file)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "-a.c", "int main(void) { return 0; }");
    cr_assert_eq(chdir(s->folder), 0);
    struct diag diag = {0};
    const char *files[] = {"-a.c"};
    struct program_options options = {.files = files, .file_count = 1, .provided = snippet_provided};
    struct program *p = program_load(&options, &diag);
    cr_assert_not_null(p, "%s", diag.text.items);
    cr_assert_str_eq(p->images.items[0].name, "-a.c");
    program_destroy(p);
    diag_free(&diag);
    snippet_end(s);
}
