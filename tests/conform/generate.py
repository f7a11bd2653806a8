#!/usr/bin/env python3
"""Random call sequences for tests/conform/sequence/. usage: generate.py COUNT [--seed N] [--group NAME]

Prints one script a line. A rough picture of the descriptors, names and signals is kept while a script is drawn, so that
most calls do something; one in five arguments is bad on purpose. Calls that would sleep for ever are kept rare, not
avoided. Signals go to the caller, its own group and its children only.
"""
import argparse
import pathlib
import random
import re

from draw_files import DrawFiles
from draw_io import DrawIo
from draw_memory import DrawMemory
from draw_poll import DrawPoll
from draw_process import DrawProcess
from draw_signals import DrawSignals

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = sorted(str(path) for path in (HERE / 'sequence').glob('*.c'))

# The primitive that each row of the table in spec/conformance.md counts.
PRIMITIVES = {
    'pipe and FIFO bytes': 'pipe pipe2 read write readv writev',
    'descriptor': 'close dup dup2 dup3 fcntl lseek isatty ioctl',
    'names and files': 'open openat creat umask mkfifo mknod mkdir rmdir unlink link rename ftruncate stat lstat fstat access '
                       'chmod fchmod chdir getcwd pread pwrite',
    'poll, select, epoll': 'poll ppoll select pselect epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait',
    'process': 'wait waitpid waitid getppid getpgrp getpgid setsid getsid setpgid getuid _exit fork',
    'signal': 'sigaction signal sigset sigignore siginterrupt kill killpg tgkill raise sigqueue sigprocmask pthread_sigmask '
              'sighold sigrelse sigpending pause sigsuspend sigpause sigwait sigwaitinfo sigtimedwait',
    'timer': 'alarm ualarm setitimer getitimer nanosleep clock_nanosleep sched_yield clock_gettime',
    'shared memory': 'mmap munmap load store',
    'semaphore': 'sem_init sem_destroy sem_wait sem_trywait sem_timedwait sem_clockwait sem_post sem_getvalue',
}
PRIMITIVES = {name: frozenset(calls.split()) for name, calls in PRIMITIVES.items()}
CALL = re.compile(r'([a-z_0-9]+)[({]')


class Script(DrawIo, DrawFiles, DrawPoll, DrawProcess, DrawSignals, DrawMemory):
    """One script while it is drawn."""

    BYTES = (('pipe', 10), ('read', 16), ('write', 16), ('close', 8), ('duplicate', 8), ('control', 9), ('seek', 3))
    FILES = (('open', 26), ('make', 18), ('take_away', 10), ('ask', 12), ('change', 6), ('at_offset', 6))
    POLLS = (('poll', 14), ('select', 12), ('epoll', 26))
    SIGNALLING = (('dispose', 16), ('send', 22), ('mask', 14), ('accept', 16), ('timer', 4))
    WEIGHTS = {
        'all': BYTES + (('open', 8), ('make', 6), ('take_away', 3), ('ask', 4), ('change', 2), ('at_offset', 2), ('poll', 4),
                        ('select', 3), ('epoll', 6), ('identity', 5), ('wait', 4), ('memory', 5), ('semaphore', 6),
                        ('time', 2), ('dispose', 5), ('send', 6), ('mask', 4), ('accept', 4), ('timer', 1)),
        'pipe': BYTES,
        'process': (('pipe', 4), ('identity', 20), ('wait', 20), ('read', 4), ('write', 4), ('close', 4), ('send', 6),
                    ('dispose', 3)),
        'shared': (('memory', 25), ('semaphore', 30), ('pipe', 4), ('read', 6), ('write', 6)),
        'files': FILES + (('read', 10), ('write', 10), ('close', 8), ('seek', 4), ('duplicate', 3), ('control', 3)),
        'poll': POLLS + (('pipe', 10), ('read', 10), ('write', 12), ('close', 6), ('open', 6), ('make', 5), ('duplicate', 4)),
        'signals': SIGNALLING + (('pipe', 3), ('read', 4), ('write', 4), ('wait', 2), ('close', 2), ('poll', 2)),
    }

    def fork(self, length):
        """A child with calls of its own."""
        outer, self.calls = self.calls, []
        saved = self.saved()
        self.pending = set()
        self.draw(length)
        if self.chance(0.4):
            self.emit('_exit', self.rng.choice((0, 1, 7, 255, 256, 300, -1)))
        inner, self.calls = ''.join(self.calls), outer
        self.calls.append('fork{' + inner + '};')
        self.restore(saved)

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
        s.emit('wait', 1)
        s.draw(rng.randrange(0, 10))
    else:  # both run
        s.draw(rng.randrange(2, 14))
        s.concurrent = True
        s.fork(rng.randrange(1, 7))
        s.draw(rng.randrange(1, 7))
        s.emit('wait', 1)
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


def calls_of(text):
    """Returns the names of all calls of a script, in their order."""
    return CALL.findall(text)


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
