"""The table as cells: what each shows, what it takes, what is still being written. Nothing here knows Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.remark_table import RemarkRow, RemarkTable
from emis_desktop.services.remarks import LONGEST_REMARK, AttendanceFigures, RemarkService, check_days
from resources.words import Words
from ui.report_cards.remarks.columns import DAYS, TEACHER, TRAIT, Kind, RemarkColumn, columns_of
from ui.report_cards.remarks.saying import RemarkSaying
from ui.widgets.sheet.area import Cell, Extent
from ui.widgets.sheet.draft import Draft

CellKey = tuple[UUID, str]
"""A cell wherever it stands: the pupil and the key of the column."""


@dataclass(frozen=True, slots=True)
class Write:
    """Something to store: ``run`` does it. ``typed`` and ``before`` are the texts of the cells it changes."""

    number: int
    run: Callable[[RemarkService], None]
    typed: Mapping[CellKey, str]
    before: Mapping[CellKey, str]


@dataclass(slots=True)
class RemarkBook:
    """One class in one term. ``drafts`` are changed in place: they outlive the table."""

    words: Words
    table: RemarkTable
    drafts: dict[CellKey, Draft]
    columns: tuple[RemarkColumn, ...] = ()
    _values: dict[CellKey, str] = field(default_factory=dict)
    _pending: dict[CellKey, int] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    saying: RemarkSaying = field(init=False)

    def __post_init__(self) -> None:
        self.saying = RemarkSaying(self)
        self.reload(self.table)

    def reload(self, table: RemarkTable) -> None:
        """Show what the store holds now, under what is still being written."""
        waiting = {key: self._values[key] for key in self._pending}
        self.table = table
        self.columns = columns_of(table, self.words)
        self._values = {(row.student_id, key): text for row in table.rows for key, text in _texts(row)}
        self._values.update(waiting)
        pupils = {row.student_id for row in table.rows}
        for key in [key for key in self.drafts if key[0] not in pupils]:
            del self.drafts[key]

    # -- What cells show ----------------------------------------------------------------------------

    @property
    def extent(self) -> Extent:
        """How large the table is."""
        return Extent(len(self.table.rows), len(self.columns))

    def key_of(self, cell: Cell) -> CellKey:
        """The cell wherever it stands."""
        return self.table.rows[cell.row].student_id, self.columns[cell.column].key

    def place_of(self, key: CellKey) -> Cell | None:
        """Where a cell stands now; None when it is not in the table."""
        rows = [place for place, row in enumerate(self.table.rows) if row.student_id == key[0]]
        columns = [place for place, column in enumerate(self.columns) if column.key == key[1]]
        return Cell(rows[0], columns[0]) if rows and columns else None

    def draft(self, cell: Cell) -> Draft | None:
        """What stands refused in a cell."""
        return self.drafts.get(self.key_of(cell))

    def refused(self) -> list[Cell]:
        """The cells in which something was refused."""
        return [cell for key in self.drafts if (cell := self.place_of(key)) is not None]

    def text(self, cell: Cell) -> str:
        """What a cell shows: what was refused in it, else what is stored."""
        draft = self.draft(cell)
        return self._stored(self.key_of(cell)) if draft is None else draft.text

    def _stored(self, key: CellKey) -> str:
        return self._values.get(key, "")

    def takes(self, cell: Cell) -> bool:
        """Whether something can be typed there."""
        column = self.columns[cell.column]
        counted = column.kind is Kind.COUNT and self.table.rows[cell.row].counted
        return column.editable and not counted

    def empty_remarks(self, key: str) -> int:
        """How many pupils have no remark in a column of words."""
        return sum(not self._stored((row.student_id, key)) for row in self.table.rows)

    # -- What is typed ------------------------------------------------------------------------------

    def enter(self, cell: Cell, text: str) -> Write | None:
        """Take what was typed: None when it is refused (a draft stands in the cell) or nothing new."""
        key, column = self.key_of(cell), self.columns[cell.column]
        if not self.takes(cell):
            return None
        text = " ".join(text.split())
        try:
            return self._take(key, column, text)
        except Refused as refusal:
            self.drafts[key] = Draft(text, refusal.text(self.words))
            return None

    def give_up(self, cell: Cell) -> bool:
        """Let what was refused give way to what is stored; False when nothing was."""
        return self.drafts.pop(self.key_of(cell), None) is not None

    def _take(self, key: CellKey, column: RemarkColumn, text: str) -> Write | None:
        if column.kind is Kind.COUNT:
            return self._take_days(key, text)
        if column.kind is Kind.LEVEL:
            level = _level(text, self.table.levels)
        elif len(text) > LONGEST_REMARK:
            raise Refused("This is longer than {longest} characters. Shorten it.", longest=LONGEST_REMARK)
        had_draft = self.drafts.pop(key, None) is not None
        if text == self._stored(key) and not had_draft:
            return None
        student, term = key[0], self.table.term_id
        if column.kind is Kind.LEVEL:
            return self._write({key: text}, lambda to: to.rate_conduct(student, term, column.trait, level))
        if column.key == TEACHER:
            return self._write({key: text}, lambda to: to.set_class_teacher_remark(student, term, text))
        return self._write({key: text}, lambda to: to.set_principal_remark(student, term, text))

    def _take_days(self, key: CellKey, text: str) -> Write | None:
        """The four counts of a pupil are stored together, with those refused before that fit now."""
        _days(text)
        student = key[0]
        waiting = {}
        for name in DAYS:
            draft = self.drafts.get((student, name))
            if (student, name) != key and draft is not None and _is_days(draft.text):
                waiting[student, name] = draft.text
        texts = {key: text, **waiting}
        try:
            figures = self._figures(student, texts)
        except Refused:
            texts = {key: text}
            figures = self._figures(student, texts)
        had_draft = bool(texts.keys() & self.drafts.keys())
        for one in texts:
            self.drafts.pop(one, None)
        if not had_draft and text == self._stored(key):
            return None
        term = self.table.term_id
        return self._write(texts, lambda to: to.set_attendance(student, term, figures))

    def _figures(self, student: UUID, texts: Mapping[CellKey, str]) -> AttendanceFigures:
        """The counts with ``texts`` in place of what is stored; raises :class:`Refused`."""
        counts = {name: _days(texts.get((student, name), self._stored((student, name)))) for name in DAYS}
        figures = AttendanceFigures(**counts)
        check_days(figures)
        return figures

    def _write(self, texts: dict[CellKey, str], run: Callable[[RemarkService], None]) -> Write:
        write = Write(next(self._numbers), run, texts, {key: self._stored(key) for key in texts})
        self._values.update(texts)
        self._pending.update(dict.fromkeys(texts, write.number))
        return write

    def settled(self, write: Write, refusal: EmisError | None) -> list[Cell]:
        """A write has ended. What the store refused stays as typed; tells the cells that are stored."""
        cells = []
        for key, text in write.typed.items():
            latest = self._pending.get(key) == write.number
            if latest:
                del self._pending[key]
            if refusal is not None and latest:
                self._values[key] = write.before[key]
                self.drafts[key] = Draft(text, refusal.text(self.words))
            cell = self.place_of(key)
            if refusal is None and cell is not None:
                cells.append(cell)
        return cells

    def busy(self) -> bool:
        """Whether something is still being written."""
        return bool(self._pending)


def _texts(row: RemarkRow) -> list[tuple[str, str]]:
    texts = [("class_teacher", row.class_teacher), ("principal", row.principal)]
    texts += [(TRAIT + trait, str(level)) for trait, level in row.conduct.items()]
    days = (row.days.possible, row.days.absent, row.days.excused, row.days.late)
    texts += [(name, "" if value is None else str(value)) for name, value in zip(DAYS, days, strict=True)]
    return texts


def _level(text: str, levels: Mapping[int, str]) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) not in levels:
        raise Refused("Type {levels}", levels=", ".join(map(str, sorted(levels))))
    return int(text)


def _is_days(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) <= 3)


def _days(text: str) -> int | None:
    if not _is_days(text):
        raise Refused("Days are whole numbers from 0 to 366.")
    return int(text) if text else None
