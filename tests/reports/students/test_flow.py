"""Blocks on sheets: none is lost, none leaves its sheet, what belongs together stays together."""

from hypothesis import given
from hypothesis import strategies as st

from reports.canvas import Pen
from reports.students.flow import Block, spread

FIRST, LATER, BOTTOM = 60.0, 20.0, 280.0


def nothing(_pen: Pen, _y: float) -> None:
    """Draws nothing."""


HEAD = Block(7.0, nothing, keep=True)
BLOCKS = st.lists(
    st.builds(
        Block,
        st.floats(1.0, 200.0),
        st.just(nothing),
        keep=st.booleans(),
        head=st.sampled_from([None, HEAD]),
    ),
    max_size=40,
)


@given(BLOCKS)
def test_every_block_stands_once_in_order_within_its_sheet(blocks: list[Block]) -> None:
    sheets = spread(blocks, FIRST, LATER, BOTTOM)
    placed = [one.block for sheet in sheets for one in sheet if one.block is not HEAD]
    assert [id(one) for one in placed] == [id(one) for one in blocks]
    for number, sheet in enumerate(sheets):
        y = FIRST if number == 0 else LATER
        for one in sheet:
            assert one.y == y
            y += one.block.height
        assert y <= BOTTOM or len([one for one in sheet if one.block is not HEAD]) == 1


@given(BLOCKS)
def test_a_block_that_comes_first_on_a_later_sheet_has_its_head_again(blocks: list[Block]) -> None:
    for sheet in spread(blocks, FIRST, LATER, BOTTOM)[1:]:
        if sheet[0].block is HEAD:
            assert sheet[1].block.head is HEAD
        else:
            assert sheet[0].block.head is None


def test_a_title_goes_with_what_it_is_the_title_of() -> None:
    filling, title, text = Block(200.0, nothing), Block(10.0, nothing, keep=True), Block(30.0, nothing)
    first, second = spread([filling, title, text], FIRST, LATER, BOTTOM)
    assert [one.block for one in first] == [filling]
    assert [one.block for one in second] == [title, text]
    assert spread([], FIRST, LATER, BOTTOM) == [[]]
