#!/usr/bin/env python3
"""Cross-checks Impasse on small random IPC programs: every mode of searching must give one answer. See README.md.

usage: tests/fuzz/run.py [--count N | --seconds S] [--seed N] [--jobs N] [--max-states N]

The harness is found beside $IMPASSE. A difference is minimised and saved below out/fuzz/. Exit status 1 if there is one.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import generate

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS_OF_FILE = 100
SECONDS_OF_FILE = 900  # A search that never ends is a difference too.
MINIMISE_TRIES = 400


class Harness:
    """tests/fuzz/cross.c, built beside the command."""

    def __init__(self, command, max_states):
        folder = pathlib.Path(command).resolve().parent
        self.path = folder / 'tests' / 'fuzz' / 'cross'
        self.include = os.environ.get('IMPASSE_INCLUDE') or ROOT / 'sim' / 'include'
        self.max_states = max_states

    def run(self, theme, programs, first, past, seconds):
        """Returns the lines about programs first..past-1; a last one that says so if the harness came to no good end."""
        with tempfile.TemporaryDirectory(prefix='impasse-fuzz-') as folder:
            file = pathlib.Path(folder) / 'programs.c'
            file.write_text(generate.file_text(theme, programs), encoding='utf-8')
            command = [self.path, file, str(past), '--first', str(first), '--include', self.include,
                       '--max-states', str(self.max_states)]
            for setting in theme.settings:
                command += ['--set', setting]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, errors='replace')
            try:
                output, errors = process.communicate(timeout=seconds)
                status = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
                output, errors = process.communicate()
                status = 'timeout'
        lines = output.splitlines()
        if status == 2:
            raise SystemExit(f'the generated programs do not compile:\n{errors}')
        if len(lines) < past - first:
            said = [line for line in errors.splitlines() if not line.startswith(folder)]  # clang's warnings begin so
            why = next((line for line in said if re.search('ssert|ERROR|error', line)), said[0] if said else '')
            lines.append(f'{first + len(lines)} DIFFERENCE end of the harness: {status} | {why}')
        return lines


def signature(line):
    """Returns what must stay the same while a difference is minimised: the rule that was broken."""
    return line.split(' | ')[0].split(' ', 1)[1]


def smaller(nodes):
    """Yields copies of a program's statements that lack one, or have one replaced by what is in its blocks."""
    for i, node in enumerate(nodes):
        yield nodes[:i] + nodes[i + 1:]
        if any(node.blocks):
            yield nodes[:i] + [inner for block in node.blocks for inner in block] + nodes[i + 1:]
        for b, block in enumerate(node.blocks):
            for fewer in smaller(block):
                yield nodes[:i] + [generate.Node(node.text, node.blocks[:b] + [fewer] + node.blocks[b + 1:])] + nodes[i + 1:]


class Minimiser:
    """Makes a program that breaks a rule smaller while it breaks the same rule.

    What the other programs of the file call can matter too (whether there are signals, say): they stay until the rule is
    seen to be broken without them.
    """

    def __init__(self, harness, theme, programs, at, line):
        self.harness, self.theme, self.programs, self.at, self.line = harness, theme, list(programs), at, line
        self.wanted, self.tries = signature(line), 0

    def breaks(self, programs):
        """Whether the rule is broken by these too; they are then kept."""
        self.tries += 1
        line = self.harness.run(self.theme, programs, self.at, self.at + 1, 60)[-1]
        if 'DIFFERENCE' not in line or signature(line) != self.wanted:
            return False
        self.programs, self.line = programs, line
        return True

    def without(self, numbers):
        return [[] if number in numbers else program for number, program in enumerate(self.programs)]

    def drop_others(self):
        others = [number for number in range(len(self.programs)) if number != self.at]
        size = len(others)
        while size:
            for start in range(0, len(others), size):
                part = {number for number in others[start:start + size] if self.programs[number]}
                if part and self.tries < MINIMISE_TRIES:
                    self.breaks(self.without(part))
            if not any(self.programs[number] for number in others):
                break
            size //= 2

    def shrink(self):
        again = True
        while again and self.tries < MINIMISE_TRIES:
            again = any(self.breaks(self.programs[:self.at] + [fewer] + self.programs[self.at + 1:])
                        for fewer in smaller(self.programs[self.at]) if fewer and self.tries < MINIMISE_TRIES)

    def run(self):
        self.drop_others()
        self.shrink()
        return self.programs, self.line


def save(harness, options, number, theme, programs, line):
    """Minimises a difference of file `number` and saves it; returns the file."""
    at = int(line.split()[0])
    programs, line = Minimiser(harness, theme, programs, at, line).run()
    file = ROOT / 'out' / 'fuzz' / f'seed{options.seed}-{number}-{at}.c'
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = file.relative_to(ROOT)
    modes = [part for part in line.split(' | ') if part.startswith(('-j', '--depth-first'))]
    head = f'// program {at} of file {number} of seed {options.seed}\n'
    head += f'// {line.split(" ", 1)[1]}\n// cross {shown} {at + 1} --first {at}\n'
    head += ''.join(f'// out/impasse check {shown} --dump-ends {mode} -- {at}\n' for mode in modes)
    file.write_text(head + generate.file_text(theme, programs), encoding='utf-8')
    return shown


class Tally:
    """What was found so far."""

    def __init__(self):
        self.verdicts = collections.Counter()
        self.states = self.reduced = self.deadlocks_only = self.searches = self.programs = 0
        self.start = time.monotonic()

    def add(self, line):
        words = line.split()
        self.verdicts[words[1]] += 1
        self.programs += 1
        if 'states' in words[2:3]:
            self.states += int(words[3])
            self.reduced += int(words[9])
            self.deadlocks_only += int(words[11])
            self.searches += int(words[13])

    def text(self):
        parts = ', '.join(f'{name} {count}' for name, count in sorted(self.verdicts.items()))
        rates = [f'{part / max(self.states, 1):.1%}' for part in (self.reduced, self.deadlocks_only)]
        return (f'{self.programs:,} programs, {self.searches:,} searches, {time.monotonic() - self.start:.0f} s: {parts}; '
                f'{self.states:,} states, with reduction {rates[0]}, for deadlocks alone {rates[1]}')


def files(options):
    """Yields (file number, programs in it) until the count is reached; without one for ever."""
    number, left = 0, options.count
    while left > 0 or not options.count:
        size = min(options.of_file, left) if options.count else options.of_file
        yield number, size
        number, left = number + 1, left - size


def check_file(harness, options, number, size):
    theme, programs = generate.draw_file(options.seed, number, PROGRAMS_OF_FILE)
    lines, at = [], 0
    while at < size:  # A harness that ended too early is started again behind the program that ended it.
        lines += harness.run(theme, programs, at, size, SECONDS_OF_FILE)
        at = int(lines[-1].split(' ', 1)[0]) + 1
    return number, theme, programs, lines


def run(harness, options, say):
    """Returns (tally, saved files)."""
    tally, saved = Tally(), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting, source = set(), files(options)
        while True:
            late = options.seconds and time.monotonic() - tally.start > options.seconds
            while not late and len(saved) < options.stop_after and len(waiting) < options.jobs + 1:
                file = next(source, None)
                if not file:
                    break
                waiting.add(pool.submit(check_file, harness, options, *file))
            if not waiting:
                return tally, saved
            done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in done:
                number, theme, programs, lines = one.result()
                for line in lines:
                    tally.add(line)
                    if 'DIFFERENCE' in line:
                        say(f'file {number}: {line}')
                        if len(saved) < options.stop_after:
                            saved.append(save(harness, options, number, theme, programs, line))
                            say(f'minimised and saved as {saved[-1]}')
            say(tally.text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=0, help='programs to run (default: until told)')
    parser.add_argument('--seconds', type=float, default=0)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('-j', '--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--max-states', type=int, default=3000, help='larger programs are passed over')
    parser.add_argument('--of-file', type=int, default=PROGRAMS_OF_FILE, help='programs to take of each file')
    parser.add_argument('--stop-after', type=int, default=3, help='differences')
    options = parser.parse_args()
    harness = Harness(os.environ.get('IMPASSE', ROOT / 'out' / 'impasse'), options.max_states)
    try:
        tally, saved = run(harness, options, lambda text: print(text, flush=True))
    except KeyboardInterrupt:
        sys.exit(130)
    print(f'{"DIFFERENCES" if saved else "no difference"}: {tally.text()}')
    sys.exit(bool(saved))


if __name__ == '__main__':
    main()
