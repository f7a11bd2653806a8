"""Draws poll, select and epoll. See generate.py."""
from picture import CLOEXEC, Description, Picture

POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDHUP = 1, 2, 4, 8, 16, 32, 0x2000
EDGE, ONESHOT, EXCLUSIVE_WAKE = 1 << 31, 1 << 30, 1 << 28


class DrawPoll(Picture):
    def time_out(self, ready):
        """Milliseconds; -1 only where something is ready, nearly always."""
        r = self.rng.random()
        if r < 0.8 or (not ready and not self.may_sleep()):
            return 0 if not self.chance(0.04) else 1
        return -1

    def is_ready(self, number, events):
        d = self.table.get(number)
        if number < 0:
            return False
        return d is None or bool((events & POLLIN and self.readable(d)) or (events & POLLOUT and self.writable(d)))

    def poll(self):
        count = self.rng.choice((0, 1, 1, 2, 2, 2, 3, 9))
        numbers = [self.descriptor(self.rng.choice(('rb', 'wb', None))) for _ in range(2)]
        events = [self.rng.choice((POLLIN, POLLIN, POLLOUT, POLLIN | POLLOUT, 0, POLLPRI, 0x7fff, 0x40, 0x100, POLLRDHUP))
                  for _ in range(2)]
        for i, number in enumerate(numbers):
            if self.table.get(number) and self.table[number].kind == 'c':
                events[i] &= POLLIN | POLLOUT  # the console is a socket natively
        ready = count > 2 or any(self.is_ready(n, e) for n, e in list(zip(numbers, events))[:count])
        mask = 0
        name = 'poll'
        if self.chance(0.25):
            name, mask = 'ppoll', self.rng.choice((-1, -1, 0, 10, 12))
        wait = -2 if name == 'ppoll' and self.chance(0.1) else self.time_out(ready)
        self.emit(name, count, wait, numbers[0], events[0], numbers[1], events[1], mask)

    def bits(self):
        r = self.rng.random()
        if r < 0.2:
            return -1
        open_ones = [n for n in self.table if n < 31]
        chosen = self.rng.sample(open_ones, min(len(open_ones), self.rng.randrange(0, 4)))
        if self.chance(0.06):
            chosen.append(self.rng.randrange(3, 31))
        return sum(1 << n for n in set(chosen))

    def select(self):
        sets = [self.bits(), self.bits(), self.rng.choice((-1, -1, 0, self.bits()))]
        top = max((max(s, 0).bit_length() for s in sets), default=0)
        count = self.rng.choice((top, top, top, top + 3, 31, 0, 3, -1, -2147483648))
        ready = any(self.is_ready(n, POLLIN) for n in range(min(count, 31)) if sets[0] > 0 and sets[0] >> n & 1)
        ready |= any(self.is_ready(n, POLLOUT) for n in range(min(count, 31)) if sets[1] > 0 and sets[1] >> n & 1)
        name = 'pselect' if self.chance(0.25) else 'select'
        wait = -2 if self.chance(0.04) else self.time_out(ready or count < 0)
        self.emit(name, count, *sets, wait, *((self.rng.choice((-1, -1, 0, 10)),) if name == 'pselect' else ()))

    def epoll(self):
        pollers = [n for n, d in self.table.items() if d.kind == 'e']
        r = self.rng.random()
        if not pollers or r < 0.1:
            if self.chance(0.3):
                size = self.rng.choice((1, 1, 10, 0, -1))
                self.emit('epoll_create', size)
                good = size > 0
            else:
                flags = self.rng.choice((0, 0, 0, CLOEXEC, 1, -1))
                self.emit('epoll_create1', flags)
                good = flags in (0, CLOEXEC)
            if good:
                self.refer(self.lowest(), Description(None, 'e', True))
            return
        poller = self.rng.choice(pollers) if self.chance(0.93) else self.descriptor()
        if r < 0.6:
            others = [n for n, d in self.table.items() if d.kind in 'rwb'] or [0]
            target = self.rng.choice(others) if self.chance(0.85) else self.descriptor('rwbfdvc')
            if self.table.get(target) and self.table[target].kind == 'e' and target != poller:
                return  # one inside the other is a limit
            events = self.rng.choice((POLLIN, POLLIN, POLLOUT, POLLIN | POLLOUT, 0, POLLPRI, POLLRDHUP | POLLIN))
            if target in self.table and self.table[target].kind == 'c':
                events &= POLLIN | POLLOUT
            events |= self.rng.choice((0, 0, 0, EDGE, EDGE, ONESHOT, EDGE | ONESHOT))
            self.emit('epoll_ctl', poller, self.rng.choice((1, 1, 1, 1, 2, 3, 3, 0, 4)), target, events, self.seldom_bad(0.04))
        else:
            room = self.rng.choice((1, 2, 4, 4, 4, 4, 0, -1, 1 << 30))
            address = self.seldom_bad(0.04)
            if room > 4 or room < 0:
                address = 3 if room > 4 else address
            name = self.rng.choice(('epoll_wait', 'epoll_wait', 'epoll_pwait'))
            wait = -1 if self.may_sleep() else self.rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 1))
            self.emit(name, poller, room, wait, address, self.rng.choice((-1, 0, 10)))
