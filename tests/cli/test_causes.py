#!/usr/bin/env python3
"""Holds the line `cause:` of reports to the truth (CAUSE-01, CAUSE-02, CAUSE-03).

Goal: for every buggy model the cause that its leading comment tells stands in the first five lines of its report.
Method: a table of all of them, compared with models/; and small programs that look like a known cause and are not it."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")
MODELS = sorted(ROOT.glob("models/*/*.c"))
TIMEOUT_SECONDS = 120

END_OF_FILE = "end-of-file that never comes"
CIRCLE = "circular wait"

# How the cause begins; for a crash and for a loop without any call the message says it.
CAUSES = {
    "exec/coprocess": "output that waits in a buffer: twice has 3 bytes for descriptor 1 in stdio, not written yet",
    "exec/pipeline": END_OF_FILE,
    "exec/worker_pool": END_OF_FILE,
    "fifo/client": "FIFO opened from one side only",
    "fifo/crossed_open": "FIFO opened in crossed order",
    "fifo/one_client_only": "FIFO opened from one side only",
    "fifo/regular_file": "a regular file where a FIFO was meant: child, open with O_CREAT at line 21 came before mkfifo",
    "fifo/reply_too_late": "FIFO opened from one side only",
    "fifo/server": "FIFO opened in crossed order",
    "fifo/spins_at_end": "busy wait: child (pid 3) repeats read at models/fifo/spins_at_end.c:21 for ever: "
                         'read(3, "", 1) = 0, end-of-file, each time',
    "fifo/unlink_race": "FIFO removed while somebody waits to open it",
    "pipe/again_for_ever": "busy wait: main (pid 2) repeats read at models/pipe/again_for_ever.c:22 for ever: "
                           "read(3, ..., 1) = -1 EAGAIN each time",
    "pipe/both_full": "pipes full in both directions",
    "pipe/both_read_first": CIRCLE,
    "pipe/coalesced": 'step 5 decides it: child at line 18, write(4, "B", 1) = 1',
    "pipe/dup_order": "read at line 23 fails with EBADF",
    "pipe/epipe_ignored": "busy wait: child (pid 3) repeats write at models/pipe/epipe_ignored.c:19 for ever: "
                          'write(4, "data", 4) = -1 EPIPE each time',
    "pipe/forgotten_close": END_OF_FILE,
    "pipe/nonblock_leaks": "read at line 31 fails with EAGAIN: child 2 set O_NONBLOCK at line 25, for all who share the open "
                           "file description",
    "pipe/nonblock_too_late": "O_NONBLOCK that came too late",
    "pipe/partial_record": "read at line 24 gets 4 of 12 bytes",
    "pipe/put_back_for_ever": 'no progress: main (pid 2) goes round for ever: read(3, "b", 1) = 1 at line 21; '
                              'write(4, "b", 1) = 1 at line 27',
    "pipe/second_child_inherits": END_OF_FILE,
    "pipe/serve_loop_leaks": END_OF_FILE,
    "pipe/short_write_ignored": "write at line 26 takes 4096 of 6000 bytes",
    "pipe/torn_record": "step 10 decides it: child 2 at line 21, write(...) = 4096 so far",
    "pipe/two_readers": 'step 8 decides it: child 2 at line 16, read(3, "b", 1) = 1',
    "pipe/wait_before_drain": "waiting for a child that cannot finish writing",
    "pipe/writer_without_reader": None,
    "pipe/wrong_address": 'data that never comes: main (pid 2) goes round for ever: read(3, "\\0", 1) = 1 at line '
                          '32; write(6, "!", 1) = 1 at line 33',
    "poll/edge_not_drained": "edge-triggered event that was reported already",
    "poll/hang_up_ignored": "busy wait: child (pid 3) repeats poll at models/poll/hang_up_ignored.c:22 for ever: "
                            "poll([3 POLLIN -> POLLHUP], 1, -1) = 1 each time",
    "poll/shared_ready": "readiness that was gone: poll reported it to child 2, and child 1 read first (step 11)",
    "process/daemon_keeps_pipe": END_OF_FILE,
    "process/double_close": "step 7 decides it: main at line 38, deliver(SIGUSR1) = handler, before close",
    "process/helper_keeps_pipe": END_OF_FILE,
    "process/ignored_children": "waiting for a child while SIGCHLD is ignored",
    "process/recycled_pid": "a pid that was used again: 3 had been waited for, and was another child's when main killed it at "
                            "line 24",
    "process/wait_never_returns": CIRCLE,
    "process/wnohang_race": "waitpid with WNOHANG at line 25 comes before the child can be waited for",
    "process/zombie_leak": "children never reaped: fork at line 23 fails with EAGAIN, and main has not waited for 3 of its "
                           "children",
    "semaphore/abba": CIRCLE,
    "semaphore/holder_exits": "a semaphore that nobody can post",
    "semaphore/lost_counter": "step 4 decides it: child at line 23, load(shm+0, 4) = 0",
    "semaphore/philosophers": CIRCLE,
    "semaphore/private_semaphore": "a semaphore that nobody can post",
    "semaphore/producer_consumer": CIRCLE,
    "shm/dead_peer": "busy wait: main (pid 2) goes round for ever: load(shm+0, 4) = 0 at line 26; sched_yield() = 0 at line 27",
    "signal/alarm_too_early": "lost wake-up",
    "signal/both_pause": CIRCLE,
    "signal/child_before_record": "step 4 decides it: main at line 30, deliver(SIGCHLD) = handler",
    "signal/counting": "signals that merged",
    "signal/eintr_ignored": "a call that a signal broke off: sem_wait at line 40 fails with EINTR by SIGCHLD",
    "signal/errno_clobbered": "step 6 decides it: main at line 30, deliver(SIGCHLD) = handler",
    "signal/handler_takes_lock": "a semaphore that its own holder waits for, in a handler of SIGUSR1 that interrupted it",
    "signal/installed_too_late": "step 5 decides it: child at line 24, deliver(SIGUSR1) = killed",
    "signal/lost_wakeup": "lost wake-up",
    "signal/missed_child": "signals that merged",
    "signal/poll_not_restarted": "a call that a signal broke off: poll at line 32 fails with EINTR by SIGUSR1",
    "signal/restart_hides": "a call that the handler restarts instead of ending it",
    "signal/sigchld_ignored": "waitpid at line 21 fails with ECHILD: while SIGCHLD is ignored nobody can be waited for",
    "signal/sigpipe_death": None,
    "signal/sigwait_unblocked": "step 3 decides it: child at line 19, deliver(SIGUSR1) = killed",
    "signal/spin": None,
    "signal/stopped_with_lock": "a stopped process that nobody continues",
    "signal/timer_too_early": "lost wake-up",
    "signal/wait_in_handler": CIRCLE,
}

PRELUDE = """#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
"""


def name_of(path):
    return str(path.relative_to(ROOT / "models").with_suffix(""))


def is_buggy(path):
    return not re.search(r"^// impasse: expect ok$", path.read_text(), re.M)


def check(*words):
    return subprocess.run([IMPASSE, "check", *map(str, words)], cwd=ROOT, capture_output=True, text=True,
                          timeout=TIMEOUT_SECONDS).stdout


class Causes(unittest.TestCase):
    def program(self, text, *options):
        """Returns the violation that a program ends in."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "program.c"
            file.write_text(PRELUDE + text)
            report = json.loads(check("--json", *options, file))
            self.assertEqual(1, len(report["violations"]), report)
            return report["violations"][0]

    def test_each_buggy_model_stands_in_the_table(self):
        self.assertEqual([name_of(path) for path in MODELS if is_buggy(path)], sorted(CAUSES))

    def test_each_buggy_model_names_its_cause_in_the_first_five_lines(self):  # CAUSE-01
        for name, cause in CAUSES.items():
            with self.subTest(model=name):
                lines = check(f"models/{name}.c").splitlines()
                if cause is None:
                    self.assertRegex(lines[0], r"^(crash|livelock): \w.{20}")
                else:
                    head = re.sub(r"\s+", " ", " ".join(lines[:5]))
                    self.assertIn(f"cause: {cause}", head)

    def test_a_round_of_several_calls_names_them(self):  # CAUSE-02
        found = self.program("""int main(void)
{
    int p[2];
    char c;
    pipe(p);
    if (fork() == 0) {
        close(p[1]);
        for (;;) {
            read(p[0], &c, 1);
            sched_yield();
        }
    }
    close(p[1]);
    wait(0);
    return 0;
}
""")
        self.assertEqual("stuck", found["kind"])
        self.assertEqual('busy wait: child (pid 3) goes round for ever: read(3, "", 1) = 0, end-of-file, '
                         'at line 18; sched_yield() = 0 at line 19', found["cause"])

    def test_who_changes_something_in_its_round_does_not_wait(self):  # CAUSE-02
        found = self.program("""int main(void)
{
    int p[2];
    char c;
    pipe(p);
    if (fork() == 0)
        for (;;) {
            write(p[1], "x", 1);
            read(p[0], &c, 1);
        }
    wait(0);
    return 0;
}
""")
        self.assertEqual("stuck", found["kind"])
        self.assertTrue(found["cause"].startswith("waiting for a child that never ends: child (pid 3) goes round for ever: "),
                        found["cause"])

    def test_who_lacks_a_first_message_does_not_lack_the_end(self):  # CAUSE-01: both hold a write end, and nobody wrote
        found = self.program("""int main(void)
{
    int a[2], b[2];
    char c;
    pipe(a);
    pipe(b);
    if (fork() == 0) {
        read(a[0], &c, 1);
        write(b[1], "x", 1);
        return 0;
    }
    read(b[0], &c, 1);
    write(a[1], "x", 1);
    return 0;
}
""")
        self.assertEqual((CIRCLE, [2, 3]), (found["cause"], sorted(found["cycle"])))
        self.assertNotIn("help", found)

    def test_readiness_that_nobody_took_is_another_matter(self):  # CAUSE-01: it reads twice for one report
        found = self.program("""int main(void)
{
    int p[2];
    char c;
    struct pollfd row = {.events = POLLIN};
    pipe(p);
    row.fd = p[0];
    write(p[1], "x", 1);
    poll(&row, 1, -1);
    read(p[0], &c, 1);
    read(p[0], &c, 1);
    return 0;
}
""")
        self.assertEqual("deadlock", found["kind"])
        self.assertNotIn("readiness", found.get("cause", ""))

    def test_output_in_a_buffer_is_counted_by_descriptor(self):  # CAUSE-01
        text = """int main(void)
{
    int a[2], b[2], unread[2];
    char line[8];
    pipe(a);
    pipe(b);
    pipe(unread);
    if (fork() == 0) {
        FILE *out = fdopen(b[1], "w"), *other = fdopen(unread[1], "w");
        close(b[0]);
        fputs("OTHER", other);
        FLUSHED
        read(a[0], line, 1);
        return 0;
    }
    close(b[1]);
    read(b[0], line, 8);
    read(b[0], line, 8);
    write(a[1], "x", 1);
    return 0;
}
"""
        stdio = "#include <stdio.h>\n"
        found = self.program(stdio + text.replace("FLUSHED", 'fputs("four", out);'))
        self.assertEqual("output that waits in a buffer: child has 4 bytes for descriptor 6 in stdio, not written yet",
                         found["cause"])
        self.assertTrue(any("4 bytes for it wait in a buffer of stdio" in e for t in found["tasks"] for e in t["enablers"]))
        found = self.program(stdio + text.replace("FLUSHED", 'fputs("four", out); fflush(out);'))
        self.assertEqual(CIRCLE, found["cause"])
        found = self.program(stdio + text.replace("FLUSHED", 'fputs("four", out); fflush(out); fputc(10, out);'))
        self.assertEqual("output that waits in a buffer: child has 1 byte for descriptor 6 in stdio, not written yet",
                         found["cause"])

    def test_a_lock_taken_twice_is_no_circle(self):  # CAUSE-01
        found = self.program("""int main(void)
{
    sem_t *lock = mmap(0, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(lock, 1, 1);
    if (fork() == 0) {
        sem_wait(lock);
        sem_wait(lock);
        sem_post(lock);
        return 0;
    }
    wait(0);
    return 0;
}
""")
        self.assertEqual("a semaphore that its own holder waits for", found["cause"])

    def test_an_assertion_about_values_has_no_cause_to_tell(self):  # CAUSE-03
        found = self.program('int main(void)\n{\n    write(1, "x", 1);\n    int n = getpid();\n    assert(n == 7);\n    return 0;\n}\n')
        self.assertEqual("assertion", found["kind"])
        self.assertNotIn("cause", found)

    def test_an_interrupted_call_that_was_made_again_is_not_to_blame(self):  # CAUSE-03
        found = self.program("""static void caught(int signal)
{
    (void)signal;
}
int main(void)
{
    struct sigaction action = {.sa_handler = caught};
    int p[2], pid;
    char c;
    pipe(p);
    sigaction(SIGUSR1, &action, 0);
    if ((pid = fork()) == 0) {
        kill(getppid(), SIGUSR1);
        write(p[1], "xy", 2);
        return 0;
    }
    while (read(p[0], &c, 1) < 0)
        continue;
    assert(c == 'y');
    return 0;
}
""")
        self.assertNotIn("broke off", found.get("cause", ""))


if __name__ == "__main__":
    unittest.main()
