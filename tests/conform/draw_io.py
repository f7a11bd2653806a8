"""Draws calls on descriptors and bytes. See generate.py."""
from picture import APPEND, BAD_DESCRIPTORS, CLOEXEC, DIRECT, NONBLOCK, Description, Picture, Pipe

HUGE = (-1, 1 << 62, 1 << 63)


class DrawIo(Picture):
    def pipe(self):
        r = self.rng.random()
        if r < 0.08:
            self.emit('pipe', self.rng.randrange(1, 4))
            return
        if r < 0.13:
            self.emit('pipe2', self.rng.choice((1, 64, 512, 1024, 0x40000000)), 0)
            return
        if r < 0.15:
            self.emit('pipe2', self.rng.choice((0, NONBLOCK, CLOEXEC)), self.rng.randrange(1, 4))
            return
        flags = self.rng.choice((NONBLOCK, NONBLOCK, NONBLOCK | DIRECT, NONBLOCK | CLOEXEC, CLOEXEC, 0))
        if self.concurrent and self.chance(0.5):
            flags = 0
        self.emit(*(('pipe2', flags, 0) if flags else ('pipe', 0)))
        pipe = Pipe()
        for end in 'rw':
            self.refer(self.lowest(), Description(pipe, end, not flags & NONBLOCK))

    def read(self):
        number, size = self.descriptor('rrrrbfdv'), self.size()
        if self.chance(0.03):
            size = self.rng.choice(HUGE)
        d = self.table.get(number)
        if d and self.read_sleeps(d) and size and not self.may_sleep():
            return
        address = self.address(size)
        if d and d.kind in 'rbfv' and not 0 <= size <= 70000:
            address, size = 3, 1 << 63  # a real transfer must stay inside the buffer
        if address == 4:  # a semaphore there is no more
            self.semaphores.pop(3, None)
        if self.chance(0.12) and address == 0:
            self.vector('readv', number, size)
        else:
            self.emit('read', number, size, address)
        if d and d.pipe and d.kind in 'rb' and address in (0, 4):
            d.pipe.bytes -= min(size, d.pipe.bytes)

    def vector(self, name, number, size):
        """The size in three parts; now and then a bad count or a length that is none."""
        size = size if 0 <= size <= 70000 else 10
        parts = [size // 3, 0, size - size // 3]
        self.rng.shuffle(parts)
        if self.chance(0.05):
            parts[self.rng.randrange(3)] = -9
        count = self.rng.choice((3, 3, 3, 3, 3, 2, 1, 0, -1, 1025))
        self.emit(name, number, count, *parts)

    def write(self):
        number, size = self.descriptor('wwwwbfv'), self.size()
        d = self.table.get(number)
        if d and d.pipe and d.kind in 'wb':
            if d.pipe.ends['r'] == 0 and size and not self.survives(13) and self.chance(0.9):
                return
            if d.blocking and d.pipe.bytes + size > 40000 and not self.may_sleep():
                return
        elif self.chance(0.03) and d is None:
            size = self.rng.choice(HUGE[:2])
        address = self.address(size) if number > 2 or number < 0 else 0
        if address in (1, 2) and (not d or not d.pipe):
            address = 3  # tmpfs lengthens a file by a gap even where no byte can be taken
        if d and d.kind == 'c':
            size = min(size, 64)
        if self.chance(0.12) and address == 0 and (not d or d.kind != 'c'):
            self.vector('writev', number, size)
        else:
            self.emit('write', number, size, address)
        if d and d.pipe and d.kind in 'wb' and d.pipe.ends['r'] and address in (0, 4):
            d.pipe.bytes = min(65536, d.pipe.bytes + size)

    def at_offset(self):
        number = self.descriptor('ffffdrwvc')
        offset = self.rng.choice((0, 0, 1, 5, 100, 1000, -1, 1 << 40))
        size = self.rng.choice((0, 1, 5, 64, 100))
        if self.chance(0.5):
            self.emit('pread', number, size, offset, self.seldom_bad())
        elif offset <= 1000:
            self.emit('pwrite', number, size, offset, self.rng.choice((0, 0, 0, 3)) if number > 2 else 0)

    def close(self):
        number = self.descriptor()
        if number < 3 and self.chance(0.8):
            return
        self.emit('close', number)
        self.drop(number)

    def duplicate(self):
        number, kind = self.descriptor(), self.rng.choice(('dup', 'dup', 'dup2', 'dup2', 'dup3', 'fcntl'))
        d = self.table.get(number)
        target = self.rng.choice(tuple(range(3, 13)) * 2 + (0, 1, 2, number, 1023) + BAD_DESCRIPTORS)
        if kind == 'dup':
            self.emit('dup', number)
            if d:
                self.refer(self.lowest(), d)
        elif kind == 'fcntl':
            start = self.rng.choice((0, 0, 3, 5, 10, -1, 1023, 1024, 5000, -2147483648))
            self.emit('fcntl', number, self.rng.choice((0, 1030)), start)
            if d and 0 <= start < 1024:
                self.refer(self.lowest(start), d)
        else:
            flags = self.rng.choice((0, 0, CLOEXEC, CLOEXEC, NONBLOCK, 1, -1))
            self.emit(kind, number, target, *((flags,) if kind == 'dup3' else ()))
            good = kind == 'dup2' or (flags in (0, CLOEXEC) and target != number)
            if d and good and 0 <= target < 1024 and target != number:
                self.refer(target, d)

    def control(self):
        number = self.descriptor()
        d = self.table.get(number)
        r = self.rng.random()
        if r < 0.15:
            self.emit('fcntl', number, 1, 0)
        elif r < 0.25:
            self.emit('fcntl', number, 2, self.rng.choice((0, 1, 2, 3, -1)))
        elif r < 0.4:
            self.emit('fcntl', number, 3, 0)
        elif r < 0.6:
            flags = self.rng.choice((0, NONBLOCK, NONBLOCK, APPEND, NONBLOCK | APPEND, 1 | NONBLOCK, 2, 0o1000, 0o200))
            if number < 3 or (d and d.kind == 'c'):
                return
            self.emit('fcntl', number, 4, flags)
            if d:
                d.blocking = not flags & NONBLOCK
        elif r < 0.68:
            self.emit('fcntl', number, 1032, 0)
        elif r < 0.78:
            size = self.rng.choice((0, 1, 4095, 4096, 4097, 8192, 65536, 65537, 131072, 1048576, 1048577, -1,
                                    2147483647, -2147483648))
            self.emit('fcntl', number, 1031, size)
        elif not (d and d.kind == 'c'):
            command = self.rng.choice((0, 0, 1, 2))
            self.emit('ioctl', number, command, self.seldom_bad())
            if d and command:
                d.blocking = command == 1

    def seek(self):
        if self.chance(0.3):
            self.emit('isatty', self.descriptor())
        else:
            self.emit('lseek', self.descriptor('ffdrwcv'), self.rng.choice((0, 0, 1, 3, 100, -1, -3)),
                      self.rng.choice((0, 0, 1, 1, 2, 2, 5, 99, -1)))
