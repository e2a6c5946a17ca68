"""The head of the page: what is open, what can be done with it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from resources.words import Words
from ui.marks.describe import HeadWords, Offers
from ui.widgets.avatar import TickStatus
from ui.widgets.base import with_keys
from ui.widgets.button import Button, IconButton
from ui.widgets.chips import Pill
from ui.widgets.head import PageHead
from ui.widgets.sheet.title import TitleMenu

OVERVIEW = ""
"""The choice that leads to all sheets."""


class MarksHead(QObject):
    """Fills ``head`` with the choices and actions of the marks.

    ``subject_chosen`` and ``class_chosen`` with a key, :data:`OVERVIEW` for all sheets. The others say what
    was pressed; ``comments_asked(bool)`` to show or hide the columns of comments.
    """

    subject_chosen = Signal(str)
    class_chosen = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    paste_asked = Signal()
    items_asked = Signal()
    next_asked = Signal()
    comments_asked = Signal(bool)

    def __init__(self, head: PageHead, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._head, self._words = head, words
        tr = words.tr
        self.subject = TitleMenu(tr("Subject"), "marks.subject", after=",")
        self.school_class = TitleMenu(tr("Class"), "marks.class")
        self.view_only = Pill(tr("View only"), "neutral", name="marks.view_only")
        for widget in (self.subject, self.school_class, self.view_only):
            head.beside.addWidget(widget)
        self.subject.choices.triggered.connect(lambda action: self.subject_chosen.emit(_key(action)))
        self.school_class.choices.triggered.connect(lambda action: self.class_chosen.emit(_key(action)))
        self.status = head.add(TickStatus(name="marks.status"))
        self.undo = head.add(IconButton("undo-2", tr("Undo"), name="marks.undo", keys="Ctrl+Z"))
        self.redo = head.add(IconButton("redo-2", tr("Redo"), name="marks.redo", keys="Ctrl+Y"))
        self.comments = head.add(Button(tr("Comments"), name="marks.comments"))
        self.comments.setCheckable(True)
        self.items = head.add(Button(tr("Tests"), name="marks.items"))
        self.paste = head.add(Button(tr("Paste from Excel"), name="marks.paste", keys="Ctrl+V"))
        self.next = head.set_primary(Button(tr("Next class"), name="marks.next", keys="Ctrl+PgDown"))
        self._connect()
        self.set_ways("", "")
        self._offer(Offers())

    def _connect(self) -> None:
        pressed: tuple[tuple[Button, Callable[[], object]], ...] = (
            (self.undo, self.undo_asked.emit),
            (self.redo, self.redo_asked.emit),
            (self.items, self.items_asked.emit),
            (self.paste, self.paste_asked.emit),
            (self.next, self.next_asked.emit),
        )
        for button, tell in pressed:
            button.clicked.connect(lambda _=False, tell=tell: tell())
        self.comments.toggled.connect(self.comments_asked)

    def show_words(self, found: HeadWords) -> None:
        """Show title, facts and what can be done now."""
        self._head.set_title(found.title, found.facts)
        self._offer(found.offers)

    def _offer(self, offers: Offers) -> None:
        self._head.show_title(shown=not offers.sheet)
        for widget in (self.subject, self.school_class, self.status, self.undo, self.redo):
            widget.setVisible(offers.sheet)
        self.comments.setVisible(offers.notes)
        self.view_only.setVisible(offers.sheet and offers.read_only)
        self.items.setVisible(offers.items)
        self.paste.setVisible(offers.entry)
        self.next.setVisible(bool(offers.following))
        self.next.setText(offers.following)

    def set_choices(
        self, subjects: Sequence[tuple[str, str]], classes: Sequence[tuple[str, str]], chosen: tuple[str, str]
    ) -> None:
        """Offer the subjects of the class and the classes of the school, each with a way to all sheets."""
        every = (OVERVIEW, self._words.tr("All classes and subjects"))
        self.subject.set_choices([*subjects, every], chosen[0])
        self.school_class.set_choices([*classes, every], chosen[1])

    def set_ways(self, undo: str, redo: str) -> None:
        """What can be taken back and done again, in words; "" for nothing."""
        tr = self._words.tr
        for button, what, verb, keys in (
            (self.undo, undo, tr("Undo"), "Ctrl+Z"),
            (self.redo, redo, tr("Redo"), "Ctrl+Y"),
        ):
            button.setEnabled(bool(what))
            button.setToolTip(with_keys(f"{verb}: {what}" if what else verb, keys))


def _key(action: QAction) -> str:
    return str(action.data())
