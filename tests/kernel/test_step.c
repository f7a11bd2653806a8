/* Goal: the contract of a step (kernel.h) that search relies on. Method: small calls in the harness, whose world_apply
 * checks every footprint; choices are enumerated as the model does. */
#include "harness.h"

Test(step, a_slot_stands_once_in_the_footprint_with_its_old_value)
{
    struct world *w = world_open();
    TRY(w, MAIN, PIPE, MEMORY);
    unsigned processes_read = 0, processes_written = 0;
    for (size_t i = 0; i < w->k.reads.count; i++)
        processes_read += slots_name(w->slots, w->k.reads.items[i].slot).kind == SLOT_PROCESS;
    for (size_t i = 0; i < w->k.writes.count; i++)
        processes_written += slots_name(w->slots, w->k.writes.items[i].slot).kind == SLOT_PROCESS;
    cr_assert_eq(processes_read, 1);
    cr_assert_eq(processes_written, 1);
    world_apply(w);
    world_close(w);
}

Test(step, a_try_has_no_effect_and_can_be_repeated)
{
    struct world *w = world_open();
    TRY(w, MAIN, PIPE, MEMORY);
    size_t writes = w->k.writes.count;
    uint32_t last = w->k.writes.items[writes - 1].value;
    TRY(w, MAIN, PIPE, MEMORY);
    cr_assert_eq(w->k.writes.count, writes);
    cr_assert_eq(w->k.writes.items[writes - 1].value, last);
    cr_assert_eq(w->k.outcome.copies.count, 1);
    world_close(w);
}

Test(step, every_choice_is_met_once_in_ascending_order)
{
    struct world *w = world_open();
    w->k.choices.count = 0;
    for (int64_t expected = 0; expected < 5; expected++) {
        TRY(w, MAIN, CHOOSE, 5);
        cr_assert_eq(w->k.outcome.value, expected);
        cr_assert_eq(kstep_next_choice(&w->k), expected < 4);
    }
    cr_assert_eq(w->k.choices.count, 0);
    world_close(w);
}

Test(step, a_choice_of_one_is_no_choice)
{
    struct world *w = world_open();
    cr_assert_eq(DO(w, MAIN, CHOOSE, 1), 0);
    cr_assert_eq(w->k.choices.count, 0);
    cr_assert_not(kstep_next_choice(&w->k));
    world_close(w);
}

Test(step, a_choice_out_of_range_in_a_script_is_bent_into_range)
{
    struct world *w = world_open();
    VEC_PUSH(&w->k.choices, 77);
    TRY(w, MAIN, CHOOSE, 3);
    cr_assert_eq(w->k.outcome.value, 2);
    world_close(w);
}

Test(step, choosing_from_nothing_is_a_crash_with_a_note)
{
    struct world *w = world_open();
    cr_assert_eq(DO(w, MAIN, CHOOSE, I(0)), DIED);
    cr_assert_neq(w->k.outcome.note, 0);
    cr_assert_eq(DO(w, MAIN, CHOOSE, I(-1)), DIED);
    world_close(w);
}

Test(step, internal_calls_have_no_c_name)
{
    cr_assert_eq(kernel_call_by_name("read"), KCALL_READ);
    cr_assert_eq(kernel_call_by_name("impasse_choose"), KCALL_CHOOSE);
    cr_assert_eq(kernel_call_by_name(".load"), KCALL_NONE);
    cr_assert_eq(kernel_call_by_name("reboot"), KCALL_NONE);
    cr_assert_str_eq(kernel_call(KCALL_LOAD)->name, ".load");
}

Test(step, settings_are_parsed_within_their_range)
{
    struct kernel_settings s;
    vec_char why = {0};
    kernel_settings_default(&s);
    cr_assert_eq(s.pipe_capacity, 65536);
    cr_assert(kernel_settings_parse(&s, "pipe_capacity=4", &why));
    cr_assert_eq(s.pipe_capacity, 4);
    cr_assert(kernel_settings_parse(&s, "pipe_model=slots", &why)); /* MODE-04 */
    cr_assert_eq(s.pipe_slots, 1);
    cr_assert(kernel_settings_parse(&s, "pipe_model=bytes", &why));
    cr_assert_eq(s.pipe_slots, 0);
    cr_assert(kernel_settings_parse(&s, "pipe_capacity=historic", &why));
    cr_assert_eq(s.pipe_capacity, 4096);
    cr_assert(kernel_settings_parse(&s, "pipe_capacity=4", &why));
    static const char wrong[][48] = {"pipe_model=pages",
                                     "pipe_modell=1",
                                     "pipe_slots=historic",
                                     "pipe_capacity",
                                     "pipe_capacity=",
                                     "pipe_capacity=0",
                                     "pipe_capacity=x",
                                     "pipe_capacity=4k",
                                     "pipe_capacity=99999999999999999999",
                                     "pipe=4",
                                     "=4",
                                     "pipe_capacity= 4"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        why.count = 0;
        cr_assert_not(kernel_settings_parse(&s, wrong[i], &why), "%s", wrong[i]);
        cr_assert_gt(why.count, 0);
        cr_assert_eq(s.pipe_capacity, 4);
    }
    VEC_FREE(&why);
}

Test(step, bad_addresses_fail_and_overruns_crash)
{
    struct world *w = world_open();
    FAILS(EFAULT, DO(w, MAIN, PIPE, 8));
    FAILS(EFAULT, DO(w, MAIN, WRITE, 1, 8, 3));
    cr_assert_eq(DO(w, MAIN, WRITE, 1, MEMORY + MEMORY_BYTES - 2, 3), DIED);
    cr_assert_eq(w->k.outcome.error, 11);
    size_t n;
    const char *note = intern_get(w->components, w->k.outcome.note, &n);
    cr_assert(memmem(note, n, "overruns", 8));
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    world_close(w);
}

Test(step, silent_calls_say_so)
{
    struct world *w = world_open();
    int p[2];
    world_pipe(w, MAIN, p);
    w->k.pid = MAIN;
    w->k.call = (struct kcall){.number = KCALL_WRITE, .args = {1, MEMORY, 1}};
    kstep_begin(&w->k);
    cr_assert(kernel_call(KCALL_WRITE)->silent(&w->k));
    w->k.call.args[0] = (uint64_t)p[1];
    cr_assert_not(kernel_call(KCALL_WRITE)->silent(&w->k));
    w->k.call.args[0] = 99;
    cr_assert_not(kernel_call(KCALL_WRITE)->silent(&w->k));
    cr_assert(kernel_call(KCALL_GETPID)->silent(&w->k));
    cr_assert_null(kernel_call(KCALL_READ)->silent);
    world_close(w);
}

Test(step, time_stands_still_and_sleeping_is_a_step_without_effect)
{
    /* GEN-09 */
    struct world *w = world_open();
    cr_assert_eq(DO(w, MAIN, TIME, 0), DO(w, MAIN, TIME, MEMORY));
    cr_assert_eq(DO(w, MAIN, SLEEP, 3), 0);
    cr_assert_eq(w->k.writes.count, 0);
    int64_t t[2] = {0, 1000000000};
    memcpy(w->memory, t, sizeof t);
    FAILS(EINVAL, DO(w, MAIN, NANOSLEEP, MEMORY, 0));
    cr_assert_eq(DO(w, MAIN, CLOCK_NANOSLEEP, 0, 0, MEMORY, 0), EINVAL);
    cr_assert_eq(DO(w, MAIN, CLOCK_NANOSLEEP, 0, 0, 8, 0), EFAULT);
    FAILS(EINVAL, DO(w, MAIN, CLOCK_GETTIME, 77, MEMORY));
    cr_assert_eq(DO_(w, MAIN, PAUSE), BLOCKED);
    world_close(w);
}

Test(step, the_console_is_part_of_the_state_only_where_that_is_asked_for)
{
    size_t n;
    struct world *w = world_open();
    cr_assert_eq(world_write(w, MAIN, 1, "hi", 2), 2);
    cr_assert_eq(world_objects(w, SLOT_CONSOLE), 0);
    world_close(w);
    w = world_open();
    w->settings.console_state = 1;
    kernel_initial(&w->k, MAIN); /* again, with the setting: a description for each stream */
    world_apply(w);
    FAILS(ENOTTY, DO(w, MAIN, ISATTY, 1) - 1); /* isatty gives 0 */
    cr_assert_eq(DO(w, MAIN, DUP2, 1, 9), 9);
    cr_assert_eq(world_write(w, MAIN, 1, "hi ", 3), 3);
    cr_assert_eq(world_write(w, MAIN, 9, "you", 3), 3);
    cr_assert_eq(world_write(w, MAIN, 0, "gone", 4), 4);
    kstep_begin(&w->k);
    const char *text = kernel_console(&w->k, 1, &n);
    cr_assert_eq(n, 6);
    cr_assert_arr_eq(text, "hi you", 6);
    cr_assert_null(kernel_console(&w->k, 2, &n));
    world_fork(w, MAIN);
    kstep_begin(&w->k);
    w->k.call = (struct kcall){.number = KCALL_WRITE, .args = {1, MEMORY, 1}};
    cr_assert_not(kernel_call(KCALL_WRITE)->silent(&w->k)); /* the other's text could come in between */
    world_close(w);
}

Test(step, not_every_clock_can_be_slept_by)
{
    struct world *w = world_open(); /* GEN-15 */
    const int errors[] = {0, 0, EINVAL, EINVAL, EOPNOTSUPP, EOPNOTSUPP, EOPNOTSUPP, 0, EOPNOTSUPP, EOPNOTSUPP, EINVAL, 0,
                          EINVAL};
    for (int clock = 0; clock < (int)(sizeof errors / sizeof *errors); clock++) {
        cr_assert_eq(DO(w, MAIN, CLOCK_NANOSLEEP, I(clock), 0, MEMORY, 0), errors[clock], "clock %d", clock);
        bool tells = clock <= 7 || clock == 11;
        cr_assert_eq(DO(w, MAIN, CLOCK_GETTIME, I(clock), MEMORY + 64), tells ? 0 : -1, "clock %d", clock);
    }
    int64_t wrong[2] = {0, -1};
    memcpy(w->memory, wrong, sizeof wrong);
    cr_assert_eq(DO(w, MAIN, CLOCK_NANOSLEEP, 4, 0, MEMORY, 0), EOPNOTSUPP);
    cr_assert_eq(DO(w, MAIN, CLOCK_NANOSLEEP, 8, 0, MEMORY, 0), EINVAL);
    world_close(w);
}

static void described(struct world *w, const char *arguments, const char *result)
{
    vec_char a = {0}, r = {0};
    kernel_describe_call(&w->k, &w->k.outcome, &a, &r);
    text_append(&a, "", 0);
    text_append(&r, "", 0);
    cr_assert_str_eq(a.items, arguments);
    cr_assert_str_eq(r.items, result);
    VEC_FREE(&a);
    VEC_FREE(&r);
}

Test(step, calls_are_described_as_in_strace)
{
    struct world *w = world_open();
    DO(w, MAIN, PIPE, MEMORY);
    described(w, "[3, 4]", "0");
    world_write(w, MAIN, 4, "a\n\"\0001", 5);
    described(w, "4, \"a\\n\\\"\\0001\", 5", "5");
    world_write(w, MAIN, 4, "0123456789012345678901234567890123456789", 40);
    described(w, "4, \"01234567890123456789012345678901\"..., 40", "40");
    TRY(w, MAIN, READ, 3, MEMORY, 3);
    described(w, "3, \"a\\n\\\"\", 3", "3");
    DO(w, MAIN, FCNTL, 3, 4, 04000);
    described(w, "3, F_SETFL, O_NONBLOCK", "0");
    DO(w, MAIN, FCNTL, 3, 3);
    described(w, "3, F_GETFL", "2048");
    DO(w, MAIN, READ, 9, MEMORY, 3);
    described(w, "9, ..., 3", "-1 EBADF");
    strcpy((char *)w->memory + 300, "/tmp/a");
    DO(w, MAIN, OPEN, MEMORY + 300, 0101, 0640);
    described(w, "\"/tmp/a\", O_WRONLY|O_CREAT, 0640", "5");
    DO(w, MAIN, OPEN, MEMORY + 300, 04000);
    described(w, "\"/tmp/a\", O_RDONLY|O_NONBLOCK", "6");
    DO(w, MAIN, LSEEK, 5, 0, 2);
    described(w, "5, 0, SEEK_END", "0");
    memcpy(w->memory + 400, (int32_t[]){3, 1, -1, 4}, 16);
    DO(w, MAIN, POLL, MEMORY + 400, 2, 0);
    described(w, "[3 POLLIN -> POLLIN, -1 POLLOUT], 2, 0", "1");
    DO(w, MAIN, IOCTL, 3, 0x541b, MEMORY + 500);
    described(w, "3, FIONREAD, ...", "0");
    DO(w, MAIN, WAITPID, I(-1), 0, 1);
    described(w, "-1, NULL, WNOHANG", "-1 ECHILD");
    uint32_t child = world_fork(w, MAIN);
    described(w, "", "3");
    DO(w, child, EXIT, 7);
    described(w, "7", "");
    DO(w, MAIN, WAIT, MEMORY);
    described(w, "[exited 7]", "3");
    DO(w, MAIN, CLOSE, 3);
    DO(w, MAIN, WRITE, 4, MEMORY, 1);
    described(w, "4, \"\\0\", 1", "killed by SIGPIPE");
    world_close(w);
}
