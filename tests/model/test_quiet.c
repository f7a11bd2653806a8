/* Goal: what the calls in the code say of a program: whether it is quiet (RED-10), and whether it may set O_NONBLOCK of an open
 * description (FD-14). Method: small programs, one a row. */
#include <criterion/criterion.h>

#include "model/loaded.h"
#include "model_private.h"
#include "search/search.h"

#define HEAD "#include <signal.h>\n#include <stdlib.h>\n#include <sys/wait.h>\n#include <unistd.h>\n"

/* RED-10 */
static const struct {
    bool quiet;
    const char *text;
} ROWS[] = {
    {true, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); return 0; }"},
    {true, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); signal(SIGCHLD, SIG_DFL); sigignore(SIGINT); return 0; }"},
    {true, HEAD "int main(void) { sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL); return 0; }"},
    {true, HEAD "int main(void) { struct sigaction a; sigaction(SIGCHLD, NULL, &a); return a.sa_flags; }"},
    {true, HEAD "int main(int n, char **v) { (void)v; signal(n, SIG_DFL); return 0; }"},
    {true, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); if (!fork()) _exit(0); pause(); return 0; }"},
    {false, HEAD "int main(void) { signal(SIGCHLD, SIG_IGN); return 0; }"},
    {false, HEAD "int main(void) { sigignore(SIGCHLD); return 0; }"},
    {false, HEAD "int main(int n, char **v) { (void)v; signal(n, SIG_IGN); return 0; }"},
    {false, HEAD "int main(void) { sigaction(SIGCHLD, &(struct sigaction){.sa_flags = SA_NOCLDWAIT}, NULL); return 0; }"},
    {false, HEAD "int main(int n, char **v) { (void)v; sigaction(n, &(struct sigaction){0}, NULL); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(void) { signal(SIGPIPE, note); return 0; }"},
    {true, HEAD "int main(void) { signal(SIGTERM, _exit); return 0; }"}, /* nobody sends it */
    {true, HEAD "static void note(int s) { (void)s; }\nint main(void)\n"
           "{ signal(SIGINT, note); sigaction(SIGTERM, &(struct sigaction){.sa_handler = note}, NULL); return 0; }"},
    {true, HEAD "static void note(int s) { (void)s; }\nint main(int n, char **v)\n"
           "{ (void)v; signal(SIGINT, n > 1 ? note : SIG_IGN); signal(SIGPIPE, SIG_IGN); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(void) { signal(SIGCHLD, note); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(void) { signal(SIGSEGV, note); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(int n, char **v) { (void)v; signal(n, note); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(void)\n"
            "{ signal(SIGINT, note); sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL); return 0; }"},
    {false, HEAD "int main(void) { signal(SIGPIPE, _exit); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\nint main(void)\n"
            "{ sigaction(SIGPIPE, &(struct sigaction){.sa_handler = note}, NULL); return 0; }"},
    {false, HEAD "static void note(int s) { (void)s; }\n"
            "static struct __attribute__((packed)) { char c; void (*f)(int); } at = {0, note};\nint main(void)\n"
            "{ struct sigaction a = {0}; a.sa_handler = at.f; sigaction(SIGPIPE, &a, NULL); return 0; }"},
    {false, HEAD "int main(void) { __sighandler_t (*f)(int, __sighandler_t) = signal; f(SIGCHLD, SIG_IGN); return 0; }"},
    {false, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); kill(1, 0); return 0; }"},
    {false, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); raise(SIGTERM); return 0; }"},
    {false, HEAD "int main(void) { signal(SIGPIPE, SIG_IGN); alarm(1); return 0; }"},
    {false, HEAD "int main(void) { sigset_t s; sigemptyset(&s); sigprocmask(SIG_BLOCK, &s, NULL); return 0; }"},
    {false, HEAD "#include <setjmp.h>\nstatic jmp_buf at;\nint main(void)\n"
            "{ signal(SIGPIPE, SIG_IGN); if (!setjmp(at)) longjmp(at, 1); return 0; }"}, /* the mask is in its memory */
    {false, HEAD "int main(void) { return 0; }"}, /* no signals at all */
};

Test(quiet, a_program_is_quiet_where_signals_are_only_set_aside)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct loaded l;
        struct model *m = loaded_text(&l, ROWS[i].text);
        cr_assert_eq(m->step.quiet, ROWS[i].quiet, "%s", ROWS[i].text);
        cr_assert_eq(m->reducible, ROWS[i].quiet || !m->signals, "%s", ROWS[i].text);
        loaded_close(&l);
    }
}

/* RED-10: what a handler would touch is visible only where it can run: the loop's accesses are no steps. */
Test(quiet, a_handler_that_never_runs_makes_nothing_visible)
{
    static const char *const texts[] = {
        HEAD "static int n;\nstatic void note(int s) { n = s; }\n"
             "int main(void) { signal(SIGINT, note); for (int i = 0; i < 9; i++) n++; return 0; }",
        HEAD "static int n;\nstatic void note(int s) { n = s; }\n"
             "int main(void) { signal(SIGINT, note); for (int i = 0; i < 9; i++) n++; raise(0); return 0; }"};
    uint64_t states[2];
    for (unsigned i = 0; i < 2; i++) {
        struct loaded l;
        struct search_options o = {.properties = PROPERTY_ALL};
        struct search_result r;
        search_run(loaded_text(&l, texts[i]), &o, &r);
        cr_assert_eq(r.kind, FOUND_NOTHING);
        states[i] = r.states;
        search_result_free(&r);
        loaded_close(&l);
    }
    cr_assert_lt(states[0], 6, "%llu", (unsigned long long)states[0]);
    cr_assert_gt(states[1], 18, "%llu", (unsigned long long)states[1]);
}

#define DESCRIPTORS "#include <fcntl.h>\n#include <sys/ioctl.h>\n#include <unistd.h>\n"

/* FD-14 */
static const struct {
    bool sets;
    const char *text;
} FLAG_ROWS[] = {
    {true, DESCRIPTORS "int main(void) { return fcntl(0, F_SETFL, O_NONBLOCK); }"},
    {true, DESCRIPTORS "int main(void) { int on = 1; return ioctl(0, FIONBIO, &on); }"},
    {true, DESCRIPTORS "int main(int n, char **v) { (void)v; return fcntl(0, n, 0); }"},
    {false, DESCRIPTORS "int main(void) { return fcntl(0, F_GETFL) + fcntl(0, F_SETFD, FD_CLOEXEC); }"},
    {false, DESCRIPTORS "int main(void) { int n = 0; return ioctl(0, FIONREAD, &n); }"},
    {false, DESCRIPTORS "int main(void) { return dup2(0, F_SETFL); }"},
};

Test(quiet, a_program_sets_flags_where_a_command_of_its_may)
{
    for (size_t i = 0; i < sizeof FLAG_ROWS / sizeof *FLAG_ROWS; i++) {
        struct loaded l;
        struct model *m = loaded_text(&l, FLAG_ROWS[i].text);
        cr_assert_eq(m->step.sets_flags, FLAG_ROWS[i].sets, "row %zu", i);
        loaded_close(&l);
    }
}
