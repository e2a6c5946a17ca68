"""The classes of the chosen year: add, rename, grades, class teacher, subjects and who teaches them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.school import ClassInfo, ClassSubjectInfo, GradeInfo
from emis_desktop.queries.staff import StaffLine
from emis_desktop.rules.rights import Right, offers
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.class_card import ClassCard
from ui.settings_page.class_dialogs import AddClass, AddStaff
from ui.settings_page.section import Section
from ui.theme.fonts import MEDIUM
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a class can be made of, and the classes there are."""

    classes: tuple[ClassInfo, ...]
    grades: tuple[GradeInfo, ...]
    subjects: tuple[SubjectLine, ...]
    staff: tuple[StaffLine, ...]


class ClassesSection(Section):
    """The list at the start, the chosen class at the end."""

    tables = frozenset(
        {"school_class", "class_grade", "class_subject", "staff_position", "person", "class_pupil"}
    )

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "classes", scrolls=False)
        tr = self.words.tr
        self.plan = Plan((), (), (), ())
        self._wanted: UUID | None = None
        bar = row(None, 8)
        bar.addStretch(1)
        self._staff = Button(tr("Add a teacher"), icon="user-plus", name="settings.classes.staff")
        self._staff.clicked.connect(self.add_staff)
        self._add = Button(tr("Add a class"), "primary", "plus", name="settings.classes.add")
        self._add.clicked.connect(self.add)
        bar.addWidget(self._staff)
        bar.addWidget(self._add)
        self.body.addLayout(bar)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._both())
        self._empty = EmptyState(
            "school",
            tr("No classes in this year yet"),
            tr("A class has a name and one grade or several. Pupils, marks and cards belong to classes."),
            name="settings.classes.empty",
        )
        first = self._empty.add(Button(tr("Add a class"), "primary", "plus", name="settings.classes.first"))
        first.clicked.connect(self.add)
        ground = Card(flush=True)
        ground.body.addWidget(self._empty)
        self._pages.addWidget(ground)
        self.body.addWidget(self._pages, 1)

    def _both(self) -> QWidget:
        tr = self.words.tr
        both = QWidget()
        line = row(both, 12)
        card = Card(flush=True, name="settings.classes.card")
        columns = (
            Column("name", tr("Class"), 130, stretch=2),
            Column("grades", tr("Grades"), 80, stretch=1),
            Column("teacher", tr("Class teacher"), 130, stretch=2),
            Column("roll", tr("Pupils"), 64, align="end"),
        )
        self._model: RowsModel[ClassInfo] = RowsModel(columns, _cells)
        self.table = TableView(self._model, tr("Classes of the year"), name="settings.classes.table")
        self.table.picked.connect(lambda _row: self._picked())
        card.body.addWidget(self.table, 1)
        line.addWidget(card, 5)
        self.card = ClassCard(self.context, self)
        line.addWidget(self.card, 4)
        return both

    def refresh(self) -> None:
        """Read classes, grades, subjects and staff."""
        place = self.context.place
        if place.institution_id is not None and place.year is not None:
            self.ask(partial(self._read, place.institution_id, place.year.id), self._show)
        usable = place.institution_id is not None and place.year is not None
        self._add.setEnabled(usable)
        self._staff.setEnabled(usable)

    def _read(self, school_id: UUID, year_id: UUID) -> Plan:
        queries = self.context.queries
        looks = offers(self.context.actor, Right.VIEW_MARKS)
        return Plan(
            queries.school.classes(school_id, year_id, today()) if looks else (),
            queries.school.grades(year_id),
            queries.grading.subjects(self.words.language),
            queries.staff.staff(school_id, today()),
        )

    def _show(self, plan: Plan) -> None:
        chosen = self.current()
        wanted = self._wanted or (chosen.id if chosen is not None else None)
        self.plan, self._wanted = plan, None
        self._model.set_rows(list(plan.classes))
        self._pages.setCurrentIndex(0 if plan.classes else 1)
        self._add.setVisible(bool(plan.classes))  # the empty place offers it itself
        for place, one in enumerate(plan.classes):
            if one.id == wanted or (wanted is None and place == 0):
                self.table.pick(place)
        self._picked()

    def current(self) -> ClassInfo | None:
        """The class that is chosen."""
        place = self.table.current_row()
        return self._model.row(place) if 0 <= place < self._model.count() else None

    def _picked(self) -> None:
        chosen = self.current()
        self.card.setVisible(chosen is not None)
        if chosen is not None:
            queries, language = self.context.queries.school, self.words.language
            self.ask(lambda: queries.subjects_of(chosen.id, language), partial(self._show_class, chosen))

    def _show_class(self, chosen: ClassInfo, subjects: tuple[ClassSubjectInfo, ...]) -> None:
        current = self.current()
        if current is None or current.id != chosen.id:
            return  # an answer that comes late would take away what is being typed for another class
        self.card.show_class(chosen, subjects, self.plan.grades, self.plan.subjects, self.plan.staff)

    def add(self) -> None:
        """A new class."""
        place = self.context.place
        if place.institution_id is None or place.year is None:
            return
        dialog = AddClass(self.context, self.plan.grades, self.plan.staff, self.window())
        dialog.done_well.connect(self._added)
        dialog.ask()

    def _added(self, made: Made[UUID]) -> None:
        self._wanted = made.result
        self.context.notify(self.words.tr("The class is added"))
        self.refresh()

    def add_staff(self) -> None:
        """A new member of staff, to be class teacher or teach a subject."""
        dialog = AddStaff(self.context, self.window())
        dialog.done_well.connect(self._staff_added)
        dialog.ask()

    def _staff_added(self, made: Made[str]) -> None:
        self.context.notify(self.words.tr("{name} is on the staff now", name=made.result))


def _cells(one: ClassInfo) -> tuple[Cell, ...]:
    return (
        Cell(one.name, weight=MEDIUM),
        Cell(", ".join(grade.code for grade in one.grades)),
        Cell(one.teacher or MISSING),
        Cell(str(one.on_roll)),
    )
