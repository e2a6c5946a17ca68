"""What must survive a database that was restored or rolled back: an append-only file outside it.

Sites, codes that were used, revocations, leased numbers, codes read out by telephone and heads of the audit
chain each have a line, on the disk before the answer leaves. A restored server reads them again, so it never
revives a revoked laptop, takes a code twice, or leases a number twice. Each line is bound to the one before
and carries a code of the server's secret: who can write the file but has no key cannot write a line of it.

One line is one JSON object: ``n`` from 1, ``kind``, ``at`` (milliseconds since 1970 UTC), what it tells, and
``mac`` over all that and the ``mac`` of the line before.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from emis_desktop import files
from emis_desktop.errors import N_, StoreDamaged
from emis_desktop.file_lock import locked
from sync.server.keys import ServerKeys

NAME: Final = "ledger.jsonl"
_USE: Final = "ledger"
_MAC: Final = re.compile(rb'"mac":"([0-9a-f]{32})","n":(\d{1,18})[,}]')
"""In a line as it was written; a text in it cannot be taken for it, its quotes are escaped."""
_TAIL: Final = 1 << 16
"""Bytes in which the last line begins as a rule."""
_SPOILT = N_(
    "Line {line} of {file} was changed or is damaged. Bring the file back from a copy of before; do not go "
    "on without it: revoked laptops would come back."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``told`` is what it tells beside number, kind and moment."""

    n: int
    kind: str
    at: int
    told: dict[str, Any]
    mac: str


class Ledger:
    """The file in ``folder``, for all threads and processes of a server."""

    def __init__(self, folder: Path, keys: ServerKeys, now_ms: Callable[[], int]) -> None:
        self.path = folder / NAME
        self._lock = folder / "ledger.lock"
        self._keys = keys
        self._now_ms = now_ms
        self._turn = threading.Lock()

    def append(self, kind: str, at: int | None = None, **told: object) -> int:
        """Add a line of the moment ``at`` (else now), on the disk when this returns. Returns its number.

        Raises :class:`CannotSave` where the disk takes nothing, :class:`StoreDamaged` for a spoilt last line.
        """
        with self._turn, locked(self._lock), files.saving_in(self.path.parent):
            new = not self.path.exists()
            with self.path.open("r+b" if not new else "x+b") as file:
                last = self._last(file)
                number = last.n + 1 if last else 1
                body = {"n": number, "kind": kind, "at": self._now_ms() if at is None else at, **told}
                mac = self._mac(last.mac if last else "", _packed(body))
                file.seek(0, os.SEEK_END)
                file.write(_packed({**body, "mac": mac}) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                self.path.chmod(files.PRIVATE)
                files.flush_folder(self.path.parent)
            return number

    def lines(self, but: str = "") -> Iterator[Line]:
        """Every line from the first; raises :class:`StoreDamaged` at the first that was tampered with.

        A last line that is not whole was never answered for, and is left out. ``but``: lines of that kind are
        looked through like all, and not read: there are millions of heads of the audit after some years.
        """
        mac = ""
        unread = f'"kind":{json.dumps(but)},'.encode()
        for number, raw in enumerate(self._whole_lines(), 1):
            said = _MAC.search(raw)
            if said is None or int(said[2]) != number:
                raise self._spoilt(number)
            body = raw[: said.start()] + raw[said.start(2) - len('"n":') : -1]
            expected = self._mac(mac, body)
            if not hmac.compare_digest(expected.encode(), said[1]):
                raise self._spoilt(number)
            mac = expected
            if not but or unread not in raw[: said.start()]:
                yield self._read(raw, number)

    def count(self) -> int:
        """How many lines there are."""
        return sum(1 for _ in self._whole_lines())

    def _whole_lines(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                yield from (raw for raw in file if _is_whole(raw))
        except FileNotFoundError:
            return

    def _last(self, file: BinaryIO) -> Line | None:
        """The last whole line; what a power cut left of another one is taken away."""
        size = file.seek(0, os.SEEK_END)
        tail, whole, reach = b"", b"", _TAIL
        while not whole[:-1].count(b"\n") and len(tail) < size:  # a line may be longer than that
            file.seek(max(0, size - reach))
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            while whole and not _is_whole(whole[whole.rfind(b"\n", 0, -1) + 1 :]):
                whole = whole[: whole.rfind(b"\n", 0, -1) + 1]
            reach *= 8
        if len(whole) < len(tail):
            file.truncate(size - len(tail) + len(whole))
        if not whole:
            return None
        raw = whole.rstrip(b"\n").rsplit(b"\n", 1)[-1]
        return self._read(raw, None)

    def _read(self, raw: bytes, number: int | None) -> Line:
        try:
            found = json.loads(raw)
            return Line(
                n=int(found.pop("n")),
                kind=str(found.pop("kind")),
                at=int(found.pop("at")),
                mac=str(found.pop("mac")),
                told=found,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise self._spoilt(number) from fault

    def _spoilt(self, number: int | None) -> StoreDamaged:
        return StoreDamaged(_SPOILT, line=number or "–", file=str(self.path))

    def _mac(self, before: str, body: bytes) -> str:
        return self._keys.mac(_USE, before.encode(), body).hex()[:32]


def _is_whole(raw: bytes) -> bool:
    """Whether a line was written to its end: a power cut leaves zeros where a part of it never reached the
    disk. One with another behind it was, so its zeros are found out by the number that is missing.
    """
    return raw.endswith(b"\n") and b"\0" not in raw


def _packed(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
