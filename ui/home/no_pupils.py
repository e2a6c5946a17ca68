"""Home before the first pupil: instead of charts without data, the way to the class list."""

from PySide6.QtCore import Signal

from resources.words import Words
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState


class NoPupils(Card):
    """The empty state. ``import_asked``: bring in the class list, offered to who may."""

    import_asked = Signal()

    def __init__(self, words: Words, *, may_import: bool) -> None:
        super().__init__(name="home.no_pupils")
        tr = words.tr
        state = EmptyState(
            "users",
            tr("No pupils yet"),
            tr("Pupils by grade, marks and report cards show here once there are some."),
            name="home.no_pupils.state",
        )
        if may_import:
            button = state.add(Button(tr("Import class list"), "primary", name="home.no_pupils.import"))
            button.clicked.connect(self.import_asked)
        self.body.addWidget(state)
