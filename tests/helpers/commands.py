"""Running the ``emis`` command: inside the test's process, or as the process that a person starts."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emis_desktop.cli.main import main

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-P", "-m", "emis_desktop.cli")


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - whatever the command answers
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def refused(self) -> str:
        """The sentence of a refusal, the same in the document and on standard error."""
        assert self.document.keys() == {"refused"}
        sentence: str = self.document["refused"]
        assert sentence in self.err
        return sentence


def emis(*arguments: object) -> Result:
    """Run a command in this process; nothing but sentences may come out."""
    out, err = io.StringIO(), io.StringIO()
    code = main([str(each) for each in arguments], out=out, err=err)
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Result(code, out.getvalue(), err.getvalue())


def environment(**more: str) -> dict[str, str]:
    """The environment of a real process: this one's, with the checkout to import from."""
    kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def process(*arguments: object, cwd: Path | None = None, **more: str) -> Result:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [*COMMAND, *(str(each) for each in arguments)],
        check=False,
        capture_output=True,
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    result = Result(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )
    assert "Traceback" not in result.out + result.err
    return result


def started(*arguments: object, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A command under way, its output to be read, that hears Ctrl-C.

    Who runs the tests in the background has a shell that lets all processes ignore it.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [*COMMAND, *(str(each) for each in arguments)],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, before)
