"""Issuing transcripts, testimonials and leaving certificates as report cards are: frozen, numbered, kept.

:meth:`IssuingService.prepare` numbers papers in one look, :meth:`IssuingService.commit` issues them in one
act if nothing has changed in between. A paper that says what the issue in force says is not issued anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import CaptureContext, Change, IssuedPaper, Site
from emis_desktop.queries.card_content import check_code, fingerprint
from emis_desktop.queries.papers.content import (
    LETTERS,
    SignedPaper,
    freeze_paper,
    same_paper,
    sealed_paper,
)
from emis_desktop.queries.papers.issued import paper_in_force, thawed
from emis_desktop.rules.card import CardIssue, CardReplaced
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.papers import PaperKind
from emis_desktop.rules.rights import Actor, Right, may, require
from emis_desktop.sentence import Sentence, say

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ToIssue:
    """A paper of a pupil, given by a school."""

    student_id: UUID
    institution_id: UUID
    kind: PaperKind
    paper: SignedPaper


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paper with number and code; ``row`` None: it was issued before, and nothing has changed since."""

    paper: SignedPaper
    row: IssuedPaper | None


class IssuingService:
    """Issues papers as one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor
        self._stamp: _Stamp | None = None

    def may_issue(self, institution_id: UUID) -> bool:
        """Whether papers of that school are the actor's to issue: the office, not a class teacher."""
        actor = self._actor
        return actor.class_ids is None and may(actor, Right.ISSUE_CARDS, institution_id=institution_id)

    def shown(self, session: Session, one: ToIssue) -> tuple[SignedPaper, Sentence]:
        """What a preview shows, inside a look: the issue in force if nothing has changed since, else the
        paper; and what giving it out would mean.
        """
        if not self.may_issue(one.institution_id):
            return one.paper, say(N_("A copy for you: the office issues this paper."))
        earlier = paper_in_force(session, one.student_id, one.institution_id, one.kind)
        if earlier is None:
            return one.paper, say(N_("Saving or printing issues it: it gets a number and is kept."))
        if same_paper(one.kind, earlier.content, one.paper):
            return thawed(session, earlier), say(
                N_("Issued on {day} as {number}. Nothing has changed since: this is that paper again."),
                day=earlier.issued_on,
                number=earlier.number,
            )
        return one.paper, say(
            N_("Saving or printing issues it and replaces issue {issue} of {day}."),
            issue=str(earlier.issue),
            day=earlier.issued_on,
        )

    def prepare(self, session: Session, papers: Sequence[ToIssue], today: date) -> list[Numbered]:
        """The papers with their numbers, inside a look; nothing is issued yet."""
        self._stamp = _stamp(session)
        site = session.scalars(select(Site.code)).one()
        number = self._stamp[2]
        found = []
        for one in papers:
            require(self._actor, Right.ISSUE_CARDS, institution_id=one.institution_id)
            earlier = paper_in_force(session, one.student_id, one.institution_id, one.kind)
            if earlier is not None and same_paper(one.kind, earlier.content, one.paper):
                found.append(Numbered(thawed(session, earlier), None))
                continue
            number += 1
            text = f"{site}-{today:%y}{LETTERS[one.kind]}-{number:06}"
            found.append(_numbered(one, earlier, text, today, self._actor.name))
        return found

    def commit(self, papers: Sequence[Numbered]) -> None:
        """Issue what was prepared last, as one act; raises :class:`Refused` when records changed since."""
        rows = [one.row for one in papers if one.row is not None]
        if not rows:
            return
        with self._db.write(self._actor, "issue_papers") as session:
            if _stamp(session) != self._stamp:
                raise Refused(
                    "Records were changed while the paper was being made. Nothing was issued; do it again."
                )
            session.add_all(rows)
            session.execute(update(Site).values(card_number=Site.card_number + len(rows)))


def _numbered(
    one: ToIssue, earlier: IssuedPaper | None, number: str, today: date, issued_by: str
) -> Numbered:
    issue = CardIssue(
        issue=1 if earlier is None else earlier.issue + 1,
        number=number,
        issued_on=today,
        check_code="",
        qr=b"",
        replaces=None if earlier is None else CardReplaced(earlier.issue, earlier.issued_on),
    )
    paper = replace(one.paper, issue=issue)
    content = freeze_paper(paper)
    mark = fingerprint(content)
    row = IssuedPaper(
        id=new_id(),
        student_id=one.student_id,
        institution_id=one.institution_id,
        kind=one.kind.value,
        number=number,
        issue=issue.issue,
        replaces_id=None if earlier is None else earlier.id,
        issued_on=today,
        issued_by=issued_by,
        language=paper.language,
        check_code=check_code(mark),
        fingerprint=mark,
        content=content,
    )
    return Numbered(sealed_paper(paper, mark), row)


def _stamp(session: Session) -> _Stamp:
    """The state of the store that papers were prepared from: newest change, downloads, last number."""
    change = session.scalar(select(func.max(Change.seq))) or 0
    received = session.scalars(select(CaptureContext.received)).one()
    return change, received, session.scalars(select(Site.card_number)).one()
