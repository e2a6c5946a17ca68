"""The copies that were found, and the way back from one of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.rules.rights import Right, offers
from ui.backup.copies import Copy, copy_filters, read_copy, size_words, when_words
from ui.context import UiContext
from ui.tasks import TaskControl
from ui.theme.fonts import MEDIUM
from ui.widgets.base import announce
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.dialog import Dialog
from ui.widgets.empty import EmptyState
from ui.widgets.system_windows import choose_file
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text


class CopiesCard(Card):
    """``restore_asked(Path)`` when somebody has said that a copy shall take the place of the records."""

    restore_asked = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__(flush=True, name="backup.list.card")
        self.words, self._tasks = context.words, context.tasks
        self._restores = offers(context.actor, Right.RESTORE)
        tr = self.words.tr
        self._extra: tuple[Copy, ...] = ()
        columns = (
            Column("when", tr("Made"), 190, stretch=1),
            Column("school", tr("Whose records"), 240, stretch=2),
            Column("size", tr("Size"), 90, align="end"),
            Column("file", tr("File"), 260, stretch=2),
        )
        self._model: RowsModel[Copy] = RowsModel(columns, self._cells)
        self.table = TableView(self._model, tr("Copies that were found"), name="backup.table")
        self.table.picked.connect(lambda _row: self._picked())
        self._none = EmptyState("usb-stick", tr("No copies found"), name="backup.none")
        self._pages = QStackedWidget()
        for page in (self.table, self._none):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages, 1)
        self._fault = Text("", 12, 500, "bad", wrap=True)
        self._fault.setContentsMargins(13, 4, 13, 4)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self._foot = self._make_foot()
        self.body.addWidget(self._foot)
        if self._restores:
            self._none.set_words(
                tr("No copies found"), tr("Put the USB stick in, or choose the file of a copy.")
            )
            first = self._none.add(Button(tr("Choose a file"), icon="folder-open", name="backup.none.file"))
            first.clicked.connect(self._ask_file)
        self._picked()

    def _make_foot(self) -> CardFoot:
        tr, foot = self.words.tr, CardFoot()
        self.counted = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self.counted, 1)
        file = Button(tr("Choose a file"), name="backup.file")
        file.clicked.connect(self._ask_file)
        self._restore = Button(tr("Restore this copy"), name="backup.restore")
        self._restore.clicked.connect(self.ask_restore)
        for button in (file, self._restore):
            foot.line.addWidget(button)
            if not self._restores:
                button.hide()
        return foot

    def _cells(self, copy: Copy) -> tuple[Cell, ...]:
        return (
            Cell(when_words(self.words, copy.made_at), weight=MEDIUM),
            Cell(copy.school),
            Cell(size_words(self.words, copy.size)),
            Cell(copy.path.name, "text2"),
        )

    def show_copies(self, copies: tuple[Copy, ...]) -> None:
        """Show what was found, with the files chosen by hand before it; what is chosen stays."""
        chosen = self.current()
        shown = list({copy.path: copy for copy in (*self._extra, *copies)}.values())
        if shown != self.copies():
            self._model.set_rows(shown)
            for place, copy in enumerate(shown):
                if chosen is not None and copy.path == chosen.path:
                    self.table.pick(place)
        self._picked()

    def copies(self) -> list[Copy]:
        """What the list shows."""
        return [self._model.row(place) for place in range(self._model.count())]

    def current(self) -> Copy | None:
        """The copy that is chosen."""
        place = self.table.current_row()
        return self._model.row(place) if 0 <= place < self._model.count() else None

    def _picked(self) -> None:
        count = self._model.count()
        self._show_page(self.table if count else self._none)
        self._foot.setVisible(count > 0)
        self.counted.setText(self.words.ntr("{n} copy", "{n} copies", count))
        self._restore.setEnabled(self.current() is not None)

    def _show_page(self, shown: QWidget) -> None:
        """The one that is not shown asks for no room: in a low window the card above needs it."""
        for page in (self.table, self._none):
            policy = page.sizePolicy()
            policy.setVerticalPolicy(
                QSizePolicy.Policy.Expanding if page is shown else QSizePolicy.Policy.Ignored
            )
            page.setSizePolicy(policy)
        self._pages.setCurrentWidget(shown)

    def _ask_file(self) -> None:
        choose_file(self, self.words.tr("Choose a copy"), self.take_file, copy_filters(self.words))

    def take_file(self, path: Path) -> None:
        """Read a file, add it to the list and choose it; one that is no copy is told."""

        def read(_control: TaskControl) -> Copy:
            return read_copy(path)

        task = self._tasks.run(read)
        task.succeeded.connect(self._take)
        task.refused.connect(self._not_taken)

    def _take(self, copy: Copy) -> None:
        self._tell("")
        self._extra = (copy, *(other for other in self._extra if other.path != copy.path))
        self.show_copies(tuple(one for one in self.copies() if one.path != copy.path))
        self.table.pick(0)
        self._picked()

    def _not_taken(self, refusal: EmisError) -> None:
        self._tell(refusal.text(self.words))

    def _tell(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        if text:
            announce(self._fault, text)

    def ask_restore(self) -> None:
        """Ask before a copy takes the place of the records."""
        copy = self.current()
        if copy is None or not self._restore.isEnabled():
            return
        tr = self.words.tr
        dialog = Dialog(
            tr("Put the records of {when} in the place of these?", when=when_words(self.words, copy.made_at)),
            tr(
                "{school}. EMIS Desktop locks; then everybody signs in with the password of that day. The "
                "records that are here now are kept aside in the data folder, with what was entered since.",
                school=copy.school,
            ),
            name="backup.question",
            parent=self.window(),
        )
        dialog.add_verb("restore", tr("Restore this copy"), "danger")
        dialog.add_verb("keep", tr("Keep these records"), safe=True)
        dialog.answered.connect(lambda key: self.restore_asked.emit(copy.path) if key == "restore" else None)
        dialog.ask()
