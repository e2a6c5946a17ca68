"""Whether a pupil's report card can be issued as final: what keeps it back, and where it stands.

Every list, count and refusal asks here, so that no two of them can differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from emis_desktop.rules.results import ResultState, SubjectResult


class CardState(StrEnum):
    """Where a pupil's card stands.

    ``incomplete``: something is missing, also on a card that was issued and has changed since. ``changed``:
    issued, complete, but its values have changed since: issue it again.
    """

    INCOMPLETE = "incomplete"
    READY = "ready"
    ISSUED = "issued"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A subject of a class that has no test in the term, although it is to be assessed."""

    key: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a card lacks: ``marks`` are the subjects in which the pupil lacks one, ``tests`` those without
    any.
    """

    marks: tuple[Awaited, ...] = ()
    tests: tuple[Awaited, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is a gap."""
        return bool(self.marks or self.tests)

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """The subjects with a gap, those with tests first."""
        return tuple(subject.key for subject in (*self.marks, *self.tests))


def gaps_of(results: Iterable[SubjectResult], awaited: Sequence[Awaited]) -> Gaps:
    """What is missing for a pupil with these results; ``awaited``: subjects without tests.

    A subject in which nothing at all was entered is missing also where missing marks are left out.
    """
    lacking = (one for one in results if one.pending or one.state is ResultState.NO_MARKS)
    return Gaps(tuple(Awaited(one.plan.key, one.plan.name) for one in lacking), tuple(awaited))


def is_printed(result: SubjectResult) -> bool:
    """Whether a subject has a line on the card: exempt in all parts, or nothing to enter, leaves it out."""
    return not (result.left_out and result.state is not ResultState.ABSENT)


def card_state(*, complete: bool, issued: bool, changed: bool) -> CardState:
    """Where a card stands. ``changed``: it would not say the same as the issue in force."""
    if issued and not changed:
        return CardState.ISSUED
    if not complete:
        return CardState.INCOMPLETE
    return CardState.CHANGED if issued else CardState.READY
