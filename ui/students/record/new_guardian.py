"""Adding a guardian: typed anew, or one whom a sibling has already."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout

from emis_desktop.errors import EmisError
from emis_desktop.queries.guardians import KnownGuardian
from emis_desktop.rules.names import display_name
from emis_desktop.services.relations import NewGuardian
from emis_desktop.services.undo import Made
from ui.students.record.scope import RecordScope
from ui.tasks import TaskControl
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.fields import ChoiceField, Field, PhoneField, TextField
from ui.widgets.form import FormCard
from ui.widgets.text import Text

WAIT_MS = 250


class NewGuardianCard(FormCard):
    """Hidden until ``begin``. ``added(act)``: the guardian is on the record; ``ended``: the card goes."""

    added = Signal(object)
    ended = Signal()

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope.words.tr("New guardian"), name="student.new_guardian")
        self._scope, self.words = scope, scope.words
        self._asked = 0
        tr = self.words.tr
        self.given = TextField(tr("Given names"), self.words, name="student.new_guardian.given")
        self.family = TextField(tr("Family name"), self.words, name="student.new_guardian.family")
        self.relation = ChoiceField(
            tr("Relation"),
            scope.say.listed("guardian_relation"),
            self.words,
            name="student.new_guardian.relation",
        )
        self.phone = PhoneField(tr("Phone"), self.words, optional=True, name="student.new_guardian.phone")
        for field in (self.given, self.family, self.relation, self.phone):
            self.add(field)
        for text in (self.given, self.family, self.phone):
            text.edited.connect(self._typed)
        self._known = column(None, 2)
        self.body.addLayout(self._known)
        self._fault = Text("", 12, 500, "bad", wrap=True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self.body.addLayout(self._verbs())
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._look)
        self.hide()

    def _verbs(self) -> QHBoxLayout:
        tr = self.words.tr
        line = row(None, 8)
        self.deed = Button(tr("Add guardian"), name="student.new_guardian.add")
        self.deed.clicked.connect(self._add_typed)
        cancel = Button(tr("Cancel"), "link", name="student.new_guardian.cancel")
        cancel.clicked.connect(self.end)
        line.addWidget(self.deed)
        line.addWidget(cancel)
        line.addStretch(1)
        return line

    def begin(self, family_name: str) -> None:
        """Show empty fields; most often the family name is the pupil's."""
        for field in (self.given, self.phone):
            field.set_text("")
        self.family.set_text(family_name)
        self.relation.set_value("")
        self._offer(())
        self._fault.hide()
        self.show()
        self.given.setFocus()

    def end(self) -> None:
        """Take the card away."""
        self._wait.stop()
        self._asked += 1
        if not self.isHidden():
            self.hide()
            self.ended.emit()

    # -- Somebody who is here already ---------------------------------------------------------------

    def _typed(self, _text: str) -> None:
        self._wait.start()

    def _look(self) -> None:
        if self._scope.record is None:
            return
        self._asked += 1
        ticket, student_id = self._asked, self._scope.student_id
        names = f"{self.given.text()} {self.family.text()}" if self.given.text().strip() else ""
        texts = [text for text in (self.phone.text(), names) if text.strip()]
        guardians = self._scope.context.queries.guardians

        def ask(control: TaskControl) -> tuple[int, tuple[KnownGuardian, ...]]:
            for text in texts:
                found = guardians.find(text, student_id, control.check)
                if found:
                    return ticket, found
            return ticket, ()

        task = self._scope.context.tasks.run(ask)
        task.succeeded.connect(self._found)

    def _found(self, answer: tuple[int, tuple[KnownGuardian, ...]]) -> None:
        ticket, found = answer
        if ticket == self._asked:
            self._offer(found)

    def _offer(self, found: tuple[KnownGuardian, ...]) -> None:
        while (item := self._known.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if not found:
            return
        tr = self.words.tr
        self._known.addWidget(Text(tr("Here already, for another pupil:"), 12, tone="secondary"))
        for number, one in enumerate(found):
            name = display_name(one.given_names, one.family_name)
            parts = [name, one.phone, tr("guardian of {pupils}", pupils=self.words.listing(one.pupils))]
            said = tr("Use {guardian}", guardian=", ".join(filter(None, parts)))
            button = Button(said, "link_flush", name=f"student.new_guardian.known{number}")
            button.clicked.connect(lambda _=False, one=one: self._use(one))
            self._known.addWidget(button)

    def _use(self, known: KnownGuardian) -> None:
        self._add(NewGuardian(self.relation.value(), person_id=known.person_id))

    # -- Adding -------------------------------------------------------------------------------------

    def _add_typed(self) -> None:
        self._add(
            NewGuardian(
                self.relation.value(), self.given.text(), self.family.text(), self.phone.text() or None
            )
        )

    def _add(self, guardian: NewGuardian) -> None:
        for field in (self.given, self.family, self.relation, self.phone):
            field.set_fault("")
        self._fault.hide()
        scope, student_id = self._scope, self._scope.student_id
        relations = scope.context.services.relations
        scope.run(lambda: relations.add_guardian(student_id, guardian), self._added, self._refused)

    def _added(self, made: Made[object]) -> None:
        self.end()
        self.added.emit(made.act)

    def _refused(self, refusal: EmisError) -> None:
        if self.isHidden():  # another tab was opened meanwhile
            self._scope.said.emit(refusal.text(self.words))
            return
        places: dict[str, Field] = {
            "given_names": self.given,
            "family_name": self.family,
            "relation": self.relation,
            "phone": self.phone,
        }
        field = places.get(getattr(refusal, "field", None) or "")
        if field is not None:
            field.set_refusal(refusal)
            field.setFocus()
        else:
            self._fault.setText(refusal.text(self.words))
            self._fault.show()
