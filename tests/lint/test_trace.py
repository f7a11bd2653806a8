"""Goal: no orphan escapes the trace. Method: a small tree where every rule has code and a test passes; then one orphan
of each kind is planted, and the trace must name it, and nothing else."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import trace

CLEAN = {
    'spec/pipe.md': '# Pipes\n\n- **PIPE-01** [core] One way.\n- **PIPE-02** [core] See **PIPE-01**.\n'
                    '- **PIPE-03** [extra][future] Packets.\n',
    'spec/descriptors.md': '- **FD-01** Lowest free number.\n',
    'sim/kernel/pipe.c': '/* PIPE-01 */\n// PIPE-02, FD-01; not UTF-16\n',
    'tests/kernel/test_pipe.c': '// PIPE-01\n',
    'tests/cli/test_fd.py': '# FD-01\n',
    'tests/lint/test_other.py': '# PIPE-77 is planted\n',
    'models/pipe/eof.c': '// PIPE-02\n',
}

# File, text appended, the one orphan line expected.
PLANTED = [
    ('spec/pipe.md', '- **PIPE-04** New.\n', ['PIPE-04: no code cites it (sim/)',
                                              'PIPE-04: no test cites it (tests/ or models/)']),
    ('spec/pipe.md', '- **FD-01** Again.\n', ['spec/pipe.md:6: FD-01 is defined twice']),
    ('sim/kernel/pipe.c', '// PIPE-09\n', ['sim/kernel/pipe.c:3: cites PIPE-09, which spec/ does not define']),
    ('sim/kernel/pipe.c', '// TCP-01\n', ['sim/kernel/pipe.c:3: cites TCP-01, which spec/ does not define']),
    ('models/pipe/eof.c', '// FD-02\n', ['models/pipe/eof.c:2: cites FD-02, which spec/ does not define']),
    ('tests/cli/test_fd.py', '# PIPE-10\n', ['tests/cli/test_fd.py:2: cites PIPE-10, which spec/ does not define']),
]
# File, text replaced by, the one orphan line expected.
REMOVED = [
    ('sim/kernel/pipe.c', '/* PIPE-01 */\n// PIPE-02\n', ['FD-01: no code cites it (sim/)']),
    ('tests/kernel/test_pipe.c', '// PIPE-010, XPIPE-01\n', ['PIPE-01: no test cites it (tests/ or models/)']),
]


class Trace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        for name, text in CLEAN.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def trace(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = trace.main(self.root)
        return status, output.getvalue().splitlines()

    def orphans(self, lines):
        return [line for line in lines if ': ' in line and not line.startswith('trace: ')]

    def test_complete_tree_passes_with_its_table(self):
        status, lines = self.trace()
        self.assertEqual((status, self.orphans(lines)), (0, []))
        self.assertEqual([line.split() for line in lines[:4]], [
            ['family', 'rules', 'code', 'test', 'future'],
            ['FD', '1', '1', '1', '0'],
            ['PIPE', '3', '2', '2', '1'],
            ['total', '4', '3', '3', '1']])
        self.assertEqual(lines[4], 'trace: 4 rules, 1 of them future, 0 orphans')

    def test_every_planted_orphan_is_found(self):
        planted = [(name, CLEAN[name] + text, wanted) for name, text, wanted in PLANTED]
        for name, text, wanted in planted + REMOVED:
            with self.subTest(file=name, wanted=wanted):
                self.write(name, text)
                status, lines = self.trace()
                self.assertEqual((status, self.orphans(lines)), (1, wanted))
                self.write(name, CLEAN[name])

    def test_no_rule_is_no_pass(self):
        for page in ('spec/pipe.md', 'spec/descriptors.md'):
            self.write(page, '# Nothing\n')
        self.assertEqual(self.trace()[0], 2)
