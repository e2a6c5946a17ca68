"""Two records of one pupil become one, and two again; two pupils who are alike are said to be two people.

No row is moved and no key rewritten: the double names the record that is kept, and whatever asks for the
pupil asks for both (:mod:`emis_desktop.one_person`). What is typed later stays with the row that it was
written to, so the two can be parted again at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Base, ClassPupil, Enrolment, Mark, Person
from emis_desktop.one_person import together
from emis_desktop.queries.doubles import overlaps, same_keys, value_columns
from emis_desktop.queries.merges import FieldBefore, merge_act
from emis_desktop.queries.whose import raw_value
from emis_desktop.rules.aliases import older
from emis_desktop.rules.deciding import Decision
from emis_desktop.rules.rights import ROLE_RIGHTS, Actor, Right, SensitivityClass, may_read, require
from emis_desktop.services.enrolments import student
from emis_desktop.services.joining import ONE, answer_pairs, bring_back_stays, join_records, part_records
from emis_desktop.services.mark_checks import checks_for
from emis_desktop.services.rows import delete, write_fields

FIELDS: Final = (
    "given_names",
    "family_name",
    "preferred_name",
    "sex",
    "birth_date",
    "birth_place",
    "nationality",
    "address",
    "transport",
)
"""What the kept record may take over from the other, field by field."""
_FILLED: Final = frozenset({"subject_remark", "term_remark", "attendance_total", "attendance_month"})
"""Tables whose empty fields are filled from the other record's row; a mark is one thing."""


@dataclass(frozen=True, slots=True)
class Parted:
    """What came of parting two records: fields given back, and fields that were changed since and stay."""

    restored: int
    left: int


class MergeService:
    """Commands on records that may be of one pupil, by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def merge(
        self,
        one_id: UUID,
        other_id: UUID,
        take: Collection[str] = (),
        rows: Collection[tuple[str, UUID]] = (),
    ) -> UUID:
        """Make one record of two: the newer becomes a double of the older, whose id is returned.

        ``take`` are fields (:data:`FIELDS`) that the older record takes over from the newer; ``rows`` the
        doubled rows (table and id of the newer record's row, see :mod:`emis_desktop.queries.doubles`) whose
        values count from now on. A stay at one school in one year that was entered twice is kept once.

        Raises :class:`Refused` where both are one already, or one of them is not the actor's.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "merge_students") as session:
            people = {
                person.id: person
                for person in (student(session, self._actor, each) for each in {one_id, other_id})
            }
            if len(people) == 1:
                raise Refused(ONE)
            kept, double = (people[each] for each in older(*people))
            self._take(kept, double, take)
            mine = together(session, [kept.id]).of(kept.id)
            theirs = together(session, [double.id]).of(double.id)
            self._one_of_two(session, mine, theirs, frozenset(rows))
            join_records(session, kept.id, double.id)
            answer_pairs(session, self._actor, mine, theirs, Decision.SAME)
            return kept.id

    def settle(self, kept_id: UUID, rows: Collection[tuple[str, UUID]] = ()) -> None:
        """Decide about what records that are merged already both hold, as :meth:`merge` does."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "settle_doubles") as session:
            kept = student(session, self._actor, kept_id)
            records = together(session, [kept.id]).of(kept.id)
            self._one_of_two(session, records[:1], records[1:], frozenset(rows))
            answer_pairs(session, self._actor, records[:1], records[1:], Decision.SAME, again=True)

    def unmerge(self, double_id: UUID) -> Parted:
        """Part a double from the record that it was merged into; both are as before.

        What the merge had changed is given back; what somebody has typed since stays where it was written.
        The two are remembered as two people. Raises :class:`Refused` for a record that is no double.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "unmerge_students") as session:
            double = session.get(Person, double_id)
            main = student(session, self._actor, double_id)
            if double is None or double.id == main.id or double.alias_of_id is None:
                raise Refused("This record was not merged into another one. Look at the list again.")
            act = merge_act(session.connection(), double.id, double.alias_of_id)
            was = together(session, [main.id]).of(main.id)
            part_records(session, main, double)
            done = self._give_back(session, act.changed if act is not None else ())
            for each in (main.id, double.id):
                bring_back_stays(session, each)
            theirs = set(together(session, [double.id]).of(double.id))
            answer_pairs(
                session, self._actor, [one for one in was if one not in theirs], theirs, Decision.DIFFERENT
            )
            return done

    def two_people(self, one_id: UUID, other_id: UUID) -> None:
        """Remember, everywhere, that these two are two people: nobody is asked about them again."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "say_two_people") as session:
            one = student(session, self._actor, one_id)
            other = student(session, self._actor, other_id)
            if one.id == other.id:
                raise Refused("These two records are merged. Part them first.")
            answer_pairs(session, self._actor, [one.id], [other.id], Decision.DIFFERENT)

    # -- Parts ----------------------------------------------------------------------------------------

    def _take(self, kept: Person, double: Person, take: Iterable[str]) -> None:
        for name in take:
            if name not in FIELDS:
                raise Refused("This field cannot be taken over.", field=name)
            if name == "address" and not may_read(self._actor, SensitivityClass.CONTACT):
                raise Refused("The address is not open to you. Leave it as it is.", field=name)
            setattr(kept, name, getattr(double, name))

    def _one_of_two(
        self,
        session: Session,
        mine: Collection[UUID],
        theirs: Collection[UUID],
        chosen: frozenset[tuple[str, UUID]],
    ) -> None:
        """Keep one of two equal stays, and let the chosen rows' values count."""
        self._one_stay(session, mine, theirs)
        session.flush()
        if Right.EDIT_MARKS not in ROLE_RIGHTS[self._actor.role]:
            return
        for table, kept, other in list(same_keys(session, mine, theirs)):
            row_id = UUID(bytes=other["id"])
            names = value_columns(table)
            if (table.name, row_id) in chosen:
                if table.name == Mark.__tablename__:
                    self._require_mark(session, UUID(bytes=kept["id"]))
                values = {name: other[name] for name in names if kept[name] != other[name]}
            elif table.name in _FILLED:
                values = {
                    name: other[name] for name in names if kept[name] is None and other[name] is not None
                }
            else:
                continue
            if values:
                write_fields(session, table, UUID(bytes=kept["id"]), values)

    def _require_mark(self, session: Session, mark_id: UUID) -> None:
        """The mark must be the actor's to enter: its item open, the pupil on the roll then."""
        mark = session.get_one(Mark, mark_id)
        checks = checks_for(session, self._actor, {mark.student_id}, {mark.item_id}, given=True)
        checks.require(mark.student_id, mark.item_id)

    def _one_stay(self, session: Session, mine: Collection[UUID], theirs: Collection[UUID]) -> None:
        stays = session.scalars(
            select(Enrolment).where(Enrolment.person_id.in_([*mine, *theirs]), Enrolment.deleted_at.is_(None))
        ).all()
        own = [row for row in stays if row.person_id in set(mine)]
        for other in (row for row in stays if row.person_id in set(theirs)):
            if not any(_twice(kept, other) for kept in own):
                continue
            places = session.scalars(
                select(ClassPupil).where(ClassPupil.enrolment_id == other.id, ClassPupil.deleted_at.is_(None))
            )
            for row in (other, *places):
                delete(session, row)

    def _give_back(self, session: Session, changed: Iterable[FieldBefore]) -> Parted:
        """Write what the merge had replaced, where it still stands as the merge left it."""
        session.flush()
        restored, left = 0, 0
        edits = Right.EDIT_MARKS in ROLE_RIGHTS[self._actor.role]
        for one in changed:
            if one.field == "alias_of_id":
                continue
            open_to = edits or one.table in {"person", "enrolment", "class_pupil"}
            if not open_to or raw_value(session, one.table, one.row_id, one.field) != one.after:
                left += 1
                continue
            write_fields(session, Base.metadata.tables[one.table], one.row_id, {one.field: one.before})
            restored += 1
        return Parted(restored, left)


def _twice(kept: Enrolment, other: Enrolment) -> bool:
    same = (kept.institution_id, kept.period_id) == (other.institution_id, other.period_id)
    return same and overlaps(kept, other)
