"""Draws calls on names, directories, files and FIFOs. The numbers of names are those of name_of() in sequence/main.c."""
from picture import APPEND, CLOEXEC, CREATE, DIRECTORY, EXCLUSIVE, NOFOLLOW, NONBLOCK, TRUNCATE, Description, Picture, Pipe

PLAIN = (0, 1, 2)  # a, b, c
IN_DIRECTORY = (4, 5, 6)  # d/a, d/b, d/d
THE_DIRECTORY, PARENT, HERE = 3, 16, 15
DEVICES = (18, 19, 20)
SPELT_ODDLY = (7, 8, 9, 10, 11, 12, 13, 14, 15, 21, 22, 23)
BAD_NAMES = (90, 91, 92, 93, 94)
MODES = (0o666, 0o666, 0o600, 0o644, 0o400, 0o200, 0o777, 0, 0o444)


class DrawFiles(Picture):
    def name(self, kind=None):
        r = self.rng.random()
        fitting = [n for n, k in self.names.items() if kind is None or self.kind_of(n) == kind]
        if fitting and r < 0.6:
            return self.rng.choice(fitting)
        if r < 0.78:
            return self.rng.choice(PLAIN)
        if r < 0.86:
            return THE_DIRECTORY
        if r < 0.92:
            return self.rng.choice(IN_DIRECTORY)
        if r < 0.98:
            return self.rng.choice(SPELT_ODDLY)
        return self.rng.choice(BAD_NAMES)

    def kind_of(self, name):
        kind = self.names.get(name)
        return 'fifo' if isinstance(kind, Pipe) else kind

    def exists_below(self, name):
        return not self.inside and (name in PLAIN or name == THE_DIRECTORY
                                    or (name in IN_DIRECTORY and self.kind_of(THE_DIRECTORY) == 'directory'))

    def open(self):
        name = self.name(self.rng.choice(('fifo', 'fifo', 'file', 'directory', None)))
        if self.chance(0.06):
            name = self.rng.choice(DEVICES)
        fifo = self.kind_of(name) == 'fifo'
        access = self.rng.choice((0, 0, 1, 1, 2))
        flags = access
        for flag, probability in ((NONBLOCK, 0.8 if fifo else 0.2), (CREATE, 0.35), (EXCLUSIVE, 0.1), (TRUNCATE, 0.12),
                                  (APPEND, 0.15), (CLOEXEC, 0.1), (DIRECTORY, 0.06), (NOFOLLOW, 0.03)):
            if self.chance(probability):
                flags |= flag
        if flags & CREATE and flags & DIRECTORY:
            flags &= ~CREATE  # newer kernels refuse that, older ones do not
        if name in DEVICES:
            flags &= ~(CREATE | EXCLUSIVE)
        if fifo and access != 2 and not flags & NONBLOCK:
            opposite = self.names[name].ends['w' if access == 0 else 'r']
            if not opposite and not self.may_sleep():
                return
        mode = self.rng.choice(MODES)
        if self.chance(0.15):
            at = self.rng.choice((-100, -100, self.descriptor('d'), self.descriptor('d'), self.descriptor()))
            self.emit('openat', at, name, flags, mode)
            if at != -100:
                return
        else:
            self.emit('open', name, flags, mode)
        self.opened(name, flags, access)

    def opened(self, name, flags, access):
        """What the picture makes of it. It need not be right."""
        kind = 'device' if name in DEVICES else self.kind_of(name)
        if kind is None and flags & CREATE and self.exists_below(name):
            kind = self.names[name] = 'file'
        elif kind is None or flags & CREATE and flags & EXCLUSIVE or (kind != 'directory' and flags & DIRECTORY):
            return
        if kind == 'fifo':
            pipe = self.names[name]
            if access == 1 and flags & NONBLOCK and not pipe.ends['r']:
                return
            self.refer(self.lowest(), Description(pipe, 'rwb'[access], not flags & NONBLOCK))
        elif kind != 'directory' or access == 0:
            self.refer(self.lowest(), Description(None, kind[0] if kind != 'device' else 'v', True))

    def make(self):
        name, mode = self.name(), self.rng.choice(MODES)
        if self.exists_below(name) and name in self.names and self.chance(0.8):
            name = self.rng.choice([n for n in PLAIN if n not in self.names] or PLAIN)
        r = self.rng.random()
        if r < 0.45:
            self.emit('mkfifo', name, mode)
            made = Pipe()
        elif r < 0.75:
            name = THE_DIRECTORY if self.chance(0.6) else name
            mode = self.rng.choice((0o777, 0o777, 0o777, 0o700, 0o555, 0o500, 0o300, 0))
            self.emit('mkdir', name, mode)
            made = 'directory'
        elif r < 0.88:
            self.emit('creat', name, mode)
            if self.kind_of(name) is None and self.exists_below(name):
                self.opened(name, CREATE, 1)
            return
        else:
            kind = self.rng.choice((0o010000, 0o100000, 0, 0o040000, 0o020000, 0o060000, 0o170000))
            self.emit('mknod', name, kind | mode, 259)  # character device 0 is a whiteout, which anybody may make
            made = Pipe() if kind == 0o010000 else 'file' if kind in (0, 0o100000) else None
        if made and name not in self.names and self.exists_below(name):
            self.names[name] = made

    def take_away(self):
        name, r = self.name(), self.rng.random()
        if name in SPELT_ODDLY and self.chance(0.5):
            return
        if r < 0.45:
            self.emit('unlink', name)
            if self.kind_of(name) in ('fifo', 'file'):
                del self.names[name]
        elif r < 0.6:
            name = self.name('directory')
            self.emit('rmdir', name)
            if self.kind_of(name) == 'directory' and not any(n in IN_DIRECTORY for n in self.names):
                del self.names[name]
        else:
            other = self.name()
            if BAD_NAMES.index(other) > 1 if other in BAD_NAMES else False:
                return  # a long name is complained about later than the rest
            self.emit('rename' if r < 0.8 else 'link', name, other)
            kind = self.names.get(name)
            if kind and kind != 'directory' and self.exists_below(other) and self.kind_of(other) != 'directory':
                if r < 0.8:
                    if name != other:
                        self.names[other] = self.names.pop(name)
                elif other not in self.names:
                    self.names[other] = kind

    def ask(self):
        r = self.rng.random()
        if r < 0.4:
            self.emit(self.rng.choice(('stat', 'lstat')), self.name(), self.seldom_bad())
        elif r < 0.55:
            self.emit('fstat', self.descriptor('frwbdv'), self.seldom_bad())
        elif r < 0.75:
            self.emit('access', self.name(), self.rng.choice((0, 1, 2, 4, 5, 6, 7, 8, -1)))
        elif r < 0.85:
            self.emit('umask', self.rng.choice((0, 0o22, 0o77, 0o777, 0o1000, -1)))
        elif r < 0.93:
            self.emit('chmod', self.name(), self.rng.choice(MODES))
        else:
            self.emit('fchmod', self.descriptor('fffdrwbvc'), self.rng.choice(MODES))

    def change(self):
        r = self.rng.random()
        if r < 0.4:
            self.emit('ftruncate', self.descriptor('f'), self.rng.choice((0, 0, 1, 5, 100, 5000, -1, -1 << 63)))
        elif r < 0.6:
            # No room of 2: natively the path is longer even where the simulated one is "/".
            self.emit('getcwd', self.rng.choice((0, 1, 1, 4000, 60000)), self.rng.choice((0, 0, 0, 2, 3)))
        elif self.inside:
            self.emit('chdir', PARENT)
            self.inside = False
        else:
            name = self.rng.choice((THE_DIRECTORY, THE_DIRECTORY, HERE, self.name()))
            if name in (14, 21, 16):
                return
            self.emit('chdir', name)
            self.inside = name in (THE_DIRECTORY, 9) and self.kind_of(THE_DIRECTORY) == 'directory'
            if name not in (THE_DIRECTORY, HERE) and self.kind_of(name) == 'directory':
                self.inside = True
