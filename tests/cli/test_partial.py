"""Goal: a partial search says that it is one, finds what is there, and never says ok (spec/search.md, PART).
Method: the same programs searched exactly and partially; counts, verdicts and traces are compared."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import MODELS, impasse  # noqa: E402

LEFTY = MODELS / 'semaphore/philosophers_lefty.c'
KINDS = {'--hash-compaction': 'compact', '--bitstate': 'bitstate'}
BUGGY = ['semaphore/philosophers.c', 'semaphore/abba.c', 'pipe/forgotten_close.c']


class Partial(unittest.TestCase):
    def test_nothing_found_is_incomplete(self):  # PART-01, PART-02
        exact = impasse('check', '--json', LEFTY, '-DN=7').json
        self.assertEqual((exact['store'], exact['complete']), ('exact', True))
        self.assertNotIn('omission_probability', exact)
        for option, kind in KINDS.items():
            for order in ([], ['--depth-first'], ['-j4']):
                done = impasse('check', '--json', LEFTY, '-DN=7', option, '--table', '4M', *order)
                found = done.json
                self.assertEqual((done.status, found['verdict'], found['complete'], found['store']),
                                 (3, 'incomplete', False, kind), done)
                self.assertIn('may have left out states', found['incomplete_reason'])
                self.assertEqual((found['states'], found['transitions']), (exact['states'], exact['transitions']))
                self.assertTrue(0 < found['omission_probability'] < 1e-3, found)
                self.assertEqual(found['threads'], 1)
            text = impasse('check', LEFTY, '-DN=7', option).stdout
            self.assertRegex(text, rf'(?m)^partial: {kind} search: a state was left out with probability \S+ \(\S+ expected\)$')

    def test_a_violation_is_the_real_one(self):  # PART-02
        for model in BUGGY:
            exact = impasse('check', '--json', MODELS / model).json
            for option in KINDS:
                done = impasse('check', '--json', MODELS / model, option, '--table', '1M')
                self.assertEqual(done.json['verdict'], exact['verdict'], done)
                self.assertEqual(done.json['violations'], exact['violations'], done)
                self.assertFalse(done.json['complete'])

    def test_a_saved_trail_of_a_partial_search_replays(self):  # PART-02
        with tempfile.TemporaryDirectory() as folder:
            trail = pathlib.Path(folder) / 'a.trail'
            self.assertEqual(impasse('check', MODELS / BUGGY[0], '--bitstate', '-o', trail).status, 1)
            self.assertEqual(impasse('replay', '--json', trail).json['verdict'], 'deadlock')

    def test_too_small_a_table_leaves_out_about_what_it_says(self):  # PART-03
        exact = impasse('check', '--json', LEFTY, '-DN=9', '--no-reduction', '--properties', 'deadlock').json
        found = impasse('check', '--json', LEFTY, '-DN=9', '--no-reduction', '--bitstate', '--table', '16K').json
        left_out = exact['states'] - found['states']
        self.assertGreater(left_out, 100)
        self.assertLess(abs(left_out - found['omitted_expected']), left_out / 2, found)
        self.assertEqual(found['omission_probability'], 1)
        full = impasse('check', '--json', LEFTY, '-DN=9', '--no-reduction', '--hash-compaction', '--table', '16K')
        self.assertEqual((full.status, full.json['complete']), (3, False), full)
        self.assertIn('--table', full.json['incomplete_reason'])

    def test_it_is_the_same_for_every_j(self):  # PART-04
        one = impasse('check', '--json', LEFTY, '-DN=9', '--no-reduction', '--bitstate', '--table', '16K').json
        four = impasse('check', '--json', LEFTY, '-DN=9', '--no-reduction', '--bitstate', '--table', '16K', '-j4').json
        for key in ('states', 'transitions', 'depth', 'omitted_expected'):
            self.assertEqual(one[key], four[key])

    def test_it_takes_less_memory_for_a_state(self):  # PART-01
        for option, least, most in (('--hash-compaction', 4, 6), ('--bitstate', 0.375, 2)):
            found = impasse('check', '--json', LEFTY, '-DN=10', '--no-reduction', option, '--table', '4M').json
            self.assertTrue(least <= found['bytes_per_state'] <= most, found['bytes_per_state'])


if __name__ == '__main__':
    unittest.main()
