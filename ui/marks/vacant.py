"""A sheet without pupils or without tests: what is missing, and the way on."""

from PySide6.QtCore import Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.mark_sheet import MarkSheet
from resources.words import Words
from ui.marks.lacking import assess_words
from ui.widgets.base import identify
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState


class Vacant(Card):
    """The empty state. ``items_asked``, ``usual_asked`` (the usual tests) and ``back_asked``.

    ``assess_asked(bool)``: the subject is not assessed in the term, or is after all.
    """

    items_asked = Signal()
    usual_asked = Signal()
    back_asked = Signal()
    assess_asked = Signal(bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        identify(self, "marks.vacant")
        self._words = words
        tr = words.tr
        self._state = EmptyState("table", " ", " ", name="marks.vacant.state")
        self.usual = self._state.add(Button(tr("Use the usual tests"), "primary", name="marks.vacant.usual"))
        self.add_items = self._state.add(Button(tr("Add tests"), name="marks.vacant.items"))
        self.assess = self._state.add(Button(" ", name="marks.vacant.assess"))
        self._left_out = False
        self.back = self._state.add_link(
            Button(tr("All classes and subjects"), "link", name="marks.vacant.back")
        )
        self.usual.clicked.connect(self.usual_asked)
        self.add_items.clicked.connect(self.items_asked)
        self.back.clicked.connect(self.back_asked)
        self.assess.clicked.connect(lambda: self.assess_asked.emit(self._left_out))
        self.body.addWidget(self._state)

    def show_for(self, sheet: MarkSheet, usual: str, *, may_plan: bool) -> None:
        """Say what ``sheet`` lacks; ``may_plan``: the user may add its tests.

        ``usual`` names the tests that the country's scheme has, "" where there are none to take over.
        """
        tr = self._words.tr
        no_tests = not sheet.columns
        self._left_out = sheet.not_assessed
        plans = no_tests and may_plan and not self._left_out
        self._offer(items=plans, usual=plans and bool(usual), assess=no_tests and may_plan)
        self.assess.setText(assess_words(self._words, left_out=self._left_out))
        if self._left_out:
            self._state.set_words(
                tr(
                    "{subject} is not assessed in {class_name} this term",
                    subject=sheet.subject_name,
                    class_name=sheet.class_name,
                ),
                tr("Report cards do not wait for it."),
            )
            return
        if not no_tests:
            self._state.set_words(
                tr("No pupils in {class_name} yet", class_name=sheet.class_name),
                tr("Bring in a class list on the page Students, or add the first pupil there."),
            )
            return
        if not may_plan:
            help_text = tr("The office adds tests. Marks can be entered as soon as there is one.")
        elif usual:
            help_text = tr("The usual ones are {tests}. Take them, or add your own.", tests=usual)
        else:
            help_text = tr("Add the quizzes, tests and papers that make up the term mark.")
        self._state.set_words(
            tr(
                "No tests in {subject}, {class_name} yet",
                subject=sheet.subject_name,
                class_name=sheet.class_name,
            ),
            help_text,
        )

    def show_reason(self, reason: EmisError) -> None:
        """Say why the sheet cannot be shown."""
        self._offer(items=False, usual=False, assess=False)
        self._state.set_words(self._words.tr("This sheet cannot be shown"), reason.text(self._words))

    def _offer(self, *, items: bool, usual: bool, assess: bool) -> None:
        self.add_items.setVisible(items)
        self.assess.setVisible(assess)
        self.usual.setVisible(usual)
        self.add_items.set_kind("secondary" if usual else "primary")
