"""What was typed and refused: it stays in its cell, in memory only, until it is mended or the user leaves."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from ui.widgets.sheet.draft import Draft

EFFORT = "effort"
COMMENT = "comment"

CellKey = tuple[UUID, UUID | str]
"""A cell wherever it stands: the student, and the item or :data:`EFFORT` or :data:`COMMENT`."""


class SheetKey(NamedTuple):
    """Which sheet."""

    class_id: UUID
    subject_id: UUID
    term_id: UUID


@dataclass(slots=True)
class Drafts:
    """The refused texts of all sheets."""

    by_sheet: dict[SheetKey, dict[CellKey, Draft]] = field(default_factory=dict)

    def of(self, sheet: SheetKey) -> dict[CellKey, Draft]:
        """Those of one sheet, to read and to change."""
        return self.by_sheet.setdefault(sheet, {})

    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.by_sheet.values()))

    def first_sheet(self, shown: SheetKey | None) -> SheetKey | None:
        """A sheet that has some, the shown one before any other."""
        having = [sheet for sheet, drafts in self.by_sheet.items() if drafts]
        return shown if shown in having else next(iter(having), None)
