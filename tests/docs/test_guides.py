"""The guides say what the screens say, and what they point at is there."""

import re
from functools import cache
from pathlib import Path

import pytest

from tools.words import extracted, texts

ROOT = Path(__file__).parent.parent.parent
GUIDES = ("user-guide-school.md", "user-guide-ministry.md", "operators-guide.md")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ALSO = {"bold"}
"""Stands in bold to show what bold means."""


@cache
def on_screen() -> frozenset[str]:
    """Every text of the catalogue, as it reads without its full stop."""
    return frozenset(text.rstrip(".") for message in extracted() if message.id for text in texts(message))


@pytest.mark.parametrize("name", GUIDES)
def test_what_stands_in_bold_stands_on_the_screen(name: str) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    bold = {" ".join(found.split()) for found in re.findall(r"\*\*(.+?)\*\*", page, re.DOTALL)}
    said = {each for each in bold if each.rstrip(".") not in on_screen() | ALSO}
    assert said == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target
