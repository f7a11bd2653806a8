#!/usr/bin/env python3
"""Holds `impasse conform` to its promises: it agrees where the simulation is right, catches a planted error, judges
random call sequences and models against the kernel here, and leaves nothing behind, also after Ctrl-C."""

import glob
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")
SEQUENCE = ROOT / "tests" / "conform" / "sequence.c"
sys.path.insert(0, str(ROOT / "tests" / "conform"))
import generate  # noqa: E402

# Native runs of these take long, or the state space does; `scons conform` and spec/conformance.md have them.
SLOW = {"producers_consumers", "philosophers", "philosophers_lefty"}
# Asleep with an armed timer: natively that looks like a hang (spec/conformance.md).
TIMED = {"alarm_too_early", "alarm_too_early_fixed", "restart_hides", "restart_hides_fixed"}
# RLIMIT_NPROC counts all processes of a user, and root's not at all; a real system gives a pid again only much later.
OTHERWISE = {"zombie_leak", "zombie_leak_fixed", "recycled_pid"}


def conform(*words, folder=None):
    environment = dict(os.environ, **({"TMPDIR": folder} if folder else {}))
    return subprocess.run([IMPASSE, "conform", *map(str, words)], capture_output=True, text=True, cwd=ROOT,
                          timeout=300, env=environment)


class Conform(unittest.TestCase):
    def test_a_hang_agrees_with_a_hang(self):
        done = conform("models/pipe/forgotten_close.c", "--runs", 5)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("agrees: 5 native runs"), done.stdout)
        self.assertIn("main does not end, hangs", done.stdout)

    def test_a_planted_error_is_caught(self):
        done = conform("models/pipe/forgotten_close_fixed.c", "--runs", 5, "--set", "forget_eof=1")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("differs: native run 1", done.stdout)
        self.assertIn('native:    stdout "", stderr "", exit 0', done.stdout)
        self.assertIn('simulated: stdout "", stderr "", main does not end, hangs', done.stdout)

    def test_bad_usage(self):
        self.assertEqual(conform().returncode, 2)
        self.assertEqual(conform("no/such/file.c").returncode, 2)

    def test_a_limit_makes_it_incomplete(self):
        done = conform("models/semaphore/philosophers.c", "--runs", 1, "--max-states", 10)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("outcome set incomplete: the limit of states was reached", done.stdout)

    def test_output_order_of_two_processes_is_explored(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "two.c"
            file.write_text('#include <stdio.h>\n#include <unistd.h>\n#include <sys/wait.h>\n'
                            'int main(void)\n{\n    printf("twice ");\n    if (!fork()) {\n'
                            '        write(1, "a", 1);\n        return 0;\n    }\n    write(1, "b", 1);\n'
                            '    wait(NULL);\n    return 3;\n}\n')
            done = conform(file, "--runs", 20)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for text in ("abtwice twice ", "batwice twice ", "atwice btwice "):  # buffered, as into any pipe
            self.assertIn(f'stdout "{text}", stderr "", exit 3', done.stdout)

    def test_random_sequences_agree(self):
        scripts = [s for i, group in enumerate(generate.Script.WEIGHTS) for s in generate.scripts(75, i + 1, group)]
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("\n".join(scripts) + "\n")
            file.flush()
            done = conform(SEQUENCE, "--set", "pipe_slots=1", "--batch", file.name)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        differing = [(scripts[d["line"] - 1], d) for d in lines[:-1] if d["verdict"] == "differs"]
        self.assertEqual(differing, [])
        self.assertEqual(lines[-1]["programs"], len(scripts))
        self.assertLess(lines[-1]["unknown"], len(scripts) // 10)

    def test_the_planted_error_is_caught_in_a_sequence(self):
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("p0;c4;r3,1,0;\n")
            file.flush()
            done = conform(SEQUENCE, "--set", "forget_eof=1", "--batch", file.name)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(json.loads(done.stdout.splitlines()[0])["verdict"], "differs")

    def test_models_agree(self):
        for model in sorted(ROOT.glob("models/*/*.c")):
            if model.stem not in SLOW | TIMED | OTHERWISE and not re.search(r"^// impasse: --(with|program)", model.read_text(), re.M):
                with self.subTest(model=model.stem):
                    done = conform(model.relative_to(ROOT), "--runs", 3)
                    self.assertIn(done.returncode, (0, 3), done.stdout + done.stderr)

    def test_nothing_is_left_behind_after_an_interrupt(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number), tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                process = subprocess.Popen([IMPASSE, "conform", "models/pipe/forgotten_close.c", "--runs", "1000"],
                                           stdout=subprocess.DEVNULL, cwd=ROOT, env=dict(os.environ, TMPDIR=folder))
                try:
                    self.wait_for(lambda: running_below(folder))
                    process.send_signal(number)
                    self.assertEqual(process.wait(timeout=20), 130 if number == signal.SIGINT else -number)
                finally:
                    process.kill()
                    process.wait()
                self.wait_for(lambda: not running_below(folder) and not os.listdir(folder))

    def wait_for(self, condition):
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        self.fail("waited too long")


def running_below(folder):
    """Returns the processes whose program lies in the folder."""
    found = []
    for link in glob.glob("/proc/[0-9]*/exe"):
        try:
            if folder + "/" in os.readlink(link):  # In a changed root the path may begin further up.
                found.append(link)
        except OSError:
            pass
    return found


if __name__ == "__main__":
    unittest.main()
