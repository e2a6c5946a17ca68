"""Where the blocks of a card stand: one sheet when everything has room, else as many as it takes.

Rows are between 7.0 and 9.0 mm high. Panels and remarks give way down to what they need before a second
sheet is taken, and take up what is left over when there are few subjects.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reports.report_card import masthead, panels, remarks, table

COMFORTABLE: Final = 8.15
PAGE_LINE: Final = 7.0
"""Room at the foot of a sheet that is not the last, for saying that the card goes on."""


_HOLE: Final = 12.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What a card asks for, in millimetres; ``rows`` is the number of subjects.

    ``head``: masthead, pupil and strip together. A block that is not there asks for 0.
    """

    top: float
    bottom: float
    head: float
    table_head: float
    rows: int
    panels: float
    remarks: float
    foot: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows ``first`` to before ``last`` from ``table`` on, each ``row`` high.

    ``panels`` and ``remarks`` are (top, height); ``foot`` is its top. None where the block is not on this
    sheet. The first sheet has the full head, the others the running one.
    """

    first: int
    last: int
    table: float
    row: float
    panels: tuple[float, float] | None = None
    remarks: tuple[float, float] | None = None
    foot: float | None = None


@lru_cache(maxsize=1024)
def plan(needs: Needs) -> tuple[Sheet, ...]:
    """The sheets of a card with these ``needs``."""
    top = needs.top + needs.head
    sheet = _last(needs, top, 0)
    if sheet is not None:
        return (sheet,)
    sheets = [_middle(needs, top, 0)]
    while True:
        first = sheets[-1].last
        top = needs.top + masthead.RUNNING_HEIGHT
        sheet = _last(needs, top, first)
        if sheet is not None:
            return (*sheets, sheet)
        sheets.append(_middle(needs, top, first))


def _middle(needs: Needs, top: float, first: int) -> Sheet:
    """A sheet with nothing but rows from ``first`` on."""
    room = needs.bottom - PAGE_LINE - top - needs.table_head
    last = min(needs.rows, first + int(room / COMFORTABLE))
    return Sheet(first, last, top, COMFORTABLE)


def _last(needs: Needs, top: float, first: int) -> Sheet | None:
    """A sheet with the rows from ``first`` on and all other blocks; None when they have no room."""
    count = needs.rows - first
    head = needs.table_head if count else (table.EMPTY if not needs.rows else 0.0)
    room = needs.bottom - top - head - needs.foot
    ideal = panels.IDEAL if needs.panels else 0.0
    panel = max(ideal, needs.panels)
    row = _row_height(count, room - panel - needs.remarks)
    over = count * row + panel + needs.remarks - room
    remark = needs.remarks
    if over > 0:
        panel, remark, over = _give_way(needs, over)
        if over > 1e-6:
            return None
    elif over < 0:
        panel, remark = _take_up(needs, panel, -over)
    end = top + head + count * row
    foot = needs.bottom - needs.foot
    return Sheet(
        first,
        needs.rows,
        top,
        row,
        (end, panel) if needs.panels else None,
        (_remarks_top(needs, end + panel, foot - remark), remark) if needs.remarks else None,
        foot,
    )


def _remarks_top(needs: Needs, after: float, before_foot: float) -> float:
    """Remarks stand on the foot, or, when that would leave a hole above them, right under the panels."""
    return before_foot if before_foot - after < _HOLE or not needs.panels else after


def _row_height(count: int, room: float) -> float:
    if not count:
        return table.ROW_MOST
    return min(table.ROW_MOST, max(table.ROW_LEAST, room / count))


def _give_way(needs: Needs, over: float) -> tuple[float, float, float]:
    """Heights of panels and remarks cut back by ``over``, panels first, and what is still too much."""
    panel = max(panels.IDEAL, needs.panels) if needs.panels else 0.0
    remark_least = min(needs.remarks, remarks.LEAST)
    from_panel = min(over, panel - needs.panels)
    from_remark = min(over - from_panel, needs.remarks - remark_least)
    return panel - from_panel, needs.remarks - from_remark, over - from_panel - from_remark


def _take_up(needs: Needs, panel: float, left: float) -> tuple[float, float]:
    """Heights of panels and remarks grown by what is ``left``, each up to its most."""
    panel_room = max(0.0, panels.MOST - panel) if needs.panels else 0.0
    remark_room = max(0.0, remarks.MOST - needs.remarks) if needs.remarks else 0.0
    room = panel_room + remark_room
    share = min(1.0, left / room) if room else 0.0
    return panel + panel_room * share, needs.remarks + remark_room * share
