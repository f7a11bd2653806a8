"""Draws calls on processes and time. See generate.py."""
from picture import Picture

SELECTORS = (0, 0, 1, 2, 6, 7, 8, 9)


class DrawProcess(Picture):
    def identity(self):
        name = self.rng.choice(('getppid', 'getpgrp', 'getpgrp', 'getpgid', 'getpgid', 'setsid', 'getsid', 'getsid',
                                'setpgid', 'setpgid', 'setpgid', 'setpgid', 'getuid'))
        if name in ('getpgid', 'getsid'):
            self.emit(name, self.rng.choice(SELECTORS))
        elif name == 'setpgid':
            self.emit(name, self.rng.choice(SELECTORS), self.rng.choice((0, 0, 1, 6, 8, 9)))  # not a group that may be gone
        elif name == 'getuid':
            self.emit(name, self.rng.randrange(4))
        else:
            self.orphaned |= name == 'setsid'
            self.emit(name)

    def wait(self):
        r = self.rng.random()
        if r < 0.35:
            self.emit('wait', self.rng.randrange(2))
        elif r < 0.7:
            self.emit('waitpid', self.rng.choice((0, 1, 2, 2, 2, 3, 6, 6, 6, 7, 8, 9, 10)),
                      self.rng.choice((0, 0, 1, 1, 2, 3, 8, 9, 11, 4, 64, 0x100, 0x40000000, 0x20000000, 0x01000000)),
                      self.rng.randrange(2))
        else:
            options = self.rng.choice((4, 4, 5, 4 | 1, 0x1000004, 0x1000005, 6, 12, 14, 15, 0, 1, 64, 0x40000000 | 4, 2, 3, 8, 9, 10, 11))
            self.emit('waitid', self.rng.choice((0, 0, 1, 1, 2, 5, -1)), self.rng.choice((0, 1, 2, 2, 2, 3, 6, 7)), options,
                      self.seldom_bad(0.1))

    def time(self):
        name = self.rng.choice(('nanosleep', 'nanosleep', 'clock_nanosleep', 'clock_nanosleep', 'sched_yield', 'clock_gettime'))
        if name == 'sched_yield':
            self.emit(name)
        elif name == 'clock_gettime':
            self.emit(name, self.rng.choice(tuple(range(13)) + (16, 99, 1000000)))
        elif name == 'nanosleep':
            self.emit(name, *self.rng.choice(((0, 0), (0, 1), (0, 1000000000), (0, -1), (-1, 0), (7, 0), (0, 999))))
        else:
            self.emit(name, self.rng.choice((0, 1, 1000000000, -1)),
                      self.rng.choice((0, 1) + tuple(range(3, 13)) + (16, 99)))
