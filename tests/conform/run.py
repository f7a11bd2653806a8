#!/usr/bin/env python3
"""Holds random call sequences against the kernel of this machine. usage: run.py [options]; `scons conform` calls it.

Goes on for --time seconds (CONFORM_SECONDS, default 60) or --programs sequences; each failure is cut down to the fewest
calls that still differ. Prints the figures for the table in spec/conformance.md. Exit status 0: no difference.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import generate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
IMPASSE = os.environ.get('IMPASSE', str(ROOT / 'out' / 'impasse'))
CHUNK = 500  # scripts in one batch
MINIMISED_MAX = 30
SETTINGS = ('--set', 'pipe_slots=1')  # pipes as Linux makes them (PIPE-09)


def batch(scripts, runs=3, seed=1, settings=()):
    """Returns ([result of a line that is not simply the same], summary)."""
    with tempfile.NamedTemporaryFile('w', suffix='.scripts') as file:
        file.write('\n'.join(scripts) + '\n')
        file.flush()
        command = [IMPASSE, 'conform', *generate.SOURCES, *SETTINGS, *settings, '--runs', str(runs),
                   '--seed', str(seed), '--batch', file.name]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f'conform: exit status {done.returncode}: {done.stderr or done.stdout}')
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[:-1], lines[-1]


def without_one(tokens):
    """Yields the token lists with a part less: halves and quarters first, then single calls, also inside of forks."""
    n = len(tokens)
    for size in (n // 2, n // 4, n // 8, 1):
        if size:
            for start in range(0, n, size):
                yield tokens[:start] + tokens[start + size:]
    for i, token in enumerate(tokens):
        if token.startswith('fork{'):
            inner = generate.tokens(token[5:-2])
            yield tokens[:i] + inner + tokens[i + 1:]
            for fewer in without_one(inner):
                yield tokens[:i] + ['fork{' + ''.join(fewer) + '};'] + tokens[i + 1:]


def minimise(script, settings=()):
    """Returns the smallest script found that still differs, and its result."""
    result = None
    while True:
        candidates = list(dict.fromkeys(''.join(c) for c in without_one(generate.tokens(script))))
        differing, _ = batch(candidates, settings=settings) if candidates else ([], None)
        differing = [d for d in differing if d['verdict'] == 'differs']
        if not differing:
            break
        result = min(differing, key=lambda d: len(candidates[d['line'] - 1]))
        script = candidates[result['line'] - 1]
    if result is None:
        result = next((d for d in batch([script], settings=settings)[0] if d['verdict'] == 'differs'), None)
    return script, result


def signature(result):
    """Returns the first line that differs, on both sides: many failures are one and the same."""
    simulated = result['simulated'][0] if result['simulated'] else {'stdout': '', 'stderr': ''}
    for stream in ('stdout', 'stderr'):
        one, other = result['native'][stream].split('\n'), simulated[stream].split('\n')
        for a, b in zip(one, other):
            if a != b:
                return a, b
        if len(one) != len(other):
            return len(one) > len(other), (one + other)[-1]
    return result['native']['status'], result['native']['hangs']


def show(result):
    def text(o):
        end = 'hangs' if o['hangs'] else 'running' if o['running'] else f'status {o["status"]}'
        return ' '.join(o['stdout'].split()) + (' | ' + ' '.join(o['stderr'].split()) if o['stderr'] else '') + ', ' + end
    print('    native:   ', text(result['native']))
    for o in result['simulated'][:4]:
        print('    simulated:', text(o))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--time', type=float, default=float(os.environ.get('CONFORM_SECONDS', '60')))
    parser.add_argument('--programs', type=int, default=0, help='so many, however long it takes')
    parser.add_argument('--seed', type=int, default=int(os.environ.get('CONFORM_SEED', '1')))
    parser.add_argument('--group', default='', help='one group of calls only (see generate.py)')
    parser.add_argument('--set', action='append', default=[], help='a setting of the simulated kernel')
    options = parser.parse_args()
    settings = [word for s in options.set for word in ('--set', s)]
    groups = [options.group] if options.group else list(generate.Script.WEIGHTS)
    start, total, calls, programs = time.time(), collections.Counter(), collections.Counter(), collections.Counter()
    whys, limits, signatures, minimal = collections.Counter(), collections.Counter(), collections.Counter(), {}
    chunk = 0
    while (total['programs'] < options.programs) if options.programs else (time.time() - start < options.time):
        group, seed = groups[chunk % len(groups)], options.seed * 100000 + chunk
        want = min(CHUNK, options.programs - total['programs']) if options.programs else CHUNK // 4
        scripts = list(generate.scripts(want, seed, group))
        results, summary = batch(scripts, seed=seed, settings=settings)
        total.update({k: v for k, v in summary.items() if isinstance(v, int)})
        for script in scripts:
            names = generate.calls_of(script)
            calls.update(names)
            for primitive, members in generate.PRIMITIVES.items():
                programs[primitive] += not members.isdisjoint(names)
        for result in results:
            limits[result['incomplete_reason']] += 1
            if result['verdict'] == 'unknown':
                whys[result['why']] += 1
                if result['why'].startswith('the time'):
                    print(f'out of time: {scripts[result["line"] - 1]}', flush=True)
            elif result['verdict'] == 'differs' and len(minimal) < MINIMISED_MAX and signatures[signature(result)] < 1:
                signatures[signature(result)] += 1
                script, small = minimise(scripts[result['line'] - 1], settings)
                if not small:
                    print(f'differs, but not again when it is run alone: {scripts[result["line"] - 1]}')
                    show(result)
                elif script not in minimal:
                    minimal[script] = small
                    print(f'differs: {script}')
                    show(small)
                sys.stdout.flush()
        chunk += 1
        if chunk % 10 == 0:
            print(f'{total["programs"]} programs, {total["differ"]} differ, {time.time() - start:.0f} s', file=sys.stderr)
    print(f'{total["programs"]} programs, {sum(calls.values())} calls, {total["native_runs"]} native runs, '
          f'{time.time() - start:.0f} s: {total["differ"]} differ, {total["unknown"]} unknown '
          f'({total["incomplete"]} outcome sets incomplete), {total["several_outcomes"]} with several outcomes, '
          f'{total["hang"]} hang; native runs in {summary["confinement"]}')
    for why, count in whys.most_common():
        print(f'unknown: {count} programs: {why}')
    for why, count in limits.most_common():
        if why:
            print(f'incomplete: {count} outcome sets: {why}')
    print('| primitive | programs | calls |\n|---|---:|---:|')
    for name, members in generate.PRIMITIVES.items():
        print(f'| {name} | {programs[name]:,} | {sum(calls[member] for member in members):,} |')
    return 1 if total['differ'] else 0


if __name__ == '__main__':
    sys.exit(main())
