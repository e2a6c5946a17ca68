"""An open sheet as cells: what each shows and takes. Nothing here knows Qt."""

from uuid import UUID

from emis_desktop.queries.mark_sheet import MarkSheet, SheetItem
from emis_desktop.queries.sheet_notes import SheetNotes, SubjectNote
from emis_desktop.rules.marks import MarkState
from resources.words import Words
from ui.marks.columns import BookColumn, Kind, book_columns
from ui.marks.draft import COMMENT, EFFORT, CellKey, SheetKey
from ui.marks.faces import NOTHING, Face, Faces, Look, column_places
from ui.marks.saying import SheetSaying
from ui.widgets.sheet.area import Cell, Extent
from ui.widgets.sheet.draft import Draft

LONGEST_SHOWN = 500
"""Characters of a refused text that are ever drawn: a page pasted into a cell must not stop the window."""


class SheetReading:
    """One sheet, the notes beside it and its drafts, as cells that show and take something."""

    def __init__(self, words: Words, sheet: MarkSheet, drafts: dict[CellKey, Draft]) -> None:
        """``drafts`` are changed in place: they outlive the sheet."""
        self.words = words
        self.drafts = drafts
        self.notes: SheetNotes | None = None
        self.shows_notes = False
        self._faces = Faces(words, sheet.codes)
        self._remarks: dict[UUID, SubjectNote] = {}
        self._made: dict[int, list[Face]] = {}
        self.saying = SheetSaying(self)
        self._show(sheet)

    def _show(self, sheet: MarkSheet) -> None:
        self.sheet = sheet
        self.columns: tuple[BookColumn, ...] = book_columns(sheet, self.words, notes=self.shows_notes)
        self._rows = {row.student_id: place for place, row in enumerate(sheet.rows)}
        self._places = [self._count_places(item) for item in range(len(sheet.columns))]
        self._made.clear()

    def _count_places(self, item: int) -> int:
        return column_places(row.cells[item] for row in self.sheet.rows)

    def forget_faces(self) -> None:
        """The drafts were changed from outside: make the faces of the cells anew."""
        self._made.clear()

    # -- Where things are ---------------------------------------------------------------------------

    @property
    def key(self) -> SheetKey:
        """Which sheet it is."""
        return SheetKey(self.sheet.class_id, self.sheet.subject_id, self.sheet.term_id)

    @property
    def extent(self) -> Extent:
        """How large it is."""
        return Extent(len(self.sheet.rows), len(self.columns))

    def item(self, cell: Cell) -> SheetItem | None:
        """The item of a cell; None where no mark is asked for."""
        column = self.columns[cell.column]
        return self.sheet.item_at(cell.row, column.item) if column.kind is Kind.ITEM else None

    def cell_key(self, cell: Cell) -> CellKey | None:
        """The cell wherever it stands; None for one that takes nothing."""
        student = self.sheet.rows[cell.row].student_id
        kind = self.columns[cell.column].kind
        if kind is Kind.EFFORT:
            return student, EFFORT
        if kind is Kind.COMMENT:
            return student, COMMENT
        item = self.item(cell)
        return None if item is None else (student, item.id)

    def place_of(self, key: CellKey) -> Cell | None:
        """Where a cell stands now; None when it is not on the sheet."""
        row = self._rows.get(key[0])
        if row is None:
            return None
        for place in range(len(self.columns)):
            if self.cell_key(Cell(row, place)) == key:
                return Cell(row, place)
        return None

    # -- What cells show ----------------------------------------------------------------------------

    def row_faces(self, row: int) -> list[Face]:
        """What the cells of a row show, kept until something changes."""
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = [self._face(Cell(row, place)) for place in range(len(self.columns))]
        return made

    def face(self, cell: Cell) -> Face:
        """What a cell shows."""
        return self.row_faces(cell.row)[cell.column]

    def _face(self, cell: Cell) -> Face:
        draft = self.draft(cell)
        if draft is not None:
            return Face(Look.REFUSED, draft.text[:LONGEST_SHOWN])
        row, column = self.sheet.rows[cell.row], self.columns[cell.column]
        if column.kind is Kind.ITEM:
            return self._faces.mark(row.cells[column.item], self._places[column.item])
        if column.kind is Kind.TERM:
            return self._faces.term(row)
        if column.kind is Kind.GRADE:
            return self._faces.grade(row)
        text = self._note_text(row.student_id, column.kind)
        look = Look.LETTER if column.kind is Kind.EFFORT else Look.WORDS
        return Face(look, text) if text else NOTHING

    def _note_text(self, student: UUID, kind: Kind) -> str:
        note = self._remarks.get(student)
        if note is None:
            return ""
        return note.effort if kind is Kind.EFFORT else note.comment

    def draft(self, cell: Cell) -> Draft | None:
        """What was refused in a cell."""
        if not self.drafts:
            return None
        key = self.cell_key(cell)
        return None if key is None else self.drafts.get(key)

    def refused(self) -> list[Cell]:
        """The cells in which something was refused."""
        return [cell for key in self.drafts if (cell := self.place_of(key)) is not None]

    def to_type(self, cell: Cell) -> str:
        """The text an editor begins with: what was refused, else what is stored."""
        draft = self.draft(cell)
        return draft.text if draft is not None else self.stored_text(cell)

    def stored_text(self, cell: Cell) -> str:
        """What the store holds, as it would be typed; results as they read."""
        row, column = self.sheet.rows[cell.row], self.columns[cell.column]
        if column.kind is Kind.ITEM:
            return self._faces.to_type(row.cells[column.item])
        if column.computed:
            face = self._faces.term(row) if column.kind is Kind.TERM else self._faces.grade(row)
            return "" if face.look is Look.CLOSED else face.text
        return self._note_text(row.student_id, column.kind)

    def spoken_mark(self, cell: Cell) -> str:
        """What the entry of a test's cell is called aloud."""
        item = self.columns[cell.column].item
        return self._faces.spoken_mark(self.sheet.rows[cell.row].cells[item], self._places[item])

    # -- What cells take ----------------------------------------------------------------------------

    def takes(self, cell: Cell) -> bool:
        """Whether something can be typed in a cell."""
        return not self.saying.barrier(cell)

    def is_empty(self, cell: Cell) -> bool:
        """Whether a mark is still to be entered there."""
        column = self.columns[cell.column]
        if column.kind is not Kind.ITEM:
            return False
        entry = self.sheet.rows[cell.row].cells[column.item]
        missing = entry is not None and entry.state is MarkState.MISSING
        return missing and self.draft(cell) is None and self.takes(cell)
