/* Goal: signal handlers as frames: what they interrupt, what comes back, what of the program is visible because of them.
 * Method: whole programs through the model, searched to the end, without and with clearing of dead values
 * (spec/dead-values.md); state counts against counts by hand. */
#include "model/loaded.h"
#include "search/search.h"

#define HEAD "#include <errno.h>\n#include <signal.h>\n#include <time.h>\n" LOADED_PRELUDE

static struct search_result searched(struct loaded *l, const char *text)
{
    struct search_options o = {.order = SEARCH_BREADTH, .properties = PROPERTY_ALL};
    struct search_result r;
    search_run(loaded_text(l, text), &o, &r);
    cr_assert(r.complete);
    return r;
}

/* With clearing, again and again until nothing is read that was thrown away. How often it was searched. */
static unsigned searched_cleared(struct loaded *l, enum search_kind kind, const char *text)
{
    struct search_options o = {.order = SEARCH_BREADTH, .properties = PROPERTY_ALL};
    struct search_result r;
    uint32_t keep[16];
    l->options.clear = true;
    l->options.keep = keep;
    for (unsigned rounds = 1;; rounds++) {
        const uint32_t *sources;
        search_run(loaded_again(l), &o, &r);
        unsigned n = model_stale_reads(l->model, &sources);
        if (!n) {
            cr_assert_eq(r.kind, kind, "kind %d with clearing of: %s", r.kind, text);
            search_result_free(&r);
            return rounds;
        }
        cr_assert_leq(l->options.keep_count + n, 16);
        memcpy(keep + l->options.keep_count, sources, n * sizeof *keep);
        l->options.keep_count += n;
        search_result_free(&r);
    }
}

static unsigned shows(enum search_kind kind, const char *text)
{
    struct loaded l;
    struct search_result r = searched(&l, text);
    cr_assert_eq(r.kind, kind, "kind %d of: %s", r.kind, text);
    search_result_free(&r);
    unsigned rounds = searched_cleared(&l, kind, text);
    loaded_close(&l);
    return rounds;
}

static unsigned holds(const char *text)
{
    return shows(FOUND_NOTHING, text);
}

#define LOG                                                                                                            \
    "static char ran[8]; static int n;\n"                                                                              \
    "static void log_it(int s) { ran[n] = s == SIGUSR1 ? 'a' : s == SIGUSR2 ? 'b' : 'c'; n++; }\n"

Test(handler, frames_are_stacked_before_bodies_run) /* SIG-05, SIG-06, SIG-13 */
{
    static const char *const text = HEAD LOG
        "int main(void) { struct sigaction a = {.sa_handler = log_it, .sa_flags = SA_NODEFER}; sigset_t all;\n"
        "  sigfillset(&all); if (FULL) a.sa_mask = all;\n"
        "  sigaction(SIGUSR1, &a, NULL); sigaction(SIGUSR2, &a, NULL); sigaction(SIGTERM, &a, NULL);\n"
        "  sigprocmask(SIG_BLOCK, &all, NULL); raise(SIGTERM); raise(SIGUSR2); raise(SIGUSR1);\n"
        "  sigprocmask(SIG_UNBLOCK, &all, NULL); assert(strcmp(ran, FULL ? \"abc\" : \"cba\") == 0); return 0; }\n";
    vec_char full = {0}, none = {0};
    text_printf(&none, "#define FULL 0\n%s", text);
    text_printf(&full, "#define FULL 1\n%s", text);
    holds(none.items);
    holds(full.items);
    VEC_FREE(&none);
    VEC_FREE(&full);
}

Test(handler, the_first_of_several_signals_decides) /* EINTR-10, EINTR-01, SIG-12 */
{
    /* Both are pending behind the mask of sigsuspend's caller; the read is interrupted by both, or by none. */
    static const char *const text = HEAD
        "static int n; static void count(int s) { (void)s; n++; }\n"
        "int main(void) { struct sigaction a = {.sa_handler = count, .sa_flags = FIRST}; int p[2]; char c; sigset_t s;\n"
        "  sigaction(SIGUSR1, &a, NULL); a.sa_flags = SECOND; sigaction(SIGUSR2, &a, NULL); pipe(p);\n"
        "  sigemptyset(&s); sigaddset(&s, SIGUSR1); sigaddset(&s, SIGUSR2);\n"
        "  pid_t me = getpid(); if (fork() == 0) { kill(me, SIGUSR2); kill(me, SIGUSR1); write(p[1], \"x\", 1); _exit(0); }\n"
        "  ssize_t got = read(p[0], &c, 1);\n"
        "  assert(got == 1 || (n && errno == EINTR)); return 0; }\n";
    vec_char t = {0};
    text_printf(&t, "#define FIRST 0\n#define SECOND SA_RESTART\n%s", text);
    holds(t.items);
    VEC_FREE(&t);
}

Test(handler, a_self_signal_is_handled_before_kill_returns) /* SIG-12 */
{
    holds(HEAD LOG "int main(void) { signal(SIGUSR1, log_it); kill(getpid(), SIGUSR1); assert(n == 1); return 0; }\n");
}

Test(handler, the_call_goes_on_as_it_was) /* EINTR-01 */
{
    holds(HEAD LOG "int main(void) { int p[2]; char c[4] = \"abc\"; signal(SIGUSR1, log_it); pipe(p);\n"
                   "  pid_t me = getpid();\n"
                   "  if (fork() == 0) { kill(me, SIGUSR1); write(p[1], \"xyz\", 3); _exit(0); }\n"
                   "  ssize_t got = read(p[0], c + 1, 2); assert(got == 2 && c[0] == 'a' && c[1] == 'x' && c[2] == 'y');\n"
                   "  return 0; }\n");
}

/* What the call would have filled was thrown away when it began to wait; then it was interrupted, or a handler looked. */
Test(handler, bytes_that_were_thrown_away_in_vain_are_kept) /* EINTR-01 */
{
    static const char *const ask = "  int p[2]; pipe(p); pid_t me = getpid(); struct sigaction a = {.sa_handler = h};\n"
                                   "  sigaction(SIGUSR1, &a, NULL);\n"
                                   "  if (fork() == 0) { kill(me, SIGUSR1); write(p[1], \"x\", 1); _exit(0); }\n";
    vec_char local = {0}, global = {0}, number = {0}, lost = {0};
    text_printf(&local, HEAD "static void h(int s) { (void)s; }\nint main(void) { char c = 'q';\n%s"
                             "  ssize_t got = read(p[0], &c, 1); assert(c == (got == 1 ? 'x' : 'q')); return 0; }\n", ask);
    cr_assert_gt(holds(local.items), 1, "it was kept in a second round");
    text_printf(&global, HEAD "static char c = 'q';\nstatic void h(int s) { (void)s; assert(c); }\nint main(void) {\n%s"
                              "  read(p[0], &c, 1); return 0; }\n", ask);
    cr_assert_gt(holds(global.items), 1);
    text_printf(&number, HEAD "static void h(int s) { (void)s; int e = errno; close(99); errno = e; }\nint main(void) {\n%s"
                              "  errno = 7; char c; ssize_t got = read(p[0], &c, 1); assert(errno == (got == 1 ? 7 : EINTR));\n"
                              "  return 0; }\n", ask);
    cr_assert_gt(holds(number.items), 1);
    text_printf(&lost, HEAD "static char *where;\nstatic void h(int s) { (void)s; *where = 'h'; }\nint main(void) {\n"
                            "  char c = 'q'; where = &c;\n%s"
                            "  ssize_t got = read(p[0], &c, 1); assert(got == 1 || c == 'h'); assert(c == 'x'); return 0; }\n",
                ask);
    shows(FOUND_ASSERTION, lost.items);
    VEC_FREE(&local);
    VEC_FREE(&global);
    VEC_FREE(&number);
    VEC_FREE(&lost);
}

Test(handler, an_open_of_a_fifo_is_broken_off_or_made_again) /* FIFO-07 */
{
    static const char *const text = "#include <fcntl.h>\n#include <sys/stat.h>\n" HEAD LOG
        "int main(void) { struct sigaction a = {.sa_handler = log_it, .sa_flags = FLAGS}; mkfifo(\"f\", 0600);\n"
        "  sigaction(SIGUSR1, &a, NULL); pid_t me = getpid();\n"
        "  if (fork() == 0) { kill(me, SIGUSR1); close(open(\"f\", O_WRONLY)); _exit(0); }\n"
        "  int fd = open(\"f\", O_RDONLY); assert(fd == 3 || (!FLAGS && fd == -1 && errno == EINTR && n == 1));\n"
        "  if (fd < 0) { fd = open(\"f\", O_RDONLY); assert(fd == 3); }\n"
        "  char c; assert(read(fd, &c, 1) == 0); return 0; }\n";
    vec_char t = {0};
    text_printf(&t, "#define FLAGS 0\n%s", text);
    holds(t.items);
    t.count = 0;
    text_printf(&t, "#define FLAGS SA_RESTART\n%s", text);
    holds(t.items);
    VEC_FREE(&t);
}

Test(handler, siginfo_says_who) /* SIG-03 */
{
    holds(HEAD "static int from, value, code;\n"
               "static void h(int s, siginfo_t *i, void *u) { (void)s; (void)u; from = i->si_pid; code = i->si_code;\n"
               "  value = i->si_value.sival_int; }\n"
               "int main(void) { struct sigaction a = {.sa_sigaction = h, .sa_flags = SA_SIGINFO};\n"
               "  sigaction(SIGRTMIN, &a, NULL); sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 7});\n"
               "  assert(from == getpid() && value == 7 && code == SI_QUEUE); return 0; }\n");
}

Test(handler, sleep_says_what_is_left) /* EINTR-05, EINTR-02 */
{
    holds(HEAD LOG "int main(void) { signal(SIGALRM, log_it); alarm(1); unsigned left = sleep(5);\n"
                   "  assert(left == 0 || (left == 5 && n == 1)); return 0; }\n");
    shows(FOUND_ASSERTION, HEAD LOG "int main(void) { signal(SIGALRM, log_it); alarm(1);\n"
                                    "  struct timespec t = {1, 0}; int r = nanosleep(&t, &t); assert(r == 0); return 0; }\n");
}

Test(handler, plain_globals_of_programs_without_handlers_are_no_steps)
{
    struct loaded l;
    struct search_result r = searched(&l, HEAD LOG "int main(void) { for (int i = 0; i < 5; i++) n++; return n; }\n");
    cr_assert_eq(r.states, 2); /* _exit is pending; gone */
    search_result_free(&r);
    loaded_close(&l);
}

Test(handler, a_killed_process_is_no_crash) /* SIG-32 */
{
    holds(HEAD "int main(void) { int s; pid_t c = fork(); if (c == 0) for (;;) pause();\n"
               "  kill(c, SIGKILL); wait(&s); assert(WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL); return 0; }\n");
    shows(FOUND_CRASH, HEAD "int main(void) { raise(SIGSEGV); return 0; }\n");
}

Test(handler, unsafe_calls_get_a_warning) /* SIG-30, SIG-31 */
{
    holds(HEAD "static void h(int s) { printf(\"%d\\n\", s); }\nint main(void) { signal(SIGUSR1, h); return 0; }\n");
}

/* By hand: three handlers with empty bodies, each blocking nothing but its own signal, and three signals that become due
 * with one sigprocmask. The states, each with what is pending in it:
 *
 *     1..3   sigaction, sigaction, sigaction        4      sigprocmask(BLOCK)
 *     5..7   raise, raise, raise                    8      sigprocmask(UNBLOCK)
 *     9      _exit, SIGUSR1 due     the only step delivers it: its frame is pushed, not begun
 *     10     .sigenter, SIGUSR2 due: its frame on top
 *     11     .sigenter, SIGTERM due: its frame on top; then nothing is due: all three handlers run and return silently,
 *            from the top, in this step, as nothing of that can be seen
 *     12     _exit, nothing due                     13     gone (a zombie that is kept for whoever started it)
 *
 * One path, as Linux's order leaves no choice: 12 transitions. With signal_order=any the first is any of 3 and the second any
 * of the 2 left: instead of the states 10 and 11 there are 3 with one frame and 6 with two (which frames lie in which order
 * is part of the state): 13 - 2 + 3 + 6 = 20 states; transitions: 8 to state 9, then 3, 3 * 2 and 6 * 1, and 1 to the end:
 * 24. */
Test(handler, three_handlers_and_three_pending_signals_are_counted_by_hand) /* SIG-04, SIG-05, MODE-01 */
{
    struct loaded l;
    struct search_result r = searched(
        &l, HEAD "static void a(int s) { (void)s; }\nstatic void b(int s) { (void)s; }\nstatic void c(int s) { (void)s; }\n"
                 "int main(void) { struct sigaction x = {.sa_handler = a}, y = {.sa_handler = b}, z = {.sa_handler = c};\n"
                 "  sigset_t all; sigfillset(&all);\n"
                 "  sigaction(SIGUSR1, &x, NULL); sigaction(SIGUSR2, &y, NULL); sigaction(SIGTERM, &z, NULL);\n"
                 "  sigprocmask(SIG_BLOCK, &all, NULL); raise(SIGUSR1); raise(SIGUSR2); raise(SIGTERM);\n"
                 "  sigprocmask(SIG_UNBLOCK, &all, NULL); _exit(0); }\n");
    cr_assert_eq(r.states, 13, "%llu", (unsigned long long)r.states);
    cr_assert_eq(r.transitions, 12, "%llu", (unsigned long long)r.transitions);
    search_result_free(&r);
    struct search_options o = {.order = SEARCH_BREADTH, .properties = PROPERTY_ALL};
    l.settings.signal_order = 1;
    search_run(loaded_again(&l), &o, &r);
    cr_assert_eq(r.states, 20, "%llu", (unsigned long long)r.states);
    cr_assert_eq(r.transitions, 24, "%llu", (unsigned long long)r.transitions);
    search_result_free(&r);
    loaded_close(&l);
}
