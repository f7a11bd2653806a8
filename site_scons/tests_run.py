"""Runs the tests as build steps. A green result is kept until something it depends on changes; a red one runs again."""
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree

from SCons.Script import Action, AlwaysBuild, Dir, File, Glob

ROOT = Dir('#').abspath  # While a SConscript is read, the working folder is its own.
SECONDS_MAX = 1200  # One test program. A checker of hangs must not hang its own tests.
SANITIZERS = {
    'ASAN_OPTIONS': 'abort_on_error=1:detect_leaks=1:detect_stack_use_after_return=1',
    'UBSAN_OPTIONS': 'print_stacktrace=1',
}
SUPPRESSIONS = os.path.join(ROOT, 'tests', 'lsan.supp')


def _environment(env, flavour, program=None):
    variables = dict(env['ENV'], IMPASSE_FLAVOUR='asan' if flavour == 'asan' else 'plain',
                     IMPASSE_INCLUDE=File('#sim/include/impasse.h').dir.abspath)
    if program:
        variables['IMPASSE'] = program.abspath
    if flavour == 'asan':
        variables.update(SANITIZERS)
        if os.path.exists(SUPPRESSIONS):
            variables['LSAN_OPTIONS'] = f'suppressions={SUPPRESSIONS}:print_suppressions=0'
    return variables


def _run(command, variables, log):
    """Runs the command with its output in the file log; returns its exit status and that output."""
    with open(log, 'wb') as stream:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                                   env=variables, start_new_session=True)
        try:
            status = process.wait(timeout=SECONDS_MAX)
        except BaseException as error:  # Too long, or the user's ^C: nothing of the test may stay behind.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            stream.write(f'\ntest stopped after {SECONDS_MAX} s\n'.encode())
            status = 124
    with open(log, encoding='utf-8', errors='replace') as stream:
        return status, stream.read()


def _verdict(name, status, ran, log, output):
    """Returns 0 for a green run of at least one test; else shows the output and the reason, and returns 1.

    The reason goes to the log too, where tests/summary.py looks for it: Criterion calls a leaking test a passing one.
    """
    if status == 0 and ran > 0:
        return 0
    reason = f'exit status {status}' if status else 'it ran no test'
    no_leak_check = 'LeakSanitizer has encountered' in output
    hint = '\n(LeakSanitizer cannot work where ptrace is forbidden)' if no_leak_check else ''
    last = f'\nFAILED: {name}: {reason}{hint}'
    with open(log, 'a', encoding='utf-8') as stream:
        print(last, file=stream)
    print(output + last, file=sys.stderr, flush=True)
    return 1


def _run_criterion(target, source, env):
    report, log = map(str, target)
    if os.path.exists(report):
        os.unlink(report)
    # -j1: SCons itself runs several. Warnings count: a leak under ASan is only that to Criterion.
    status, output = _run([source[0].abspath, '-j1', f'--xml={report}'], env['TEST_ENV'], log)
    ran = failed = 0
    if os.path.exists(report):
        root = xml.etree.ElementTree.parse(report).getroot()
        ran = int(root.get('tests', 0)) - int(root.get('disabled', 0))
        failed = int(root.get('failures', 0)) + int(root.get('errors', 0))
    return _verdict(str(source[0]), status or int(failed > 0), ran, log, output)


def _run_python(target, source, env):
    script = source[0].srcnode()
    folder = script.dir.path
    command = [sys.executable, '-m', 'unittest', 'discover', '-v', '-s', folder, '-t', folder, '-p', script.name]
    log = str(target[0])
    status, output = _run(command, env['TEST_ENV'], log)
    ran = re.search(r'^Ran (\d+) tests? in', output, re.MULTILINE)
    return _verdict(script.path, status, int(ran[1]) if ran else 0, log, output)


def _data(flavour, *folders):
    """Returns what a test reads besides its own files, as far as it exists."""
    found = [File(os.path.join(place, name)) for folder in folders
             for place, _, names in os.walk(os.path.join(ROOT, folder)) for name in sorted(names)]
    return found + [File(SUPPRESSIONS)] * (flavour == 'asan' and os.path.exists(SUPPRESSIONS))


def criterion(env, program, flavour):
    """A run of one Criterion binary: its results as PROGRAM.xml, what it printed as PROGRAM.log.

    It runs again when the binary, a model, or a file in tests/LAYER/data/ changes.
    """
    folder = program[0].dir.name
    result = env.Command([f'{program[0]}.xml', f'{program[0]}.log'], program,
                         Action(_run_criterion, 'test $SOURCE'), TEST_ENV=_environment(env, flavour))
    env.Depends(result, _data(flavour, 'models', f'tests/{folder}/data'))
    return result


def python(env, script, program, flavour):
    """A run of one Python test file on the command `program`, which it finds as $IMPASSE. What it printed: NAME.log.

    It runs again when the script, the command, a model, a page of spec/, a helper beside it, or a file in
    tests/LAYER/data/ changes.
    """
    folder = script.srcnode().dir.path
    helpers = [file for file in Glob(f'#{folder}/*.py') if not file.name.startswith('test_')]
    result = env.Command(f'{script.dir}/{script.name[:-3]}.log', script,
                         Action(_run_python, f'test $SOURCE ({flavour})' if program else 'test $SOURCE'),
                         TEST_ENV=_environment(env, flavour, program[0] if program else None))
    env.Depends(result, [program, helpers, _data(flavour, 'models', 'spec', f'{folder}/data')])
    return result


def summary(folder):
    """An action that prints the closing lines of every test below the build folder."""
    command = f'"{sys.executable}" tests/summary.py {folder.lstrip("#")}'
    return Action(command, cmdstr=None)


def checks(env, program, harness):
    """The targets that run a script of tests/: lint, trace, bench, fuzz-self, conform."""
    # The tests of the lint need no binary, and their results are kept; the checks themselves always run.
    for name, script in (('lint', 'layers'), ('trace', 'trace')):
        test = env.Command(f'{env["BUILD"]}/lint/test_{script}.log', f'#tests/lint/test_{script}.py',
                           Action(_run_python, 'test $SOURCE'), TEST_ENV=env['ENV'])
        env.Depends(test, f'#tests/lint/{script}.py')
        AlwaysBuild(env.Alias(name, test, Action(f'"{sys.executable}" tests/lint/{script}.py', cmdstr=None)))
    for name, script in (('bench', 'tests/bench/run.py'), ('fuzz-self', 'tests/fuzz/run.py'),
                         ('conform', 'tests/conform/run.py')):
        words = ''
        if name == 'fuzz-self':
            words = f' --count {env["COUNT"]} --seconds {env["SECONDS"]} --seed {env["SEED"]}'
        if os.path.exists(os.path.join(ROOT, script)):
            run = env.Clone(ENV=dict(env['ENV'], IMPASSE=program[0].abspath))
            alias = run.Alias(name, program + harness * (name == 'fuzz-self'), Action(f'"{sys.executable}" {script}{words}'))
        else:
            message = f'scons {name}: nothing to run, there is no {script}'
            alias = env.Alias(name, [], Action(lambda target, source, env, text=message: print(text), cmdstr=None))
        AlwaysBuild(alias)
