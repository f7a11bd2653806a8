/* What becomes pending and what an outcome does: the machine's side of every visible operation. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>

#include "machine/memory.h"
#include "machine/sim.h"

#define PRELUDE                                                                                                        \
    "#define _GNU_SOURCE\n#include <impasse.h>\n#include <errno.h>\n#include <stdatomic.h>\n#include <stdio.h>\n"      \
    "#include <stdlib.h>\n#include <string.h>\n#include <sys/mman.h>\n#include <sys/wait.h>\n#include <unistd.h>\n"    \
    "struct shared { int n; short s; long l; char text[40]; atomic_int a; };\n"                                        \
    "static struct shared *share(void) { return mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,\n"           \
    "                                                MAP_SHARED | MAP_ANONYMOUS, -1, 0); }\n"

static struct program *program;
static struct sim sim;

static void begin(const char *body)
{
    vec_char text = {0};
    text_printf(&text, "%sint main(void) { %s return 0; }\n", PRELUDE, body);
    program = sim_compile_text(text.items);
    VEC_FREE(&text);
    cr_assert_not_null(program);
    sim_begin(&sim, program, NULL);
}

static void end(void)
{
    sim_end(&sim);
    program_destroy(program);
}

static const struct kcall *next(uint32_t number)
{
    cr_assert(sim_until(&sim, 0, number), "%s never comes", kernel_call(number)->name);
    return &sim_pending(&sim, 0)->call;
}

static void give(int64_t value, int error)
{
    const struct koutcome o = {.kind = KOUT_RETURN, .value = value, .error = error};
    sim.locals[0] = machine_resume(sim.machine, sim.locals[0], &o);
}

static void expect_next_write(const char *expected)
{
    char bytes[100] = "";
    const struct kcall *call = next(KCALL_WRITE);
    cr_assert_lt(call->args[2], sizeof bytes);
    void *context = machine_memory_context(sim.machine, sim.locals[0]);
    cr_assert_eq(machine_memory_ops.read(context, call->args[1], bytes, call->args[2]), KMEMORY_OK);
    cr_expect_str_eq(bytes, expected);
}

Test(machine, shared_accesses_are_pending_calls)
{
    begin(
        "struct shared *m = share(); m->l = -2; m->s = (short)(m->n + 7); char b[8] = \"private\";"
        "memcpy(m->text, b, 8); memset(m->text + 8, 'x', 3); strcpy(b, \"\"); memcpy(b, m->text, 8); printf(\"%s\", b);"
        "char *r = memmove(m->text + 20, m->text, 11); printf(\" %d\", r == m->text + 20);");
    next(KCALL_STORE);
    uint64_t base = sim_pending(&sim, 0)->call.args[0] - 8;
    cr_expect(address_shared(base));
    cr_expect_eq(next(KCALL_STORE)->args[1], 8);
    cr_expect_eq(next(KCALL_STORE)->args[2], (uint64_t)-2);
    sim_step(&sim, 0);
    cr_expect_eq(next(KCALL_LOAD)->args[0], base);
    cr_expect_eq(next(KCALL_LOAD)->args[1], 4);
    sim_step(&sim, 0);
    cr_expect_eq(next(KCALL_STORE)->args[1], 2);
    cr_expect_eq(next(KCALL_STORE)->args[2], 7);
    sim_step(&sim, 0);
    cr_expect_eq(next(KCALL_COPY)->args[0], base + 16);
    cr_expect_eq(next(KCALL_COPY)->args[2], 8);
    cr_expect_eq(next(KCALL_SET)->args[1], 'x');
    sim_run(&sim);
    cr_expect_str_eq(sim.console.items, "private 1");
    end();
}

Test(machine, atomics_on_shared_memory)
{
    begin("struct shared *m = share(); int old = atomic_fetch_sub(&m->a, 3), e = 5;"
          "int swapped = atomic_compare_exchange_strong(&m->a, &e, 9);"
          "int again = atomic_compare_exchange_strong(&m->a, &e, 9);"
          "printf(\"%d %d %d %d %d\", old, swapped, again, e, atomic_load(&m->a));");
    const struct kcall *call = next(KCALL_RMW);
    cr_expect_eq(call->args[1], 4);
    cr_expect_eq(call->args[2], 2);
    cr_expect_eq(call->args[3], 3);
    call = next(KCALL_CAS);
    cr_expect_eq(call->args[2], 5);
    cr_expect_eq(call->args[3], 9);
    sim_run(&sim);
    cr_expect_str_eq(sim.console.items, "0 0 1 -3 9");
    end();
}

Test(machine, private_faults_of_a_shared_copy_are_named)
{
    begin(
        "struct shared *m = share(); char b[4]; size_t n = sizeof m->text / 5; memcpy(b, m->text, n); write(1, b, 4);");
    sim_run(&sim);
    char room[200];
    cr_expect_str_eq(sim_message(&sim, 0, room, sizeof room),
                     "out of bounds: write of 8 bytes at offset 0, after the end of local variable 'b' of 4 bytes");
    end();
}

Test(machine, outcomes_set_result_errno_and_bytes)
{
    begin("char b[4] = \"abc\"; errno = 3; long r = read(5, b + 1, 2); printf(\"%ld %d %s\", r, errno, b);");
    const struct kcall *call = next(KCALL_READ);
    cr_expect_eq(call->args[0], 5);
    cr_expect_eq(call->args[2], 2);
    struct koutcome o = {.kind = KOUT_RETURN, .value = 2};
    VEC_PUSH(&o.copies, ((struct kcopy){call->args[1], intern_put(sim.components, "XY", 2)}));
    uint32_t before = sim.locals[0];
    uint32_t filled = machine_resume(sim.machine, before, &o);
    cr_expect_eq(machine_resume(sim.machine, before, &o), filled); /* from the memo */
    give(-1, EBADF);
    cr_expect_neq(sim.locals[0], filled);
    expect_next_write("-1 9 abc");
    sim.locals[0] = filled;
    expect_next_write("2 3 aXY");
    VEC_FREE(&o.copies);
    end();
}

Test(machine, a_death_in_the_kernel_is_a_crash)
{
    begin("write(1, \"x\", 1);");
    const struct koutcome o = {.kind = KOUT_DIE, .error = SIGPIPE, .note = intern_put(sim.components, "no reader", 9)};
    next(KCALL_WRITE);
    sim.locals[0] = machine_resume(sim.machine, sim.locals[0], &o);
    const struct machine_pending *pending = sim_pending(&sim, 0);
    char room[50];
    cr_expect_eq(pending->call.number, KCALL_DIE);
    cr_expect_eq(pending->call.args[0], SIGPIPE);
    cr_expect_eq(pending->trouble, TROUBLE_CRASH);
    cr_expect_str_eq(sim_message(&sim, 0, room, sizeof room), "no reader");
    const struct koutcome gone = {.kind = KOUT_EXIT};
    cr_expect_eq(machine_resume(sim.machine, sim.locals[0], &gone), 0);
    end();
}

Test(machine, a_child_goes_on_with_a_copy)
{
    begin(
        "int g = 1; impasse_atomic_begin(); if (fork() == 0) { g = 2; pause(); } impasse_atomic_end(); g = 3; pause();"
        "return g;");
    next(KCALL_FORK);
    uint32_t parent = sim.locals[0], child = machine_child(sim.machine, parent, 77);
    cr_expect_eq(machine_child(sim.machine, parent, 77), child);
    const struct machine_pending *pending = machine_pending(sim.machine, child);
    cr_expect_eq(pending->pid, 77);
    cr_expect_eq(pending->call.number, KCALL_PAUSE);
    cr_expect(!pending->atomic);
    cr_expect(machine_pending(sim.machine, parent)->atomic);
    cr_expect_neq(machine_child(sim.machine, parent, 78), child);
    cr_expect_eq(machine_pending(sim.machine, parent)->pid, KERNEL_MAIN_PID);
    end();
}

Test(machine, idle_lasts_for_one_place)
{
    begin("impasse_idle(); getpid();\nwhile (wait(NULL) > 0) ;\nint status; wait(&status);\nwait(NULL);");
    cr_expect(!sim_pending(&sim, 0)->idle, "getpid() never waits");
    give(2, 0);
    for (unsigned i = 0; i < 3; i++) {
        cr_expect_eq(sim_pending(&sim, 0)->call.number, KCALL_WAIT);
        cr_expect(sim_pending(&sim, 0)->idle, "wait number %u", i);
        if (i)
            cr_expect_eq(sim_pending(&sim, 0)->call.args[0], 0);
        give(i < 2 ? 5 : -1, i < 2 ? 0 : ECHILD);
    }
    cr_expect(!sim_pending(&sim, 0)->idle);
    give(5, 0);
    cr_expect(!sim_pending(&sim, 0)->idle);
    end();
}

Test(machine, marks_and_limits_belong_to_one_step)
{
    begin("impasse_mark(\"one\"); malloc(1UL << 40); pause(); pause();");
    size_t n;
    const char *label = intern_get(sim.components, sim_pending(&sim, 0)->label, &n);
    cr_expect_eq(n, 3);
    cr_expect_eq(memcmp(label, "one", 3), 0);
    cr_expect(sim_pending(&sim, 0)->limit);
    give(-1, EINTR);
    cr_expect_eq(sim_pending(&sim, 0)->label, 0);
    cr_expect(!sim_pending(&sim, 0)->limit);
    end();
}

/* A report names the user's line, not that of libc behind it. */
Test(machine, places_are_the_users)
{
    begin("\nprintf(\"a\");\nfflush(stdout);\nwrite(1, \"b\", 1);\nputs(\"c\");\n");
    next(KCALL_WRITE);
    unsigned flushed = sim_line(&sim, 0);
    sim_step(&sim, 0);
    next(KCALL_WRITE);
    cr_expect_lt(flushed, sim_line(&sim, 0));
    cr_expect_eq(strcmp(program->functions.items[sim_pending(&sim, 0)->function].name, "main"), 0);
    sim_run(&sim);
    cr_expect_str_eq(sim.console.items, "abc\n");
    end();
}

Test(machine, memory_for_the_kernel)
{
    begin("char b[10] = \"123456789\", *h = malloc(4); char *volatile old = malloc(4); free(old);"
          "write((int)(h - (char *)0 != 0), \"const\", 5); write(1, b, 10); write(1, h, 4); write(1, old, 4);");
    const struct kmemory_ops *ops = &machine_memory_ops;
    char bytes[16];
    uint64_t constant = next(KCALL_WRITE)->args[1];
    void *context = machine_memory_context(sim.machine, sim.locals[0]);
    cr_expect_eq(ops->read(context, constant, bytes, 5), KMEMORY_OK);
    cr_expect_eq(memcmp(bytes, "const", 5), 0);
    cr_expect_eq(ops->check_write(context, constant, 5), KMEMORY_FAULT);
    cr_expect_eq(ops->read(context, 0, bytes, 1), KMEMORY_FAULT);
    cr_expect_eq(ops->read(context, 0, bytes, 0), KMEMORY_OK);
    sim_step(&sim, 0);
    uint64_t local = sim_pending(&sim, 0)->call.args[1];
    context = machine_memory_context(sim.machine, sim.locals[0]);
    cr_expect_eq(ops->read(context, local + 3, bytes, 7), KMEMORY_OK);
    cr_expect_str_eq(bytes, "456789");
    cr_expect_eq(ops->check_write(context, local, 10), KMEMORY_OK);
    cr_expect_eq(ops->check_write(context, local, 11), KMEMORY_CRASH);
    sim_step(&sim, 0);
    sim_step(&sim, 0);
    uint64_t freed = sim_pending(&sim, 0)->call.args[1];
    context = machine_memory_context(sim.machine, sim.locals[0]);
    cr_expect_eq(ops->read(context, freed, bytes, 4), KMEMORY_CRASH);
    end();
}

Test(machine, provides_calls_and_builtins)
{
    cr_expect(machine_provides("read"));
    cr_expect(machine_provides("malloc"));
    cr_expect(machine_provides("impasse_idle"));
    cr_expect(!machine_provides(".load"));
    cr_expect(!machine_provides("frobnicate"));
}
