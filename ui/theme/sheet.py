"""From the tokens to Qt: the palette, and the style sheet made from its template.

The template is ``resources/styles/app.qss``; ``@name`` stands for a token or a length of
:class:`~ui.theme.tokens.Space`.
"""

import re
from functools import cache
from pathlib import Path

from PySide6.QtGui import QColor, QPalette

from ui.theme.tokens import Space, Tokens

_RESOURCES = Path(__file__).resolve().parent.parent.parent / "resources"
_TEMPLATE = _RESOURCES / "styles" / "app.qss"
_FIELD = re.compile(r"@\{?([a-z_0-9]+)\}?")
_ROLES = {
    QPalette.ColorRole.Window: "canvas",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "on_accent",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.ToolTipBase: "toast",
    QPalette.ColorRole.ToolTipText: "toast_text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "line_btn",
    QPalette.ColorRole.Dark: "line_strong",
    QPalette.ColorRole.Shadow: "line_strong",
    QPalette.ColorRole.Accent: "accent",
}


class TokenMissing(ValueError):
    """The template names a token that does not exist."""


@cache
def _template() -> str:
    return _TEMPLATE.read_text(encoding="utf-8")


def fill(template: str, tokens: Tokens) -> str:
    """``template`` with every ``@name`` replaced; raises :class:`TokenMissing` when one is unknown."""
    values: dict[str, object] = {**Space.lengths(), **tokens.colours(), "theme": tokens.name}
    values["resources"] = _RESOURCES.as_posix()

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            raise TokenMissing(name)
        return str(values[name])

    return _FIELD.sub(value, template)


@cache
def sheet(tokens: Tokens) -> str:
    """The style sheet of a theme."""
    return fill(_template(), tokens)


def palette(tokens: Tokens) -> QPalette:
    """The palette of a theme, for what Qt draws without asking the sheet."""
    made = QPalette()
    colours = tokens.colours()
    for role, name in _ROLES.items():
        made.setColor(role, QColor(colours[name]))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return made
