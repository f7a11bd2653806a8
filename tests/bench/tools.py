"""Builds and runs one tool on one system in a folder of its own, and says what it found and what it cost."""
import dataclasses
import json
import math
import os
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import threading
import time

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
MEGA = 1 << 20
BUILD_LIMITS = (600, 4096 * MEGA)
PAN = ['gcc', '-O3', '-march=native', '-DSAFETY', '-DNOFAIR', '-w']
PAN_ROOMY = ['-m10000000', '-w24']  # Of the trial run, which finds the depth and the size of the table.
RUMUR = ['rumur', '--threads', '1', '--deadlock-detection', 'stuck', '--counterexample-trace', 'off']
RUMUR_EMPTY = 1.5 * MEGA  # Peak memory of its verifier for a model of a few states.
RUMUR_CC = ['gcc', '-std=c11', '-O3', '-march=native', '-w']


class Failed(Exception):
    """A tool did not do what it is there for; the text says which, and how."""


@dataclasses.dataclass
class Run:
    """One process that ended: its output, and what it cost, its children included."""
    status: int
    output: str
    wall: float
    cpu: float
    memory: int
    limit: str


def resident(pid):
    """Bytes that the process and its children hold."""
    total = 0
    try:
        text = pathlib.Path(f'/proc/{pid}/statm').read_text(encoding='ascii')
        total = int(text.split()[1]) * os.sysconf('SC_PAGE_SIZE')
        children = pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='ascii').split()
        total += sum(resident(int(child)) for child in children)
    except (OSError, IndexError):
        pass
    return total


def run(command, folder, limits):
    """Runs the command alone, in the folder; stops it at limits (seconds, bytes). Its stderr goes with its stdout."""
    hit = []
    over = threading.Event()

    def watch():
        while not over.wait(0.1):
            reason = ('time' if time.monotonic() - begin > limits[0] else
                      'memory' if resident(process.pid) > limits[1] else None)
            if reason:
                hit.append(reason)
                os.killpg(process.pid, signal.SIGKILL)
                return

    with tempfile.TemporaryFile(dir=folder) as stream:
        begin = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stream,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            status, usage = os.wait4(process.pid, 0)[1:]
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            over.set()
            watcher.join()
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        stream.seek(0)
        output = stream.read().decode(errors='replace')
    return Run(process.returncode, output, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024,
               hit[0] if hit else '')


def build(command, folder):
    done = run(command, folder, BUILD_LIMITS)
    if done.status != 0 or done.limit:
        raise Failed(f'{command[0]} failed ({done.limit or done.status}):\n{done.output.strip()[-800:]}')
    return done.wall


def numbers(pattern, text, what):
    match = re.search(pattern, text)
    if not match:
        raise Failed(f'{what} did not print what was expected:\n{text.strip()[-800:]}')
    return [float(value) for value in match.groups()]


class Impasse:
    def __init__(self, bench, system, tool, folder):
        self.bench, self.tool, self.folder = bench, tool, folder
        defines = [f'-D{name}={value}' for name, value in system.values.items()]
        self.command = [bench.impasse, 'check', '--json', '-q', str(ROOT / system.c), *defines, *tool.options]
        self.startup = []

    def measure(self):
        # What it costs until the search begins, by the processor's clock: the same with the search cut off.
        if self.tool.jobs == 1:
            self.startup.append(run(self.command + ['--max-states', '1'], self.folder, self.bench.limits).cpu)
        done = run(self.command, self.folder, self.bench.limits)
        if done.limit:
            return {'limit': done.limit}
        try:
            found = json.loads(done.output)
        except ValueError:
            raise Failed(f'no JSON, exit status {done.status}:\n{done.output.strip()[-800:]}') from None
        seconds = found['seconds']
        # A short search drowns in the noise of clang's time, and is seldom interrupted: its own clock is better.
        cpu = seconds if seconds < 0.1 or self.tool.jobs > 1 else done.cpu - statistics.median(self.startup)
        verdict = found['verdict']
        if verdict == 'ok' and not found['complete']:
            verdict = 'incomplete'
        return {'verdict': verdict, 'states': found['states'], 'transitions': found['transitions'], 'time': seconds,
                'cpu': cpu, 'total': done.wall, 'bytes_per_state': found['bytes_per_state'], 'memory': done.memory,
                'search_memory': found['peak_bytes'], 'compile': {'clang and loading': done.wall - seconds}}


class Spin:
    def __init__(self, bench, system, tool, folder):
        self.bench, self.folder = bench, folder
        defines = [f'-D{name}={value}' for name, value in system.values.items()]
        model = str(BENCH / 'systems' / (system.peer + '.pml'))
        generate = build(['spin', *defines, *tool.defines, '-a', model], folder)
        self.compile = {'spin -a': generate,
                        'gcc': build([*PAN, *tool.options, '-o', 'pan', 'pan.c'], folder)}
        # The stack and the hash table that suit this system best: the trial run says how deep and how many.
        self.sizes = PAN_ROOMY
        trial = self.measure()
        if 'limit' not in trial:
            self.sizes = [f'-m{trial["depth"] + 100}', f'-w{max(16, math.ceil(math.log2(trial["states"])) + 1)}']

    def measure(self):
        done = run(['./pan', *self.sizes], self.folder, self.bench.limits)
        if done.limit:
            return {'limit': done.limit}
        text = done.output
        if done.status != 0 or 'max search depth too small' in text or 'out of memory' in text:
            raise Failed(f'pan, exit status {done.status}:\n{text.strip()[-800:]}')
        depth, errors = numbers(r'depth reached (\d+), errors: (\d+)', text, 'pan')
        states, = numbers(r'(\d+) states, stored', text, 'pan')
        transitions, = numbers(r'(\d+) transitions \(', text, 'pan')
        held, = numbers(r'([\d.]+)\s+actual memory usage for states', text, 'pan')
        verdict = 'ok' if not errors else 'deadlock' if 'invalid end state (at' in text else 'assertion'
        return {'verdict': verdict, 'states': int(states), 'transitions': int(transitions), 'time': done.wall,
                'cpu': done.cpu, 'total': done.wall + sum(self.compile.values()), 'depth': int(depth),
                'bytes_per_state': held * MEGA / states, 'memory': done.memory, 'compile': self.compile}


class Rumur:
    def __init__(self, bench, system, tool, folder):
        self.bench, self.folder = bench, folder
        text = (BENCH / 'systems' / (system.peer + '.m')).read_text(encoding='utf-8')
        for name, value in system.values.items():
            text = re.sub(rf'\b{name}: \d+;', f'{name}: {value};', text, count=1)
        (folder / 'model.m').write_text(text, encoding='utf-8')
        generate = build([*RUMUR, '--output', 'model.c', 'model.m'], folder)
        self.compile = {'rumur': generate,
                        'gcc': build([*RUMUR_CC, '-o', 'model', 'model.c', '-lpthread'], folder)}

    def measure(self):
        done = run(['./model'], self.folder, self.bench.limits)
        if done.limit:
            return {'limit': done.limit}
        states, transitions = numbers(r'\n\s*(\d+) states, (\d+) rules fired in', done.output, 'the verifier')
        verdict = ('ok' if 'No error found' in done.output else
                   'deadlock' if re.search('^\\s*deadlock', done.output, re.MULTILINE) else 'assertion')
        # It prints no size: what it holds beyond what it holds for a model of a few states.
        held = max(0, done.memory - RUMUR_EMPTY)
        return {'verdict': verdict, 'states': int(states), 'transitions': int(transitions), 'time': done.wall,
                'cpu': done.cpu, 'total': done.wall + sum(self.compile.values()),
                'bytes_per_state': held / states, 'memory': done.memory, 'compile': self.compile}


KINDS = {'impasse': Impasse, 'spin': Spin, 'rumur': Rumur}
