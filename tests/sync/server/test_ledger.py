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


def test_a_line_of_many_kilobytes_is_followed_by_others(tmp_path: Path) -> None:
    """The order to erase somebody names every act that told of the person."""
    made = ledger(tmp_path)
    made.append("erasure", acts=["0123456789abcdef" * 2] * 10_000)
    assert made.append("next") == 4
    assert [(line.n, line.kind) for line in made.lines()][-2:] == [(3, "erasure"), (4, "next")]


TAMPERED = {
    "kind": (b'"kind":"second"', b'"kind":"secont"'),
    "number": (b'"n":2', b'"n":3'),
    "text": (b"yyyy", b"yyyx"),
    "moment": (b'"at":1795000000000', b'"at":1795000000001'),
    "mark": (b'"mac":"', b'"mac":"0'),
    "no mark": (b'"mac"', b'"mad"'),
}


@pytest.mark.parametrize("but", ["", "second"])
@pytest.mark.parametrize("what", TAMPERED)
def test_a_changed_line_is_found_also_where_its_kind_is_not_read(tmp_path: Path, what: str, but: str) -> None:
    made = ledger(tmp_path)
    made.append("third")
    assert [line.kind for line in made.lines(but)] == ["first", *(["second"] if not but else []), "third"]
    first, second, third = made.path.read_bytes().splitlines(keepends=True)
    before, after = TAMPERED[what]
    assert before in second
    made.path.write_bytes(first + second.replace(before, after, 1) + third)
    with pytest.raises(StoreDamaged):
        list(made.lines(but))


@pytest.mark.parametrize("but", ["", "second"])
def test_a_line_that_was_taken_out_or_swapped_is_found(tmp_path: Path, but: str) -> None:
    made = ledger(tmp_path)
    made.append("third")
    first, second, third = made.path.read_bytes().splitlines(keepends=True)
    for lines in (first + third, second + first + third, first + second + second + third):
        made.path.write_bytes(lines)
        with pytest.raises(StoreDamaged):
            list(made.lines(but))


def test_a_text_that_looks_like_a_mark_is_a_text(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    name = '","mac":"' + "0" * 32 + '","n":2,"kind":"audit",'
    made.append("site", name=name, a=name)
    assert [line.told for line in made.lines(but="audit")][-1] == {"name": name, "a": name}
