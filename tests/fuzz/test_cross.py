"""The cross-check of tests/fuzz/README.md, the part that runs with every `scons test`."""
import argparse
import os
import unittest

import generate
import run

SLOW = os.environ.get('IMPASSE_FLAVOUR') == 'asan'
COUNT, OF_FILE = (200, 20) if SLOW else (2000, 100)
VERDICTS = {'ok', 'deadlock', 'stuck', 'livelock', 'assertion', 'crash'}


class CrossTest(unittest.TestCase):
    def setUp(self):
        self.harness = run.Harness(os.environ['IMPASSE'], max_states=1000)

    def test_random_programs_have_one_answer_in_every_mode(self):
        options = argparse.Namespace(count=COUNT, seconds=0, seed=1, jobs=2, stop_after=1, of_file=OF_FILE)
        tally, saved = run.run(self.harness, options, print)
        self.assertEqual(saved, [], 'differences, minimised')
        self.assertEqual(tally.programs, COUNT)
        self.assertGreaterEqual(tally.searches, 50 * COUNT)  # large programs are not searched in all 64 modes
        if not SLOW:
            for verdict in VERDICTS:
                self.assertGreaterEqual(tally.verdicts[verdict], COUNT // 200, f'too few programs show: {tally.text()}')
            self.assertLess(tally.verdicts['large'] + tally.verdicts['limit'], COUNT // 10, tally.text())

    def test_a_file_is_a_function_of_seed_and_number(self):
        texts = [generate.file_text(*generate.draw_file(seed, number, 20)) for seed, number in ((1, 3), (1, 3), (1, 4), (2, 3))]
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(len(set(texts)), 3)

    def test_every_ingredient_is_drawn(self):
        drawn = ''.join(generate.file_text(*generate.draw_file(1, number, 100)) for number in range(40))
        for row in generate.INGREDIENTS + generate.PAIRS:
            for text in row[2:]:
                start = text.split('$')[0].strip()
                self.assertIn(start, drawn, row)

    def test_what_breaks_a_rule_is_minimised(self):
        """A harness that minds a fork in a file that sets alarms: one fork is left, and the alarm of another program."""
        class Minds:
            def run(self, theme, programs, first, past, seconds):
                forks = 'fork()' in generate.render(programs[first])
                alarms = 'alarm(99)' in generate.file_text(theme, programs)
                return [f'{first} DIFFERENCE forks | -j1' if forks and alarms else f'{first} ok']

        theme, programs = generate.draw_file(1, 0, 3)
        programs[0] = [generate.Node('alarm(99);', [])]
        programs, line = run.Minimiser(Minds(), theme, programs, 1, '1 DIFFERENCE forks | -j2').run()
        self.assertEqual(line, '1 DIFFERENCE forks | -j1')
        text = generate.file_text(theme, programs)
        self.assertEqual((text.count('fork()'), text.count('alarm(99)')), (1, 1), text)
        self.assertEqual([len(program) for program in programs], [1, 1, 0])


if __name__ == '__main__':
    unittest.main()
