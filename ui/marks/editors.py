"""The editor of a sheet: one line, over marks, effort letters and comments."""

from ui.marks.book import SheetBook
from ui.marks.columns import Kind
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.editors import Editors


class SheetEditors(Editors[SheetBook]):
    """Opens the line on what is typed into a cell; a comment begins at its start."""

    def begin(self, book: SheetBook, cell: Cell, typed: str | None) -> None:
        """Open the line over the current cell."""
        column = book.columns[cell.column]
        spoken = f"{book.sheet.rows[cell.row].name}, {column.title}"
        words = column.kind is Kind.COMMENT
        self.line.begin(self.place(), book.to_type(cell), typed, spoken, words=words)
