"""What the sign-in window shows: kept whole, and never a reason to stop."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from emis_desktop.front import Front, Span, load_front, save_front

FRONT = Front(
    "École de démonstration",
    14,
    datetime(2026, 11, 5, 8, 52, tzinfo=UTC),
    (Span(date(2026, 9, 7), date(2026, 12, 11)),),
    {"0192": "Grade 5 Coral"},
)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    save_front(tmp_path / "front.json", FRONT)
    assert load_front(tmp_path / "front.json") == FRONT


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"waiting": "many"}', b"[" * 100_000, b"\xff"])
def test_anything_else_shows_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "front.json"
    assert load_front(path) == Front()
    path.write_bytes(content)
    assert load_front(path) == Front()


def test_a_place_that_takes_no_file_is_passed_over(tmp_path: Path) -> None:
    save_front(tmp_path / "none" / "front.json", FRONT)
    assert not (tmp_path / "none").exists()
