"""What a program still has in its memory: looks from outside through /proc, on Linux alone.

The program under test tells its secrets masked (each byte XOR 0xA5), so that telling them does not put them
back where they must not be; only the looker takes the mask off.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MASK = 0xA5
_CHUNK = 1 << 22
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")

PRELUDE = """
import gc, json, sys
def mask(secret):
    return bytes(byte ^ 0xA5 for byte in secret).hex()
def show(**masked):
    gc.collect()
    print(json.dumps(masked), flush=True)
    sys.stdin.readline()
"""
"""First lines of a program under test: ``show(name=mask(key), ...)`` tells, then waits to be looked at."""


def available() -> bool:
    """Whether the memory of another process can be looked at here."""
    return Path("/proc/self/mem").exists()


class Suspect:
    """A program that stops at each ``show`` to be looked at."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Made by :func:`suspect`."""
        self._process = process
        self._secrets: dict[str, bytes] = {}

    def next_stop(self) -> dict[str, int]:
        """Let it run to its next ``show``; how often each secret told so far is in its memory, by name."""
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        if self._secrets:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        told: dict[str, str] = json.loads(self._process.stdout.readline())
        self._secrets |= {
            name: bytes(byte ^ MASK for byte in bytes.fromhex(value)) for name, value in told.items()
        }
        return count(self._process.pid, self._secrets)


@contextmanager
def suspect(script: str, *arguments: str) -> Iterator[Suspect]:
    """Run ``script`` (after :data:`PRELUDE`) as a program of its own, ended when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Suspect(process)
    finally:
        process.kill()
        process.communicate()


def count(pid: int, secrets: Mapping[str, bytes]) -> dict[str, int]:
    """How often each secret stands in the writable memory of a process."""
    found = dict.fromkeys(secrets, 0)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in _regions(pid):
            content = _read(memory.fileno(), start, end)
            for name, secret in secrets.items():
                found[name] += content.count(secret)
    return found


def _regions(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = _REGION.match(line)
        if match and "[vvar]" not in line:
            yield int(match[1], 16), int(match[2], 16)


def _read(descriptor: int, start: int, end: int) -> bytes:
    pieces = []
    for place in range(start, end, _CHUNK):
        try:
            pieces.append(os.pread(descriptor, min(_CHUNK, end - place), place))
        except OSError:
            pieces.append(b"")
    return b"".join(pieces)
