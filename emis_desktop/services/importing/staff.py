"""Staff from a file: a row for each post; who holds two posts is one person."""

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
from emis_desktop.models import Institution, Person, PersonContact, PersonIdentity, StaffPosition
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.dates import from_serial, parse_birth_date, parse_date
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.admission import Row
from emis_desktop.services.importing.grown_ups import GrownUps, Writing, read_grown_ups
from emis_desktop.services.importing.guardians import list_words, said
from emis_desktop.services.importing.names import STAFF_NUMBER, Columns, Named, choice, named
from emis_desktop.services.importing.outcome import Faults, Outcome, in_column
from emis_desktop.services.importing.people import holders_of
from emis_desktop.services.importing.places import read_places
from emis_desktop.services.importing.values import sex
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.staff import TEACHER
from emis_desktop.services.student_numbers import kept_number

COLUMNS: Final = Columns(
    given="given_names",
    family="family_name",
    number="staff_number",
    phone="phone",
    email="email",
    number_kind=STAFF_NUMBER,
)
EMPLOYMENT: Final = (
    ("full_time", ("full time", "à plein temps", "temps plein", "tiempo completo", "PERM")),
    (
        "part_time",
        ("part time", "à temps partiel", "temps partiel", "medio tiempo", "tiempo parcial", "PART"),
    ),
    ("substitute", ("supply", "remplaçant", "suplente", "sustituto", "SUB")),
    ("volunteer", ("bénévole", "voluntario", "VOL")),
)
"""How somebody is employed, with other words for it."""
EARLIEST = date(1920, 1, 1)
LONGEST_REASON = 40
_ORDER = (Person, PersonIdentity, PersonContact, StaffPosition)


@dataclass(frozen=True, slots=True)
class _Post:
    """A post as a row has it; what the row does not say is None."""

    institution_id: UUID
    role: str
    starts_on: date | None
    more: Row


class StaffImport:
    """One file of staff inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(
        self, session: Session, actor: Actor, today: date, profile: CountryProfile | None = None
    ) -> None:
        """``profile`` has the list of posts."""
        self._session = session
        self._actor = actor
        self._today = today
        self._places = read_places(session, actor, today)
        self._roles: list[tuple[str, tuple[str, ...]]] = [(TEACHER, ("Teacher",))]
        if profile is not None:
            self._roles = list_words(profile, "staff_role")
        self._writing = Writing()
        self._people = GrownUps(self._writing, COLUMNS)
        self._posts: dict[UUID, list[StaffPosition]] = {}
        self._staff: set[UUID] = set()
        self._births: dict[UUID, date | None] = {}
        self._rows: dict[tuple[UUID, UUID, str, date | None], int] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """What each row does; nothing is written yet. ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        self._read(records)
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record) as faults:
                before = self._writing.noted
                if self._row(record, faults):
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

    def _read(self, records: Records) -> None:
        question = select(StaffPosition).where(StaffPosition.deleted_at.is_(None))
        if self._actor.institution_id is not None:
            question = question.where(StaffPosition.institution_id == self._actor.institution_id)
        for post in self._session.scalars(question.order_by(StaffPosition.starts_on, StaffPosition.id)):
            self._posts.setdefault(post.person_id, []).append(post)
        held = {post.role for posts in self._posts.values() for post in posts}
        self._roles = [*self._roles, *((role, ()) for role in sorted(held - {one for one, _ in self._roles}))]
        holders = holders_of(self._session, set(_numbers(records)), STAFF_NUMBER)
        self._staff = set(self._posts)
        people = {*self._posts, *holders.values()}
        self._people.know(read_grown_ups(self._session, people, STAFF_NUMBER), holders)

    def _row(self, record: Record, faults: Faults) -> bool:
        """Note what a row does; whether it adds a post."""
        school = faults.read(partial(self._school, record))
        role = faults.read(partial(choice, record, "post", self._roles)) or TEACHER
        starts_on = faults.read(partial(self._day, record, "starts_on"))
        more = self._more(record, faults)
        fields = self._fields(record, faults)
        row = named(record, COLUMNS, faults)
        if school is None:
            faults.stop()
        post = _Post(school.id, role, starts_on, more)
        ends_on = more.get("ends_on")
        if starts_on is not None and ends_on is not None and ends_on < starts_on:
            raise Refused("The last day is before the first. Correct one of them.", field="ends_on")
        person_id = self._person(record, row, fields, post)
        return self._post(person_id, post)

    def _person(self, record: Record, row: Named, fields: Row, post: _Post) -> UUID:
        """Who the row means, brought up to date, or made."""
        found = self._people.other(row, by_call=False)
        if found is None:
            found = self._people.among(row, self._alike(row, fields, post))
        if found is not None:
            self._people.refuse_other(row, found)
            key = (found, post.institution_id, post.role, post.starts_on)
            first = self._rows.setdefault(key, record.line)
            if first != record.line:
                raise Refused(
                    "Row {row} is the same post of the same person. Take one away.", field="post", row=first
                )
            said_of = {
                **dict(fields),
                "given_names": row.given_names,
                "family_name": row.family_name,
                "staff_number": row.number,
                "phone": row.phone,
                "email": row.email,
            }
            self._people.refuse_contradiction(found, record.line, said_of)
            self._people.update(found, row, fields)
            self._people.group(row, found)
            return found
        made = self._people.make(row, {**fields, "synthetic": bool(fields.get("synthetic"))})
        self._rows[made, post.institution_id, post.role, post.starts_on] = record.line
        self._staff.add(made)
        self._births[made] = fields.get("birth_date")
        return made

    def _alike(self, row: Named, fields: Row, post: _Post) -> list[UUID]:
        """The staff who may be meant, whoever has that very post first; whoever was born on another day than
        the row says is not.
        """
        born = fields.get("birth_date")
        namesakes = [one for one in self._people.namesakes(row) if one in self._staff]
        alike = [one for one in namesakes if born is None or self._born(one) in {None, born}]
        return sorted(alike, key=lambda one: not self._holds(one, post))

    def _holds(self, person_id: UUID, post: _Post) -> bool:
        wanted = (post.institution_id, post.role, post.starts_on)
        return any(
            (one.institution_id, one.role, one.starts_on) == wanted for one in self._posts.get(person_id, [])
        )

    def _born(self, person_id: UUID) -> date | None:
        known = self._people.get(person_id)
        return self._births.get(person_id) if known is None else known.person.birth_date

    def _post(self, person_id: UUID, post: _Post) -> bool:
        """Note a new post, or what changes of one; whether it is new."""
        there = self._same_post(person_id, post)
        if there is None:
            row = {
                "id": new_id(),
                "person_id": person_id,
                "institution_id": post.institution_id,
                "role": post.role,
                "starts_on": post.starts_on,
                **post.more,
            }
            self._writing.insert(StaffPosition, row)
            return True
        wanted = {**post.more, **({"starts_on": post.starts_on} if post.starts_on else {})}
        changed = {name: value for name, value in wanted.items() if getattr(there, name) != value}
        self._writing.change(StaffPosition, there.id, **changed)
        return False

    def _same_post(self, person_id: UUID, post: _Post) -> StaffPosition | None:
        """The post with the same first day, else one without, else, where the row says none, the last."""
        alike = [
            one
            for one in self._posts.get(person_id, [])
            if (one.institution_id, one.role) == (post.institution_id, post.role)
        ]
        same = [one for one in alike if one.starts_on == post.starts_on]
        if not same:
            same = [one for one in alike if one.starts_on is None or post.starts_on is None]
        return same[-1] if same else None

    # -- Values -------------------------------------------------------------------------------------

    def _school(self, record: Record) -> Institution:
        school = self._places.school(record.get("institution"))
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=school.id)
        return school

    def _more(self, record: Record, faults: Faults) -> Row:
        """What else a row says of the post."""
        values: Row = {
            "ends_on": faults.read(partial(self._day, record, "ends_on")),
            "employment": faults.read(partial(choice, record, "employment", EMPLOYMENT)),
            "end_reason": faults.read(partial(_reason, record)),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _fields(self, record: Record, faults: Faults) -> Row:
        """What else a row says of the person."""
        values: Row = {"synthetic": faults.read(partial(said, record, "synthetic"))}
        if record.get("sex"):
            values["sex"] = faults.read(partial(sex, record.get("sex")))
        if record.get("birth_date"):
            values["birth_date"] = faults.read(partial(self._birth, record))
        if record.get("preferred_name"):
            name = record.get("preferred_name")
            values["preferred_name"] = faults.read(partial(checked_text, "preferred_name", name))
        return {name: value for name, value in values.items() if value is not None}

    def _birth(self, record: Record) -> date:
        with in_column("birth_date"):
            return parse_birth_date(from_serial(record.get("birth_date")), self._today)

    def _day(self, record: Record, column: str) -> date | None:
        text = record.get(column)
        if not text:
            return None
        with in_column(column):
            latest = self._today.replace(year=self._today.year + 5, day=1)
            return parse_date(from_serial(text), EARLIEST, latest)


def _reason(record: Record) -> str | None:
    text = " ".join(record.get("end_reason").split())
    if len(text) > LONGEST_REASON:
        raise Refused(
            "This is longer than {longest} characters. Shorten it.",
            field="end_reason",
            longest=LONGEST_REASON,
        )
    return text or None


def _numbers(records: Records) -> Iterator[str]:
    for record in records.rows:
        text = record.get(COLUMNS.number)
        if text:
            try:
                yield kept_number(STAFF_NUMBER, text)
            except Refused:
                continue
