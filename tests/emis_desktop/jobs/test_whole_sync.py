"""A sync with its second half, which a laptop that has just joined still owes: cancelled, it ends."""

from typing import Any, cast

import pytest

from emis_desktop.errors import Cancelled
from emis_desktop.jobs import syncing
from emis_desktop.laptop import OpenLaptop


class Half:
    """One sync that notes what becomes of it."""

    def __init__(self) -> None:
        self.ran = self.cancelled = False

    def run(self) -> str:
        if self.cancelled:
            raise Cancelled("stopped")
        self.ran = True
        return "done"

    def cancel(self) -> None:
        self.cancelled = True


@pytest.mark.parametrize("moment", ["while it completes", "while the second is made", "never"])
def test_who_cancels_between_the_halves_reaches_the_second(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    halves: list[Half] = []
    whole: Any = None

    def made(*_arguments: object) -> Half:
        halves.append(Half())
        if len(halves) == 2 and moment == "while the second is made":
            whole.cancel()
        return halves[-1]

    def completed(_opened: object) -> bool:
        if moment == "while it completes":
            whole.cancel()
        return True

    monkeypatch.setattr(syncing._WholeSync, "_one", made)
    monkeypatch.setattr("emis_desktop.jobs.joining.complete_join", completed)
    whole = syncing._WholeSync(cast(OpenLaptop, None), lambda _progress: None)
    assert whole.run() == "done"
    assert [half.ran for half in halves] == [True, moment == "never"]
