#!/usr/bin/env python3
"""Writes C files with many small random IPC programs each. usage: tests/fuzz/generate.py [--seed N] [--file N] [COUNT]

INGREDIENTS is the one table: a new primitive adds its rows here, and if it needs objects a row in GROUPS. In a row's text
$block stands for a block of further statements, and $name for one of the values in DRAWS. All programs of a file share
the groups that the file drew (a program that could use signals pays for it even where it does not).
"""
import argparse
import random
import re

# name: (chance that a file has it, declarations, set-up in main before the first fork). m is the shared memory.
GROUPS = {
    'shared': (0.9, '', ''),
    'semaphore': (0.6, '', 'for (int i = 0; i < 2; i++) sem_init(&m->sem[i], 1, $start);'),
    'pipe': (0.6, 'static int p[2][2];', 'for (int i = 0; i < 2; i++) pipe(p[i]);\n    if ($some) write(p[0][1], "i", 1);'),
    'flags': (0.25, '', ''),
    'group': (0.2, '', ''),
    'exec': (0.2, '', ''),
    'poll': (0.3, '', ''),
    'epoll': (0.15, 'static int e;', 'e = epoll_create1(0);'),
    'fifo': (0.3, '', 'mkfifo("f", 0600);'),
    'file': (0.25, '', 'close(open("a", O_CREAT | O_WRONLY, 0600));'),
    'signal': (0.25, 'static volatile sig_atomic_t got;\nstatic sigset_t none, usr;\n'
               'static void note(int s)\n{\n    got = s;\n}\n'
               'static void post(int s)\n{\n    (void)s;\n    sem_post(&m->sem[0]);\n}\n',
               'sigemptyset(&none); sigemptyset(&usr); sigaddset(&usr, SIGUSR1);\n'
               '    signal(SIGUSR1, $handler);'),
    'stop': (0.2, '', ''),
    'quiet': (0.3, '', 'signal(SIGPIPE, $aside);'),
    'never': (0.2, 'static int seen;\nstatic void never(int s)\n{\n    seen = s;\n}\n', 'signal(SIGTERM, never);'),
    'action': (0.1, '', ''),
    'reaped': (0.05, '', 'signal(SIGCHLD, SIG_IGN);'),
    'trouble': (0.4, '', ''),
    'annotation': (0.3, '', ''),
    'control': (1, '', ''),
    'process': (1, '', ''),
}
# Half of the files keep to these: a rare call in one program can keep all of its file from being reduced.
CORE = {'shared', 'semaphore', 'pipe', 'quiet', 'never', 'action', 'reaped', 'trouble', 'control', 'process'}
NEEDS = {'poll': {'pipe'}, 'flags': {'pipe'}, 'epoll': {'pipe'}, 'stop': {'signal'}}

DRAWS = {
    'next': (1000, 1001, 1002, 1003),
    'semaphore': (0, 0, 1), 'start': (0, 1, 1, 1, 2), 'cell': (0, 0, 1), 'pipe': (0, 0, 1), 'end': (0, 1), 'kid': (0, 1, 2),
    'size': (1, 1, 1, 1, 2), 'value': (0, 1, 2), 'some': (0, 1), 'fd': (0, 1), 'timeout': (-1, 0, 10),
    'signal': ('SIGUSR1', 'SIGUSR1', 'SIGUSR1', 'SIGUSR1', 'SIGTERM', 'SIGKILL'),
    'handler': ('note', 'note', 'post', 'SIG_IGN', 'SIG_DFL'), 'restart': ('0', 'SA_RESTART'),
    'aside': ('SIG_IGN', 'SIG_IGN', 'SIG_DFL'),
    'how': ('SIG_BLOCK', 'SIG_BLOCK', 'SIG_UNBLOCK'), 'edge': ('0', 'EPOLLET', 'EPOLLONESHOT'),
    'mode': ('O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_RDWR', 'O_RDWR', 'O_RDONLY | O_NONBLOCK', 'O_WRONLY | O_NONBLOCK'),
    'access': ('O_RDWR', 'O_RDWR | O_CREAT', 'O_WRONLY | O_APPEND', 'O_RDWR | O_TRUNC', 'O_RDWR | O_CREAT | O_EXCL'),
}

# (group, weight, C). x is a local int, b a local char[4], fd a local int[2], kid the pids of the children so far.
INGREDIENTS = (
    ('shared', 6, 'm->cell[$cell] = $value;'),
    ('shared', 4, 'x = m->cell[$cell];'),
    ('shared', 3, 'm->cell[$cell]++;'),
    ('shared', 2, 'm->cell[$cell] = x;'),
    ('shared', 2, 'if (m->cell[$cell] == $value) { $block }'),
    ('shared', 1, 'while (m->cell[$cell] == $value) { $block }'),
    ('shared', 1, 'while (m->cell[$cell] != $value) sched_yield();'),
    ('shared', 1, '__atomic_fetch_add(&m->cell[$cell], 1, __ATOMIC_SEQ_CST);'),
    ('semaphore', 3, 'sem_wait(&m->sem[$semaphore]);'),
    ('semaphore', 12, 'sem_post(&m->sem[$semaphore]);'),
    ('semaphore', 9, 'sem_wait(&m->sem[$semaphore]); { $block } sem_post(&m->sem[$semaphore]);'),
    ('semaphore', 2, 'x = sem_trywait(&m->sem[$semaphore]);'),
    ('semaphore', 1, 'sem_getvalue(&m->sem[$semaphore], &x);'),
    ('pipe', 3, 'x = (int)read(p[$pipe][0], b, $size);'),
    ('pipe', 12, 'x = (int)write(p[$pipe][1], "abc", $size);'),
    ('pipe', 5, 'close(p[$pipe][$end]);'),
    ('pipe', 1, 'while (read(p[$pipe][0], b, $size) > 0) { $block }'),
    ('flags', 2, 'fcntl(p[$pipe][$end], F_SETFL, O_NONBLOCK);'),
    ('flags', 1, 'fcntl(p[$pipe][$end], F_SETFL, 0);'),
    ('pipe', 1, 'fd[$fd] = dup(p[$pipe][$end]);'),
    ('pipe', 1, 'dup2(p[$pipe][$end], 9);'),
    ('flags', 1, 'fcntl(p[$pipe][$end], F_SETPIPE_SZ, 4096);'),
    ('pipe', 1, 'pipe(p[$pipe]);'),
    ('poll', 4, 'x = poll(&(struct pollfd){p[$pipe][0], POLLIN, 0}, 1, $timeout);'),
    ('poll', 3, 'x = poll(&(struct pollfd){p[$pipe][1], POLLOUT, 0}, 1, $timeout);'),
    ('poll', 3, 'x = poll((struct pollfd[]){{p[0][0], POLLIN, 0}, {p[1][0], POLLIN, 0}}, 2, $timeout);'),
    ('poll', 2, '{ fd_set s; FD_ZERO(&s); FD_SET(p[$pipe][0], &s); x = select(p[$pipe][0] + 1, &s, NULL, NULL, NULL); }'),
    ('epoll', 6, 'epoll_ctl(e, EPOLL_CTL_ADD, p[$pipe][0], &(struct epoll_event){.events = EPOLLIN | $edge});'),
    ('epoll', 2, 'epoll_ctl(e, EPOLL_CTL_ADD, p[$pipe][1], &(struct epoll_event){.events = EPOLLOUT | $edge});'),
    ('epoll', 1, 'epoll_ctl(e, EPOLL_CTL_DEL, p[$pipe][$end], NULL);'),
    ('epoll', 6, '{ struct epoll_event v; x = epoll_wait(e, &v, 1, $timeout); }'),
    ('fifo', 8, 'fd[$fd] = open("f", $mode);'),
    ('fifo', 1, 'unlink("f");'),
    ('file', 8, 'fd[$fd] = open("a", $access, 0600);'),
    ('file', 2, 'lseek(fd[$fd], $value, SEEK_SET);'),
    ('file', 1, 'ftruncate(fd[$fd], $value);'),
    ('file', 1, 'unlink("a");'),
    ('file', 1, 'rename("a", "g");'),
    ('file', 1, 'mkdir("d", 0700);'),
    ('fifo file', 3, 'x = (int)read(fd[$fd], b, $size);'),
    ('fifo file', 6, 'x = (int)write(fd[$fd], "xyz", $size);'),
    ('fifo file pipe', 4, 'close(fd[$fd]);'),
    ('signal', 8, 'if (kid[$kid] > 0) kill(kid[$kid], $signal);'),
    ('signal', 6, 'if (getppid() > 1) kill(getppid(), $signal);'),
    ('signal', 2, 'raise($signal);'),
    ('signal', 1, 'pause();'),
    ('signal', 1, 'while (!got) pause();'),
    ('signal', 3, 'sigprocmask($how, &usr, NULL);'),
    ('signal', 1, 'sigsuspend(&none);'),
    ('signal', 1, 'sigwait(&usr, &x);'),
    ('signal', 2, 'alarm(1);'),
    ('signal', 1, 'alarm(0);'),
    ('signal', 3, 'sigaction(SIGUSR1, &(struct sigaction){.sa_handler = $handler, .sa_flags = $restart}, NULL);'),
    ('signal', 2, 'sigaction(SIGALRM, &(struct sigaction){.sa_handler = $handler, .sa_flags = $restart}, NULL);'),
    ('signal', 2, 'sigaction(SIGCHLD, &(struct sigaction){.sa_handler = $handler, .sa_flags = $restart}, NULL);'),
    ('signal', 1, 'signal(SIGPIPE, SIG_IGN);'),
    ('quiet', 2, 'signal(SIGPIPE, $aside);'),
    ('action', 1, 'sigaction(SIGPIPE, &(struct sigaction){.sa_handler = $aside}, NULL);'),
    ('action', 1, 'sigaction(SIGINT, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);'),
    ('quiet', 1, 'signal(SIGCHLD, SIG_DFL);'),
    ('never', 1, 'signal(SIGINT, never);'),
    ('never', 1, 'sigaction(SIGINT, &(struct sigaction){.sa_handler = never}, NULL);'),
    ('never', 2, 'if (!seen) { $block }'),
    ('reaped', 1, 'signal(SIGCHLD, $aside);'),
    ('stop', 4, 'if (kid[$kid] > 0) kill(kid[$kid], SIGSTOP);'),
    ('stop', 4, 'if (kid[$kid] > 0) kill(kid[$kid], SIGCONT);'),
    ('stop', 2, 'waitpid(-1, &x, WUNTRACED | WCONTINUED);'),
    ('process', 3, 'wait(NULL);'),
    ('process', 3, 'waitpid(kid[$kid], &x, 0);'),
    ('process', 1, 'x = waitpid(-1, NULL, WNOHANG);'),
    ('process', 2, 'while (wait(NULL) > 0) { }'),
    ('process', 1, '_exit($value);'),
    ('process', 1, 'sched_yield();'),
    ('group', 1, 'setpgid(0, 0);'),
    ('exec', 4, 'execl("/proc/self/exe", "x", "$next", (char *)NULL);'),
    ('exec', 3, 'if (!vfork()) { execl("/proc/self/exe", "x", "$next", (char *)NULL); _exit(1); }'),
    ('exec', 1, 'if (!vfork()) _exit(0);'),
    ('exec', 2, '{ char *v[] = {"x", "$next", NULL}; pid_t s; posix_spawn(&s, "/proc/self/exe", NULL, NULL, v, environ); }'),
    ('exec', 1, 'execl("nowhere", "x", (char *)NULL);'),
    ('exec', 2, 'fcntl(3 + 2 * $pipe + $end, F_SETFD, FD_CLOEXEC);'),
    ('control', 3, 'if (x > 0) { $block }'),
    ('control', 2, 'for (;;) { $block }'),
    ('control', 2, 'for (int i = 0; i < 2; i++) { $block }'),
    ('control', 3, 'if (impasse_choose(2)) { $block }'),
    ('control', 1, 'x = impasse_choose(2);'),
    ('control', 1, 'memset(b, $value, 4);'),
    ('control', 1, '{ char *h = malloc(4); memcpy(h, b, 4); x = h[0]; free(h); }'),
    ('trouble', 4, 'assert(m->cell[$cell] != $value);'),
    ('trouble', 2, 'assert(x >= 0);'),
    ('trouble', 3, 'if (m->cell[$cell] == $value) abort();'),
    ('trouble', 2, 'if (x == $value) *(volatile int *)0 = 1;'),
    ('trouble', 2, 'if (x == $value) for (;;) { }'),
    ('annotation', 2, 'impasse_idle();'),
    ('annotation', 2, 'impasse_atomic_begin(); { $block } impasse_atomic_end();'),
    ('annotation', 1, 'impasse_mark("here");'),
    ('annotation', 1, 'impasse_progress();'),
)

# (groups, weight, C in one process, C in another): what one waits for the other does, somewhere.
PAIRS = (
    ('semaphore', 4, 'sem_wait(&m->sem[$same]);', 'sem_post(&m->sem[$same]);'),
    ('pipe', 4, 'x = (int)read(p[$same][0], b, 1);', 'x = (int)write(p[$same][1], "q", 1);'),
    ('pipe', 1, 'while (read(p[$same][0], b, 2) > 0) { $block }', 'close(p[$same][1]);'),
    ('fifo', 3, 'fd[$same] = open("f", O_RDONLY);', 'fd[$same] = open("f", O_WRONLY);'),
    ('shared', 2, 'while (m->cell[$same] == 0) sched_yield();', 'm->cell[$same] = 1;'),
    ('signal', 2, 'while (!got) pause();', 'if (getppid() > 1) kill(getppid(), SIGUSR1);'),
)

PRELUDE = '''\
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <impasse.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct { sem_t sem[2]; int cell[2]; } *m;
static pid_t kid[3];
'''


# What a process may go on as by exec: descriptors 3 to 6 are the two pipes, where there are any.
NEXT = '''\
    case 1000:
        return 1;
    case 1001:
        return read(3, &argc, 1) == 1;
    case 1002:
        return write(4, "n", 1) != 1;
    case 1003:
        while (wait(NULL) > 0)
            continue;
        return 0;
'''


class Node:
    """A statement: its text, where each $block stands for the next list of `blocks`."""

    def __init__(self, text, blocks):
        self.text, self.blocks = text, blocks

    def render(self, indent):
        parts = self.text.split('$block')
        text = ' ' * indent + parts[0]
        for block, rest in zip(self.blocks, parts[1:]):
            text = text.rstrip() + '\n' + render(block, indent + 4) + ' ' * indent + rest.lstrip()
        return text + '\n'


def render(nodes, indent=4):
    return ''.join(node.render(indent) for node in nodes)


class Theme:
    """What the programs of one file are made of; a function of the seed and the file's number."""

    def __init__(self, rng):
        self.groups = {name for name, (chance, *_) in GROUPS.items() if rng.random() < chance}
        if rng.random() < 0.5:
            self.groups &= CORE
        for name in sorted(self.groups):
            self.groups |= NEEDS.get(name, set())
        self.settings = [f'pipe_capacity={rng.choice((1, 1, 2, 3))}']
        if rng.random() < 0.1:
            self.settings.append('linux_order=1')
        if rng.random() < 0.1:
            self.settings.append('signal_order=1')
        self.rows = [row for row in INGREDIENTS if self.groups & set(row[0].split())]
        self.weights = [row[1] for row in self.rows]

    def declarations(self):
        return PRELUDE + ''.join(GROUPS[name][1] + '\n' for name in GROUPS if name in self.groups and GROUPS[name][1])


class Draw:
    """Draws one program."""

    KIDS = 3
    OPERATIONS = 7  # of one process, about

    def __init__(self, rng, theme):
        self.rng, self.theme, self.kids = rng, theme, 0

    def fill(self, text):
        """Draws a value for each $name; one that stands there twice has one value."""
        names = sorted(set(re.findall(r'\$(\w+)', text)) - {'block'})
        values = {name: str(self.rng.choice(DRAWS[name])) for name in names}
        return re.sub(r'\$(?!block)(\w+)', lambda match: values[match[1]], text)

    def statement(self, depth):
        row = self.rng.choices(self.theme.rows, self.theme.weights)[0]
        while '$block' in row[2] and depth > 2:
            row = self.rng.choices(self.theme.rows, self.theme.weights)[0]
        blocks = [self.block(self.rng.randrange(1, 3), depth + 1) for _ in range(row[2].count('$block'))]
        return Node(self.fill(row[2]), blocks)

    def block(self, length, depth=0):
        return [self.statement(depth) for _ in range(length)]

    def fork(self, length, may_nest):
        kid = self.kids
        self.kids += 1
        body = self.block(length)
        if may_nest and self.kids < self.KIDS and self.rng.random() < 0.15:
            body.insert(self.rng.randrange(len(body) + 1), self.fork(max(1, length // 2), False))
        if self.rng.random() < 0.5 and 'pipe' in self.theme.groups:
            body.insert(0, Node(self.fill('close(p[$pipe][$end]);'), []))
        return Node(self.fill(f'if (!(kid[{kid}] = fork())) {{ $block _exit($some); }}'), [body])

    def pair(self, bodies):
        """Puts the halves of a pair into two of the processes."""
        rows = [row for row in PAIRS if row[0] in self.theme.groups]
        if not rows:
            return
        row = self.rng.choices(rows, [row[1] for row in rows])[0]
        same = str(self.rng.randrange(2))
        for half, body in zip(row[2:], self.rng.sample(bodies, 2)):
            blocks = [self.block(1, 2) for _ in range(half.count('$block'))]
            body.insert(self.rng.randrange(len(body) + 1), Node(self.fill(half.replace('$same', same)), blocks))

    def program(self):
        setup = [Node(self.fill(GROUPS[name][2]), []) for name in GROUPS if name in self.theme.groups and GROUPS[name][2]]
        children = self.rng.choice((1, 2, 2, 2, 2, 3))
        length = max(1, self.OPERATIONS - 2 * children - ('signal' in self.theme.groups))
        body = []
        for _ in range(children):
            body += self.block(self.rng.randrange(0, 2))
            if self.kids < self.KIDS:
                body.append(self.fork(self.rng.randrange(1, length + 1), True))
        body += self.block(self.rng.randrange(1, length + 1))
        bodies = [body] + [node.blocks[0] for node in body if '= fork()' in node.text]
        for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3))):
            self.pair(bodies)
        if self.rng.random() < 0.6:
            body.append(Node('while (wait(NULL) > 0) { }', []))
        return setup + body


def file_text(theme, programs):
    """Returns a C file whose main picks a program by argv[1]. Empty programs are left out; the others keep their numbers."""
    text = ''.join(f'// impasse: --set {setting}\n' for setting in theme.settings) + theme.declarations()
    programs = [(number, program) for number, program in enumerate(programs) if program]
    for number, program in programs:
        text += f'\nstatic void program_{number}(void)\n{{\n    int x = 0, fd[2] = {{-1, -1}};\n    char b[4] = {{0}};\n'
        text += f'    (void)x, (void)fd, (void)b;\n{render(program)}}}\n'
    text += '\nint main(int argc, char **argv)\n{\n    m = mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, '
    text += 'MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n    switch (argc > 1 ? atoi(argv[1]) : 0) {\n'
    text += ''.join(f'    case {n}:\n        program_{n}();\n        break;\n' for n, _ in programs)
    return text + NEXT + '    }\n    return 0;\n}\n'


def draw_file(seed, number, count):
    """Returns (theme, programs) of a file."""
    rng = random.Random(f'{seed} {number}')
    theme = Theme(rng)
    return theme, [Draw(rng, theme).program() for _ in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('count', type=int, nargs='?', default=1)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--file', type=int, default=0)
    options = parser.parse_args()
    print(file_text(*draw_file(options.seed, options.file, options.count)), end='')


if __name__ == '__main__':
    main()
