"""Opens mark sheets: columns and rows of a class and subject in a term, read at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.queries.closing import closing_of
from emis_desktop.queries.gradebook import ClassHead, Gradebook, ItemRow, gradebook, term_of
from emis_desktop.queries.reach import require_class, require_subject
from emis_desktop.queries.school import ClassSubjectInfo, subjects_of
from emis_desktop.queries.sheet_list import SheetLine, sheet_list
from emis_desktop.queries.sheet_notes import SheetNotes, sheet_notes
from emis_desktop.queries.sheet_values import (
    CODES,
    ENTRY_PLACES,
    NO_FIGURES,
    OPEN,
    MarkSheet,
    SheetColumn,
    SheetItem,
    SheetRow,
    column_of,
    derived,
    first_rules,
    row_result,
    with_cells,
)
from emis_desktop.rules.columns import weight_percent
from emis_desktop.rules.marks import MISSING
from emis_desktop.rules.rights import Actor, Right
from emis_desktop.rules.scheme import SubjectPlan

__all__ = [
    "CODES",
    "ENTRY_PLACES",
    "NO_FIGURES",
    "OPEN",
    "MarkSheet",
    "MarkSheetQueries",
    "SheetColumn",
    "SheetItem",
    "SheetRow",
    "column_of",
    "read_sheet",
    "with_cells",
]


class MarkSheetQueries:
    """Opens mark sheets."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def sheet(self, class_id: UUID, subject_id: UUID, term_id: UUID, language: str = "en") -> MarkSheet:
        """The sheet; :class:`Refused` when the class or subject is not the actor's or is not there."""
        with self._db.read() as session:
            return read_sheet(session, self._actor, class_id, subject_id, term_id, language)

    def sheets(self, institution_id: UUID, term_id: UUID, language: str = "en") -> tuple[SheetLine, ...]:
        """The sheets of a school and term that the actor may see, with how much of each is entered.

        Counts the marks of the whole school: ask it away from the screen's thread.
        """
        with self._db.read() as session:
            return sheet_list(session, self._actor, institution_id, term_id, language)

    def notes(self, class_id: UUID, subject_id: UUID, term_id: UUID, language: str = "en") -> SheetNotes:
        """What stands beside the marks of a sheet: comments, effort, who joined late."""
        with self._db.read() as session:
            return sheet_notes(session, self._actor, class_id, subject_id, term_id, language)


def read_sheet(
    session: Session, actor: Actor, class_id: UUID, subject_id: UUID, term_id: UUID, language: str
) -> MarkSheet:
    """The sheet, inside a transaction; see :meth:`MarkSheetQueries.sheet`."""
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    require_subject(session, actor, Right.VIEW_MARKS, class_id, subject_id)
    subject = _subject(subjects_of(session, actor, (class_id,), language), subject_id)
    head = ClassHead(found.id, found.institution_id, found.period_id, found.name)
    book = gradebook(session, head, term_of(session, term_id), language, (subject_id,))
    book = replace(book, pupils=tuple(one for one in book.pupils if book.takes(one, subject_id)))
    plans = {grade_id: plan for grade_id, plans in book.plans.items() for plan in plans}
    columns = _columns(book.items, plans)
    closed = closing_of(session).terms.get(term_id)
    bare = MarkSheet(
        class_id=class_id,
        subject_id=subject_id,
        term_id=term_id,
        class_name=head.name,
        subject_name=subject.name,
        teacher=subject.teacher,
        columns=columns,
        rows=_rows(book, columns, plans),
        column_figures=(),
        term_figures=NO_FIGURES,
        so_far=NO_FIGURES,
        bars=(),
        pass_mark=first_rules(book.rules).pass_mark,
        codes=CODES,
        expected=0,
        entered=0,
        read_only=closed is not None or not subject.may_edit,
        closed="" if closed is None else closed.name,
        plans=plans,
        rules=book.rules,
        not_assessed=bool(book.plans) and not plans and not any(book.awaited.values()),
        awaiting=frozenset(grade_id for grade_id, found in book.awaited.items() if found),
    )
    return derived(bare, bare.rows)


def _subject(subjects: Iterable[ClassSubjectInfo], subject_id: UUID) -> ClassSubjectInfo:
    for subject in subjects:
        if subject.subject_id == subject_id:
            return subject
    raise Refused("That subject is not taught in this class. Choose another.")


def _columns(items: Sequence[ItemRow], plans: Mapping[UUID, SubjectPlan]) -> tuple[SheetColumn, ...]:
    by_code: dict[str, dict[UUID, SheetItem]] = {}
    for item in items:
        by_code.setdefault(item.code, {})[item.grade_id] = _sheet_item(item, plans[item.grade_id])
    return tuple(
        SheetColumn(
            code=code,
            name=next(iter(found.values())).name,
            items=found,
            uniform=len({(item.maximum, item.weight_percent) for item in found.values()}) == 1,
        )
        for code, found in by_code.items()
    )


def _sheet_item(item: ItemRow, plan: SubjectPlan) -> SheetItem:
    spec = next(spec for spec in plan.items if spec.key == item.id)
    return SheetItem(
        id=item.id,
        code=item.code,
        name=item.name,
        part=item.part,
        maximum=item.maximum,
        weight_percent=weight_percent(plan, spec),
        due_on=item.due_on,
        locked=item.state != OPEN,
    )


def _rows(
    book: Gradebook, columns: Sequence[SheetColumn], plans: Mapping[UUID, SubjectPlan]
) -> tuple[SheetRow, ...]:
    rows = []
    for number, pupil in enumerate(book.pupils, start=1):
        marks = book.marks[pupil.student_id]
        cells = tuple(
            marks.get(item.id, MISSING) if (item := column.items.get(pupil.grade_id)) is not None else None
            for column in columns
        )
        result = row_result(pupil.grade_id, cells, columns, plans, book.rules)
        named = (number, pupil.student_id, pupil.listed, pupil.grade_id)
        rows.append(SheetRow(*named, cells, result, pupil.left_on))
    return tuple(rows)
