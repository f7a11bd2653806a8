"""Runs the command under test. The tests of tests/cli import it from here: what stands in data/ is tracked by the build."""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = pathlib.Path(__file__).resolve().parent
MODELS = ROOT / 'models'
IMPASSE = str((ROOT / os.environ.get('IMPASSE', 'out/impasse')).resolve())
ASAN = os.environ.get('IMPASSE_FLAVOUR') == 'asan'
SECONDS_MAX = 300 if ASAN else 60


class Done:
    """What one run of the command did: status (negative: killed by a signal), stdout and stderr as text."""

    def __init__(self, arguments, cwd=None, env=None, seconds=SECONDS_MAX, stdin=b'', binary=IMPASSE):
        command = [binary, *map(str, arguments)]
        self.command = ' '.join(command)
        done = subprocess.run(command, cwd=cwd or ROOT, input=stdin, capture_output=True, timeout=seconds,
                              env=dict(os.environ, **(env or {})), check=False)
        self.status = done.returncode
        self.bytes = done.stdout
        self.stdout = done.stdout.decode(errors='surrogateescape')
        self.stderr = done.stderr.decode(errors='surrogateescape')

    def __str__(self):
        return f'{self.command}\nstatus {self.status}\nstdout: {self.stdout[:3000]}\nstderr: {self.stderr[:3000]}'

    @property
    def json(self):
        return json.loads(self.stdout)


def impasse(*arguments, **options):
    return Done(arguments, **options)


def text(folder, source, name='program.c'):
    """Writes a program into a folder; returns its path."""
    path = pathlib.Path(folder) / name
    path.write_text(source)
    return path


def peak_bytes_of(arguments):
    """(status, stdout, peak resident bytes) of one run."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.close(read)
        os.execv(IMPASSE, [IMPASSE, *map(str, arguments)])
    os.close(write)
    with os.fdopen(read) as stream:
        output = stream.read()
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), output, usage.ru_maxrss * 1024
