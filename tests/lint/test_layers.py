"""Goal: the lint finds every kind of violation. Method: a clean tree in a temporary folder passes; then one
violation at a time is planted in it, and the lint must name that file, line and reason, and nothing else."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import layers

CLEAN = {
    'SConstruct': '# builds\n',
    '.git': 'gitdir: /wo' + 'rk/project/.git/worktrees/one\n',
    'build/debug/log.c': '// /wo' + 'rk/notes\n',
    'sim/base/vec.h': '',
    'sim/base/vec.c': '#include "base/vec.h"\n#include <string.h>\n',
    'sim/include/impasse.h': '',
    'sim/program/libc/stdio.c': '#include "libc.h"\n#include <stdio.h>\n',
    'sim/program/libc/libc.h': '',
    'sim/program/code.h': '#include "base/vec.h"\n',
    'sim/kernel/pipe.h': '#include "base/vec.h"\n/* #include "search/bfs.h" */\n',
    'sim/kernel/pipe.c': '#include "kernel/pipe.h"\nint f(int errno_is) { return errno_is == 1; } // errno = 1\n',
    'sim/machine/step.h': '#include "kernel/pipe.h"\n#include "program/code.h"\n#include "base/vec.h"\n',
    'sim/state/store.h': '#include "base/vec.h"\n',
    'sim/model.h': '#include "state/store.h"\n',
    'sim/model_steps.h': '#include "machine/step.h"\n#include "kernel/pipe.h"\n',
    'sim/search/bfs.h': '#include "model.h"\n#include "state/store.h"\n// no pipe here\n'
                        'static const char *s = "pipe";\n',
    'sim/report/text.h': '#include "search/bfs.h"\n#include "model.h"\n',
    'sim/cli/main.c': '#include "report/text.h"\n#include "kernel/pipe.h"\n#include "model_steps.h"\n',
    'tests/kernel/test_pipe.c': 'cr_assert(lt(int, 1, 2)); // never gt(int, 2, 1)\n',
}

# What is appended to which file, and a word of the reason that must be given.
PLANTED = [
    ('sim/base/vec.c', '#include "kernel/pipe.h"', 'base must not include layer kernel'),
    ('sim/program/code.h', '#include "kernel/pipe.h"', 'program must not include layer kernel'),
    ('sim/kernel/pipe.c', '#include "search/bfs.h"', 'kernel must not include layer search'),
    ('sim/kernel/pipe.c', '#  include "machine/step.h"', 'kernel must not include layer machine'),
    ('sim/machine/step.h', '#include "state/store.h"', 'machine must not include layer state'),
    ('sim/state/store.h', '#include "kernel/pipe.h"', 'state must not include layer kernel'),
    ('sim/model.h', '#include "search/bfs.h"', 'model must not include layer search'),
    ('sim/search/bfs.h', '#include "kernel/pipe.h"', 'search must not include layer kernel'),
    ('sim/search/bfs.h', '#include "report/text.h"', 'search must not include layer report'),
    ('sim/search/bfs.h', '#include "model_steps.h"', 'through model.h alone'),
    ('sim/report/text.h', '#include "machine/step.h"', 'report must not include layer machine'),
    ('sim/report/text.h', '#include "cli/main.c"', 'report must not include layer cli'),
    ('sim/program/libc/stdio.c', '#include "base/vec.h"', 'libc must not include layer base'),
    ('sim/kernel/pipe.c', '#include "pipe.h"', 'written from there'),
    ('sim/kernel/pipe.c', '#include "nowhere/pipe.h"', 'written from there'),
    ('sim/elsewhere/new.c', 'int x;', 'is no layer'),
    ('sim/search/bfs.h', 'int pipe_count;', 'must not name a kernel object'),
    ('sim/search/bfs.h', 'void sem_wait_all(void);', 'must not name a kernel object'),
    ('sim/kernel/pipe.c', 'void g(void) { errno = EAGAIN; }', 'errno is assigned'),
    ('sim/kernel/pipe.c', 'int x;\n' * 600, 'over 500 lines'),
    ('tests/kernel/test_pipe.c', 'cr_assert(gt(int, 1, 1));', 'passes wrongly'),
    ('SConstruct', 'CC = "/ro' + 'ot/bin/gcc"', 'path of one machine'),
    ('tests/kernel/test_pipe.c', '// see /wo' + 'rk/notes', 'path of one machine'),
    ('sim/cli/main.c', 'open("/ho' + 'me/me/x");', 'path of one machine'),
]


class Layers(unittest.TestCase):
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

    def lint(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = layers.main(self.root)
        return status, output.getvalue().splitlines()[:-1]

    def test_clean_tree_passes(self):
        self.assertEqual(self.lint(), (0, []))

    def test_every_planted_violation_is_found(self):
        for name, text, reason in PLANTED:
            with self.subTest(file=name, planted=text[:40]):
                before = CLEAN.get(name, '')
                self.write(name, before + text + '\n')
                status, lines = self.lint()
                self.assertEqual((status, len(lines)), (1, 1), lines)
                line = 1 if 'over 500' in reason or 'no layer' in reason else before.count('\n') + 1
                self.assertTrue(lines[0].startswith(f'{name}:{line}: '), lines[0])
                self.assertIn(reason, lines[0])
                if before:
                    self.write(name, before)
                else:
                    (self.root / name).unlink()

    def test_long_file_with_a_reason_passes(self):
        self.write('sim/kernel/pipe.c', '/* It is over 500 lines: one table. */\n' + 'int x;\n' * 600)
        self.assertEqual(self.lint(), (0, []))

    def test_what_scons_writes_is_left_alone(self):
        for name in ('compile_commands.json', 'build/a.c', 'build-x/a.c', 'out/a.c'):
            self.write(name, '"/ho' + 'me/me/a.c"\n')
        self.assertEqual(self.lint(), (0, []))

    def test_nothing_to_check_is_no_pass(self):
        with tempfile.TemporaryDirectory() as empty, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(layers.main(empty), 2)
