#!/usr/bin/env python3
"""Several programs in one session: --with and --program, on the command line, in comments, in trails and reports."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = str(ROOT / os.environ.get("IMPASSE", "out/impasse"))

ARGUMENTS = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
    static int times;
    printf("%d %s %s %s %d\n", argc, argv[0], argc > 1 ? argv[1] : "-", getenv("K") ? getenv("K") : "-", times++);
    return argc;
}
"""
EXECUTES = r"""
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
static int times;
int main(void)
{
    char *const argv[] = {"me", "x", NULL}, *const envp[] = {"K=v", NULL};
    times = 5;
    errno = 0;
    if (execve("/no/such", argv, envp) == -1 && errno == ENOENT)
        EXEC;
    return 99;
}
"""

COMMANDS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void spawned(const char *what, int error, pid_t pid)
{
    int status = 0;
    printf("%s: %d %d ", what, error, pid == 7);
    if (!error)
        printf("%d ", waitpid(pid, &status, 0) == pid);
    printf("%x\n", status);
}
int main(void)
{
    char line[64], *const to_file[] = {"echo", "to a file", NULL}, *const show[] = {"signals", NULL};
    FILE *f = popen("  words one   two ", "r"), *g = popen("count", "we");
    printf("%d %d\n", fcntl(fileno(f), F_GETFD), fcntl(fileno(g), F_GETFD));
    while (fgets(line, sizeof line, f))
        fputs(line, stdout);
    fputs("a\nb\nc\n", g);
    printf("%x ", pclose(f));
    printf("%x\n", pclose(g));
    f = popen("words", "x");
    printf("%d %d\n", f == NULL, errno == EINVAL);
    fflush(stdout);
    printf("system %x\n", system("words hi"));
    printf("system %x %d\n", system("count"), system(NULL) != 0);
    printf("system %x\n", system("no-such-program"));
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t set;
    pid_t pid = 7;
    int error;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    error = posix_spawn(&pid, "/no/such", NULL, NULL, to_file, environ);
    spawned("no program", error, pid);
    posix_spawn_file_actions_addopen(&actions, 1, "/tmp/impasse-test-out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addclose(&actions, 0);
    posix_spawn_file_actions_addclose(&actions, 77);
    error = posix_spawnp(&pid, "words", &actions, NULL, to_file, environ);
    spawned("to a file", error, pid);
    int fd = open("/tmp/impasse-test-out", O_RDONLY), n = (int)read(fd, line, sizeof line);
    printf("%.*s", n, line);
    pid = 7;
    posix_spawn_file_actions_adddup2(&actions, 55, 2);
    error = posix_spawnp(&pid, "words", &actions, NULL, to_file, environ);
    spawned("bad dup2", error, pid);
    posix_spawn_file_actions_destroy(&actions);
    unlink("/tmp/impasse-test-out");
    signal(SIGUSR1, SIG_IGN), signal(SIGUSR2, SIG_IGN);
    error = posix_spawnp(&pid, "signals", NULL, &attributes, show, environ);
    spawned("inherited", error, pid);
    sigemptyset(&set), sigaddset(&set, SIGUSR1);
    posix_spawnattr_setsigdefault(&attributes, &set);
    posix_spawnattr_setsigmask(&attributes, &set);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    error = posix_spawnp(&pid, "signals", NULL, &attributes, show, environ);
    spawned("set", error, pid);
    return 0;
}
"""
SIGNALS = r"""
#include <signal.h>
#include <unistd.h>
int main(void)
{
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    int first = signal(SIGUSR1, SIG_DFL) == SIG_IGN, second = signal(SIGUSR2, SIG_DFL) == SIG_IGN;
    return first | second << 1 | sigismember(&blocked, SIGUSR1) << 2 | (getpgrp() == getpid()) << 3;
}
"""


def impasse(*words, cwd=ROOT):
    return subprocess.run([IMPASSE, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=100)


FILES = r"""
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *by_path[] = {"me", "by path", NULL}, *by_descriptor[] = {"me", "by descriptor", NULL},
            *envp[] = {"K=v", NULL};

/* Runs in a child; says how it ended, or why it did not begin. */
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        fflush(stdout);                                                                                                \
        if (fork() == 0) {                                                                                             \
            call;                                                                                                      \
            _exit(100 + errno % 100);                                                                                  \
        }                                                                                                              \
        wait(&status);                                                                                                 \
        printf("%s: %d\n", #call, WEXITSTATUS(status));                                                                \
    } while (0)

int main(void)
{
    struct stat s;
    int status, folder = open(PLACE, O_RDONLY | O_DIRECTORY), marked = open(PLACE "/tool", O_RDONLY | O_CLOEXEC);
    fstat(marked, &s);
    printf("%d %o\n", S_ISREG(s.st_mode), (unsigned)s.st_mode & 0111);
    TRY(fexecve(marked, by_descriptor, envp));
    TRY(execveat(folder, "tool", by_path, envp, 0));
    TRY(execveat(marked, "", by_path, envp, 0));
    chdir(PLACE);
    TRY(execve("./tool", by_path, envp));
    rename("tool", "moved");
    TRY(execve(PLACE "/tool", by_path, envp));
    TRY(execve(PLACE "/moved", by_path, envp));
    unlink("moved");
    TRY(fexecve(folder, by_path, envp));
    return 0;
}
"""


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def test_exec_gives_arguments_and_environment_and_forgets_the_rest(self):  # PROC-04, PROC-25, PROC-27
        shown = self.write("shown.c", ARGUMENTS)
        for call, printed in (('execve("/bin/shown", argv, envp)', "2 me x v 0"),
                              ('execv("shown", argv)', "2 me x - 0"),
                              ('execvp("shown", argv)', "2 me x - 0"),
                              ('execvpe("shown", argv, envp)', "2 me x v 0"),
                              ('execl("./shown", "me", (char *)0)', "1 me - - 0"),
                              ('execlp("shown", "me", "x", "y", (char *)0)', "3 me x - 0"),
                              ('execle("/x/shown", "me", "x", (char *)0, envp)', "2 me x v 0")):
            with self.subTest(call=call):
                main = self.write("main.c", "#define _GNU_SOURCE\n" + EXECUTES.replace("EXEC", call))
                done = impasse("run", main, "--program", f"shown={shown}")
                self.assertEqual(printed + "\n", done.stdout, done.stderr)
                self.assertEqual(int(printed[0]), done.returncode)

    def test_spawn_and_commands_do_as_natively(self):  # PROC-31, PROC-32
        files = {"words": ROOT / "models/exec/echo.c", "count": ROOT / "models/exec/count.c",
                 "signals": self.write("signals.c", SIGNALS), "main": self.write("main.c", COMMANDS)}
        for name, file in files.items():
            subprocess.run(["cc", "-o", self.folder / name, file], check=True)
        native = subprocess.run([self.folder / "main"], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL,
                                env={"PATH": f"{self.folder}:/usr/bin:/bin"})
        words = [f"--program={name}={file}" for name, file in files.items() if name != "main"]
        simulated = impasse("run", files["main"], *words)
        self.assertEqual(native.stdout, simulated.stdout, simulated.stderr)
        self.assertEqual(15, len(native.stdout.splitlines()), native.stdout)

    def test_a_command_for_a_shell_is_refused_by_name(self):  # PROC-32
        for call, said in (('popen("a | b", "r")', 'main.c:5:5: popen: it takes a shell, which is not simulated, to '
                                                   'understand \'|\' in "a | b"'),
                           ('system("echo \'x\'")', "to understand '\\'' in \"echo 'x'\"")):
            main = self.write("main.c", "#include <stdio.h>\n#include <stdlib.h>\nint main(void)\n{\n"
                                        f"    {call};\n    return 0;\n}}\n")
            report = json.loads(impasse("check", "--json", main).stdout)
            self.assertEqual("incomplete", report["verdict"])
            self.assertIn(said.replace("\\'", "'"), report["incomplete_reason"])

    def test_a_command_that_is_not_modelled_is_named_at_its_line(self):  # FD-13
        main = self.write("main.c", "#include <fcntl.h>\n#include <sys/ioctl.h>\nint main(int n, char **v)\n{\n"
                                    "    if (n > 1)\n        return ioctl(0, 0x5421 + 0x100, v);\n"
                                    "    return fcntl(0, 1024, 1);\n}\n")
        for words, said in (((), "main.c:7:12: fcntl command 1024 is not modelled"),
                            (("--", "x"), "main.c:6:16: ioctl command 0x5521 is not modelled")):
            report = json.loads(impasse("check", "--json", main, *words).stdout)
            self.assertEqual("incomplete", report["verdict"])
            self.assertIn(said, report["incomplete_reason"])

    def test_a_program_that_is_a_file_does_as_natively(self):  # PROC-33, PROC-34
        tool, main = self.write("tool.c", ARGUMENTS), self.write("main.c", FILES)
        place = self.folder / "opt"
        place.mkdir()
        subprocess.run(["cc", "-o", place / "tool", tool], check=True)
        subprocess.run(["cc", "-D_GNU_SOURCE", f'-DPLACE="{place}"', "-o", self.folder / "main", main], check=True)
        native = subprocess.run([self.folder / "main"], capture_output=True, text=True, timeout=20, env={}, cwd=self.folder)
        simulated = impasse("run", main, "-D_GNU_SOURCE", f'-DPLACE="{place}"', f"--program={place}/tool={tool}")
        self.assertEqual(native.stdout, simulated.stdout, simulated.stderr)
        self.assertEqual(12, len(native.stdout.splitlines()), native.stdout)
        self.assertIn("2 me by descriptor v 0\n", native.stdout)

    def test_a_program_executes_itself(self):  # PROC-25
        main = self.write("main.c", r"""
#include <unistd.h>
int main(int argc, char **argv)
{
    static int times;
    if (times++ || argc > 3)
        return argc + times;
    return execl(argc == 1 ? argv[0] : "/proc/self/exe", argv[0], "x", argc > 1 ? "y" : NULL, argc > 2 ? "z" : NULL, NULL);
}
""")
        self.assertEqual(5, impasse("run", main).returncode)

    def test_nothing_of_the_old_program_is_left_in_the_state(self):  # PROC-04
        main = self.write("main.c", r"""
#include <impasse.h>
#include <stdlib.h>
#include <unistd.h>
static int global;
int main(int argc, char **argv)
{
    if (argc == 1) {
        int *block = malloc(64 + 64 * (unsigned)(global = impasse_choose(5)));
        *block = global;
        execl(argv[0], argv[0], "again", NULL);
        return *block + global;
    }
    return getppid() == 1;
}
""")
        report = json.loads(impasse("check", "--json", main).stdout)
        # The choice; five before exec; then one each before getppid, before the end, and after it.
        self.assertEqual((9, 12), (report["states"], report["transitions"]))

    def test_with_takes_arguments(self):
        self.write("shown.c", ARGUMENTS)
        main = self.write("main.c", "int main(void) { return 0; }\n")
        done = impasse("run", main, "--with", f"{self.folder}/shown.c  a  b")
        self.assertEqual(f"3 {self.folder}/shown.c a - 0\n", done.stdout, done.stderr)

    def test_a_comment_names_files_beside_the_model(self):
        self.write("shown.c", ARGUMENTS)
        main = self.write("main.c", "// impasse: --with 'shown.c a b' --program \"x=shown.c\"\n"
                                    "int main(void) { return 0; }\n")
        done = impasse("run", main)
        self.assertIn("3 ", done.stdout, done.stderr)

    def test_one_file_twice_is_two_processes(self):
        report = json.loads(impasse("check", "--json", "models/fifo/server.c", "--with", "models/fifo/client.c").stdout)
        names = [task["name"] for task in report["violations"][0]["tasks"]]
        self.assertEqual(["server", "client 1", "client 2"], names)

    def test_a_report_names_what_was_executed(self):
        report = json.loads(impasse("check", "--json", "models/exec/pipeline.c").stdout)
        names = {task["name"] for task in report["violations"][0]["tasks"]}
        self.assertEqual({"pipeline", "upper", "count"}, names)
        self.assertEqual({"pipeline", "echo", "upper", "count"},
                         {step["name"] for step in report["violations"][0]["trace"]})

    def test_a_trail_holds_the_programs(self):
        trail = self.folder / "t.trail"
        server = self.write("server.c", (ROOT / "models/fifo/server.c").read_text())
        self.write("client.c", (ROOT / "models/fifo/client.c").read_text())
        for command in ("check", "fuzz"):
            found = impasse(command, server, "-o", trail)
            self.assertEqual(1, found.returncode, found.stderr)
            self.assertIn("client.c", trail.read_text())
            again = impasse("replay", trail)
            self.assertEqual(1, again.returncode, again.stderr)
            self.assertIn("wait-for: server -> client -> server", again.stdout)

    def test_the_next_command_names_the_programs(self):
        client = ROOT / "models/fifo/client.c"
        server = self.write("s.c", "\n".join((ROOT / "models/fifo/server.c").read_text().splitlines()[3:]))
        done = impasse("check", server, "--with", f"{client} 1")
        self.assertIn(f"--with '{client} 1'", done.stdout)

    def test_errors_are_said(self):
        main = self.write("main.c", "int main(void) { return 0; }\n")
        bad = self.write("bad.c", "int main(void) { return nothing; }\n")
        lib = self.write("lib.c", "int f(void) { return 0; }\n")
        for words, said in ((("--with", ""), "--with needs a program"),
                            (("--with", f"{self.folder}/none.c"), "none.c"),
                            (("--with", bad), "bad.c:1:25: error"),
                            (("--with", lib), "lib.c: error: there is no function main"),
                            (("--program", "x"), "--program x: it is not of the form PATH=FILE"),
                            (("--program", f"/a/../b={lib}"), "the path must not have '.' or '..' as a part"),
                            (("--program", f"x={lib}"), "lib.c: error: there is no function main")):
            with self.subTest(words=words):
                done = impasse("check", main, *words)
                self.assertEqual(2, done.returncode)
                self.assertIn(said, done.stderr)

    def test_the_answer_is_the_same_for_every_number_of_jobs(self):
        for model in ("models/exec/pipeline_fixed.c", "models/fifo/server.c"):
            one, two = (json.loads(impasse("check", "--json", model, "-j", n).stdout) for n in (1, 2))
            for key in ("verdict", "states", "transitions", "depth", "violations"):
                self.assertEqual(one[key], two[key])


if __name__ == "__main__":
    unittest.main()
