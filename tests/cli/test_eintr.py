#!/usr/bin/env python3
"""Walks the table of EINTR (spec/signal.md, EINTR-01 to EINTR-06): every row of sim/kernel/interrupt.def, in each of its
three columns, as the kernel of this machine has it and as the simulation has it. tests/conform/eintr.c makes the calls.

Natively one run says "EINTR" or "again". In the simulation an assertion that the call is never interrupted fails or holds
over all schedules. A call that can block and has no row fails tests/kernel/test_interrupt.c, a row without a call here
fails this."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")
SOURCE = ROOT / "tests" / "conform" / "eintr.c"
INCLUDE = os.environ.get("IMPASSE_INCLUDE", ROOT / "sim" / "include")
COLUMNS = ("H0", "HR", "SC")
CLASSES = {  # enum kinterrupt: what the rules say, column by column
    "RESTARTS": ("EINTR", "again", "again"),
    "ALWAYS": ("EINTR", "EINTR", "again"),
    "STOPS": ("EINTR", "EINTR", "EINTR"),
    "SLEEP": ("EINTR", "EINTR", "again"),
    "NEVER": ("again", "again", "again"),
}
TABLE = dict(re.findall(r"^INTERRUPT\((\w+), (\w+)\)", (ROOT / "sim/kernel/interrupt.def").read_text(), re.MULTILINE))
ROWS = {**TABLE, "READ_SIGNALFD": TABLE["READ"]}
del ROWS["SPIN"]  # an endless loop: no call
CELLS = [(row, column) for row in ROWS for column in COLUMNS]


def expected(row, column):
    return CLASSES[ROWS[row]][COLUMNS.index(column)]


class Eintr(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def walk(self, answer):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for (row, column), got in zip(CELLS, pool.map(answer, *zip(*CELLS))):
                with self.subTest(row=row, column=column):
                    self.assertEqual(got, expected(row, column))

    def test_the_kernel_of_this_machine(self):
        program = self.folder / "eintr"
        subprocess.run(["cc", "-O1", "-o", program, SOURCE], check=True, capture_output=True, timeout=60)

        def answer(row, column):
            done = subprocess.run([program, row, column, self.folder / f"{row}.{column}"], capture_output=True, text=True,
                                  timeout=60, start_new_session=True)  # it ends its group
            return done.stdout.strip()

        self.walk(answer)

    def test_the_simulation(self):
        module = self.folder / "eintr.bc"  # compiled once
        subprocess.run(["clang", "-O1", "-Xclang", "-disable-llvm-passes", "-gline-tables-only", "-emit-llvm", "-c", "-D__impasse__",
                        f"-I{INCLUDE}", "-o", module, SOURCE], check=True, capture_output=True, timeout=60)

        def answer(row, column):
            done = subprocess.run([IMPASSE, "check", "--json", "--properties", "assertion", module, "--", row, column],
                                  capture_output=True, text=True, timeout=60)
            report = json.loads(done.stdout)
            if not report["complete"] and report["verdict"] != "assertion":
                return report.get("incomplete_reason")
            return {"assertion": "EINTR", "ok": "again"}.get(report["verdict"], report["verdict"])

        self.walk(answer)


if __name__ == "__main__":
    unittest.main()
