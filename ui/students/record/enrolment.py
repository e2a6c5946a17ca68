"""Where the pupil is now and was before: year by year, class by class; moving, leaving, coming back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QGridLayout, QWidget

from emis_desktop.queries.pupil_subjects import PupilSubject
from emis_desktop.queries.school import ClassInfo
from emis_desktop.queries.student_lines import EnrolmentLine, StudentRecord
from emis_desktop.queries.suspensions import SuspensionLine
from emis_desktop.queries.transfers import TRANSFERRED
from emis_desktop.rules.rights import Right, offers
from emis_desktop.services.undo import Made
from ui.students.moving import MoveDialog
from ui.students.record.handing_over import HandOverButton
from ui.students.record.leaving import DestinationDialog, ReadmitDialog, WithdrawDialog, day_words
from ui.students.record.scope import Part, RecordScope
from ui.students.record.subjects import SubjectsDialog
from ui.students.record.suspending import SuspendDialog, SuspensionCard
from ui.students.saying import full_name
from ui.tasks import told
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

ROW = 34
SHOWN_ROWS = 9
FACTS_ACROSS = 3


@dataclass(frozen=True, slots=True)
class _Past:
    """A line of the table: a stay in a class, or an enrolment without one."""

    line: EnrolmentLine
    class_name: str
    first: date
    last: date | None
    ends_line: bool


class EnrolmentPart(Part):
    """Facts of now with their verbs, and a table of all that was."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.enrolment")
        tr = self.words.tr
        now = Card(name="student.now")
        head = now.add_head(tr("Now"))
        self.move_button = self._verb(tr("Move to another class…"), "move", self.ask_move)
        self.leave = self._verb(tr("Withdraw…"), "withdraw", partial(self.ask_withdraw, None))
        self.back = self._verb(tr("Admit again…"), "readmit", self.ask_readmit)
        self.where = self._verb(tr("Where to…"), "destination", self.ask_destination)
        self.suspend = self._verb(tr("Suspend…"), "suspend", partial(self.ask_suspend, None))
        self.subjects = self._verb(tr("Subjects…"), "subjects", self.ask_subjects)
        for button in (self.move_button, self.subjects, self.suspend, self.leave, self.where, self.back):
            head.end.addWidget(button)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        now.body.addLayout(self._grid)
        self.body.addWidget(now)
        self.suspensions = SuspensionCard(self.words)
        self.suspensions.change_asked.connect(self.ask_suspend)
        self.body.addWidget(self.suspensions)
        past = Card(flush=True, name="student.past")
        title = row(None, 0, (15, 11, 15, 8))
        title.addWidget(Text(tr("All years"), 14, 600))
        title.addStretch(1)
        self.hand_over = HandOverButton(scope)
        if not offers(scope.context.actor, Right.EXPORT_RECORDS):
            self.hand_over.hide()  # shown before it has a place it would be a window of its own
        title.addWidget(self.hand_over)
        past.body.addLayout(title)
        columns = (
            Column("year", tr("Year"), 76),
            Column("school", tr("School"), 150, stretch=3),
            Column("grade", tr("Grade"), 100),
            Column("class", tr("Class"), 130, stretch=1),
            Column("first", tr("From"), 96),
            Column("last", tr("Until"), 96),
            Column("how", tr("How it stands"), 110, stretch=1),
        )
        self.model: RowsModel[_Past] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("All years"), row_height=ROW, name="student.past.table")
        self.model.setParent(self.table)
        past.body.addWidget(self.table)
        self.body.addWidget(past)
        self.body.addStretch(1)

    def _verb(self, text: str, name: str, act: object) -> Button:
        button = Button(text, name=f"student.enrolment.{name}")
        button.clicked.connect(act)
        return button

    # -- Showing ------------------------------------------------------------------------------------

    def show_record(self, record: StudentRecord) -> None:
        """Show the enrolments."""
        current = record.current
        self.move_button.setVisible(self.scope.edits and current is not None)
        self.leave.setVisible(self.scope.edits and current is not None)
        self.suspend.setVisible(self.scope.edits and current is not None)
        self.subjects.setVisible(self.scope.edits and current is not None and bool(current.class_id))
        self._read_suspensions(record.id)
        self.back.setVisible(self.scope.edits and current is None)
        last = record.enrolments[0] if record.enrolments else None
        sent = current is None and last is not None and last.exit == TRANSFERRED
        self.where.setVisible(self.scope.edits and sent)
        self._show_facts(record)
        lines = [past for line in record.enrolments for past in _pasts(line)]
        self.model.set_rows(lines)
        self.table.setFixedHeight(self.table.head.height() + ROW * max(1, min(SHOWN_ROWS, len(lines))) + 2)

    def _read_suspensions(self, student_id: UUID) -> None:
        queries = self.scope.context.queries.suspensions
        task = self.scope.context.tasks.run(lambda _control: (student_id, queries.of(student_id)))
        task.succeeded.connect(self._show_suspensions)

    def _show_suspensions(self, answer: tuple[UUID, tuple[SuspensionLine, ...]]) -> None:
        student_id, lines = answer
        record = self.scope.record
        if record is not None and record.id == student_id:
            self.suspensions.show_lines(lines, edits=self.scope.edits)
            today = self.scope.today()
            if record.current is not None and any(line.holds(today) for line in lines):
                self._show_facts(record, suspended=True)

    def _show_facts(self, record: StudentRecord, *, suspended: bool = False) -> None:
        tr, words = self.words.tr, self.words
        line = record.current or (record.enrolments[0] if record.enrolments else None)
        if line is None:
            return
        facts = [
            (tr("School"), line.institution),
            (tr("Grade"), line.grade),
            (tr("Class"), line.class_name or tr("None yet")),
            (tr("Year"), line.period),
            (tr("Since"), words.date(line.starts_on)),
            (tr("How it stands"), tr("Suspended") if suspended else self.scope.say.ending(line)),
        ]
        if line.ends_on is not None:
            facts[4] = (tr("Last day"), words.date(line.ends_on))
        facts += self._reasons(line)
        if line.repeater:
            facts.append((tr("Repeats the grade"), tr("Yes")))
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for number, (label, value) in enumerate(facts):
            self._grid.addWidget(_Fact(label, value), number // FACTS_ACROSS, number % FACTS_ACROSS)
        for place in range(FACTS_ACROSS):
            self._grid.setColumnStretch(place, 1)

    def _reasons(self, line: EnrolmentLine) -> list[tuple[str, str]]:
        """What people decided about an enrolment, and why."""
        tr = self.words.tr
        found = []
        if line.approval == "asked":
            found.append((tr("Admission"), tr("Waits for approval")))
        elif line.approval == "refused":
            found.append((tr("Admission"), tr("Refused: {reason}", reason=line.outcome_reason or "–")))
        elif line.outcome_reason:
            found.append((tr("Decided by hand"), line.outcome_reason))
        if line.override_reason:
            found.append((tr("Against a policy, because"), line.override_reason))
        return found

    def _cells(self, past: _Past) -> tuple[Cell, ...]:
        line = past.line
        how = self.scope.say.ending(line) if past.ends_line else self.words.tr("Changed class")
        return (
            Cell(line.period, weight=500),
            Cell(line.institution),
            Cell(line.grade),
            Cell(past.class_name or MISSING),
            Cell(day_words(self.scope, past.first)),
            Cell(day_words(self.scope, past.last) or MISSING),
            Cell(how, tone="text2"),
        )

    # -- Verbs --------------------------------------------------------------------------------------

    def ask_move(self) -> MoveDialog | None:
        """Ask for another class."""
        record, scope = self.scope.record, self.scope
        current = record.current if record is not None else None
        if record is None or current is None:
            return None
        tr, grade_id = self.words.tr, current.grade_id
        choices = [
            (one, self._grade_note(one, grade_id))
            for one in scope.rolls.classes()
            if one.id != current.class_id and self._reachable(one, grade_id)
        ]
        choices.sort(key=lambda choice: bool(choice[1]))
        students, student_id = scope.context.services.students, record.id

        def move(chosen: ClassInfo, day: date, reason: str | None) -> None:
            has = grade_id in {grade.id for grade in chosen.grades}
            students.move_to_class(student_id, chosen.id, day, None if has else chosen.grades[0].id, reason)

        dialog = MoveDialog(
            scope.context,
            tr("Move {name} to another class?", name=full_name(record)),
            choices,
            move,
            today=scope.today(),
            verb=tr("Move"),
            parent=self.window(),
        )
        dialog.done_well.connect(self._moved)
        dialog.ask()
        return dialog

    def _reachable(self, one: ClassInfo, grade_id: UUID) -> bool:
        """A class with the pupil's grade, or of one other grade, which then becomes the pupil's."""
        return len(one.grades) == 1 or grade_id in {grade.id for grade in one.grades}

    def _grade_note(self, one: ClassInfo, grade_id: UUID) -> str:
        if grade_id in {grade.id for grade in one.grades}:
            return ""
        return self.words.tr("the grade becomes {grade}", grade=one.grades[0].name)

    def _moved(self, made: Made[ClassInfo]) -> None:
        record = self.scope.record
        name = full_name(record) if record is not None else ""
        said = self.words.tr("{name} moved to {class_name}", name=name, class_name=made.result.name)
        self._done(said, made)

    def ask_withdraw(self, destination_id: UUID | None = None) -> WithdrawDialog | None:
        """Ask for last day and reason; ``destination_id``: the school that has asked for the pupil."""
        record = self.scope.record
        if record is None:
            return None
        dialog = WithdrawDialog(self.scope, record, self.window(), destination_id)
        dialog.done_well.connect(partial(self._left, full_name(record), dialog))
        dialog.ask()
        return dialog

    def _left(self, name: str, dialog: WithdrawDialog, made: Made[object]) -> None:
        tr = self.words.tr
        if dialog.sent_to:
            said = tr("{name} is off the roll and sent to {school}", name=name, school=dialog.sent_to)
        else:
            said = tr("{name} is off the roll", name=name)
        self._done(said, made)

    def ask_suspend(self, old: SuspensionLine | None = None) -> SuspendDialog | None:
        """Ask for the days and the reason; of a suspension that is there for other days."""
        record = self.scope.record
        if record is None:
            return None
        dialog = SuspendDialog(self.scope, record, self.window(), old)
        said = self.words.tr("Suspension of {name} saved", name=full_name(record))
        dialog.done_well.connect(partial(self._done, said))
        dialog.ask()
        return dialog

    def ask_subjects(self) -> None:
        """Read what the pupil takes, and show it."""
        record = self.scope.record
        current = record.current if record is not None else None
        if record is None or current is None:
            return
        context, name = self.scope.context, full_name(record)
        enrolment_id, language = current.id, self.words.language
        queries = context.queries.pupil_subjects
        task = context.tasks.run(lambda _control: queries.of(enrolment_id, language))

        def show(found: tuple[PupilSubject, ...]) -> None:
            SubjectsDialog(context, name, enrolment_id, found, self.window()).ask()

        task.succeeded.connect(told(self, task, show))

    def ask_destination(self) -> DestinationDialog | None:
        """Ask to which school the pupil went."""
        record = self.scope.record
        if record is None:
            return None
        dialog = DestinationDialog(self.scope, record, self.window())
        said = self.words.tr("Saved where {name} went", name=full_name(record))
        dialog.done_well.connect(partial(self._done, said))
        dialog.ask()
        return dialog

    def ask_readmit(self) -> ReadmitDialog | None:
        """Ask for grade, class and first day."""
        record = self.scope.record
        if record is None:
            return None
        dialog = ReadmitDialog(self.scope, record, self.window())
        said = self.words.tr("{name} is on the roll again", name=full_name(record))
        dialog.done_well.connect(partial(self._done, said))
        dialog.ask()
        return dialog

    def _done(self, said: str, made: Made[object]) -> None:
        self.scope.told(said, made.act)
        self.scope.reload_asked.emit()


def _pasts(line: EnrolmentLine) -> list[_Past]:
    """The stays of an enrolment, newest first."""
    if not line.stays:
        return [_Past(line, "", line.starts_on, line.ends_on, ends_line=True)]
    last = len(line.stays) - 1
    found = [
        _Past(line, stay.class_name, stay.starts_on or line.starts_on, stay.ends_on, ends_line=place == last)
        for place, stay in enumerate(line.stays)
    ]
    return found[::-1]


class _Fact(QWidget):
    """A small label and its value under it."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__()
        box = column(self, 2)
        box.addWidget(Text(label, 12, tone="secondary", elide=True))
        box.addWidget(Text(value, 13, 500, elide=True))
