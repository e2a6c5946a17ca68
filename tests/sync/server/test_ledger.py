"""The ledger after a power cut: what was never answered for is left out, and nothing else is forgiven."""

from pathlib import Path

import pytest

from emis_desktop.errors import StoreDamaged
from sync.server.keys import make_keys
from sync.server.ledger import Ledger

SECTOR = 512


def ledger(folder: Path) -> Ledger:
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "ledger").mkdir(exist_ok=True)
    made = Ledger(folder / "ledger", make_keys(folder / "keys"), lambda: 1_795_000_000_000)
    made.append("first", text="x" * 300)
    made.append("second", text="y" * 300)
    return made


def torn(content: bytes, before: int, sector: int) -> bytes:
    """The last line, from ``before`` on, with one sector that never reached the disk."""
    start = max(before, sector * SECTOR)
    end = min(len(content), (sector + 1) * SECTOR)
    return content[:start] + bytes(end - start) + content[end:] if end > start else content


@pytest.mark.parametrize("sector", range(6))
def test_a_last_line_that_was_torn_is_left_out_and_written_over(tmp_path: Path, sector: int) -> None:
    made = ledger(tmp_path)
    before = made.path.stat().st_size
    made.append("torn", text="z" * 1_500)
    content = made.path.read_bytes()
    made.path.write_bytes(torn(content, before, sector))
    whole = made.path.read_bytes() == content
    assert [line.kind for line in made.lines()] == ["first", "second", *(["torn"] if whole else [])]
    made.append("next")
    assert [line.kind for line in made.lines()][-1] == "next"
    assert made.count() == (4 if whole else 3)


def test_zeros_in_a_line_that_another_follows_are_damage(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    content = made.path.read_bytes()
    made.path.write_bytes(bytes(40) + content[40:])
    with pytest.raises(StoreDamaged):
        list(made.lines())
