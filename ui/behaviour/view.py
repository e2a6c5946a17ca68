"""One incident: what happened, who was part of it, what follows, what is attached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.incidents import IncidentRecord, InvolvedLine
from ui.behaviour.history import HistoryCard
from ui.behaviour.parts import FilesCard, PeopleCard, StepsCard
from ui.behaviour.report import ChangeDialog
from ui.behaviour.scope import IncidentScope
from ui.context import UiContext
from ui.students.record.conduct import severity_tone
from ui.widgets.avatar import TickStatus
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chips import Pill
from ui.widgets.form import FormCard
from ui.widgets.head import PageHead
from ui.widgets.long_field import LongField
from ui.widgets.menu import Menu
from ui.widgets.scroll import ScrollColumn
from ui.widgets.system_windows import choose_target
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


class IncidentView(QWidget):
    """``back_asked``: to the list; ``lost(words)``: it has gone; ``record_asked(id)``: a pupil's."""

    back_asked = Signal()
    lost = Signal(str)
    record_asked = Signal(object)

    def __init__(self, context: UiContext, queue: WorkQueue, today: Callable[[], date]) -> None:
        super().__init__()
        self.words = context.words
        self.scope = IncidentScope(context, queue, today, self)
        self._asked = 0
        box = column(self, 8)
        box.addWidget(self._make_head())
        scroll = ScrollColumn(12, name="behaviour.view")
        box.addWidget(scroll, 1)
        self.what = self._make_what()
        self.people = PeopleCard(self.scope)
        self.people.record_asked.connect(self.record_asked)
        self.steps = StepsCard(self.scope)
        self.files = FilesCard(self.scope)
        line = row(None, 12)
        start, end = column(None, 12), column(None, 12)
        for card in (self.what, self.people, self.steps):
            start.addWidget(card)
        start.addStretch(1)
        self.account_card = self._make_account()
        self.shut = Text(
            self.words.tr("The account and the attachments are open to the principal and the counsellor."),
            12,
            tone="secondary",
            wrap=True,
        )
        self.history = HistoryCard(self.scope)
        for part in (self.account_card, self.files, self.shut, self.history):
            end.addWidget(part)
        end.addStretch(1)
        line.addLayout(start, 3)
        line.addLayout(end, 2)
        scroll.body.addLayout(line)
        scroll.body.addStretch(1)
        self._only_for_readers()
        self.scope.changed.connect(self.reload)
        self.scope.said.connect(self.status.refused)

    # -- Parts --------------------------------------------------------------------------------------

    def _make_head(self) -> PageHead:
        tr, edits = self.words.tr, self.scope.edits
        self.head = PageHead("", "", name="behaviour.head")
        self.pill = Pill("", "neutral", name="behaviour.pill")
        self.head.beside.addWidget(self.pill)
        self.status = self.head.add(TickStatus(name="behaviour.status"))
        self.letter = Button(tr("Letter to the guardian"), icon="file-text", name="behaviour.letter")
        self.letter.clicked.connect(self._ask_letter)
        self.close_button = Button(tr("Close the incident"), name="behaviour.close")
        self.close_button.clicked.connect(self._close_or_open)
        for button in (self.letter, self.close_button):
            if edits:
                self.head.add(button)
            else:
                button.setParent(self)
                button.hide()
        back = self.head.add(Button(tr("Back to list"), name="behaviour.back", keys="Esc"))
        back.clicked.connect(self.back_asked)
        return self.head

    def _make_what(self) -> Card:
        tr = self.words.tr
        card = Card(name="behaviour.what")
        head = card.add_head(tr("What happened"))
        if self.scope.edits:
            for text, name, act in (
                (tr("Change"), "change", self._ask_change),
                (tr("Remove"), "remove", self._remove),
            ):
                button = Button(text, "link", name=f"behaviour.what.{name}")
                button.clicked.connect(act)
                head.end.addWidget(button)
        self._summary = Text("", 14, 500, wrap=True)
        self._facts = Text("", 12, tone="secondary", wrap=True)
        card.body.addWidget(self._summary)
        card.body.addWidget(self._facts)
        return card

    def _make_account(self) -> FormCard:
        tr = self.words.tr
        card = FormCard(tr("Account"), name="behaviour.account_card")
        self.account = LongField(
            tr("What was said and seen"),
            self.words,
            lines=7,
            optional=True,
            help_text=tr("Only the principal and the counsellor read the account."),
            name="behaviour.account",
        )
        self.account.set_read_only(not self.scope.edits)
        self.account.committed.connect(self._save_account)
        card.add(self.account, 3)
        return card

    def _only_for_readers(self) -> None:
        reads = self.scope.reads_cases
        for part in (self.account_card, self.files):
            part.setVisible(reads)
        self.shut.setVisible(not reads)

    # -- Showing ------------------------------------------------------------------------------------

    def open_incident(self, incident_id: UUID) -> None:
        """Read and show an incident."""
        self.finish()
        self.scope.record = None
        self.status.clear()
        self._read(incident_id)

    def reload(self) -> None:
        """Read the open one again; an account that is being typed stays."""
        if self.scope.record is not None:
            self._read(self.scope.record.line.id)

    def finish(self) -> None:
        """Store what is being typed."""
        if self.account.area.hasFocus():
            self.account.area.clearFocus()

    def _read(self, incident_id: UUID) -> None:
        self._asked += 1
        ticket, incidents = self._asked, self.scope.context.queries.incidents
        self.scope.queue.run(
            lambda: (ticket, incidents.record(incident_id)), self._show, partial(self._gone, ticket)
        )

    def _gone(self, ticket: int, refusal: EmisError) -> None:
        if ticket == self._asked:
            self.scope.record = None
            self.lost.emit(refusal.text(self.words))

    def _show(self, answer: tuple[int, IncidentRecord]) -> None:
        ticket, record = answer
        if ticket != self._asked:
            return
        before, self.scope.record = self.scope.record, record
        tr, say, words, line = self.words.tr, self.scope.say, self.words, record.line
        day = words.date(line.happened_on)
        self.head.set_title(say.code("behaviour_category", line.category), f"{day}, {record.institution}")
        tone = severity_tone(say.severity(line.classification))
        self.pill.set_state(say.code("behaviour_classification", line.classification), tone)
        self._summary.setText(line.summary)
        facts = [day, line.place or ""]
        if record.reported_by:
            facts.append(tr("reported by {name}", name=record.reported_by))
        if line.closed_on is not None:
            facts.append(tr("closed {day}", day=words.date(line.closed_on, "medium")))
        self._facts.setText(", ".join(filter(None, facts)))
        self.close_button.setText(tr("Open again") if line.closed_on else tr("Close the incident"))
        self.letter.setEnabled(any(one.pupil for one in line.people))
        for card in (self.people, self.steps, self.files, self.history):
            card.show_record(record)
        other = before is None or before.line.id != line.id
        if other or not self.account.pending():
            self.account.set_text(record.account or "")

    # -- Deeds --------------------------------------------------------------------------------------

    def _save_account(self, text: str) -> None:
        if self.scope.record is None:
            return
        incidents, incident_id = self.scope.context.services.incidents, self.scope.incident_id

        def done(_result: object) -> None:
            self.status.saved(self.words.tr("Account saved"))

        self.scope.queue.run(lambda: incidents.set_account(incident_id, text), done, self.account.set_refusal)

    def _ask_change(self) -> None:
        if self.scope.record is None:
            return
        dialog = ChangeDialog(self.scope.context, self.scope.today, self.scope.record.line, self.window())
        dialog.done_well.connect(partial(self.scope.did, self.words.tr("Saved")))
        dialog.ask()

    def _remove(self) -> None:
        incidents, incident_id = self.scope.context.services.incidents, self.scope.incident_id
        self.scope.do(lambda: incidents.remove(incident_id), self.words.tr("Incident removed"))

    def _close_or_open(self) -> None:
        record = self.scope.record
        if record is None:
            return
        incidents, today, incident_id = (
            self.scope.context.services.incidents,
            self.scope.today(),
            record.line.id,
        )
        if record.line.closed_on is not None:
            self.scope.do(lambda: incidents.reopen(incident_id), self.words.tr("Incident opened again"))
        else:
            self.scope.do(lambda: incidents.close(incident_id, today), self.words.tr("Incident closed"))

    # -- The letter ---------------------------------------------------------------------------------

    def menu(self) -> Menu:
        """The pupils to whose guardian a letter can go."""
        menu = Menu(self)
        for one in self._pupils():
            menu.addAction(one.name).triggered.connect(partial(self._choose_target, one))
        return menu

    def _pupils(self) -> list[InvolvedLine]:
        record = self.scope.record
        return [] if record is None else [one for one in record.line.people if one.pupil]

    def _ask_letter(self) -> None:
        pupils = self._pupils()
        if len(pupils) == 1:
            self._choose_target(pupils[0])
            return
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.letter.mapToGlobal(self.letter.rect().bottomLeft()))

    def _choose_target(self, one: InvolvedLine, _checked: bool = False) -> None:
        tr = self.words.tr
        name = tr("Letter {name}", name=one.name).replace("/", "-")
        taken = partial(self.write_letter, self.scope.incident_id, one.person_id)
        choose_target(self, tr("Save the letter"), Path(f"{name}.pdf"), taken, [f"{tr('PDF')} (*.pdf)"])

    def write_letter(self, incident_id: UUID, student_id: UUID, target: Path) -> None:
        """Write the letter and note in the steps that it was made."""
        context, today, language = self.scope.context, self.scope.today(), self.words.language

        def write() -> None:
            context.jobs.letters.save(incident_id, student_id, language, today, target)
            context.services.incidents.note_letter(incident_id, today)

        self.scope.do(write, self.words.tr("Letter saved as {file}", file=target.name))
