#!/usr/bin/env python3
"""Runs Impasse and its peers, SPIN and Rumur, on the same systems, and prints what each needs. See README.md.

    tests/bench/run.py                          everything, 3 times; `scons bench` does this
    tests/bench/run.py --quick                  small systems, once: only to see that all of it works
    tests/bench/run.py --system 'phil*' --tool 'impasse*' --tool spin-full -n 5

Exit status: 0 measured, and every verdict and every known count is right; 1 one is wrong, or a tool failed;
2 bad usage.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import platform
import shutil
import signal
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True  # Nothing is written to the tree.

from show import progress, show_compile, show_summary, show_system, targets
from table import REFERENCE, SYSTEMS, TOOLS
from tools import KINDS, MEGA, ROOT, Failed, run


class Bench:
    def __init__(self, options, folder):
        self.folder = folder
        self.impasse = options.impasse
        self.limits = (options.seconds, int(options.memory * 1024 * MEGA))
        self.repeat = options.repeat or (1 if options.quick else 3)
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
    if not shutil.which(options.impasse):
        print(f'tests/bench/run.py: error: no Impasse at {options.impasse}: build it with scons, or use --impasse',
              file=sys.stderr)
        return 2
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
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
