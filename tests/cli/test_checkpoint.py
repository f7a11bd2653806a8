"""Goal: a search that was killed and resumed gives the report of one that was not.
Method: real runs are killed by their pid as soon as a checkpoint is there; damaged and foreign files must be refused."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, IMPASSE, MODELS, ROOT, SECONDS_MAX, impasse, text  # noqa: E402

LEFTY = MODELS / 'semaphore/philosophers_lefty.c'
PHILOSOPHERS = MODELS / 'semaphore/philosophers.c'
N = 9 if ASAN else 10
COSTS = ('seconds', 'threads', 'peak_bytes')


def found(done):
    """The report without what it cost (spec/search.md)."""
    return {key: value for key, value in done.json.items() if key not in COSTS}


class Checkpoint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / 'search.ckpt'

    plain = ('--no-reduction',)  # Larger spaces, more to kill.

    def kill_at_checkpoint(self, *arguments, number=1):
        """Runs check until it has written so many checkpoints, and kills it. False if it was faster."""
        self.file.unlink(missing_ok=True)
        command = [IMPASSE, 'check', '-q', '--json', *self.plain, '--checkpoint', self.file, '--checkpoint-every', '0.001',
                   *arguments]
        running = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        seen, until = set(), time.monotonic() + SECONDS_MAX
        while running.poll() is None and len(seen) < number and time.monotonic() < until:
            if self.file.exists():
                seen.add(self.file.stat().st_ino)
            time.sleep(0.0005)
        running.kill()
        output = running.communicate()[0]
        return not output and self.file.exists()

    def test_a_killed_search_goes_on_to_the_same_report(self):  # CKPT-01
        rows = [(LEFTY, f'-DN={N}'), (LEFTY, f'-DN={N}', '-j2'), (LEFTY, f'-DN={N}', '--depth-first'),
                (PHILOSOPHERS, f'-DN={N}'), (PHILOSOPHERS, f'-DN={N}', '--properties', 'deadlock'),
                (MODELS / 'pipe/producers_consumers.c',)]
        killed = 0
        for row in rows:
            expected = impasse('check', '-q', '--json', '--no-reduction', *row)
            for number in (1, 4):
                with self.subTest(row=row, number=number):
                    killed += self.kill_at_checkpoint(*row, number=number)
                    if not self.file.exists():
                        continue
                    for more in ((), ('-j3',)):
                        done = impasse('check', '-q', '--json', '--no-reduction', '--resume', self.file, *row, *more)
                        self.assertEqual(done.status, expected.status, done)
                        self.assertEqual(found(done), found(expected))
        self.assertGreaterEqual(killed, len(rows), 'most runs were killed in the middle')

    def test_a_reduced_search_goes_on_too(self):  # CKPT-01, RED-08: it begins again when it learns of new records
        self.plain, killed = (), 0
        for row in [(MODELS / 'pipe/producers_consumers.c',), (MODELS / 'pipe/producers_consumers.c', '--depth-first'),
                    (LEFTY, '-DN=13'), (LEFTY, '-DN=13', '-j2')]:
            expected = impasse('check', '-q', '--json', *row)
            for number in (1, 3):
                with self.subTest(row=row, number=number):
                    killed += self.kill_at_checkpoint(*row, number=number)
                    if self.file.exists():
                        self.assertEqual(found(impasse('check', '-q', '--json', '--resume', self.file, *row)), found(expected))
        self.assertGreaterEqual(killed, 4, 'most runs were killed in the middle')

    def test_what_was_thrown_away_and_read_is_kept_when_it_is_resumed(self):  # CKPT-01
        source = (ROOT / 'tests/cli/data/checkpoint_stale.c')
        expected = impasse('check', '-q', '--json', '--no-reduction', source)
        self.assertGreater(expected.json['states'], 2000, expected)
        for number in (1, 2, 5, 9):
            self.kill_at_checkpoint(source, number=number)
            if self.file.exists():
                done = impasse('check', '-q', '--json', '--no-reduction', '--resume', self.file, source)
                self.assertEqual(found(done), found(expected), done)

    def test_it_may_be_killed_again_and_again(self):  # CKPT-01
        expected = impasse('check', '-q', '--json', '--no-reduction', LEFTY, f'-DN={N}')
        self.kill_at_checkpoint(LEFTY, f'-DN={N}')
        for _ in range(3):
            running = subprocess.Popen([IMPASSE, 'check', '-q', '--no-reduction', '--resume', str(self.file), '--checkpoint', str(self.file),
                                        '--checkpoint-every', '0.001', str(LEFTY), f'-DN={N}'], cwd=ROOT,
                                       stdout=subprocess.DEVNULL)
            time.sleep(0.2)
            running.kill()
            running.wait()
        done = impasse('check', '-q', '--json', '--no-reduction', '--resume', self.file, LEFTY, f'-DN={N}')
        self.assertEqual(found(done), found(expected), done)

    def test_what_a_state_takes_does_not_depend_on_the_order_of_states(self):  # CKPT-01: a restored table has another order
        row = (LEFTY, '-DN=13')
        expected = impasse('check', '-q', '--json', *row)
        for states in (7000, 12600):
            impasse('check', '-q', '--max-states', states, '--checkpoint', self.file, '--checkpoint-every', '0.000001', *row)
            done = impasse('check', '-q', '--json', '--resume', self.file, *row)
            self.assertEqual(found(done), found(expected), done)

    def test_a_search_that_met_a_limit_goes_on_with_a_larger_one(self):  # CKPT-03
        small = impasse('check', '-q', '--json', '--no-reduction', '--max-states', 5000, '--checkpoint', self.file, '--checkpoint-every',
                        '0.000001', LEFTY, '-DN=8')
        self.assertEqual((small.status, small.json['complete']), (3, False), small)
        done = impasse('check', '-q', '--json', '--no-reduction', '--resume', self.file, LEFTY, '-DN=8')
        self.assertEqual(found(done), found(impasse('check', '-q', '--json', '--no-reduction', LEFTY, '-DN=8')))

    def refused(self, pattern, *arguments, file=None):
        done = impasse('check', '-q', '--no-reduction', '--resume', file or self.file, *arguments)
        self.assertEqual((done.status, done.stdout), (2, ''), done)
        self.assertRegex(done.stderr, r'\A[^\n]*: error: ' + pattern + r'[^\n]*\n\Z', done)

    def test_another_program_or_other_options_are_refused(self):  # CKPT-03
        self.assertTrue(self.kill_at_checkpoint(LEFTY, f'-DN={N}'))
        other = 'this checkpoint is of another program, or of other options'
        self.refused(other, LEFTY, f'-DN={N - 1}')
        self.refused(other, PHILOSOPHERS, f'-DN={N}')
        self.refused(other, LEFTY, f'-DN={N}', '--properties', 'deadlock')
        self.refused(other, LEFTY, f'-DN={N}', '--depth-first')
        self.refused(other, LEFTY, f'-DN={N}', '--set', 'processes=65')
        self.refused(other, LEFTY, f'-DN={N}', '--', 'word')

    def test_a_damaged_file_is_refused(self):  # CKPT-02, CKPT-03
        self.assertTrue(self.kill_at_checkpoint(LEFTY, f'-DN={N}'))
        whole = self.file.read_bytes()
        for damaged in (b'', b'x', whole[:-1], whole[:len(whole) // 2], whole + b'\0',
                        whole[:100] + bytes([whole[100] ^ 4]) + whole[101:]):
            self.file.write_bytes(damaged)
            self.refused('the file is damaged or cut off', LEFTY, f'-DN={N}')
        self.refused('No such file', LEFTY, f'-DN={N}', file=self.file.with_name('absent'))
        self.refused('', LEFTY, f'-DN={N}', file=self.file.parent)

    def test_a_checkpoint_that_cannot_be_written_is_a_warning(self):  # CKPT-05
        done = impasse('check', '-q', '--json', '--no-reduction', '--checkpoint', self.file.parent / 'absent/file', '--checkpoint-every',
                       '0.000001', LEFTY, '-DN=5')
        self.assertEqual((done.status, done.json['verdict']), (0, 'ok'), done)
        self.assertRegex(done.stderr, r'\A[^\n]*: warning: the checkpoint cannot be written: [^\n]*\n\Z')

    def test_checkpoints_take_a_small_part_of_the_time(self):  # CKPT-05
        began = time.monotonic()
        plain = impasse('check', '-q', '--json', '--no-reduction', LEFTY, f'-DN={N}')
        often = impasse('check', '-q', '--json', '--no-reduction', '--checkpoint', self.file, '--checkpoint-every', '0.000001', LEFTY, f'-DN={N}')
        self.assertEqual(found(often), found(plain))
        self.assertLess(time.monotonic() - began, SECONDS_MAX)


if __name__ == '__main__':
    unittest.main()
