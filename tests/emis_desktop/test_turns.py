"""Writers take their turns in the order in which they came."""

import threading
import time

import pytest

from emis_desktop import turns
from emis_desktop.errors import Refused
from emis_desktop.turns import Turn


def test_who_types_comes_before_the_next_write_of_a_long_piece_of_work() -> None:
    for _ in range(20):
        turn, order = Turn(), list[str]()

        def work(turn: Turn = turn, order: list[str] = order) -> None:
            with turn.taken():
                while not turn._waiting:  # somebody wants to save
                    time.sleep(0.001)
            with turn.taken():  # and no breath before the next write
                order.append("work")

        worker = threading.Thread(target=work)
        worker.start()
        while turn._holder is None:
            time.sleep(0.001)
        with turn.taken():
            order.append("typed")
        worker.join()
        assert order == ["typed", "work"]


def test_all_who_wait_come_in_order() -> None:
    turn, order = Turn(), list[int]()

    def write(number: int) -> None:
        with turn.taken():
            order.append(number)

    with turn.taken():
        threads = []
        for number in range(8):
            threads.append(threading.Thread(target=write, args=(number,)))
            threads[-1].start()
            while len(turn._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_waited_too_long_leaves_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    turn, refused = Turn(), list[Refused]()
    monkeypatch.setattr(turns, "PATIENCE", 0.05)

    def write() -> None:
        try:
            with turn.taken():
                raise AssertionError("it was not free")
        except Refused as fault:
            refused.append(fault)

    with turn.taken():
        waiting = threading.Thread(target=write)
        waiting.start()
        waiting.join()
    assert len(refused) == 1
    with turn.taken(), pytest.raises(RuntimeError, match="open on this thread already"), turn.taken():
        raise AssertionError("twice at once")
    with turn.taken():
        pass
