"""Holds spec/dead-values.md: exact counts where clearing matters, the truth where it went too far, and the same verdicts
with clearing switched off."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PIPES = 'models/pipe/producers_consumers.c'

# A message of two bytes, then one of a single byte into the same room: the second byte is still there.
SHORT_READ = r'''
#include <assert.h>
#include <unistd.h>
int main(void) {
    int p[2];
    char b[2] = {0};
    pipe(p);
    write(p[1], "ab", 2);
    read(p[0], b, 2);
    write(p[1], "c", 1);
    read(p[0], b, 2);
    assert(b[0] == 'c');
    assert(b[1] == %s);
    return 0;
}
'''


def impasse(*arguments):
    command = [os.environ['IMPASSE'], *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def check(*arguments):
    """Returns (verdict, states, transitions)."""
    report = json.loads(impasse('check', '--json', '--no-reduction', *arguments).stdout)
    return report['verdict'], report['states'], report['transitions']


@unittest.skipUnless('IMPASSE' in os.environ, 'IMPASSE names no command')
class DeadValues(unittest.TestCase):
    def check_text(self, text, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'main.c'
            path.write_text(text, encoding='utf-8')
            return check(*arguments, str(path))

    def test_the_bench_system_has_the_states_of_its_peers(self):
        # SPIN with dead locals cleared by hand, and Murphi: 16,896 states, 68,608 transitions. Before the first of
        # them main makes its 5 pipes, sizes them and forks 7 times: 5 + 5 + 7 steps, one after the other.
        self.assertEqual(check(PIPES), ('ok', 16896 + 17, 68608 + 17))

    def test_depth_first_visits_the_same_states(self):
        self.assertEqual(check('--depth-first', PIPES), check(PIPES))

    def test_old_bytes_are_true_after_a_short_read(self):
        for options in ([], ['--depth-first'], ['--no-clearing']):
            with self.subTest(options=options):
                self.assertEqual(self.check_text(SHORT_READ % "'b'", *options)[0], 'ok')
                self.assertEqual(self.check_text(SHORT_READ % "0", *options)[0], 'assertion')

    def test_errno_outlives_a_call_that_succeeds(self):
        text = '#include <assert.h>\n#include <errno.h>\n#include <unistd.h>\n#include <sched.h>\n' \
               'int main(void) { close(99); sched_yield(); assert(errno %s EBADF); return 0; }\n'
        self.assertEqual(self.check_text(text % '==')[0], 'ok')
        self.assertEqual(self.check_text(text % '!=')[0], 'assertion')

    def test_variable_arguments_that_are_formatted_are_dead(self):
        text = '#include <impasse.h>\n#include <stdio.h>\n#include <unistd.h>\n' \
               'int main(void) { int p[2]; pipe(p); int n = impasse_choose(4);\n' \
               'dprintf(p[1], "%.0s.", n == 0 ? "a" : n == 1 ? "b" : n == 2 ? "c" : "d"); return 0; }\n'
        self.assertEqual(self.check_text(text), ('ok', 5, 7))
        self.assertEqual(self.check_text(text, '--no-clearing'), ('ok', 8, 10))

    def test_graph_tells_the_truth_too(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'main.c'
            path.write_text(SHORT_READ % "'b'", encoding='utf-8')
            with_clearing, without = impasse('graph', str(path)), impasse('graph', '--no-clearing', str(path))
            self.assertEqual(with_clearing.stdout, without.stdout)
            self.assertNotIn('crashed', with_clearing.stdout)
            self.assertEqual(impasse('run', str(path)).returncode, 0)
            self.assertEqual(impasse('fuzz', '--runs', '3', str(path)).returncode, 0)

    def test_all_models_keep_their_verdicts(self):
        for path in sorted(ROOT.glob('models/**/*.c')):
            small = ['-DNP=2', '-DNC=2'] if path.name == 'producers_consumers.c' else []
            with self.subTest(model=path.name):
                with_clearing = check(*small, str(path.relative_to(ROOT)))
                without = check('--no-clearing', *small, str(path.relative_to(ROOT)))
                self.assertEqual(with_clearing[0], without[0])
                self.assertLessEqual(with_clearing[1], without[1])

    def test_help_does_not_mention_the_switch(self):
        self.assertNotIn('no-clearing', impasse('check', '--help').stdout)


if __name__ == '__main__':
    unittest.main()
