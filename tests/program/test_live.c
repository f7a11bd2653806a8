/* Goal: what a paused task cannot read again is dead, and nothing else is.
 * Method: small functions; behind a marked call (getpid, or the call named) stand exactly the variables expected.
 * That nothing is missing is also tested by running random programs (tests/machine). */
#include "snippet.h"

/* The names of the allocas that are alive at the n-th call of `callee` in f, each followed by a blank. */
static void alive(struct snippet *s, const char *callee, unsigned n, vec_char *out)
{
    struct program *p = s->program;
    const struct code_function *f = &p->functions.items[snippet_index(s, "f")];
    for (size_t i = 0; i < f->code.count; i++) {
        const struct code_inst *inst = &f->code.items[i];
        const char *name = inst->op == CODE_CALL_BUILTIN ? p->builtins.items[inst->imm].name
                           : inst->op == CODE_CALL       ? p->functions.items[inst->imm].name
                                                         : "";
        if (strcmp(name, callee) != 0 || n--)
            continue;
        const struct code_live *live = &f->lives.items[inst->live];
        text_append(out, "", 0);
        for (uint32_t k = 0; k < live->alloca_count; k++)
            text_printf(out, "%s ", f->allocas.items[f->live_items.items[live->allocas + k]].name);
        return;
    }
    cr_assert_fail("no such call of %s", callee);
}

static void at_call(const char *text, const char *callee, unsigned n, const char *expected)
{
    struct snippet *s = snippet_begin();
    vec_char all = {0}, out = {0};
    text_printf(&all,
                "#include <stdio.h>\n#include <string.h>\n#include <unistd.h>\n#include <sys/wait.h>\n%s\n"
                "int main(void) { return (int)(long)(void *)f; }\n",
                text);
    snippet_add(s, "a.c", all.items);
    snippet_load(s);
    alive(s, callee, n, &out);
    cr_assert_str_eq(out.items, expected, "alive: \"%s\", expected: \"%s\" in\n%s", out.items, expected,
                     snippet_function(s, "f"));
    VEC_FREE(&all);
    VEC_FREE(&out);
    snippet_end(s);
}

Test(live, registers)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.c",
                "int getpid(void); int f(int a, int b) { int x = getpid(); getpid(); return a + x; }\n"
                "int main(void) { return f(1, 2); }");
    snippet_load(s);
    ASSERT_HAS(snippet_function(s, "f"), "r2 = CALL_BUILTIN getpid()    live r0;\n");
    ASSERT_HAS(snippet_function(s, "f"), "r3 = CALL_BUILTIN getpid()    live r0 r2;\n");
    snippet_end(s);
}

Test(live, a_variable_that_is_only_read_into_is_dead)
{
    at_call("void f(int d) { char c; while (read(d, &c, 1) > 0) ; }", "read", 0, "");
    at_call("void f(int d) { char c; while (read(d, &c, 1) == 1) putchar(c); }", "read", 0, "");
    at_call("void f(int d) { char c; while (1) { if (read(d, &c, 1) < 1) break; putchar(c); } }", "read", 0, "");
    at_call("void f(int d) { char c; int n; while ((n = (int)read(d, &c, 1)) > 0) putchar(c); }", "read", 0, "");
}

Test(live, a_variable_whose_old_value_survives_a_failed_read_is_alive)
{
    at_call("char f(int d) { char c = 0; while (read(d, &c, 1) == 1) ; return c; }", "read", 0, "c ");
    at_call("char f(int d) { char c = 0; read(d, &c, 1); return c; }", "read", 0, "c ");
    at_call("char f(int d) { char c = 0; if (read(d, &c, 1) >= 0) return c; return 0; }", "read", 0, "c ");
    at_call("int f(int d) { int c = 0; if (read(d, &c, 4) > 0) return c; return 0; }", "read", 0, "c ");
    at_call("int f(int d) { int c = 0; if (read(d, &c, 4) == 4) return c; return 0; }", "read", 0, "");
}

Test(live, a_buffer_of_which_only_what_was_read_is_used)
{
    at_call("void f(int d) { char b[64]; ssize_t n; while ((n = read(d, b, 64)) > 0) write(1, b, (size_t)n); }", "read",
            0, "");
    at_call("void f(int d) { char b[64]; ssize_t n; while ((n = read(d, b, 64)) > 0) write(1, b, (size_t)n); }",
            "write", 0, "b ");
    at_call("void f(int d) { char b[64]; ssize_t n; while ((n = read(d, b, 64)) > 0) write(1, b, 64); }", "read", 0,
            "b ");
    at_call("void f(int d) { char b[64]; int n; while ((n = (int)read(d, b, 63)) > 0) { b[n] = 0; puts(b); } }", "read",
            0, "");
    at_call("void f(int d) { char b[64]; while (read(d, b, 63) > 0) { b[63] = 0; puts(b); } }", "read", 0, "b ");
    at_call("void f(int d) { char b[64]; int n; while ((n = (int)read(d, b, 63)) > 0) { b[n] = 0; putchar(b[5]); } }",
            "read", 0, "b ");
}

Test(live, a_string_that_is_written_anew)
{
    static const char text[] = "void f(int d) { char m[50]; for (int i = 0; i < 3; i++) { getpid();"
                               " snprintf(m, sizeof m, \"%d\", i); write(d, m, strlen(m)); } }";
    at_call(text, "getpid", 0, "");
    at_call(text, "write", 0, "m ");
    at_call("void f(int d) { char m[50]; for (int i = 0; i < 3; i++) { getpid(); int n = sprintf(m, \"%d\", i);"
            " write(d, m, (size_t)n); } }",
            "getpid", 0, "");
    at_call("void f(int d) { char m[50]; for (int i = 0; i < 3; i++) { getpid(); snprintf(m, sizeof m, \"%d\", i);"
            " write(d, m, 50); } }",
            "getpid", 0, "m ");
    at_call("void f(void) { char l[80]; while (fgets(l, 80, stdin)) { puts(l); getpid(); } }", "getpid", 0, "");
}

Test(live, status_of_wait)
{
    at_call("void f(void) { int s; while (wait(&s) > 0) printf(\"%d\", s); }", "wait", 0, "");
    at_call("void f(void) { int s; while (wait(&s) != -1) printf(\"%d\", s); }", "wait", 0, "");
    at_call("void f(void) { int s; while (waitpid(-1, &s, 0) != -1) printf(\"%d\", s); }", "waitpid", 0, "");
    at_call("void f(void) { int s = 0; while (waitpid(-1, &s, WNOHANG) != -1) printf(\"%d\", s); }", "waitpid", 0,
            "s ");
}

Test(live, bytes_of_a_struct_that_are_set_one_by_one)
{
    at_call("struct m { int a, b; }; void f(int d) { struct m m = {7, 8}; write(d, &m, 8); getpid(); m.a = 1; m.b = 2;"
            " write(d, &m, 8); }",
            "getpid", 0, "");
    at_call("struct m { int a, b; }; void f(int d) { struct m m = {7, 8}; write(d, &m, 8); getpid(); m.a = 1;"
            " write(d, &m, 8); }",
            "getpid", 0, "m ");
}

Test(live, passing_an_address_to_a_harmless_function_is_no_escape)
{
    static const char text[] = "void set(int *p) { *p = 4; getpid(); }\n"
                               "int f(void) { int x; set(&x); getppid(); int y = x; getuid(); return y; }";
    at_call(text, "set", 0, "x ");
    at_call(text, "getppid", 0, "x ");
    at_call(text, "getuid", 0, "");
    at_call("int *same(int *p) { return p; } int f(void) { int x = 1; int *p = same(&x); getpid(); return *p; }",
            "getpid", 0, "x ");
    at_call("int even(int *p, int n) { return n ? even(p, n - 1) : *p; }\n"
            "int f(void) { int x = 1; int r = even(&x, 3); getpid(); return r; }",
            "getpid", 0, "");
}

Test(live, an_escaping_variable_lives_until_its_scope_ends)
{
    static const char text[] = "int *kept; void f(void) { { int z = 1; kept = &z; getpid(); } getppid(); }";
    at_call(text, "getpid", 0, "z ");
    at_call(text, "getppid", 0, "");
    at_call("int *kept; void keep(int *p) { kept = p; } void f(void) { int z; getpid(); keep(&z); getppid(); }",
            "getppid", 0, "z ");
    at_call("void unknown(int *); void f(void) { int z; unknown(&z); getppid(); }", "getppid", 0, "z ");
}

Test(live, a_loop_over_a_buffer_by_pointer)
{
    static const char text[] = "int f(int d) { char b[8]; int s = 0; if (read(d, b, 8) != 8) return 0; getpid();"
                               " for (char *p = b; p < b + 8; p++) s += *p; getppid(); return s; }";
    at_call(text, "read", 0, "");
    at_call(text, "getpid", 0, "b ");
    at_call(text, "getppid", 0, "");
}

Test(live, private_memory_is_no_place_to_pause)
{
    struct snippet *s = snippet_c("int g; int *q; int f(int i) { int a[4] = {1, 2, 3, 4}; g = a[i]; return *q; }\n"
                                  "int main(int n, char **v) { return f(n); }");
    const struct code_function *f = &s->program->functions.items[snippet_index(s, "f")];
    unsigned loads = 0, stores = 0;
    for (size_t i = 0; i < f->code.count; i++) {
        loads += f->code.items[i].op == CODE_LOAD && f->code.items[i].live != LIVE_NONE;
        stores += f->code.items[i].op == CODE_STORE && f->code.items[i].live != LIVE_NONE;
    }
    cr_assert_eq(loads, 2, "of q and of *q, not of a[i]");
    cr_assert_eq(stores, 1, "of g");
    snippet_end(s);
}
