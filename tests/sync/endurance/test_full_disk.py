"""A disk is really full, on the laptop or at the server: nothing is lost, it is told, and it goes on."""

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

from emis_desktop import cipher
from emis_desktop.errors import CannotSave
from resources.words import Words
from sync.engine.backoff import Patience
from sync.engine.line import LineFault, ServerFull
from tests.helpers import small_disk
from tests.helpers.small_disk import SmallDisk
from tests.helpers.stores import KEY, StoreLaptop, join
from tests.sync.endurance.killing import Country

pytestmark = pytest.mark.skipif(
    not small_disk.available(), reason="only root on Linux may mount a disk that is small enough to be full"
)
ONCE = Patience(tries=1)
LEVELS = (0, 30_000, 150_000, 400_000)
"""Bytes that are left, so that it runs out at different steps."""
MANY = [os.urandom(40).hex() for _ in range(1_500)]


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk.small_disk(24) as made:
        yield made


def words_of(fault: CannotSave | LineFault) -> str:
    return fault.text(Words.load("en"))


def test_a_laptops_disk_runs_full_while_it_applies(
    tmp_path_factory: pytest.TempPathFactory, disk: SmallDisk
) -> None:
    country = Country.made(tmp_path_factory.mktemp("country"))
    with country.serving():
        other = join(country.folder, "other", 1, country.url, country.server.code())
        laptop = join(disk.folder, "laptop", 2, country.url, country.server.code())
        laptop.sync(country.url)
        other.write(MANY)
        other.sync(country.url)
        told = set[str]()
        for level in LEVELS:
            laptop.write([f"typed before {level}"])
            disk.fill(level)
            try:
                laptop.sync(country.url)
            except CannotSave as fault:
                told.add(words_of(fault))
            with suppress(CannotSave):  # typing goes on where there is room for it
                laptop.write([f"typed at {level}"])
            assert f"typed before {level}" in laptop.names()
            laptop.close()
            cipher.verify(laptop.path, bytearray(KEY))
            disk.make_room()
            laptop = StoreLaptop.open(laptop.path, laptop.seed)
        assert told == {"Cannot save on this laptop: the disk is full. Free 200 MB, then do it again."}
        laptop.sync(country.url)
        other.sync(country.url)
        assert set(MANY) <= laptop.names()
        assert laptop.state() == other.state()
        assert laptop.figures()["generation"] == 1
        laptop.close()
        other.close()


def test_a_servers_disk_runs_full_while_it_takes_a_batch(
    tmp_path_factory: pytest.TempPathFactory, disk: SmallDisk
) -> None:
    country = Country.made(disk.folder)
    country.folder = tmp_path_factory.mktemp("laptops")
    with country.serving() as running:
        one, other = (
            join(country.folder, f"laptop{number}", number, country.url, country.server.code())
            for number in (1, 2)
        )
        one.sync(country.url)
        one.patience = ONCE
        told = set[str]()
        for number, level in enumerate(LEVELS):
            one.write([f"{number} {name}" for name in MANY[:300]])
            disk.fill(level)
            try:
                one.sync(country.url)
            except LineFault as fault:
                told.add(words_of(fault))
            assert running.get("/healthz").status in {200, 503}
            assert running.process.poll() is None, "it goes on serving"
            disk.make_room()
        assert told == {words_of(ServerFull())}
        one.sync(country.url)
        other.sync(country.url)
        one.sync(country.url)
        assert one.state() == other.state()
        assert one.figures()["waiting"] == 0
        assert (one.figures()["generation"], other.figures()["generation"]) == (1, 1)
    assert country.server.command("verify-audit")["sound"] is True
    assert country.server.command("doctor")["uploads"] == 0
