"""Asking too much is refused, however many processes of the server are asked, and also after a restart."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from sync.server.asks import Denied
from sync.server.limits import Buckets, Rate
from tests.helpers.central import ROOT, Laptop, Server, set_up

RATE = Rate(10, 2)
CHILD = """
import sys
from pathlib import Path
from sync.server.asks import Denied
from sync.server.limits import Buckets, Rate
buckets, taken = Buckets(Rate(500, 0.001), Path(sys.argv[1])), 0
for _ in range(400):
    try:
        buckets.take("one")
        taken += 1
    except Denied:
        pass
print(taken)
"""


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def taken(buckets: Buckets, who: str, tries: int) -> int:
    """How many of so many requests are taken."""
    count = 0
    for _ in range(tries):
        with suppress(Denied):
            buckets.take(who)
            count += 1
    return count


@pytest.fixture(params=[True, False], ids=["file", "alone"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where it is counted."""
    return tmp_path / "limits" / "site" if request.param else None


def test_a_burst_then_so_many_a_second(place: Path | None) -> None:
    clock = Clock()
    buckets = Buckets(RATE, place, b"key", clock)
    assert taken(buckets, "one", 15) == 10
    assert taken(buckets, "other", 15) == 10
    clock.now += 2.5
    assert taken(buckets, "one", 15) == 5
    clock.now += 3_600
    assert taken(buckets, "one", 15) == 10
    buckets.close()


def test_who_is_refused_is_told_how_long_to_wait(place: Path | None) -> None:
    clock = Clock()
    buckets = Buckets(Rate(1, 0.1), place, b"key", clock)
    buckets.take("one")
    with pytest.raises(Denied) as denied:
        buckets.take("one")
    assert (denied.value.status, denied.value.reason, denied.value.wait_s) == (429, "rate", 10)
    clock.now += 10
    buckets.take("one")
    buckets.close()


def test_two_processes_and_one_after_a_restart_count_together(tmp_path: Path) -> None:
    file, clock = tmp_path / "limits" / "site", Clock()
    first, second = Buckets(RATE, file, b"key", clock), Buckets(RATE, file, b"key", clock)
    assert taken(first, "one", 6) + taken(second, "one", 6) == 10
    first.close()
    second.close()
    again = Buckets(RATE, file, b"key", clock)
    assert taken(again, "one", 6) == 0
    again.close()


def test_real_processes_at_once_take_no_more_than_one_would(tmp_path: Path) -> None:
    file = tmp_path / "site"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    counts = [int(child.communicate(timeout=120)[0]) for child in children]
    assert sum(counts) == 500


def test_a_machine_that_started_anew_begins_with_full_buckets(tmp_path: Path) -> None:
    clock = Clock()
    buckets = Buckets(RATE, tmp_path / "site", b"key", clock)
    assert taken(buckets, "one", 12) == 10
    clock.now = 5.0
    assert taken(buckets, "one", 12) == 10
    buckets.close()


@pytest.mark.parametrize("content", [os.urandom(500_000), b"\xff" * 500_000, b"x"])
def test_a_file_of_noise_stops_nobody(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "site").write_bytes(content)
    buckets = Buckets(RATE, tmp_path / "site", b"key", Clock())
    assert sum(taken(buckets, f"laptop {number}", 3) for number in range(200)) == 600
    buckets.close()


def test_thousands_of_others_do_not_free_whoever_asks_too_much(tmp_path: Path) -> None:
    clock = Clock()
    buckets = Buckets(RATE, tmp_path / "site", b"key", clock)
    assert taken(buckets, "one", 12) == 10
    for number in range(8_000):
        buckets.take(f"laptop {number}")
    assert taken(buckets, "one", 12) == 0
    buckets.close()


def test_the_file_tells_no_address(tmp_path: Path) -> None:
    buckets = Buckets(RATE, tmp_path / "site", b"key")
    buckets.take("192.0.2.77")
    buckets.close()
    assert b"192.0.2" not in (tmp_path / "site").read_bytes()


# -- Codes -------------------------------------------------------------------------------------------


def test_of_many_guesses_in_one_moment_only_a_few_are_looked_at(tmp_path: Path, database_url: str) -> None:
    server = set_up(tmp_path / "server", database_url)
    wrong = "000G8-40R4P-0M30D-E2094"
    many = ("--workers", "2") if database_url.startswith("postgresql") else ()
    with server.running(*many) as running, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: Laptop(running.port).try_join(wrong), range(24)))
    assert sorted(one.status for one in answers) == [403] * 5 + [429] * 19
    with server.running(*many) as running:
        assert Laptop(running.port).try_join(server.code()).status == 429, "also after a restart"


def test_good_codes_do_not_count(tmp_path: Path) -> None:
    server: Server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    codes = [server.code(f"GD-{number:03}") for number in range(8)]
    with server.running() as running:
        assert [Laptop(running.port).try_join(code).status for code in codes] == [200] * 8
