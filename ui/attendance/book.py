"""Registers as cells: what each shows, what it takes, what is still being written. Nothing here knows Qt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.queries.register_past import RegisterPast
from emis_desktop.queries.registers import DayRegister, MonthSheet, RegisterRow
from emis_desktop.rules.registers import Entry, Presence, read_entry, typed_entry
from emis_desktop.services.registers import TypedCell
from ui.attendance.saying import RegisterSaying
from ui.widgets.sheet.area import Cell, Extent
from ui.widgets.sheet.draft import Draft

CellKey = tuple[UUID, date, int]
"""A cell wherever it stands: the pupil, the day, the session."""
MARK, REASON, STRIP, RATE = range(4)
"""The columns of a day's register."""


@dataclass(frozen=True, slots=True)
class Write:
    """Cells to store as one act, with what stood in them before."""

    number: int
    class_id: UUID
    subject_id: UUID | None
    cells: tuple[TypedCell, ...]
    before: Mapping[CellKey, str]


@dataclass(slots=True)
class CellsBook:
    """What all registers have in common. ``drafts`` are changed in place: they outlive the table."""

    saying: RegisterSaying
    class_id: UUID
    subject_id: UUID | None
    drafts: dict[CellKey, Draft]
    _values: dict[CellKey, str] = field(default_factory=dict)
    _pending: dict[CellKey, int] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def extent(self) -> Extent:
        """How large the table is."""
        raise NotImplementedError

    def key_of(self, cell: Cell) -> CellKey:
        """The cell wherever it stands."""
        raise NotImplementedError

    def place_of(self, key: CellKey) -> Cell | None:
        """Where a cell stands now; None when it is not in the table."""
        raise NotImplementedError

    def takes(self, cell: Cell) -> bool:
        """Whether something can be typed there."""
        raise NotImplementedError

    def barrier(self, cell: Cell) -> str:
        """Why nothing can be typed there."""
        raise NotImplementedError

    def spoken(self, cell: Cell) -> str:
        """A cell for a screen reader."""
        raise NotImplementedError

    def draft(self, cell: Cell) -> Draft | None:
        """What stands refused in a cell."""
        return self.drafts.get(self.key_of(cell))

    def refused(self) -> list[Cell]:
        """The cells in which something was refused."""
        return [cell for key in self.drafts if (cell := self.place_of(key)) is not None]

    def stored(self, key: CellKey) -> str:
        """What stands in a cell as the store keeps it, written or being written; "" for not marked."""
        return self._values.get(key, "")

    def entry(self, cell: Cell) -> Entry | None:
        """What stands in a cell."""
        return read_entry(self.stored(self.key_of(cell)))

    def text(self, cell: Cell) -> str:
        """What a cell is edited from: what was refused in it, else what is stored."""
        draft = self.draft(cell)
        return self.stored(self.key_of(cell)) if draft is None else draft.text

    def enter(self, texts: Mapping[Cell, str]) -> Write | None:
        """Take what was typed: None when all of it is refused (drafts stand in the cells) or nothing new."""
        typed: dict[CellKey, str] = {}
        for cell, text in texts.items():
            if not self.takes(cell):
                continue
            key = self.key_of(cell)
            try:
                entry = typed_entry(text, self.saying.reasons)
            except Refused as refusal:
                self.drafts[key] = Draft(text, refusal.text(self.saying.words))
                continue
            said = "" if entry is None else str(entry)
            if self.drafts.pop(key, None) is not None or said != self.stored(key):
                typed[key] = said
        return self._write(typed) if typed else None

    def give_up(self, cell: Cell) -> bool:
        """Let what was refused give way to what is stored; False when nothing was."""
        return self.drafts.pop(self.key_of(cell), None) is not None

    def settled(self, write: Write, refusals: Mapping[CellKey, str]) -> list[Cell]:
        """A write has ended. What the store refused stays as typed; tells the cells that are stored."""
        cells = []
        for one in write.cells:
            key = (one.student_id, one.on, one.session)
            latest = self._pending.get(key) == write.number
            if latest:
                del self._pending[key]
            if key in refusals and latest:
                self._values[key] = write.before[key]
                self.drafts[key] = Draft(one.text, refusals[key])
            place = self.place_of(key)
            if key not in refusals and place is not None:
                cells.append(place)
        return cells

    def busy(self) -> bool:
        """Whether something is still being written."""
        return bool(self._pending)

    def show(self, values: Mapping[CellKey, str], pupils: Iterable[UUID]) -> None:
        """Take what the store holds now, under what is still being written."""
        waiting = {key: self._values[key] for key in self._pending}
        self._values = dict(values)
        self._values.update(waiting)
        known = set(pupils)
        for key in [key for key in self.drafts if key[0] not in known]:
            del self.drafts[key]

    def _write(self, typed: dict[CellKey, str]) -> Write:
        write = Write(
            next(self._numbers),
            self.class_id,
            self.subject_id,
            tuple(TypedCell(*key, text) for key, text in typed.items()),
            {key: self.stored(key) for key in typed},
        )
        self._values.update(typed)
        self._pending.update(dict.fromkeys(typed, write.number))
        return write


@dataclass(slots=True)
class DayBook(CellsBook):
    """One session of a day: a pupil a row. ``past`` comes a moment later."""

    register: DayRegister = field(kw_only=True)
    past: RegisterPast | None = None

    def __post_init__(self) -> None:
        self.reload(self.register)

    def reload(self, register: DayRegister) -> None:
        """Show what the store holds now."""
        self.register = register
        values = {
            (row.student_id, register.on, register.session): str(row.entry)
            for row in register.rows
            if row.entry is not None
        }
        self.show(values, (row.student_id for row in register.rows))

    @property
    def extent(self) -> Extent:
        """A row a pupil."""
        return Extent(len(self.register.rows), 4)

    def row(self, cell: Cell) -> RegisterRow:
        """The pupil of a row."""
        return self.register.rows[cell.row]

    def key_of(self, cell: Cell) -> CellKey:
        """Every column of a row is about the same cell."""
        return self.row(cell).student_id, self.register.on, self.register.session

    def place_of(self, key: CellKey) -> Cell | None:
        """The row of the pupil, where it is this day and session."""
        if key[1:] != (self.register.on, self.register.session):
            return None
        rows = [place for place, row in enumerate(self.register.rows) if row.student_id == key[0]]
        return Cell(rows[0], MARK) if rows else None

    def takes(self, cell: Cell) -> bool:
        """Whoever may be marked, in the first two columns."""
        return self.register.barrier is None and cell.column in (MARK, REASON) and self.row(cell).takes

    def barrier(self, cell: Cell) -> str:
        """Why nothing can be marked."""
        words = self.saying.words
        if self.register.barrier is not None:
            return self.register.barrier.text(words)
        row = self.row(cell)
        if not row.takes:
            return words.tr("A guest at {school}, and marked there", school=row.at)
        return words.tr("Press P, A, L or E; space for the reasons")

    def spoken(self, cell: Cell) -> str:
        """Name and presence."""
        draft = self.draft(cell)
        said = draft.reason if draft is not None else self.saying.text(self.stored(self.key_of(cell)))
        return f"{self.row(cell).name}, {said or self.saying.words.tr('not marked')}"

    def unmarked(self) -> list[Cell]:
        """The rows still to be marked."""
        rows = enumerate(self.register.rows)
        cells = [Cell(place, MARK) for place, row in rows if row.expected]
        return [cell for cell in cells if not self.stored(self.key_of(cell))]

    def counts(self) -> dict[Presence, int]:
        """How many are marked as what."""
        found = dict.fromkeys(Presence, 0)
        for place in range(len(self.register.rows)):
            entry = self.entry(Cell(place, MARK))
            if entry is not None:
                found[entry.presence] += 1
        return found


@dataclass(slots=True)
class MonthBook(CellsBook):
    """A class's month in one session: a pupil a row, a day a column."""

    sheet: MonthSheet = field(kw_only=True)

    def __post_init__(self) -> None:
        self.reload(self.sheet)

    def reload(self, sheet: MonthSheet) -> None:
        """Show what the store holds now."""
        self.sheet = sheet
        values = {
            (row.student_id, column.on, sheet.session): str(entry)
            for row in sheet.rows
            for column, entry in zip(sheet.columns, row.cells, strict=True)
            if entry is not None
        }
        self.show(values, (row.student_id for row in sheet.rows))

    @property
    def extent(self) -> Extent:
        """Pupils and days."""
        return Extent(len(self.sheet.rows), len(self.sheet.columns))

    def key_of(self, cell: Cell) -> CellKey:
        """Pupil and day."""
        return self.sheet.rows[cell.row].student_id, self.sheet.columns[cell.column].on, self.sheet.session

    def place_of(self, key: CellKey) -> Cell | None:
        """Where the pupil and the day are on the sheet."""
        rows = [place for place, row in enumerate(self.sheet.rows) if row.student_id == key[0]]
        days = [place for place, column in enumerate(self.sheet.columns) if column.on == key[1]]
        return Cell(rows[0], days[0]) if rows and days and key[2] == self.sheet.session else None

    def takes(self, cell: Cell) -> bool:
        """Days on which the session is held, while the pupil belongs to the class."""
        column = self.sheet.columns[cell.column]
        open_ = self.sheet.may_edit and column.barrier is None
        return open_ and self.sheet.rows[cell.row].takes[cell.column]

    def barrier(self, cell: Cell) -> str:
        """Why a day takes nothing."""
        words, column = self.saying.words, self.sheet.columns[cell.column]
        if column.barrier is not None:
            return column.barrier.text(words)
        if not self.sheet.may_edit:
            return words.tr("You may look at this register; its teachers and the office mark it.")
        return words.tr("{pupil} did not belong to the class that day", pupil=self.sheet.rows[cell.row].name)

    def spoken(self, cell: Cell) -> str:
        """Name, day and presence."""
        draft = self.draft(cell)
        said = draft.reason if draft is not None else self.saying.text(self.stored(self.key_of(cell)))
        day = self.saying.words.date(self.sheet.columns[cell.column].on, "long")
        name = self.sheet.rows[cell.row].name
        return f"{name}, {day}, {said or self.saying.words.tr('not marked')}"

    def to_mark(self, columns: Sequence[int] | None = None) -> int:
        """How many cells of days gone by are not marked."""
        rows, days = range(len(self.sheet.rows)), columns or range(len(self.sheet.columns))
        cells = (Cell(row, day) for row in rows for day in days)
        return sum(self.takes(cell) and not self.stored(self.key_of(cell)) for cell in cells)
