"""Assessment items of a term: added by hand or from a country's templates, changed, locked, removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    AssessmentItem,
    ClassGrade,
    ClassSubject,
    EducationGrade,
    Mark,
    SchoolClass,
    Setting,
    Term,
)
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.assessed import Sheet, setting_name
from emis_desktop.queries.reach import require_class
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.numbers import plain
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.scheme import ItemSpec
from emis_desktop.services.closing import require_open
from emis_desktop.services.rows import delete, keep, revive

OPEN, LOCKED = "open", "locked"


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where items belong: a school, grade, subject and term."""

    institution_id: UUID
    grade_id: UUID
    subject_id: UUID
    term_id: UUID


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item as somebody plans it. Weights are shares: 40 and 60 are as 2 and 3. ``code`` empty: from the
    name.
    """

    name: str
    maximum: Decimal
    weight: Decimal
    part: str = "coursework"
    due_on: date | None = None
    code: str = ""


class ItemService:
    """Changes the items of a term; needs the right to manage the structure; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` changes them."""
        self._db = db
        self._actor = actor

    def add(self, place: ItemPlace, items: Sequence[NewItem]) -> tuple[UUID, ...]:
        """Add items after those that are there; Refused when a code is in use there."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=place.institution_id)
        with self._db.write(self._actor, "add_items") as session:
            return add_items(session, place, items)

    def add_from_templates(
        self, institution_id: UUID, term_ids: Collection[UUID], profile: CountryProfile, language: str = "en"
    ) -> int:
        """Give every grade and subject taught in these terms, and without items, those of its scheme.

        Returns how many items were added; doing it again adds none.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.write(self._actor, "add_items") as session:
            return sum(
                add_from_templates(session, institution_id, term_id, profile, language)
                for term_id in term_ids
            )

    def change(self, item_id: UUID, item: NewItem) -> None:
        """Change an item (not its code); Refused when its maximum would fall under a mark entered."""
        with self._db.write(self._actor, "change_item") as session:
            row = self._item(session, item_id)
            _refuse_unsound(item_id, item)
            best = session.scalar(
                select(func.max(Mark.value)).where(Mark.item_id == item_id, Mark.deleted_at.is_(None))
            )
            if best is not None and item.maximum < best:
                raise Refused(
                    "A mark of {best} is entered. The maximum cannot be less.",
                    field="maximum",
                    best=plain(best),
                )
            _fill(row, item)

    def lock(self, item_id: UUID, *, locked: bool) -> None:
        """Lock an item against changes of its marks, or open it again."""
        with self._db.write(self._actor, "lock_item" if locked else "open_item") as session:
            self._item(session, item_id).state = LOCKED if locked else OPEN

    def remove(self, item_id: UUID) -> None:
        """Remove an item; Refused while it has marks."""
        with self._db.write(self._actor, "remove_item") as session:
            row = self._item(session, item_id)
            marks = session.scalar(
                select(func.count())
                .select_from(Mark)
                .where(Mark.item_id == item_id, Mark.deleted_at.is_(None))
            )
            if marks:
                raise Refused(
                    "{name} has marks of {count} pupils. Clear them first.", name=row.name, count=marks
                )
            delete(session, row)

    def set_assessed(self, sheet: Sheet, *, assessed: bool) -> None:
        """Say whether a subject of a class is assessed in a term; without, no card waits for tests in it.

        Refused when every grade of the class has tests there.
        """
        with self._db.write(self._actor, "set_assessed" if assessed else "set_not_assessed") as session:
            school_class = require_class(session, self._actor, Right.MANAGE_STRUCTURE, sheet.class_id)
            require_open(session, sheet.term_id)
            if not assessed and _is_planned(session, school_class, sheet):
                raise Refused("There are tests in this subject. Remove them first.")
            name = setting_name(sheet)
            row = revive(session, Setting, natural_id("setting", school_class.institution_id, name))
            row.institution_id, row.name, row.value = school_class.institution_id, name, "true"
            keep(session, row, wanted=not assessed)

    def _item(self, session: Session, item_id: UUID) -> AssessmentItem:
        row = session.get(AssessmentItem, item_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That item is no longer there. Open the sheet again.")
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=row.institution_id)
        require_open(session, row.term_id)
        return row


def add_items(session: Session, place: ItemPlace, items: Sequence[NewItem]) -> tuple[UUID, ...]:
    """Write new items inside an open act; see :meth:`ItemService.add`."""
    require_open(session, place.term_id)
    there = _items_at(session, place)
    position = max((row.position for row in there), default=0)
    codes = {row.code.casefold() for row in there}
    added = []
    for item in items:
        code = item.code.strip() or item.name.strip().upper().replace(" ", "")[:32]
        if code.casefold() in codes:
            raise Refused("There is an item {code} already. Give it another name.", field="name", code=code)
        codes.add(code.casefold())
        position += 1
        item_id = natural_id(
            "assessment_item", place.institution_id, place.grade_id, place.subject_id, place.term_id, code
        )
        _refuse_unsound(item_id, item)
        row = revive(session, AssessmentItem, item_id)
        row.institution_id, row.grade_id = place.institution_id, place.grade_id
        row.subject_id, row.term_id, row.code = place.subject_id, place.term_id, code
        row.position, row.state = position, OPEN
        _fill(row, item)
        added.append(item_id)
    return tuple(added)


def add_from_templates(
    session: Session, institution_id: UUID, term_id: UUID, profile: CountryProfile, language: str = "en"
) -> int:
    """Write template items inside an open act; see :meth:`ItemService.add_from_templates`."""
    added = 0
    due_on = session.get_one(Term, term_id).marks_due_on
    for grade_id, grade_code, subject_id in _taught(session, institution_id, term_id):
        place = ItemPlace(institution_id, grade_id, subject_id, term_id)
        if _items_at(session, place):
            continue
        items = [
            NewItem(item.name.text(language), item.maximum, item.weight, item.part, due_on, item.code)
            for item in profile.scheme_of(grade_code).items
        ]
        added += len(add_items(session, place, items))
    return added


def _is_planned(session: Session, school_class: SchoolClass, sheet: Sheet) -> bool:
    """Whether every grade of the class has an item in the subject and term."""
    grades = session.scalars(
        select(ClassGrade.grade_id).where(
            ClassGrade.class_id == school_class.id, ClassGrade.deleted_at.is_(None)
        )
    )
    places = [
        ItemPlace(school_class.institution_id, grade_id, sheet.subject_id, sheet.term_id)
        for grade_id in grades
    ]
    return bool(places) and all(_items_at(session, place) for place in places)


def _taught(session: Session, institution_id: UUID, term_id: UUID) -> list[tuple[UUID, str, UUID]]:
    """(grade, its code, subject) of everything taught in the classes of a term's year."""
    rows = session.execute(
        select(ClassGrade.grade_id, EducationGrade.code, ClassSubject.subject_id)
        .join(SchoolClass, SchoolClass.id == ClassGrade.class_id)
        .join(ClassSubject, ClassSubject.class_id == SchoolClass.id)
        .join(EducationGrade, EducationGrade.id == ClassGrade.grade_id)
        .join(Term, Term.period_id == SchoolClass.period_id)
        .where(
            SchoolClass.institution_id == institution_id,
            Term.id == term_id,
            SchoolClass.deleted_at.is_(None),
            ClassGrade.deleted_at.is_(None),
            ClassSubject.deleted_at.is_(None),
        )
        .distinct()
    ).all()
    return [(row.grade_id, row.code, row.subject_id) for row in rows]


def _items_at(session: Session, place: ItemPlace) -> Sequence[AssessmentItem]:
    session.flush()
    return session.scalars(
        select(AssessmentItem).where(
            AssessmentItem.institution_id == place.institution_id,
            AssessmentItem.grade_id == place.grade_id,
            AssessmentItem.subject_id == place.subject_id,
            AssessmentItem.term_id == place.term_id,
            AssessmentItem.deleted_at.is_(None),
        )
    ).all()


def _refuse_unsound(item_id: UUID, item: NewItem) -> None:
    """The rules' own checks of an item: name, maximum and weight."""
    if not item.name.strip() or len(item.name) > 60:
        raise Refused("An item has a name of 1 to 60 characters. Type one.", field="name")
    ItemSpec(item_id, item.code, item.name, item.part, item.maximum, item.weight)


def _fill(row: AssessmentItem, item: NewItem) -> None:
    row.name, row.part = item.name.strip(), item.part
    row.maximum, row.weight, row.due_on = item.maximum, item.weight, item.due_on
