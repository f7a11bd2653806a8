/* Goal: every construct of C becomes the code that code.h promises, and what is not supported is one error with its
 * place. Method: small C and LLVM texts; parts of the printed code. That the code computes the right values is tested
 * by running it (tests/machine/test_native.c). */
#include <inttypes.h>

#include "snippet.h"

/* A program whose main only calls f, so that f is reachable whatever it looks like. */
static struct snippet *f_of(const char *text)
{
    struct snippet *s = snippet_begin();
    vec_char all = {0};
    text_printf(&all, "%s\nint main(void) { return (int)(long)(void *)f; }\n", text);
    snippet_add(s, "a.c", all.items);
    VEC_FREE(&all);
    snippet_load(s);
    return s;
}

static void code_has(const char *text, const char *part)
{
    struct snippet *s = f_of(text);
    ASSERT_HAS(snippet_function(s, "f"), part);
    snippet_end(s);
}

static void code_is(const char *text, const char *code)
{
    struct snippet *s = f_of(text);
    cr_assert_str_eq(snippet_function(s, "f"), code);
    snippet_end(s);
}

static void refuses(const char *text, const char *message)
{
    struct snippet *s = f_of(text);
    cr_assert_null(s->program);
    ASSERT_HAS(snippet_diagnostics(s), message);
    snippet_end(s);
}

Test(lower, integers_of_every_width)
{
    code_has("int f(int a, int b) { return a + b; }", "ADD 32 r0 r1");
    code_has("long f(long a, long b) { return a * b; }", "MUL r0 r1");
    code_has("unsigned f(unsigned a, unsigned b) { return a / b; }", "UDIV 32 r0 r1");
    code_has("int f(signed char a) { return a; }", "SEXT 32 r0 imm 8");
    code_is("unsigned f(unsigned char a) { return a; }",
            "function f: 1 parameters, 1 registers, 1 results\n   0: RET(r0)\n");
    code_has("short f(int a) { return (short)a; }", "TRUNC 16 r0");
    code_has("_Bool f(int a) { return a; }", "NE 32 r0 #0");
    code_has("int f(int a, int b) { return a > b; }", "SLT 32 r1 r0");
    code_has("int f(unsigned a, unsigned b) { return a >= b; }", "ULE 32 r1 r0");
    code_has("int f(int a) { return a >> 3; }", "ASHR 32 r0 #3");
}

/* What calls of dup2 pass as second argument, as text. */
static void seconds_are(const char *text, const char *wanted)
{
    struct snippet *s = f_of(text);
    vec_char found = {0};
    text_append(&found, "", 0);
    for (size_t i = 0; i < s->program->builtins.count; i++) {
        const struct code_builtin *b = &s->program->builtins.items[i];
        if (strncmp(b->name, "dup", 3) != 0)
            continue;
        for (size_t v = 0; v < b->second_values.count; v++)
            text_printf(&found, "%" PRIu64 " ", b->second_values.items[v]);
        if (b->any_second)
            text_printf(&found, "any ");
    }
    cr_assert_str_eq(found.items, wanted);
    VEC_FREE(&found);
    snippet_end(s);
}

Test(lower, second_arguments_of_builtins_are_noted) /* FD-14 */
{
    seconds_are("int dup2(int, int); int f(void) { int to = 4; return dup2(1, 1031) + dup2(2, to) + dup2(3, 4); }", "1031 4 ");
    seconds_are("int dup2(int, int); int f(int to) { return dup2(1, to); }", "any ");
    seconds_are("int dup2(int, int); int (*f)(int, int) = dup2;", "any ");
    seconds_are("int dup(int); int f(void) { return dup(3); }", "");
}

Test(lower, bit_fields)
{
    code_has("struct s { unsigned a : 3, b : 5; }; int f(struct s *s) { return s->b; }", "LSHR 8");
}

Test(lower, floating_point)
{
    code_has("double f(double a, double b) { return a * b + 1; }", "FADD r2 #4607182418800017408");
    code_has("float f(float a) { return -a; }", "FNEG 32 r0");
    code_has("int f(double a) { return (int)a; }", "FPTOSI 32 r0 imm 64");
    code_has("float f(unsigned a) { return a; }", "UITOFP 32 r0 imm 32");
    code_has("double f(float a) { return a; }", "FPCAST r0 imm 32");
    code_has("int f(double a) { return a < 1; }", "FCMP r0 #4607182418800017408 imm 4");
}

Test(lower, addresses)
{
    code_has("int f(int *p, long i) { return p[i]; }", "INDEX r0 r1 imm 4");
    code_has("int f(int *p, int i) { return p[i + 1]; }", "SEXT r2 imm 32");
    code_has("struct s { char c; long l; }; long f(struct s *s) { return s->l; }", "INDEX r0 #8 imm 1");
    code_has("long f(int *a, int *b) { return a - b; }", "SDIV r2 #4");
}

Test(lower, phis_are_moves_that_do_not_overwrite_each_other)
{
    struct snippet *s = f_of("int f(int n) { int a = 1, b = 2; while (n--) { int t = a; a = b; b = t; } return a; }");
    struct code_function *f = &s->program->functions.items[snippet_index(s, "f")];
    unsigned moves = 0;
    for (size_t i = 0; i < f->code.count; i++)
        moves += f->code.items[i].op == CODE_MOV;
    cr_assert_eq(moves, 7, "3 on entry; n, and a swap through a spare register, on the way back");
    snippet_end(s);
}

Test(lower, switches)
{
    code_has("int f(int a) { switch (a) { case 1: return 5; case -1: return 6; default: return 7; } }",
             "SWITCH 32 r0 1:@");
    code_has("int f(int a) { switch (a) { case 1: return 5; case -1: return 6; default: return 7; } }",
             " 4294967295:@");
}

Test(lower, structs_by_value)
{
    code_has("struct s { long a, b; }; struct s f(struct s x) { x.a++; return x; }", "2 parameters");
    code_has("struct s { long a, b; }; struct s f(struct s x) { x.a++; return x; }", "2 results");
    code_has("struct s { float a, b; }; float f(struct s x) { return x.b; }", "2 parameters");
    code_has("struct s { long a[9]; }; long f(struct s x) { return x.a[2]; }", "MEMCPY r1 r0 #72");
    code_has("struct s { long a[9]; }; struct s f(void) { struct s x = {{1}}; return x; }", "1 parameters");
}

Test(lower, variadic_calls)
{
    code_has("int g(int n, ...); int g(int n, ...) { return n; } int f(void) { return g(1, 2, 3.0, \"x\"); }",
             "CALL g(#1; #2, #4613937818241073152, #");
    code_has("int f(int n, ...) { __builtin_va_list a; __builtin_va_start(a, n); int x = __builtin_va_arg(a, int);"
             " __builtin_va_end(a); return x; }",
             "VA_START r");
    code_has("struct s { long a[3]; }; int g(int n, ...) { return n; }"
             " int f(struct s x) { return g(1, x, 7); }",
             "g(#1; r");
    code_has("struct s { _Alignas(16) long a[4]; }; int g(int n, ...) { return n; }"
             " int f(struct s *x) { return g(1, 2, *x); }",
             "g(#1; #2, #0, r");
    refuses("struct s { _Alignas(32) long a[4]; }; int g(int n, ...) { return n; }"
            " int f(struct s *x) { return g(1, *x); }",
            "an alignment of more than 16 is not supported");
}

Test(lower, calls)
{
    code_has("int getpid(void); int f(void) { return getpid(); }", "CALL_BUILTIN getpid()");
    code_has("int f(int (*g)(int)) { return g(4); }", "CALL_INDIRECT *r0(#4)");
    code_has("int g(); int f(void) { return g(1, 2); } int g(int a) { return a; }", "CALL g(#1)");
    code_has("int f(int n) { return n ? n * f(n - 1) : 1; }", "CALL f(r");
}

Test(lower, the_address_of_a_builtin_is_a_function_that_calls_it)
{
    struct snippet *s = snippet_c("int close(int); int (*volatile p)(int) = close; int main(void) { return p(3); }");
    cr_assert_str_eq(snippet_function(s, "close"), "function close: 1 parameters, 2 registers, 1 results\n"
                                                   "   0: r1 = CALL_BUILTIN close(r0)    live;\n   1: RET(r1)\n");
    snippet_end(s);
}

Test(lower, intrinsics)
{
    code_has("struct s { char a[99]; }; void f(struct s *a, struct s *b) { *a = *b; }", "MEMCPY r0 r1 #99");
    code_has("void f(char *p) { __builtin_memset(p, 1, 50); }", "MEMSET r0 #1 #50");
    code_has("int f(int a, int b, int *r) { return __builtin_add_overflow(a, b, r); }", "OVERFLOW 32 r0 r1");
    code_has("int f(unsigned a) { return __builtin_popcount(a); }", "CTPOP 32 r0");
    code_has("unsigned f(unsigned a) { return __builtin_bswap32(a); }", "BSWAP 32 r0");
    code_has("void f(void) { __builtin_trap(); }", "TRAP");
    code_has("long f(char *p) { return (long)__builtin_object_size(p, 0); }", "RET(#-1)");
    code_has("int f(int n) { int a[n]; a[0] = n; return a[0]; }", "ALLOCA_DYNAMIC");
    code_has("int f(int n) { int a[n]; a[0] = n; return a[0]; }", "STACK_RESTORE");
    code_has("double f(double x) { return __builtin_floor(x); }", "FMATH r0 #0 #0 imm 1");
}

Test(lower, atomics)
{
    code_has("int f(int *p) { return __atomic_fetch_add(p, 2, __ATOMIC_SEQ_CST); }", "ATOMIC_RMW 32 r0 #2 imm 1");
    code_has("int f(int *p) { return __sync_val_compare_and_swap(p, 1, 2); }", "ATOMIC_CAS 32 r0 #1 #2");
    code_has("int f(int *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }", "LOAD 32 r0");
}

static const struct code_global *global(const struct snippet *s, const char *name)
{
    for (size_t i = 0; i < s->program->globals.count; i++)
        if (strcmp(s->program->globals.items[i].name, name) == 0)
            return &s->program->globals.items[i];
    cr_assert_fail("no global %s", name);
    return NULL;
}

Test(lower, initial_values_with_addresses)
{
    struct snippet *s = snippet_c("struct { char c; short h; int *p; int (*f)(void); double d; } g;\n"
                                  "int a[4] = {1, 2}; static const char text[] = \"hi\";\n"
                                  "struct t { char c; short h; const int *p; const char *s; float d; };\n"
                                  "struct t t = {'x', -2, &a[3], text + 1, 1.5f};\n"
                                  "int main(void) { return t.c + g.c; }");
    const struct code_global *t = global(s, "t"), *zero = global(s, "g");
    uint64_t p, text;
    cr_assert_null(zero->bytes);
    cr_assert_eq(zero->size, 32);
    cr_assert_eq(t->size, 32);
    cr_assert_eq(memcmp(t->bytes, "x\0\xfe\xff\0\0\0\0", 8), 0);
    cr_assert_eq(memcmp(t->bytes + 24, "\0\0\xc0\x3f", 4), 0);
    memcpy(&p, t->bytes + 8, 8);
    memcpy(&text, t->bytes + 16, 8);
    cr_assert_eq(p & UINT32_MAX, 12);
    cr_assert_eq((uint32_t)(p >> 32), OBJECT_GLOBAL + (uint32_t)(global(s, "a") - s->program->globals.items));
    cr_assert_eq(text & UINT32_MAX, 1);
    cr_assert(global(s, "text")->constant);
    snippet_end(s);
}

Test(lower, places)
{
    struct snippet *s = snippet_c("int getpid(void);\nint main(void)\n{\n    return 1 + getpid();\n}\n");
    const struct code_function *f = &s->program->functions.items[snippet_index(s, "main")];
    struct diag_place at = program_place(s->program, f->code.items[0].place);
    cr_assert_str_eq(at.file, s->paths[0]);
    cr_assert_eq(at.line, 4);
    cr_assert_eq(at.column, 16);
    at = program_place(s->program, f->place);
    cr_assert_eq(at.line, 2);
    cr_assert_null(program_place(s->program, 0).file);
    cr_assert_str_eq(s->program->images.items[0].name, s->paths[0]);
    snippet_end(s);
}

Test(lower, names_of_variables)
{
    struct snippet *s = f_of("void g(int *); void f(int arg) { int local; g(&arg); g(&local); }");
    const struct code_function *f = &s->program->functions.items[snippet_index(s, "f")];
    cr_assert_eq(f->allocas.count, 2);
    cr_assert_str_eq(f->allocas.items[0].name, "arg");
    cr_assert_str_eq(f->allocas.items[1].name, "local");
    cr_assert_neq(f->allocas.items[0].number, f->allocas.items[1].number);
    snippet_end(s);
}

Test(lower, what_nobody_defines_is_an_error_at_its_call)
{
    struct snippet *s = snippet_c("int missing_f(int);\nextern int nowhere;\nint main(void)\n{\n"
                                  "    missing_f(1);\n    missing_f(2);\n    return nowhere;\n}\n");
    const char *text = snippet_diagnostics(s);
    cr_assert_eq(s->diag.errors, 2, "%s", text);
    ASSERT_HAS(text, "a.c:5:5: error: call to 'missing_f', which nobody defines and which is not simulated\n");
    ASSERT_HAS(text, "a.c:7:12: error: variable 'nowhere': it is declared and used, but nobody defines it\n");
    snippet_end(s);
}

Test(lower, the_address_of_what_nobody_defines_is_an_error_too)
{
    refuses("int missing_g(int); int (*f(void))(int) { return missing_g; }", "call to 'missing_g', which nobody");
}

Test(lower, unsupported_constructs_are_named_with_their_place)
{
    refuses("void f(void) {\n __asm__ volatile(\"nop\"); }", "a.c:2:2: error: inline assembly is not supported\n");
    refuses("long double f(long double x) { return x + 1; }", "long double is not supported");
    refuses("long f(long x) { return (long)((__int128)x * x >> 64); }",
            "a.c:1:32: error: integers of more than 64 bits are not supported\n");
    refuses("int f(void) { void *l = &&a; goto *l; a: return 1; }", "label is not supported");
    refuses("typedef int v __attribute__((vector_size(16))); v f(v a) { return a + a; }",
            "vector arithmetic is not supported");
    refuses("#include <setjmp.h>\nextern int missing_setjmp(jmp_buf); jmp_buf j; int f(void)"
            " { return missing_setjmp(j); }",
            "call to 'missing_setjmp'");
    refuses("__attribute__((constructor)) void f(void) {}", "attribute constructor or destructor are not supported");
}

Test(lower, an_unknown_intrinsic_is_named)
{
    struct snippet *s = snippet_begin();
    snippet_add(s, "a.ll",
                "target triple = \"x86_64-pc-linux-gnu\"\ntarget datalayout = \"e-i64:64-S128\"\n"
                "declare double @llvm.sin.f64(double)\n"
                "define i32 @main() { %x = call double @llvm.sin.f64(double 1.0)\n ret i32 0 }");
    snippet_load(s);
    ASSERT_HAS(snippet_diagnostics(s), "a.ll: error: the intrinsic llvm.sin.f64 is not supported\n");
    snippet_end(s);
}

Test(lower, the_same_input_gives_the_same_code)
{
    static const char text[] =
        "#include <stdio.h>\nint main(int n, char **v) { printf(\"%s %d\", v[0], n); return 0; }";
    struct snippet *s = snippet_c(text), *t = snippet_c(text);
    cr_assert_eq(s->program->functions.count, t->program->functions.count);
    for (uint32_t i = 0; i < s->program->functions.count; i++) {
        s->text.count = t->text.count = 0;
        code_print_function(s->program, i, &s->text);
        code_print_function(t->program, i, &t->text);
        cr_assert_str_eq(s->text.items, t->text.items);
    }
    snippet_end(s);
    snippet_end(t);
}
