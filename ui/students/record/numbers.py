"""The numbers of a person: those everybody has, those this pupil has, and any other of the country's list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from emis_desktop.queries.student_lines import IdentityLine, StudentRecord
from emis_desktop.rules.student_number import number_text
from ui.students.record.papers import PapersList
from ui.students.record.scope import RecordScope, only_when
from ui.students.saying import KINDS
from ui.widgets.button import Button
from ui.widgets.fields import NUMBER_WIDTH, TextField
from ui.widgets.form import FormCard
from ui.widgets.menu import Menu

USUAL = ("national", "BIRTH", "register")
_GIVEN = "provisional"


class NumbersCard(FormCard):
    """A field for each kind of number; it is stored when left, an empty one is taken away.

    ``changed(kind, text)`` is called when a number of a new pupil is left.
    """

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope.words.tr("Numbers"), name="student.numbers")
        self._scope, self.words = scope, scope.words
        self.kinds: dict[str, TextField] = {}
        self._whose: UUID | None = None
        self.changed: Callable[[str, str], None] = lambda _kind, _text: None
        for kind in USUAL:
            self._add(kind)
        self.papers = PapersList(scope)
        self.papers.hide()
        self.body.addWidget(self.papers)
        self._more = Button(self.words.tr("Add a number"), "link", "plus", name="student.numbers.more")
        self._more.clicked.connect(self._open_menu)
        only_when(scope.edits, self._more)
        self.head.end.addWidget(self._more)

    def show_record(self, record: StudentRecord) -> None:
        """Show the pupil's numbers; what is being typed stays."""
        alone: dict[str, IdentityLine] = {}
        for line in record.identities:
            if line.country is None:
                alone.setdefault(line.kind, line)
        self.papers.show_lines([line for line in record.identities if alone.get(line.kind) is not line])
        numbers = {line.kind: line.number for line in alone.values()}
        wanted = {*USUAL, *numbers, *self._examination(record)} - {_GIVEN}
        if record.id != self._whose:
            self._whose = record.id
            for kind in [kind for kind in self.kinds if kind not in wanted]:
                self._drop(kind)
        for kind in sorted(wanted - set(self.kinds)):
            self._add(kind)
        for kind, field in self.kinds.items():
            if not self._scope.saver.keeps(field):
                field.set_text(number_text(numbers.get(kind, "")))
        own = numbers.get(_GIVEN)
        help_text = self.words.tr("Provisional: {number}", number=own) if own else ""
        self.kinds["national"].set_help("" if numbers.get("national") else help_text)

    def _examination(self, record: StudentRecord) -> list[str]:
        """Candidates of the examination council have a number of it."""
        current = record.current
        levels = {grade.id: grade.level for grade in self._scope.rolls.all_grades()}
        old = current is not None and levels.get(current.grade_id) not in {None, "primary", "pre-primary"}
        return ["CXC_UCI"] if old else []

    def offer(self, kind: str) -> TextField:
        """The field of a kind of number, a new one where there was none."""
        return self.kinds.get(kind) or self._add(kind)

    def _add(self, kind: str) -> TextField:
        helps = {"BIRTH": self.words.tr("Digits and the year, such as 482/2016")}
        field = TextField(
            self._scope.say.number_kind(kind),
            self.words,
            optional=kind != "national",
            width=NUMBER_WIDTH,
            help_text=helps.get(kind, ""),
            name=f"student.number.{kind}",
        )
        field.set_read_only(not self._scope.edits)
        field.committed.connect(partial(self._save, kind))
        self._scope.saver.watch(field)
        self.kinds[kind] = field
        self.add(field)
        return field

    def _drop(self, kind: str) -> None:
        field = self.kinds.pop(kind)
        self._scope.saver.unwatch(field)
        self.remove(field)

    def _save(self, kind: str, text: str) -> None:
        scope, field = self._scope, self.kinds[kind]
        if scope.record is None:
            self.changed(kind, text)
            return
        students, student_id = scope.context.services.students, scope.student_id
        scope.saver.save(field, lambda: students.set_number(student_id, kind, text))

    def menu(self) -> Menu:
        """The kinds of numbers that have no field yet."""
        menu = Menu(self)
        known = {KINDS.get(kind, kind) for kind in self.kinds}
        for code, _text in self._scope.say.listed("identity_type"):
            if code not in known:
                action = menu.addAction(self._scope.say.number_kind(code))
                action.triggered.connect(partial(self._begin, code))
        if self._scope.record is not None:
            menu.addSeparator()
            another = menu.addAction(self.words.tr("A further one, or with a country…"))
            another.triggered.connect(self._ask_paper)
        return menu

    def _ask_paper(self, _checked: bool = False) -> None:
        self.papers.ask()

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _begin(self, kind: str, _checked: bool = False) -> None:
        self._add(kind).setFocus()
