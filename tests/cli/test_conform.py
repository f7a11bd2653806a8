#!/usr/bin/env python3
"""Holds `impasse conform` to its promises: it agrees where the simulation is right, catches a planted error, judges
random call sequences and models against the kernel here, and leaves nothing behind, also after Ctrl-C."""

import glob
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")
FLAVOUR = os.environ.get("IMPASSE_FLAVOUR", "")
sys.path.insert(0, str(ROOT / "tests" / "conform"))
import generate  # noqa: E402
import mended  # noqa: E402

SCHEMA = jsonschema.Draft7Validator(json.loads((ROOT / "spec" / "conform.schema.json").read_text(encoding="utf-8")))

# Native runs of these take long, or the state space does; `scons conform` and spec/conformance.md have them.
SLOW = {"philosophers", "philosophers_lefty"}
# RLIMIT_NPROC counts all processes of a user, and root's not at all; a real system gives a pid again only much later.
OTHERWISE = {"zombie_leak", "zombie_leak_fixed", "recycled_pid"}


def conform(*words, folder=None):
    environment = dict(os.environ, **({"TMPDIR": folder} if folder else {}))
    return subprocess.run([IMPASSE, "conform", *map(str, words)], capture_output=True, text=True, cwd=ROOT,
                          timeout=300, env=environment)


def starved(difference):
    """Whether ASan's own runtime found no memory under the limits of the native side, before that began."""
    native = difference.get("native") or {}
    return FLAVOUR == "asan" and "Failed to mmap" in native.get("stdout", "") + native.get("stderr", "")


class Conform(unittest.TestCase):
    def test_a_hang_agrees_with_a_hang(self):
        done = conform("models/pipe/forgotten_close.c", "--runs", 5)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("agrees: 5 native runs"), done.stdout)
        self.assertIn("main does not end, hangs", done.stdout)

    def test_signals_agree(self):  # SIG-33, SIG-35, SIG-38, SIG-39, SIG-40
        done = conform("tests/conform/signals.c", "--runs", 5)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("simulated: 1 outcomes", done.stdout)

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

    def test_what_is_busy_for_ever_agrees(self):
        """In a loop of its own (GEN-16), in one of calls, and with a second end that some schedules have."""
        for model, others in (("signal/spin.c", []), ("pipe/epipe_ignored.c", ['stdout "", stderr "", exit 0'])):
            with self.subTest(model=model):
                done = conform(f"models/{model}", "--runs", 4)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                for text in ['stdout "", stderr "", main does not end, goes on without end', *others]:
                    self.assertRegex(done.stdout, f"(never seen|seen) natively: +{text}\n")

    def test_a_busy_wait_that_somebody_ends_does_not_go_on(self):
        """That the other one is never run would not be fair; who has stopped is never run again."""
        with tempfile.TemporaryDirectory() as folder:
            for stop, ends in ((0, 'exit 0'), (1, 'main does not end, goes on without end')):
                file = pathlib.Path(folder) / f"polls{stop}.c"
                file.write_text('#include <fcntl.h>\n#include <signal.h>\n#include <unistd.h>\nint main(void)\n{\n'
                                '    int p[2];\n    char c;\n    pipe(p);\n    fcntl(p[0], F_SETFL, O_NONBLOCK);\n'
                                '    if (fork() == 0) {\n'
                                f'        if ({stop})\n            raise(SIGSTOP);\n        write(p[1], "x", 1);\n        _exit(0);\n    }}\n'
                                '    while (read(p[0], &c, 1) < 0)\n        continue;\n    return 0;\n}\n')
                with self.subTest(stop=stop):
                    done = conform(file, "--runs", 3)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertIn("simulated: 1 outcomes in", done.stdout)
                    self.assertIn(f'seen natively:       stdout "", stderr "", {ends}\n', done.stdout)

    def test_a_native_run_without_end_is_unknown_where_all_simulated_ones_end(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "spins.c"
            file.write_text('int main(void)\n{\n#ifndef __impasse__\n    for (;;)\n        continue;\n#endif\n    return 0;\n}\n')
            done = conform(file, "--runs", 1)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("and it was still running when the time was up", done.stdout)

    def test_random_sequences_agree(self):
        scripts = [s for i, group in enumerate(generate.Script.WEIGHTS) for s in generate.scripts(60, i + 1, group)]
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("\n".join(scripts) + "\n")
            file.flush()
            done = conform(*generate.SOURCES, "--set", "pipe_slots=1", "--batch", file.name)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        differing = [(scripts[d["line"] - 1], d) for d in lines[:-1] if d["verdict"] == "differs" and not starved(d)]
        self.assertEqual(differing, [])
        self.assertEqual(lines[-1]["programs"], len(scripts))
        self.assertLess(lines[-1]["unknown"], len(scripts) // 10)

    def test_what_was_mended_stays_mended(self):
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("".join(script + "\n" for _, script in mended.MENDED))
            file.flush()
            done = conform(*generate.SOURCES, "--set", "pipe_slots=1", "--runs", 5, "--batch", file.name)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(mended.MENDED[d["line"] - 1], d["native"], d["simulated"]) for d in lines[:-1] if not starved(d)], [])
        self.assertEqual(lines[-1]["programs"], len(mended.MENDED))

    def test_a_timer_that_has_all_but_gone_off_is_told_in_full(self):
        """With this seed the calls take about as long as the timer: the clock may say that it has gone off (SIG-23)."""
        script = ("kill(1,23);sigqueue(2,13,65);sigtimedwait(16384,-2);killpg(0,0);sigqueue(1,18,30);alarm(1000);"
                  "kill(7,15);sigaction(15,2,2147483648,0,0);sigtimedwait(16402,-2);alarm(0);")
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write(f"{script}\n" * 60)
            file.flush()
            done = conform(*generate.SOURCES, "--runs", 3, "--seed", 70300011, "--batch", file.name)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([d["native"] for d in lines[:-1] if not starved(d)], [])
        self.assertEqual(lines[-1]["programs"], 60)

    def test_the_planted_error_is_caught_in_a_sequence(self):
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("pipe(0);close(4);read(3,1,0);\n")
            file.flush()
            done = conform(*generate.SOURCES, "--set", "forget_eof=1", "--batch", file.name)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(json.loads(done.stdout.splitlines()[0])["verdict"], "differs")

    def test_a_program_of_a_batch_has_a_limited_time(self):
        """Handlers without end on top of each other: unknown, counted and named; the next program has its turn."""
        with tempfile.NamedTemporaryFile("w", suffix=".scripts") as file:
            file.write("setitimer(0,100,0,7,250,0);sigaction(14,4,1073741824,256,0);\npipe(0);\n")
            file.flush()
            done = conform(*generate.SOURCES, "--max-states", 1000000, "--batch", file.name)
        late, summary = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertEqual((late["line"], late["verdict"], late["why"]), (1, "unknown", "the time for one program was up"))
        self.assertEqual([summary[k] for k in ("programs", "differ", "unknown", "out_of_time")], [2, 0, 1, 1])

    def test_every_call_is_drawn(self):
        drawn = {name for group in generate.Script.WEIGHTS for s in generate.scripts(300, 1, group)
                 for name in generate.calls_of(s)}
        self.assertEqual(drawn, set().union(*generate.PRIMITIVES.values()))

    def test_json_keeps_its_schema(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA.schema)
        for words, verdict in ((["models/pipe/forgotten_close.c"], "agrees"),
                               (["models/pipe/forgotten_close_fixed.c", "--set", "forget_eof=1"], "differs"),
                               (["models/semaphore/abba.c", "--max-states", 3], "unknown")):
            with self.subTest(verdict=verdict):
                report = json.loads(conform(*words, "--json", "--runs", 3).stdout)
                SCHEMA.validate(report)
                self.assertEqual(report["verdict"], verdict)
                self.assertEqual(report["native"] is None, verdict == "agrees")
                for key in report:
                    self.assertFalse(SCHEMA.is_valid({k: v for k, v in report.items() if k != key}), key)
                    self.assertFalse(SCHEMA.is_valid(dict(report, **{key: {"no": "such type"}})), key)
        self.assertEqual(sum(o["native_runs"] for o in report["seen"]) + (report["native"] is not None), report["native_runs"])

    def test_an_armed_timer_is_no_hang(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "timer.c"
            file.write_text('#include <poll.h>\n#include <signal.h>\n#include <stdio.h>\n#include <sys/time.h>\n#include <unistd.h>\n'
                            'static void caught(int signal)\n{\n    (void)signal;\n}\n'
                            'int main(void)\n{\n    struct itimerval v = {{0, 0}, {500, 0}};\n    int ready;\n'
                            '    signal(SIGALRM, caught);\n    siginterrupt(SIGALRM, 1);\n    poll(0, 0, 100000);\n'
                            '    if (setitimer(ITIMER_REAL, &v, 0) == 0 && (ready = poll(0, 0, -1)) == -1)\n'
                            '        printf("%u", alarm(3));\n    return 0;\n}\n')
            done = conform(file, "--runs", 30)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('seen natively:       stdout "0", stderr "", exit 0', done.stdout)

    def test_several_programs_agree(self):  # PROC-25: from the start with their pids and words, and found by exec by name
        with tempfile.TemporaryDirectory() as folder:
            first, second = pathlib.Path(folder) / "first.c", pathlib.Path(folder) / "second.c"
            first.write_text('#include <errno.h>\n#include <stdio.h>\n#include <sys/wait.h>\n#include <unistd.h>\n'
                             'int main(void)\n{\n    char *none[] = {"ls", NULL}, *third[] = {"third", "x", NULL};\n'
                             '    if (fork() == 0) {\n        if (execvp("ls", none) < 0 && errno == ENOENT)\n'
                             '            execvp("third", third);\n        _exit(127);\n    }\n    wait(NULL);\n    return 5;\n}\n')
            second.write_text('#include <stdio.h>\n#include <string.h>\n#include <unistd.h>\n'
                              'int main(int argc, char **argv)\n{\n    char line[80];\n    if (strcmp(argv[0], "third") == 0)\n'
                              '        snprintf(line, sizeof line, "[%s %s]", argv[0], argv[1]);\n    else\n'
                              '        snprintf(line, sizeof line, "[%d %d %s %s]", (int)getpid(), argc, argv[1], argv[2]);\n'
                              '    return write(1, line, strlen(line)) < 0;\n}\n')
            done = conform(first, "--with", f"{second} a b", "--program", f"third={second}", "--runs", 20)
            path = conform(first, "--program", f"/bin/third={second}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for text in ("[3 3 a b][third x]", "[third x][3 3 a b]"):
            self.assertIn(f'stdout "{text}", stderr "", exit 5', done.stdout)
        self.assertEqual(path.returncode, 2, path.stdout)
        self.assertIn("conform places programs by name only", path.stderr)

    def test_models_agree(self):
        for model in sorted(ROOT.glob("models/*/*.c")):
            if model.stem not in SLOW | OTHERWISE:
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

    def test_nothing_is_left_behind_when_it_is_still_compiling(self):
        """The folder is there, and no keeper yet."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number), tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                process = subprocess.Popen([IMPASSE, "conform", *generate.SOURCES, "--runs", "1000"], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL, cwd=ROOT, env=dict(os.environ, TMPDIR=folder))
                try:
                    self.wait_for(lambda: glob.glob(folder + "/impasse-conform-*"))
                    process.send_signal(number)
                    self.assertIn(process.wait(timeout=20), (2, 130, -number))
                finally:
                    process.kill()
                    process.wait()
                self.wait_for(lambda: not glob.glob(folder + "/impasse-conform-*"))

    def test_names_and_objects_are_removed(self):
        """With and without namespaces; after the end of a run, and when it is broken off in the middle."""
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            file = pathlib.Path(folder) / "leaves.c"
            file.write_text(LEAVES)
            for bare in ([], ["--no-namespaces"]):
                for stop in (None, signal.SIGINT, signal.SIGKILL):
                    with self.subTest(bare=bare, stop=stop):
                        before = left_behind(folder)
                        process = subprocess.Popen([IMPASSE, "conform", file, "--runs", "2" if stop is None else "1000", *bare],
                                                   stdout=subprocess.PIPE, cwd=ROOT, env=dict(os.environ, TMPDIR=folder), text=True)
                        if stop is not None:
                            self.wait_for(lambda: is_there(folder, "ready"))
                            process.send_signal(stop)
                        out, _ = process.communicate(timeout=60)
                        self.assertEqual(process.returncode, {None: 0, signal.SIGINT: 130, signal.SIGKILL: -9}[stop], out)
                        self.wait_for(lambda: left_behind(folder) == before)

    def test_tmp_is_the_runs_own(self):
        """Two at the same time make the same name below /tmp, and neither sees it from the run before; nothing stays."""
        name = f"/tmp/conform-{os.getpid()}"
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            file = pathlib.Path(folder) / "names.c"
            file.write_text(NAMES.replace("NAME", name))
            missing = json.loads(conform(file, "--runs", 1, "--json", folder=folder).stdout)["skipped"]
            if any("no /tmp of its own" in reason for reason in missing):
                if os.path.exists(name):
                    os.unlink(name)
                self.skipTest(", ".join(missing))
            both = [subprocess.Popen([IMPASSE, "conform", file, "--runs", "40"], stdout=subprocess.PIPE, cwd=ROOT, text=True,
                                     env=dict(os.environ, TMPDIR=folder)) for _ in range(2)]
            for process in both:
                out, _ = process.communicate(timeout=100)
                self.assertEqual(process.returncode, 0, out)
                self.assertIn('seen natively:       stdout "", stderr "", exit 0', out)
            self.assertFalse(os.path.exists(name))
            self.assertEqual(os.listdir(folder), ["names.c"])

    def test_above_the_working_directory_is_the_root(self):  # FILE-09, FILE-13
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "up.c"
            file.write_text('#include <errno.h>\n#include <fcntl.h>\n#include <unistd.h>\nint main(void)\n{\n    chdir("..");\n'
                            '    chdir("..");\n    return open("new", O_CREAT | O_RDWR, 0600) < 0 && errno == EACCES ? 5 : 6;\n}\n')
            report = json.loads(conform(file, "--runs", 1, "--json").stdout)
        missing = [reason for reason in report["skipped"] if "working directory" in reason]
        if missing:
            self.skipTest(missing[0])
        self.assertEqual((report["verdict"], report["seen"][0]["status"]), ("agrees", 5 << 8))

    def test_without_namespaces_tmp_is_named_as_skipped(self):
        done = conform("models/pipe/forgotten_close.c", "--runs", 1, "--json", "--no-namespaces")
        self.assertIn("no /tmp of its own: what a program makes there is seen by others, and stays", json.loads(done.stdout)["skipped"])

    def wait_for(self, condition):
        for _ in range(400):
            if condition():
                return
            time.sleep(0.05)
        self.fail("waited too long")


# Natively it leaves one of everything behind, and says so; the simulation sees only that it sleeps for ever.
LEAVES = """
#include <fcntl.h>
#include <unistd.h>
#ifndef __impasse__
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#endif

int main(void)
{
#ifndef __impasse__
    int own = open("left", O_CREAT | O_RDWR, 0600);
    int made = shm_open("/conform-leaves", O_CREAT | O_RDWR, 0600) >= 0 && sem_open("/conform-leaves", O_CREAT, 0600, 1) &&
               msgget(0x1e4fe5, IPC_CREAT | 0600) >= 0 && semget(IPC_PRIVATE, 1, 0600) >= 0 &&
               shmget(0x1e4fe5, 100, IPC_CREAT | IPC_EXCL | 0600) >= 0 && own >= 0;
    mq_open("/conform-leaves", O_CREAT | O_RDWR, 0600, 0);
    if (!made || open("ready", O_CREAT | O_RDWR, 0600) < 0)
        return 1;
#endif
    for (;;)
        pause();
}
"""


NAMES = """
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    if (mkfifo("NAME", 0600) != 0)
        return 1;
    usleep(1000);
    return open("NAME", O_RDWR) < 0 ? 2 : 0;
}
"""


def left_behind(folder):
    """Returns what native runs could leave behind: names, System V objects, processes, temporary folders."""
    names = {name for place in ("/dev/shm", "/dev/mqueue") if os.path.isdir(place) for name in os.listdir(place) if "conform" in name}
    objects = {line.split()[0] + " " + line.split()[1] for kind in ("msg", "sem", "shm")
               for line in pathlib.Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]}
    folders = {name for name in os.listdir(folder) if name.startswith("impasse-conform")}
    return names, objects, folders, bool(running_below(folder))


def is_there(folder, name):
    """Returns whether a program of the folder runs where there is a file of this name (in its namespace)."""
    return any(os.path.exists(os.path.dirname(link) + "/cwd/" + name) for link in running_below(folder))


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
