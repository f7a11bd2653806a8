/* Goal: LLVM files are read, and no bytes whatever can crash the reader: each bad file is one clear error.
 * Method: hand-written assembly; bitcode made by clang, cut and damaged by a fixed pseudo-random sequence. */
#include "snippet.h"

static const char layout[] = "target datalayout = "
                             "\"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128\"\n"
                             "target triple = \"x86_64-pc-linux-gnu\"\n";

static struct snippet *assembly(const char *text)
{
    struct snippet *s = snippet_begin();
    vec_char all = {0};
    text_printf(&all, "%s%s", layout, text);
    snippet_add(s, "a.ll", all.items);
    VEC_FREE(&all);
    snippet_load(s);
    return s;
}

/* Bitcode of a small program. */
static void bitcode(vec_char *out)
{
    static const char command[] = "echo 'int g = 3; int f(int x) { return x + g; } int main(void) { return f(1); }' | "
                                  "clang -x c -O0 -emit-llvm -c -o - -";
    FILE *f = popen(command, "r");
    char buffer[4096];
    size_t n;
    cr_assert(f);
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_append(out, buffer, n);
    cr_assert_eq(pclose(f), 0);
    cr_assert_gt(out->count, 1000u);
}

static struct snippet *bytes(const void *items, size_t n)
{
    struct snippet *s = snippet_begin();
    snippet_add_bytes(s, "a.bc", items, n);
    snippet_load(s);
    return s;
}

static void assert_one_error(const struct snippet *s)
{
    const char *text = snippet_diagnostics(s);
    cr_assert_eq(s->diag.errors, 1, "%s", text);
    cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1, "one line: %s", text);
    ASSERT_HAS(text, "a.bc: error: this is not valid LLVM bitcode");
}

Test(bitcode, a_good_file_is_a_program)
{
    vec_char b = {0};
    bitcode(&b);
    struct snippet *s = bytes(b.items, b.count);
    ASSERT_HAS(snippet_function(s, "f"), "ADD 32");
    snippet_end(s);
    VEC_FREE(&b);
}

Test(bitcode, assembly_is_a_program)
{
    struct snippet *s = assembly("define i32 @main() { ret i32 7 }");
    ASSERT_HAS(snippet_function(s, "main"), "RET(#7)");
    snippet_end(s);
}

Test(bitcode, an_error_in_assembly_has_its_line)
{
    struct snippet *s = assembly("define i32 @main() {\n  ret i64 0\n}");
    ASSERT_HAS(snippet_diagnostics(s), "a.ll:4:7: error: this is not valid LLVM assembly: value doesn't match");
    snippet_end(s);
}

Test(bitcode, another_machine_is_refused)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.ll", "target triple = \"aarch64-linux-gnu\"\ndefine i32 @main() { ret i32 0 }");
    snippet_load(s);
    ASSERT_HAS(snippet_diagnostics(s), "a.ll: error: it was not compiled for x86_64\n");
    snippet_end(s);
}

Test(bitcode, a_megabyte_of_random_bytes)
{
    size_t n = 1 << 20;
    unsigned char *b = mem_alloc(n);
    uint32_t x = 1;
    for (size_t i = 0; i < n; i++)
        b[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
    struct snippet *s = bytes(b, n);
    assert_one_error(s);
    snippet_end(s);
    memcpy(b, "BC\xc0\xde", 4); /* with the right magic it goes as far as LLVM's reader */
    s = bytes(b, n);
    assert_one_error(s);
    snippet_end(s);
    mem_free(b);
}

Test(bitcode, truncated_files)
{
    vec_char b = {0};
    bitcode(&b);
    for (size_t n = 1; n < b.count; n += b.count / 6) {
        struct snippet *s = bytes(b.items, n);
        assert_one_error(s);
        snippet_end(s);
    }
    VEC_FREE(&b);
}

Test(bitcode, damaged_files_never_crash)
{
    vec_char b = {0};
    bitcode(&b);
    uint32_t x = 7;
    for (int round = 0; round < 12; round++) {
        char *damaged = mem_copy(b.items, b.count);
        for (int i = 0; i <= round; i++) {
            x = x * 1664525 + 1013904223;
            damaged[8 + x % (b.count - 8)] = (char)(x >> 24);
        }
        struct snippet *s = bytes(damaged, b.count); /* a program or an error: both are fine */
        snippet_end(s);
        mem_free(damaged);
    }
    VEC_FREE(&b);
}

Test(bitcode, two_definitions_of_one_name)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c", "int f(void) { return 1; }\nint main(void) { return f(); }");
    snippet_add(s, "b.c", "\nint f(void) { return 2; }");
    snippet_load(s);
    vec_char expected = {0};
    text_printf(&expected, "%s:2: error: 'f' is already defined at %s:1\n", s->paths[1], s->paths[0]);
    cr_assert_str_eq(snippet_diagnostics(s), expected.items);
    VEC_FREE(&expected);
    snippet_end(s);
}

Test(bitcode, several_files_are_one_program)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c",
                "extern int g; int f(void); static int h(void) { return 1; }\n"
                "int main(void) { return f() + h() + g; }");
    snippet_add(s, "b.c", "int g = 5; static int h(void) { return 2; }\nint f(void) { return h(); }");
    snippet_load(s);
    ASSERT_HAS(snippet_function(s, "main"), "CALL f()");
    unsigned statics = 0;
    for (size_t i = 0; i < s->program->functions.count; i++)
        statics += strcmp(s->program->functions.items[i].name, "h") == 0;
    cr_assert_eq(statics, 2);
    snippet_end(s);
}

Test(bitcode, weak_common_and_the_users_own_libc_function)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c",
                "__attribute__((weak)) int f(void) { return 1; }\n"
                "int atoi(const char *s) { return 99; }\n"
                "int main(void) { return f() + atoi(\"1\"); }");
    snippet_add(s, "b.c", "int f(void) { return 2; }");
    snippet_load(s);
    ASSERT_HAS(snippet_function(s, "f"), "RET(#2)");
    ASSERT_HAS(snippet_function(s, "atoi"), "RET(#99)");
    snippet_end(s);
}

Test(bitcode, what_is_not_reachable_may_be_anything)
{
    struct snippet *s = snippet_c("void missing_f(void); void f(void) { __asm__(\"nop\"); missing_f(); }\n"
                                  "int main(void) { return 0; }");
    cr_assert_not_null(s->program, "%s", snippet_diagnostics(s));
    snippet_end(s);
}
