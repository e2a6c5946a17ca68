"""Which part of the page shows (list, sheet, what a sheet lacks, tests), and what the head says of it."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.rules.rights import Right, may
from ui.context import UiContext
from ui.marks.book import SheetBook
from ui.marks.describe import of_items, of_list, of_sheet
from ui.marks.head import MarksHead
from ui.marks.items import ItemsPanel
from ui.marks.overview import Overview
from ui.marks.screen import SheetScreen
from ui.marks.vacant import Vacant
from ui.marks.ways import ways_of

_FOCUS = Qt.FocusReason.OtherFocusReason


class Shows(QObject):
    """The parts of the page, one of which shows. ``lines`` are the sheets of the chosen term."""

    def __init__(self, context: UiContext, sheet: SheetScreen, items: ItemsPanel, bar: MarksHead) -> None:
        super().__init__(sheet)
        self._context, self._words, self._bar = context, context.words, bar
        self.sheet, self.items = sheet, items
        self.overview = Overview(context.words)
        self.vacant = Vacant(context.words)
        self.lines: tuple[SheetLine, ...] = ()
        self.compact = False
        self.stack = QStackedWidget()
        for part in (self.overview, self.sheet, self.vacant, self.items):
            self.stack.addWidget(part)

    def is_shown(self, part: QWidget) -> bool:
        """Whether that part shows."""
        return self.stack.currentWidget() is part

    def show_list(self) -> None:
        """The list of sheets, with the keyboard in it."""
        self.stack.setCurrentWidget(self.overview)
        self.overview.table.setFocus(_FOCUS)
        self.head_of_list()

    def show_sheet(self, book: SheetBook) -> None:
        """The grid, or what the sheet lacks."""
        if book.sheet.rows and book.sheet.columns:
            self.stack.setCurrentWidget(self.sheet)
            self.sheet.grid.setFocus(_FOCUS)
        else:
            self.vacant.show_for(book.sheet, self.items.usual_words(), may_plan=self.may_plan())
            self.stack.setCurrentWidget(self.vacant)
        self.head_of_sheet(book)

    def show_again(self, book: SheetBook) -> None:
        """The sheet has been read again: rows or columns may have come or gone; the focus stays."""
        complete = bool(book.sheet.rows and book.sheet.columns)
        if self.is_shown(self.items):
            return
        if self.is_shown(self.vacant) or self.is_shown(self.sheet) is not complete:
            self.show_sheet(book)
        else:
            self.head_of_sheet(book)

    def show_items(self, book: SheetBook) -> None:
        """The tests of the sheet's subject."""
        if book.notes is None:
            return
        self.items.open(book.sheet, book.notes)
        self.stack.setCurrentWidget(self.items)
        self._bar.show_words(of_items(self._words, book, self._term()))
        if book.sheet.columns:
            self.items.table.setFocus(_FOCUS)
        else:
            self.items.start_new()

    def show_reason(self, reason: EmisError) -> None:
        """Why a sheet cannot be shown."""
        self.vacant.show_reason(reason)
        self.stack.setCurrentWidget(self.vacant)
        self.head_of_list()

    def head_of_list(self) -> None:
        """Title, facts and offers of the list."""
        self._bar.show_words(of_list(self._words, self.lines, self._term()))

    def head_of_sheet(self, book: SheetBook) -> None:
        """Title, choices and offers of a sheet."""
        ways, sheet = ways_of(self.lines, book.key), book.sheet
        found = of_sheet(
            self._words, book, ways, self._term(), may_plan=self.may_plan(), compact=self.compact
        )
        self._bar.show_words(found)
        subject, school_class = str(sheet.subject_id), str(sheet.class_id)
        self._bar.set_choices(
            ways.subjects or ((subject, sheet.subject_name),),
            ways.classes or ((school_class, sheet.class_name),),
            (subject, school_class),
        )

    def set_compact(self, compact: bool) -> None:
        """Lower rows, a narrower panel, no teachers in the list, fewer words in the head."""
        self.compact = compact
        self.sheet.set_compact(compact)
        self.overview.set_compact(compact)
        if self.sheet.book is not None and self.is_shown(self.sheet):
            self.head_of_sheet(self.sheet.book)

    def may_plan(self) -> bool:
        """Whether the user may change the tests."""
        institution = self._context.place.institution_id
        return may(self._context.actor, Right.MANAGE_STRUCTURE, institution_id=institution)

    def _term(self) -> str:
        term = self._context.place.term
        return term.name if term is not None else ""
