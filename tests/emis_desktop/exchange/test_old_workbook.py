"""Workbooks of the old kind: read, and refused where two cells would make millions."""

import struct
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.exchange import old_workbook
from emis_desktop.exchange.reading import read_table
from tests.factories.workbooks import xls, xls_number, xls_text

NAMES = ["number", "name", "Élodie", "ŭ" * 9000, "Ben"]
"""The long one goes on in a second record."""


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    shown = [
        xls_text(0, 0, 0),
        xls_text(0, 1, 1),
        xls_number(1, 0, 7.0),
        xls_text(1, 1, 2),
        xls_text(2, 1, 4),
    ]
    path = xls(tmp_path / "list.xls", shown, NAMES)
    assert [line.cells for line in read_table(path).lines] == [
        ("number", "name"),
        ("7", "Élodie"),
        ("", "Ben"),
    ]


def test_the_lengths_of_texts_are_seen_across_records(tmp_path: Path) -> None:
    path = xls(tmp_path / "list.xls", [xls_text(0, 0, 0)], NAMES)
    found = dict(old_workbook._records(old_workbook._stream(path.read_bytes())))
    lengths = found[0xFC]
    assert not isinstance(lengths, bytes)
    assert list(lengths) == [len(name) for name in NAMES]


@pytest.mark.parametrize(
    "shown",
    [
        [xls_number(0, 0, 1.0), xls_number(65_535, 255, 2.0)],
        [xls_text(row, 0, 3) for row in range(12_000)],
    ],
)
def test_what_would_fill_the_memory_is_refused(tmp_path: Path, shown: list[bytes]) -> None:
    with pytest.raises(BadFile, match="too large to open"):
        read_table(xls(tmp_path / "list.xls", shown, NAMES))


def test_a_broken_one_is_said(tmp_path: Path) -> None:
    path = xls(tmp_path / "list.xls", [xls_number(0, 0, 1.0)])
    raw = bytearray(path.read_bytes())
    raw[30:32] = struct.pack("<H", 40)
    path.write_bytes(raw)
    with pytest.raises(BadFile, match="damaged"):
        read_table(path)
    path.write_bytes(raw[:20])
    with pytest.raises(BadFile, match="damaged"):
        read_table(path)


def test_a_chain_that_goes_round_ends(tmp_path: Path) -> None:
    path = xls(tmp_path / "list.xls", [xls_number(0, 0, 1.0)])
    raw = bytearray(path.read_bytes())
    raw[512 + 4 * 2 : 512 + 4 * 3] = struct.pack("<L", 2)  # the first sector of the stream is its own next
    assert len(old_workbook._stream(bytes(raw))) == 4096


def test_one_larger_than_any_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_workbook, "LARGEST", 1000)
    with pytest.raises(BadFile, match="too large to open"):
        read_table(xls(tmp_path / "list.xls", [xls_number(0, 0, 1.0)]))
