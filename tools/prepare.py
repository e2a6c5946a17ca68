"""Make the environment in ``.venv``: in a side folder, stamped last, renamed into place, under a lock.

A start that is killed leaves either the old environment or none, and the next start carries on. Two
starts at once build once: the second waits and finds the work done.
"""

import errno
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import IO

from tools import environment, lock, system_libraries
from tools.environment import State
from tools.trouble import Trouble

WINDOWS = os.name == "nt"
"""There a file in use can't be moved; elsewhere it can."""

FULL = "The disk is full. Free about 1 GB and start again."

SPACE = 1_200_000_000
"""Free bytes a build needs: about 650 MB installed, and as much again in passing."""

PINNED = ("--require-hashes", "--only-binary", ":all:")
"""Nothing but what was pinned, and nothing that would run a build."""

SCRIPT_LIMIT = 1_000_000
"""Bytes; a larger file among the commands is a program of its own and names no folder."""

_REASONS = (
    ("No space left on device|There is not enough space", FULL),
    (
        "No module named '?pip|No module named '?ensurepip|ensurepip is not",
        "This Python lacks its installer. An administrator must run:\n  apt-get install -y python3-venv\n",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that was pinned, so nothing was installed. Start again; if this "
        "stays, the package index in use offers other files than the ones this version was tested with.",
    ),
    (
        "NewConnectionError|NameResolutionError|ConnectTimeout|Failed to establish|Connection refused|"
        "Connection aborted|Network is unreachable|ProxyError|Could not connect|getaddrinfo failed",
        "The package index can't be reached. A first start needs the internet once: connect and start again.",
    ),
    (
        "No matching distribution found|Could not find a version",
        "A package was not found for this computer. Connect to the internet and start again; "
        "Linux, Windows and macOS with a 64-bit Python 3.11 to 3.14 are known to work.",
    ),
)
"""What pip's words mean to a person, most telling first."""


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def _say_waiting() -> None:
    say("Another start is preparing the program. Waiting for it.")


def ready() -> Path:
    """The interpreter of an environment fit for this checkout, made or mended first when need be.

    Raises Trouble when that can't be done.
    """
    libraries = system_libraries.missing(system_libraries.needed_here())
    settled = environment.state_of(environment.VENV) is State.READY and not environment.OLD.exists()
    if libraries or not settled:
        try:
            with lock.held(environment.LOCK, _say_waiting) as handle:
                _prepare(handle)
        except OSError as error:
            raise _explain(error) from error
    return environment.python_of(environment.VENV)


def _explain(error: OSError) -> Trouble:
    if isinstance(error, PermissionError) and WINDOWS and environment.read_stamp(environment.VENV):
        return Trouble(
            "The environment can't be replaced while the program is open. Close EMIS Desktop and start again."
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return Trouble(
            f"This folder can't be written to: {environment.ROOT}\n"
            "Copy it to one of yours and start again there."
        )
    if error.errno == errno.ENOSPC:
        return Trouble(FULL)
    return Trouble(f"The environment could not be prepared: {error.strerror or error}. Start again.")


def _prepare(handle: int) -> None:
    """Bring the environment to READY; the lock with descriptor `handle` is held."""
    with environment.LOG.open("wb") as log:
        system_libraries.provide(log)
        state = environment.state_of(environment.VENV)
        if state is not State.READY and environment.state_of(environment.SIDE) in {State.READY, State.RELINK}:
            _put_in_place()  # a finished build whose start was killed before the rename
            state = environment.state_of(environment.VENV)
        if state is State.VERIFY:
            state = State.RELINK if _works(environment.VENV, log) else State.BUILD
        if state is State.RELINK:
            _relink(log, handle)
        elif state is State.BUILD:
            _build(log, handle)
        shutil.rmtree(environment.OLD, ignore_errors=True)  # a start was killed after its rename


def _works(venv: Path, log: IO[bytes]) -> bool:
    """True when the environment's interpreter still loads what is hardest to load."""
    trial = "import PySide6.QtWidgets, sqlcipher3, cryptography.hazmat.bindings._rust, msgspec"
    command = [str(environment.python_of(venv)), "-I", "-c", trial]
    try:
        return subprocess.run(command, check=False, stdout=log, stderr=log).returncode == 0
    except OSError:
        return False


def _version_of(venv: Path) -> str:
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = [str(environment.python_of(venv)), "-I", "-c", question]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _build(log: IO[bytes], handle: int) -> None:
    started = time.monotonic()
    if shutil.disk_usage(environment.ROOT).free < SPACE:
        raise Trouble(FULL)
    once = "once, half a minute; a minute or two on a slow line or a busy machine"
    why = "its pins changed" if environment.read_stamp(environment.VENV) else once
    say(f"Preparing EMIS Desktop ({why}).")
    for left_over in (environment.SIDE, environment.OLD):
        if left_over.exists():
            shutil.rmtree(left_over)
    _make_venv(log, handle)
    requirements = environment.ROOT / "requirements.txt"
    # The pinned pip first: it installs the rest in half the time an older one takes.
    alone = environment.SIDE / "pip-alone.txt"
    alone.write_text(_only("pip", requirements.read_text(encoding="utf-8")), encoding="utf-8")
    for pins in (alone, requirements):
        _pip(environment.SIDE, ["install", *PINNED, "--no-compile", "-r", str(pins)], log, handle)
    _install_checkout(environment.SIDE, log, handle)
    _compile(environment.SIDE, log)
    _retarget(environment.SIDE, environment.SIDE, environment.VENV)
    environment.write_stamp(environment.SIDE, _version_of(environment.SIDE))
    _put_in_place()
    say(f"Ready after {time.monotonic() - started:.0f} seconds.")


def _only(name: str, requirements: str) -> str:
    """The lines of a requirements file that pin `name`: its own and the indented ones that follow."""
    found = re.search(rf"^{name}==.*\n(?:[ \t].*\n?)*", requirements, re.MULTILINE)
    if not found:
        raise Trouble(f"requirements.txt pins no {name}. Take a fresh copy of the program.")
    return found[0]


def _compile(venv: Path, log: IO[bytes]) -> None:
    """Compile the packages on all cores; a file that does not compile is nobody's fault here."""
    command = [str(environment.python_of(venv)), "-I", "-m", "compileall", "-q", "-j", "0"]
    command += ["-s", str(venv), "-p", str(environment.VENV)]  # tracebacks name the folder it will stand in
    packages = environment.site_packages_of(venv, _version_of(venv))
    subprocess.run([*command, str(packages)], check=False, stdout=log, stderr=log)


def _put_in_place() -> None:
    if environment.OLD.exists():
        shutil.rmtree(environment.OLD)
    if environment.VENV.is_symlink() or environment.VENV.is_file():
        environment.VENV.unlink()
    if environment.VENV.exists():
        environment.VENV.rename(environment.OLD)
    environment.SIDE.rename(environment.VENV)


def _relink(log: IO[bytes], handle: int) -> None:
    """Point an otherwise fitting environment at this checkout; needs no network."""
    stamp = environment.read_stamp(environment.VENV) or {}
    _install_checkout(environment.VENV, log, handle)
    _retarget(environment.VENV, Path(stamp.get("venv", environment.VENV)), environment.VENV)
    environment.write_stamp(environment.VENV, _version_of(environment.VENV))


def _retarget(venv: Path, old: Path, new: Path) -> None:
    """Let the commands in `venv` name the folder it will stand in instead of the one it was made in."""
    if old == new:
        return
    was, becomes = (old, new) if old.parent != new.parent else (Path(old.name), Path(new.name))
    # A longer name (".venv.new" after ".venv") must not be cut: only a whole folder name counts.
    pattern = re.compile(re.escape(os.fsencode(was)) + rb"(?=[/\\\s\"']|$)")
    replacement = os.fsencode(becomes)
    files = [entry for entry in environment.scripts_of(venv).iterdir() if not entry.is_symlink()]
    for file in [*files, venv / "pyvenv.cfg"]:
        if not file.is_file() or file.stat().st_size > SCRIPT_LIMIT:
            continue
        before = file.read_bytes()
        after = pattern.sub(lambda _: replacement, before)
        if after != before:
            file.write_bytes(after)


def _base_python() -> str:
    """The interpreter underneath, also when this one stands in an environment itself."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _make_venv(log: IO[bytes], handle: int) -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it
    except ImportError:
        if not system_libraries.may_install():
            _run(
                [_base_python(), "-m", "venv", "--prompt", "emis", "--without-pip", str(environment.SIDE)],
                log,
                handle,
            )
            return
        version = sysconfig.get_python_version()
        system_libraries.apt_install([f"python{version}-venv"], log)
    _run([_base_python(), "-m", "venv", "--prompt", "emis", str(environment.SIDE)], log, handle)


def _install_checkout(venv: Path, log: IO[bytes], handle: int) -> None:
    _pip(venv, ["install", "--no-deps", "--no-build-isolation", "-e", str(environment.ROOT)], log, handle)


def _pip(venv: Path, arguments: list[str], log: IO[bytes], handle: int) -> None:
    """Run pip for `venv`: its own, or the system's where the environment came without."""
    python = environment.python_of(venv)
    version = _version_of(venv)
    if (environment.site_packages_of(venv, version) / "pip").is_dir():
        command = [str(python), "-I", "-m", "pip", *arguments]
    else:
        command = [_base_python(), "-I", "-m", "pip", "--python", str(python), *arguments]
    _run(command, log, handle)


def _run(command: list[str], log: IO[bytes], handle: int) -> None:
    """Run one step of the build, its output in the log; raise Trouble in a person's words when it fails."""
    settings = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    }
    settings |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    log.flush()
    start = log.tell()
    done = subprocess.run(
        command,
        check=False,
        cwd=environment.ROOT,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=() if os.name == "nt" else (handle,),
    )
    if done.returncode == 0:
        return
    with environment.LOG.open("rb") as written:
        written.seek(start)
        text = written.read().decode("utf-8", "replace")
    for pattern, sentence in _REASONS:
        if re.search(pattern, text):
            raise Trouble(f"{sentence} (Details: {environment.LOG})")
    raise Trouble(
        f"Preparing the program did not work. Details are in {environment.LOG}; start again to try once more."
    )
