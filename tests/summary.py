#!/usr/bin/env python3
"""Prints the closing lines of a run of all tests, and holds the results against the tests that exist.

usage: tests/summary.py BUILD-FOLDER/FLAVOUR...

Exit status 1 if a test file has no result, or a result with a failure, or one without a single test.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree

TESTS = pathlib.Path(__file__).resolve().parent
RED = re.compile(r'^FAILED: .*', re.MULTILINE)  # Written by site_scons/tests_run.py.
SYNTHESIS = re.compile(r'Synthesis: Tested: \d+ \| Passing: \d+ \| Failing: \d+ \| Crashing: \d+')


def criterion_result(report, log):
    """Returns (passed, failed, closing line) of one Criterion binary; failed is at least 1 where it did not finish."""
    try:
        text = log.read_text(errors='replace')
        root = xml.etree.ElementTree.parse(report).getroot()
        line = '[====] ' + SYNTHESIS.findall(text)[-1]
    except (OSError, IndexError, xml.etree.ElementTree.ParseError):
        return 0, 1, 'no result'
    failed = int(root.get('failures', 0)) + int(root.get('errors', 0))
    passed = int(root.get('tests', 0)) - int(root.get('disabled', 0)) - failed
    return passed, max(failed, 1) if RED.search(text) or not passed else failed, line


def python_result(log):
    """Returns (passed, failed, closing line) of one unittest run."""
    try:
        text = log.read_text(errors='replace')
    except OSError:
        return 0, 1, 'no result'
    ran = re.findall(r'^Ran (\d+) tests? in', text, re.MULTILINE)
    end = re.findall(r'^(OK|FAILED)(?: \((.*)\))?$', text, re.MULTILINE)
    if not ran or not end:
        return 0, 1, 'no result'
    count = {name: int(number) for name, number in re.findall(r'(failures|errors|skipped)=(\d+)', end[-1][1])}
    failed = count.get('failures', 0) + count.get('errors', 0)
    passed = int(ran[-1]) - failed - count.get('skipped', 0)
    if RED.search(text) or passed <= 0:
        failed = max(failed, 1)
    return max(passed, 0), failed, f'Ran {ran[-1]} tests: {" ".join(filter(None, end[-1]))}'


def results(folder):
    """Yields (test, passed, failed, closing line) for every test file in tests/, run or not."""
    for source in sorted(TESTS.glob('*/test_*.[cp]*')):
        base = folder / 'tests' / source.parent.name / source.stem
        if source.suffix == '.c':
            yield source, *criterion_result(base.with_suffix('.xml'), base.with_suffix('.log'))
        elif source.suffix == '.py' and source.parent.name != 'lint':
            yield source, *python_result(base.with_suffix('.log'))


def main(folders):
    passed_all = failed_all = 0
    for folder in map(pathlib.Path, folders):
        print(f'--- {folder.name} ---')
        for source, passed, failed, line in results(folder):
            print(f'{line}  {source.relative_to(TESTS)}{"  <-- FAILED" if failed else ""}')
            passed_all += passed
            failed_all += failed
    print(f'{passed_all} passed, {failed_all} failed')
    return 1 if failed_all or not passed_all else 0


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
