"""The contrast of every pair of colours that meets on screen, computed from the tokens."""

import pytest

from ui.theme.tokens import DARK, LIGHT, Tokens, contrast, ink_on, mix, ramp

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
BACKGROUNDS = ("surface", "canvas", "sunken", "hover", "selected")
TEXTS = ("text", "text2", "text3", "accent")
PAIRS = [
    *((ink, ground) for ink in TEXTS for ground in BACKGROUNDS),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_press"),
    ("accent", "accent_tint"),
    ("text", "accent_tint"),
    ("text2", "accent_tint"),
    ("rail_text", "rail"),
    ("rail_text", "rail_hover"),
    ("rail_strong", "rail_active"),
    ("rail_mark", "rail"),
    ("ok", "ok_tint"),
    ("ok", "surface"),
    ("warn", "warn_tint"),
    ("warn", "surface"),
    ("text", "warn_tint"),
    ("bad", "bad_tint"),
    ("bad", "surface"),
    ("surface", "bad"),
    ("toast_text", "toast"),
    ("toast_link", "toast"),
]
MARKS = [
    *(("line_strong", ground) for ground in ("surface", "canvas")),
    *(("focus", ground) for ground in BACKGROUNDS),
    *((f"chart{number}", "surface") for number in range(1, 6)),
    ("rail_mark", "rail_active"),
]


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@THEMES
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read(theme: Tokens, ink: str, ground: str) -> None:
    colours = theme.colours()
    assert contrast(colours[ink], colours[ground]) >= 4.5


@THEMES
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_borders_focus_and_chart_marks_can_be_seen(theme: Tokens, mark: str, ground: str) -> None:
    colours = theme.colours()
    assert contrast(colours[mark], colours[ground]) >= 3


@THEMES
def test_the_ramp_carries_its_numbers(theme: Tokens) -> None:
    for step in ramp(theme):
        assert contrast(ink_on(step), step) >= 4.5


@THEMES
def test_the_focus_ring_stands_out_by_five(theme: Tokens) -> None:
    colours = theme.colours()
    assert min(contrast(theme.focus, colours[ground]) for ground in BACKGROUNDS) >= 5.1


def test_mixing_ends_at_its_ends() -> None:
    assert mix("#000000", "#FFFFFF", 0) == "#000000"
    assert mix("#000000", "#FFFFFF", 100) == "#FFFFFF"
    assert mix("#102030", "#304050", 50) == "#203040"
