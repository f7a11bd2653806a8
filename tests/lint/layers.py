#!/usr/bin/env python3
"""Holds the sources against the rules that a compiler cannot check. usage: tests/lint/layers.py [PROJECT-FOLDER]

1. Includes go one way between the layers of sim/ (LAYERS below), and are written from sim/: "kernel/pipe.h".
2. sim/search/ names no pipe and no semaphore: it works on any model.
3. sim/kernel/ never assigns the host's errno: modelled errors are data.
4. A file over 500 lines says why at its top, with the words "over 500 lines".
5. No gt() in Criterion tests: in Criterion 2.4.1 it passes wrongly. Write lt(int, b, a).
6. No absolute path of one machine.

Prints one line per violation, `file:line: what`; exit status 1 if there is any, 2 where there is nothing to check.
"""
import pathlib
import re
import sys

# What a layer may include, besides itself. `model` is what stands in sim/ itself: model.h and the files behind it.
# `libc` is sim/program/libc, the simulated libc: no host code. `include` is the header for model files.
LAYERS = {
    'base': set(),
    'include': set(),
    'libc': {'include'},
    'program': {'base'},
    'kernel': {'base'},
    'machine': {'base', 'program', 'kernel'},
    'state': {'base'},
    'model': {'base', 'program', 'kernel', 'machine', 'state'},
    'search': {'base', 'model', 'state'},
    'report': {'base', 'model', 'search'},
    'cli': {'base', 'program', 'kernel', 'machine', 'state', 'model', 'search', 'report'},
}
BEHIND_MODEL_H = {'search', 'report'}  # Of the model these see model.h alone.
LINES_MAX = 500
TOP_LINES = 30

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
NOT_CODE = re.compile(r'/\*.*?\*/|//(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
SEARCH_WORD = re.compile(r'\b(?:pipe|sem_)\w*')
ERRNO_ASSIGNED = re.compile(r'\berrno\s*(?:[-+|&^]?=(?!=)|\+\+|--)')
GT = re.compile(r'\bgt\s*\(')
MACHINE_PATH = re.compile(r'(?<![\w.$})*>-])/(?:work|root|home)/\w')
SOURCES = {'.c', '.h', '.def', '.S', '.py', '.md', '.json', '.sh', '.supp', ''}
SKIPPED = re.compile(r'\.git(?:/|$)|(?:build|build-[^/]*|out)/|(?:.*/)?__pycache__/|compile_commands\.json$')


def code_only(text):
    """Returns the text with comments and literals blanked, line numbers unchanged."""
    return NOT_CODE.sub(lambda match: re.sub(r'[^\n]', ' ', match[0]), text)


def comments_blanked(text):
    """Returns the text with comments alone blanked: the names in #include lines stay."""
    return NOT_CODE.sub(lambda match: re.sub(r'[^\n]', ' ', match[0]) if match[0][0] == '/' else match[0], text)


def hits(pattern, text):
    """Yields (line number, match) for each match of the pattern."""
    for match in pattern.finditer(text):
        yield text.count('\n', 0, match.start()) + 1, match


def layer_of(path):
    """Returns the layer of a path below sim/, or None where there is no such layer."""
    parts = pathlib.PurePosixPath(path).parts
    if len(parts) == 1:
        return 'model'
    if parts[:2] == ('program', 'libc') and len(parts) > 2:
        return 'libc'
    return parts[0] if parts[0] in LAYERS else None


def check_includes(sim, path, text):
    """Yields (line, message) for the includes of one file of sim/ that the table does not allow."""
    inner = path.relative_to(sim).as_posix()
    layer = layer_of(inner)
    if layer is None:
        yield 1, f'sim/{inner.split("/")[0]} is no layer: see LAYERS in tests/lint/layers.py'
        return
    for line, match in hits(INCLUDE, comments_blanked(text)):
        name = match[1]
        if layer == 'libc' and (path.parent / name).is_file():
            continue
        target = layer_of(name)
        if target is None or not (sim / name).is_file():
            yield line, f'"{name}" is no file below sim/: includes are written from there, as "kernel/pipe.h"'
        elif target != layer and target not in LAYERS[layer]:
            yield line, f'layer {layer} must not include layer {target} ("{name}")'
        elif target == 'model' and layer in BEHIND_MODEL_H and name != 'model.h':
            yield line, f'layer {layer} sees the model through model.h alone, not "{name}"'


def check_file(root, path):
    """Yields (line, message) for everything wrong with one file."""
    text = path.read_text(encoding='utf-8', errors='replace')
    inner = path.relative_to(root)
    top = inner.parts[0]
    is_c = path.suffix in ('.c', '.h', '.def', '.S')
    if top == 'sim' and is_c:
        yield from check_includes(root / 'sim', path, text)
        if inner.parts[1] == 'search':
            for line, match in hits(SEARCH_WORD, code_only(text)):
                yield line, f'search must not name a kernel object: {match[0]}'
        if inner.parts[1] == 'kernel':
            for line, _ in hits(ERRNO_ASSIGNED, code_only(text)):
                yield line, "the host's errno is assigned: a modelled error is part of the result"
    if top == 'tests' and is_c:
        for line, _ in hits(GT, code_only(text)):
            yield line, 'gt() passes wrongly in Criterion 2.4.1: write lt(type, smaller, larger)'
    if top in ('sim', 'tests', 'site_scons') and (is_c or path.suffix == '.py'):
        lines = text.splitlines()
        if len(lines) > LINES_MAX and 'over 500 lines' not in '\n'.join(lines[:TOP_LINES]):
            yield 1, f'{len(lines)} lines: split it, or say at its top why it is over 500 lines'
    for line, match in hits(MACHINE_PATH, text):
        yield line, f'a path of one machine: {match[0]}…'


def files(root):
    """Yields the project's text files in a fixed order."""
    for path in sorted(root.rglob('*')):
        inner = path.relative_to(root).as_posix()
        if not SKIPPED.match(inner) and path.suffix in SOURCES and path.is_file():
            yield path


def main(root):
    root = pathlib.Path(root).resolve()
    count = bad = 0
    for path in files(root):
        count += path.relative_to(root).parts[0] == 'sim'
        for line, message in check_file(root, path):
            print(f'{path.relative_to(root)}:{line}: {message}')
            bad += 1
    print(f'lint: {count} files of sim/ checked, {bad} violations')
    return 1 if bad else 0 if count else 2


if __name__ == '__main__':
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]))
