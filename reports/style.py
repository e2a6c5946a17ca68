"""How texts look on paper: cut, size, ink; how wide they are, and how they fit and break."""

from typing import Final, TypeAlias

from reports.fonts import Cut, faces, printable

Colour: TypeAlias = tuple[float, float, float]

POINTS_PER_MM: Final = 72 / 25.4
MM_PER_POINT: Final = 1 / POINTS_PER_MM
ELLIPSIS: Final = "\u2026"
_TAIL: Final = 12
"""A cut word of no more letters goes with what was cut."""


def colour(code: str) -> Colour:
    """The three parts, 0 to 1, of a colour written "#14212A"; raises ``ValueError`` for anything else."""
    if len(code) != 7 or code[0] != "#":
        raise ValueError(code)
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return (red, green, blue)


class Style:
    """How a text looks: cut, size in points, colour, and extra space between letters in em.

    A style is made once and known by itself, not by its parts.
    """

    __slots__ = ("_face", "_space", "_unit", "cut", "ink", "size", "tracking")

    def __init__(self, cut: Cut, size: float, ink: Colour, tracking: float = 0.0) -> None:
        self.cut = cut
        self.size = size
        self.ink = ink
        self.tracking = tracking
        self._face = faces()[cut]
        self._unit = size * MM_PER_POINT
        self._space = (self._face.width(" ") + 2 * tracking) * self._unit

    def width(self, text: str) -> float:
        """The width of ``text`` in millimetres."""
        em = self._face.width(text)
        if self.tracking:
            em += self.tracking * max(0, len(printable(text)) - 1)
        return em * self._unit

    def fit(self, text: str, width: float) -> tuple[str, bool]:
        """``text`` cut with an ellipsis to ``width`` millimetres, and whether it was cut."""
        if self.width(text) <= width:
            return text, False
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS) <= width:
                low = middle
            else:
                high = middle - 1
        kept = text[:low]
        if not text[low].isspace() and len(kept) - kept.rfind(" ") <= _TAIL:
            kept = kept[: kept.rfind(" ")]
        return kept.rstrip(" ,;:.-") + ELLIPSIS, True

    def wrap(self, text: str, width: float, most: int) -> tuple[list[str], bool]:
        """``text`` in at most ``most`` lines of ``width`` millimetres, and whether some was cut.

        Lines break between words; a word wider than a line breaks where it must. No word is left alone on the
        last line when another can keep it company.
        """
        words = text.split()
        if not words:
            return [], False
        widths = [self.width(word) for word in words]
        if max(widths) > width:
            words = self._broken(words, width)
            widths = [self.width(word) for word in words]
        lines, rest = self._filled(words, widths, width, most)
        cut = False
        if rest < len(words):
            last, cut = self.fit(" ".join(words[rest:]), width)
            lines.append(last)
        if not cut and len(lines) > 1:
            self._keep_company(lines, width)
        return lines, cut

    def _filled(
        self, words: list[str], widths: list[float], width: float, most: int
    ) -> tuple[list[str], int]:
        """All lines but the last, each as full as can be, and the first word of the last one."""
        lines: list[str] = []
        start, used = 0, widths[0]
        for place in range(1, len(words)):
            wider = used + self._space + widths[place]
            if wider <= width:
                used = wider
                continue
            if len(lines) == most - 1:
                break
            lines.append(" ".join(words[start:place]))
            start, used = place, widths[place]
        return lines, start

    def _keep_company(self, lines: list[str], width: float) -> None:
        """Move a word down to a single word on the last line, unless the line above has few itself."""
        above, last = lines[-2], lines[-1]
        if " " in last or above.count(" ") < 3:
            return
        rest, _, word = above.rpartition(" ")
        if self.width(f"{word} {last}") <= width:
            lines[-2:] = [rest, f"{word} {last}"]

    def _broken(self, words: list[str], width: float) -> list[str]:
        """``words`` with those wider than a line cut into pieces of a line, of one letter at least."""
        pieces = []
        for word in words:
            rest = word
            while self.width(rest) > width and len(rest) > 1:
                end = next((end for end in range(len(rest) - 1, 1, -1) if self.width(rest[:end]) <= width), 1)
                pieces.append(rest[:end])
                rest = rest[end:]
            pieces.append(rest)
        return pieces
