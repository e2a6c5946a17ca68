"""The ministry's server of the demonstration: a process of its own on this machine, gone when the walk ends.

It is the very program that a ministry runs, with its data in a folder of the demonstration, listening on the
loopback address only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

import emis_desktop
from emis_desktop.errors import N_, EmisError

_PATIENCE = 30.0
"""Seconds for a command of the server, or for it to end."""
_FAILED: Final = N_("The server of the demonstration did not do its work: {what}. Everything else is there.")
_NEEDED: Final = ("uvicorn", "starlette")
_OURS: Final = ("EMIS_HOME", "EMIS_USER", "EMIS_PASSWORD_FILE", "EMIS_SERVER_URL", "EMIS_DATABASE_URL")


def server_command() -> tuple[str, ...] | None:
    """What starts the server's program here; None where it is not installed."""
    if getattr(sys, "frozen", False):
        beside = Path(sys.executable).with_name("emis-server" + Path(sys.executable).suffix)
        return (str(beside),) if beside.is_file() else None
    known = all(find_spec(name) is not None for name in _NEEDED)
    return (sys.executable, "-m", "sync.server") if known else None


class DemoServer:
    """A server with its data in ``folder``."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        """``command`` is what :func:`server_command` gives."""
        self.folder = folder
        self._command = tuple(command)

    def do(self, *arguments: str) -> Mapping[str, Any]:
        """Run one of its commands and give its answer; raises :class:`EmisError`."""
        with self.begun(*arguments) as process:
            out, err = process.communicate(timeout=_PATIENCE)
            if process.returncode != 0:
                raise EmisError(_FAILED, what=_said(out, err))
        answer: Mapping[str, Any] = json.loads(out)
        return answer

    @contextmanager
    def begun(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """One of its commands under way; whatever happens, it has ended when the block is left."""
        source = Path(emis_desktop.__file__).parent.parent
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*self._command, *arguments, "--json"],
            cwd=source,
            env={**kept, "EMIS_HOME": str(self.folder), "PYTHONPATH": str(source)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            yield process
        finally:
            _end(process)

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve for the block; gives the address. ``port`` 0: whichever is free."""
        with self.begun("run", "--port", str(port), "--log-level", "error") as process:
            line = _first_line(process.stdout)
            listening = json.loads(line).get("port") if line else None
            if listening is None:
                raise EmisError(_FAILED, what=_said(line, process.communicate(timeout=_PATIENCE)[1]))
            yield f"http://127.0.0.1:{listening}"


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
