"""When a sync is due, on a clock of the test's own."""

from datetime import UTC, datetime, timedelta

from sync.schedule import FIRST_WAIT, LONGEST, QUIET, Schedule, Times

START = datetime(2026, 11, 5, 8, tzinfo=UTC)


class Clock:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def times(self, chance: float = 0.5) -> Times:
        return Times(lambda: self.now, lambda: START + timedelta(seconds=self.now - 1000), lambda: chance)


def test_every_quarter_of_an_hour() -> None:
    clock = Clock()
    schedule = Schedule(15, clock.times())
    assert schedule.wait() is None
    schedule.plan()
    assert schedule.wait() == 900
    assert schedule.next_at() == START + timedelta(minutes=15)
    clock.now += 900
    assert schedule.wait() == 0


def test_changes_are_sent_once_nobody_types_and_at_the_latest_after_two_minutes() -> None:
    clock = Clock()
    schedule = Schedule(15, clock.times())
    schedule.plan()
    schedule.changed()
    assert schedule.wait() == QUIET
    clock.now += 10
    schedule.changed()
    assert schedule.wait() == QUIET
    for _ in range(20):
        clock.now += 5
        schedule.changed()
    assert schedule.wait() == LONGEST - 110
    schedule.begun()
    assert schedule.wait() == 900 - 110


def test_without_a_line_it_is_tried_less_and_less_often_and_never_for_a_change() -> None:
    clock = Clock()
    schedule = Schedule(15, clock.times())
    waits = []
    for failures in range(1, 8):
        schedule.failures = failures
        schedule.plan()
        schedule.changed()
        waits.append(schedule.wait())
    assert waits == [FIRST_WAIT, 120, 240, 480, 900, 900, 900]
    schedule.failures = 1
    early, late = Schedule(15, clock.times(0.0)), Schedule(15, clock.times(1.0))
    early.failures = late.failures = 1
    early.plan()
    late.plan()
    assert (early.wait(), late.wait()) == (45, 75)


def test_only_when_asked() -> None:
    schedule = Schedule(None, Clock().times())
    schedule.plan()
    schedule.changed()
    assert schedule.wait() is None
    schedule.asked = True
    assert schedule.wait() == 0
    schedule.paused = True
    assert schedule.wait() is None
    assert schedule.next_at() is None
