"""Virtual time goes in order, and one record has one digest."""

from tests.simulator.events import START_MS, Clockwork, Record


def test_things_happen_in_order_of_time_then_of_planning() -> None:
    clock, happened = Clockwork(), []
    clock.after(20, lambda: happened.append("late"))
    clock.after(10, lambda: (happened.append("first"), clock.after(5, lambda: happened.append("planned"))))
    clock.after(10, lambda: happened.append("second"))
    assert clock.run()
    assert happened == ["first", "second", "planned", "late"]
    assert clock.now_ms == START_MS + 20


def test_time_stops_where_it_is_told_to() -> None:
    clock, happened = Clockwork(), []
    clock.after(10, lambda: happened.append(1))
    clock.after(30, lambda: happened.append(2))
    assert clock.run(until_ms=START_MS + 20)
    assert (happened, clock.now_ms) == ([1], START_MS + 20)
    assert clock.run()
    assert happened == [1, 2]


def test_what_never_ends_is_told() -> None:
    clock = Clockwork()

    def again() -> None:
        clock.after(1, again)

    again()
    assert not clock.run(most=100)


def test_the_digest_is_that_of_every_line() -> None:
    one, two, other = (Record(Clockwork()) for _ in range(3))
    for record, word in ((one, "a"), (two, "a"), (other, "b")):
        record.note("A", word)
    assert one.digest == two.digest != other.digest
