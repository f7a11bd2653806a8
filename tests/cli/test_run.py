"""Goal: `impasse run` behaves like the program.
Method: small programs with known behaviour; and every program of libc/, whose output and exit status must be those of the
same file compiled by cc."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'data'))
from command import IMPASSE, MODELS, ROOT, SECONDS_MAX, impasse, text  # noqa: E402

LIBC = sorted((ROOT / 'tests/cli/libc').glob('*.c'))
HEADERS = ''.join(f'#include <{name}.h>\n' for name in ('errno', 'sched', 'signal', 'stdio', 'stdlib', 'string', 'sys/wait', 'unistd'))


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_body(self, body, *arguments):
        file = text(self.folder, f'{HEADERS}int main(int argc, char **argv) {{ (void)argc; (void)argv;\n{body}\n}}\n')
        return impasse('run', file, *arguments)

    def test_exit_status_is_the_programs(self):
        for status in (0, 1, 7, 255):
            self.assertEqual(self.run_body(f'return {status};').status, status)
        self.assertEqual(self.run_body('exit(256 + 3);').status, 3)
        self.assertEqual(self.run_body('_exit(-1);').status, 255)

    def test_output_goes_where_the_program_sends_it(self):
        done = self.run_body(r'write(1, "a\n", 2); write(2, "b\n", 2); printf("c%d\n", 1); fprintf(stderr, "d\n"); return 0;')
        self.assertEqual((done.status, done.stdout, done.stderr), (0, 'a\nc1\n', 'b\nd\n'))

    def test_output_is_kept_byte_by_byte(self):
        done = self.run_body('for (int i = 0; i < 256; i++) { unsigned char c = (unsigned char)i; write(1, &c, 1); } return 0;')
        self.assertEqual(done.bytes, bytes(range(256)))

    def test_stdio_on_a_pipe_is_lost_by_underscore_exit_and_doubled_by_fork(self):
        pipe_on_stdout = 'int p[2], keep = dup(1); pipe(p); dup2(p[1], 1); close(p[1]); char b[99]; '
        show = 'close(1); long n = read(p[0], b, sizeof b); write(keep, b, n > 0 ? n : 0); dprintf(keep, "=%ld", n); _exit(0);'
        for child, printed in (('_exit(0);', '=0'), ('exit(0);', 'x=1')):
            done = self.run_body(f'{pipe_on_stdout} if (fork() == 0) {{ printf("x"); {child} }} wait(NULL); {show}')
            self.assertEqual(done.stdout, printed, done)
        done = self.run_body(f'{pipe_on_stdout} printf("x"); if (fork() == 0) exit(0); wait(NULL); fflush(stdout); {show}')
        self.assertEqual(done.stdout, 'xx=2', done)

    def test_a_signal_death_is_128_and_the_signal(self):
        self.assertEqual(self.run_body('abort();').status, 128 + signal.SIGABRT)
        done = self.run_body('*(volatile int *)argv[1] = 0; return 0;')
        self.assertEqual(done.status, 128 + signal.SIGSEGV)
        self.assertRegex(done.stderr, r'program\.c:\d+:\d+: error: ')
        done = self.run_body('int p[2]; pipe(p); close(p[0]); write(p[1], "x", 1); return 0;')
        self.assertEqual(done.status, 128 + signal.SIGPIPE)

    def test_a_failed_assertion_is_sigabrt_and_is_told(self):
        file = text(self.folder, '#include <assert.h>\nint main(void)\n{\n    assert(1 + 1 == 3);\n}\n')
        done = impasse('run', file)
        self.assertEqual(done.status, 128 + signal.SIGABRT)
        self.assertIn('1 + 1 == 3', done.stderr)

    def test_a_deadlock_is_124_and_is_told(self):
        done = self.run_body('int p[2]; char c; pipe(p); printf("before\\n"); fflush(stdout); read(p[0], &c, 1); return 0;')
        self.assertEqual((done.status, done.stdout), (124, 'before\n'))
        self.assertIn('deadlock', done.stderr)

    def test_arguments_after_the_dashes_are_the_programs(self):
        body = 'for (int i = 1; i < argc; i++) printf("[%s]", argv[i]); return argc;'
        done = self.run_body(body, '--', 'one', '--help', '', 'two words', '--', '-x', 'é')
        self.assertEqual((done.status, done.stdout), (8, '[one][--help][][two words][--][-x][é]'))
        self.assertEqual(self.run_body(body).status, 1)

    def test_argv_0_is_the_files_name(self):
        done = self.run_body('puts(argv[0]); return argv[argc] == NULL ? 0 : 1;')
        self.assertEqual(done.status, 0)
        self.assertIn('program', done.stdout)

    def test_children_run_and_are_waited_for(self):
        done = self.run_body('if (fork() == 0) { write(1, "child\\n", 6); _exit(3); } int s; wait(&s);'
                             'printf("%d\\n", WEXITSTATUS(s)); return 0;')
        self.assertEqual((done.status, done.stdout), (0, 'child\n3\n'))

    def test_the_status_is_mains_although_a_child_ends_later(self):
        done = self.run_body('if (fork() == 0) { for (int i = 0; i < 50; i++) sched_yield(); write(1, "late\\n", 5); _exit(9); } return 4;')
        self.assertEqual((done.status, done.stdout), (4, 'late\n'))

    def test_a_seed_chooses_the_schedule_and_repeats_it(self):
        body = ('for (int i = 0; i < 4; i++) if (fork() == 0) { sched_yield(); char c = (char)(48 + i); sched_yield(); '
                'write(1, &c, 1); _exit(0); } while (wait(NULL) > 0) continue; return 0;')
        outputs = [self.run_body(body, '--seed', seed).stdout for seed in range(8)]
        self.assertEqual(outputs, [self.run_body(body, '--seed', seed).stdout for seed in range(8)])
        self.assertEqual({''.join(sorted(output)) for output in outputs}, {'0123'})
        self.assertGreater(len(set(outputs)), 1)

    def test_a_choice_depends_on_the_seed(self):
        file = text(self.folder, '#include <impasse.h>\nint main(void) { return impasse_choose(3); }\n')
        self.assertEqual({impasse('run', file, '--seed', seed).status for seed in range(20)}, {0, 1, 2})

    def test_settings_and_definitions_count(self):
        body = 'int p[2]; pipe(p); for (int i = 0; i < N; i++) write(p[1], "x", 1); return 0;'
        self.assertEqual(self.run_body(body, '-DN=3', '--set', 'pipe_capacity=3').status, 0)
        self.assertEqual(self.run_body(body, '-DN=4', '--set', 'pipe_capacity=3').status, 124)

    def test_models_run_too(self):
        self.assertEqual(impasse('run', MODELS / 'pipe/forgotten_close.c').status, 124)
        self.assertEqual(impasse('run', MODELS / 'pipe/forgotten_close_fixed.c').status, 0)

    def test_a_closed_stdout_is_no_endless_loop(self):
        read, write = os.pipe()
        os.close(read)
        file = text(self.folder, '#include <stdio.h>\nint main(void) { for (int i = 0; i < 1000; i++) puts("x"); return 0; }\n')
        done = subprocess.run([IMPASSE, 'run', str(file)], stdout=write, stderr=subprocess.PIPE, timeout=SECONDS_MAX, check=False)
        os.close(write)
        self.assertIn(done.returncode, (0, -signal.SIGPIPE, 125))


class Libc(unittest.TestCase):
    """The simulated libc against the host's."""

    def test_there_are_programs(self):
        self.assertGreater(len(LIBC), 10)

    def test_each_program_prints_and_ends_as_natively(self):
        with tempfile.TemporaryDirectory() as folder:
            for source in LIBC:
                with self.subTest(program=source.name):
                    native = os.path.join(folder, source.stem)
                    subprocess.run(['cc', '-std=gnu11', '-w', '-Isim/include', '-o', native, str(source), '-lm'], cwd=ROOT, check=True)
                    expected = subprocess.run([native], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                                              timeout=SECONDS_MAX, check=False)
                    got = impasse('run', source)
                    status = expected.returncode if expected.returncode >= 0 else 128 - expected.returncode
                    self.assertEqual(got.stdout, expected.stdout.decode(errors='surrogateescape'), got)
                    self.assertEqual(got.status, status, got)


if __name__ == '__main__':
    unittest.main()
