"""Holds --json against spec/report.schema.json: the schema is strict enough to notice, and the command keeps it."""
import copy
import json
import os
import pathlib
import re
import subprocess
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / 'spec' / 'report.schema.json').read_text(encoding='utf-8'))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def impasse(*arguments):
    """Returns (exit status, the object that the command printed)."""
    command = [os.environ['IMPASSE'], *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout)


@unittest.skipUnless('IMPASSE' in os.environ, 'IMPASSE names no command')
class Schema(unittest.TestCase):
    def check(self, status, verdict, *arguments):
        exit_status, report = impasse(*arguments)
        VALIDATOR.validate(report)
        self.assertEqual((exit_status, report['verdict']), (status, verdict))
        return report

    def test_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_deadlock(self):
        report = self.check(1, 'deadlock', 'check', '--json', 'models/pipe/forgotten_close.c')
        self.assertEqual(len(report['violations'][0]['trace']), report['violations'][0]['trace'][-1]['step'])

    def test_ok(self):
        report = self.check(0, 'ok', 'check', '--json', 'models/pipe/forgotten_close_fixed.c')
        self.assertEqual(report['violations'], [])

    def test_incomplete(self):
        report = self.check(3, 'incomplete', 'check', '--json', '--max-states', '3', 'models/semaphore/philosophers_lefty.c')
        self.assertIn('incomplete_reason', report)

    def test_warnings(self):  # SIG-30, SIG-31
        name = 'models/signal/handler_takes_lock.c'
        report = self.check(1, 'deadlock', 'check', '--json', name)
        self.assertEqual([(w['kind'], w['rule'], w['file'], w['line'], w['message'].split('(')[0]) for w in report['warnings']],
                         [('signal-safety', 'SIG-30', name, 15, 'sem_wait')])  # and not sem_post, two lines below
        for key in report['warnings'][0]:
            wrong = copy.deepcopy(report)
            del wrong['warnings'][0][key]
            self.assertFalse(VALIDATOR.is_valid(wrong), key)
        report = self.check(1, 'deadlock', 'check', '--json', '--warn', 'none', name)
        self.assertEqual(report['warnings'], [])
        text = 'sem_wait() is not async-signal-safe, and a signal handler may call it [SIG-30]'
        for command, stream in (('check', 'stdout'), ('graph', 'stderr')):
            done = subprocess.run([os.environ['IMPASSE'], command, name], cwd=ROOT, capture_output=True, text=True, timeout=120)
            said = ' '.join(getattr(done, stream).split())
            self.assertRegex(said, rf"{name}:15:5: (warning: )?{re.escape(text)}", command)
            self.assertEqual(said.count(text), 1, command)
            done = subprocess.run([os.environ['IMPASSE'], command, '--warn', 'none', name], cwd=ROOT, capture_output=True,
                                  text=True, timeout=120)
            self.assertNotIn(text, done.stdout + done.stderr)

    def test_fuzz_is_the_same_twice(self):
        arguments = ['fuzz', '--json', '--seed', '1', '--runs', '200', 'models/semaphore/abba.c']
        report = self.check(1, 'deadlock', *arguments)
        self.assertEqual(report, impasse(*arguments)[1])
        self.assertNotIn('seconds', report)

    def test_notices_what_is_missing_or_of_a_wrong_type(self):
        _, report = impasse('check', '--json', 'models/pipe/forgotten_close.c')
        for path in ([], ['violations', 0], ['violations', 0, 'tasks', 0], ['violations', 0, 'trace', 0]):
            for key in self.at(report, path):
                wrong = copy.deepcopy(report)
                self.at(wrong, path)[key] = {'no': 'such type'}
                self.assertFalse(VALIDATOR.is_valid(wrong), f'{path} {key} of a wrong type')
        for path, key in (([], 'seconds'), ([], 'verdict'), (['violations', 0], 'trace'), (['violations', 0, 'tasks', 0], 'line')):
            wrong = copy.deepcopy(report)
            del self.at(wrong, path)[key]
            self.assertFalse(VALIDATOR.is_valid(wrong), f'{path} without {key}')

    @staticmethod
    def at(value, path):
        for step in path:
            value = value[step]
        return value


if __name__ == '__main__':
    unittest.main()
