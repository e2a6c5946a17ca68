"""A dialog that does something: what is refused is said beside its field and the dialog stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.rules.admission import AgainstPolicy
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.widgets.base import announce
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.fields import DateField, Field, TextField
from ui.widgets.focus import FocusRing
from ui.widgets.text import Text


class AskDialog(Dialog):
    """Put fields into ``body`` with ``put``, then ``set_deed``. ``done_well(Made)`` comes once it is done:
    what came of it, and which act of the journal it became.

    Subclasses override ``deed_of``. It reads the fields; what it gives then runs away from the screen's
    thread, so that thirty pupils moved at once do not hold it up.
    """

    done_well = Signal(object)

    def __init__(
        self, context: UiContext, question: str, explanation: str = "", *, name: str, parent: QWidget
    ) -> None:
        super().__init__(question, explanation, name=name, parent=parent)
        self.context, self.words = context, context.words
        self._fields: dict[str, Field] = {}
        self._fault = Text("", 13, 500, "bad", wrap=True)
        self._fault.hide()
        self.deed: Button | None = None
        self.override: TextField | None = None
        FocusRing(self)

    def put(self, field: Field, *names: str) -> Field:
        """Add a field; refusals of the rules' fields ``names`` are shown beside it."""
        self.body.addWidget(field)
        self._fields.update(dict.fromkeys(names, field))
        return field

    def deed_of(self) -> Callable[[], object] | None:
        """The work to be done with what is typed now; None when the dialog has told what is missing.

        May raise the refusal instead.
        """
        raise NotImplementedError

    def why(self) -> str | None:
        """Why it is done all the same, once a policy of the ministry stood against it; None: it did not."""
        return self.override.text() if self.override is not None else None

    def _ask_reason(self, refusal: AgainstPolicy) -> None:
        """Tell what stands against it, and let a reason be given; the verb then tries again."""
        if self.override is None:
            tr = self.words.tr
            self.override = TextField(
                tr("Why all the same"),
                self.words,
                help_text=tr("The reason stays with the enrolment and in the history."),
                name=f"{self.objectName()}.override",
            )
            self.body.insertWidget(self.body.indexOf(self._fault), self.override)
            self._fields["override"] = self.override
        self.override.set_refusal(refusal)
        self.override.setFocus()

    def set_deed(self, text: str, kind: str = "primary") -> None:
        """The verb, and the way back out of the dialog."""
        self.body.addWidget(self._fault)
        self.deed = self.add_verb("do", text, kind)
        self.deed.clicked.disconnect()
        self.deed.clicked.connect(self._run)
        cancel = self.add_verb("cancel", self.words.tr("Cancel"), safe=True)
        cancel.setDefault(False)  # Enter in a field must not throw away what was typed
        self.deed.setDefault(kind == "primary")

    def ask(self) -> None:
        """Show it with the focus in the first field."""
        super().ask()
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus()

    def fields(self) -> Mapping[str, Field]:
        """The fields by the names of the rules."""
        return self._fields

    def _run(self) -> None:
        for field in self._fields.values():
            if isinstance(field, TextField):
                field.commit()
        misread = next(
            (one for one in self._fields.values() if isinstance(one, DateField) and one.fault), None
        )
        if misread is not None:  # what stands there is not what the field has read
            misread.setFocus()
            return
        for field in self._fields.values():
            field.set_fault("")
        self._fault.hide()
        try:
            deed = self.deed_of()
        except EmisError as refusal:
            self._refused(refusal)
            return
        if deed is None:
            return
        if self.deed is not None:
            self.deed.setEnabled(False)
        undo = self.context.services.undo
        task = self.context.tasks.run(lambda _control: undo.made_by(deed))
        task.succeeded.connect(self._did)
        task.refused.connect(self._refused)

    def _did(self, made: Made[object]) -> None:
        self.accept()
        self.done_well.emit(made)

    def _refused(self, refusal: EmisError) -> None:
        if self.deed is not None:
            self.deed.setEnabled(True)
        if isinstance(refusal, AgainstPolicy):
            self._ask_reason(refusal)
            return
        field = self._fields.get(getattr(refusal, "field", None) or "")
        if field is not None:
            field.set_refusal(refusal)
            field.setFocus()
            return
        self._fault.setText(refusal.text(self.words))
        self._fault.show()
        announce(self._fault, self._fault.text())


class FieldsDialog(AskDialog):
    """A dialog made of fields alone; ``act`` reads them and gives the work to be done."""

    def __init__(
        self,
        context: UiContext,
        question: str,
        fields: Sequence[tuple[Field, str]],
        act: Callable[[], Callable[[], object]],
        *,
        deed: str,
        name: str,
        parent: QWidget,
        explanation: str = "",
    ) -> None:
        """``fields`` with the names of the rules' fields that they show, several with a comma between."""
        super().__init__(context, question, explanation, name=name, parent=parent)
        self.setMinimumWidth(480)
        self._act = act
        for field, names in fields:
            self.put(field, *names.split(","))
        self.set_deed(deed)

    def deed_of(self) -> Callable[[], object]:
        """What ``act`` gives."""
        return self._act()
