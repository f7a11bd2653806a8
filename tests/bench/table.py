"""The systems and the tools of the bench: what is run, and which counts it must have. README.md explains them."""
import dataclasses
import math


@dataclasses.dataclass
class System:
    name: str
    c: str                   # below the root of the tree
    peer: str                # systems/PEER.pml and systems/PEER.m
    values: dict             # -D for C and Promela, the constants of the Murphi model
    start: int = 0           # steps of main() before the graph that all tools share: states and transitions more
    states: int = 0          # of the shared graph, without anybody's start-up; 0: the search ends at the deadlock
    transitions: int = 0
    verdict: str = 'ok'
    quick: bool = False      # part of --quick
    only_quick: bool = False
    rumur_more: int = 0      # transitions that only the Murphi model has
    keep: tuple = ()         # states and transitions where the dead locals are left as they are


@dataclasses.dataclass
class Tool:
    name: str
    kind: str                # impasse, spin or rumur
    options: tuple           # of the command; of gcc for SPIN
    full: bool               # explores the whole graph: the counts must be exact
    defines: tuple = ()      # of the Promela model
    jobs: int = 1


FEW = 50_000  # states: fewer say nothing about the bytes that one takes
REFERENCE = 'impasse-full'
TOOLS = [
    Tool(REFERENCE, 'impasse', ('--no-reduction',), True),
    Tool('impasse-full-j2', 'impasse', ('--no-reduction', '-j2'), True, jobs=2),
    Tool('impasse-full-dl', 'impasse', ('--no-reduction', '--properties', 'deadlock'), True),
    Tool('impasse-full-dl-j2', 'impasse', ('--no-reduction', '--properties', 'deadlock', '-j2'), True, jobs=2),
    Tool('impasse', 'impasse', (), False),
    Tool('impasse-j2', 'impasse', ('-j2',), False, jobs=2),
    Tool('impasse-dl', 'impasse', ('--properties', 'deadlock'), False),
    Tool('spin', 'spin', (), False, ('-DXRS',)),
    Tool('spin-full', 'spin', ('-DNOREDUCE',), True),
    Tool('spin-collapse', 'spin', ('-DNOREDUCE', '-DCOLLAPSE'), True),
    Tool('spin-keep', 'spin', ('-DNOREDUCE',), True, ('-DKEEP',)),
    Tool('rumur', 'rumur', (), True),
]


def philosophers(n, states, transitions, **more):
    """main(): mmap, N sem_init, N fork."""
    return System(f'philosophers-{n}', 'models/semaphore/philosophers_lefty.c', 'philosophers', {'N': n}, 2 * n + 1,
                  states, transitions, **more)


def abba(n, states, transitions, **more):
    """main(): mmap, N + 1 sem_init, N fork. Without a circle the Murphi model has a step to rest at the end."""
    both = {'c': 'tests/bench/systems/chain.c', 'peer': 'chain'}
    return [System(name=f'abba-{n}', values={'N': n, 'CYCLE': 1}, verdict='deadlock', **both, **more),
            System(name=f'abba-{n}-ordered', values={'N': n, 'CYCLE': 0}, start=2 * n + 2, states=states,
                   transitions=transitions, rumur_more=1, **both, **more)]


def ring(n, t, **more):
    """main(): N times pipe, fcntl and fork. Tokens on a circle of 2N places, each moving on when the next is free."""
    return System(f'ring-{n}-{t}', 'tests/bench/systems/ring.c', 'ring', {'N': n, 'T': t}, 3 * n,
                  math.comb(2 * n, t), 2 * n * math.comb(2 * n - 2, t - 1), **more)


def readers(r, w, states, transitions, **more):
    """main(): mmap, two sem_init, R + W fork."""
    return System(f'readers-{r}-{w}', 'tests/bench/systems/readers_writers.c', 'readers_writers', {'R': r, 'W': w},
                  r + w + 3, states, transitions, **more)


def barrier(n, states, transitions, **more):
    """main(): mmap, three sem_init, N fork."""
    return System(f'barrier-{n}', 'tests/bench/systems/barrier.c', 'barrier', {'N': n}, n + 4, states, transitions,
                  **more)


SYSTEMS = [
    philosophers(8, 9403, 51944, quick=True),
    philosophers(10, 102571, 714868),
    philosophers(12, 1118878, 9415128),
    # main(): a pipe and its fcntl; for each producer a pipe, a fcntl and a fork; for each consumer a fork.
    System('producers-4-1-3', 'models/pipe/producers_consumers.c', 'producers', {'NP': 4, 'NC': 3}, 17,
           16896, 68608, quick=True, keep=(4423961, 19497892)),
    *abba(6, 6336, 21440, only_quick=True),
    *abba(9, 558144, 2879520),
    ring(8, 4, only_quick=True),
    ring(12, 6),
    ring(14, 7),
    readers(4, 2, 839, 1860, only_quick=True),
    readers(9, 2, 374217, 1476755),
    barrier(5, 3544, 9040, only_quick=True),
    barrier(9, 421288, 1664280),
]
