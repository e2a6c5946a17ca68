"""Where the blocks stand: whatever a card asks for, nothing runs into anything else or off the sheet."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reports.report_card import masthead, remarks, table
from reports.report_card.plan import Needs, Sheet, plan

NEEDS = st.builds(
    Needs,
    top=st.just(12.0),
    bottom=st.sampled_from([285.0, 267.4]),
    head=st.floats(60, 80),
    table_head=st.sampled_from([12.0, 15.1]),
    rows=st.integers(0, 120),
    panels=st.one_of(st.just(0.0), st.floats(20, 60)),
    remarks=st.one_of(st.just(0.0), st.floats(29, 46)),
    foot=st.floats(12, 45),
)
EDGE = 1e-6


def usual(rows: int) -> Needs:
    """What a usual card asks for."""
    return Needs(12.0, 285.0, 65.0, 12.0, rows, 33.0, 34.6, 21.8)


@given(NEEDS)
def test_no_block_runs_into_another(needs: Needs) -> None:
    sheets = plan(needs)
    assert [sheet.first for sheet in sheets] == [0, *(sheet.last for sheet in sheets[:-1])]
    assert sheets[-1].last == needs.rows
    for number, sheet in enumerate(sheets):
        edges = list(_edges(needs, sheet, number))
        assert all(end <= start + EDGE for (_top, end), (start, _bottom) in pairwise(edges))
        assert edges[-1][1] <= needs.bottom + EDGE


def _edges(needs: Needs, sheet: Sheet, number: int) -> list[tuple[float, float]]:
    """(top, bottom) of every block of a sheet, downwards."""
    head = needs.head if number == 0 else masthead.RUNNING_HEIGHT
    edges = [(needs.top, needs.top + head)]
    count = sheet.last - sheet.first
    body = needs.table_head + count * sheet.row if count else (0.0 if needs.rows else table.EMPTY)
    edges.append((sheet.table, sheet.table + body))
    edges.extend((top, top + height) for top, height in filter(None, (sheet.panels, sheet.remarks)))
    if sheet.foot is not None:
        edges.append((sheet.foot, sheet.foot + needs.foot))
    return edges


@given(NEEDS)
def test_rows_and_blocks_keep_their_least_and_most(needs: Needs) -> None:
    sheets = plan(needs)
    for sheet in sheets:
        assert table.ROW_LEAST <= sheet.row <= table.ROW_MOST
    last = sheets[-1]
    assert (last.panels is None) == (needs.panels == 0)
    assert (last.remarks is None) == (needs.remarks == 0)
    if last.panels is not None:
        assert last.panels[1] >= needs.panels - EDGE
    if last.remarks is not None:
        assert last.remarks[1] >= min(needs.remarks, remarks.LEAST) - EDGE


def test_a_usual_class_has_one_sheet_and_rows_as_designed() -> None:
    heights = {rows: plan(usual(rows))[0].row for rows in (8, 12, 14)}
    assert heights[8] == 9.0
    assert round(heights[12], 2) == 8.15
    assert heights[14] == 7.0
    assert [len(plan(usual(rows))) for rows in (0, 1, 8, 14, 15, 22, 40, 90)] == [1, 1, 1, 1, 1, 2, 2, 4]
