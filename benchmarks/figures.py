"""What a benchmark gives back: figures, each beside what it is measured against and what was promised."""

from dataclasses import dataclass
from enum import StrEnum


class Limit(StrEnum):
    """Which number a promise is about, and on which side of its limit it has to stay."""

    RATIO_AT_MOST = "ratio at most"
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Promise:
    """What the program has to keep."""

    limit: Limit
    value: float

    def __str__(self) -> str:
        return f"{self.limit} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``ours`` in ``unit``, beside ``peer`` (``beside`` says what that is), both measured in one
    run.

    ``unit`` is "s", "ms", "MB" or "a second". ``note`` is for the reader alone.
    """

    name: str
    ours: float
    unit: str
    peer: float | None = None
    beside: str = ""
    promise: Promise | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; ``None`` when nothing was promised."""
        if self.promise is None:
            return None
        match self.promise.limit:
            case Limit.RATIO_AT_MOST:
                return self.ratio is not None and self.ratio <= self.promise.value
            case Limit.AT_MOST:
                return self.ours <= self.promise.value
            case Limit.AT_LEAST:
                return self.ours >= self.promise.value

    def document(self) -> dict[str, object]:
        """As plain values."""
        return {
            "name": self.name,
            "ours": round(self.ours, 4),
            "unit": self.unit,
            "peer": None if self.peer is None else round(self.peer, 4),
            "beside": self.beside,
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "promise": None if self.promise is None else str(self.promise),
            "kept": self.kept,
            "note": self.note,
        }
