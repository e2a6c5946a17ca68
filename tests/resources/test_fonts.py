"""The shipped fonts: the files that were built, the letters they promise, straight columns."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FOLDER = Path(str(files("resources"))) / "fonts"
LISTED = json.loads((FOLDER / "fonts.json").read_text(encoding="utf-8"))
SCREEN = ("Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold", "Inter-Italic")
PAPER = (*SCREEN, "InterDisplay-Bold")
DIGITS = "0123456789"
LETTERS = (
    "ABCXYZabcxyz0123456789 .,;:!?-+/()[]{}&%@#*'\"\u00a0"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØŒÙÚÛÜÝŸÞßàáâãäåæçèéêëìíîïðñòóôõöøœùúûüýÿþ"
    "ĀāĂăĄąĆćČčĎďĐđĒēĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŴŵŶŷŹźŻżŽž"
    "ƏəƠơƯưǍǎǑǒǦǧȘșȚțẀẁẂẃẞẠạẢảẾếỆệỌọỘộỤụỲỳɔɛŋŊ"  # Kwéyòl needs è and ò; names come from everywhere
    "–—‘’“”„‹›«»…•·†‡′″№€£$¢¥°²³½¼¾×÷−±≤≥≠≈←↑→↓●○■□▲▼◆✓✗"
)


def font(name: str) -> TTFont:
    """One shipped file."""
    return TTFont(FOLDER / f"{name}.ttf")


def test_every_file_is_the_one_that_was_built() -> None:
    found = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.ttf")}
    assert {name: len(content) for name, content in found.items()} == {
        name: entry["bytes"] for name, entry in LISTED.items()
    }
    for name, content in found.items():
        assert hashlib.sha256(content).hexdigest() == LISTED[name]["sha256"], name


def test_the_licence_lies_beside_them() -> None:
    licence = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "The Inter Project Authors" in licence


@pytest.mark.parametrize("name", [*SCREEN, *(f"paper/{name}" for name in PAPER)])
def test_every_cut_has_the_letters_of_the_region(name: str) -> None:
    known = font(name).getBestCmap()
    assert [char for char in LETTERS if ord(char) not in known] == []


@pytest.mark.parametrize("name", PAPER)
def test_paper_can_print_greek_and_cyrillic_names(name: str) -> None:
    known = font(f"paper/{name}").getBestCmap()
    assert [char for char in "ΑΒΓΩάέήαωАБВЯабвяёЁіїђ" if ord(char) not in known] == []


@pytest.mark.parametrize("name", SCREEN)
def test_digits_on_paper_are_all_equally_wide(name: str) -> None:
    paper = font(f"paper/{name}")
    widths = {paper["hmtx"][paper.getBestCmap()[ord(digit)]][0] for digit in DIGITS}
    assert len(widths) == 1


def test_big_figures_keep_their_own_widths() -> None:
    display = font("paper/InterDisplay-Bold")
    widths = [display["hmtx"][display.getBestCmap()[ord(digit)]][0] for digit in DIGITS]
    assert widths[1] < min(widths[0], *widths[2:])


@pytest.mark.parametrize("name", SCREEN)
def test_tabular_digits_on_the_screen_change_digits_only(name: str) -> None:
    screen = font(name)
    changed: dict[str, str] = {}
    table = screen["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for subtable in table.LookupList.Lookup[index].SubTable:
                    changed |= getattr(subtable, "ExtSubTable", subtable).mapping
    known = screen.getBestCmap()
    assert {known[ord(digit)] for digit in DIGITS} <= set(changed)
    assert known[ord(" ")] not in changed
    assert known[ord(".")] not in changed
    assert len({screen["hmtx"][changed[known[ord(digit)]]][0] for digit in DIGITS}) == 1


@pytest.mark.parametrize(("name", "weight"), list(zip(SCREEN, (400, 500, 600, 700, 400), strict=True)))
def test_the_weights_belong_to_one_family(name: str, weight: int) -> None:
    found = font(name)
    names = found["name"]
    family = names.getDebugName(16) or names.getDebugName(1)
    assert family == "Inter"
    assert found["OS/2"].usWeightClass == weight
    assert bool(found["OS/2"].fsSelection & 1) == (name == "Inter-Italic")
