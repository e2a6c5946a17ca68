"""How a sync ended, in a word."""

import pytest

from emis_desktop.errors import Cancelled, CannotSave, EmisError
from emis_desktop.queries.sync_state import End, Part
from sync.engine.line import CUT, NO_LINE, LineFault, NoLine
from sync.engine.meter import Progress
from sync.engine.past import ending_of
from sync.engine.run import SyncResult

QUIET = SyncResult(1, 400, 200, 0, 0, 0, 0, 0, "", 0.1)
BUSY = SyncResult(3, 900, 800, 5, 7, 0, 0, 0, "", 1.0)
RESUMED = SyncResult(3, 900, 800, 5, 7, 0, 0, 0, "", 1.0, resumed=1)


@pytest.mark.parametrize(
    ("outcome", "bytes_done", "end"),
    [
        (QUIET, 0, End.NOTHING),
        (BUSY, 900, End.DONE),
        (RESUMED, 900, End.RESUMED),
        (Cancelled("Stopped."), 10, End.STOPPED),
        (NoLine(NO_LINE), 0, End.NO_LINE),
        (NoLine(NO_LINE), 10, End.CUT),
        (NoLine(CUT), 0, End.CUT),
        (CannotSave("The disk is full."), 10, End.REFUSED),
        (EmisError("Something else."), 0, End.REFUSED),
    ],
)
def test_it_is_told_by_what_came_of_it(outcome: SyncResult | EmisError, bytes_done: int, end: End) -> None:
    assert ending_of(outcome, Progress(sending=Part(0, 0, bytes_done, bytes_done))) is end


def test_a_line_that_will_not_do_is_no_cut() -> None:
    class Never(LineFault):
        again = False

    assert ending_of(Never("no"), Progress()) is End.REFUSED
