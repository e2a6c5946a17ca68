"""Rebuild the fonts under ``resources/fonts`` from the pinned package ``fontpkg-inter``.

A developer's command, never run by the program::

    python -m venv fonts-env
    fonts-env/bin/pip install fontpkg-inter==4.1.post1 fonttools==4.68.0
    fonts-env/bin/python tools/make_fonts.py

Two sets come out of the same two variable files:

* ``resources/fonts/*.ttf`` for the screen: static weights at optical size 14, Latin, with kerning and the
  ``tnum``, ``case`` and ``zero`` features. ``tnum`` is cut down to the ten digits, so that it can be
  switched on for the whole program (Inter's own also widens the space, the full stop and the hyphen);
* ``resources/fonts/paper/*.ttf`` for reportlab, which has no features: the digits' code points are mapped
  straight to the tabular digits, and Greek and Cyrillic are kept because paper has no other font to fall
  back to. ``InterDisplay-Bold`` is the cut for big figures and names: a larger optical size and
  proportional digits.

``paper/kerning.json`` holds the kerning of those cuts for the letters of Latin text, in thousandths of an
em, read from the fonts' own tables, because reportlab does not kern. Pairs with a tabular digit or a space
are left out, so that columns keep straight and a line is as wide as its words.

The files are the same bytes on every run: the time stamp comes from the source font.
"""

import hashlib
import io
import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fontpkg_inter  # type: ignore[import-not-found]
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts"
UPRIGHT = "Inter[opsz,wght].ttf"
ITALIC = "Inter-Italic[opsz,wght].ttf"

LATIN = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x0250, 0x02FF),  # phonetic letters, modifier letters
    (0x0300, 0x036F),  # combining accents
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x206F),  # dashes, quotes, spaces
    (0x2070, 0x209F),  # raised and lowered figures
    (0x20A0, 0x20CF),  # money
    (0x2100, 0x218F),  # numero, trade mark, fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # minus, not equal, at most
    (0x2300, 0x23FF),  # key caps
    (0x25A0, 0x25FF),  # dots, squares, triangles
    (0x2600, 0x27BF),  # ticks, crosses, stars
)
GREEK_AND_CYRILLIC = ((0x0370, 0x052F), (0x1F00, 0x1FFF))
KERNED = ((0x0021, 0x007E), (0x00A1, 0x017F), (0x2010, 0x2026))

SCREEN_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case", "zero"]
PAPER_FEATURES = ["kern"]


@dataclass(frozen=True, slots=True)
class Cut:
    """One static font: its file name, source file, weight, optical size and the style it calls itself."""

    name: str
    source: str
    weight: int
    style: str
    optical: float = 14.0
    tabular: bool = True


SCREEN = (
    Cut("Inter-Regular", UPRIGHT, 400, "Regular"),
    Cut("Inter-Medium", UPRIGHT, 500, "Medium"),
    Cut("Inter-SemiBold", UPRIGHT, 600, "SemiBold"),
    Cut("Inter-Bold", UPRIGHT, 700, "Bold"),
    Cut("Inter-Italic", ITALIC, 400, "Italic"),
)
PAPER = (*SCREEN, Cut("InterDisplay-Bold", UPRIGHT, 700, "Display Bold", 24.0, False))


def code_points(ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Every code point of inclusive ``ranges``."""
    return [point for first, last in ranges for point in range(first, last + 1)]


def static(cut: Cut, source: Path) -> TTFont:
    """The variable font pinned to one weight and optical size."""
    font = TTFont(source / cut.source, recalcTimestamp=False)
    return instancer.instantiateVariableFont(font, {"wght": cut.weight, "opsz": cut.optical}, inplace=True)


def digits_only(font: TTFont) -> dict[str, str]:
    """Cut the ``tnum`` feature down to the digits; returns digit glyph -> tabular glyph."""
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    plain = {font.getBestCmap()[point] for point in range(0x30, 0x3A)} | {"zero.slash"}
    kept: dict[str, str] = {}
    for index in lookups:
        for wrapped in table.LookupList.Lookup[index].SubTable:
            subtable = getattr(wrapped, "ExtSubTable", wrapped)
            subtable.mapping = {old: new for old, new in subtable.mapping.items() if old in plain}
            kept.update(subtable.mapping)
    return kept


def make_digits_tabular(font: TTFont, tabular: dict[str, str]) -> None:
    """Point the digits' code points straight at their tabular glyphs."""
    for table in font["cmap"].tables:
        for point in range(0x30, 0x3A):
            glyph = table.cmap.get(point)
            if glyph in tabular:  # several cmap tables may share one dictionary
                table.cmap[point] = tabular[glyph]


def subset(font: TTFont, points: list[int], features: list[str]) -> None:
    """Keep ``points`` and ``features``; drop hints, glyph names and tables no reader needs."""
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.drop_tables += ["DSIG", "STAT", "MVAR", "avar", "gasp"]
    worker = Subsetter(options)
    worker.populate(unicodes=points)
    worker.subset(font)


def set_names(font: TTFont, cut: Cut) -> None:
    """Give the cut the names by which Qt, Windows and PDF readers group the weights of one family."""
    names = font["name"]
    for record in list(names.names):
        if record.nameID not in (0, 5, 8, 9, 11, 13, 14):
            names.removeNames(nameID=record.nameID)
    plain = cut.style in ("Regular", "Bold", "Italic")
    wanted = {1: "Inter" if plain else f"Inter {cut.style}", 2: cut.style if plain else "Regular"}
    wanted |= {3: f"4.001;{cut.name}", 4: f"Inter {cut.style}", 6: cut.name}
    if not plain:
        wanted |= {16: "Inter", 17: cut.style}
    for number, text in wanted.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = cut.weight
    # fsSelection: bit 0 italic, bit 5 bold, bit 6 regular, bit 7 use typographic metrics.
    style = {"Italic": 0x01, "Bold": 0x20}.get(cut.style, 0x40)
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | style
    font["head"].macStyle = {"Italic": 2, "Bold": 1}.get(cut.style, 0)


def build(cut: Cut, source: Path, *, paper: bool) -> bytes:
    """One finished font file."""
    font = static(cut, source)
    tabular = digits_only(font)
    if paper and cut.tabular:
        make_digits_tabular(font, tabular)
    ranges = LATIN + GREEK_AND_CYRILLIC if paper else LATIN
    subset(font, code_points(ranges), PAPER_FEATURES if paper else SCREEN_FEATURES)
    set_names(font, cut)
    if paper:
        del font["GSUB"]
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    return buffer.getvalue()


def pair_lookups(font: TTFont) -> list[list[Any]]:
    """The pair tables of the ``kern`` feature, one list of subtables a lookup."""
    table = font["GPOS"].table
    indices = sorted(
        {
            index
            for record in table.FeatureList.FeatureRecord
            if record.FeatureTag == "kern"
            for index in record.Feature.LookupListIndex
        }
    )
    found = []
    for index in indices:
        subtables = [getattr(each, "ExtSubTable", each) for each in table.LookupList.Lookup[index].SubTable]
        found.append([each for each in subtables if each.LookupType == 2])
    return found


def pair_value(
    subtable: Any,  # noqa: ANN401 - fontTools makes these classes at run time
    first: str,
    second: str,
) -> int | None:
    """The first glyph's change of advance in font units, None when the subtable has not the pair."""
    if first not in subtable.Coverage.glyphs:
        return None
    if subtable.Format == 1:
        pairs = subtable.PairSet[subtable.Coverage.glyphs.index(first)].PairValueRecord
        found = next((pair.Value1 for pair in pairs if pair.SecondGlyph == second), None)
        return None if found is None else int(found.XAdvance)
    row = subtable.Class1Record[subtable.ClassDef1.classDefs.get(first, 0)]
    value = row.Class2Record[subtable.ClassDef2.classDefs.get(second, 0)].Value1
    return 0 if value is None else int(getattr(value, "XAdvance", 0))


def kerning(content: bytes, *, digits: bool, least: int) -> dict[str, object]:
    """The kerning of one cut: groups of characters alike on either side, and the values between.

    Values under ``least`` thousandths of an em, which nobody sees, are left out.
    """
    font = TTFont(io.BytesIO(content))
    lookups, cmap, units = pair_lookups(font), font.getBestCmap(), font["head"].unitsPerEm
    points = [p for p in code_points(KERNED) if p in cmap and (digits or not chr(p).isdigit())]

    def between(first: int, second: int) -> int:
        total = 0
        for subtables in lookups:
            values = (pair_value(each, cmap[first], cmap[second]) for each in subtables)
            total += next((value for value in values if value is not None), 0)
        value = int(abs(total) * 1000 / units + 0.5)
        return 0 if value < least else value if total > 0 else -value

    rows = {first: tuple(between(first, second) for second in points) for first in points}
    columns = {second: tuple(rows[first][place] for first in points) for place, second in enumerate(points)}
    left, right = grouped(rows), grouped(columns)
    values = {}
    for number, group in enumerate(left):
        line = {
            str(other): value
            for other, members in enumerate(right)
            if (value := rows[ord(group[0])][points.index(ord(members[0]))])
        }
        if line:
            values[str(number)] = line
    return {"left": left, "right": right, "values": values}


def grouped(vectors: dict[int, tuple[int, ...]]) -> list[str]:
    """The characters whose ``vectors`` are equal, one string a group; all zeros are left out."""
    groups: dict[tuple[int, ...], str] = {}
    for point, vector in vectors.items():
        if any(vector):
            groups[vector] = groups.get(vector, "") + chr(point)
    return list(groups.values())


def main() -> int:
    """Write every cut, the licence and ``fonts.json`` (name, size and SHA-256 of each file)."""
    package = Path(fontpkg_inter.ROOT)
    source = package / "files"
    listing: dict[str, dict[str, object]] = {}
    pairs: dict[str, object] = {}
    for folder, cuts in ((TARGET, SCREEN), (TARGET / "paper", PAPER)):
        folder.mkdir(parents=True, exist_ok=True)
        for cut in cuts:
            content = build(cut, source, paper=folder != TARGET)
            path = folder / f"{cut.name}.ttf"
            path.write_bytes(content)
            listing[path.relative_to(TARGET).as_posix()] = {
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            print(f"{path.relative_to(TARGET)}: {len(content):,} bytes")
            if folder != TARGET:
                pairs[cut.name] = kerning(content, digits=not cut.tabular, least=10 if cut.tabular else 4)
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (TARGET / "paper" / "kerning.json").write_text(text + "\n", encoding="utf-8")
    shutil.copyfile(package / "LICENSE", TARGET / "OFL.txt")
    (TARGET / "fonts.json").write_text(json.dumps(listing, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
