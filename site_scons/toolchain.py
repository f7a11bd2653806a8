"""What the build takes from the machine: LLVM, libraries found by pkg-config, and clang for the simulated libc."""
import os
import shutil
import subprocess
import sys

from SCons.Script import Action

LLVM_VERSIONS = range(30, 13, -1)  # Debian 12 has 14, the oldest that we build against.
LIBRARIES = ['libgvc', 'libcgraph', 'jansson', 'libxxhash']


def environment():
    """Returns the environment of every command of the build: SCons passes nothing on by itself."""
    passed = ('PATH', 'HOME', 'TMPDIR', 'PKG_CONFIG_PATH', 'LD_LIBRARY_PATH')
    kept = {name: os.environ[name] for name in passed if name in os.environ}
    return dict(kept, LC_ALL='C.UTF-8', PYTHONDONTWRITEBYTECODE='1')


def _fail(message):
    print(f'scons: {message}; ./bootstrap installs or names what is needed', file=sys.stderr)
    sys.exit(2)


def _output(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        _fail(f'cannot run {" ".join(command)}: {getattr(error, "stderr", None) or error}'.strip())


def _tool(name, bindir, version):
    """Returns the path of an LLVM tool: the one beside llvm-config, or else of the same version, or else any."""
    found = shutil.which(name, path=bindir) or shutil.which(f'{name}-{version}') or shutil.which(name)
    return found or _fail(f'no {name} found')


def _find_llvm():
    names = ['llvm-config'] + [f'llvm-config-{version}' for version in LLVM_VERSIONS]
    config = next(filter(None, map(shutil.which, names)), None) or _fail('no llvm-config found')
    version = int(_output(config, '--version').split('.')[0])
    bindir = _output(config, '--bindir')
    clang = _tool('clang', bindir, version)
    clang_version = int(_output(clang, '-dumpversion').split('.')[0])
    if version < min(LLVM_VERSIONS) or clang_version > version:
        _fail(f'LLVM {version} does not go with clang {clang_version}: LLVM must be 14 or later, clang no newer')
    return config, clang, _tool('llvm-link', bindir, version)


def _merge(env, text):
    """Adds the flags in the text to env; foreign include folders become system ones, so that they raise no warnings."""
    flags = env.ParseFlags(text)
    folders = [str(folder) for folder in flags['CPPPATH'] if str(folder) != '/usr/include']
    env.Append(CCFLAGS=[word for folder in folders for word in ('-isystem', folder)], LIBS=flags['LIBS'])
    env.AppendUnique(LIBPATH=flags['LIBPATH'])


def use_libraries(env, clean):
    """Adds the host libraries of Impasse to env, and LLVM_CLANG, LLVM_LINK: the tools that fit the LLVM linked with."""
    if clean:
        env.Append(LLVM_CLANG='clang', LLVM_LINK='llvm-link')
        return
    config, clang, link = _find_llvm()
    env.Append(LLVM_CLANG=clang, LLVM_LINK=link)
    _merge(env, _output('pkg-config', '--cflags', '--libs', *LIBRARIES))
    _merge(env, f"-I{_output(config, '--includedir')} -L{_output(config, '--libdir')} "
           + _output(config, '--link-shared', '--libs'))
    # The clang whose bitcode the linked LLVM can read: what the command runs on the user's files unless told otherwise.
    env.Append(CPPDEFINES=[('IMPASSE_CLANG', f'\\"{clang}\\"')])


def use_criterion(env):
    """Adds the Criterion test framework to env."""
    if not env.GetOption('clean'):
        _merge(env, _output('pkg-config', '--cflags', '--libs', 'criterion'))
    env.Append(CCFLAGS=['-Wno-conversion'])  # gcc warns inside cr_assert(eq(int, f(), 2)): a bit-field of Criterion's.


class simulated_libc:
    """sim/program/libc/*.c as one bitcode file, FOLDER/libc.bc, the same for every flavour.

    No path of this machine gets into it: the sources are libc/NAME.c in its debug information.
    """

    COMPILE = ('$LLVM_CLANG -std=gnu11 -D_GNU_SOURCE -O1 -U__OPTIMIZE__ -Xclang -disable-llvm-passes '
               '-fno-discard-value-names -fno-builtin -gline-tables-only -gcolumn-info -fdebug-compilation-dir=. '
               '-ffile-prefix-map=sim/program/= -Wall -Wextra -Isim/include -Isim/program/libc '
               '-c -emit-llvm -o $TARGET $SOURCE')

    def __init__(self, env, folder):
        self.folder = folder
        env = env.Clone(CPPPATH=['#sim/include', '#sim/program/libc'])
        parts = [env.Command(f'{folder}/{source.name[:-2]}.bc', source, Action(self.COMPILE, '$CLANGCOMSTR'))
                 for source in env.Glob('#sim/program/libc/*.c')]
        self.bitcode = env.Command(f'{folder}/libc.bc', parts, 
                                   Action('$LLVM_LINK -o $TARGET $SOURCES', '$LINKCOMSTR')) if parts else []

    def image(self, env):
        """Returns the object that embeds the bitcode between impasse_libc_start and impasse_libc_end."""
        if not self.bitcode:
            return []
        image = env.Object('program/libc_image.S', CPPPATH=['#' + self.folder])
        env.Depends(image, self.bitcode)
        return image


def _concatenate(target, source, env):
    with open(str(target[0]), 'w', encoding='utf-8') as out:
        for page in source:
            out.write(page.get_text_contents() + '\n')


class rule_text:
    """The pages of spec/ as one text, FOLDER/rules.md, for `impasse explain`."""

    def __init__(self, env, folder):
        self.folder = folder
        self.text = env.Command(f'{folder}/rules.md', sorted(env.Glob('#spec/*.md'), key=str),
                                Action(_concatenate, 'rules $TARGET'))

    def image(self, env):
        """Returns the object that embeds the text between impasse_rules_start and impasse_rules_end."""
        image = env.Object('report/rules_image.S', CPPPATH=['#' + self.folder])
        env.Depends(image, self.text)
        return image
