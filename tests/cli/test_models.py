#!/usr/bin/env python3
"""Holds Impasse to what every model file in models/ says about itself.

The leading comment of a model carries lines for machines:

    // impasse: expect VERDICT [at CALL:LINE[, CALL:LINE]...]     required; where the tasks wait, or where it fails;
                                                                  CALL:FILE:LINE in another program
    // impasse: states N transitions M                            optional, exact; written by --record
    // impasse: --set NAME=VALUE                                  for the tool, which reads it by itself

    python3 tests/cli/test_models.py                      run the tests; IMPASSE names the binary (default out/impasse)
    python3 tests/cli/test_models.py --record [FILE...]   write the counts of today into the models (default: all)
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import tempfile
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")   # an absolute IMPASSE replaces ROOT
MODELS = sorted(ROOT.glob("models/**/*.c"))
TIMEOUT_SECONDS = 120
JOBS = 2

VERDICTS = {"ok", "deadlock", "stuck", "assertion", "crash", "livelock"}
CURES_BY_OTHER_NAMES = {"philosophers": "philosophers_lefty", "client": "server_fixed"}

PLACE = r"\w+:(?:\w+\.c:)?\d+"
EXPECT = re.compile(rf"expect (\w+)(?: at ({PLACE}(?:, {PLACE})*))?")
COUNTS = re.compile(r"states (\d+) transitions (\d+)")
PREFIX = "// impasse: "
LIBC_READS = {"fgets": "read"}   # what the library does for them, as reports name it


class Expectation:
    """What the leading comment of one model promises. Raises ValueError where it promises nothing readable."""

    def __init__(self, path):
        self.verdict, self.places, self.counts = None, [], None
        for line in leading_comment(path):
            if not line.startswith(PREFIX) or line.startswith(PREFIX + "--"):
                continue
            text = line[len(PREFIX):].strip()
            if (match := EXPECT.fullmatch(text)) and self.verdict is None and match[1] in VERDICTS:
                self.verdict = match[1]
                self.places = [(call, path.parent / (file.rstrip(":") or path.name), int(line))
                               for call, file, line in re.findall(r"(\w+):(\w+\.c:)?(\d+)", match[2] or "")]
            elif (match := COUNTS.fullmatch(text)) and self.counts is None:
                self.counts = (int(match[1]), int(match[2]))
            else:
                raise ValueError(f"cannot read (or twice): {line}")
        if self.verdict is None:
            raise ValueError("no line '// impasse: expect VERDICT'")


def leading_comment(path):
    lines = []
    for line in path.read_text().splitlines():
        if not line.startswith("//"):
            break
        lines.append(line)
    return lines


def name_of(path):
    return str(path.relative_to(ROOT))


def check(path, *options):
    """Runs `impasse check --json` on one model: (exit status, report or None, what to say when there is none)."""
    command = [str(IMPASSE), "check", "--json", *options, name_of(path)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return None, None, f"no answer within {TIMEOUT_SECONDS} s"
    except OSError as error:
        return None, None, f"cannot run {IMPASSE}: {error}"
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        return done.returncode, None, f"stdout is not JSON ({error}); stderr: {done.stderr.strip()}"
    return done.returncode, report, done.stderr.strip()


def check_all(paths, *options):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return list(zip(paths, pool.map(lambda path: check(path, *options), paths)))


def is_reported(place, verdict, violation):
    """Whether the violation has a task, or its trace ends, at this call and line. An assertion is no call of its
    own: there the line is enough, and the message may name it, too."""
    call, file, number = place
    call = LIBC_READS.get(call, call)
    spots = list(violation.get("tasks", [])) + list(violation.get("trace", []))[-1:]
    if verdict == "assertion":
        return (any(spot.get("line") == number and spot.get("file") == name_of(file) for spot in spots)
                or re.search(rf":{number}\b", violation.get("message", "")) is not None)
    return any(spot.get("call") == call and spot.get("line") == number and spot.get("file") == name_of(file)
               for spot in spots)


def complaints(path, expected, status, report, said, with_counts=True):
    """Everything in which the tool's answer differs from what the model promises."""
    if report is None:
        return [f"exit status {status}: {said}"]
    found = []

    def compare(what, wanted, got):
        if wanted != got:
            found.append(f"{what}: expected {wanted}, got {got}")

    compare("verdict", expected.verdict, report.get("verdict"))
    compare("exit status", 0 if expected.verdict == "ok" else 1, status)
    if expected.verdict == "ok":
        compare("complete", True, report.get("complete"))
        compare("violations", [], report.get("violations"))
    elif not report.get("violations"):
        found.append("no violation is listed")
    else:
        violation = report["violations"][0]
        compare("kind of the violation", expected.verdict, violation.get("kind"))
        for place in expected.places:
            if not is_reported(place, expected.verdict, violation):
                tasks = [(task.get("name"), task.get("call"), task.get("line")) for task in violation.get("tasks", [])]
                found.append(f"nothing reported at {place[0]}:{place[1].name}:{place[2]}; tasks: {tasks}")
    if with_counts and expected.counts is not None:
        compare("(states, transitions)", expected.counts, (report.get("states"), report.get("transitions")))
    return found


class ModelFiles(unittest.TestCase):
    """The model files by themselves, without the tool."""

    def test_there_are_models(self):
        self.assertGreater(len(MODELS), 20)

    def test_each_says_what_to_expect_and_where(self):
        for path in MODELS:
            with self.subTest(model=name_of(path)):
                for call, file, number in Expectation(path).places:
                    lines = file.read_text().splitlines()
                    self.assertLessEqual(number, len(lines))
                    self.assertRegex(lines[number - 1], rf"\b{call}\(", f"line {number} does not call {call}")

    def test_each_buggy_one_has_a_cure(self):
        for path in MODELS:
            with self.subTest(model=name_of(path)):
                if Expectation(path).verdict != "ok":
                    cure = path.with_stem(CURES_BY_OTHER_NAMES.get(path.stem, path.stem + "_fixed"))
                    self.assertTrue(cure.exists(), f"{name_of(cure)} is missing")
                    self.assertEqual("ok", Expectation(cure).verdict)

    def test_each_compiles_natively_without_a_warning(self):
        for path in MODELS:
            with self.subTest(model=name_of(path)):
                done = subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-Isim/include",
                                       name_of(path)], cwd=ROOT, capture_output=True, text=True)
                self.assertEqual(0, done.returncode, done.stderr)

    def test_a_trail_of_each_buggy_signal_model_replays(self):  # steps that are no calls: deliver, timer
        with tempfile.TemporaryDirectory() as folder:
            for path in MODELS:
                if path.parent.name != "signal" or Expectation(path).verdict == "ok":
                    continue
                trail = pathlib.Path(folder) / path.stem
                with self.subTest(model=name_of(path)):
                    for words in (["check", "-o", trail, name_of(path)], ["replay", trail]):
                        done = subprocess.run([IMPASSE, *words], cwd=ROOT, capture_output=True, text=True,
                                              timeout=TIMEOUT_SECONDS)
                        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                        self.assertTrue(done.stdout.startswith(Expectation(path).verdict), done.stdout)

    def test_each_stands_in_the_table_with_its_verdict(self):
        rows = {}
        for line in (ROOT / "models/README.md").read_text().splitlines():
            if match := re.match(r"\| `([^`]+)` \|[^|]*\| (\w+) \|", line):
                rows[match[1]] = match[2]
        self.assertEqual({str(path.relative_to(ROOT / "models")): Expectation(path).verdict for path in MODELS}, rows)


class Verdicts(unittest.TestCase):
    """The tool's answers."""

    @classmethod
    def setUpClass(cls):
        if not os.access(IMPASSE, os.X_OK):
            raise FileNotFoundError(f"{IMPASSE} is missing: build it, or set IMPASSE")

    def test_each_model_gets_the_verdict_that_it_names(self):
        self.verdicts(with_counts=False)

    def test_each_has_the_counts_that_it_names_when_nothing_is_left_out(self):
        self.verdicts("--no-reduction", with_counts=True)

    def verdicts(self, *options, with_counts):
        for path, (status, report, said) in check_all(MODELS, *options):
            with self.subTest(model=name_of(path)):
                found = complaints(path, Expectation(path), status, report, said, with_counts)
                self.assertFalse(found, "\n  " + "\n  ".join(found) + (f"\n  stderr: {said}" if said else ""))


def record_counts(path, states, transitions):
    """Writes the line of counts below the line of expectation. A new line moves the places in the file down."""
    lines = path.read_text().splitlines(keepends=True)
    counts = f"{PREFIX}states {states} transitions {transitions}\n"
    at = next(i for i, line in enumerate(lines) if line.startswith(PREFIX + "expect "))
    old = [i for i, line in enumerate(lines) if line.startswith(PREFIX + "states ")]
    if old:
        lines[old[0]] = counts
    else:
        lines[at] = re.sub(r"(?<!\.c):(\d+)\b", lambda match: f":{int(match[1]) + 1}", lines[at])
        lines.insert(at + 1, counts)
    path.write_text("".join(lines))


def record(paths):
    """Records the counts of the models whose expectation holds otherwise; the others are named and left alone."""
    failures = 0
    for path, (status, report, said) in check_all(paths, "--no-reduction"):
        found = complaints(path, Expectation(path), status, report, said, with_counts=False)
        if found:
            failures += 1
            print(f"{name_of(path)}: not recorded: {'; '.join(found)}", file=sys.stderr)
            continue
        record_counts(path, report["states"], report["transitions"])
        print(f"{name_of(path)}: states {report['states']} transitions {report['transitions']}")
    return 1 if failures else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        sys.exit(record([pathlib.Path(name).resolve() for name in sys.argv[2:]] or MODELS))
    unittest.main()
