"""Opening the window of a paper: from a record, or from the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.jobs.print_students import OF_PUPILS, PaperOrder
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.papers import PaperKind
from ui.context import UiContext
from ui.students.papers.choices import PaperPlace
from ui.students.papers.window import PaperDialog
from ui.students.rolls import Rolls
from ui.students.saying import full_name

Today = Callable[[], date]


def open_for_pupil(
    context: UiContext, today: Today, kind: PaperKind, record: StudentRecord, parent: QWidget
) -> PaperDialog:
    """The paper of one pupil; an ID card is that of the year and school where the pupil is."""
    order = PaperOrder(kind, today(), context.words.language, (record.id,))
    if kind not in OF_PUPILS:
        line = record.current or (record.enrolments[0] if record.enrolments else None)
        if line is not None:
            order = PaperOrder(
                kind,
                today(),
                context.words.language,
                (record.id,),
                institution_id=line.institution_id,
                year_id=line.period_id,
            )
    return _open(PaperDialog(context, order, parent, whose=full_name(record)))


def open_for_list(
    context: UiContext,
    rolls: Rolls,
    today: Today,
    kind: PaperKind,
    chosen: tuple[UUID | None, frozenset[UUID]],
    parent: QWidget,
) -> PaperDialog | None:
    """The paper of a class or the school: ``chosen`` are the class of the list, if it shows one, and the
    pupils that are ticked, who alone get ID cards then. None where no school or year is chosen.
    """
    institution, year = rolls.institution_id, rolls.chosen_past() or rolls.year()
    if institution is None or year is None:
        context.notify(context.words.tr("Choose a school and a school year at the top first."))
        return None
    class_id, ticked = chosen
    day = min(max(today(), year.starts_on), year.ends_on)
    classes = context.queries.school.classes(institution, year.id, day)
    known = {one.id for one in classes}
    order = PaperOrder(
        kind,
        today(),
        context.words.language,
        tuple(ticked) if kind is PaperKind.ID_CARDS else (),
        institution_id=institution,
        year_id=year.id,
    )
    chosen_class = class_id if class_id in known else None
    own = context.actor.class_ids is not None
    place = PaperPlace(institution, year, classes, chosen_class, own)
    whose = ""
    if order.students:
        whose = context.words.ntr("{n} pupil", "{n} pupils", len(order.students))
    return _open(PaperDialog(context, order, parent, whose=whose, place=place))


def _open(dialog: PaperDialog) -> PaperDialog:
    dialog.ask()
    return dialog
