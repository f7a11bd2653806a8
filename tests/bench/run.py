#!/usr/bin/env python3
"""Runs Impasse and its peers, SPIN and Rumur, on the same systems, and prints what each needs. See README.md.

    tests/bench/run.py                          everything, 3 times; `scons bench` does this
    tests/bench/run.py --quick                  small systems, once: only to see that all of it works
    tests/bench/run.py --system 'phil*' --tool 'impasse*' --tool spin-full -n 5

Exit status: 0 measured, and every verdict and every known count is right; 1 one is wrong, or a tool failed; 2 bad usage.
"""
import argparse
import dataclasses
import fnmatch
import json
import math
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from table import REFERENCE, SINGLE, SYSTEMS, TOOLS

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
MEGA = 1 << 20
PAN = ['gcc', '-O3', '-march=native', '-DSAFETY', '-DNOFAIR', '-w']
PAN_ROOMY = ['-m10000000', '-w24']  # Of the trial run, which finds the depth and the size of the table.
RUMUR = ['rumur', '--threads', '1', '--deadlock-detection', 'stuck', '--counterexample-trace', 'off']
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


def build(command, folder, limits):
    done = run(command, folder, limits)
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
        generate = build(['spin', *defines, *tool.defines, '-a', model], folder, bench.limits)
        self.compile = {'spin -a': generate,
                        'gcc': build([*PAN, *tool.options, '-o', 'pan', 'pan.c'], folder, bench.limits)}
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
        generate = build([*RUMUR, '--output', 'model.c', 'model.m'], folder, bench.limits)
        self.compile = {'rumur': generate,
                        'gcc': build([*RUMUR_CC, '-o', 'model', 'model.c', '-lpthread'], folder, bench.limits)}
        if bench.rumur_floor is None and system is not bench.tiny:
            (folder / 'tiny').mkdir()
            bench.rumur_floor = Rumur(bench, bench.tiny, tool, folder / 'tiny').measure()['memory']

    def measure(self):
        done = run(['./model'], self.folder, self.bench.limits)
        if done.limit:
            return {'limit': done.limit}
        states, transitions = numbers(r'\n\s*(\d+) states, (\d+) rules fired in', done.output, 'the verifier')
        verdict = ('ok' if 'No error found' in done.output else
                   'deadlock' if re.search('^\\s*deadlock', done.output, re.MULTILINE) else 'assertion')
        # It prints no size: what it holds beyond a model of a few states, per state.
        held = max(0, done.memory - (self.bench.rumur_floor or 0))
        return {'verdict': verdict, 'states': int(states), 'transitions': int(transitions), 'time': done.wall,
                'cpu': done.cpu, 'total': done.wall + sum(self.compile.values()),
                'bytes_per_state': held / states, 'memory': done.memory, 'compile': self.compile}


KINDS = {'impasse': Impasse, 'spin': Spin, 'rumur': Rumur}


class Bench:
    def __init__(self, options, folder):
        self.folder = folder
        self.impasse = options.impasse
        self.limits = (options.seconds, int(options.memory * 1024 * MEGA))
        self.repeat = options.repeat or (1 if options.quick else 3)
        self.rumur_floor = None
        self.tiny = dataclasses.replace(next(s for s in SYSTEMS if s.peer == 'chain'), values={'N': 2, 'CYCLE': 0})
        self.wrong = []
        self.absent = {}  # Tool name: why it is not run.

    def look_around(self, tools):
        """Finds out which tools are there, and which options this Impasse has: on 5 philosophers."""
        for tool in tools:
            needed = {'impasse': [self.impasse], 'spin': ['spin', 'gcc'], 'rumur': ['rumur', 'gcc']}[tool.kind]
            missing = [program for program in needed if not shutil.which(program)]
            if missing:
                self.absent[tool.name] = f'{missing[0]} is not installed'
        seen = {}
        model = str(ROOT / 'models/semaphore/philosophers_lefty.c')
        for tool in TOOLS:
            if tool.kind != 'impasse' or tool.name in self.absent:
                continue
            done = run([self.impasse, 'check', '--json', '-q', model, '-DN=5', *tool.options], self.folder, self.limits)
            try:
                found = json.loads(done.output)
            except ValueError:
                self.absent[tool.name] = f'not accepted: {done.output.strip().splitlines()[-1:] or done.status}'
                continue
            seen[tool.name] = found['states'], found['transitions']
            if found.get('threads', 1) != tool.jobs:
                self.absent[tool.name] = f'-j{tool.jobs} has no effect yet'
            elif not tool.full and seen[tool.name] == seen.get(REFERENCE):
                self.absent[tool.name] = 'reduction has no effect yet'

    def check(self, system, tool, row, gap):
        """Compares the row with what is known; returns what to say about it."""
        if row['verdict'] != system.verdict:
            self.wrong.append(f'{system.name}: {tool.name}: {row["verdict"]}, and not {system.verdict}')
            return 'WRONG VERDICT'
        if not system.states:
            return ''
        more = {'impasse': (system.start, system.start), 'spin': (0, 1), 'rumur': (0, system.rumur_more)}[tool.kind]
        core = row['states'] - more[0], row['transitions'] - more[1]
        known = system.keep if '-DKEEP' in tool.defines else (system.states, system.transitions)
        if not tool.full:
            if core[0] > known[0] and core != system.keep:
                self.wrong.append(f'{system.name}: {tool.name}: more states than without reduction: {row["states"]}')
            return ''
        if core == known:
            return ''
        if tool.kind == 'impasse' and core == system.keep:
            gap.append(f'{system.name}: {tool.name}: dead values are left: {core[0]:,} states instead of {known[0]:,}')
            return 'dead values left'
        self.wrong.append(f'{system.name}: {tool.name}: {core[0]:,} states, {core[1]:,} transitions after start-up '
                          f'instead of {known[0]:,} and {known[1]:,}')
        return 'WRONG COUNTS'

    def system(self, system, tools, gap):
        """Measures one system, all tools alternately; returns the rows by name of tool."""
        ready, rows = {}, {}
        for tool in tools:
            if tool.name == 'spin-keep' and not system.keep:
                continue
            if tool.name in self.absent:
                rows[tool.name] = {'note': f'n/a: {self.absent[tool.name]}'}
                continue
            folder = self.folder / system.name / tool.name
            folder.mkdir(parents=True)
            rows[tool.name] = {'runs': []}
            try:
                ready[tool.name] = KINDS[tool.kind](self, system, tool, folder)
            except Failed as reason:
                self.fail(system, tool, rows, reason)
        for turn in range(self.repeat):
            for tool in tools:
                row = rows.get(tool.name, {})
                if tool.name not in ready or 'note' in row:
                    continue
                progress(f'{system.name}: {tool.name} {turn + 1}/{self.repeat}')
                try:
                    one = ready[tool.name].measure()
                except Failed as reason:
                    self.fail(system, tool, rows, reason)
                    continue
                if 'limit' in one:
                    row['note'] = f'stopped: over the limit of {one["limit"]}'
                else:
                    row['runs'].append(one)
        progress('')
        for tool in tools:
            row = rows.get(tool.name, {})
            runs = row.pop('runs', None)
            if not runs or 'note' in row:
                continue
            if len({(one['verdict'], one['states'], one['transitions']) for one in runs}) > 1:
                self.wrong.append(f'{system.name}: {tool.name}: the runs differ')
            row.update(runs[0])
            for name in ('time', 'cpu', 'total', 'memory', 'bytes_per_state'):
                row[name] = statistics.median(one[name] for one in runs)
            row['compile'] = {name: statistics.median(one['compile'][name] for one in runs) for name in row['compile']}
            row['note'] = self.check(system, tool, row, gap)
        shutil.rmtree(self.folder / system.name, ignore_errors=True)
        reference = rows.get(REFERENCE, {})
        for tool in tools:
            row = rows.get(tool.name, {})
            clock = 'cpu' if tool.jobs == 1 else 'time'
            if clock in row and clock in reference:
                row['ratio'] = row[clock] / max(reference[clock], 1e-6)
        return rows

    def fail(self, system, tool, rows, reason):
        self.wrong.append(f'{system.name}: {tool.name}: {reason}')
        rows[tool.name] = {'note': 'FAILED'}


def progress(text):
    if sys.stderr.isatty():
        print(f'\r\033[K{text}', end='', file=sys.stderr, flush=True)


def show(head, lines):
    """Prints a table: the first column to the left, the others to the right; the last, a remark, to the left again."""
    widths = [max(len(line[i]) for line in [head] + lines) for i in range(len(head))]
    for line in [head] + lines:
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1])]
        print('  '.join(cells + [line[-1]]).rstrip())
    print(flush=True)


def seconds(value):
    return f'{value:.3f}' if value < 1 else f'{value:.2f}'


def ratio(value):
    return '-' if value is None else f'{value:.2f}' if value < 10 else f'{value:.1f}' if value < 100 else f'{value:.0f}'


def show_system(system, rows):
    print(f'{system.name}  ({", ".join(f"{k}={v}" for k, v in system.values.items())}; {system.c})')
    lines = []
    for name, row in rows.items():
        if 'states' not in row:
            lines.append([name] + [''] * 8 + [row['note']])
            continue
        approximate = '~' if name == 'rumur' else ''
        lines.append([name, f'{row["states"]:,}', f'{row["transitions"]:,}', seconds(row['time']), seconds(row['cpu']),
                      f'{row["states"] / max(row["cpu"], 1e-6):,.0f}', f'{approximate}{row["bytes_per_state"]:.1f}',
                      f'{row["memory"] / MEGA:.0f}', ratio(row.get('ratio')), row['note']])
    show(['', 'states', 'transitions', 'time s', 'cpu s', 'states/s', 'B/state', 'peak MB', 'ratio', ''], lines)


def show_summary(results, tools, reference):
    """The ratios of all systems to one row of Impasse, by the processor's clock (-j rows: by the wall clock)."""
    columns = [tool for tool in tools if tool.name != reference and
               any('cpu' in rows.get(tool.name, {}) for rows in results.values())]
    lines, kept = [], {tool.name: [] for tool in columns}
    for system, rows in results.items():
        base = rows.get(reference, {})
        if 'cpu' not in base:
            continue
        line = [system]
        for tool in columns:
            clock = 'cpu' if tool.jobs == 1 else 'time'
            value = rows[tool.name][clock] / max(base[clock], 1e-6) if clock in rows.get(tool.name, {}) else None
            if value is not None:
                kept[tool.name].append(value)
            line.append(ratio(value))
        lines.append(line + [''])
    if lines:
        lines.append(['median'] + [ratio(statistics.median(v)) if v else '-' for v in kept.values()] + [''])
        print(f'time as a multiple of {reference} (above 1: {reference} is faster)')
        show([''] + [tool.name for tool in columns] + [''], lines)


def show_compile(results):
    print('compile times, in no other figure (s; total: compile and run by the wall clock)')
    lines = []
    for system, rows in results.items():
        for name, row in rows.items():
            if 'compile' in row:
                steps = ', '.join(f'{step} {seconds(value)}' for step, value in row['compile'].items())
                lines.append([system, name, seconds(sum(row['compile'].values())), seconds(row['total']), steps])
    show(['', '', 'compile', 'total', ''], [[f'{line[0]}  {line[1]}', *line[2:]] for line in lines]
         and [[f'{line[0]:16} {line[1]}', '', *line[2:]] for line in lines])


def targets(results):
    """Yields (what issue 3 wants, what was measured, met?) as far as it was measured."""
    twelve, producers = results.get('philosophers-12', {}), results.get('producers-4-1-3', {})
    full, double = twelve.get(REFERENCE, {}), twelve.get('impasse-full-j2', {})
    spin, small = twelve.get('spin-full', {}), twelve.get('impasse-dl', {})
    pipe, reduced = producers.get(REFERENCE, {}), producers.get('impasse', {})
    if 'cpu' in full and 'cpu' in spin:
        value = full['cpu'] / spin['cpu']
        yield '12 philosophers, full graph: at most 0.33 of SPIN\'s verifier time', f'{value:.2f}', value <= 1 / 3
    if 'time' in full and 'time' in double:
        value = double['time'] / full['time']
        yield '12 philosophers, two threads: at most 0.60 of one', f'{value:.2f}', value <= 0.6
    if 'bytes_per_state' in full:
        value = full['bytes_per_state']
        yield '12 philosophers: at most 9 bytes per state', f'{value:.1f}', value <= 9
    if 'states' in small:
        yield '12 philosophers, deadlocks only, reduced: at most 367 + 25 states', f'{small["states"]:,}', \
              small['states'] <= 367 + 25
        yield '12 philosophers, deadlocks only, reduced: 0.25 s in all', seconds(small['total']), small['total'] <= 0.25
    if 'states' in pipe:
        yield 'producers 4-1-3: 16,896 + 17 states without reduction', f'{pipe["states"]:,}', pipe['states'] == 16913
    if 'states' in reduced:
        yield 'producers 4-1-3: fewer than 16,913 states with reduction', f'{reduced["states"]:,}', \
              reduced['states'] < 16913


def versions(bench):
    found = {'machine': f'{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}'}
    for name, command in (('impasse', [bench.impasse, '--version']), ('spin', ['spin', '-V']),
                          ('rumur', ['rumur', '--version']), ('gcc', ['gcc', '--version'])):
        found[name] = 'missing'
        if shutil.which(command[0]):
            lines = run(command, bench.folder, bench.limits).output.strip().splitlines()
            found[name] = lines[0] if lines else '?'
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('-n', '--repeat', type=int, help='repetitions; medians are shown (3; with --quick 1)')
    parser.add_argument('--system', action='append', metavar='GLOB', help='only systems with such a name')
    parser.add_argument('--tool', action='append', metavar='GLOB', help='only tools with such a name')
    parser.add_argument('--impasse', metavar='PATH', default=os.environ.get('IMPASSE', str(ROOT / 'out/impasse')),
                        help='the binary (default: $IMPASSE, or out/impasse)')
    parser.add_argument('--quick', action='store_true', help='small systems')
    parser.add_argument('--seconds', type=float, default=300, help='limit of one run (300)')
    parser.add_argument('--memory', type=float, default=8, help='limit of one run, GiB (8)')
    parser.add_argument('--json', metavar='FILE', help='write all figures there, too')
    parser.add_argument('--list', action='store_true', help='list systems and tools')
    options = parser.parse_args()
    if options.repeat is not None and options.repeat < 1:
        parser.error('-n takes 1 or more')
    options.impasse = os.path.abspath(options.impasse)

    def chosen(all_of, globs, what):
        found = [one for one in all_of if not globs or any(fnmatch.fnmatch(one.name, glob) for glob in globs)]
        if not found:
            parser.error(f'no {what} is called {" or ".join(globs)} (--list)')
        return found

    systems = SYSTEMS
    if not options.system:  # Who names a system gets it in either size.
        systems = [s for s in SYSTEMS if (s.quick or s.only_quick if options.quick else not s.only_quick)]
    return options, chosen(systems, options.system, 'system'), chosen(TOOLS, options.tool, 'tool')


def main():
    options, systems, tools = arguments()
    if options.list:
        print('systems:', ' '.join(s.name for s in SYSTEMS), '\ntools:  ', ' '.join(t.name for t in TOOLS))
        return 0
    results, gap = {}, []
    with tempfile.TemporaryDirectory(prefix='impasse-bench.') as folder:
        bench = Bench(options, pathlib.Path(folder))
        bench.look_around(tools)
        found = versions(bench)
        for name, text in found.items():
            print(f'{name}: {text}')
        for name, reason in bench.absent.items():
            if name in [tool.name for tool in tools]:
                print(f'skipped: {name}: {reason}')
        print(flush=True)
        for system in systems:
            results[system.name] = bench.system(system, tools, gap)
            show_system(system, results[system.name])
    show_compile(results)
    for reference in (REFERENCE, 'impasse-full-dl', 'impasse'):
        show_summary(results, tools, reference)
    busy = [row['cpu'] / row['time'] for rows in results.values() for name, row in rows.items()
            if row.get('time', 0) > 0.5 and not name.endswith('-j2')]
    if busy and statistics.median(busy) < 0.9:
        print(f'The machine was busy: one-thread tools got {statistics.median(busy):.0%} of a core; do not trust '
              f'"time", nor any -j row.\n')
    for wanted, measured, met in targets(results):
        print(f'{"met" if met else "MISSED":6}  {wanted}: {measured}')
    for line in gap:
        print('known gap:', line)
    for line in bench.wrong:
        print('WRONG:', line)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {'versions': found, 'repeat': bench.repeat, 'skipped': bench.absent, 'systems': results,
             'known_gaps': gap, 'wrong': bench.wrong}, indent=2) + '\n', encoding='utf-8')
    return 1 if bench.wrong else 0


def interrupted(_signal, _frame):
    raise KeyboardInterrupt


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
