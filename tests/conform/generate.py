#!/usr/bin/env python3
"""Random call sequences for tests/conform/sequence.c. usage: generate.py COUNT [--seed N] [--group NAME]

Prints one script a line. A rough picture of the descriptors is kept while a script is drawn, so that most calls do
something; one in five arguments is bad on purpose. Calls that would sleep for ever are kept rare, not avoided.
"""
import argparse
import random

NONBLOCK, CLOEXEC, DIRECT = 0o4000, 0o2000000, 0o40000
BAD_DESCRIPTORS = (-1, 13, 14, 99, 1022, 1023, 1024, 5000, 2147483647, -2147483648)
SIZES = (0, 1, 1, 2, 3, 5, 10, 63, 64, 100)
BIG_SIZES = (511, 4095, 4096, 4097, 5000, 8192, 10000, 61440, 65535, 65536, 65537, 70000)

# What a script's letters stand for, for people.
CALLS = {
    'p': 'pipe', 'P': 'pipe2', 'r': 'read', 'w': 'write', 'c': 'close', 'd': 'dup', 'D': 'dup2', 'E': 'dup3',
    'f': 'fcntl', 'l': 'lseek', 't': 'isatty', 'v': 'wait', 'V': 'waitpid', 'k': 'getppid', 'g': 'getpgrp',
    'G': 'getpgid', 's': 'setsid', 'S': 'getsid', 'q': 'setpgid', 'u': 'getuid', 'm': 'mmap', 'M': 'munmap',
    'L': 'load', 'T': 'store', 'n': 'nanosleep', 'N': 'clock_nanosleep', 'y': 'sched_yield', 'x': '_exit',
    'h': 'clock_gettime', 'I': 'sem_init', 'a': 'sem_trywait', 'A': 'sem_wait', 'b': 'sem_post', 'B': 'sem_timedwait',
    'C': 'sem_getvalue', 'F': 'fork',
}
# The primitive that each row of the table in spec/conformance.md counts.
PRIMITIVES = {'pipe': 'pPrw', 'descriptor': 'cdDEflt', 'process': 'vVkgGsSquxF', 'shared memory': 'mMLT',
              'semaphore': 'IaAbBC', 'time': 'nNyh'}


class Pipe:
    def __init__(self):
        self.bytes = 0
        self.ends = {'r': 0, 'w': 0}


class Description:
    def __init__(self, pipe, end, blocking):
        self.pipe, self.end, self.blocking, self.references = pipe, end, blocking, 0


class Script:
    """One script while it is drawn."""

    def __init__(self, rng, group):
        self.rng, self.group = rng, group
        self.calls = []
        self.table = {0: Description(None, 'c', True), 1: Description(None, 'c', True), 2: Description(None, 'c', True)}
        self.regions = {}  # slot: (length, protection)
        self.semaphores = {0: None, 1: None, 2: None}
        self.concurrent = False
        # Where two processes run, shared memory is for plain stores or for a semaphore, not for both: a sleeper in
        # sem_wait hears nothing of a plain store, and POSIX does not say that it would.
        self.stores = rng.random() < 0.5
        self.children = 0
        self.depth = 0

    # ---- the picture ----

    def refer(self, number, description):
        self.drop(number)
        if description.references == 0 and description.pipe:
            description.pipe.ends[description.end] += 1
        description.references += 1
        self.table[number] = description

    def drop(self, number):
        description = self.table.pop(number, None)
        if description:
            description.references -= 1
            if description.references == 0 and description.pipe:
                description.pipe.ends[description.end] -= 1

    def lowest(self, start=0):
        number = start
        while number in self.table:
            number += 1
        return number

    # ---- arguments ----

    def descriptor(self, end=None):
        fitting = [n for n, d in self.table.items() if end is None or d.end == end]
        if self.rng.random() < 0.12 or not self.table:
            return self.rng.choice(BAD_DESCRIPTORS + tuple(range(3, 13)))
        if fitting and self.rng.random() < 0.9:
            pipes = [n for n in fitting if n > 2]
            return self.rng.choice(pipes or fitting)
        return self.rng.choice(list(self.table))

    def size(self):
        r = self.rng.random()
        return self.rng.choice(SIZES) if r < 0.85 else self.rng.choice(BIG_SIZES)

    def address(self, size):
        r = self.rng.random()
        if r < 0.86:
            return 0
        if r < 0.94 or size > 64:
            return self.rng.randrange(1, 4)
        length, _ = self.regions.get(0, (0, 0))
        return 4 if length >= size else 0

    def emit(self, letter, *arguments):
        self.calls.append(letter + ','.join(map(str, arguments)) + ';')

    # ---- calls ----

    def pipe(self):
        r = self.rng.random()
        if r < 0.08:
            self.emit('p', self.rng.randrange(1, 4))
            return
        if r < 0.13:
            self.emit('P', self.rng.choice((1, 64, 512, 1024, 0x40000000)), 0)
            return
        if r < 0.15:
            self.emit('P', self.rng.choice((0, NONBLOCK, CLOEXEC)), self.rng.randrange(1, 4))
            return
        flags = self.rng.choice((NONBLOCK, NONBLOCK, NONBLOCK | DIRECT, NONBLOCK | CLOEXEC, CLOEXEC, 0))
        if self.concurrent and self.rng.random() < 0.5:
            flags = 0
        if flags:
            self.emit('P', flags, 0)
        else:
            self.emit('p', 0)
        pipe = Pipe()
        for end in 'rw':
            self.refer(self.lowest(), Description(pipe, end, not flags & NONBLOCK))

    def read(self):
        number, size = self.descriptor('r'), self.size()
        if self.rng.random() < 0.03:
            size = self.rng.choice((-1, 1 << 62, 1 << 63))
        d = self.table.get(number)
        if d and d.end == 'r' and d.blocking and d.pipe.bytes == 0 and d.pipe.ends['w'] and size:
            if self.rng.random() > (0.3 if self.concurrent else 0.02):
                return
        address = self.address(size)
        if d and d.end == 'r' and not 0 <= size <= 70000:
            address = 3  # a real transfer must stay inside the buffer
            size = 1 << 63
        if address == 4:  # a semaphore there is no more
            self.semaphores.pop(3, None)
        self.emit('r', number, size, address)
        if d and d.end == 'r' and address in (0, 4):
            d.pipe.bytes -= min(size, d.pipe.bytes)

    def write(self):
        number, size = self.descriptor('w'), self.size()
        d = self.table.get(number)
        if d and d.end == 'w':
            if d.pipe.ends['r'] == 0 and size and self.rng.random() > 0.1:
                return
            if d.blocking and d.pipe.bytes + size > 40000 and self.rng.random() > 0.05:
                return
        elif self.rng.random() < 0.03 and d is None:
            size = self.rng.choice((-1, 1 << 62))
        address = self.address(size) if number > 2 or number < 0 else 0
        if d and d.end == 'c':
            size = min(size, 64)
        self.emit('w', number, size, address)
        if d and d.end == 'w' and d.pipe.ends['r'] and address in (0, 4):
            d.pipe.bytes = min(65536, d.pipe.bytes + size)

    def close(self):
        number = self.descriptor()
        if number < 3 and self.rng.random() < 0.8:
            return
        self.emit('c', number)
        self.drop(number)

    def duplicate(self):
        number, kind = self.descriptor(), self.rng.choice('ddDDEf')
        d = self.table.get(number)
        target = self.rng.choice(tuple(range(3, 13)) * 2 + (0, 1, 2, number, 1023) + BAD_DESCRIPTORS)
        if kind == 'd':
            self.emit('d', number)
            if d:
                self.refer(self.lowest(), d)
        elif kind == 'f':
            start = self.rng.choice((0, 0, 3, 5, 10, -1, 1023, 1024, 5000, -2147483648))
            self.emit('f', number, self.rng.choice((0, 1030)), start)
            if d and 0 <= start < 1024:
                self.refer(self.lowest(start), d)
        else:
            flags = self.rng.choice((0, 0, CLOEXEC, CLOEXEC, NONBLOCK, 1, -1))
            self.emit(kind, number, target, *((flags,) if kind == 'E' else ()))
            good = kind == 'D' or (flags in (0, CLOEXEC) and target != number)
            if d and good and 0 <= target < 1024 and target != number:
                self.refer(target, d)

    def control(self):
        number = self.descriptor()
        d = self.table.get(number)
        r = self.rng.random()
        if r < 0.2:
            self.emit('f', number, 1, 0)
        elif r < 0.35:
            self.emit('f', number, 2, self.rng.choice((0, 1, 2, 3, -1)))
        elif r < 0.5:
            self.emit('f', number, 3, 0)
        elif r < 0.75:
            flags = self.rng.choice((0, NONBLOCK, NONBLOCK, 1024, NONBLOCK | 1024, 1 | NONBLOCK, 2, 0o1000, 0o200))
            if number < 3 or (d and d.end == 'c'):
                return
            self.emit('f', number, 4, flags)
            if d:
                d.blocking = not flags & NONBLOCK
        elif r < 0.85:
            self.emit('f', number, 1032, 0)
        else:
            size = self.rng.choice((0, 1, 4095, 4096, 4097, 8192, 65536, 65537, 131072, 1048576, 1048577, -1,
                                    2147483647, -2147483648))
            self.emit('f', number, 1031, size)

    def seek(self):
        if self.rng.random() < 0.4:
            self.emit('t', self.descriptor())
        else:
            self.emit('l', self.descriptor(), self.rng.choice((0, 1, -1, 1 << 40)),
                      self.rng.choice((0, 1, 2, 3, 4, 5, 99, -1)))

    def identity(self):
        r = self.rng.choice('kggGGsSSqqqqu')
        selectors = (0, 0, 1, 2, 6, 7, 8, 9)
        if r in 'kg':
            self.emit(r)
        elif r == 's':
            self.emit(r)
        elif r in 'GS':
            self.emit(r, self.rng.choice(selectors))
        elif r == 'q':
            self.emit(r, self.rng.choice(selectors), self.rng.choice((0, 0, 1, 6, 8, 9)))  # not a group that may be gone
        else:
            self.emit(r, self.rng.randrange(4))

    def wait(self):
        if self.rng.random() < 0.4:
            self.emit('v', self.rng.randrange(2))
        else:
            self.emit('V', self.rng.choice((0, 1, 2, 2, 2, 3, 6, 6, 6, 7, 8, 9, 10)),
                      self.rng.choice((0, 0, 1, 1, 2, 3, 8, 9, 11, 4, 64, 0x100, 0x40000000, 0x20000000, 0x01000000)),
                      self.rng.randrange(2))

    def memory(self):
        r = self.rng.random()
        mapped = list(self.regions)
        if r < 0.45 or not mapped:
            slot = self.rng.randrange(4)
            length = self.rng.choice((0, 1, 4, 64, 100, 4096, 4097, 10000, 65536))
            protection = self.rng.choice((3, 3, 3, 3, 1, 2, 0, 7))
            flags = self.rng.choice((0x21, 0x21, 0x21, 0x21, 0x21, 0x20, 0x23, 0x4021, 0x8021))
            if slot in self.regions:
                return
            self.emit('m', slot, length, protection, flags)
            if length and flags & 0xf == 1:
                self.regions[slot] = (length, protection)
                if slot == 0:
                    self.semaphores.pop(3, None)
        elif r < 0.65:
            slot = self.rng.choice(mapped)
            length, _ = self.regions[slot]
            if self.rng.random() < 0.3:
                self.emit('M', slot, *self.rng.choice(((0, 0), (length, 1), (4096, 1), (-1, 0), (1 << 62, 0))))
                return
            self.emit('M', slot, length, 0)
            del self.regions[slot]
            if slot == 0:
                self.semaphores.pop(3, None)
        elif self.regions.get(0, (0, 0))[0] >= 4 and self.regions[0][1] & 3 == 3:
            letter = self.rng.choice('LT')
            if letter == 'T':  # a semaphore there is no more
                if self.concurrent and not self.stores:
                    return
                self.semaphores.pop(3, None)
            self.emit(*(('L',) if letter == 'L' else ('T', self.rng.randrange(1000))))

    def semaphore(self):
        length, protection = self.regions.get(0, (0, 0))
        shared = length >= 64 and protection & 3 == 3 and not (self.concurrent and self.stores)
        usable = [0, 1, 2] + [3, 3, 3] * shared
        which = self.rng.choice(usable)
        value = self.semaphores.get(which)
        if value is None or self.rng.random() < 0.15:
            start = self.rng.choice((0, 1, 1, 2, 5, 2147483646, 2147483647, 2147483648, 4294967295))
            self.emit('I', which, self.rng.randrange(2), start)
            if start <= 2147483647:
                self.semaphores[which] = start
            return
        letter = self.rng.choice('aAAbbbBCC')
        if letter in 'A' and value == 0 and self.rng.random() > (0.3 if self.concurrent else 0.02):
            return
        if letter == 'B':
            wrong = self.rng.randrange(2)
            self.emit('B', which, wrong)
            if value and not wrong:
                self.semaphores[which] = value - 1
            return
        self.emit(letter, which)
        if letter in 'aA' and value:
            self.semaphores[which] = value - 1
        elif letter == 'b':
            self.semaphores[which] = min(value + 1, 2147483647)

    def time(self):
        letter = self.rng.choice('nnNNyh')
        if letter == 'y':
            self.emit('y')
        elif letter == 'h':
            self.emit('h', self.rng.choice(tuple(range(13)) + (16, 99, 1000000)))
        elif letter == 'n':
            self.emit('n', *self.rng.choice(((0, 0), (0, 1), (0, 1000000000), (0, -1), (-1, 0), (7, 0), (0, 999))))
        else:
            self.emit('N', self.rng.choice((0, 1, 1000000000, -1)), self.rng.choice((0, 1) + tuple(range(3, 13)) + (16, 99)))

    def fork(self, length):
        """A child with calls of its own. Either the parent waits for it at once, or both go on."""
        outer, self.calls = self.calls, []
        saved = self.copy_picture()
        self.depth += 1
        self.draw(length)
        if self.rng.random() < 0.4:
            self.emit('x', self.rng.choice((0, 1, 7, 255, 256, 300, -1)))
        self.depth -= 1
        inner, self.calls = ''.join(self.calls), outer
        self.calls.append('F{' + inner + '};')
        self.restore_picture(saved)
        self.children += 1

    def copy_picture(self):
        copies, pipes = {}, {}
        table = {}
        for number, d in self.table.items():
            if id(d) not in copies:
                if d.pipe and id(d.pipe) not in pipes:
                    pipes[id(d.pipe)] = Pipe()
                    pipes[id(d.pipe)].bytes = d.pipe.bytes
                    pipes[id(d.pipe)].ends = dict(d.pipe.ends)
                copies[id(d)] = Description(d.pipe and pipes[id(d.pipe)], d.end, d.blocking)
                copies[id(d)].references = d.references
            table[number] = copies[id(d)]
        return table, dict(self.regions), dict(self.semaphores)

    def restore_picture(self, saved):
        self.table, self.regions, self.semaphores = saved

    WEIGHTS = {
        'all': (('pipe', 14), ('read', 22), ('write', 22), ('close', 12), ('duplicate', 12), ('control', 12),
                ('seek', 3), ('identity', 6), ('wait', 4), ('memory', 7), ('semaphore', 9), ('time', 2)),
        'pipe': (('pipe', 14), ('read', 30), ('write', 30), ('close', 14), ('duplicate', 8), ('control', 14)),
        'process': (('pipe', 4), ('identity', 20), ('wait', 16), ('read', 4), ('write', 4), ('close', 4)),
        'shared': (('memory', 25), ('semaphore', 30), ('pipe', 4), ('read', 6), ('write', 6)),
    }

    def draw(self, length):
        names, weights = zip(*self.WEIGHTS[self.group])
        wanted = len(self.calls) + length
        for _ in range(length * 20):  # a call may refuse to be drawn
            if len(self.calls) >= wanted:
                break
            getattr(self, self.rng.choices(names, weights)[0])()


def script(rng, group):
    """Returns one script of at most 40 calls."""
    s = Script(rng, group)
    r = rng.random()
    if r < 0.70:  # one process
        s.draw(rng.randrange(16, 40))
    elif r < 0.85:  # a child, and the parent waits for its end at once
        s.draw(rng.randrange(4, 16))
        s.fork(rng.randrange(1, 12))
        s.emit('v', 1)
        s.draw(rng.randrange(0, 10))
    else:  # both run
        s.draw(rng.randrange(2, 14))
        s.concurrent = True
        s.fork(rng.randrange(1, 7))
        s.draw(rng.randrange(1, 7))
        s.emit('v', 1)
        s.draw(rng.randrange(0, 4))
    return ''.join(s.calls)


def scripts(count, seed, group):
    """Yields `count` scripts, a function of the other arguments."""
    rng = random.Random(f'{seed} {group}')
    for _ in range(count):
        yield script(rng, group)


def tokens(text):
    """Returns the script's calls, a fork with all of its child's as one token."""
    found, start, depth = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == '{') - (c == '}')
        if c == ';' and depth == 0:
            found.append(text[start:i + 1])
            start = i + 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('count', type=int)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--group', default='all', choices=Script.WEIGHTS)
    options = parser.parse_args()
    for text in scripts(options.count, options.seed, options.group):
        print(text)


if __name__ == '__main__':
    main()
