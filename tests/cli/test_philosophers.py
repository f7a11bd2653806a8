"""Goal: the graph of the dining philosophers, state by state and step by step, from a C program.
Method: an independent search of the abstract system, here in Python; for 12 the numbers on which SPIN, Rumur, TLC and
LTSmin agree. Before the philosophers sit down, main makes 2N + 1 steps of its own: mmap, N times sem_init, N forks."""
import json
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, MODELS, impasse, peak_bytes_of  # noqa: E402

LEFTY = MODELS / 'semaphore/philosophers_lefty.c'
RIGHT = MODELS / 'semaphore/philosophers.c'


def abstract(count, lefty):
    """(states, transitions, deadlocks, steps to the first deadlock) of philosophers that take two forks and put them back."""
    def forks_of(i):
        right, left = i, (i + 1) % count
        return (left, right) if i < lefty else (right, left)

    start = ((0,) * count, (1,) * count)
    seen, level, transitions, deadlocks, first, depth = {start}, [start], 0, 0, None, 0
    while level:
        after = []
        for places, forks in level:
            moves = 0
            for i in range(count):
                one, two = forks_of(i)
                fork, change = [(one, -1), (two, -1), (two, 1), (one, 1)][places[i]]
                if forks[fork] + change < 0:
                    continue
                moves += 1
                state = (places[:i] + ((places[i] + 1) % 4,) + places[i + 1:],
                         forks[:fork] + (forks[fork] + change,) + forks[fork + 1:])
                if state not in seen:
                    seen.add(state)
                    after.append(state)
            transitions += moves
            if not moves:
                deadlocks += 1
                first = depth if first is None else first
        level, depth = after, depth + 1
    return len(seen), transitions, deadlocks, first


class Philosophers(unittest.TestCase):
    def check(self, status, verdict, *arguments):
        done = impasse('check', '--json', *arguments)
        self.assertEqual((done.status, done.json['verdict'], done.json['complete']), (status, verdict, True), done)
        return done.json

    def test_counts_are_those_of_the_abstract_system_plus_the_start_up(self):
        for count in (4, 5, 6):
            states, transitions, deadlocks, _ = abstract(count, lefty=1)
            self.assertEqual(deadlocks, 0)
            start = 2 * count + 1
            for order in ([], ['--depth-first']):
                report = self.check(0, 'ok', LEFTY, f'-DN={count}', '--no-reduction', *order)
                self.assertEqual((report['states'], report['transitions']), (states + start, transitions + start))

    def test_all_right_handed_deadlock_when_each_holds_one_fork(self):
        for count in (3, 4, 5):
            states, transitions, deadlocks, steps = abstract(count, lefty=0)
            self.assertEqual((deadlocks, steps), (1, count))
            start = 2 * count + 1
            report = self.check(1, 'deadlock', LEFTY, f'-DN={count}', '-DLEFTY=0', '--no-reduction')
            self.assertEqual((report['states'], report['transitions']), (states + start, transitions + start))
            self.assertEqual(len(report['violations'][0]['trace']), start + count)

    def test_three_of_them_wait_in_a_circle_and_the_trace_is_shortest(self):
        report = self.check(1, 'deadlock', RIGHT, '-DN=3')
        violation = report['violations'][0]
        self.assertEqual(violation['cause'], 'circular wait')
        self.assertTrue(violation['shortest'])
        self.assertEqual(len(violation['trace']), 1 + 3 + 3 + 3)  # mmap, sem_init, fork, and each takes one fork
        waiting = {task['pid']: task for task in violation['tasks']}
        self.assertEqual(len(waiting), 4)
        self.assertEqual(len(violation['cycle']), 3)
        for i, pid in enumerate(violation['cycle']):
            self.assertEqual(waiting[pid]['call'], 'sem_wait')
            self.assertIn(violation['cycle'][(i + 1) % 3], waiting[pid]['waits_for'])

    @unittest.skipIf(ASAN, 'a million states take too long under ASan')
    def test_twelve_without_reduction_make_the_agreed_graph_in_little_memory(self):
        status, output, peak = peak_bytes_of(['check', '--json', '--no-reduction', LEFTY, '-DN=12'])
        report = json.loads(output)
        self.assertEqual((status, report['verdict'], report['complete']), (0, 'ok', True))
        self.assertEqual((report['states'], report['transitions']), (1118878 + 25, 9415128 + 25))
        self.assertLess(peak, 500 << 20)
        self.assertLessEqual(report['peak_bytes'], peak)
        self.assertLess(report['bytes_per_state'], 9)
        self.assertLess(report['seconds'], 30)  # Ten on an idle machine.


if __name__ == '__main__':
    unittest.main()
