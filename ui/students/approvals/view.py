"""Approvals in the place of the list: who was admitted and waits, each with what stood against it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.admissions import WaitingAdmission
from emis_desktop.rules.policies import Approval
from emis_desktop.services.undo import Made
from resources.words import N_, Words
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.rolls import Rolls
from ui.students.transfers.cards import MoveCard
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.fields import SegmentField, TextField
from ui.widgets.head import PageHead
from ui.widgets.scroll import ScrollColumn
from ui.widgets.tasks import Task

GIVE, REFUSE = "give", "refuse"


class ApprovalsView(QWidget):
    """``back_asked``: to the list; ``record_asked(id, part)``."""

    back_asked = Signal()
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls) -> None:
        super().__init__()
        self._context, self.words, self._rolls = context, context.words, rolls
        self._waiting: dict[str, WaitingAdmission] = {}
        self._asked = 0
        tr = self.words.tr
        box = column(self, 8)
        self.head = PageHead(tr("Approvals"), name="approvals.head")
        self.back = self.head.add(Button(tr("Back to list"), name="approvals.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        self.all = Button(tr("Approve all…"), "primary", name="approvals.all")
        self.all.clicked.connect(self.ask_all)
        self.head.set_primary(self.all)
        box.addWidget(self.head)
        scroll = ScrollColumn(12, name="approvals.scroll")
        self.mine = MoveCard(
            self.words,
            tr("Waiting for you"),
            tr("No admission waits for your approval."),
            name="approvals.mine",
        )
        self.others = MoveCard(
            self.words,
            tr("Waiting for somebody else"),
            tr("No admission waits for anybody else."),
            name="approvals.others",
        )
        self.mine.chosen.connect(self.ask_one)
        self.others.chosen.connect(self._open)
        scroll.body.addWidget(self.mine)
        scroll.body.addWidget(self.others)
        scroll.body.addStretch(1)
        box.addWidget(scroll, 1)

    def minimumSizeHint(self) -> QSize:
        """It scrolls."""
        return QSize(self.head.minimumSizeHint().width(), 200)

    def set_compact(self, compact: bool) -> None:
        """One column as it is."""

    def refresh(self) -> None:
        """Read who waits."""
        self._asked += 1
        ticket, school = self._asked, self._rolls.institution_id
        waiting = self._context.queries.admissions.waiting
        task = self._context.tasks.run(lambda _control: (ticket, waiting(school)))
        task.succeeded.connect(self._show)

    def _show(self, answer: tuple[int, tuple[WaitingAdmission, ...]]) -> None:
        ticket, found = answer
        if ticket != self._asked:
            return
        self._waiting = {one.enrolment_id.hex: one for one in found}
        tr = self.words.tr
        mine = [one for one in found if one.mine]
        self.mine.set_tasks([_line(self.words, one, tr("Decide…")) for one in mine])
        self.others.set_tasks([_line(self.words, one, tr("Open record")) for one in found if not one.mine])
        self.all.setEnabled(bool(mine))
        self.head.set_facts(self.words.ntr("{n} waits", "{n} wait", len(found)) if found else "")

    # -- Doing --------------------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        self.record_asked.emit(self._waiting[key].student_id, "enrolment")

    def ask_one(self, key: str) -> DecideAdmission:
        """Ask what is decided about one admission."""
        dialog = DecideAdmission(self._context, self._waiting[key], self.window())
        dialog.done_well.connect(partial(self._done, dialog.said))
        dialog.ask()
        return dialog

    def ask_all(self) -> ApproveAll | None:
        """Ask whether all are approved."""
        mine = [one for one in self._waiting.values() if one.mine]
        if not mine:
            return None
        dialog = ApproveAll(self._context, mine, self.window())
        said = self.words.ntr("{n} admission approved", "{n} admissions approved", len(mine))
        dialog.done_well.connect(partial(self._done, lambda: said))
        dialog.ask()
        return dialog

    def _done(self, said: Callable[[], str], made: Made[object]) -> None:
        undo, act = self._context.services.undo, made.act
        back = None if act is None else partial(self._take_back, undo.undo_act, act)
        self._context.notify(said(), back)
        self.refresh()

    def _take_back(self, undo: Callable[[int], object], act: int) -> None:
        task = self._context.tasks.run(lambda _control: undo(act))
        task.ended.connect(self.refresh)


class DecideAdmission(AskDialog):
    """Approve or refuse, the latter for a reason."""

    def __init__(self, context: UiContext, one: WaitingAdmission, parent: QWidget) -> None:
        tr = context.words.tr
        against = tr("Admitted against a policy: {reason}", reason=one.override) if one.override else ""
        super().__init__(
            context,
            tr("Approve the admission of {name}?", name=one.name),
            against,
            name="approvals.decide",
            parent=parent,
        )
        self._one = one
        self.choice = SegmentField(
            tr("Decision"),
            [(GIVE, tr("Approve")), (REFUSE, tr("Refuse"))],
            self.words,
            name="approvals.decide.choice",
        )
        self.choice.set_value(GIVE)
        self.because = TextField(
            tr("Reason"),
            self.words,
            help_text=tr("The pupil is taken off the roll today. The reason stays in the history."),
            name="approvals.decide.reason",
        )
        self.put(self.choice, "choice")
        self.put(self.because, "reason")
        self.because.hide()
        self.choice.chosen.connect(lambda key: self.because.setVisible(key == REFUSE))
        self.set_deed(tr("Decide"))

    def said(self) -> str:
        """What was decided, for a toast."""
        given = self.choice.value() == GIVE
        text = N_("Admission of {name} approved") if given else N_("Admission of {name} refused")
        return self.words.tr(text, name=self._one.name)

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        service, enrolment_id = self.context.services.approvals, self._one.enrolment_id
        if self.choice.value() == GIVE:
            return lambda: service.approve([enrolment_id])
        reason = self.because.text()
        return lambda: service.refuse(enrolment_id, reason)


class ApproveAll(AskDialog):
    """All that wait for this person, in one act."""

    def __init__(self, context: UiContext, waiting: list[WaitingAdmission], parent: QWidget) -> None:
        words = context.words
        super().__init__(
            context,
            words.ntr("Approve {n} admission?", "Approve {n} admissions?", len(waiting)),
            name="approvals.approve_all",
            parent=parent,
        )
        self._ids: list[UUID] = [one.enrolment_id for one in waiting]
        self.set_deed(words.tr("Approve"))

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        service, ids = self.context.services.approvals, self._ids
        return lambda: service.approve(ids)


def _line(words: Words, one: WaitingAdmission, verb: str) -> Task:
    """An admission: who, where, from when, and what stood against it."""
    tr = words.tr
    where = tr(
        "{grade}, {school}, from {day}",
        grade=one.grade,
        school=one.school,
        day=words.date(one.starts_on, "medium"),
    )
    if one.override:
        where = tr("{where}. Against a policy: {reason}", where=where, reason=one.override)
    if not one.mine:
        by = N_("the ministry decides") if one.by is Approval.MINISTRY else N_("the principal decides")
        where = tr("{where}; {by}", where=where, by=tr(by))
    icon, tone = ("user-plus", "warn" if one.override else "accent")
    return Task(one.enrolment_id.hex, icon, tone, one.name, where, verb)
