"""Prints what was measured."""
import math
import resource
import statistics
import sys

from table import FEW, REFERENCE
from tools import MEGA


def progress(text):
    if sys.stderr.isatty():
        print(f'\r\033[K{text}', end='', file=sys.stderr, flush=True)


def show(head, lines):
    """Prints a table: the first column to the left, the others to the right; the last, a remark, to the left again."""
    widths = [max(len(line[i]) for line in [head] + lines) for i in range(len(head))]
    for line in [head] + lines:
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1])]
        print('  '.join(cells + [line[-1]]).rstrip())
    print(flush=True)


def seconds(value):
    return f'{value:.3f}' if value < 1 else f'{value:.2f}'


def ratio(value):
    if value is None:
        return '-'
    digits = 4 if value < 0.01 else 2 if value < 10 else 1 if value < 100 else 0
    return f'{value:.{digits}f}'


def memory(value):
    # A child starts with what this process held: below that, nothing is known.
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f'<{math.ceil(floor / MEGA)}' if value <= floor * 1.1 else f'{value / MEGA:.0f}'


def show_system(system, rows):
    print(f'{system.name}  ({", ".join(f"{k}={v}" for k, v in system.values.items())}; {system.c})')
    lines = []
    for name, row in rows.items():
        if 'states' not in row:
            lines.append([name] + [''] * 8 + [row['note']])
            continue
        peak = memory(row['memory'])
        held = f'{"~" if name == "rumur" else ""}{row["bytes_per_state"]:.1f}'
        if row['states'] < FEW or name == 'rumur' and peak.startswith('<'):
            held = '-'
        alone = f'search alone {row["search_memory"] / MEGA:.1f} MB' if 'search_memory' in row else ''
        lines.append([name, f'{row["states"]:,}', f'{row["transitions"]:,}', seconds(row['time']), seconds(row['cpu']),
                      f'{row["states"] / max(row["cpu"], 1e-6):,.0f}', held, peak,
                      ratio(row.get('ratio')), '; '.join(filter(None, [row['note'], alone]))])
    show(['', 'states', 'transitions', 'time s', 'cpu s', 'states/s', 'B/state', 'peak MB', 'ratio', ''], lines)


def show_summary(results, tools, reference):
    """The ratios of all systems to one row of Impasse, by the processor's clock (-j rows: by the wall clock)."""
    columns = [tool for tool in tools if tool.name != reference and
               any('cpu' in rows.get(tool.name, {}) for rows in results.values())]
    lines, kept = [], {tool.name: [] for tool in columns}
    for system, rows in results.items():
        base = rows.get(reference, {})
        if 'cpu' not in base:
            continue
        line = [system]
        for tool in columns:
            clock = 'cpu' if tool.jobs == 1 else 'time'
            value = rows[tool.name][clock] / max(base[clock], 1e-6) if clock in rows.get(tool.name, {}) else None
            if value is not None:
                kept[tool.name].append(value)
            line.append(ratio(value))
        lines.append(line + [''])
    if lines:
        lines.append(['median'] + [ratio(statistics.median(v)) if v else '-' for v in kept.values()] + [''])
        print(f'time as a multiple of {reference} (above 1: {reference} is faster)')
        show([''] + [tool.name for tool in columns] + [''], lines)


def show_compile(results):
    print('compile times, in no other figure (s; total: compile and run by the wall clock)')
    lines = []
    for system, rows in results.items():
        for name, row in rows.items():
            if 'compile' in row:
                steps = ', '.join(f'{step} {seconds(value)}' for step, value in row['compile'].items())
                both = seconds(sum(row['compile'].values())), seconds(row['total'])
                lines.append([f'{system:16} {name}', *both, steps])
    show(['', 'compile', 'total', ''], lines)


def targets(results):
    """Yields (what issue 3 wants, what was measured, met?) as far as it was measured."""
    twelve, producers = results.get('philosophers-12', {}), results.get('producers-4-1-3', {})
    full, spin, small = (twelve.get(name, {}) for name in (REFERENCE, 'spin-full', 'impasse-dl'))
    pipe, reduced = producers.get(REFERENCE, {}), producers.get('impasse', {})
    for words, name in (('deadlocks, as SPIN looks for', 'impasse-full-dl'), ('all properties', REFERENCE)):
        one, two = twelve.get(name, {}), twelve.get(name + '-j2', {})
        if 'cpu' in one and 'cpu' in spin:
            value = one['cpu'] / spin['cpu']
            yield f'12 philosophers, full graph, {words}: at most 0.33 of SPIN\'s verifier time', f'{value:.2f}', value <= 1 / 3
        if 'time' in one and 'time' in two:
            value = two['time'] / one['time']
            yield f'12 philosophers, {words}, two threads: at most 0.60 of one', f'{value:.2f}', value <= 0.6
    if 'bytes_per_state' in full:
        value = full['bytes_per_state']
        yield '12 philosophers: at most 9 bytes per state', f'{value:.1f}', value <= 9
    if 'states' in small:
        yield '12 philosophers, deadlocks only, reduced: at most 367 + 25 states', f'{small["states"]:,}', \
              small['states'] <= 367 + 25
        yield '12 philosophers, deadlocks only, reduced: 0.25 s in all', seconds(small['total']), small['total'] <= 0.25
    if 'states' in pipe:
        yield 'producers 4-1-3: 16,896 + 17 states without reduction', f'{pipe["states"]:,}', pipe['states'] == 16913
    if 'states' in reduced:
        yield 'producers 4-1-3: fewer than 16,913 states with reduction', f'{reduced["states"]:,}', \
              reduced['states'] < 16913
