"""Any order of marking, correcting, undoing and doing again leaves what a list says: no cell is lost."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.services.registers import TypedCell
from tests.factories.registers import AM, MONDAY, Registers, opened_registers

DAYS = [MONDAY + timedelta(days=n) for n in (0, 1)]
State = dict[tuple[int, int], str]
MARK = st.tuples(
    st.just("mark"), st.integers(1, 3), st.integers(0, 1), st.sampled_from(["P", "A", "E/ILL", ""])
)
REST = st.tuples(st.just("rest"), st.just(0), st.integers(0, 1), st.just("P"))
BACK = st.tuples(st.sampled_from(["undo", "redo"]), st.just(0), st.just(0), st.just(""))


def held(registers: Registers) -> State:
    found: State = {}
    for place, on in enumerate(DAYS):
        for number, cell in enumerate(registers.shown(on), start=1):
            if cell:
                found[number, place] = cell
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(MARK | REST | BACK, max_size=10))
def test_no_cell_is_lost(steps: list[tuple[str, int, int, str]]) -> None:
    with TemporaryDirectory() as folder, opened_registers(Path(folder), pupils=3) as registers:
        service, sitting = registers.service(), registers.undo()
        past: list[State] = []
        future: list[State] = []
        now: State = {}
        for what, number, day, text in steps:
            before = dict(now)
            if what in {"undo", "redo"}:
                try:
                    (sitting.undo if what == "undo" else sitting.redo)()
                except Refused:
                    assert not (past if what == "undo" else future)
                    continue
                taken, put = (past, future) if what == "undo" else (future, past)
                put.append(before)
                now = taken.pop()
            elif what == "rest":
                service.mark_rest(registers.at(DAYS[day]))
                now = before | {(one, day): "P" for one in (1, 2, 3) if (one, day) not in before}
            else:
                cell = TypedCell(registers.pupil(number), DAYS[day], AM, text)
                service.mark_block(registers.class_id, [cell])
                now = {key: value for key, value in before.items() if key != (number, day)}
                now |= {(number, day): text} if text else {}
            if what in {"rest", "mark"} and now != before:
                past.append(before)
                future.clear()
            assert held(registers) == now
