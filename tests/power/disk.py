"""A disk that may lose power: what is certain to be on it, what is only on its way, and what a crash leaves.

Nothing is certain but what a flush has waited for: the bytes of a file by a flush of that file, its name by a
flush of its folder. Everything else a crash may have kept, lost, or, in pieces of 512 bytes, torn, a later
write kept and an earlier one lost. Names of one folder change in order, so that a crash keeps the first of
them. The shared memory beside a WAL (``-shm``) never is on a disk by any promise.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from tests.power.calls import Create, Event, Flush, Remove, Rename, Resize, Said, Write

SECTOR = 512
SHARED = "-shm"


class Loss(StrEnum):
    """How a crash treats what was only on its way."""

    ALL = "all"
    NONE = "none"
    NAMES_KEPT = "names kept"
    TORN = "torn"
    """Each write kept, lost or torn by the dice; so many names kept, by the dice."""
    LAST_TORN = "last torn"
    """All kept but the last write of each file, which is torn."""


@dataclass
class File:
    """The bytes of one file: ``certain``, and what came since, each with the number of its event."""

    certain: bytes = b""
    coming: list[tuple[int, Write | Resize]] = field(default_factory=list)


_Naming = tuple[int, dict[str, File | None]]
"""A change of names in one step: number of its event, and each path's file from then on (None: gone)."""


class Disk:
    """Folders and files under the traced folder, as events make them."""

    def __init__(self, content: Mapping[str, bytes] | None = None) -> None:
        """``content``: what was there, and certain, before."""
        self._count = 0
        self._certain: dict[str, File] = {path: File(data) for path, data in (content or {}).items()}
        self._now = dict(self._certain)
        self._coming: dict[str, list[_Naming]] = {}
        self._folders: set[str] = set()

    def apply(self, event: Event) -> None:
        """Let one event happen."""
        match event:
            case Write() | Resize():
                if not event.path.endswith(SHARED):
                    self._now[event.path].coming.append((self._count, event))
            case Create():
                self._create(event)
            case Rename():
                self._name(event.target, {event.path: None, event.target: self._now[event.path]})
            case Remove():
                self._name(event.path, {event.path: None})
            case Flush():
                self._flush(event)
            case Said():
                pass
        self._count += 1

    def _create(self, event: Create) -> None:
        if event.folder:
            self._folders.add(event.path)  # a folder without its files is never missed by a store
        elif event.path not in self._now and not event.path.endswith(SHARED):
            self._name(event.path, {event.path: File()})

    def _name(self, path: str, names: dict[str, File | None]) -> None:
        if not path.endswith(SHARED):
            self._coming.setdefault(_folder(path), []).append((self._count, names))
            _rename(self._now, names)

    def _flush(self, event: Flush) -> None:
        file = self._now.get(event.path)
        if file is not None:
            file.certain = written(file.certain, (op for at, op in file.coming if at < event.began))
            file.coming = [each for each in file.coming if each[0] >= event.began]
            return
        for at, names in self._coming.pop(event.path, []):
            if at < event.began:
                _rename(self._certain, names)
            else:
                self._coming.setdefault(event.path, []).append((at, names))

    def now(self) -> dict[str, bytes]:
        """What every program sees, by path."""
        return {
            path: written(file.certain, (op for _, op in file.coming)) for path, file in self._now.items()
        }

    def crashed(self, loss: Loss, dice: random.Random) -> dict[str, bytes]:
        """What is found, by path, after the power went at this moment."""
        names = dict(self._certain)
        for changes in self._coming.values():
            kept = {Loss.ALL: 0, Loss.TORN: dice.randint(0, len(changes))}.get(loss, len(changes))
            for _, changed in changes[:kept]:
                _rename(names, changed)
        found = {path: _left(file, loss, dice) for path, file in sorted(names.items())}
        if loss is Loss.TORN and dice.random() < 0.5:
            logs = [path for path in found if path.endswith("-wal")]
            found |= {path.removesuffix("-wal") + SHARED: dice.randbytes(32_768) for path in logs}
        return found


def _rename(names: dict[str, File], changed: dict[str, File | None]) -> None:
    for path, file in changed.items():
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _left(file: File, loss: Loss, dice: random.Random) -> bytes:
    ops = [op for _, op in file.coming]
    if loss is Loss.NONE:
        return written(file.certain, ops)
    if loss is Loss.LAST_TORN:
        return written(file.certain, [*ops[:-1], *_torn(ops[-1:], dice)])
    if loss is Loss.TORN:
        kept: list[Write | Resize] = []
        for op in ops:
            fate = dice.randrange(3)
            kept += [op] if fate == 0 else _torn([op], dice) if fate == 1 else []
        return written(file.certain, kept)
    return file.certain


def _torn(ops: Iterable[Write | Resize], dice: random.Random) -> list[Write | Resize]:
    """Some of the sectors of each write; a change of size happens or does not."""
    left: list[Write | Resize] = []
    for op in ops:
        if isinstance(op, Resize):
            left += [op] if dice.random() < 0.5 else []
            continue
        end, at = op.offset + len(op.data), op.offset
        while at < end:
            until = min(end, (at // SECTOR + 1) * SECTOR)
            if dice.random() < 0.5:
                left.append(Write(op.path, at, op.data[at - op.offset : until - op.offset]))
            at = until
    return left


def written(content: bytes, ops: Iterable[Write | Resize]) -> bytes:
    """``content`` after ``ops``, in their order; what was never written reads as zeros."""
    made = bytearray(content)
    for op in ops:
        size = op.size if isinstance(op, Resize) else op.offset + len(op.data)
        if len(made) < size:
            made += bytes(size - len(made))
        if isinstance(op, Resize):
            del made[op.size :]
        else:
            made[op.offset : size] = op.data
    return bytes(made)


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)
