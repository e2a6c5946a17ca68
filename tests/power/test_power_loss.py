"""The power goes at any moment of a real run: what was said stands, and who says too much is noticed."""

import os
from pathlib import Path

import pytest

from tests.power.calls import Event, Said, available
from tests.power.disk import Disk
from tests.power.replay import differs_from_disk, record, replay

pytestmark = pytest.mark.skipif(
    not available() and not os.environ.get("CI"), reason="strace is not on this machine"
)
CLIENT, SERVER = "tests.power.client_store", "tests.power.server_store"
CARELESS = "tests.power.careless"


def recorded(program: str, folder: Path) -> list[Event]:
    folder.mkdir()
    events = record(program, folder)
    disk = Disk()
    for event in events:
        disk.apply(event)
    assert differs_from_disk(disk, folder) == [], "the replay must end with what is on the disk"
    return events


def test_a_laptops_store_keeps_all_that_it_promised(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    events = recorded(CLIENT, folder)
    assert sum(isinstance(event, Said) for event in events) > 30
    found = replay(CLIENT, events, folder, per_moment=1, every=16)
    assert found.crashes > 300
    assert found.faults == ()


def test_a_server_keeps_every_batch_that_it_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    events = recorded(SERVER, folder)
    assert sum(isinstance(event, Said) for event in events) > 16
    found = replay(SERVER, events, folder, per_moment=1, every=16)
    assert found.crashes > 300
    assert found.faults == ()


def test_who_promises_before_the_disk_has_it_is_found_out(tmp_path: Path) -> None:
    folder = tmp_path / "careless"
    found = replay(CARELESS, recorded(CARELESS, folder), folder, per_moment=2)
    words = {word for fault in found.faults for word in fault.words}
    assert "the file is torn" in words
    assert "the file is gone" in words
    assert "lost: row 9" in words
