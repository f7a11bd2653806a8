"""Goal: the contract of the exit status, and one clear line for every bad input.
Method: each command on small programs, wrong files and wrong options; stdout, stderr and status are all looked at."""
import os
import pathlib
import pty
import random
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import ASAN, IMPASSE, MODELS, ROOT, SECONDS_MAX, impasse, text  # noqa: E402

PROGRAM_COMMANDS = ['check', 'fuzz', 'graph', 'run']
OWN_FAILURE = {'check': 2, 'fuzz': 2, 'graph': 2, 'replay': 2, 'run': 125}
LEFTY = MODELS / 'semaphore/philosophers_lefty.c'


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, source, name='program.c'):
        return text(self.folder, source, name)

    def expect_refusal(self, done, status, pattern, lines=1):
        """Nothing on stdout, what is wrong on stderr in so many lines (None: any), and the status."""
        self.assertEqual((done.status, done.stdout), (status, ''), done)
        self.assertRegex(done.stderr, pattern, done)
        if lines is not None:
            self.assertEqual(len(done.stderr.splitlines()), lines, done)
        for sign in ('Traceback', 'Sanitizer', 'Assertion', 'core dumped', 'UNREACHABLE', 'LLVM ERROR'):
            self.assertNotIn(sign, done.stderr, done)


class Verdicts(Case):
    """Exit status and verdict of check; the same of fuzz and replay where they have one."""

    ROWS = [
        ('ok', 0, 'sched_yield();'),
        ('deadlock', 1, 'int p[2]; char c; pipe(p); read(p[0], &c, 1);'),
        ('stuck', 1, 'int p[2]; char c; pipe(p); if (!fork()) { close(p[1]); pause(); } for (;;) sched_yield();'),
        ('assertion', 1, 'sched_yield(); assert(argc == 2);'),
        ('crash', 1, 'sched_yield(); *(volatile int *)argv[1] = 1;'),
        ('crash', 1, 'sched_yield(); abort();'),
        ('livelock', 1, 'sched_yield(); for (;;) continue;'),
        ('ok', 0, 'return 7;'),
        ('ok', 0, 'sched_yield(); exit(1);'),
    ]
    PRELUDE = ('#include <assert.h>\n#include <sched.h>\n#include <stdlib.h>\n#include <unistd.h>\n'
               'int main(int argc, char **argv) { (void)argc; (void)argv;\n')

    def test_check_fuzz_and_replay_end_with_the_status_of_the_verdict(self):
        for verdict, status, body in self.ROWS:
            with self.subTest(body=body):
                file = self.program(f'{self.PRELUDE}{body}\nreturn 0; }}\n')
                done = impasse('check', '--json', file)
                self.assertEqual((done.status, done.json['verdict'], done.json['complete']), (status, verdict, True), done)
                self.assertEqual(bool(done.json['violations']), status == 1)
                trail = self.folder / 'saved.trail'
                done = impasse('fuzz', '--json', '--runs', 5, '--max-depth', 60, '-o', trail, file)
                self.assertEqual((done.status, done.json['verdict']), (status, verdict), done)
                if status == 1:
                    done = impasse('replay', '--json', trail)
                    self.assertEqual((done.status, done.json['verdict']), (1, verdict), done)

    def test_text_and_json_have_one_status(self):
        for file, status in ((MODELS / 'semaphore/abba.c', 1), (MODELS / 'semaphore/abba_fixed.c', 0)):
            self.assertEqual(impasse('check', file).status, status)
            self.assertEqual(impasse('check', '--json', file).status, status)

    def test_depth_first_has_the_verdict_of_breadth_first(self):
        for name in ('semaphore/abba.c', 'semaphore/abba_fixed.c', 'pipe/wrong_address.c', 'semaphore/lost_counter.c',
                     'pipe/forgotten_close.c', 'process/orphan.c'):
            broad, deep = (impasse('check', '--json', '--no-reduction', *option, MODELS / name) for option in ([], ['--depth-first']))
            self.assertEqual(broad.status, deep.status)
            for key in ('verdict', 'states', 'transitions', 'complete'):
                self.assertEqual(broad.json[key], deep.json[key], f'{name} {key}')

    def test_a_report_that_cannot_be_written_is_no_success(self):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([IMPASSE, 'check', str(MODELS / 'semaphore/abba_fixed.c')], stdout=full,
                                  stderr=subprocess.PIPE, timeout=SECONDS_MAX, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertGreaterEqual(done.returncode, 0)
        self.assertIn(b'cannot write', done.stderr)


class BadFiles(Case):
    def everywhere(self, file, pattern, lines=1):
        """Every command that reads programs refuses the file (None: is given none) with one clear line."""
        for command in PROGRAM_COMMANDS:
            with self.subTest(command=command):
                done = impasse(command, *([] if file is None else [file]), cwd=self.folder)
                self.expect_refusal(done, OWN_FAILURE[command], pattern, lines)

    def test_no_file(self):
        self.everywhere(None, r'^impasse: error: no file given')

    def test_a_file_that_is_not_there(self):
        self.everywhere('nothere.c', r'^nothere\.c: error: no such file$')

    def test_a_directory(self):
        (self.folder / 'dir.c').mkdir()
        self.everywhere('dir.c', r'^dir\.c: error: .*directory')

    def test_an_empty_file(self):
        for name in ('empty.c', 'empty.bc', 'empty.ll'):
            self.program('', name)
            self.everywhere(name, rf'^{name}: error: .*empty')

    def test_a_file_of_another_kind(self):
        self.program('hello\n', 'notes.txt')
        self.everywhere('notes.txt', r'^notes\.txt: error: unknown kind of file')

    def test_a_file_that_may_not_be_read(self):
        path = self.program('int main(void) { return 0; }\n', 'secret.c')
        path.chmod(0)
        if os.access(path, os.R_OK):
            self.skipTest('root reads everything')
        self.everywhere('secret.c', r'^secret\.c: error: ')

    def test_a_syntax_error_comes_with_clangs_diagnostics(self):
        self.program('int main(void)\n{\n    return x }\n', 'wrong.c')
        self.everywhere('wrong.c', r"(?ms)^wrong\.c:3:12: error: use of undeclared identifier 'x'$.*^ *\^", lines=None)

    def test_a_header_that_is_not_there(self):
        self.program('#include "nothere.h"\nint main(void) { return 0; }\n', 'wrong.c')
        self.everywhere('wrong.c', r"(?m)^wrong\.c:1:10: (fatal )?error: 'nothere\.h' file not found", lines=None)

    def test_a_call_to_a_function_that_nobody_defines_names_it_and_its_line(self):
        self.program('int mystery(int);\nint main(void)\n{\n    return mystery(1);\n}\n', 'calls.c')
        self.everywhere('calls.c', r"^calls\.c:4:12: error: .*'mystery'")

    def test_a_program_without_main(self):
        self.program('int f(void) { return 0; }\n', 'headless.c')
        self.everywhere('headless.c', r"headless\.c.* error: .*main|^impasse: error: .*main")

    def test_two_mains(self):
        for name in ('a.c', 'b.c'):
            self.program('int main(void) { return 0; }\n', name)
        self.expect_refusal(impasse('check', 'a.c', 'b.c', cwd=self.folder), 2, r"error: .*main", lines=None)

    def test_a_megabyte_of_random_bytes_as_bitcode(self):
        for seed in range(1 if ASAN else 3):
            (self.folder / 'random.bc').write_bytes(random.Random(seed).randbytes(1 << 20))
            self.everywhere('random.bc', r'^random\.bc: error: ')

    def test_bitcode_that_is_damaged(self):
        source = self.program('#include <unistd.h>\nint main(void) { int p[2]; return pipe(p); }\n')
        whole = self.folder / 'whole.bc'
        subprocess.run(['clang', '-g', '-c', '-emit-llvm', '-o', whole, source], check=True)
        good = whole.read_bytes()
        self.assertEqual(impasse('check', whole).status, 0)
        dice = random.Random(7)
        for _ in range(8 if ASAN else 30):
            damaged = bytearray(good[:dice.choice([len(good), dice.randrange(4, len(good))])])
            for _ in range(dice.randrange(1, 20)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            (self.folder / 'damaged.bc').write_bytes(damaged)
            done = impasse('check', 'damaged.bc', cwd=self.folder, seconds=SECONDS_MAX)
            self.assertIn(done.status, (0, 1, 2, 3), done)  # Some damage is harmless.
            if done.status == 2:
                self.expect_refusal(done, 2, 'error: ', lines=None)

    def test_random_bytes_as_c_and_as_assembly(self):
        for name in ('random.c', 'random.ll'):
            (self.folder / name).write_bytes(random.Random(3).randbytes(4096))
            self.everywhere(name, rf'(?m)^{name}.* error: ', lines=None)

    def test_unsupported_constructs_are_errors_with_their_line(self):
        rows = [('__asm__ volatile ("nop");', 'assembly'), ('ucontext_t c; return getcontext(&c);', 'getcontext')]
        for body, word in rows:
            self.program(f'#include <ucontext.h>\nint main(void)\n{{\n    {body}\n}}\n', 'odd.c')
            done = impasse('check', 'odd.c', cwd=self.folder)
            self.expect_refusal(done, 2, rf'^odd\.c:4(:\d+)?: error: .*{word}', lines=None)


class BadTrails(Case):
    def test_replay_refuses_what_is_no_trail_with_one_line(self):
        (self.folder / 'random').write_bytes(random.Random(1).randbytes(1 << 20))
        (self.folder / 'dir').mkdir()
        self.program('', 'empty')
        self.program('int main(void) { return 0; }\n', 'program.c')
        self.program('impasse-trail 99\nend\n', 'future')
        self.program('impasse-trail 1\nexpect deadlock\n1 main pipe 0\nend\n', 'nofile')
        self.program('impasse-trail 1\nfile nothere.c\nexpect deadlock\n1 main pipe 0\nend\n', 'gone')
        self.program('impasse-trail 1\nfile program.c\nexpect deadlock\n1 main pipe 0\nend\n', 'other')
        self.program('impasse-trail 1\nfile program.c\nset nonsense=1\nexpect deadlock\n1 main pipe 0\nend\n', 'setting')
        for name in ('random', 'dir', 'empty', 'program.c', 'future', 'nofile', 'nothere', 'gone', 'other', 'setting'):
            with self.subTest(trail=name):
                self.expect_refusal(impasse('replay', name, cwd=self.folder), 2, 'error: ')
        self.expect_refusal(impasse('replay'), 2, 'error: ')
        self.expect_refusal(impasse('replay', 'a', 'b'), 2, 'error: ')

    def test_a_trail_that_does_not_fit_any_more_says_at_which_step(self):
        source = (MODELS / 'semaphore/abba.c').read_text()
        file = self.program(source, 'abba.c')
        trail = self.folder / 'saved.trail'
        self.assertEqual(impasse('check', '-o', trail, file).status, 1)
        self.assertEqual(impasse('replay', trail).status, 1)
        file.write_text((MODELS / 'semaphore/abba_fixed.c').read_text().replace('fork()', 'getppid()'))
        self.expect_refusal(impasse('replay', trail), 2, r'step \d+ does not fit the program any more: expected main fork 0, enabled are: ')


class Options(Case):
    BAD = [
        (['--bogus'], '--bogus'), (['-Z'], '-Z'), (['--max-states'], '--max-states'), (['--max-states', 'x'], "'x'"),
        (['--max-states', '-1'], "'-1'"), (['--max-states', '9' * 30], '9{30}'), (['--max-states', '1x'], "'1x'"),
        (['--max-states', ''], "''"), (['--max-depth', '1.5'], "'1.5'"), (['--max-memory', '1Q'], "'1Q'"),
        (['--max-memory', '-1'], "'-1'"), (['--max-memory', '99999999999G'], '99999999999G'),
        (['--time', '0'], "'0'"), (['--time', 'soon'], "'soon'"), (['--time', 'nan'], "'nan'"), (['--jobs', '0'], '0'),
        (['-j', 'two'], "'two'"), (['--jobs', '100000'], '100000'), (['--properties', 'peace'], "'peace'"),
        (['--set', 'nonsense=1'], "'nonsense'"), (['--set', 'pipe_capacity'], "'pipe_capacity'"),
        (['--set', 'pipe_capacity=0'], "'0'"), (['--set', 'pipe_capacity=many'], "'many'"), (['--set', '=1'], "''"),
        (['--set', 'processes=99999999999999999999'], '9{20}'), (['--set'], '--set'),
        (['--seed', '1'], '--seed'), (['--max-nodes', '3'], '--max-nodes'),  # of other commands
    ]

    def test_each_wrong_option_is_one_line_that_names_what_is_wrong(self):
        for words, named in self.BAD:
            with self.subTest(words=words):
                done = impasse('check', LEFTY, *words)
                self.expect_refusal(done, 2, rf'^impasse: error: .*{named.replace("[", ".")}')

    def test_the_same_for_fuzz_graph_and_run(self):
        for command, words, named in (('fuzz', ['--runs', 'x'], "'x'"), ('fuzz', ['--strategy', 'luck'], "'luck'"),
                                      ('fuzz', ['--seed', 'x'], "'x'"), ('fuzz', ['--max-nodes', '1'], '--max-nodes'),
                                      ('graph', ['--max-nodes', 'x'], "'x'"), ('graph', ['--json'], '--json'),
                                      ('graph', ['-o', '/dev/null/x.svg'], '/dev/null/x.svg'),
                                      ('graph', ['-o', '/dev/null/x.dot'], '/dev/null/x.dot'),
                                      ('graph', ['-o', self.folder / 'x.bmp'], "'bmp'"),
                                      ('run', ['--runs', '1'], '--runs'), ('run', ['--seed', '-3'], "'-3'"),
                                      ('replay', ['--seed', '3'], '--seed')):
            with self.subTest(command=command, words=words):
                done = impasse(command, MODELS / 'semaphore/abba.c', *words)
                self.expect_refusal(done, OWN_FAILURE[command], f'error: .*{named}|^{named}: error: ')

    def test_a_wrong_option_in_the_model_names_its_line(self):
        self.program('// A comment.\n// impasse: --set nonsense=1\nint main(void) { return 0; }\n', 'm.c')
        done = impasse('check', 'm.c', cwd=self.folder)
        self.expect_refusal(done, 2, r"(?m)^m\.c:2(:\d+)?: error: ", lines=None)

    def test_options_in_the_model_count_and_the_command_line_overrides_them(self):
        file = self.program('// impasse: --set pipe_capacity=4\n#include <unistd.h>\n'
                            'int main(void) { int p[2]; pipe(p); for (int i = 0; i < 5; i++) write(p[1], "x", 1); return 0; }\n')
        self.assertEqual(impasse('check', file).status, 1)
        self.assertEqual(impasse('check', file, '--set', 'pipe_capacity=5').status, 0)

    def test_includes_and_definitions_reach_the_compiler_in_every_spelling(self):
        self.program('#define STATUS 0\n', 'status.h')
        file = self.program('#include <status.h>\n#include <assert.h>\nint main(void) { assert(STATUS + N == 3); return STATUS; }\n')
        for words in (['-I', self.folder, '-D', 'N=3'], [f'-I{self.folder}', '-DN=3'], ['--include', self.folder, '--define=N=3']):
            self.assertEqual(impasse('check', *words, file).status, 0)
        self.assertEqual(impasse('check', f'-I{self.folder}', '-DN=4', file).status, 1)

    def test_help_of_every_command_lists_its_options(self):
        wanted = {'check': ['--json', '--max-states', '--max-memory', '--time', '--depth-first', '--set NAME=VALUE', 'pipe_capacity'],
                  'fuzz': ['--runs', '--seed', '--strategy', '-j, --jobs', '--time'], 'graph': ['--max-nodes', '-o, --output'],
                  'run': ['--seed'], 'replay': ['--json']}
        for command, options in wanted.items():
            for words in ([command, '--help'], [command, '-h'], ['help', command], [command, 'x.c', '--help']):
                done = impasse(*words)
                self.assertEqual((done.status, done.stderr), (0, ''), done)
                self.assertRegex(done.stdout, rf'^usage: impasse {command} ')
                for option in options:
                    self.assertIn(option, done.stdout)
        self.assertNotIn('--runs', impasse('check', '--help').stdout)

    def test_general_help_names_every_command_and_the_exit_statuses(self):
        for words in (['--help'], ['-h'], ['help']):
            done = impasse(*words)
            self.assertEqual((done.status, done.stderr), (0, ''))
            for word in ('check', 'graph', 'fuzz', 'replay', 'run', 'exit status'):
                self.assertIn(word, done.stdout)
        self.expect_refusal(impasse(), 2, 'check', lines=None)

    def test_version(self):
        done = impasse('--version')
        self.assertEqual(done.status, 0)
        self.assertRegex(done.stdout, r'^impasse \d+\.\d+\.\d+\n$')

    def test_an_unknown_command_is_named_and_a_near_one_offered(self):
        self.expect_refusal(impasse('frobnicate'), 2, "'frobnicate'")
        self.expect_refusal(impasse('chek', 'x.c'), 2, "'chek'.*did you mean 'check'")


class Limits(Case):
    def incomplete(self, *arguments, named, states=1):
        done = impasse('check', '--json', *arguments)
        self.assertEqual((done.status, done.json['verdict'], done.json['complete']), (3, 'incomplete', False), done)
        self.assertRegex(done.json['incomplete_reason'], named)
        self.assertGreaterEqual(done.json['states'], states)
        self.assertEqual(done.json['violations'], [])
        return done.json

    def test_each_limit_is_incomplete_and_named(self):
        large = [LEFTY, '-DN=11', '--no-reduction']
        for order in ([], ['--depth-first']):
            self.incomplete(*large, *order, '--max-states', 1000, named='--max-states 1000')
            self.incomplete(*large, *order, '--max-depth', 40, named='--max-depth 40')
            report = self.incomplete(*large, *order, '--time', 0.02, named='--time')
            self.assertLess(report['seconds'], 2 if not ASAN else 20)

    def test_a_memory_limit_is_kept(self):
        report = self.incomplete(LEFTY, '-DN=12', '--no-reduction', '--max-memory', '22M', named='--max-memory 22M')
        self.assertGreater(report['states'], 0 if ASAN else 100000)  # The sanitizer keeps memory of its own.
        self.assertLess(report['peak_bytes'], 25 << 20)

    def test_a_small_memory_limit_is_no_crash(self):
        for limit in ('1', '1K', '64K', '1M'):
            self.incomplete(LEFTY, '-DN=9', '--no-reduction', '--max-memory', limit, named='--max-memory', states=0)

    def test_the_text_says_incomplete_first_and_why(self):
        done = impasse('check', LEFTY, '--max-states', 10)
        self.assertEqual(done.status, 3)
        self.assertRegex(done.stdout, r'^incomplete: ')
        self.assertRegex(done.stdout, r'(?m)^reason: the limit --max-states 10 was reached')

    def test_a_violation_within_a_limit_is_a_violation(self):
        done = impasse('check', '--json', MODELS / 'semaphore/philosophers.c', '-DN=8', '--max-depth', 26)
        self.assertEqual((done.status, done.json['verdict'], done.json['complete']), (1, 'deadlock', False))

    def test_recursion_without_end_is_a_stack_overflow_at_its_line(self):
        file = self.program('int f(int n)\n{\n    volatile char b[100];\n    b[0] = (char)n;\n    return f(n + 1) + b[0];\n}\n'
                            'int main(void) { return f(0); }\n')
        done = impasse('check', '--json', file)
        self.assertEqual((done.status, done.json['verdict']), (1, 'crash'), done)
        self.assertIn('stack overflow', done.json['violations'][0]['message'])
        self.assertIn(5, [task['line'] for task in done.json['violations'][0]['tasks']])
        self.assertEqual(impasse('run', file).status, 128 + signal.SIGSEGV)

    def test_a_hundred_thousand_forks_meet_the_limit_of_processes(self):
        file = self.program('#include <impasse.h>\n#include <unistd.h>\nint main(void)\n{\n'
                            '    for (int i = 0; i < 100000; i++)\n        if (fork() == 0) {\n'
                            '            impasse_idle();\n            pause();\n        }\n    return 0;\n}\n')
        report = self.incomplete(file, named=r'processes')
        self.assertGreater(report['transitions'], 100000)

    def test_a_fork_bomb_meets_a_limit(self):
        file = self.program('#include <unistd.h>\nint main(void)\n{\n    for (int i = 0; i < 100000; i++)\n        fork();\n'
                            '    return 0;\n}\n')
        self.incomplete(file, '--time', 1, named='--time|processes')
        self.incomplete(file, '--max-states', 5000, named='--max-states|processes')

    def test_an_endless_heap_is_incomplete(self):
        file = self.program('#include <stdlib.h>\n#include <unistd.h>\nint main(void)\n{\n    while (malloc(1 << 20))\n'
                            '        continue;\n    return 0;\n}\n')
        self.incomplete(file, named='limit')

    def test_ctrl_c_reports_what_was_covered(self):
        command = [IMPASSE, 'check', '--json', str(LEFTY), '-DN=14', '--no-reduction']
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(8 if ASAN else 1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=SECONDS_MAX)
        self.assertEqual((process.returncode, stderr), (130, ''))
        self.assertRegex(stdout, '"verdict": "incomplete"')
        self.assertGreater(int(re.search(r'"states": (\d+)', stdout)[1]), 1000)


class Streams(Case):
    def test_check_prints_nothing_on_stderr_unless_it_is_a_terminal(self):
        for words in ([LEFTY, '-DN=9'], [MODELS / 'semaphore/abba.c'], [LEFTY, '--max-states', 10]):
            self.assertEqual(impasse('check', *words).stderr, '')
            self.assertEqual(impasse('check', '--json', *words).stderr, '')

    def on_terminal(self, *arguments, env=None):
        """Stdout and stderr on one terminal; returns what it received."""
        try:
            master, slave = pty.openpty()
        except OSError as error:  # A bare container has no pseudo terminals.
            self.skipTest(str(error))
        process = subprocess.Popen([IMPASSE, *map(str, arguments)], cwd=ROOT, stdout=slave, stderr=slave,
                                   env=dict(os.environ, TERM='xterm', **(env or {})))
        os.close(slave)
        received = b''
        while select.select([master], [], [], SECONDS_MAX)[0]:
            try:
                received += os.read(master, 65536)
            except OSError:  # The last holder of the other end is gone.
                break
        os.close(master)
        process.wait(timeout=SECONDS_MAX)
        return received.decode()

    def test_a_terminal_sees_progress_unless_told_to_be_quiet(self):
        arguments = ['check', LEFTY, '-DN=12', '--no-reduction', '--time', '1', '--no-color']
        self.assertRegex(self.on_terminal(*arguments), r'\r.*states .*frontier')
        self.assertNotIn('frontier', self.on_terminal(*arguments, '--quiet'))

    def test_colours_are_for_terminals_that_want_them(self):
        file = MODELS / 'semaphore/abba.c'
        self.assertIn('\x1b[', self.on_terminal('check', file))
        self.assertNotIn('\x1b[', self.on_terminal('check', file, '--no-color'))
        self.assertNotIn('\x1b[', self.on_terminal('check', file, env={'NO_COLOR': '1'}))
        self.assertNotIn('\x1b[', impasse('check', file).stdout)

    def test_nothing_is_written_unless_asked(self):
        for words in (['check', LEFTY, '-DN=3'], ['check', MODELS / 'semaphore/abba.c'], ['graph', MODELS / 'semaphore/abba.c'],
                      ['run', LEFTY, '-DN=3', '--help']):
            impasse(*words, cwd=self.folder)
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_report_is_the_same_on_every_run_but_for_the_time(self):
        first, second = (impasse('check', MODELS / 'semaphore/philosophers.c', '-DN=3').stdout for _ in range(2))
        strip = re.compile(r'\d+\.\d+ s')
        self.assertEqual(strip.sub('', first), strip.sub('', second))


if __name__ == '__main__':
    unittest.main()
