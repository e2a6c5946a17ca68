"""What is said of the cells of a sheet: aloud, as a tooltip, beside a name, and why nothing can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.marks.columns import COMPUTED, Kind
from ui.marks.faces import Look

if TYPE_CHECKING:
    from ui.marks.reading import SheetReading
    from ui.widgets.sheet.area import Cell


class SheetSaying:
    """The words of ``book``, in the language of its user."""

    def __init__(self, book: SheetReading) -> None:
        self._book, self._words = book, book.words

    def spoken(self, cell: Cell) -> str:
        """What a screen reader says: "Pupil 0007, Test 1, 120, more than 100"."""
        book = self._book
        column = book.columns[cell.column]
        parts = [*filter(None, (book.sheet.rows[cell.row].name, self.stay(cell.row))), column.title]
        draft = book.draft(cell)
        if draft is not None:
            parts += [book.face(cell).text, _lowered(draft.reason)]
        elif column.kind is Kind.ITEM:
            parts.append(book.spoken_mark(cell))
            item = book.item(cell)
            if item is not None and item.locked:
                parts.append(self._words.tr("locked"))
        else:
            face = book.face(cell)
            parts.append(face.text or self._words.tr("empty"))
            if face.look is Look.SO_FAR:
                parts.append(self._words.tr("so far"))
        return ", ".join(parts)

    def tip(self, cell: Cell) -> str:
        """The whole of a comment, which the cell may shorten; what an effort letter stands for."""
        book = self._book
        kind = book.columns[cell.column].kind
        if kind is Kind.EFFORT:
            letter = book.stored_text(cell)
            return (book.notes.effort if book.notes is not None else {}).get(letter, "")
        return book.face(cell).text if kind is Kind.COMMENT else ""

    def stay(self, row: int) -> str:
        """From when and until when a pupil was in the class who was not there all term; "" for the others."""
        book, words = self._book, self._words
        pupil = book.sheet.rows[row]
        came = book.notes.joined.get(pupil.student_id) if book.notes is not None else None
        said = []  # the leaving first: a narrow row shows the beginning
        if pupil.left_on is not None:
            said.append(words.tr("left {day}", day=words.date(pupil.left_on, "day_month")))
        if came is not None:
            said.append(words.tr("from {day}", day=words.date(came, "day_month")))
        return ", ".join(said)

    def barrier(self, cell: Cell) -> str:
        """Why nothing can be typed in a cell; "" when something can."""
        book, tr = self._book, self._words.tr
        kind = book.columns[cell.column].kind
        if kind in COMPUTED:
            return tr("This is worked out from the marks")
        if book.sheet.read_only:
            return self.read_only()
        if kind is not Kind.ITEM:
            return ""
        item = book.item(cell)
        if item is None:
            return tr("No mark is asked for here")
        return tr("{item} is locked. The office can open it again.", item=item.name) if item.locked else ""

    def read_only(self) -> str:
        """Why these marks can only be looked at."""
        if self._book.sheet.closed:
            return self._words.tr("{name} is closed. You can look at the marks", name=self._book.sheet.closed)
        teacher = self._book.sheet.teacher
        if teacher:
            return self._words.tr("{teacher} enters these marks. You can look at them", teacher=teacher)
        return self._words.tr("You can look at these marks, not change them")


def _lowered(reason: str) -> str:
    """The first sentence of a reason as a part of a longer one."""
    first = reason.partition(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]
