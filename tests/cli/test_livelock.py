#!/usr/bin/env python3
"""Holds every command to LIVE-01: who goes round for ever and changes nothing is in a livelock, in every mode of search;
who writes, changes an object, can still end, or passes impasse_progress() is not."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")
TIMEOUT_SECONDS = 120

PRELUDE = """#include <errno.h>
#include <fcntl.h>
#include <impasse.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#define SHARED(type) ((type *)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
"""

BUSY = "int main(void) { int p[2]; char c; pipe(p); fcntl(p[0], F_SETFL, O_NONBLOCK); while (read(p[0], &c, 1) < 0) continue; }"

# What goes round: body of main, verdict.
ROWS = {
    "sleeps": ("for (;;) sleep(1);", "livelock"),
    "yields, two of them": ("fork(); for (;;) sched_yield();", "livelock"),
    "polls with a time-out": ("int p[2]; pipe(p); struct pollfd f = {p[0], POLLIN, 0}; while (poll(&f, 1, 10) == 0) continue;", "livelock"),
    "asks for a child that sleeps for ever": ("if (fork() == 0) for (;;) pause(); while (waitpid(-1, 0, WNOHANG) == 0) continue;", "stuck"),
    "asks for a child that is idle": ("if (fork() == 0) for (;;) { impasse_idle(); pause(); } while (waitpid(-1, 0, WNOHANG) == 0) continue;",
                                      "livelock"),
    "only some schedules": ("volatile int *n = SHARED(int); if (fork() == 0) { if (*n == 0) *n = 1; _exit(0); } *n = 2; "
                            "while (*n == 1) sched_yield();", "livelock"),
    "another one ends it": ("volatile int *n = SHARED(int); if (fork() == 0) { *n = 1; _exit(0); } while (!*n) sched_yield();", "ok"),
    "writes": ("for (;;) { write(1, \"x\", 1); sleep(1); }", "ok"),
    "changes shared memory": ("volatile int *n = SHARED(int); for (;;) *n = !*n;", "ok"),
    "takes and posts": ("sem_t *s = SHARED(sem_t); sem_init(s, 1, 1); for (;;) { sem_wait(s); sem_post(s); }", "ok"),
    "ends after a while": ("for (int i = 0; i < 100; i++) sleep(1);", "ok"),
    "fails after a while": ("for (int i = 0; i < 9; i++) sleep(1); *(volatile int *)0 = 1;", "crash"),
    "may wait for ever": ("for (;;) { impasse_idle(); poll(0, 0, 1000); }", "ok"),
    "passes a mark": ("for (;;) { sleep(1); impasse_progress(); }", "ok"),
    "passes a mark before a call that is silent": ("for (;;) { sleep(1); impasse_progress(); getpid(); }", "ok"),
    "passes one mark only": ("impasse_progress(); sem_t *s = SHARED(sem_t); sem_init(s, 1, 1); for (;;) { sem_wait(s); sem_post(s); }",
                             "livelock"),
    "a signal gets it out": ("signal(SIGALRM, _exit); alarm(1); for (;;) sched_yield();", "ok"),
    "a signal that is blocked does not": ("sigset_t s; sigfillset(&s); sigprocmask(SIG_SETMASK, &s, 0); alarm(1); for (;;) sched_yield();",
                                          "livelock"),
}


class Livelock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, text, name="program"):
        file = self.folder / f"{name}.c"
        file.write_text(PRELUDE + text)
        return file

    def impasse(self, *words):
        return subprocess.run([IMPASSE, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)

    def test_it_is_what_can_get_nowhere(self):
        for name, (body, verdict) in ROWS.items():
            file = self.program(f"int main(void) {{ {body} return 0; }}")
            counts = set()
            for mode in ([], ["-j2"], ["--no-reduction"], ["--depth-first"], ["--no-compression"]):
                with self.subTest(name, mode=mode):
                    report = json.loads(self.impasse("check", "--json", *mode, file).stdout)
                    self.assertEqual(report["verdict"], verdict)
                    self.assertTrue(report["complete"])
                    counts.add(report["states"] if not report["reduced"] else None)
            self.assertEqual(len(counts - {None}), 1, name)

    def test_each_property_can_be_left_out(self):
        file = self.program(BUSY)
        for properties, verdict in (("livelock", "livelock"), ("stuck,livelock", "livelock"), ("stuck", "ok"), ("deadlock", "ok")):
            with self.subTest(properties):
                report = json.loads(self.impasse("check", "--json", "--properties", properties, file).stdout)
                self.assertEqual(report["verdict"], verdict)
        # Who waits for it is stuck, if that is asked for
        file = self.program("int main(void) { if (fork() == 0) for (;;) sched_yield(); wait(0); }", "waited")
        for properties, verdict in (("all", "stuck"), ("livelock", "livelock")):
            with self.subTest(properties, waited=True):
                report = json.loads(self.impasse("check", "--json", "--properties", properties, file).stdout)
                self.assertEqual(report["verdict"], verdict)
                self.assertEqual([task["culprit"] for task in report["violations"][0]["tasks"]], [verdict == "stuck", verdict != "stuck"])

    def test_the_report_names_who_goes_round(self):
        done = self.impasse("check", self.program(BUSY))
        self.assertEqual(done.returncode, 1)
        lines = done.stdout.splitlines()
        self.assertTrue(lines[0].startswith("livelock: 1 of 1 process runs for ever, and nothing changes any more"), done.stdout)
        self.assertIn("cause: busy wait: main (pid 2) repeats read at ", done.stdout)
        self.assertIn("runs for ever at read", done.stdout)
        self.assertIn("^ nothing that this finds ever", done.stdout)

    def test_a_saved_trail_replays_to_it(self):
        trail = self.folder / "busy.trail"
        self.impasse("check", self.program(BUSY), "-o", trail)
        done = self.impasse("replay", trail)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("livelock: "), done.stdout)
        self.assertNotIn("the trail expects", done.stdout)

    def test_the_picture_shows_it(self):
        done = self.impasse("graph", self.program(BUSY))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("livelock: all ", done.stdout)
        self.assertIn("violet: they go round for ever and get nowhere", done.stdout)
        self.assertEqual(self.impasse("graph", self.program("int main(void) { return 0; }")).stdout.count("livelock"), 0)

    def test_fuzz_finds_it_and_the_exact_stuck(self):
        for text, word in ((BUSY, "livelock"),
                           ("int main(void) { sem_t *s = SHARED(sem_t); sem_init(s, 1, 0); if (fork() == 0) { sem_wait(s); _exit(0); }"
                            " while (sem_trywait(s) < 0) sched_yield(); }", "stuck")):
            with self.subTest(word):
                file = self.program(text, word)
                one = self.impasse("fuzz", file, "--runs", 50, "--seed", 3, "--json", "-o", self.folder / "out.trail")
                self.assertEqual(one.returncode, 1, one.stdout + one.stderr)
                report = json.loads(one.stdout)
                self.assertEqual(report["verdict"], word)
                two = self.impasse("fuzz", file, "--runs", 50, "--seed", 3, "--json", "-j2", "-o", self.folder / "out.trail")
                self.assertEqual(json.loads(two.stdout)["violations"], report["violations"])


if __name__ == "__main__":
    unittest.main()
