"""What a table shows: columns, and cells as plain values."""

from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import Qt

from ui.theme.fonts import REGULAR

CELL_ROLE: Final = Qt.ItemDataRole.UserRole + 1
MISSING: Final = "–"
PADDING: Final = 8
CHECK_KEY: Final = "check"
"""The key of the column of check boxes."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``align`` is start, end or center and holds for head and cells. ``second`` is the second line of a
    two-line head. ``stretch`` shares what room is left; ``width`` is then the least. A column that may be
    taken away has ``optional``.
    """

    key: str
    title: str
    width: int = 120
    align: str = "start"
    second: str = ""
    stretch: int = 0
    sortable: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    ``tone`` is a token or one of ok, warn, bad, accent, neutral. ``pill`` (a tone) draws the text as a
    state pill and ``note`` after it in grey. ``meter`` (0-1) draws a short bar before the text; ``low``
    adds the triangle that says low without colour. ``checked`` makes it a check box. ``ground`` is a token
    for the ground; ``dotted`` underlines a provisional value; ``icon`` stands before the text, in the token
    or tone ``icon_ink``. ``spoken`` is read aloud instead of the text.
    """

    text: str = ""
    tone: str = "text"
    weight: int = REGULAR
    pill: str = ""
    note: str = ""
    meter: float | None = None
    low: bool = False
    checked: bool | None = None
    ground: str = ""
    dotted: bool = False
    icon: str = ""
    icon_ink: str = "text2"
    spoken: str = ""


EMPTY: Final = Cell()


class Look(Protocol):
    """What a delegate asks of its view."""

    row_height: int
    hovered_row: int
    pill_column: int
    marks_current: bool
    dimmed: bool

    def column_at(self, number: int) -> Column:
        """The column of the model with that number."""
        ...

    def edge_columns(self) -> tuple[int, int]:
        """The first and the last column that show."""
        ...

    def is_current(self, row: int) -> bool:
        """Whether a row is the current one."""
        ...

    def shows_focus(self, row: int) -> bool:
        """Whether the frame of the keyboard stands around a row."""
        ...

    def devicePixelRatioF(self) -> float:
        """Device pixels a logical pixel."""
        ...
