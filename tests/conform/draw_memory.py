"""Draws calls on shared memory and semaphores. See generate.py."""
from picture import Picture


class DrawMemory(Picture):
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
            self.emit('mmap', slot, length, protection, flags)
            if length and flags & 0xf == 1:
                self.regions[slot] = (length, protection)
                if slot == 0:
                    self.semaphores.pop(3, None)
        elif r < 0.65:
            slot = self.rng.choice(mapped)
            length, _ = self.regions[slot]
            if self.chance(0.3):
                self.emit('munmap', slot, *self.rng.choice(((0, 0), (length, 1), (4096, 1), (-1, 0), (1 << 62, 0))))
                return
            self.emit('munmap', slot, length, 0)
            del self.regions[slot]
            if slot == 0:
                self.semaphores.pop(3, None)
        elif self.regions.get(0, (0, 0))[0] >= 4 and self.regions[0][1] & 3 == 3:
            if self.chance(0.5):
                self.emit('load')
            elif self.stores or not self.concurrent:
                self.semaphores.pop(3, None)  # a semaphore there is no more
                self.emit('store', self.rng.randrange(1000))

    def semaphore(self):
        length, protection = self.regions.get(0, (0, 0))
        shared = length >= 64 and protection & 3 == 3 and not (self.concurrent and self.stores)
        which = self.rng.choice([0, 1, 2] + [3, 3, 3] * shared)
        value = self.semaphores.get(which)
        if value is None or self.chance(0.15):
            start = self.rng.choice((0, 1, 1, 2, 5, 2147483646, 2147483647, 2147483648, 4294967295))
            self.emit('sem_init', which, self.rng.randrange(2), start)
            if start <= 2147483647:
                self.semaphores[which] = start
            return
        name = self.rng.choice(('sem_trywait', 'sem_wait', 'sem_wait', 'sem_post', 'sem_post', 'sem_post', 'sem_timedwait',
                                'sem_clockwait', 'sem_getvalue', 'sem_getvalue', 'sem_destroy'))
        if name == 'sem_destroy' and (which == 3 or self.concurrent):
            return
        if name == 'sem_wait' and value == 0 and not self.may_sleep():
            return
        if name in ('sem_timedwait', 'sem_clockwait'):
            wrong = self.rng.randrange(2)
            clock = self.rng.choice((0, 1, 1, 2, 3, 7, 99))
            self.emit(name, which, wrong, *((clock,) if name == 'sem_clockwait' else ()))
            if value and not wrong and (name == 'sem_timedwait' or clock in (0, 1)):
                self.semaphores[which] = value - 1
            return
        self.emit(name, which)
        if name in ('sem_trywait', 'sem_wait') and value:
            self.semaphores[which] = value - 1
        elif name == 'sem_post':
            self.semaphores[which] = min(value + 1, 2147483647)
        elif name == 'sem_destroy':
            self.semaphores[which] = None
