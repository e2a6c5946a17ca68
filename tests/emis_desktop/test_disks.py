"""A copy beside the records is told from one on another disk, whatever lies between folder and disk."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from emis_desktop import disks


@dataclass
class Machine:
    """A machine of the test's own: which file system is where, and what its devices are made of."""

    root: Path
    lines: list[str] = field(default_factory=list)
    numbers: dict[Path, int] = field(default_factory=dict)

    def mount(self, name: str, minor: int, kind: str = "ext4", source: str = "none") -> Path:
        place = self.root / name
        place.mkdir(parents=True)
        self.numbers[place] = os.makedev(8, minor)
        point = str(place).replace(" ", "\\040")
        self.lines.append(f"{minor} 1 8:{minor} / {point} rw,relatime shared:1 - {kind} {source} rw")
        return place

    def disk(self, name: str, minor: int) -> Path:
        device = self.root / "devices" / name
        device.mkdir(parents=True)
        return self.known(device, minor)

    def partition(self, disk: Path, name: str, minor: int) -> Path:
        device = disk / name
        device.mkdir()
        (device / "partition").touch()
        return self.known(device, minor)

    def known(self, device: Path, minor: int) -> Path:
        folder = self.root / "sys" / "dev" / "block"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"8:{minor}").symlink_to(device)
        return device

    def same(self, one: Path, other: Path) -> bool:
        table = self.root / "mountinfo"
        table.write_text("\n".join(["an odd line", *self.lines]))
        return disks.same_disk(one, other, self.root / "sys", table)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    real = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> object:
        found = real(path, follow_symlinks=follow_symlinks)
        near = next((one for one in (path, *path.parents) if one in made.numbers), None)
        if near is None:
            return found
        number = made.numbers[near]
        return SimpleNamespace(st_dev=number, st_rdev=number, st_mode=found.st_mode)

    monkeypatch.setattr(Path, "stat", stat)
    return made


def test_two_folders_of_one_file_system_are_on_one_disk(tmp_path: Path) -> None:
    assert disks.same_disk(tmp_path / "records", tmp_path / "elsewhere" / "not there yet")


def test_two_partitions_of_a_disk_are_on_one_disk(machine: Machine) -> None:
    disk = machine.disk("sda", 0)
    machine.partition(disk, "sda1", 1)
    machine.partition(disk, "sda2", 2)
    assert machine.same(machine.mount("home", 1), machine.mount("data", 2))


def test_a_stick_is_another_disk(machine: Machine) -> None:
    machine.partition(machine.disk("sda", 0), "sda1", 1)
    machine.partition(machine.disk("sdb", 16), "sdb1", 17)
    home = machine.mount("home", 1)
    stick = machine.mount("my stick", 17)
    assert not machine.same(home, stick / "EMIS" / "copy.emis")


def test_a_stick_without_partitions_is_another_disk(machine: Machine) -> None:
    machine.partition(machine.disk("sda", 0), "sda1", 1)
    machine.disk("sdb", 16)
    assert not machine.same(machine.mount("home", 1), machine.mount("stick", 16))


def test_encryption_and_volume_groups_are_looked_through(machine: Machine) -> None:
    disk = machine.disk("sda", 0)
    part = machine.partition(disk, "sda2", 2)
    machine.partition(disk, "sda3", 3)
    mapped = machine.disk("dm-0", 5)
    (mapped / "slaves").mkdir()
    (mapped / "slaves" / "sda2").symlink_to(part)
    assert machine.same(machine.mount("home", 5), machine.mount("data", 3))


def test_a_file_system_with_a_number_of_its_own_is_found_by_its_source(machine: Machine) -> None:
    disk = machine.disk("sda", 0)
    machine.partition(disk, "sda1", 1)
    home = machine.mount("home", 1)
    data = machine.mount("data", 90, "btrfs", "/dev/null")
    machine.numbers[Path("/dev/null")] = os.makedev(8, 1)
    assert machine.same(home, data)


def test_a_place_on_the_network_is_not_on_this_laptop(machine: Machine) -> None:
    home, share = machine.mount("home", 1), machine.mount("share", 2, "cifs", "//server/copies")
    assert not machine.same(home, share)


def test_what_is_in_memory_goes_with_the_laptop(machine: Machine) -> None:
    home, passing = machine.mount("home", 1), machine.mount("run", 2, "tmpfs")
    assert machine.same(home, passing)


def test_without_a_table_of_mounts_file_systems_stand_for_disks(machine: Machine, tmp_path: Path) -> None:
    home, other = machine.mount("home", 1), machine.mount("other", 2)
    assert not disks.same_disk(home, other, tmp_path / "no sys", tmp_path / "no table")


def test_what_cannot_be_told_counts_as_the_same(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    home, other = machine.mount("home", 1), machine.mount("other", 2)

    def broken(*_what: object) -> frozenset[str]:
        raise OSError(5, "read fault")

    monkeypatch.setattr(disks, "_disks", broken)
    assert machine.same(home, other)


def test_a_place_that_may_hang_is_told_from_a_stick(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, share = machine.mount("stick", 1, "vfat"), machine.mount("share", 2, "cifs", "//server/copies")
    online = machine.mount("run/gvfs", 3, "fuse.gvfsd-fuse")
    table = tmp_path / "mountinfo"
    table.write_text("\n".join(machine.lines))
    assert [disks.on_network(place / "cards", table) for place in (stick, share, online)] == [
        False,
        True,
        True,
    ]

    def refuse(*_: object, **__: object) -> str:
        raise OSError("cannot be read")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert disks.on_network(stick, table), "what cannot be told may hang"


def test_where_the_system_does_not_tell_another_disk_than_the_own_counts_as_network(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = machine.mount("home", 1), machine.mount("other", 2)
    monkeypatch.setattr(Path, "home", lambda: home)
    nowhere = tmp_path / "no table here"
    assert [disks.on_network(place, nowhere) for place in (home / "cards", other)] == [False, True]
