"""Guardians from a file: a row for each guardian of each pupil; brothers and sisters share one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.models import Enrolment, Guardianship, Person, PersonContact, PersonIdentity
from emis_desktop.one_person import together
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.rules.rights import Actor
from emis_desktop.services.admission import Row
from emis_desktop.services.importing.grown_ups import GrownUps, Writing, read_grown_ups
from emis_desktop.services.importing.names import PERSON_NUMBER, Columns, Named, choice, named
from emis_desktop.services.importing.outcome import Faults, Outcome, RowRefused, in_column
from emis_desktop.services.importing.people import holders_of
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.importing.values import UNKNOWN_RELATION, relation_code, yes
from emis_desktop.services.student_numbers import kept_number

COLUMNS: Final = Columns(
    given="guardian_given_names",
    family="guardian_family_name",
    number="guardian_number",
    phone="guardian_phone",
    email="guardian_email",
    whole="guardian_name",
)
MOST = 99
_ORDER = (Person, PersonIdentity, PersonContact, Guardianship)


@dataclass(frozen=True, slots=True)
class _Link:
    """What a row says of the tie; None where it says nothing."""

    relation: str | None
    priority: int | None
    may_collect: bool | None
    court_order: bool | None

    def given(self) -> Row:
        """The fields that it says."""
        names = ("relation", "priority", "may_collect", "court_order")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


class GuardianImport:
    """One file of guardians inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(
        self, session: Session, actor: Actor, _today: date, profile: CountryProfile | None = None
    ) -> None:
        """``profile`` has the list of relations."""
        self._session = session
        self._actor = actor
        self._relations = [] if profile is None else list_words(profile, "guardian_relation")
        self._writing = Writing()
        self._people = GrownUps(self._writing, COLUMNS)
        self._pupils: dict[str, UUID] = {}
        self._open: frozenset[UUID] = frozenset()
        self._links: dict[UUID, dict[UUID, Guardianship]] = {}
        self._gone: dict[UUID, Guardianship] = {}
        self._rows: dict[tuple[UUID, UUID], int] = {}
        self._last: dict[UUID, int] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """What each row does; nothing is written yet. ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        self._read(records)
        read = [self._named(record) for record in records.rows]
        for record, row in zip(records.rows, read, strict=True):
            student_id = self._pupils.get(record.get("number").strip())
            if row is not None and student_id is not None:
                found = self._people.among(row, list(self._links.get(student_id, {})))
                if found is not None:
                    self._people.group(row, found)
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record) as faults:
                before = self._writing.noted
                made = self._row(record, faults)
                if made:
                    outcome.created += 1
                elif self._writing.noted > before:
                    outcome.updated += 1
                else:
                    outcome.unchanged += 1
            if done % 200 == 0:
                step(done, len(records.rows))
        return outcome

    def write(self) -> None:
        """Write what :meth:`decide` found sound."""
        self._writing.write(self._session, _ORDER)

    # -- What is there ------------------------------------------------------------------------------

    def _read(self, records: Records) -> None:
        found = pupils_by_number(self._session, (record.get("number") for record in records.rows))
        whole = together(self._session, list(found.values()))
        self._pupils = {number: whole.main_of(person_id) for number, person_id in found.items()}
        people = set(self._pupils.values())
        self._open = frozenset(_enrolled(self._session, self._actor, people))
        for piece in pieces(whole.all_of(people)):
            for link in self._session.scalars(
                select(Guardianship)
                .where(Guardianship.student_id.in_(piece))
                .order_by(Guardianship.priority, Guardianship.id)
            ):
                if link.deleted_at is not None:
                    self._gone[link.id] = link
                    continue
                main = whole.main_of(link.student_id)
                self._links.setdefault(main, {}).setdefault(link.guardian_id, link)
                self._last[main] = max(self._last.get(main, 0), link.priority)
        holders = holders_of(self._session, set(_numbers(records)), PERSON_NUMBER)
        reachable = set(_guardians_of(self._session, self._actor)) | set(holders.values())
        self._people.know(read_grown_ups(self._session, reachable, PERSON_NUMBER), holders)

    def _named(self, record: Record) -> Named | None:
        """The guardian of a row that can be read; what is wrong with another is told later."""
        try:
            return named(record, COLUMNS, Faults())
        except RowRefused:
            return None

    # -- A row --------------------------------------------------------------------------------------

    def _row(self, record: Record, faults: Faults) -> bool:
        """Note what a row does; whether it adds a guardian to a pupil."""
        student_id = faults.read(partial(self._pupil, record))
        link = _Link(
            faults.read(partial(self._relation, record)),
            faults.read(partial(_priority, record)),
            faults.read(partial(said, record, "may_collect")),
            faults.read(partial(said, record, "court_order")),
        )
        synthetic = faults.read(partial(said, record, "synthetic"))
        row = named(record, COLUMNS, faults)
        if student_id is None:
            faults.stop()
        links = self._links.setdefault(student_id, {})
        found = self._people.among(row, list(links))
        known = found if found is not None else self._people.other(row)
        if known == student_id:
            raise Refused("A pupil cannot be their own guardian.", field=COLUMNS.given)
        if known is not None:
            self._check(record, row, student_id, known)
        fields: Row = {} if synthetic is None else {"synthetic": synthetic}
        guardian_id = self._people.make(row, {"synthetic": bool(synthetic)}) if known is None else known
        if known is None:
            self._check(record, row, student_id, guardian_id)
        else:
            self._people.update(guardian_id, row, fields)
        if found is None:
            self._add(student_id, guardian_id, link)
            return True
        self._change(links.get(guardian_id), link)
        return False

    def _check(self, record: Record, row: Named, student_id: UUID, guardian_id: UUID) -> None:
        """Refuse a row that another row of the file, or the record, speaks against."""
        self._people.refuse_other(row, guardian_id)
        first = self._rows.get((student_id, guardian_id))
        if first is not None:
            raise Refused(
                "Row {row} is the same guardian of the same pupil. Take one away.", field="number", row=first
            )
        told = {
            COLUMNS.given: row.given_names,
            COLUMNS.family: row.family_name,
            COLUMNS.number: row.number,
            COLUMNS.phone: row.phone,
            COLUMNS.email: row.email,
        }
        self._people.refuse_contradiction(guardian_id, record.line, dict(told))
        self._rows[student_id, guardian_id] = record.line

    def _pupil(self, record: Record) -> UUID:
        found = self._pupils.get(record.get("number").strip())
        if found is None:
            raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                          number=record.get("number") or "–")  # fmt: skip
        if found not in self._open:
            raise Refused(
                "This pupil is at another school. Ask that school to change the record.", field="number"
            )
        return found

    def _relation(self, record: Record) -> str | None:
        """A code of the list, by code or name; one that the list does not have stays as it is typed."""
        typed = record.get("guardian_relation")
        if not typed:
            return None
        try:
            return choice(record, "guardian_relation", self._relations)
        except Refused:
            code = relation_code(typed)
            if len(code) > 32:
                raise
            return code

    def _add(self, student_id: UUID, guardian_id: UUID, link: _Link) -> None:
        last = self._last.get(student_id, 0)
        values: Row = {
            "relation": UNKNOWN_RELATION,
            "priority": last + 1,
            "may_collect": True,
            "court_order": False,
            **link.given(),
        }
        self._last[student_id] = max(last, values["priority"])
        row_id = natural_id("guardianship", student_id, guardian_id)
        if row_id in self._gone:
            self._writing.change(Guardianship, row_id, deleted_at=None, **values)
            return
        self._writing.insert(
            Guardianship, {"id": row_id, "student_id": student_id, "guardian_id": guardian_id, **values}
        )

    def _change(self, there: Guardianship | None, link: _Link) -> None:
        if there is None:
            return
        changed = {name: value for name, value in link.given().items() if getattr(there, name) != value}
        self._writing.change(Guardianship, there.id, **changed)


def list_words(profile: CountryProfile, listed: str) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and names in each language of a list of the profile."""
    return [
        (entry.code, tuple(entry.name.text(language) for language in ("en", "fr", "es")))
        for entry in profile.code_lists.get(listed, ())
    ]


def said(record: Record, column: str) -> bool | None:
    """Whether a column says yes; None for an empty cell."""
    return yes(record, column) if record.get(column) else None


def _priority(record: Record) -> int | None:
    text = record.get("priority")
    if not text:
        return None
    with in_column("priority"):
        return parse_whole(text, 1, MOST)


def _numbers(records: Records) -> Iterator[str]:
    for record in records.rows:
        text = record.get(COLUMNS.number)
        if text:
            try:
                yield kept_number(PERSON_NUMBER, text)
            except Refused:
                continue


def _enrolled(session: Session, actor: Actor, people: set[UUID]) -> Iterator[UUID]:
    """Those of these pupils whose record is the actor's to change: the open enrolment, else the last, is at
    the actor's school.
    """
    for piece in pieces(people):
        stays = session.execute(
            select(Enrolment.person_id, Enrolment.institution_id)
            .where(Enrolment.person_id.in_(piece), Enrolment.deleted_at.is_(None))
            .order_by(Enrolment.ends_on.is_(None), Enrolment.ends_on, Enrolment.starts_on)
        )
        homes: dict[UUID, UUID] = {}
        homes.update((person_id, school_id) for person_id, school_id in stays)  # the last one counts
        yield from (one for one, school in homes.items() if actor.institution_id in {None, school})


def _guardians_of(session: Session, actor: Actor) -> Iterator[UUID]:
    """Guardians of pupils whom the actor sees."""
    question = select(Guardianship.guardian_id).where(Guardianship.deleted_at.is_(None)).distinct()
    if actor.institution_id is not None:
        own = select(Enrolment.person_id).where(
            Enrolment.institution_id == actor.institution_id, Enrolment.deleted_at.is_(None)
        )
        question = question.where(Guardianship.student_id.in_(own))
    return iter(session.scalars(question).all())
