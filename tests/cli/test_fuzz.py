"""Goal: fuzzing is a function of the program and the seed, and what it saves can be replayed.
Method: the bytes of the JSON of two runs; trails through `impasse replay`."""
import json
import pathlib
import sys
import tempfile
import unittest

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, MODELS, ROOT, impasse, text  # noqa: E402

SCHEMA = json.loads((ROOT / 'spec/report.schema.json').read_text(encoding='utf-8'))
BUGGY = ['semaphore/abba.c', 'pipe/forgotten_close.c', 'pipe/partial_record.c', 'semaphore/lost_counter.c', 'pipe/both_full.c']


class Fuzz(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def fuzz(self, name, *arguments):
        return impasse('fuzz', MODELS / name, *arguments, cwd=self.folder)

    def test_two_runs_and_any_number_of_workers_give_the_same_bytes(self):
        runs = 500 if ASAN else 3000
        for name in ('semaphore/abba.c', 'semaphore/abba_fixed.c', 'pipe/two_readers.c'):
            outputs, trails = set(), set()
            for words in ([], [], ['-j1'], ['-j2'], ['-j', '3']):
                done = self.fuzz(name, '--seed', 1, '--runs', runs, '--json', *words)
                self.assertEqual(done.stderr, '')
                jsonschema.Draft7Validator(SCHEMA).validate(done.json)
                outputs.add(done.bytes)
                trails.add(tuple(sorted((path.name, path.read_text()) for path in self.folder.glob('out/*'))))
            self.assertEqual(len(outputs), 1, f'{name}: {len(outputs)} different answers')
            self.assertEqual(len(trails), 1, f'{name}: {len(trails)} different sets of trails')

    def test_another_seed_gives_other_runs(self):
        answers = {self.fuzz('semaphore/abba.c', '--seed', seed, '--runs', 200, '--json').json['transitions'] for seed in range(5)}
        self.assertGreater(len(answers), 1)

    def test_the_saved_trail_replays_to_the_same_verdict(self):
        for name in BUGGY:
            with self.subTest(model=name):
                found = self.fuzz(name, '--seed', 1, '--runs', 1000, '--json')
                self.assertEqual(found.status, 1, found)
                again = impasse('replay', '--json', found.json['trail'], cwd=self.folder)
                self.assertEqual(again.status, 1, again)
                jsonschema.Draft7Validator(SCHEMA).validate(again.json)
                self.assertEqual(again.json['verdict'], found.json['verdict'])
                for key in ('kind', 'message', 'trace', 'tasks'):
                    self.assertEqual(again.json['violations'][0][key], found.json['violations'][0][key], key)

    def test_what_is_found_is_as_short_as_what_check_finds(self):
        for name in ('semaphore/abba.c', 'pipe/forgotten_close.c', 'semaphore/lost_counter.c'):
            found = self.fuzz(name, '--json').json['violations'][0]
            checked = impasse('check', '--json', MODELS / name).json['violations'][0]
            self.assertEqual((found['kind'], len(found['trace'])), (checked['kind'], len(checked['trace'])), name)

    def test_the_trail_goes_where_it_is_asked_to(self):
        done = self.fuzz('semaphore/abba.c', '-o', 'deep/down/abba.trail')
        self.assertEqual(done.status, 1)
        self.assertTrue((self.folder / 'deep/down/abba.trail').exists())
        self.assertFalse((self.folder / 'out').exists())
        self.assertEqual(impasse('replay', 'deep/down/abba.trail', cwd=self.folder).status, 1)

    def test_checks_trail_replays_as_well(self):
        trail = self.folder / 'c.trail'
        for name in BUGGY:
            found = impasse('check', '--json', '-o', trail, MODELS / name)
            again = impasse('replay', '--json', trail)
            self.assertEqual((again.status, again.json['verdict']), (1, found.json['verdict']), again)
            self.assertEqual(again.json['violations'][0]['trace'], found.json['violations'][0]['trace'])

    def test_options_and_arguments_travel_with_the_trail(self):
        file = text(self.folder, '// impasse: --set pipe_capacity=9\n#include <unistd.h>\n#include <stdlib.h>\nint main(int argc, char **argv)\n'
                    '{\n    int p[2];\n    pipe(p);\n    for (int i = 0; i < N + atoi(argv[1]) + argc - 2; i++)\n        write(p[1], "x", 1);\n'
                    '    return 0;\n}\n')
        done = impasse('fuzz', file, '-DN=3', '--set', 'pipe_capacity=5', '-o', self.folder / 't', '--', '3')
        self.assertEqual(done.status, 1, done)
        self.assertEqual(impasse('replay', self.folder / 't').status, 1)
        self.assertEqual(impasse('fuzz', file, '-DN=3', '--set', 'pipe_capacity=5', '--', '2').status, 0)

    def test_a_program_without_a_violation_is_ok_and_leaves_no_trail(self):
        done = self.fuzz('semaphore/abba_fixed.c', '--runs', 300, '--json')
        self.assertEqual((done.status, done.json['verdict'], done.json['runs'], done.json['failures']), (0, 'ok', 300, 0))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_time_ends_a_run_without_a_number_of_runs(self):
        done = self.fuzz('semaphore/abba_fixed.c', '--time', '0.5', '--json')
        self.assertEqual(done.status, 0, done)
        self.assertGreater(done.json['runs'], 1000 if not ASAN else 100)

    def test_different_failures_are_told_apart(self):
        file = text(self.folder, '#include <assert.h>\n#include <impasse.h>\nint main(void)\n{\n    int n = impasse_choose(3);\n'
                    '    if (n == 1)\n        assert(n != 1);\n    if (n == 2)\n        assert(n != 2);\n    return 0;\n}\n')
        done = impasse('fuzz', '--json', '--runs', 200, '-o', self.folder / 't', file)
        lines = sorted(violation['tasks'][0]['line'] for violation in done.json['violations'])
        self.assertEqual(lines, [7, 9])
        self.assertEqual(impasse('replay', self.folder / 't').status, 1)
        self.assertEqual(impasse('replay', self.folder / 't.2').status, 1)


if __name__ == '__main__':
    unittest.main()
