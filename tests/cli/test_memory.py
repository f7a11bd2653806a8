"""Goal: --max-memory is what the process really holds, to within a tenth, and is used (spec/search.md, MEM).
Method: the anonymous resident memory of real runs is watched from outside while they fill it."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, IMPASSE, MODELS, ROOT, impasse, text  # noqa: E402

LEFTY = MODELS / 'semaphore/philosophers_lefty.c'
MEGA = 1 << 20


def watched(*arguments):
    """(status, report, most anonymous resident bytes) of one check."""
    process = subprocess.Popen([IMPASSE, 'check', '-q', '--json', *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE)
    most = 0
    while process.poll() is None:
        try:
            status = pathlib.Path(f'/proc/{process.pid}/status').read_text()
        except OSError:
            break
        for line in status.splitlines():
            if line.startswith('RssAnon:'):
                most = max(most, int(line.split()[1]) * 1024)
        time.sleep(0.002)
    output = process.communicate()[0]
    return process.returncode, json.loads(output), most


class Memory(unittest.TestCase):
    @unittest.skipIf(ASAN, 'the sanitizer keeps memory of its own')
    def test_the_process_holds_what_it_may_to_within_a_tenth(self):  # MEM-01, MEM-02
        rows = [('64M', ()), ('64M', ('--depth-first',)), ('100M', ('-j2',)), ('100M', ('--hash-compaction', '--table', '16M'))]
        for limit, more in rows:
            with self.subTest(limit=limit, more=more):
                status, report, most = watched(LEFTY, '-DN=15', '--no-reduction', '--properties', 'deadlock',
                                               '--max-memory', limit, *more)
                self.assertEqual((status, report['verdict']), (3, 'incomplete'), report)
                self.assertRegex(report['incomplete_reason'], 'max-memory|table')
                allowed = int(limit[:-1]) * MEGA
                self.assertLessEqual(most, allowed * 1.1)
                if '--hash-compaction' not in more:  # That one's table is full before.
                    self.assertGreaterEqual(most, allowed * 0.75, 'the limit is used')
                self.assertGreater(report['states'], 1000000)

    def test_a_limit_below_what_the_program_takes_is_no_crash(self):  # MEM-03
        report = impasse('check', '--json', '--no-reduction', LEFTY, '-DN=9', '--max-memory', '1M')
        self.assertEqual((report.status, report.json['verdict']), (3, 'incomplete'), report)

    @unittest.skipIf(ASAN, 'the sanitizer keeps memory of its own')
    def test_a_violation_that_was_found_is_shown_whatever_it_takes(self):  # MEM-03
        with tempfile.TemporaryDirectory() as folder:
            model = text(folder, (MODELS / 'semaphore/philosophers.c').read_text())
            free = impasse('check', '--json', '--no-reduction', model, '-DN=9').json
            peak = free['peak_bytes']
            found = []
            for part in range(4, 12):
                done = impasse('check', '--json', '--no-reduction', model, '-DN=9', '--max-memory', (20 << 20) + peak * part // 10)
                self.assertIn(done.json['verdict'], ('deadlock', 'incomplete'), done)
                if done.json['verdict'] == 'deadlock':
                    found.append(done.json['violations'])
            self.assertTrue(found)
            for violations in found:
                self.assertEqual(violations, free['violations'])


class Threads(unittest.TestCase):
    def test_nothing_but_the_costs_depends_on_j(self):  # THR-01
        for words in ((LEFTY, '-DN=9'), (MODELS / 'semaphore/philosophers.c', '-DN=8'), (LEFTY, '-DN=9', '--max-states', 9000),
                      (MODELS / 'pipe/producers_consumers.c',)):
            expected = None
            for threads in (1, 2, 3):
                found = impasse('check', '--json', *words, f'-j{threads}').json
                self.assertEqual(found['threads'], threads)
                for cost in ('seconds', 'threads', 'peak_bytes'):
                    del found[cost]
                expected = expected or found
                self.assertEqual(found, expected)
            self.assertEqual(impasse('check', '--json', '--depth-first', *words, '-j2').json['threads'], 1)


class Bombs(unittest.TestCase):
    def test_a_fork_bomb_ends_in_seconds_by_the_default_limits(self):  # LIM-15
        with tempfile.TemporaryDirectory() as folder:
            for body in ('for (;;) fork();', 'for (int i = 0; i < 9999; i++) if (fork() < 0) break; while (wait(0) > 0) continue;'):
                bomb = text(folder, '#include <sys/wait.h>\n#include <unistd.h>\nint main(void) { ' + body + ' return 0; }\n')
                done = impasse('check', '--json', bomb)
                self.assertEqual((done.status, done.json['verdict']), (3, 'incomplete'), done)
                self.assertIn('processes', done.json['incomplete_reason'])
                self.assertGreater(done.json['states'], 10000)


if __name__ == '__main__':
    unittest.main()
