"""Goal: the drawing is valid, the same on every run, and says what it leaves out.
Method: DOT text of small and large models; Graphviz as the judge of its form."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, MODELS, impasse, text  # noqa: E402

ABBA = MODELS / 'semaphore/abba.c'
LEFTY = MODELS / 'semaphore/philosophers_lefty.c'
SMALL = ['semaphore/abba.c', 'semaphore/abba_fixed.c', 'pipe/forgotten_close.c', 'pipe/partial_record.c', 'pipe/wrong_address.c']


def nodes(dot):
    return re.findall(r'^\s*n(\d+) \[', dot, re.MULTILINE)


def edges(dot):
    return re.findall(r'^\s*n(\d+) -> n(\d+)', dot, re.MULTILINE)


def caption(dot):
    return re.sub(r'\\l', ' ', re.search(r'graph \[label="(.*?)"', dot)[1])


class Graph(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def dot(self, *arguments):
        done = impasse('graph', *arguments)
        self.assertEqual((done.status, done.stderr), (0, ''), done)
        return done.stdout

    def test_the_same_bytes_on_every_run(self):
        for name in SMALL:
            self.assertEqual(self.dot(MODELS / name), self.dot(MODELS / name))
        self.assertEqual(self.dot(LEFTY), self.dot(LEFTY))

    def test_a_file_holds_what_stdout_shows(self):
        path = self.folder / 'deep' / 'abba.dot'
        path.parent.mkdir()
        done = impasse('graph', ABBA, '-o', path)
        self.assertEqual((done.status, done.stdout), (0, ''))
        self.assertIn('abba.dot', done.stderr)
        self.assertEqual(path.read_text(), self.dot(ABBA))
        self.assertEqual(impasse('graph', ABBA, '-o', path, '--quiet').stderr, '')

    @unittest.skipUnless(shutil.which('dot'), 'there is no dot')
    def test_graphviz_reads_it_without_a_word(self):
        for arguments in ([MODELS / name] for name in SMALL):
            dot = self.dot(*arguments)
            done = subprocess.run(['dot', '-Tplain'], input=dot, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertEqual(len(re.findall('^node ', done.stdout, re.MULTILINE)), len(nodes(dot)))
            self.assertEqual(len(re.findall('^edge ', done.stdout, re.MULTILINE)), len(edges(dot)))

    def test_pictures_are_what_their_names_say(self):
        for extension, start in (('svg', b'<?xml'), ('png', b'\x89PNG'), ('pdf', b'%PDF')):
            path = self.folder / f'abba.{extension}'
            done = impasse('graph', ABBA, '-o', path)
            self.assertEqual((done.status, done.stdout), (0, ''), done)
            self.assertTrue(path.read_bytes().startswith(start))
        tree = xml.etree.ElementTree.parse(self.folder / 'abba.svg')
        classes = [element.get('class') for element in tree.iter()]
        self.assertEqual(classes.count('node'), len(nodes(self.dot(ABBA))))

    def test_nodes_and_edges_are_those_of_the_search(self):
        for name in SMALL:
            report = impasse('check', '--json', '--no-reduction', MODELS / name).json
            dot = self.dot(MODELS / name, '--max-nodes', 100000)
            crashed = len(re.findall(r'label="state \d+: crash', dot))
            self.assertEqual((len(nodes(dot)) - crashed, len(edges(dot))), (report['states'], report['transitions']), name)
            self.assertLessEqual({end for edge in edges(dot) for end in edge}, set(nodes(dot)))

    def test_the_caption_says_whether_all_is_shown(self):
        dot = self.dot(ABBA)
        self.assertIn(f'all {len(nodes(dot))} states, {len(edges(dot))} transitions', caption(dot))
        self.assertRegex(caption(dot), r'\bdeadlock\b')
        self.assertRegex(caption(self.dot(MODELS / 'semaphore/abba_fixed.c')), r'\bok\b')

    def test_too_large_a_graph_is_cut_and_says_so(self):
        whole = impasse('check', '--json', '--no-reduction', LEFTY, '-DN=4').json['states']
        for limit in (1, 2, 10, 40):
            dot = self.dot(LEFTY, '-DN=4', '--max-nodes', limit)
            self.assertEqual(len(nodes(dot)), limit)
            self.assertRegex(caption(dot), rf'first {limit} of {whole} states.*left out: {whole - limit} states')

    def test_of_a_large_graph_with_a_counterexample_the_counterexample_is_shown(self):
        file = MODELS / 'semaphore/philosophers.c'
        report = impasse('check', '--json', '--no-reduction', file).json
        dot = self.dot(file, '--max-nodes', 40)
        shown = len(nodes(dot))
        self.assertLessEqual(shown, 40)
        self.assertGreater(shown, len(report['violations'][0]['trace']))
        self.assertRegex(caption(dot), rf'deadlock: .*{shown} of {report["states"]} states.*left out: {report["states"] - shown} states')
        self.assertEqual(len(re.findall(r'label="state \d+: deadlock', dot)), 1)

    def test_a_limit_on_the_states_is_said(self):
        dot = self.dot(LEFTY, '--max-states', 200, '--max-nodes', 20)
        self.assertIn('found so far', caption(dot))

    def test_the_initial_the_final_and_the_bad_states_are_marked(self):
        dot = self.dot(ABBA)
        self.assertRegex(dot, r'n0 \[label="state 0')
        self.assertEqual(len(re.findall(r'label="state \d+: deadlock', dot)), 1)
        self.assertGreaterEqual(len(re.findall(r'label="state \d+: [^"\\]*(?:end|final)', dot)), 1)

    def test_hostile_names_do_not_break_it(self):
        source = '#include <impasse.h>\n#include <unistd.h>\nint main(void) { impasse_mark("a\\"]; b\\\\ <x> {|} \\n\\x01\\xff"); getppid(); return 0; }\n'
        dot = self.dot(text(self.folder, source, 'we "quote" \\ é.c'))
        if shutil.which('dot'):
            done = subprocess.run(['dot', '-Tcanon'], input=dot, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))

    @unittest.skipIf(ASAN, 'Graphviz takes too long under ASan')
    def test_a_picture_of_the_default_size_is_drawn_in_time(self):
        done = impasse('graph', LEFTY, '-o', self.folder / 'l.svg', seconds=30)
        self.assertEqual(done.status, 0, done)


if __name__ == '__main__':
    unittest.main()
