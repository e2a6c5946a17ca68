"""The page of the marks: all sheets of a term, one of them, and its tests."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.assessed import Sheet
from ui.context import UiContext, Unsaved
from ui.marks.head import MarksHead
from ui.marks.items import ItemsPanel
from ui.marks.journey import Journey
from ui.marks.screen import SheetScreen
from ui.marks.shows import Shows
from ui.shell.page import Page
from ui.widgets.base import add_key
from ui.work_queue import WorkQueue

KEY = "marks"
_TABLES = (
    "mark assessment_item subject_remark person enrolment class_pupil class_subject class_grade school_class "
    "subject term scheme_use assessment_scheme grade_band setting"
)


class MarksPage(Page):
    """List and sheet. ``open_with(class_id=, subject_id=, term_id=, student_id=)`` opens a sheet."""

    tables = frozenset(_TABLES.split())

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY, context.words.tr("Marks"))
        self.queue = WorkQueue(self)
        self.sheet = SheetScreen(context, self.queue)
        self.items = ItemsPanel(context, self.queue)
        self.bar = MarksHead(self.head, context.words, self)
        self.shows = Shows(context, self.sheet, self.items, self.bar)
        self.overview = self.shows.overview
        self.journey = Journey(context, self.shows, self.bar, self.queue)
        self._reported = 0
        self.body.addWidget(self.shows.stack, 1)
        self._connect()
        self._add_keys()
        self.shows.head_of_list()

    def _connect(self) -> None:
        sheet, bar, saver = self.sheet, self.bar, self.sheet.saver
        self.shows.vacant.usual_asked.connect(self.items.add_usual)
        self.shows.vacant.assess_asked.connect(self._set_assessed)
        self.items.deeds.undo_asked.connect(lambda act: saver.take_back([act]))
        sheet.changed.connect(self._report)
        sheet.stored.connect(self._say_saved)
        saver.undone.connect(self._undone)
        saver.redone.connect(self._redone)
        saver.ways.connect(bar.set_ways)
        bar.undo_asked.connect(saver.undo)
        bar.redo_asked.connect(saver.redo)
        bar.paste_asked.connect(sheet.clipboard.paste)
        bar.comments_asked.connect(lambda shown: sheet.show_notes(shown=shown))

    def _add_keys(self) -> None:
        tr, saver, journey = self.words.tr, self.sheet.saver, self.journey
        for keys, name, run in (
            ("F4", tr("Next empty"), self.sheet.next_empty),
            ("F8", tr("Next mark to fix"), self.sheet.next_problem),
            ("Ctrl+Z", tr("Undo"), saver.undo),
            ("Ctrl+Y", tr("Redo"), saver.redo),
            ("Ctrl+Shift+Z", tr("Redo"), saver.redo),
            ("Ctrl+PgDown", tr("Next class"), journey.go_on),
            ("Ctrl+PgUp", tr("Class before"), journey.go_back),
            ("Alt+Left", tr("All classes and subjects"), journey.show_overview),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    # -- Saving -------------------------------------------------------------------------------------

    def _say_saved(self) -> None:
        now = datetime.now().astimezone()
        self.bar.status.saved(self.words.tr("Saved {time}", time=self.words.time(now)))

    def _report(self) -> None:
        """Tell the window how many marks are not saved, when that has changed."""
        count = self.journey.drafts.count()
        if count == self._reported:
            return
        self._reported = count
        words = self.words.ntr(
            "{n} mark not saved, the rest is saved", "{n} marks not saved, the rest is saved", count
        )
        self.context.unsaved.report(
            KEY, Unsaved(count, words, self.journey.lead_to_problem) if count else None
        )

    def _set_assessed(self, assessed: bool) -> None:
        key = self.journey.key
        if key is not None:
            self.items.deeds.set_assessed(Sheet(*key), assessed=assessed)

    def _undone(self, what: str, _acts: list[int]) -> None:
        self.journey.show_changes()
        tr = self.words.tr
        self.context.notify(tr("Undone: {what}", what=what), self.sheet.saver.redo, tr("Redo"))

    def _redone(self, what: str, acts: list[int]) -> None:
        self.journey.show_changes()
        take_back = partial(self.sheet.saver.take_back, acts)
        self.context.notify(self.words.tr("Done again: {what}", what=what), take_back)

    # -- What the window asks -----------------------------------------------------------------------

    def opened(self) -> None:
        """Come into sight with the keyboard in the list or on the sheet: Enter or a digit is the next key."""
        super().opened()
        main = self.sheet.grid if self.shows.is_shown(self.sheet) else self.overview.table
        if main.isVisible():
            main.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read again what has changed."""
        if self.journey.key is None and not self.shows.lines:
            self.journey.loader.list_sheets()
        else:
            self.journey.loader.reload_soon()

    def open_with(self, **arguments: object) -> None:
        """Open the sheet of ``class_id`` and ``subject_id`` in ``term_id`` or the chosen term.

        With ``student_id`` at the first empty cell of that pupil; without a subject the sheet of the class
        that is to be gone on with.
        """
        self.journey.open_with(arguments)

    def bookmark(self) -> dict[str, object]:
        """The sheet that is open and the cell on it."""
        return self.journey.bookmark()

    def show_first(self) -> None:
        """Back from a sheet to the list; what is typed is saved."""
        if self.journey.key is not None:
            self.journey.show_overview()

    def apply_compact(self, compact: bool) -> None:
        """Lower rows, a narrower panel, no teachers in the list."""
        self.shows.set_compact(compact)

    def escape(self) -> bool:
        """From the tests back to the sheet."""
        if not self.shows.is_shown(self.items):
            return False
        self.journey.go_on()
        return True

    def focus_search(self) -> bool:
        """Into the search of the list."""
        if self.journey.key is not None:
            self.journey.show_overview()
        self.overview.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def foot(self) -> QWidget | None:
        """The averages under a sheet."""
        return self.sheet.foot if self.shows.is_shown(self.sheet) else None

    def side_panel(self) -> QWidget | None:
        """The panel beside a sheet."""
        return self.sheet.side if self.shows.is_shown(self.sheet) else None

    def leave(self) -> bool:
        """Save what is being typed and wait until it is on the disk; never in the way."""
        self.journey.keep_place()
        self.queue.finish()
        return True
