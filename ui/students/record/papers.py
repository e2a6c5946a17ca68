"""Numbers beyond one of a kind, with the country that gave them: two passports, several sittings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from emis_desktop.queries.student_lines import IdentityLine
from emis_desktop.rules.student_number import number_text
from emis_desktop.services.identities import ONE_EACH
from ui.students.record.scope import RecordScope
from ui.students.saying import KINDS
from ui.widgets.entries import Entry, EntryList
from ui.widgets.fields import ChoiceField, TextField

CHANGE, REMOVE = "change", "remove"


class PapersList(EntryList):
    """The further numbers; ``ask`` adds one of a kind that is chosen."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__("student.papers")
        self._scope, self.words = scope, scope.words
        self._known: dict[str, IdentityLine] = {}
        self.asked.connect(self._do)

    def show_lines(self, lines: Sequence[IdentityLine]) -> None:
        """Show what is stored."""
        tr, say = self.words.tr, self._scope.say
        self._known = {str(line.id): line for line in lines}
        verbs = ((CHANGE, tr("Change")), (REMOVE, tr("Remove"))) if self._scope.edits else ()
        self.show_entries(
            [
                Entry(
                    key,
                    number_text(line.number),
                    ", ".join(filter(None, (say.number_kind(line.kind), line.country))),
                    verbs=verbs,
                )
                for key, line in self._known.items()
            ]
        )
        self.setVisible(bool(lines))

    def ask(self, line: IdentityLine | None = None) -> None:
        """Add a number, or change one."""
        tr, words, identities = self.words.tr, self.words, self._scope.context.services.identities
        number = TextField(tr("Number"), words, name="student.paper.number")
        country = TextField(
            tr("Country"),
            words,
            optional=True,
            help_text=tr("Two or three letters, such as GD"),
            name="student.paper.country",
        )
        student_id = self._scope.student_id
        if line is not None:
            number.set_text(line.number)
            country.set_text(line.country or "")

            def change() -> Callable[[], object]:
                typed, given_by = number.text(), country.text()
                return lambda: identities.change(line.id, typed, given_by)

            self._scope.ask(
                tr("Change number"),
                ((number, f"number,number.{line.kind}"), (country, "country")),
                change,
                deed=tr("Save"),
                name="student.paper",
                parent=self,
            )
            return
        single = {KINDS.get(kind, kind) for kind in ONE_EACH}
        kinds = [
            (code, self._scope.say.number_kind(code))
            for code, _text in self._scope.say.listed("identity_type")
            if code not in single
        ]
        kind = ChoiceField(tr("Kind"), kinds, words, name="student.paper.kind")
        names = ",".join(("number", *(f"number.{code}" for code, _text in kinds)))

        def add() -> Callable[[], object]:
            chosen, typed, given_by = kind.value(), number.text(), country.text()
            return lambda: identities.add(student_id, chosen, typed, given_by)

        self._scope.ask(
            tr("Add a number"),
            ((kind, "kind"), (number, names), (country, "country")),
            add,
            deed=tr("Add"),
            name="student.paper",
            parent=self,
        )

    def _do(self, key: str, verb: str) -> None:
        line, identities = self._known[key], self._scope.context.services.identities
        if verb == CHANGE:
            self.ask(line)
        else:
            self._scope.do(partial(identities.remove, line.id), self.words.tr("Number removed"))
