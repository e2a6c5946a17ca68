"""The tokens in force.

Like Qt's own application palette there is one set at a time for the whole program; delegates and painted
widgets read it at each paint, so that a change of theme needs no more than a repaint.
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from ui.theme.tokens import LIGHT, Tokens


@dataclass(slots=True)
class _Active:
    """Holder of the tokens in force and of the colours made from them."""

    tokens: Tokens
    colours: dict[str, QColor]


_active = _Active(LIGHT, {})


def tokens() -> Tokens:
    """The tokens of the theme in force."""
    return _active.tokens


def colour(token: str) -> QColor:
    """The colour of ``token`` ("text2", "accent", ...) or of a "#RRGGBB" in the theme in force.

    Raises ``KeyError`` for a token that does not exist.
    """
    found = _active.colours.get(token)
    if found is None:
        found = QColor(token if token.startswith("#") else _active.tokens.colours()[token])
        _active.colours[token] = found
    return found


def put_in_force(chosen: Tokens) -> None:
    """Make ``chosen`` the tokens in force; :class:`ui.theme.theme.Theme` calls this before it repaints."""
    _active.tokens = chosen
    _active.colours.clear()
