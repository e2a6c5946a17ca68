"""The power goes at any moment of a real run: what was said stands, and who says too much is noticed."""

import os
from pathlib import Path
from random import Random

import pytest

from tests.power import server_store
from tests.power.calls import Event, Flush, Said, available
from tests.power.disk import Disk, Loss
from tests.power.replay import differs_from_disk, looked_at, record, replay

pytestmark = pytest.mark.skipif(
    not available() and not os.environ.get("CI"), reason="strace is not on this machine"
)
CLIENT, SERVER = "tests.power.client_store", "tests.power.server_store"
SYNC, CARELESS = "tests.power.laptop_sync", "tests.power.careless"


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


def test_a_syncing_laptop_keeps_what_it_showed_the_server_and_what_came(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    events = recorded(SYNC, folder)
    assert sum(isinstance(event, Said) and event.line.startswith("sent") for event in events) >= 4
    found = replay(SYNC, events, folder, per_moment=1, every=64)
    assert found.crashes > 100
    assert found.faults == ()


def test_a_serving_process_keeps_all_that_a_laptop_has_the_answer_of(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    events = recorded(SERVER, folder)
    words = {event.line.split()[0] for event in events if isinstance(event, Said)}
    assert words >= {"joined", "acknowledged", "kept", "nonce", "head", "leased", "snapshot", "revoked"}
    found = replay(SERVER, events, folder, per_moment=1, every=1_000)
    assert found.crashes > 100
    assert found.faults == ()
    forgot = lazily(events, folder, "server.db-wal")
    assert {word.split()[1] for word in forgot} >= {"acknowledged", "kept", "nonce", "head"}
    assert any("not in the ledger: revoked" in word for word in lazily(events, folder, "ledger.jsonl"))


def lazily(events: list[Event], folder: Path, name: str) -> list[str]:
    """What the check says of a server that does not wait for that file, when the power goes near the end."""
    disk, said = Disk(), list[str]()
    for event in events:
        if isinstance(event, Said) and event.line.startswith("leased 11"):
            break
        lazy = isinstance(event, Flush) and event.path.endswith(name)
        disk.apply(Flush("/nowhere", event.began) if isinstance(event, Flush) and lazy else event)
        said += [event.line] if isinstance(event, Said) else []
    return looked_at(server_store.check, disk.crashed(Loss.ALL, Random(0)), folder, said)


def test_who_promises_before_the_disk_has_it_is_found_out(tmp_path: Path) -> None:
    folder = tmp_path / "careless"
    found = replay(CARELESS, recorded(CARELESS, folder), folder, per_moment=2)
    words = {word for fault in found.faults for word in fault.words}
    assert "the file is torn" in words
    assert "the file is gone" in words
    assert "lost: row 9" in words
