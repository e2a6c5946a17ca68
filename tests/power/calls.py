"""What a real program asked of the disk, in order: run under ``strace`` and read back as plain events.

Only what lies under one folder counts, and what the program said on its standard output, so that an
acknowledgement has its place among the writes. Threads may overlap: a write counts when it returned, a flush
covers what had returned before it began.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TRACED = (
    "openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,"
    "sync_file_range,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,"
    "rmdir,lseek,copy_file_range,sendfile,sync,syncfs,msync"
)
_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$", re.DOTALL)
_RESULT = re.compile(r"\) += (-?\d+)(?:<(?P<path>[^>]*)>)?")
_DESCRIPTOR = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_NUMBER = re.compile(r"(?:^|, )(-?\d+)(?=,|$|\))")
_LONGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class Write:
    """``data`` went to ``path`` at ``offset``."""

    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """``path`` was made ``size`` bytes long."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Create:
    """A name for a new, empty file, or, with ``folder``, a folder; one that is there stays as it is."""

    path: str
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """``path`` is called ``target`` from now on."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The name ``path`` is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class Flush:
    """``path``, a file or a folder, is on the disk as it was after ``began`` events."""

    path: str
    began: int


@dataclass(frozen=True, slots=True)
class Said:
    """A line on standard output: what the program promised."""

    line: str


Event = Write | Resize | Create | Rename | Remove | Flush | Said


class NotUnderstood(RuntimeError):
    """The program asked something of the disk that the replay has no picture of."""


def available() -> bool:
    """Whether ``strace`` is on this machine and may look at a child."""
    found = shutil.which("strace")
    if found is None:
        return False
    done = subprocess.run([found, "-e", "trace=none", "true"], check=False, capture_output=True)
    return done.returncode == 0


def traced(command: list[str], folder: Path, record: Path, *, cwd: Path) -> list[Event]:
    """Run ``command`` to its good end: its events under ``folder``; ``record`` takes the raw trace."""
    strace = ["strace", "-f", "-y", "-xx", "-s", str(_LONGEST), "--seccomp-bpf", "-e", f"trace={_TRACED}"]
    command = [*strace, "-o", str(record), *command]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, timeout=600)
    if done.returncode:
        raise RuntimeError(f"the program ended with {done.returncode}: {done.stderr[-2000:]}")
    with record.open() as lines:
        return list(Reader(folder).events(lines))


class Reader:
    """Turns lines of ``strace -f -y -xx`` into events under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._begun: dict[str, tuple[str, int]] = {}
        self._places: dict[int, int] = {}
        self._sizes: dict[str, int] = {}
        self._count = 0
        self._unsaid = ""

    def events(self, lines: Iterator[str]) -> Iterator[Event]:
        """One after the other, as the calls returned."""
        for line in lines:
            for event in self._line(line):
                self._count += 1
                yield event

    def _line(self, line: str) -> Iterator[Event]:
        match = _LINE.match(line.rstrip("\n"))
        if match is None:
            return
        thread, resumed, name, rest = match.groups()
        if resumed is not None:
            head, began = self._begun.pop(thread)
            yield from self._call(resumed, head + rest, began)
        elif rest.endswith("<unfinished ...>"):
            self._begun[thread] = (rest.removesuffix("<unfinished ...>").rstrip(), self._count)
        else:
            yield from self._call(name, rest, self._count)

    def _call(self, name: str, rest: str, began: int) -> Iterator[Event]:
        results = list(_RESULT.finditer(rest))
        if not results or int(results[-1][1]) < 0:
            return
        result = int(results[-1][1])
        asked = rest[: results[-1].start()]
        if name in {"write", "writev"} and asked.startswith("1<"):
            yield from self._said(_strings(asked))
        elif name in {"openat", "open", "creat"}:
            yield from self._opened(asked, result, _path(results[-1]["path"] or ""))
        elif name in {"write", "pwrite64", "ftruncate", "fsync", "fdatasync", "lseek"}:
            yield from self._on_descriptor(name, asked, result, began)
        elif name in {"rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"}:
            yield from self._on_names(name, [_path(text) for text in _texts(asked)])
        elif self._concerns(asked):
            raise NotUnderstood(f"{name}({asked[:200]}")

    def _concerns(self, asked: str) -> bool:
        named = [found[2] for found in _DESCRIPTOR.finditer(asked)] + _texts(asked)
        return any(self._ours(_path(each)) for each in named)

    def _ours(self, path: str) -> bool:
        return path == self._folder or path.startswith(self._folder + "/")

    def _said(self, data: bytes) -> Iterator[Event]:
        *lines, self._unsaid = (self._unsaid + data.decode()).split("\n")
        yield from map(Said, lines)

    def _opened(self, asked: str, descriptor: int, path: str) -> Iterator[Event]:
        self._places.pop(descriptor, None)
        if not self._ours(path):
            return
        self._places[descriptor] = 0
        if "O_CREAT" in asked:
            yield Create(path)
        if "O_TRUNC" in asked:
            self._sizes[path] = 0
            yield Resize(path, 0)
        if "O_APPEND" in asked:
            self._places[descriptor] = self._sizes.get(path, 0)

    def _on_descriptor(self, name: str, asked: str, result: int, began: int) -> Iterator[Event]:
        found = _DESCRIPTOR.match(asked)
        if found is None or found[3] or not self._ours(path := _path(found[2])):
            return
        descriptor, numbers = int(found[1]), _numbers(asked)
        if name == "lseek":
            self._places[descriptor] = result
        elif name == "ftruncate":
            self._sizes[path] = numbers[-1]
            yield Resize(path, numbers[-1])
        elif name in {"fsync", "fdatasync"}:
            yield Flush(path, began)
        else:
            offset = numbers[-1] if name == "pwrite64" else self._places[descriptor]
            if name == "write":
                self._places[descriptor] = offset + result
            self._sizes[path] = max(self._sizes.get(path, 0), offset + result)
            yield Write(path, offset, _strings(asked)[:result])

    def _on_names(self, name: str, paths: list[str]) -> Iterator[Event]:
        if not any(self._ours(path) for path in paths):
            if any(not path.startswith("/") for path in paths):
                raise NotUnderstood(f"{name} of a relative path: {paths}")
            return
        if name.startswith("rename"):
            if paths[0] in self._sizes:
                self._sizes[paths[1]] = self._sizes.pop(paths[0])
            yield Rename(paths[0], paths[1])
        elif name.startswith("mkdir"):
            yield Create(paths[0], folder=True)
        else:
            yield Remove(paths[0])


def _texts(asked: str) -> list[str]:
    return [found[1] for found in _TEXT.finditer(asked)]


def _strings(asked: str) -> bytes:
    if any(found[2] for found in _TEXT.finditer(asked)):
        raise NotUnderstood("a write longer than the trace keeps")
    return b"".join(_bytes(text) for text in _texts(asked))


def _numbers(asked: str) -> list[int]:
    return [int(found[1]) for found in _NUMBER.finditer(_TEXT.sub("", asked))]


def _path(text: str) -> str:
    return _bytes(text).decode()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
