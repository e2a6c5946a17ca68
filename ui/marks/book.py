"""An open sheet that is being typed into: what is stored, what is on its way, and what was refused.

``enter`` takes typed texts and tells what is to be written; the figures follow at once, before anything is
stored. ``written`` and ``reload`` bring what the store answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Literal
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.queries.mark_sheet import MarkSheet, column_of, with_cells
from emis_desktop.queries.sheet_notes import SheetNotes, SubjectNote
from emis_desktop.rules.marks import MarkEntry, parse_mark
from emis_desktop.services.marks import TypedMark
from emis_desktop.services.remarks import LONGEST_COMMENT, TypedRemark
from resources.words import Words
from ui.marks.columns import Kind
from ui.marks.draft import COMMENT, CellKey
from ui.marks.reading import SheetReading
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.draft import Draft

Held = MarkEntry | str
"""What a cell holds: an entry, or the text of a comment or effort letter."""


@dataclass(slots=True)
class Entered:
    """What became of typed texts. ``marks`` and ``remarks`` are to be written, as write number ``number``.

    ``before`` is what the changed cells held; ``refused`` cells keep their text; ``blocked`` take nothing.
    """

    number: int
    marks: list[TypedMark] = field(default_factory=list)
    remarks: list[TypedRemark] = field(default_factory=list)
    before: dict[CellKey, Held] = field(default_factory=dict)
    refused: list[Cell] = field(default_factory=list)
    blocked: list[Cell] = field(default_factory=list)
    taken: int = 0

    @property
    def writes(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.marks or self.remarks)


class SheetBook(SheetReading):
    """A sheet, its drafts, and what is being written."""

    def __init__(self, words: Words, sheet: MarkSheet, drafts: dict[CellKey, Draft]) -> None:
        """``drafts`` are changed in place: they outlive the sheet."""
        super().__init__(words, sheet, drafts)
        self._numbers = count(1)
        self._pending: dict[CellKey, tuple[int, Held]] = {}
        self._forget_lost_drafts()

    def enter(self, texts: Mapping[Cell, str]) -> Entered:
        """Take typed texts: what is right shows at once and is to be written, the rest stays as typed."""
        entered = Entered(next(self._numbers))
        cells: dict[Cell, MarkEntry] = {}
        for cell, text in texts.items():
            key = self.cell_key(cell)
            if key is None or self.saying.barrier(cell):
                entered.blocked.append(cell)
                continue
            try:
                held = self._read(cell, text)
            except Refused as refusal:
                self.drafts[key] = Draft(text, refusal.text(self.words))
                entered.refused.append(cell)
                continue
            self.drafts.pop(key, None)
            entered.taken += 1
            if self._held(cell) != held:
                self._take(entered, cell, key, held)
                if isinstance(held, MarkEntry):
                    entered.marks.append(TypedMark(key[0], _item_id(key), text))
                    cells[cell] = held
        self._put_marks(cells)
        return entered

    def _read(self, cell: Cell, text: str) -> Held:
        """What ``text`` stands for; :class:`Refused` when the cell does not take it."""
        column = self.columns[cell.column]
        if column.kind is Kind.COMMENT:
            comment = " ".join(text.split())
            if len(comment) > LONGEST_COMMENT:
                raise Refused(
                    "This is longer than {longest} characters. Shorten it.", longest=LONGEST_COMMENT
                )
            return comment
        if column.kind is Kind.EFFORT:
            return self._read_effort(text)
        item = self.item(cell)
        if item is None:
            raise Refused("No mark is asked for here")
        return _parsed(text, item.maximum)

    def _read_effort(self, text: str) -> str:
        letters = {letter.casefold(): letter for letter in (self.notes.effort if self.notes else ())}
        typed = text.strip().casefold()
        if typed and typed not in letters:
            raise Refused("Effort is one of {letters}.", letters=", ".join(letters.values()))
        return letters.get(typed, "")

    def _held(self, cell: Cell) -> Held:
        row, column = self.sheet.rows[cell.row], self.columns[cell.column]
        if column.kind is not Kind.ITEM:
            return self._note_text(row.student_id, column.kind)
        entry = row.cells[column.item]
        return "" if entry is None else entry

    def _take(self, entered: Entered, cell: Cell, key: CellKey, held: Held) -> None:
        entered.before[key] = self._held(cell)
        self._pending[key] = (entered.number, held)
        if isinstance(held, str):
            name: Literal["comment", "effort"] = "comment" if key[1] == COMMENT else "effort"
            entered.remarks.append(TypedRemark(key[0], name, held))
            self._put_note(key, held)

    def _put_note(self, key: CellKey, text: str) -> None:
        note = self._remarks.get(key[0], SubjectNote())
        comment = key[1] == COMMENT
        self._remarks[key[0]] = replace(note, comment=text) if comment else replace(note, effort=text)

    def _put_marks(self, cells: Mapping[Cell, MarkEntry]) -> None:
        items = {(cell.row, self.columns[cell.column].item): entry for cell, entry in cells.items()}
        if items:
            self.sheet = with_cells(self.sheet, items)
            for item in {item for _row, item in items}:
                self._places[item] = self._count_places(item)
        self._made.clear()

    def drop(self, cells: Iterable[Cell]) -> list[Cell]:
        """Give up what was refused in these cells: they show what is stored; tells which had something."""
        dropped = [cell for cell in cells if self.draft(cell) is not None]
        for cell in dropped:
            key = self.cell_key(cell)
            if key is not None:
                del self.drafts[key]
        self._made.clear()
        return dropped

    # -- What the store answers ---------------------------------------------------------------------

    def written(self, entered: Entered, refused: Mapping[CellKey, Draft]) -> list[Cell]:
        """A write has ended. What the store refused stays in its cell as typed; tells the stored cells."""
        stored = []
        for key, before in entered.before.items():
            number, _held = self._pending.get(key, (0, ""))
            latest = number == entered.number
            if latest:
                del self._pending[key]
            if key in refused and latest:
                self.drafts[key] = refused[key]
                self._put_back(key, before)
            elif key not in refused and (cell := self.place_of(key)) is not None:
                stored.append(cell)
        self._made.clear()
        return stored

    def _put_back(self, key: CellKey, held: Held) -> None:
        cell = self.place_of(key)
        if isinstance(held, MarkEntry):
            if cell is not None:
                self._put_marks({cell: held})
        else:
            self._put_note(key, held)

    def busy(self) -> bool:
        """Whether something is still being written."""
        return bool(self._pending)

    def reload(self, sheet: MarkSheet, notes: SheetNotes | None) -> list[Cell]:
        """Show what the store holds now, under what is still being written; tells the cells that changed."""
        before, remarks = {row.student_id: row.cells for row in self.sheet.rows}, self._remarks
        same_items = [column.items for column in self.sheet.columns] == [col.items for col in sheet.columns]
        if notes is not None:
            self.notes, self._remarks = notes, dict(notes.notes)
        self._show(sheet)
        marks = {}
        for key, (_number, held) in self._pending.items():
            cell = self.place_of(key)
            if isinstance(held, str):
                self._put_note(key, held)
            elif cell is not None:
                marks[cell] = held
        self._put_marks(marks)
        self._forget_lost_drafts()
        return list(self._differences(before if same_items else {}, remarks))

    def _differences(
        self, before: Mapping[UUID, tuple[MarkEntry | None, ...]], remarks: Mapping[UUID, SubjectNote]
    ) -> Iterator[Cell]:
        """The cells that hold something else than in ``before`` and ``remarks``; of pupils in both only."""
        kinds = {column.kind: place for place, column in enumerate(self.columns)}
        for place, row in enumerate(self.sheet.rows):
            old = before.get(row.student_id, row.cells)
            if old != row.cells:
                yield from (Cell(place, n) for n, entry in enumerate(row.cells) if entry != old[n])
            note, was = (held.get(row.student_id, SubjectNote()) for held in (self._remarks, remarks))
            if Kind.EFFORT in kinds and note.effort != was.effort:
                yield Cell(place, kinds[Kind.EFFORT])
            if Kind.COMMENT in kinds and note.comment != was.comment:
                yield Cell(place, kinds[Kind.COMMENT])

    def show_notes(self, *, shown: bool) -> None:
        """Bring or take away the columns for effort and comment."""
        self.shows_notes = shown
        self._show(self.sheet)

    def _forget_lost_drafts(self) -> None:
        """A pupil or item that is gone takes its refused texts along."""
        items = {item.id for column in self.sheet.columns for item in column.items.values()}
        for student, field_ in list(self.drafts):
            if student not in self._rows or (isinstance(field_, UUID) and field_ not in items):
                del self.drafts[student, field_]


@lru_cache(maxsize=4096)
def _parsed(text: str, maximum: Decimal) -> MarkEntry:
    """A mark as typed; a pasted block says the same few numbers again and again."""
    return parse_mark(text, column_of(maximum))


def _item_id(key: CellKey) -> UUID:
    if isinstance(key[1], UUID):
        return key[1]
    raise TypeError(key)
