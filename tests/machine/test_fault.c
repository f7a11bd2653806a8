/* Every way to die has its signal, its line and a message that names the object: samples/faults.c dies in each of them,
 * and a table says how. */
#include <criterion/criterion.h>
#include <signal.h>

#include "machine/sim.h"

static const char *const source = "tests/machine/samples/faults.c";

static const struct row {
    const char *name;
    int signal;
    const char *message;
} rows[] = {
    {"null_read", SIGSEGV, "null pointer: read of 4 bytes"},
    {"null_write", SIGSEGV, "null pointer: write of 1 byte"},
    {"null_member", SIGSEGV, "null pointer: read of 4 bytes at address 0xc"},
    {"wild_pointer", SIGSEGV, "bad pointer: read of 8 bytes at 0x123456789abcdef0, where no object is"},
    {"code_read", SIGSEGV, "bad pointer: read of 1 byte at the code of null_read()"},
    {"global_after", SIGSEGV,
     "out of bounds: write of 4 bytes at offset 40, after the end of global variable 'table' of 40 bytes"},
    {"global_before", SIGSEGV,
     "out of bounds: write of 4 bytes at offset -4, before the start of global variable 'table' of 40 bytes"},
    {"local_after", SIGSEGV,
     "out of bounds: read of 4 bytes at offset 12, after the end of local variable 'numbers' of 12 bytes"},
    {"local_overlap", SIGSEGV,
     "out of bounds: read of 4 bytes at offset 4, after the end of local variable 'text' of 6 bytes"},
    {"heap_after", SIGSEGV, "out of bounds: write of 1 byte at offset 10, after the end of a heap block of 10 bytes"},
    {"heap_before", SIGSEGV,
     "out of bounds: write of 8 bytes at offset -8, before the start of a heap block of 16 bytes"},
    {"copy_too_long", SIGSEGV,
     "out of bounds: write of 8 bytes at offset 0, after the end of local variable 'small' of 4 bytes"},
    {"use_after_free", SIGSEGV, "use after free: write of 4 bytes at offset 8 of a heap block that was freed"},
    {"use_after_return", SIGSEGV,
     "use after return: read of 4 bytes of local variable 'gone' of escape(), which has returned"},
    {"free_twice", SIGABRT, "double free: free() of a heap block that was freed before"},
    {"free_local", SIGABRT,
     "bad free: free() of an address at offset 0 of local variable 'local' of 8 bytes, which malloc() did not make"},
    {"free_middle", SIGABRT, "bad free: free() of an address at offset 4 of a heap block of 8 bytes"},
    {"free_mapping", SIGABRT, "bad free: free() of a mapping of 4096 bytes that mmap() made"},
    {"realloc_freed", SIGABRT, "double free: realloc() of a heap block that was freed before"},
    {"write_literal", SIGSEGV, "write to a constant: write of 1 byte to a string literal of 6 bytes"},
    {"write_constant", SIGSEGV, "write to a constant: write of 4 bytes to constant 'constants' of 8 bytes"},
    {"divide_by_zero", SIGFPE, "division by zero"},
    {"remainder_by_zero", SIGFPE, "division by zero"},
    {"divide_overflow", SIGFPE, "overflow: the smallest number divided by -1"},
    {"deep_recursion", SIGSEGV, "stack overflow: 16384 calls deep"},
    {"wide_recursion", SIGSEGV, "stack overflow: more than 8 MiB of local variables, 86 calls deep"},
    {"big_alloca", SIGSEGV, "stack overflow: more than 8 MiB of local variables, 3 calls deep"},
    {"alloca_after", SIGSEGV,
     "out of bounds: write of 1 byte at offset 7, after the end of a block of alloca() of 7 bytes"},
    {"call_null", SIGSEGV, "null pointer: call of a null function pointer"},
    {"call_data", SIGSEGV, "bad function pointer: call of global variable 'table' of 40 bytes"},
    {"unreachable", SIGILL, "undefined behaviour: the end of unreachable() was reached where it must not be"},
    {"trap", SIGILL, "a trap instruction was reached"},
    {"aborts", SIGABRT, "abort() was called"},
    {"asserts", SIGABRT, "assertion failed: zero == 1 && \"why not\""},
    {"atomic_twice", SIGABRT, "impasse_atomic_begin() was called twice without impasse_atomic_end() between"},
    {"argument_after", SIGSEGV, "out of bounds: read of 8 bytes at offset 8, after the end of envp of 8 bytes"},
    {"string_unended", SIGSEGV,
     "out of bounds: read of 1 byte at offset 3, after the end of local variable 'text' of 3 bytes"},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* The number of the line with the comment of that name; 0: none. */
static unsigned marked_line(const char *name)
{
    char mark[64], line[256];
    snprintf(mark, sizeof mark, "/* %s */", name);
    FILE *f = fopen(source, "r");
    cr_assert_not_null(f);
    unsigned number = 0, found = 0;
    while (fgets(line, sizeof line, f)) {
        number++;
        if (strstr(line, mark))
            found = number;
    }
    fclose(f);
    return found;
}

Test(fault, each_has_its_signal_line_and_message)
{
    const char *flags[] = {"-w"};
    struct program *p = sim_compile(&source, 1, flags, 1);
    cr_assert_not_null(p);
    for (unsigned i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        const struct machine_options options = {.arguments = &row->name, .argument_count = 1};
        struct sim s;
        sim_begin(&s, p, &options);
        sim_run(&s);
        cr_assert_neq(s.locals[0], 0, "%s went on", row->name);
        const struct machine_pending *pending = sim_pending(&s, 0);
        char room[256];
        bool assertion = strcmp(row->name, "asserts") == 0;
        cr_expect_eq(pending->trouble, assertion ? TROUBLE_ASSERTION : TROUBLE_CRASH, "%s", row->name);
        cr_expect_eq(pending->call.number, KCALL_DIE, "%s", row->name);
        cr_expect_eq(pending->call.args[0], (uint64_t)row->signal, "%s: signal", row->name);
        cr_expect_str_eq(sim_message(&s, 0, room, sizeof room), row->message);
        cr_expect_eq(sim_line(&s, 0), marked_line(row->name), "%s: line %u", row->name, sim_line(&s, 0));
        sim_end(&s);
    }
    program_destroy(p);
}

/* A crash keeps the way to it. */
Test(fault, the_call_stack_is_kept)
{
    struct sim s;
    struct program *p = sim_compile_text("#include <string.h>\n"
                                         "static int f(char *s) { return (int)strlen(s); }\n"
                                         "static int g(char *s) { return f(s); }\n"
                                         "int main(void) { return g(0); }\n");
    cr_assert_not_null(p);
    sim_begin(&s, p, NULL);
    uint32_t places[8];
    cr_assert_eq(machine_stack(s.machine, s.locals[0], places, 8), 3);
    cr_expect_eq(program_place(p, places[0]).line, 2);
    cr_expect_eq(program_place(p, places[1]).line, 3);
    cr_expect_eq(program_place(p, places[2]).line, 4);
    cr_expect_eq(machine_stack(s.machine, s.locals[0], places, 2), 2);
    sim_end(&s);
    program_destroy(p);
}
