"""Draws calls on signals and timers. A set is a number: bit i is the i-th of SIGNALS, as in sequence/signals.c."""
from picture import Picture

SIGNALS = (10, 12, 1, 2, 15, 17, 14, 13, 18, 19, 9, 23, 20, 3, 34, 35, 64)
COMMON = (10, 10, 12, 12, 1, 2, 15, 14, 34, 34, 35, 64, 17, 18, 23, 13)
BAD_SIGNALS = (0, -1, 65, 32, 33, 1000)
SELF = (1, 1, 1, 1, 1, 0)  # selectors that mean the caller, or its group
KINDS_CAUGHT = (2, 3, 4)
RESTART, NODEFER, RESETHAND, NOCLDSTOP, NOCLDWAIT = 0x10000000, 0x40000000, 0x80000000, 1, 2


class DrawSignals(Picture):
    def survives(self, signal):
        """Whether the caller goes on after the signal, as far as the picture tells."""
        return signal in self.blocked or self.dispositions.get(signal, 0) != 0 or signal in (17, 18, 23)

    def set_of(self, few=True):
        chosen = self.rng.sample(COMMON, self.rng.randrange(1, 4)) if few else list(SIGNALS)
        if self.pending and self.chance(0.7):
            chosen += [s for s in self.pending if s in SIGNALS]
        if self.chance(0.05):
            chosen += [9, 19]
        return sum(1 << SIGNALS.index(s) for s in set(chosen))

    def members(self, bits):
        return {s for i, s in enumerate(SIGNALS) if bits >> i & 1} - {9, 19}

    def number(self):
        return self.rng.choice(COMMON) if self.chance(0.93) else self.rng.choice(BAD_SIGNALS + (9, 19))

    def dispose(self):
        signal, kind = self.number(), self.rng.choice((0, 1, 2, 2, 3, 3, 4))
        if signal in (9, 19) or signal not in SIGNALS:
            kind = self.rng.choice((0, 1, 2))
        if kind == 4 and (signal == 12 or not self.survives(12)):
            kind = 2
        if signal == 12 and kind == 0 and 4 in self.dispositions.values():
            return
        r = self.rng.random()
        if r < 0.65:
            kind = self.rng.choice((kind, kind, kind, kind, -1))
            flags = self.rng.choice((0, 0, 0, RESTART, RESTART, NODEFER, RESETHAND, NOCLDSTOP, NOCLDWAIT, RESETHAND | NODEFER))
            self.emit('sigaction', signal, kind, flags, self.rng.choice((0, 0, self.set_of())), self.rng.choice((0, 0, 0, 1)))
        elif r < 0.85:
            kind = 2 if kind == 3 else kind
            self.emit('signal', signal, kind)
        elif r < 0.92:
            kind = self.rng.choice((0, 1, 2, 9))
            self.emit('sigset', signal, kind)
            if kind == 9:
                self.blocked.add(signal)
                return
            self.blocked.discard(signal)
            self.pending.discard(signal)
        elif r < 0.96:
            self.emit('sigignore', signal)
            kind = 1
        else:
            self.emit('siginterrupt', signal, self.rng.randrange(2))
            return
        if kind >= 0 and signal in SIGNALS and signal not in (9, 19):
            self.dispositions[signal] = kind
            if kind == 1:
                self.pending.discard(signal)

    def sent(self, signal):
        if signal in self.blocked and self.dispositions.get(signal) != 1:
            self.pending.add(signal)

    def send(self):
        signal = self.number()
        target = self.rng.choice(SELF + (2, 2, 2, 3, 7))
        if self.chance(0.08):
            target, signal = self.rng.choice((6, 7, 8, 9, 11, 10)), 0
        to_self = target in (0, 1, 10)
        if to_self and signal > 0 and (not self.survives(signal) or signal in (9, 19, 20)) and self.chance(0.93):
            good = [s for s in COMMON if self.survives(s)]
            signal = self.rng.choice(good)
        name = self.rng.choice(('kill', 'kill', 'kill', 'raise', 'sigqueue', 'sigqueue', 'tgkill', 'killpg'))
        if name == 'kill':
            self.emit(name, target, signal)
        elif name == 'raise':
            if not self.survives(signal) and 0 < signal < 65 and self.chance(0.93):
                return
            self.emit(name, signal)
            to_self = True
        elif name == 'killpg':
            target = self.rng.choice((0, 0, 1, 2, 7, 8))
            if not self.survives(signal) and signal > 0:
                signal = 0
            self.emit(name, target, signal)
            to_self = target == 0
        elif target not in (1, 2, 3, 7):
            return
        elif name == 'sigqueue':
            self.emit(name, target, signal, self.rng.randrange(100))
        else:
            self.emit(name, target, self.rng.choice((target, target, 7)), signal)
        if to_self:
            self.sent(signal)

    def mask(self):
        r = self.rng.random()
        if r < 0.15:
            name = self.rng.choice(('sighold', 'sigrelse'))
            signal = self.number()
            if name == 'sigrelse' and signal in self.pending and not self.survivable({signal}):
                return
            self.emit(name, signal)
            (self.blocked.add if name == 'sighold' else self.blocked.discard)(signal)
            return
        how = self.rng.choice((0, 0, 0, 1, 1, 2, 2, 3, -1))
        bits = -1 if self.chance(0.1) else self.set_of(self.chance(0.8))
        members = self.members(max(bits, 0))
        after = (self.blocked | members if how == 0 else self.blocked - members if how == 1 else members)
        if bits >= 0 and not self.survivable(self.pending - after):
            return
        self.emit(self.rng.choice(('sigprocmask', 'sigprocmask', 'pthread_sigmask')), how, bits)
        if bits >= 0 and how in (0, 1, 2):
            self.blocked = after
            self.pending &= after

    def survivable(self, signals):
        """Whether these may be let in: one time in ten also where that ends the process."""
        return all(self.dispositions.get(s, 0) or s in (17, 18, 23) for s in signals) or self.chance(0.1)

    def accept(self):
        r = self.rng.random()
        if r < 0.35:
            self.emit('sigpending')
        elif r < 0.6:
            bits = self.set_of() if self.chance(0.9) else 0
            wait = self.rng.choice((0, 0, 0, 1, -2))
            if wait == -2 and self.members(bits) & self.pending:
                wait = 0
            self.emit('sigtimedwait', bits, wait)
            self.accepted(bits)
        elif r < 0.78:
            bits = self.set_of()
            if not self.members(bits) & self.pending and not self.may_sleep():
                return
            self.emit(self.rng.choice(('sigwait', 'sigwaitinfo')), bits)
            self.accepted(bits)
        elif r < 0.95:
            bits = self.set_of(False) & ~self.set_of() if self.chance(0.6) else 0
            woken = self.pending - self.members(bits)
            caught = [s for s in woken if self.dispositions.get(s) in KINDS_CAUGHT]
            if not (caught and len(caught) == len(woken)) and not self.may_sleep():
                return
            self.emit('sigsuspend', bits)
            self.pending -= woken
        elif self.may_sleep():
            self.emit('pause') if self.chance(0.5) else self.emit('sigpause', self.number())

    def accepted(self, bits):
        taken = sorted(self.members(bits) & self.pending)
        if taken and taken[0] < 34:
            self.pending.discard(taken[0])

    def timer(self):
        r = self.rng.random()
        if r < 0.4:
            self.emit('alarm', self.rng.choice((0, 0, 100, 1000)))
        elif r < 0.5:
            self.emit('ualarm', *self.rng.choice(((0, 0), (900000, 0), (900000, 500000))))
        elif r < 0.75:
            value = self.rng.choice(((0, 0, 0, 0), (0, 0, 5, 0), (100, 0, 0, 0), (100, 0, 7, 250), (0, 1000000, 0, 0),
                                     (-1, 0, 0, 0), (5, 0, 0, -1)))
            self.emit('setitimer', self.rng.choice((0, 0, 0, 0, 3, -1)), *value, self.seldom_bad())
        else:
            self.emit('getitimer', self.rng.choice((0, 0, 0, 0, 3, -1)))
