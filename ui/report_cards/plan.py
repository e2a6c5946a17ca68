"""What an issue of cards would do, and what the person chose for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from emis_desktop.queries.report_cards import CardRow
from emis_desktop.rules.readiness import CardState
from resources.words import Words


@dataclass(frozen=True, slots=True)
class IssuePlan:
    """The cards of a class, or of one pupil, sorted by what an issue does with them.

    ``provisional`` cards are incomplete ones that may be issued as they are, ``stuck`` those that may not;
    ``issued`` ones have not changed and stay as they are.
    """

    title: str
    ready: tuple[UUID, ...]
    changed: tuple[UUID, ...]
    provisional: tuple[UUID, ...]
    stuck: int
    issued: int

    @staticmethod
    def of(title: str, rows: Sequence[CardRow], *, begun: bool) -> "IssuePlan":
        """The plan for these rows; nothing is provisional before the first mark of the class."""

        def students(state: CardState) -> tuple[UUID, ...]:
            return tuple(row.student_id for row in rows if row.state is state)

        incomplete = [row for row in rows if row.state is CardState.INCOMPLETE]
        provisional = tuple(row.student_id for row in incomplete if row.provisional and begun)
        return IssuePlan(
            title=title,
            ready=students(CardState.READY),
            changed=students(CardState.CHANGED),
            provisional=provisional,
            stuck=len(incomplete) - len(provisional),
            issued=len(students(CardState.ISSUED)),
        )

    def students(self, *, provisional: bool) -> frozenset[UUID]:
        """Whose cards would be issued."""
        return frozenset((*self.ready, *self.changed, *(self.provisional if provisional else ())))

    def count(self, *, provisional: bool) -> int:
        """How many cards would be issued."""
        return len(self.students(provisional=provisional))

    def left_out(self, *, provisional: bool) -> int:
        """How many incomplete cards would be left out."""
        return self.stuck + (0 if provisional else len(self.provisional))

    def sentences(self, words: Words, *, provisional: bool) -> list[str]:
        """What would happen, in sentences."""
        said = []
        if self.ready:
            said.append(words.ntr("{n} card is ready.", "{n} cards are ready.", len(self.ready)))
        if self.changed:
            said.append(
                words.ntr(
                    "{n} has changed since it was issued: a new issue replaces it.",
                    "{n} have changed since they were issued: new issues replace them.",
                    len(self.changed),
                )
            )
        if provisional and self.provisional:
            said.append(
                words.ntr(
                    "{n} is issued with marks missing and says so.",
                    "{n} are issued with marks missing and say so.",
                    len(self.provisional),
                )
            )
        left_out = self.left_out(provisional=provisional)
        if left_out:
            said.append(
                words.ntr("{n} incomplete card is left out.", "{n} incomplete cards are left out.", left_out)
            )
        if self.issued:
            said.append(
                words.ntr(
                    "{n} is issued and unchanged: it stays as it is.",
                    "{n} are issued and unchanged: they stay as they are.",
                    self.issued,
                )
            )
        return said


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answers: into one file ``target`` or, with ``merged`` False, a file a pupil in that folder."""

    target: Path
    merged: bool
    language: str
    provisional: bool
