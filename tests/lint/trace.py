#!/usr/bin/env python3
"""Holds code and tests against the rules of spec/. usage: tests/lint/trace.py [PROJECT-FOLDER]

A rule is a list item of spec/*.md that begins with its id: `- **PIPE-02** ...`. Every rule needs a citation of its id
in sim/, where the code decides, and one in tests/ or models/, where it is proved. Every id that is cited must exist. A
rule marked [future] in its first line needs neither. Code shared by rules cites each: no ranges.

Prints a table, one row per family, and one line per orphan; exit status 1 if there is an orphan, 2 without rules.
"""
import collections
import pathlib
import re
import sys

RULE = re.compile(r'^\s*[-*] \*\*([A-Z]+)-([0-9]{2})\*\*(.*)$')
# The families of the rule book, so that a citation of a page which does not exist yet is found too.
FAMILIES = set('''GEN PROC FD FILE PIPE FIFO SIG MSG MQ SEM PSEM SHM USTR UDGM TCP UDP RAW POLL LOCK EVFD FUTEX PTH EINTR LIM
               LIBC LANG MODE RED'''.split())
CODE = {'.c', '.h', '.def'}
PROOF = {'.c', '.h', '.py'}


def read_rules(root):
    """Returns ({id: is it [future]?}, [complaint]) of the pages of spec/."""
    rules, complaints = {}, []
    for page in sorted((root / 'spec').rglob('*.md')):
        for number, line in enumerate(page.read_text(encoding='utf-8').splitlines(), 1):
            match = RULE.match(line)
            if not match:
                continue
            rule = f'{match[1]}-{match[2]}'
            if rule in rules:
                complaints.append(f'{page.relative_to(root)}:{number}: {rule} is defined twice')
            rules[rule] = '[future]' in match[3]
    return rules, complaints


def read_citations(root, folder, suffixes, families):
    """Returns {id: first place that cites it} of one folder. tests/lint plants ids on purpose and is left out."""
    pattern = re.compile(rf'\b(?:{"|".join(sorted(families))})-[0-9]{{2}}\b')
    places = {}
    for path in sorted((root / folder).rglob('*')):
        inner = path.relative_to(root)
        if path.suffix not in suffixes or not path.is_file() or inner.parts[:2] == ('tests', 'lint'):
            continue
        for number, line in enumerate(path.read_text(encoding='utf-8', errors='replace').splitlines(), 1):
            for rule in pattern.findall(line):
                places.setdefault(rule, f'{inner}:{number}')
    return places


def table(rules, code, proof):
    """Returns the lines of the table: per family the rules, and how many have code, have a test, are future."""
    rows = collections.defaultdict(lambda: [0, 0, 0, 0])
    for rule, future in rules.items():
        for row in (rows[rule.split('-')[0]], rows['total']):
            row[0] += 1
            row[1] += rule in code
            row[2] += rule in proof
            row[3] += future
    total = rows.pop('total')
    head = ('family', 'rules', 'code', 'test', 'future')
    lines = [head, *((name, *row) for name, row in rows.items()), ('total', *total)]
    return ['{:8}{:>7}{:>7}{:>7}{:>8}'.format(*line) for line in lines]


def main(root):
    root = pathlib.Path(root).resolve()
    rules, orphans = read_rules(root)
    if not rules:
        print('trace: spec/ defines no rule')
        return 2
    families = FAMILIES | {rule.split('-')[0] for rule in rules}
    code = read_citations(root, 'sim', CODE, families)
    proof = read_citations(root, 'models', PROOF, families) | read_citations(root, 'tests', PROOF, families)
    for rule, future in rules.items():
        if not future and rule not in code:
            orphans.append(f'{rule}: no code cites it (sim/)')
        if not future and rule not in proof:
            orphans.append(f'{rule}: no test cites it (tests/ or models/)')
    for cited in (code, proof):
        orphans += [f'{place}: cites {rule}, which spec/ does not define'
                    for rule, place in sorted(cited.items()) if rule not in rules]
    print('\n'.join(table(rules, code, proof) + orphans))
    print(f'trace: {len(rules)} rules, {sum(rules.values())} of them future, {len(orphans)} orphans')
    return 1 if orphans else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]))
