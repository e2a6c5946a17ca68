"""What a real program asked of the disk, in order: run under ``strace`` and read back as plain events.

Only what lies under one folder counts, and what the program said on its standard output, so that an
acknowledgement has its place among the writes. Threads may overlap: a write counts when it returned, a flush
covers what had returned before it began. Processes that the program starts are followed: they write, but the
program alone promises.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_TRACED = (
    "openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,"
    "sync_file_range,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,"
    "rmdir,lseek,copy_file_range,sendfile,sync,syncfs,msync,fork,vfork,clone,clone3"
)
_STARTS = frozenset({"fork", "vfork", "clone", "clone3"})
_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$", re.DOTALL)
_RESULT = re.compile(r"\) += (-?\d+)(?:<(?P<path>[^>]*)>)?")
_DESCRIPTOR = re.compile(r"(-?\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_NAMED = re.compile(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"((?:\\x[0-9a-f]{2})*)"')
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
        children = processes(lines)
    with record.open() as lines:
        return list(Reader(folder, children).events(lines))


def processes(lines: Iterable[str]) -> dict[str, str]:
    """The process of each thread that is not of the first one; a process is called by its first thread."""
    started: list[tuple[str, str, bool]] = []
    begun: dict[str, str] = {}
    for line in lines:
        match = _LINE.match(line.rstrip("\n"))
        if match is None or (match[2] or match[3]) not in _STARTS:
            continue
        thread, asked = match[1], begun.pop(match[1], "") + match[4]
        results = list(_RESULT.finditer(asked))
        if asked.endswith("<unfinished ...>"):
            begun[thread] = asked
        elif results and int(results[-1][1]) > 0:
            started.append((thread, results[-1][1], "CLONE_THREAD" in asked))
    found: dict[str, str] = {}
    for parent, child, thread_only in started:
        if not thread_only:
            found[child] = child
        elif parent in found:
            found[child] = found[parent]
    return found


class Reader:
    """Turns lines of ``strace -f -y -xx`` into events under one folder."""

    def __init__(self, folder: Path, children: Mapping[str, str] | None = None) -> None:
        """``children``: what :func:`processes` found; threads that are not in it are the program's own."""
        self._folder = str(folder)
        self._children = children or {}
        self._process = ""
        self._begun: dict[str, tuple[str, int]] = {}
        self._places: dict[tuple[str, int], int] = {}
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
        self._process = self._children.get(thread, "")
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
        if name in _STARTS:
            return
        if name in {"write", "writev"} and asked.startswith("1<") and not self._process:
            yield from self._said(_strings(asked))
        elif name in {"openat", "open", "creat"}:
            yield from self._opened(asked, result, _path(results[-1]["path"] or ""))
        elif name in {"write", "pwrite64", "ftruncate", "fsync", "fdatasync", "lseek"}:
            yield from self._on_descriptor(name, asked, result, began)
        elif name in {"rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"}:
            yield from self._on_names(name, [_below(folder, text) for folder, text in _NAMED.findall(asked)])
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
        here = self._process, descriptor
        self._places.pop(here, None)
        if not self._ours(path):
            return
        self._places[here] = 0
        if "O_CREAT" in asked:
            yield Create(path)
        if "O_TRUNC" in asked:
            self._sizes[path] = 0
            yield Resize(path, 0)
        if "O_APPEND" in asked:
            self._places[here] = self._sizes.get(path, 0)

    def _on_descriptor(self, name: str, asked: str, result: int, began: int) -> Iterator[Event]:
        found = _DESCRIPTOR.match(asked)
        if found is None or found[3] or not self._ours(path := _path(found[2])):
            return
        here, numbers = (self._process, int(found[1])), _numbers(asked)
        if name == "lseek":
            self._places[here] = result
        elif name == "ftruncate":
            self._sizes[path] = numbers[-1]
            yield Resize(path, numbers[-1])
        elif name in {"fsync", "fdatasync"}:
            yield Flush(path, began)
        else:
            offset = numbers[-1] if name == "pwrite64" else self._places[here]
            if name == "write":
                self._places[here] = offset + result
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


def _below(folder: str, text: str) -> str:
    """A name that a call gave, whole where the folder is known from which it counts."""
    return str(PurePosixPath(_path(folder), _path(text)))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
