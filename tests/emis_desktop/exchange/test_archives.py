"""Archives that lie about what is in them."""

import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.exchange import archives
from emis_desktop.exchange.archives import Archive, BrokenArchiveError, TooMuchError

MOST = 1_000_000


def archive(path: Path, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as book:
        book.writestr("a.xml", content)
    return path


def unpacked(path: Path) -> bytes:
    book = Archive(path, MOST)
    return b"".join(piece for part in book.parts for piece in book.tokens(part))


@given(
    st.lists(st.sampled_from([b"<c r='A1'>", b"text", b"</c>", b"x" * 300_000]), max_size=8),
    st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]),
)
def test_every_byte_comes_out(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], method: int
) -> None:
    content = b"".join(pieces)[:MOST]
    assert unpacked(archive(tmp_path_factory.getbasetemp() / "a.zip", content, method)) == content


def test_a_part_larger_than_it_says_is_counted_as_it_is(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", b" " * 5_000_000)
    whole = path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10))
    crc = struct.pack("<L", zlib.crc32(b" " * 5_000_000))
    path.write_bytes(whole.replace(crc, struct.pack("<L", zlib.crc32(b" " * 10))))
    with zipfile.ZipFile(path) as book:
        assert len(book.read("a.xml")) == 10  # who believes it sees ten bytes
    with pytest.raises(TooMuchError):
        unpacked(path)


def test_a_long_list_of_parts_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as book:
        for number in range(40):
            book.writestr(f"{number}.xml", b"")
    monkeypatch.setattr(archives, "MOST_PARTS", 39)
    with pytest.raises(TooMuchError):
        Archive(path, MOST)


def test_a_text_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LONGEST_TOKEN", 1000)
    with pytest.raises(TooMuchError):
        unpacked(archive(tmp_path / "a.zip", b"x" * 300_000))


@pytest.mark.parametrize("harm", ["cut", "place", "packed", "method"])
def test_a_broken_archive_is_said(tmp_path: Path, harm: str) -> None:
    path = archive(tmp_path / "a.zip", bytes(range(256)) * 9)
    raw = bytearray(path.read_bytes())
    if harm == "cut":
        raw = raw[:40]
    elif harm == "place":
        raw[:4] = b"NONE"
    elif harm == "packed":
        raw[35] = 0x07  # a block of a kind that there is not
    else:
        raw[raw.index(b"PK\x01\x02") + 10] = 99
    path.write_bytes(raw)
    with pytest.raises(BrokenArchiveError):
        unpacked(path)
