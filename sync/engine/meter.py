"""How far a sync is: records and bytes each way, never going back, and how long it may still take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from emis_desktop.queries.sync_state import Part, Phase

PHOTOS = "person_photo"
_GUESS = 40
"""Bytes of an entry on the line, until some have come."""
_STEADY = 2.0
"""Seconds after which a speed can be told."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A sync at one moment, as :class:`~emis_desktop.queries.sync_state.SyncState` has it."""

    phase: Phase = Phase.CONNECTING
    sending: Part = field(default_factory=Part)
    receiving: Part = field(default_factory=Part)
    photos: Part = field(default_factory=Part)
    seconds_left: int | None = None

    @property
    def bytes_done(self) -> int:
        """Bytes both ways so far."""
        return self.sending.bytes_done + self.receiving.bytes_done

    @property
    def bytes_total(self) -> int:
        """Bytes both ways in all, estimated."""
        return max(self.sending.bytes_total + self.receiving.bytes_total, self.bytes_done)


def nobody(_progress: Progress) -> None:
    """Watches nothing."""


class Meter:
    """Counts, and tells ``watch``. ``moved`` says whether anything came over since it was last asked."""

    def __init__(self, watch: Callable[[Progress], None], clock: Callable[[], float]) -> None:
        """``clock`` gives seconds; only their differences count."""
        self._watch = watch
        self._clock = clock
        self._began = clock()
        self._now = Progress()
        self._moved = False
        self._counted = 0

    def phase(self, phase: Phase) -> None:
        """The sync is at something else now."""
        self._tell(replace(self._now, phase=phase))

    def to_send(self, ops: int, size: int) -> None:
        """So many operations and bytes wait, beside what was sent already."""
        part = self._now.sending
        self._tell(
            replace(
                self._now,
                sending=replace(
                    part, total=part.done + ops, bytes_total=max(part.bytes_total, part.bytes_done + size)
                ),
            )
        )

    def to_receive(self, entries: int, size: int | None = None) -> None:
        """So many entries are to come, as far as is known."""
        part = self._now.receiving
        guess = size if size is not None else entries * self._weight()
        self._tell(
            replace(
                self._now,
                receiving=replace(
                    part,
                    total=max(part.total, part.done + entries),
                    bytes_total=max(part.bytes_total, part.bytes_done + guess),
                ),
            )
        )

    def out(self, size: int) -> None:
        """Bytes left."""
        part = self._now.sending
        done = part.bytes_done + size
        self._tell(
            replace(
                self._now, sending=replace(part, bytes_done=done, bytes_total=max(part.bytes_total, done))
            )
        )

    def came(self, size: int) -> None:
        """Bytes arrived."""
        self._moved = True
        part = self._now.receiving
        done = part.bytes_done + size
        self._tell(
            replace(
                self._now, receiving=replace(part, bytes_done=done, bytes_total=max(part.bytes_total, done))
            )
        )

    def sent(self, ops: int) -> None:
        """Operations are with the server."""
        self._moved = True
        part = self._now.sending
        self._tell(replace(self._now, sending=replace(part, done=part.done + ops)))

    def applied(self, facets: Mapping[str, int]) -> None:
        """Entries are in the store, counted by facet."""
        self._moved = True
        entries, pictures = sum(facets.values()), facets.get(PHOTOS, 0)
        part, photos = self._now.receiving, self._now.photos
        self._tell(
            replace(
                self._now,
                receiving=replace(part, done=part.done + entries, total=max(part.total, part.done + entries)),
                photos=replace(
                    photos, done=photos.done + pictures, total=max(photos.total, photos.done + pictures)
                ),
            )
        )

    def progressed(self) -> None:
        """The server said that more had come than it had said before."""
        self._moved = True

    def moved(self) -> bool:
        """Whether anything came over since this was asked last."""
        moved, self._moved = self._moved, False
        return moved

    def advanced(self) -> bool:
        """Whether more records are across than when this was asked last: talk alone is no progress."""
        done = self._now.sending.done + self._now.receiving.done
        before, self._counted = self._counted, done
        return done > before

    def _weight(self) -> int:
        part = self._now.receiving
        return max(1, part.bytes_done // part.done) if part.done else _GUESS

    def _tell(self, now: Progress) -> None:
        passed = self._clock() - self._began
        left = now.bytes_total - now.bytes_done
        steady = passed >= _STEADY and now.bytes_done > 0
        seconds = round(left * passed / now.bytes_done) if steady else None
        self._now = replace(now, seconds_left=seconds)
        self._watch(self._now)
