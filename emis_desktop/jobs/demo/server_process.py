"""The ministry's server of the demonstration: a process of its own here, gone with whoever needs it.

It is the very program that a ministry runs, with its data in a folder of the demonstration, listening on the
loopback address only. Its standard input is a pipe to the program that started it: when that program ends,
be it killed, the pipe closes and the server ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import emis_desktop
from emis_desktop.errors import N_, EmisError

_PATIENCE = 30.0
"""Seconds for a command of the server, or for it to end."""
FAILED: Final = N_("The server of the demonstration did not do its work: {what}. Everything else is there.")
_NEEDED: Final = ("uvicorn", "starlette")
_OURS: Final = ("EMIS_HOME", "EMIS_USER", "EMIS_PASSWORD_FILE", "EMIS_SERVER_URL", "EMIS_DATABASE_URL")


class Serving(NamedTuple):
    """A server that listens."""

    address: str
    port: int
    process: subprocess.Popen[str]


def server_command() -> tuple[str, ...] | None:
    """What starts the server's program here; None where it is not installed."""
    if getattr(sys, "frozen", False):
        beside = Path(sys.executable).with_name("emis-server" + Path(sys.executable).suffix)
        return (str(beside),) if beside.is_file() else None
    known = all(find_spec(name) is not None for name in _NEEDED)
    return (sys.executable, "-m", "sync.server") if known else None


def laptop_command() -> tuple[str, ...]:
    """What starts the ``emis`` command here."""
    frozen = getattr(sys, "frozen", False)
    return (sys.executable,) if frozen else (sys.executable, "-m", "emis_desktop.cli")


@contextmanager
def begun(
    command: Sequence[str],
    home: Path,
    environment: Mapping[str, str] | None = None,
    errors: IO[str] | int = subprocess.PIPE,
) -> Iterator[subprocess.Popen[str]]:
    """A program of ours under way on a data folder; whatever happens, it has ended when the block is left.

    ``errors``: where it tells its troubles.
    """
    source = Path(emis_desktop.__file__).parent.parent
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--json"],
        cwd=source,
        env={**kept, "EMIS_HOME": str(home), "PYTHONPATH": str(source), **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        encoding="utf-8",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        yield process
    finally:
        _end(process)


def done(command: Sequence[str], home: Path, environment: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - what JSON says
    """Run a program of ours to its end and give its answer; raises :class:`EmisError`."""
    with begun(command, home, environment) as process:
        out, err = process.communicate()
        if process.returncode != 0:
            raise EmisError(FAILED, what=_said(out, err))
    return json.loads(out)


class DemoServer:
    """A server with its data in ``folder``."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        """``command`` is what :func:`server_command` gives."""
        self.folder = folder
        self._command = tuple(command)

    def do(self, *arguments: str) -> Mapping[str, Any]:
        """Run one of its commands and give its answer; raises :class:`EmisError`."""
        answer: Mapping[str, Any] = done([*self._command, *arguments], self.folder)
        return answer

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[Serving]:
        """Serve for the block. ``port`` 0: whichever is free. Raises :class:`EmisError`."""
        run = ("run", "--until-input-ends", "--port", str(port), "--log-level", "error")
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as told,  # a pipe that nobody reads would fill
            begun([*self._command, *run], self.folder, errors=told) as process,
        ):
            line = _first_line(process.stdout)
            listening = json.loads(line).get("port") if line else None
            if listening is None:
                process.wait(_PATIENCE)
                told.seek(0)
                raise EmisError(FAILED, what=_said(line, told.read()))
            yield Serving(f"http://127.0.0.1:{listening}", listening, process)


def _first_line(stream: IO[str] | None) -> str:
    return stream.readline() if stream is not None else ""


def _said(out: str, err: str) -> str:
    """What the program said of why it ended."""
    try:
        return str(json.loads(out)["refused"])
    except (ValueError, KeyError, TypeError):
        return (err.strip().splitlines() or ["?"])[-1]


def _end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and end it if it does not; nothing of it is left."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
