"""One file that holds all of a laptop's records: written to a USB stick, read back, and unpacked again.

A backup holds copies of the stores, encrypted as they are, and the key ring: on another laptop everybody's
own password, or the ministry's recovery code, opens it. Parts are streamed, so memory does not grow with
them.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from emis_desktop import files
from emis_desktop.backup_format import Header, PartInfo, altered, cut_short, decode, encode
from emis_desktop.errors import BadFile, Cancelled, CannotSave, Refused

CHUNK = 1 << 20
"""Bytes held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file to be put in: ``name`` as in the data folder (``stores/a.db``), ``source`` where it is read
    from.
    """

    name: str
    source: Path


@dataclass(frozen=True, slots=True)
class Watch:
    """How the work is followed and stopped: ``progress(done, total)`` in bytes; ``cancelled()`` is asked
    often.
    """

    progress: Callable[[int, int], None] = lambda _done, _total: None
    cancelled: Callable[[], bool] = lambda: False


class _Work:
    """Counts bytes for a :class:`Watch` and ends the work when it is cancelled."""

    def __init__(self, watch: Watch, total: int) -> None:
        self._watch = watch
        self._total = total
        self._done = 0

    def did(self, count: int) -> None:
        if self._watch.cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        self._done += count
        self._watch.progress(self._done, self._total)


class _Source:
    """A backup being read; a disk that gives a fault makes it :class:`BadFile`, not a fault of the laptop."""

    def __init__(self, path: Path) -> None:
        with _reading(path):
            self.size = path.stat().st_size
            self._stream = path.open("rb")
        self.path = path

    def read(self, size: int = -1) -> bytes:
        with _reading(self.path):
            return self._stream.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._stream.close()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BadFile(
            "{name} cannot be read. Put the disk in, or choose another file.", name=path.name
        ) from fault


def write_backup(
    path: Path,
    parts: Sequence[Part],
    *,
    school: str,
    program: str,
    check: Callable[[Path], None],
    scratch: Path,
    watch: Watch = Watch(),
) -> Header:
    """Write ``parts`` into one file at ``path``, read it back from the disk, and only then give it its
    name.

    ``check`` gets a folder with the parts as unpacked from what was written and raises when they do not
    open; ``scratch`` is where that folder is made. Whatever stops the work leaves an older file at ``path``
    as it was. Raises :class:`CannotSave`, :class:`Cancelled` or what ``check`` raises.
    """
    with files.saving_in(scratch):
        infos = tuple(PartInfo(part.name, part.source.stat().st_size) for part in parts)
    header = Header(datetime.now(UTC).replace(microsecond=0), school, program, infos)
    files.check_space(path.parent, header.content_bytes)
    files.check_space(scratch, header.content_bytes)
    work = _Work(watch, 2 * header.content_bytes)
    with files.new_file(path) as written:
        with written.open("wb") as out:
            _write(out, header, parts, work)
        files.flush(written)
        _forget(written)
        _try_out(written, check, scratch, work)
    return header


def read_header(path: Path) -> Header:
    """What a backup says of itself; looks at its first bytes and its length only. Raises :class:`BadFile`."""
    with _Source(path) as source:
        return decode(source, source.size, path.name)[0]


def extract(path: Path, folder: Path, watch: Watch = Watch()) -> Header:
    """Unpack a backup into the new folder ``folder``, every byte checked; what is wrong leaves no folder.

    Raises :class:`BadFile`, :class:`CannotSave`, :class:`Cancelled`, or :class:`Refused` when the folder
    exists.
    """
    if folder.exists():
        raise Refused("{place} exists already. Nothing was changed.", place=str(folder))
    header = read_header(path)
    files.check_space(folder.parent, header.content_bytes)
    with files.saving_in(folder.parent):
        side = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        try:
            _unpack(path, side, _Work(watch, header.content_bytes))
            files.replace(side, folder)
        finally:
            shutil.rmtree(side, ignore_errors=True)
    return header


def _write(out: BinaryIO, header: Header, parts: Sequence[Part], work: _Work) -> None:
    whole = hashlib.sha256()
    hashes = []

    def put(content: bytes) -> None:
        out.write(content)
        whole.update(content)

    put(encode(header))
    for part, info in zip(parts, header.parts, strict=True):
        one = hashlib.sha256()
        left = info.size
        with part.source.open("rb") as source:
            while left and (chunk := source.read(min(CHUNK, left))):
                put(chunk)
                one.update(chunk)
                left -= len(chunk)
                work.did(len(chunk))
        if left:
            raise CannotSave("The records changed while they were copied. No backup was made; do it again.")
        hashes.append(one.digest())
    put(b"".join(hashes))
    out.write(whole.digest())


def _try_out(written: Path, check: Callable[[Path], None], scratch: Path, work: _Work) -> None:
    """Unpack what was written and let ``check`` open it."""
    try:
        with tempfile.TemporaryDirectory(prefix=".backup.", suffix=".part", dir=scratch) as folder:
            _unpack(written, Path(folder), work)
            check(Path(folder))
    except BadFile as fault:
        raise CannotSave(
            "The disk did not keep what was written. No backup was made; use another USB stick."
        ) from fault


def _unpack(path: Path, folder: Path, work: _Work) -> None:
    with _Source(path) as source:
        header, top = decode(source, source.size, path.name)
        whole = hashlib.sha256(top)
        hashes = [_unpack_part(source, folder / info.name, info.size, whole, work) for info in header.parts]
        kept = source.read(sum(map(len, hashes)))
        whole.update(kept)
        if kept != b"".join(hashes) or source.read() != whole.digest():
            raise altered(path.name)


def _unpack_part(source: _Source, target: Path, size: int, whole: "hashlib._Hash", work: _Work) -> bytes:
    one = hashlib.sha256()
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with files.new_file(target) as part, part.open("wb") as out:
        while size:
            chunk = source.read(min(CHUNK, size))
            if not chunk:
                raise cut_short(source.path.name)
            out.write(chunk)
            one.update(chunk)
            whole.update(chunk)
            size -= len(chunk)
            work.did(len(chunk))
    return one.digest()


def _forget(path: Path) -> None:
    """Let the system forget what it holds of a file in memory, so that reading it back asks the disk."""
    if not hasattr(os, "posix_fadvise"):
        return
    with path.open("rb") as handle:
        os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
