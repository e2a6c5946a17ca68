"""What people typed, noted beside the program and by none of its means: the measure for what may be lost.

Every value typed is different from every other, so that the values alone tell who had seen what: an edit
whose author had another value before the eyes has followed it, whatever clocks say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from emis_desktop.state_hash import Stored

Place = tuple[str, bytes, str]
"""Table, row id and field."""


@dataclass(slots=True, eq=False)
class Typed:
    """One value typed on ``laptop``: ``after`` instead of ``before``, both as stored. One that is taken away
    (``after`` empty) is owed to nobody, but follows what it took away.

    ``allowed``: the person who typed may write it there. ``owed``: some place that counts still held it
    whenever something was destroyed; else its loss is the laptop's, which never sent it, or the fire's.
    ``proposed``: what the same person had proposed there and saw waiting when typing. ``synced``: how often
    the server had been put back when the screen said that the ministry has it; -1: it never said so.
    """

    number: int
    laptop: str
    place: Place
    before: Stored
    after: Stored
    allowed: bool = True
    owed: bool = True
    proposed: frozenset[Stored] = frozenset()
    synced: int = -1

    def __str__(self) -> str:
        table, row, name = self.place
        return (
            f"#{self.number} {self.laptop} {table}.{name} {row.hex()[-6:]}: {self.before!r} -> {self.after!r}"
        )


def _nothing(_place: Place) -> frozenset[Stored]:
    return frozenset()


@dataclass(slots=True)
class Ledger:
    """Everything typed so far, in the order of its commits."""

    typed: list[Typed] = field(default_factory=list)
    acts: list[tuple[str, list[tuple[str, bytes]]]] = field(default_factory=list)
    """Who did it and the rows that it made, of every act that made more than one."""
    broken: list[Typed] = field(default_factory=list)
    """What the screen called synced, and was nowhere any more when a laptop was destroyed."""
    erased: set[bytes] = field(default_factory=set)
    """Rows that were erased by order."""
    put_back: int = 0
    """How often the server became an older copy of itself."""
    _at: dict[Place, list[Typed]] = field(default_factory=lambda: defaultdict(list))

    def note(
        self,
        laptop: str,
        values: Iterable[tuple[Place, Stored, Stored]],
        *,
        allowed: bool,
        proposed: Callable[[Place], frozenset[Stored]] = _nothing,
    ) -> list[Typed]:
        """Add the values of one act that was committed; ``proposed`` tells what waits for a field."""
        added = []
        for place, before, after in values:
            one = Typed(
                len(self.typed), laptop, place, before, after, allowed, after is not None, proposed(place)
            )
            self.typed.append(one)
            self._at[place].append(one)
            added.append(one)
        return added

    def at(self, place: Place) -> list[Typed]:
        """Everything typed into one field."""
        return self._at.get(place, [])

    def settle(self, survives: Callable[[Typed], bool]) -> None:
        """After something was destroyed: what survives nowhere is owed no longer."""
        for one in self.typed:
            if one.owed and not self._followed(one, survives) and not survives(one):
                one.owed = False
                if one.synced == self.put_back:  # only a server that went back may forget it
                    self.broken.append(one)

    def forgive(self, rows: Callable[[str, bytes], bool]) -> None:
        """What was typed into those rows was erased by order: it is owed to nobody."""
        for one in self.typed:
            if rows(one.place[0], one.place[1]):
                one.owed = False
                self.erased.add(one.place[1])

    def missing(self, there: Callable[[Typed], bool]) -> list[Typed]:
        """What is owed, is not there, and was not followed by anything that is."""
        return [one for one in self.typed if one.owed and not there(one) and not self._followed(one, there)]

    def _followed(self, one: Typed, there: Callable[[Typed], bool]) -> bool:
        """Whether somebody who saw this value typed another, which is there or was itself followed."""
        later = (
            other
            for other in self.at(one.place)
            if other.number > one.number
            and one.after is not None
            and (other.before == one.after or one.after in other.proposed)
        )
        return any(other.after is None or there(other) or self._followed(other, there) for other in later)
