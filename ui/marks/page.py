"""The page of the marks: all sheets of a term, one of them, and its tests."""

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.sheet_list import SheetLine
from emis_desktop.queries.sheet_notes import SheetNotes
from emis_desktop.services.moments import local_today
from ui.context import UiContext, Unsaved
from ui.marks.area import Cell
from ui.marks.book import SheetBook
from ui.marks.draft import CellKey, Drafts, SheetKey
from ui.marks.head import OVERVIEW, MarksHead
from ui.marks.items import ItemsPanel
from ui.marks.loading import Loader
from ui.marks.overview_rows import most_urgent
from ui.marks.queue import WorkQueue
from ui.marks.screen import SheetScreen, first_empty_of
from ui.marks.shows import Shows
from ui.marks.ways import sheet_in_class, ways_of
from ui.shell.page import Page
from ui.widgets.base import add_key

KEY = "marks"
_TABLES = (
    "mark assessment_item subject_remark person enrolment class_pupil class_subject class_grade school_class "
    "subject term scheme_use assessment_scheme grade_band"
)


class MarksPage(Page):
    """List and sheet. ``open_with(class_id=, subject_id=, term_id=, student_id=)`` opens a sheet."""

    tables = frozenset(_TABLES.split())

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY, context.words.tr("Marks"))
        self.drafts = Drafts()
        self.queue = WorkQueue(self)
        self.loader = Loader(context, self.queue, self, self._known)
        self.sheet = SheetScreen(context, self.queue)
        self.items = ItemsPanel(context, self.queue)
        self.bar = MarksHead(self.head, context.words, self)
        self.shows = Shows(context, self.sheet, self.items, self.bar)
        self.overview = self.shows.overview
        self._places: dict[SheetKey, CellKey] = {}
        self._undoing = False
        self._reported = 0
        self._student: UUID | None = None
        self._class: UUID | None = None
        self._year_id = context.place.term.year_id if context.place.term is not None else None
        self.body.addWidget(self.shows.stack, 1)
        self._connect()
        self._connect_head()
        self._add_keys()
        self.shows.head_of_list()

    def _connect(self) -> None:
        loader, sheet, vacant = self.loader, self.sheet, self.shows.vacant
        loader.opened.connect(self._opened)
        loader.noted.connect(self._noted)
        loader.renewed.connect(self._renewed)
        loader.unchanged.connect(self._nothing_new)
        loader.listed.connect(self._listed)
        loader.refused.connect(self._refused)
        self.overview.asked.connect(self.open_sheet)
        self.overview.here.connect(loader.expect)
        vacant.back_asked.connect(self.show_overview)
        vacant.items_asked.connect(self.show_items)
        vacant.usual_asked.connect(self.items.add_usual)
        self.items.changed.connect(loader.reload)
        self.items.undo_asked.connect(sheet.saver.undo)
        sheet.changed.connect(self._report)
        sheet.stored.connect(self._say_saved)
        sheet.elsewhere_asked.connect(self.lead_to_problem)
        sheet.saver.undone.connect(self._undone)
        sheet.saver.ways.connect(self.bar.set_ways)
        self.context.place.changed.connect(self._place_changed)

    def _connect_head(self) -> None:
        bar, saver = self.bar, self.sheet.saver
        bar.subject_chosen.connect(self._subject_chosen)
        bar.class_chosen.connect(self._class_chosen)
        bar.undo_asked.connect(saver.undo)
        bar.redo_asked.connect(saver.redo)
        bar.paste_asked.connect(self.sheet.paste)
        bar.items_asked.connect(self.show_items)
        bar.next_asked.connect(self.go_on)
        bar.comments_asked.connect(lambda shown: self.sheet.show_notes(shown=shown))

    def _add_keys(self) -> None:
        tr, saver = self.words.tr, self.sheet.saver
        for keys, name, run in (
            ("F4", tr("Next empty"), self.sheet.next_empty),
            ("F8", tr("Next mark to fix"), self.sheet.next_problem),
            ("Ctrl+Z", tr("Undo"), saver.undo),
            ("Ctrl+Y", tr("Redo"), saver.redo),
            ("Ctrl+Shift+Z", tr("Redo"), saver.redo),
            ("Ctrl+PgDown", tr("Next class"), self.go_on),
            ("Ctrl+PgUp", tr("Class before"), self.go_back),
            ("Alt+Left", tr("All classes and subjects"), self.show_overview),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    # -- From sheet to sheet ------------------------------------------------------------------------

    @property
    def key(self) -> SheetKey | None:
        """The sheet that is open or being opened."""
        return self.loader.wanted

    def open_sheet(self, key: SheetKey) -> None:
        """Open a sheet; what is being typed on the open one is saved first."""
        self._keep_place()
        self.loader.open(key)

    def show_overview(self) -> None:
        """Leave the sheet for the list; what was typed is saved, what was refused is kept."""
        self._keep_place()
        here = self.key
        self.loader.close()
        self.sheet.close_book()
        self.shows.show_list()
        self.overview.pick(here)
        self.loader.list_sheets()

    def show_items(self) -> None:
        """The tests of the open sheet's subject, to add and to change."""
        if self.sheet.book is not None and self.shows.may_plan():
            self._keep_place()
            self.shows.show_items(self.sheet.book)

    def _keep_place(self) -> None:
        """Save what is being typed and remember where somebody was on the sheet."""
        self.sheet.grid.commit()
        book = self.sheet.book
        if book is not None and book.extent.rows:
            found = book.cell_key(self.sheet.grid.current)
            if found is not None:
                self._places[book.key] = found

    def _subject_chosen(self, key: str) -> None:
        here = self.key
        if key == OVERVIEW or here is None:
            self.show_overview()
        else:
            self.open_sheet(here._replace(subject_id=UUID(key)))

    def _class_chosen(self, key: str) -> None:
        here = self.key
        found = sheet_in_class(self.shows.lines, key, here) if here is not None else None
        if found is None:
            self.show_overview()
        else:
            self.open_sheet(found)

    def go_on(self) -> None:
        """The primary button: the next class, from the list the sheet to go on with, from the tests back."""
        if self.shows.is_shown(self.items) and self.sheet.book is not None:
            self.shows.show_sheet(self.sheet.book)
        elif self.key is None:
            self._continue()
        else:
            self._go(ways_of(self.shows.lines, self.key).following)

    def go_back(self) -> None:
        """The class before."""
        if self.key is not None:
            self._go(ways_of(self.shows.lines, self.key).before)

    def _go(self, key: SheetKey | None) -> None:
        if key is not None:
            self.open_sheet(key)

    def _continue(self) -> None:
        line, term = most_urgent(self.shows.lines), self.context.place.term
        if line is not None and term is not None:
            self.open_sheet(SheetKey(line.class_id, line.subject_id, term.id))

    def lead_to_problem(self) -> None:
        """Go to a mark that was refused, on whichever sheet it is."""
        key = self.drafts.first_sheet(self.key)
        if key is None:
            return
        if key == self.key and self.sheet.book is not None:
            self.shows.show_sheet(self.sheet.book)
            if not self.sheet.show_problem():
                self.bar.comments.setChecked(True)  # it is in a column that does not show
                self.sheet.show_problem()
            return
        self.open_sheet(key)
        self._places[key] = next(iter(self.drafts.of(key)))

    # -- What the loader answers --------------------------------------------------------------------

    def _opened(self, sheet: MarkSheet) -> None:
        key = SheetKey(sheet.class_id, sheet.subject_id, sheet.term_id)
        book = SheetBook(self.words, sheet, self.drafts.of(key))
        if self.bar.comments.isChecked():
            book.show_notes(shown=True)
        at = self._places.get(key)
        pupil, self._student = self._student, None
        place = first_empty_of(book, pupil) if pupil is not None else None
        self.sheet.open(book, place or (book.place_of(at) if at is not None else None))
        self.shows.show_sheet(book)
        if not self.shows.lines:
            self.loader.list_sheets()
        self.loader.expect(ways_of(self.shows.lines, key).following)

    def _noted(self, notes: SheetNotes) -> None:
        book = self.sheet.book
        if book is not None:
            self._renew(book, book.sheet, notes)

    def _known(self) -> tuple[MarkSheet, SheetNotes] | None:
        """What the screen shows already."""
        book = self.sheet.book
        return None if book is None or book.notes is None else (book.sheet, book.notes)

    def _renewed(self, sheet: MarkSheet, notes: SheetNotes) -> None:
        book = self.sheet.book
        if book is None:
            return
        changed = self._renew(book, sheet, notes)
        if self._undoing:
            self._undoing = False
            if changed:
                self.sheet.grid.go(changed[0])
                self.sheet.grid.tick(changed)

    def _nothing_new(self) -> None:
        self._undoing = False

    def _renew(self, book: SheetBook, sheet: MarkSheet, notes: SheetNotes) -> list[Cell]:
        changed = self.sheet.renew(sheet, notes)
        if not sheet.columns or self.shows.is_shown(self.items):
            self.items.show_sheet(sheet, notes)
        self.shows.show_again(book)
        return changed

    def _listed(self, lines: tuple[SheetLine, ...], term_id: UUID) -> None:
        self.shows.lines = lines
        self.overview.show_lines(lines, term_id, local_today(), self.drafts)
        wanted, self._class = self._class, None
        if wanted is not None:
            self._open_class(wanted, term_id)
            return
        if self.key is None:
            self.shows.head_of_list()
        elif self.sheet.book is not None and self.shows.is_shown(self.sheet):
            self.shows.head_of_sheet(self.sheet.book)

    def _refused(self, reason: EmisError) -> None:
        """The sheet is not there or not the user's any more."""
        self.sheet.close_book()
        self.shows.show_reason(reason)

    # -- Saving -------------------------------------------------------------------------------------

    def _say_saved(self) -> None:
        now = datetime.now().astimezone()
        self.bar.status.saved(self.words.tr("Saved {time}", time=self.words.time(now)))

    def _report(self) -> None:
        """Tell the window how many marks are not saved, when that has changed."""
        count = self.drafts.count()
        if count == self._reported:
            return
        self._reported = count
        words = self.words.ntr(
            "{n} mark not saved, the rest is saved", "{n} marks not saved, the rest is saved", count
        )
        self.context.unsaved.report(KEY, Unsaved(count, words, self.lead_to_problem) if count else None)

    def _undone(self, what: str, was_undo: bool) -> None:
        self._undoing = True
        self.loader.reload()
        saver, tr = self.sheet.saver, self.words.tr
        if was_undo:
            self.context.notify(tr("Undone: {what}", what=what), saver.redo, tr("Redo"))
        else:
            self.context.notify(tr("Done again: {what}", what=what), saver.undo)

    # -- What the window asks -----------------------------------------------------------------------

    def opened(self) -> None:
        """Come into sight with the keyboard in the list or on the sheet: Enter or a digit is the next key."""
        super().opened()
        main = self.sheet.grid if self.shows.is_shown(self.sheet) else self.overview.table
        if main.isVisible():
            main.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read again what has changed."""
        if self.key is None and not self.shows.lines:
            self.loader.list_sheets()
        else:
            self.loader.reload_soon()

    def open_with(self, **arguments: object) -> None:
        """Open the sheet of ``class_id`` and ``subject_id`` in ``term_id`` or the chosen term.

        With ``student_id`` at the first empty cell of that pupil; without a subject the sheet of the class
        that is to be gone on with.
        """
        term = self.context.place.term
        ids = {name: _uuid(value) for name, value in arguments.items()}
        term_id = ids.get("term_id") or (term.id if term is not None else None)
        class_id, subject_id = ids.get("class_id"), ids.get("subject_id")
        if class_id is not None and subject_id is not None and term_id is not None:
            self._student = ids.get("student_id")
            self.open_sheet(SheetKey(class_id, subject_id, term_id))
        elif class_id is not None:
            self._class = class_id
            self.loader.list_sheets()

    def _open_class(self, class_id: UUID, term_id: UUID) -> None:
        """The sheet of a class to go on with, else its first; the list when the class has none."""
        lines = [line for line in self.shows.lines if line.class_id == class_id]
        line = most_urgent(lines) or next(iter(lines), None)
        if line is None:
            self.show_overview()
        else:
            self.open_sheet(SheetKey(line.class_id, line.subject_id, term_id))

    def _place_changed(self) -> None:
        """Another term of the year: the same class and subject in it; else the list of the new place."""
        here, term = self.key, self.context.place.term
        same_year = term is not None and term.year_id == self._year_id
        self._year_id = term.year_id if term is not None else None
        self.shows.lines = ()
        if here is not None and term is not None and same_year:
            self.open_sheet(here._replace(term_id=term.id))
        else:
            self.show_overview()

    def apply_compact(self, compact: bool) -> None:
        """Lower rows, a narrower panel, no teachers in the list."""
        self.shows.set_compact(compact)

    def escape(self) -> bool:
        """From the tests back to the sheet."""
        if not self.shows.is_shown(self.items):
            return False
        self.go_on()
        return True

    def focus_search(self) -> bool:
        """Into the search of the list."""
        if self.key is not None:
            self.show_overview()
        self.overview.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def side_panel(self) -> QWidget | None:
        """The panel beside a sheet."""
        return self.sheet.side if self.shows.is_shown(self.sheet) else None

    def leave(self) -> bool:
        """Save what is being typed and wait until it is on the disk; never in the way."""
        self._keep_place()
        self.queue.finish()
        return True


def _uuid(value: object) -> UUID | None:
    if isinstance(value, UUID):
        return value
    return UUID(str(value)) if value else None
