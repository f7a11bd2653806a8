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


def impasse(*words, cwd=ROOT):
    return subprocess.run([IMPASSE, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=100)


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
