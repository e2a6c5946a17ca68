"""One class: its name, grades, class teacher, and the subjects with who teaches them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.school import ClassInfo, ClassSubjectInfo, GradeInfo
from emis_desktop.queries.staff import StaffLine
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.services.classes import MOST_PUPILS
from ui.context import UiContext
from ui.settings_page.class_dialogs import NOBODY, teacher_choices
from ui.settings_page.grade_chips import GradeChips
from ui.theme.fonts import SEMIBOLD, font
from ui.widgets.base import column, row
from ui.widgets.button import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.fields import ChoiceField, Combo, TextField
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text

if TYPE_CHECKING:
    from ui.settings_page.section import Section


class ClassCard(Card):
    """Everything is stored as it is chosen, through ``section``."""

    def __init__(self, context: UiContext, section: Section) -> None:
        super().__init__(flush=True, name="settings.class.card")
        self.context, self.words, self._section = context, context.words, section
        self._class: ClassInfo | None = None
        self._staff: tuple[StaffLine, ...] = ()
        tr = self.words.tr
        scroll = ScrollColumn(10)
        scroll.body.setContentsMargins(15, 12, 15, 12)
        self.body.addWidget(scroll)
        self._name = TextField(tr("Name of the class"), self.words, name="settings.class.rename")
        self._name.committed.connect(self._rename)
        self._grades = GradeChips(self.words, (), name="settings.class.grades", short=True)
        self._grades.changed.connect(self._keep_grades)
        self._teacher = ChoiceField(tr("Class teacher"), [], self.words, name="settings.class.leader")
        self._teacher.chosen.connect(self._keep_teacher)
        for field in (self._name, self._grades, self._teacher):
            scroll.body.addWidget(field)
        self._room = TextField(
            tr("Room for"), self.words, optional=True, width=110, name="settings.class.capacity"
        )
        self._room.committed.connect(self._keep_room)
        self._shift = TextField(tr("Shift"), self.words, optional=True, name="settings.class.shift")
        self._shift.committed.connect(self._keep_shift)
        beside = row(None, 12)
        beside.addWidget(self._room)
        beside.addWidget(self._shift, 1)
        scroll.body.addLayout(beside)
        scroll.body.addWidget(Text(tr("Subjects and who teaches them"), 12, SEMIBOLD))
        self._subjects = column(None, 6)
        scroll.body.addLayout(self._subjects)
        self._more = ChoiceField(tr("Add a subject"), [], self.words, name="settings.class.subject")
        self._more.chosen.connect(self._add_subject)
        scroll.body.addWidget(self._more)
        line = row(None, 8)
        line.addStretch(1)
        self._remove = Button(tr("Remove the class"), "quiet", "trash-2", name="settings.class.remove")
        self._remove.clicked.connect(self._remove_class)
        line.addWidget(self._remove)
        scroll.body.addLayout(line)
        scroll.body.addStretch(1)

    def show_class(
        self,
        one: ClassInfo,
        subjects: tuple[ClassSubjectInfo, ...],
        grades: tuple[GradeInfo, ...],
        all_subjects: tuple[SubjectLine, ...],
        staff: tuple[StaffLine, ...],
    ) -> None:
        """Show a class; what is being typed stays."""
        other = self._class is None or self._class.id != one.id
        self._class, self._staff = one, staff
        if other or not self._name.pending():
            self._name.set_text(one.name)
        for typed, kept in ((self._room, str(one.capacity or "")), (self._shift, one.shift)):
            if other or not typed.pending():
                typed.set_text(kept)
        self._grades.set_grades(grades)
        self._grades.set_value({grade.id for grade in one.grades})
        self._grades.set_fault("")
        self._teacher.set_choices(teacher_choices(self.words.tr("nobody for now"), staff))
        self._teacher.set_value(str(one.teacher_id) if one.teacher_id else NOBODY)
        if other:
            self._teacher.set_fault("")
        self._show_subjects(subjects)
        there = {subject.subject_id for subject in subjects}
        self._more.set_choices([(str(line.id), line.name) for line in all_subjects if line.id not in there])
        self._remove.setVisible(one.on_roll == 0)

    def _show_subjects(self, subjects: tuple[ClassSubjectInfo, ...]) -> None:
        while (item := self._subjects.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for subject in subjects:
            self._subjects.addWidget(self._subject_line(subject))

    def _subject_line(self, subject: ClassSubjectInfo) -> QWidget:
        tr = self.words.tr
        holder = QWidget()
        line = row(holder, 8)
        line.addWidget(Text(subject.name, elide=True), 1)
        teacher = Combo()
        teacher.setFont(font())
        teacher.setObjectName(f"settings.class.teacher.{subject.code}")
        teacher.setAccessibleName(tr("Teacher of {subject}", subject=subject.name))
        for key, text in teacher_choices(tr("nobody for now"), self._staff):
            teacher.addItem(text, key)
        teacher.setCurrentIndex(teacher.findData(str(subject.teacher_id) if subject.teacher_id else NOBODY))
        teacher.setFixedWidth(170)
        teacher.activated.connect(
            lambda _place, one=subject, box=teacher: self._keep_subject(one, str(box.currentData()))
        )
        line.addWidget(teacher)
        away = IconButton(
            "x",
            tr("Take {subject} from the class", subject=subject.name),
            quiet=True,
            name=f"settings.class.drop.{subject.code}",
        )
        away.clicked.connect(partial(self._drop_subject, subject))
        line.addWidget(away)
        return holder

    # -- Storing --------------------------------------------------------------------------------------

    def _rename(self, text: str) -> None:
        if self._class is not None:
            class_id, structure = self._class.id, self.context.services.structure
            refused = partial(self._not_stored, class_id, self._name.set_refusal)
            self._section.store(lambda: structure.rename_class(class_id, text), refused)

    def _keep_teacher(self, key: str) -> None:
        if self._class is not None:
            class_id, structure = self._class.id, self.context.services.structure
            refused = partial(self._not_stored, class_id, self._teacher.set_refusal)
            self._section.store(lambda: structure.set_class_teacher(class_id, _person(key)), refused)

    def _keep_room(self, text: str) -> None:
        if self._class is not None:
            class_id, classes = self._class.id, self.context.services.classes
            refused = partial(self._not_stored, class_id, self._room.set_refusal)

            def keep() -> None:
                room = parse_whole(text, 1, MOST_PUPILS) if text.strip() else None
                classes.set_capacity(class_id, room)

            self._section.store(keep, refused)

    def _keep_shift(self, text: str) -> None:
        if self._class is not None:
            class_id, classes = self._class.id, self.context.services.classes
            refused = partial(self._not_stored, class_id, self._shift.set_refusal)
            self._section.store(lambda: classes.set_shift(class_id, text), refused)

    def _not_stored(self, class_id: UUID, show: Callable[[EmisError], object], refusal: EmisError) -> None:
        """Beside the field while it shows that class; above the part when another has come into it."""
        if self._class is not None and self._class.id == class_id:
            show(refusal)
        else:
            self._section.tell(refusal)

    def _keep_grades(self, chosen: tuple[UUID, ...]) -> None:
        if self._class is None:
            return
        class_id, before, classes = self._class.id, self._class.grades, self.context.services.classes

        def refused(refusal: EmisError) -> None:
            self._grades.set_fault(refusal.text(self.words))
            self._grades.set_value({grade.id for grade in before})

        told = partial(self._not_stored, class_id, refused)
        self._section.store(lambda: classes.set_grades(class_id, chosen), told)

    def _keep_subject(self, subject: ClassSubjectInfo, key: str) -> None:
        class_id, subject_id, structure = (
            subject.class_id,
            subject.subject_id,
            self.context.services.structure,
        )
        self._section.save(lambda: structure.set_subject_teacher(class_id, subject_id, _person(key)))

    def _add_subject(self, key: str) -> None:
        if self._class is not None:
            class_id, structure = self._class.id, self.context.services.structure
            self._section.save(lambda: structure.set_subject_teacher(class_id, UUID(key), None))

    def _drop_subject(self, subject: ClassSubjectInfo, _checked: bool = False) -> None:
        structure = self.context.services.structure
        text = self.words.tr("{subject} is taken from the class; its marks are kept", subject=subject.name)
        self._section.do(lambda: structure.remove_subject(subject.class_id, subject.subject_id), text)

    def _remove_class(self) -> None:
        if self._class is None:
            return
        class_id, name = self._class.id, self._class.name
        classes = self.context.services.classes
        self._section.do(lambda: classes.remove(class_id), self.words.tr("{name} is removed", name=name))


def _person(key: str) -> UUID | None:
    return UUID(key) if key != NOBODY else None
