"""The warning while a name is typed: this may be a pupil who is here already."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Cancelled, EmisError
from emis_desktop.queries.duplicates import Possible
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.likeness import REASON_WORDS, Features
from emis_desktop.rules.names import display_name
from emis_desktop.rules.student_number import number_text
from ui.students.model import sex_words
from ui.students.record.scope import RecordScope
from ui.students.saying import full_name
from ui.tasks import Task, TaskControl
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.warning import WarningCard

WAIT_MS = 300
ROW = 34
COMPARE_WIDTH = 680


class Doubles(WarningCard):
    """Hidden while nobody is alike, else ``warned``; ``settled``: everything is answered, nobody is alike.

    ``use_asked(id)``: open that record instead of the one being typed. ``typed_sex`` gives the form's.
    """

    settled = Signal()
    warned = Signal()
    use_asked = Signal(object)

    def __init__(self, scope: RecordScope) -> None:
        tr = scope.words.tr
        super().__init__(
            tr("This may be the same pupil"), "", tr("Compare"), tr("Not the same"), name="student.double"
        )
        self._scope, self.words = scope, scope.words
        self._features = Features("", "")
        self._whose: UUID | None = None
        self._asked, self._answered = 0, 0
        self._task: Task | None = None
        self._found: tuple[Possible, ...] = ()
        self._others: set[frozenset[UUID]] = set()
        self.typed_sex: Callable[[], str] = str
        self._not_new: set[UUID] = set()
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._look)
        self.first.connect(self.compare)
        self.second.connect(self._not_the_same)
        self.hide()

    # -- Asking -------------------------------------------------------------------------------------

    def begin(self, whose: UUID | None) -> None:
        """Another record is open, or (None) a new one."""
        self._whose = whose
        self._not_new.clear()
        self._features = Features("", "")
        self._asked += 1
        self._answered = self._asked
        self._wait.stop()
        self._show(())

    def became(self, student_id: UUID) -> None:
        """The new pupil is stored as this one: what was said not to be the same stays so."""
        self._others.update(frozenset({student_id, other}) for other in self._not_new)
        for other in self._not_new:
            self._remember(student_id, other)

    def ask(self, features: Features) -> None:
        """Look for pupils who are like this, soon; nothing is looked for twice."""
        if features == self._features or not self._scope.edits:
            return
        self._features = features
        self._asked += 1
        self._wait.start()

    def is_settled(self) -> bool:
        """Whether the last question is answered and nobody stands in the way."""
        return self._answered == self._asked and not self._found

    def _look(self) -> None:
        if self._task is not None:
            self._task.cancel()
        ticket, features, whose = self._asked, self._features, self._whose
        queries = self._scope.context.queries.duplicates

        def ask(control: TaskControl) -> tuple[int, tuple[Possible, ...]]:
            try:
                return ticket, queries.possible(features, whose, control.check)
            except Cancelled:
                raise
            except EmisError:  # no warning then: it never stands in the way
                return ticket, ()

        self._task = self._scope.context.tasks.run(ask)
        self._task.succeeded.connect(self._answer)

    def _answer(self, answer: tuple[int, tuple[Possible, ...]]) -> None:
        ticket, found = answer
        if ticket != self._asked:
            return
        self._task = None
        self._answered = ticket
        self._show(tuple(one for one in found if not self._is_other(one.row.id)))

    def _is_other(self, student_id: UUID) -> bool:
        if self._whose is None:
            return student_id in self._not_new
        return frozenset({self._whose, student_id}) in self._others

    def _show(self, found: tuple[Possible, ...]) -> None:
        self._found = found
        if not found:
            self.hide()
            if self.is_settled():
                self.settled.emit()
            return
        first = found[0]
        who = display_name(first.row.given_names, first.row.family_name)
        where = first.row.class_name or first.row.grade
        why = self.words.listing([self.words.tr(REASON_WORDS[reason]) for reason in first.reasons])
        text = self.words.tr(
            "{name}, {class_name}. {reasons}.", name=who, class_name=where, reasons=why[:1].upper() + why[1:]
        )
        if len(found) > 1:
            more = self.words.ntr(
                "{n} other is like it, too.", "{n} others are like it, too.", len(found) - 1
            )
            text = f"{text} {more}"
        self.set_words(self.words.tr("This may be the same pupil"), text)
        self.show()
        self.warned.emit()

    # -- Answers ------------------------------------------------------------------------------------

    def _not_the_same(self, other: UUID | None = None) -> None:
        """``other``, or the first one named, is somebody else; the next one is named, if any."""
        if not self._found:
            return
        other = other or self._found[0].row.id
        if self._whose is None:
            self._not_new.add(other)
        else:
            self._others.add(frozenset({self._whose, other}))
            self._remember(self._whose, other)
        self._show(tuple(one for one in self._found if one.row.id != other))

    def _remember(self, student_id: UUID, other: UUID) -> None:
        """Write down that these are two people, so that nobody is asked again, here or elsewhere."""
        merging = self._scope.context.services.merging

        def write(_control: TaskControl) -> None:
            with contextlib.suppress(EmisError):  # it never stands in the way
                merging.two_people(student_id, other)

        self._scope.context.tasks.run(write)

    def compare(self) -> CompareDialog | None:
        """Both side by side."""
        if not self._found:
            return None
        possible = self._found[0]
        try:
            other = self._scope.context.queries.students.record(possible.row.id)
        except EmisError:  # gone meanwhile: then nobody is alike
            self._not_the_same(possible.row.id)
            return None
        dialog = CompareDialog(self._scope, (self._features, self.typed_sex()), other, self.window())
        dialog.answered.connect(lambda answer: self._compared(answer, possible.row.id))
        dialog.ask()
        return dialog

    def _compared(self, answer: str, other: UUID) -> None:
        if answer == "other":
            self._not_the_same(other)
        elif answer == "open":
            self.use_asked.emit(other)


class CompareDialog(Dialog):
    """What both records say, line by line; what is equal is marked by a tick, not by colour alone."""

    def __init__(
        self, scope: RecordScope, typed: tuple[Features, str], other: StudentRecord, parent: QWidget
    ) -> None:
        """``typed``: names, date and phones as they stand in the form, and the sex ("" for none yet)."""
        tr = scope.words.tr
        super().__init__(
            tr("Are these the same pupil?"),
            tr("Nothing is changed by comparing."),
            name="student.compare",
            parent=parent,
        )
        new = scope.record is None
        columns = (
            Column("what", "", 156),
            Column("this", tr("Being typed") if new else tr("This record"), 190, stretch=1),
            Column("other", tr("The other record"), 190, stretch=1),
        )
        rows = _rows(scope, typed, other)
        model: RowsModel[tuple[str, str, str]] = RowsModel(columns, _cells, rows)
        self.table = TableView(model, tr("Both records"), row_height=ROW, name="student.compare.table")
        model.setParent(self.table)
        self.table.setMinimumSize(600, self.table.head.height() + ROW * len(rows) + 4)
        self.setMinimumWidth(COMPARE_WIDTH)
        self.body.addWidget(self.table)
        self.add_verb("open", tr("Use that record") if new else tr("Open that record"))
        self.add_verb("other", tr("Not the same"))
        self.add_verb("close", tr("Back"), "primary", safe=True)
        FocusRing(self)


def _cells(line: tuple[str, str, str]) -> tuple[Cell, ...]:
    what, this, other = line
    same = bool(this) and this.casefold() == other.casefold()
    return (
        Cell(what, tone="text2"),
        Cell(this or MISSING, weight=500),
        Cell(other or MISSING, weight=500, icon="check" if same else ""),
    )


def _rows(scope: RecordScope, form: tuple[Features, str], other: StudentRecord) -> list[tuple[str, str, str]]:
    typed, sex = form
    tr, words, say = scope.words.tr, scope.words, scope.say
    this = scope.record

    def day(value: object) -> str:
        return words.date(value) if value is not None else ""  # type: ignore[arg-type]

    def where(record: StudentRecord | None) -> str:
        line = record.enrolments[0] if record is not None and record.enrolments else None
        return (line.class_name or line.grade) if line is not None else ""

    def people(record: StudentRecord | None) -> str:
        lines = record.guardians if record is not None else ()
        return words.listing(
            [f"{display_name(one.given_names, one.family_name)} {one.phone or ''}".strip() for one in lines]
        )

    number = this.number if this is not None else None
    return [
        (tr("Name"), display_name(typed.given_names, typed.family_name), full_name(other)),
        (tr("Date of birth"), day(typed.birth_date), day(other.birth_date)),
        (tr("Sex"), sex_words(words, sex), sex_words(words, other.sex)),
        (tr("Number"), number_text(number or ""), number_text(other.number or "")),
        (tr("Class"), where(this), where(other)),
        (
            tr("How it stands"),
            say.ending(this.enrolments[0]) if this else "",
            say.ending(other.enrolments[0]),
        ),
        (tr("Guardians"), people(this), people(other)),
        (tr("Address"), (this.address if this else "") or "", other.address or ""),
    ]
