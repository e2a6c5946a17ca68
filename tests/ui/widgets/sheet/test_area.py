"""The ways of the keys over a sheet."""

from hypothesis import given
from hypothesis import strategies as st

from ui.widgets.sheet.area import Area, Cell, Extent

SHEET = Extent(5, 4)
FILLED = {Cell(0, 0), Cell(1, 0), Cell(2, 0), Cell(4, 0), Cell(0, 3)}
CELLS = st.builds(Cell, st.integers(0, 4), st.integers(0, 3))


def filled(cell: Cell) -> bool:
    return cell in FILLED


def test_an_area_has_its_corners_in_any_order() -> None:
    area = Area.between(Cell(3, 1), Cell(1, 2))
    assert area == Area(1, 1, 3, 2)
    assert (area.height, area.width, area.single) == (3, 2, False)
    assert Cell(2, 2) in area
    assert Cell(2, 3) not in area
    assert (2, 2) not in area
    assert list(Area(0, 0, 1, 1).cells()) == [Cell(0, 0), Cell(0, 1), Cell(1, 0), Cell(1, 1)]


def test_the_fill_handle_stretches_one_way() -> None:
    area = Area(1, 1, 1, 2)
    assert area.stretched_to(Cell(4, 2)) == Area(1, 1, 4, 2)
    assert area.stretched_to(Cell(0, 1)) == Area(0, 1, 1, 2)
    assert area.stretched_to(Cell(1, 3)) == Area(1, 1, 1, 3)
    assert area.stretched_to(Cell(1, 0)) == Area(1, 0, 1, 2)
    assert area.stretched_to(Cell(1, 2)) == area


def test_ctrl_and_an_arrow_stops_where_a_spreadsheet_does() -> None:
    assert SHEET.jump(Cell(0, 0), 1, 0, filled) == Cell(2, 0)
    assert SHEET.jump(Cell(2, 0), 1, 0, filled) == Cell(4, 0)
    assert SHEET.jump(Cell(4, 0), 1, 0, filled) == Cell(4, 0)
    assert SHEET.jump(Cell(4, 0), -1, 0, filled) == Cell(2, 0)
    assert SHEET.jump(Cell(0, 0), 0, 1, filled) == Cell(0, 3)
    assert SHEET.jump(Cell(1, 0), 0, 1, filled) == Cell(1, 3)


@given(CELLS, st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]))
def test_no_step_leaves_the_sheet(cell: Cell, way: tuple[int, int]) -> None:
    for landed in (SHEET.step(cell, *way), SHEET.jump(cell, *way, filled)):
        assert 0 <= landed.row < 5
        assert 0 <= landed.column < 4


def test_tab_goes_to_the_next_cell_that_takes_an_entry() -> None:
    def takes(cell: Cell) -> bool:
        return cell.column != 1

    assert SHEET.next_open(Cell(0, 0), 0, 1, takes) == Cell(0, 2)
    assert SHEET.next_open(Cell(0, 3), 0, 1, takes) == Cell(0, 3)
    assert SHEET.next_open(Cell(0, 2), 0, -1, takes) == Cell(0, 0)


def test_the_next_wanted_cell_goes_round() -> None:
    wanted = {Cell(3, 1), Cell(0, 2)}
    assert SHEET.after(Cell(0, 0), wanted.__contains__, by_column=True) == Cell(3, 1)
    assert SHEET.after(Cell(3, 1), wanted.__contains__, by_column=True) == Cell(0, 2)
    assert SHEET.after(Cell(4, 3), wanted.__contains__, by_column=True) == Cell(3, 1)
    assert SHEET.after(Cell(0, 0), wanted.__contains__, by_column=False) == Cell(0, 2)
    assert SHEET.after(Cell(0, 2), {Cell(0, 2)}.__contains__, by_column=False) == Cell(0, 2)
    assert SHEET.after(Cell(0, 0), lambda _cell: False, by_column=False) is None
    assert Extent(0, 3).after(Cell(0, 0), lambda _cell: True, by_column=False) is None


def test_tab_that_wraps_goes_on_in_the_next_row() -> None:
    extent = Extent(3, 3)
    takes = {Cell(0, 1), Cell(2, 0), Cell(2, 2)}.__contains__
    assert extent.next_along(Cell(0, 1), 1, takes) == Cell(2, 0)
    assert extent.next_along(Cell(2, 0), -1, takes) == Cell(0, 1)
    assert extent.next_along(Cell(2, 2), 1, takes) == Cell(2, 2), "nothing comes after"
