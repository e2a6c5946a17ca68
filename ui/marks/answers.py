"""What is read of the marks, shown: a sheet at the place where it is wanted, the same one anew, the list."""

from dataclasses import dataclass, field
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.queries.sheet_notes import SheetNotes
from emis_desktop.services.moments import local_today
from resources.words import Words
from ui.marks.book import SheetBook
from ui.marks.draft import CellKey, Drafts, SheetKey
from ui.marks.head import MarksHead
from ui.marks.loading import Known, Loader
from ui.marks.screen import SheetScreen, first_empty_of
from ui.marks.shows import Shows
from ui.marks.ways import ways_of
from ui.widgets.sheet.area import Cell


@dataclass(slots=True)
class Wishes:
    """Where somebody wants to be when what was asked for comes.

    ``places``: the cell where somebody was on each sheet. ``pupil``: on the first empty cell of this pupil,
    whatever the place before. ``school_class``: on the sheet of this class that is to be gone on with.
    ``changes``: at the first cell that an act changed. ``items``: at the tests of the sheet.
    """

    places: dict[SheetKey, CellKey] = field(default_factory=dict)
    pupil: UUID | None = None
    school_class: UUID | None = None
    changes: bool = False
    items: bool = False

    def read(self, key: SheetKey, arguments: dict[str, object]) -> None:
        """Take what a bookmark says of a sheet: its ``cell``, and whether its ``tests`` were shown."""
        cell = arguments.get("cell")
        if isinstance(cell, tuple):
            self.places[key] = cell
        self.items = bool(arguments.get("tests"))

    def cell(self, book: SheetBook) -> Cell | None:
        """The cell to begin at; the wish for a pupil ends with it. None: wherever the sheet begins."""
        pupil, self.pupil = self.pupil, None
        found = first_empty_of(book, pupil) if pupil is not None else None
        at = self.places.get(book.key)
        return found or (book.place_of(at) if at is not None else None)


class Answers(QObject):
    """Shows what ``loader`` reads. ``class_wanted(class, term)``: the sheets of a class are known now."""

    class_wanted = Signal(object, object)

    def __init__(
        self, words: Words, shows: Shows, bar: MarksHead, loader: Loader, drafts: Drafts, wishes: Wishes
    ) -> None:
        super().__init__(shows)
        self._words, self._shows, self._bar, self._loader = words, shows, bar, loader
        self._sheet, self._drafts, self._wishes = shows.sheet, drafts, wishes
        loader.opened.connect(self._opened)
        loader.noted.connect(self._noted)
        loader.renewed.connect(self._renewed)
        loader.unchanged.connect(self._nothing_new)
        loader.listed.connect(self._listed)
        loader.refused.connect(self._refused)

    def _opened(self, sheet: MarkSheet) -> None:
        key = SheetKey(sheet.class_id, sheet.subject_id, sheet.term_id)
        book = SheetBook(self._words, sheet, self._drafts.of(key))
        if self._bar.comments.isChecked():
            book.show_notes(shown=True)
        self._sheet.open(book, self._wishes.cell(book))
        self._shows.show_sheet(book)
        if not self._shows.lines:
            self._loader.list_sheets()
        self._loader.expect(ways_of(self._shows.lines, key).following)

    def _noted(self, notes: SheetNotes) -> None:
        book = self._sheet.book
        if book is not None:
            self._renew(book, book.sheet, notes)
            wanted, self._wishes.items = self._wishes.items, False
            if wanted and self._shows.may_plan():
                self._shows.show_items(book)

    def _renewed(self, sheet: MarkSheet, notes: SheetNotes) -> None:
        book = self._sheet.book
        if book is None:
            return
        changed = self._renew(book, sheet, notes)
        if self._wishes.changes and changed:
            if not self._sheet.grid.editing():
                self._sheet.grid.go(changed[0])
            self._sheet.grid.ticks.add(changed)
        self._wishes.changes = False

    def _nothing_new(self) -> None:
        self._wishes.changes = False

    def _renew(self, book: SheetBook, sheet: MarkSheet, notes: SheetNotes) -> list[Cell]:
        changed = self._sheet.renew(sheet, notes)
        if not sheet.columns or self._shows.is_shown(self._shows.items):
            self._shows.items.show_sheet(sheet, notes)
        self._shows.show_again(book)
        return changed

    def _listed(self, lines: tuple[SheetLine, ...], term_id: UUID) -> None:
        self._shows.lines = lines
        self._shows.overview.show_lines(lines, term_id, local_today(), self._drafts)
        wanted, self._wishes.school_class = self._wishes.school_class, None
        if wanted is not None:
            self.class_wanted.emit(wanted, term_id)
        elif self._loader.wanted is None:
            self._shows.head_of_list()
        elif self._sheet.book is not None and self._shows.is_shown(self._sheet):
            self._shows.head_of_sheet(self._sheet.book)

    def _refused(self, reason: EmisError) -> None:
        """The sheet is not there or not the user's any more."""
        self._wishes.pupil = None
        self._sheet.close_book()
        self._shows.show_reason(reason)


def known_of(sheet: SheetScreen) -> Known | None:
    """What a screen shows already."""
    book = sheet.book
    return None if book is None or book.notes is None else (book.sheet, book.notes)
