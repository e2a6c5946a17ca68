"""The way through the marks: from the list to a sheet, its tests, the next class, and what is refused."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject

from ui.context import UiContext
from ui.marks.answers import Answers, Wishes, known_of
from ui.marks.draft import Drafts, SheetKey
from ui.marks.head import OVERVIEW, MarksHead
from ui.marks.loading import Loader
from ui.marks.overview_rows import most_urgent
from ui.marks.shows import Shows
from ui.marks.ways import sheet_in_class, ways_of
from ui.work_queue import WorkQueue


class Journey(QObject):
    """Has what is asked for opened in the parts of the page; remembers where somebody was on each sheet."""

    def __init__(self, context: UiContext, shows: Shows, bar: MarksHead, queue: WorkQueue) -> None:
        super().__init__(shows)
        self._context, self._words = context, context.words
        self.drafts = Drafts()
        self.shows, self._sheet, self._bar = shows, shows.sheet, bar
        self._wishes = Wishes()
        self.loader = Loader(context, queue, self, partial(known_of, shows.sheet))
        self._answers = Answers(context.words, shows, bar, self.loader, self.drafts, self._wishes)
        self._home = self._where()
        self._connect()

    def _connect(self) -> None:
        loader, shows = self.loader, self.shows
        self._answers.class_wanted.connect(self._open_class)
        shows.overview.asked.connect(self.open_sheet)
        shows.overview.here.connect(loader.expect)
        shows.vacant.back_asked.connect(self.show_overview)
        shows.vacant.items_asked.connect(self.show_items)
        shows.items.deeds.changed.connect(loader.reload)
        self._sheet.elsewhere_asked.connect(self.lead_to_problem)
        self._bar.subject_chosen.connect(self._subject_chosen)
        self._bar.class_chosen.connect(self._class_chosen)
        self._bar.items_asked.connect(self.show_items)
        self._bar.next_asked.connect(self.go_on)
        self._context.place.changed.connect(self._place_changed)

    def _where(self) -> tuple[UUID | None, UUID | None]:
        """The school and year that are chosen."""
        place = self._context.place
        return place.institution_id, place.term.year_id if place.term is not None else None

    # -- From sheet to sheet ------------------------------------------------------------------------

    @property
    def key(self) -> SheetKey | None:
        """The sheet that is open or being opened."""
        return self.loader.wanted

    def open_sheet(self, key: SheetKey, pupil: UUID | None = None) -> None:
        """Open a sheet, at the first empty cell of ``pupil``; what is being typed is saved first."""
        self.keep_place()
        self._wishes.pupil = pupil
        self._context.place.class_id = key.class_id
        self.loader.open(key)

    def show_overview(self) -> None:
        """Leave the sheet for the list; what was typed is saved, what was refused is kept."""
        self.keep_place()
        here = self.key
        self.loader.close()
        self._sheet.close_book()
        self.shows.show_list()
        self.shows.overview.pick(here)
        self.loader.list_sheets()

    def show_items(self) -> None:
        """The tests of the open sheet's subject, to add and to change."""
        if self._sheet.book is not None and self.shows.may_plan():
            self.keep_place()
            self.shows.show_items(self._sheet.book)

    def show_changes(self) -> None:
        """An act was taken back or done again: read anew and go to the first cell that it changed."""
        self._wishes.changes = True
        self.loader.reload()

    def keep_place(self) -> None:
        """Save what is being typed and remember where somebody was on the sheet."""
        self._sheet.grid.commit()
        book = self._sheet.book
        if book is not None and book.extent.rows:
            found = book.cell_key(self._sheet.grid.current)
            if found is not None:
                self._wishes.places[book.key] = found

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
        if self.shows.is_shown(self.shows.items) and self._sheet.book is not None:
            self.shows.show_sheet(self._sheet.book)
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
        line, term = most_urgent(self.shows.lines), self._context.place.term
        if line is not None and term is not None:
            self.open_sheet(SheetKey(line.class_id, line.subject_id, term.id))

    def lead_to_problem(self) -> None:
        """Go to a mark that was refused, on whichever sheet it is."""
        key = self.drafts.first_sheet(self.key)
        if key is None:
            return
        if key == self.key and self._sheet.book is not None:
            self.shows.show_sheet(self._sheet.book)
            if not self._sheet.show_problem():
                self._bar.comments.setChecked(True)  # it is in a column that does not show
                self._sheet.show_problem()
            return
        self.open_sheet(key)
        self._wishes.places[key] = next(iter(self.drafts.of(key)))

    def open_with(self, arguments: dict[str, object]) -> None:
        """Open the sheet of ``class_id`` and ``subject_id`` in ``term_id`` or the chosen term.

        With ``student_id`` at the first empty cell of that pupil; without a subject the sheet of the class
        that is to be gone on with.
        """
        term = self._context.place.term
        names = ("class_id", "subject_id", "student_id", "term_id")
        class_id, subject_id, pupil, term_id = (_uuid(arguments.get(name)) for name in names)
        term_id = term_id or (term.id if term is not None else None)
        if class_id is None or term_id is None:
            return
        if subject_id is not None:
            key = SheetKey(class_id, subject_id, term_id)
            self._wishes.read(key, arguments)
            if arguments.get("comments"):
                self._bar.comments.setChecked(True)
            self.open_sheet(key, pupil)
        else:
            self._wishes.school_class, self._wishes.pupil = class_id, pupil
            self.loader.list_sheets()

    def bookmark(self) -> dict[str, object]:
        """Where somebody is, for :meth:`open_with`: the sheet, the cell, whether comments or tests show."""
        key, book, shows = self.key, self._sheet.book, self.shows
        if key is None:
            return {}
        found: dict[str, object] = dict(key._asdict())
        if book is not None and book.key == key and book.extent.rows:
            found["cell"] = book.cell_key(self._sheet.grid.current)
        return found | {"comments": self._bar.comments.isChecked(), "tests": shows.is_shown(shows.items)}

    def _open_class(self, class_id: UUID, term_id: UUID) -> None:
        """The sheet of a class to go on with, else its first; the list when the class has none."""
        lines = [line for line in self.shows.lines if line.class_id == class_id]
        line = most_urgent(lines) or next(iter(lines), None)
        if line is None:
            self.show_overview()
        else:
            self.open_sheet(SheetKey(line.class_id, line.subject_id, term_id), self._wishes.pupil)

    def _place_changed(self) -> None:
        """Another term of the year: the same class and subject in it; else the list of the new place."""
        here, term = self.key, self._context.place.term
        before, self._home = self._home, self._where()
        self.shows.lines = ()
        if here is not None and term is not None and before == self._home:
            self.open_sheet(here._replace(term_id=term.id))
        else:
            self.show_overview()


def _uuid(value: object) -> UUID | None:
    if isinstance(value, UUID):
        return value
    return UUID(str(value)) if value else None
