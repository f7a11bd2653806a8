"""A rough picture of what a script has done so far, so that most calls that are drawn do something. See generate.py."""
import copy

NONBLOCK, CLOEXEC, APPEND, DIRECT = 0o4000, 0o2000000, 0o2000, 0o40000
CREATE, EXCLUSIVE, TRUNCATE, DIRECTORY, NOFOLLOW = 0o100, 0o200, 0o1000, 0o200000, 0o400000
BAD_DESCRIPTORS = (-1, 13, 14, 99, 1022, 1023, 1024, 5000, 2147483647, -2147483648)
SIZES = (0, 1, 1, 2, 3, 5, 10, 63, 64, 100)
BIG_SIZES = (511, 4095, 4096, 4097, 5000, 8192, 10000, 61440, 65535, 65536, 65537, 70000)


class Pipe:
    def __init__(self):
        self.bytes = 0
        self.ends = {'r': 0, 'w': 0}


class Description:
    """kind: r, w or b (both) of a pipe or FIFO; c console, f file, d directory, v device, e epoll."""

    def __init__(self, pipe, kind, blocking):
        self.pipe, self.kind, self.blocking, self.references = pipe, kind, blocking, 0

    def count(self, change):
        for end in 'rw':
            if self.pipe and self.kind in (end, 'b'):
                self.pipe.ends[end] += change
        if self.pipe and not any(self.pipe.ends.values()):
            self.pipe.bytes = 0


class Picture:
    """What the methods that draw calls know and share."""

    def __init__(self, rng, group):
        self.rng, self.group = rng, group
        self.calls = []
        self.table = {number: Description(None, 'c', True) for number in range(3)}
        for d in self.table.values():
            d.references = 1
        self.regions = {}  # slot: (length, protection)
        self.semaphores = {0: None, 1: None, 2: None}
        self.names = {}  # number of a name: kind ('file', 'directory') or the Pipe of a FIFO
        self.inside = False  # the working directory is d
        self.dispositions = {}  # signal: kind of handler
        self.blocked, self.pending = set(), set()
        self.concurrent = False
        # Where two processes run, shared memory is for plain stores or for a semaphore, not for both: a sleeper in
        # sem_wait hears nothing of a plain store, and POSIX does not say that it would.
        self.stores = rng.random() < 0.5
        self.orphaned = False

    KEPT = ('table', 'regions', 'semaphores', 'names', 'inside', 'dispositions', 'blocked', 'pending', 'orphaned')

    def saved(self):
        return copy.deepcopy({name: getattr(self, name) for name in self.KEPT})

    def restore(self, saved):
        for name, value in saved.items():
            setattr(self, name, value)

    def chance(self, probability):
        return self.rng.random() < probability

    def emit(self, name, *arguments):
        self.calls.append(f'{name}({",".join(map(str, arguments))});')

    # ---- descriptors ----

    def refer(self, number, description):
        self.drop(number)
        if description.references == 0:
            description.count(1)
        description.references += 1
        self.table[number] = description

    def drop(self, number):
        description = self.table.pop(number, None)
        if description:
            description.references -= 1
            if description.references == 0:
                description.count(-1)

    def lowest(self, start=0):
        number = start
        while number in self.table:
            number += 1
        return number

    def descriptor(self, kinds=None):
        """A descriptor, most likely an open one of these kinds."""
        fitting = [n for n, d in self.table.items() if kinds is None or d.kind in kinds]
        if self.chance(0.12) or not self.table:
            return self.rng.choice(BAD_DESCRIPTORS + tuple(range(3, 13)))
        if fitting and self.chance(0.9):
            return self.rng.choice([n for n in fitting if n > 2] or fitting)
        return self.rng.choice(list(self.table))

    def read_sleeps(self, d):
        return d.kind in 'rb' and d.pipe and d.blocking and not d.pipe.bytes and d.pipe.ends['w']

    def readable(self, d):
        return d.kind in 'cfdv' or (d.kind in 'rb' and d.pipe and (d.pipe.bytes or not d.pipe.ends['w']))

    def writable(self, d):
        return d.kind in 'cfdv' or (d.kind in 'wb' and d.pipe and (d.pipe.bytes < 60000 or not d.pipe.ends['r']))

    # ---- other arguments ----

    def size(self):
        return self.rng.choice(SIZES) if self.chance(0.85) else self.rng.choice(BIG_SIZES)

    def address(self, size):
        """Where bytes go to or come from: the buffer, a bad address, or shared memory."""
        r = self.rng.random()
        if r < 0.86:
            return 0
        if r < 0.94 or size > 64:
            return self.rng.randrange(1, 4)
        return 4 if self.regions.get(0, (0, 0))[0] >= size else 0

    def seldom_bad(self, probability=0.06):
        """A selector for what a call fills in: 0, or a bad address."""
        return self.rng.randrange(1, 4) if self.chance(probability) else 0

    def may_sleep(self):
        """Calls that may sleep for ever are kept rare, not avoided."""
        return self.chance(0.3 if self.concurrent else 0.02)
