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

#define CATCH                                                                                                          \
    "static siginfo_t got; static volatile sig_atomic_t hits;\n"                                                       \
    "static void end(int s, siginfo_t *i, void *u) { (void)s; (void)u; got = *i; hits++; _exit(got.si_code == CODE "   \
    "&&\n"                                                                                                             \
    " got.si_addr == (void *)ADDRESS ? 0 : 1); }\n"                                                                    \
    "static void catch(int s) { struct sigaction a = {.sa_sigaction = end, .sa_flags = SA_SIGINFO};\n"                 \
    " sigaction(s, &a, NULL); }\n"

Test(handler, faults_are_caught) /* SIG-33 */
{
    static const char *const rows[] = {
        "SIGSEGV, SEGV_MAPERR, 0, int *volatile p = NULL; *p = 1;",
        "SIGSEGV, SEGV_MAPERR, 0x123456789abcdef0, int *volatile p = (int *)0x123456789abcdef0; return *p;",
        "SIGSEGV, SEGV_ACCERR, text, ((char *)text)[0] = 1;",
        "SIGSEGV, SEGV_MAPERR, 0, void (*volatile f)(void) = NULL; f();",
        "SIGSEGV, SEGV_MAPERR, 0, char *volatile p = NULL; memcpy(p, text, 2);",
        "SIGSEGV, SEGV_ACCERR, shm, ((char *)shm)[0] = 1;",
        "SIGFPE, FPE_INTDIV, 0, volatile int zero = 0; return 1 / zero;",
        "SIGILL, ILL_ILLOPN, 0, __builtin_trap();",
        "SIGABRT, SI_TKILL, got.si_addr, abort();",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vec_char text = {0};
        char signal[16], code[16], address[32], body[128];
        cr_assert_eq(sscanf(rows[i], "%15[^,], %15[^,], %31[^,], %127[^\n]", signal, code, address, body), 4);
        for (int caught = 0; caught < 3; caught++) { /* its default action, caught, caught but blocked */
            static const enum search_kind kinds[] = {FOUND_CRASH, FOUND_NOTHING, FOUND_CRASH};
            bool abort_blocked = caught == 2 && i == 8; /* abort unblocks */
            text.count = 0;
            text_printf(&text,
                        HEAD "#include <stdlib.h>\n#include <sys/mman.h>\nstatic const char text[] = \"x\";\n"
                             "static void *shm;\n#define CODE %s\n#define ADDRESS %s\n" CATCH
                             "int main(void) { sigset_t all; sigfillset(&all); catch(%s);\n"
                             "  shm = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
                             "  %s\n  %s return 0; }\n",
                        code, address, caught ? signal : "SIGUSR1",
                        caught == 2 ? "sigprocmask(SIG_BLOCK, &all, NULL);" : "", body);
            text_append(&text, "", 1);
            shows(abort_blocked ? FOUND_NOTHING : kinds[caught], text.items);
        }
        VEC_FREE(&text);
    }
}

Test(handler, what_need_not_fault_is_a_crash_all_the_same) /* SIG-33 */
{
    static const char *const bodies[] = {
        "int a[2]; int *volatile p = a; p[2] = 1;",
        "int *volatile p = malloc(4); free(p); *p = 1;",
        "void *volatile p = malloc(4); free(p); free(p);",
        "assert(0);",
        "signal(SIGSEGV, SIG_IGN); int *volatile p = NULL; *p = 1;",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        vec_char text = {0};
        text_printf(&text,
                    HEAD "#include <stdlib.h>\nstatic void end(int s) { (void)s; _exit(0); }\n"
                         "int main(void) { signal(SIGSEGV, end); signal(SIGABRT, end); %s return 0; }\n",
                    bodies[i]);
        text_append(&text, "", 1);
        shows(i == 3 ? FOUND_ASSERTION : FOUND_CRASH, text.items);
        VEC_FREE(&text);
    }
}

Test(handler, an_instruction_that_faulted_runs_again) /* SIG-33 */
{
    /* The handler mends the divisor, which is read again; a fault in a call of the library has kept its arguments. */
    holds(HEAD
          "static volatile int zero; static int *volatile target; static int room;\n"
          "static int divide(void) { for (;;) { target = &room; if (zero) return 6 / zero; *(target = NULL) = 1; } }\n"
          "static void mend(int s) { (void)s; zero = 3; }\n"
          "int main(void) { signal(SIGUSR1, mend); raise(SIGUSR1); assert(divide() == 2); return 0; }\n");
    /* One that mends nothing goes round for ever, here and natively. */
    shows(FOUND_ENDLESS, HEAD "static void nothing(int s) { (void)s; }\n"
                              "int main(void) { signal(SIGFPE, nothing); volatile int zero = 0; return 1 / zero; }\n");
    shows(FOUND_CRASH, HEAD "#include <stdlib.h>\nstatic void nothing(int s) { (void)s; }\n"
                            "int main(void) { signal(SIGABRT, nothing); abort(); }\n");
    shows(FOUND_CRASH, HEAD "static void nothing(int s) { (void)s; }\nint main(void) {\n"
                            "  struct sigaction once = {.sa_handler = nothing, .sa_flags = SA_RESETHAND};\n"
                            "  sigaction(SIGFPE, &once, NULL); volatile int zero = 0; return 1 / zero; }\n");
}

Test(handler, a_signal_ends_an_endless_loop) /* GEN-16 */
{
    holds(HEAD "int main(void) { int s; pid_t c = fork(); if (!c) for (;;) continue; kill(c, SIGKILL); wait(&s); return 0; }\n");
    holds(HEAD "static void end(int s) { (void)s; _exit(0); }\n"
               "int main(void) { signal(SIGALRM, end); alarm(1); for (volatile int i = 0;; i++) if (i == 7) i = 0; }\n");
    holds(HEAD "static void end(int s) { if (s == SIGTERM) _exit(0); }\n" /* goes on with the loop after the first one */
               "int main(void) { signal(SIGALRM, end); signal(SIGTERM, end); pid_t c = fork();\n"
               "  if (!c) { alarm(1); for (int i = 0;; i ^= 1) continue; } kill(c, SIGTERM); return 0; }\n");
    shows(FOUND_DEADLOCK, HEAD "static void nothing(int s) { (void)s; }\n" /* which the report calls a livelock */
                               "int main(void) { signal(SIGALRM, nothing); alarm(1); for (;;) continue; }\n");
    shows(FOUND_ENDLESS, HEAD "int main(void) { for (;;) continue; }\n");
    shows(FOUND_ENDLESS, HEAD "int main(void) { for (;;) getpid(); }\n");
}

#define JUMP HEAD "#include <setjmp.h>\nstatic jmp_buf j; static sigjmp_buf s;\n"

Test(handler, longjmp_returns_from_setjmp_once_more) /* SIG-40 */
{
    holds(JUMP
          "static void deep(int n) { if (!n) longjmp(j, 7); volatile char x[4]; x[0] = 1; deep(n - 1); }\n"
          "static int f(int a) { volatile int kept = 5; int r = setjmp(j); if (!r) { kept = 6; getppid(); deep(3); }\n"
          "  getppid(); return 100 * a + 10 * kept + r; }\n"
          "int main(void) { assert(f(1) == 167); for (int i = 0; i < 3; i++) if (!setjmp(j)) longjmp(j, 0);\n"
          "  return 0; }\n");
    /* Values that are wanted only after the second return outlive a pause before it. */
    holds(JUMP
          "int main(void) { int p[2], got = 41; char c = 'x'; pipe(p); got++;\n"
          "  if (!setjmp(j)) { if (!fork()) { write(p[1], &c, 1); _exit(0); } read(p[0], &c, 1); longjmp(j, 1); }\n"
          "  assert(got == 42 && c == 'x'); return 0; }\n");
}

Test(handler, siglongjmp_leaves_the_handler) /* SIG-40, SIG-33 */
{
    holds(JUMP
          "static void h(int n) { siglongjmp(s, n); }\n"
          "int main(void) { volatile int last = 0; sigset_t now; signal(SIGSEGV, h); signal(SIGFPE, h);\n"
          "  int r = sigsetjmp(s, 1), zero = 0; if (r == 0) { int *volatile p = NULL; *p = 1; }\n"
          "  if (r == SIGSEGV) { last = r; *(volatile int *)&zero = 0; getppid(); int x = 1 / zero; assert(!x); }\n"
          "  sigprocmask(SIG_SETMASK, NULL, &now); assert(r == SIGFPE && last == SIGSEGV);\n"
          "  assert(!sigismember(&now, SIGSEGV) && !sigismember(&now, SIGFPE)); return 0; }\n");
    /* Without the mask the signal stays blocked. */
    holds(JUMP "static void h(int n) { (void)n; longjmp(j, 1); }\n"
               "int main(void) { sigset_t now; signal(SIGUSR1, h); if (!setjmp(j)) raise(SIGUSR1);\n"
               "  sigprocmask(SIG_SETMASK, NULL, &now); assert(sigismember(&now, SIGUSR1)); return 0; }\n");
    /* The time-out that is never lost, as long as the alarm does not come before the buffer is set. */
    holds(JUMP "static void h(int n) { (void)n; siglongjmp(s, 1); }\n"
               "int main(void) { int p[2]; char c; pipe(p); signal(SIGALRM, h);\n"
               "  if (!sigsetjmp(s, 1)) { alarm(1); read(p[0], &c, 1); } return 0; }\n");
    shows(FOUND_CRASH, JUMP "static void h(int n) { (void)n; siglongjmp(s, 1); }\n"
                            "int main(void) { int p[2]; char c; pipe(p); signal(SIGALRM, h); alarm(1);\n"
                            "  if (!sigsetjmp(s, 1)) { read(p[0], &c, 1); } return 0; }\n");
}

Test(handler, a_jump_to_what_is_gone_is_a_crash) /* SIG-40 */
{
    shows(FOUND_CRASH, JUMP "static int f(void) { return setjmp(j); }\nint main(void) { f(); longjmp(j, 1); }\n");
    shows(FOUND_CRASH, JUMP "int main(void) { longjmp(j, 1); }\n");
    shows(FOUND_CRASH, JUMP "static void f(int again) { if (again) longjmp(j, 1); setjmp(j); }\n"
                            "int main(void) { f(0); f(1); return 0; }\n");
    shows(FOUND_ENDLESS, JUMP "int main(void) { setjmp(j); longjmp(j, 1); }\n");
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
