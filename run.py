#!/usr/bin/env python3
"""Start EMIS Desktop, or run its tests, on a machine that has only Python.

    python3 run.py                    start the program on a demo school
    python3 run.py second-laptop      open the second laptop of the demo beside it
    python3 run.py test [ARGS...]     run the tests (ARGS go to pytest)
    python3 run.py emis ARGS...       run the emis command
    python3 run.py emis-server ARGS...  run the central server
    python3 run.py check [--fix]      style, types, import directions, pins, words
    python3 run.py coverage           the promises of coverage, after: run.py test --cov
    python3 run.py freeze             build the program that needs no Python
    python3 run.py bench [ARGS...]    measure
    python3 run.py simulate [ARGS...] laptops and server on a bad line, one seed after the other
    python3 run.py power-loss         the power goes at every moment of a real run
    python3 run.py endure             servers, workers and laptops are killed while they sync
    python3 run.py defects            seeded defects, each with the test that catches it
    python3 run.py setup              only prepare

On Windows: ``py run.py``. Everything that is needed is prepared first, in ``.venv`` beside this file.
"""

# This file keeps to words that any Python 3 understands, so that an old one gets a sentence and not a
# syntax error; the work is in tools/.

import os
import shutil
import signal
import subprocess
import sys
from typing import List, Optional

OLDEST, NEWEST = (3, 11), (3, 14)
ORDER = ("3.13", "3.12", "3.11", "3.14")
HERE = os.path.dirname(os.path.abspath(__file__))
REFUSED, WRONG_USAGE, INTERRUPTED = 1, 2, 130

PROBE = (
    "import struct, sys, sysconfig;"
    "fits = {} <= sys.version_info[:2] <= {} and struct.calcsize('P') == 8"
    " and not sysconfig.get_config_var('Py_GIL_DISABLED') and sys.implementation.name == 'cpython';"
    "sys.exit(0 if fits else 3)"
).format(OLDEST, NEWEST)


def say(text: str) -> None:
    """One line for the person at the keyboard."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _this_fits() -> bool:
    if not OLDEST <= sys.version_info[:2] <= NEWEST or sys.maxsize < 2**32:
        return False
    return sys.implementation.name == "cpython" and "t" not in getattr(sys, "abiflags", "")


def _fits(command: List[str]) -> bool:
    """True when `command` is a usable interpreter; a shim or a store stub that only apologises is not."""
    try:
        with open(os.devnull, "r+b") as nothing:
            return (
                subprocess.call(command + ["-c", PROBE], stdin=nothing, stdout=nothing, stderr=nothing) == 0
            )
    except OSError:
        return False


def _other_python() -> Optional[List[str]]:
    """A fitting interpreter elsewhere on this machine, as the start of a command line."""
    if os.name == "nt" and shutil.which("py"):
        for version in ORDER:
            if _fits(["py", "-" + version]):
                return ["py", "-" + version]
    for name in ["python" + version for version in ORDER] + ["python3", "python"]:
        path = shutil.which(name)
        if path and _fits([path]):
            return [path]
    return None


def call(command: List[str], cwd: Optional[str] = None) -> int:
    """Run a child to its end and return its exit code, 128 + n when signal n ended it.

    Ctrl-C reaches the child from the terminal; this process only waits. A polite end (SIGTERM) is passed on.
    """
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen(command, cwd=cwd)
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda got, _: child.send_signal(got))
    code = child.wait()
    return 128 - code if code < 0 else code


def main(arguments: List[str]) -> int:
    """Do what the command line says and return the exit code."""
    if not _this_fits():
        other = _other_python()
        if other is None:
            say(
                "EMIS Desktop needs a 64-bit Python 3.11 to 3.14; this one is {}.".format(
                    sys.version.split()[0]
                )
            )
            say("Install Python 3.13 and start again with it.")
            return REFUSED
        return call(other + [os.path.join(HERE, "run.py")] + arguments)
    return _run(arguments)


def _run(arguments: List[str]) -> int:
    """Prepare the environment and run the command in it; the interpreter is a fitting one."""
    sys.path.insert(0, HERE)
    from tools import commands, prepare, trouble  # noqa: PLC0415 - they need Python 3.11

    name, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    if name in ("-h", "--help", "help"):
        print(__doc__.strip())
        return 0
    if name not in commands.NAMES:
        say("There is no command '{}'. Known are: {}.".format(name, ", ".join(commands.NAMES)))
        return WRONG_USAGE
    try:
        python = prepare.ready()
        command = commands.command_line(name, rest)
    except trouble.Trouble as reason:
        say(str(reason))
        return REFUSED
    if not command:
        return 0
    return call([str(python), "-P"] + command.arguments, command.cwd)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped. The next start carries on from here.")
        sys.exit(INTERRUPTED)
