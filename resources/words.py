"""Every word the user reads, on screen and on paper, in the language they chose.

The English text is the key. ``N_`` marks a text where it is written; ``Words.tr`` puts it into a language
where it is shown. Screen and paper use the same catalogue,
``resources/locale/<language>/LC_MESSAGES/emis.po``.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final

from resources.locale_data import LOCALES, LocaleData
from resources.po import CONTEXT_GLUE, Catalogue, read_po

LANGUAGES: Final = ("en", "fr", "es")
LANGUAGE_NAMES: Final = {"en": "English", "fr": "Français", "es": "Español"}
PSEUDO_RIGHT_TO_LEFT: Final = "xr"
_LOCALE_FOLDER = Path(__file__).parent / "locale"
_NO_BREAK_SPACE = "\u00a0"
_RIGHT_TO_LEFT_MARK = "\u200f"


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark ``text`` for extraction and return it unchanged."""
    return text


class Words:
    """The words, dates and numbers of one language.

    Use :meth:`load`, which keeps one instance a language. A text without a translation shows in English.
    The language ``xr`` is for tests only: English texts, a third longer, written from right to left.
    """

    __slots__ = ("_catalogue", "_data", "language")

    def __init__(self, language: str, catalogue: Catalogue, data: LocaleData) -> None:
        """Prefer :meth:`load`. ``language`` is "en", "fr", "es" or "xr"."""
        self.language = language
        self._catalogue = catalogue
        self._data = data

    @staticmethod
    def load(language: str) -> "Words":
        """The words of ``language``; a language that is not shipped gives English."""
        return _load(language)

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language == PSEUDO_RIGHT_TO_LEFT

    def tr(self, text: str, /, **values: object) -> str:
        """``text`` in this language with its {named} fields filled from ``values``."""
        return self._finish(self._catalogue.single.get(text, text), values)

    def ptr(self, context: str, text: str, /, **values: object) -> str:
        """``text`` in this language where the same English word means different things.

        ``context`` says which.
        """
        return self._finish(self._catalogue.single.get(context + CONTEXT_GLUE + text, text), values)

    def ntr(self, one: str, many: str, n: int, /, **values: object) -> str:
        """``one`` or ``many`` after the language's plural rule.

        The field {n} is the number with separators.
        """
        forms = self._catalogue.plural.get(one, (one, many))
        few = n <= 1 if self.language == "fr" else n == 1
        return self._finish(forms[0] if few else forms[-1], {"n": self.number(n), **values})

    def date(self, day: dt.date, style: str = "long") -> str:
        """``day`` as "12 March 2016" (long), "12 Mar 2016" (medium), "12 Mar" (day_month) or with its
        weekday.

        Raises ``ValueError`` for a style that does not exist.
        """
        if style not in ("long", "medium", "day_month", "weekday"):
            raise ValueError(style)
        template: str = getattr(self._data, style)
        # French counts the first day of a month and names the others: 1er mars, 2 mars.
        first = self.language == "fr" and day.day == 1
        return template.format(
            day="1er" if first else day.day,
            month=self._data.months[day.month - 1],
            short=self._data.months_short[day.month - 1],
            year=day.year,
            weekday=self._data.weekdays[day.weekday()],
        )

    def weekday(self, day: dt.date) -> str:
        """The short name of the weekday of ``day``: "Wed"."""
        return self._data.weekdays_short[day.weekday()]

    def month(self, day: dt.date) -> str:
        """The name of the month of ``day``: "March"."""
        return self._data.months[day.month - 1]

    def time(self, moment: dt.time | dt.datetime) -> str:
        """``moment`` on the 24-hour clock: "09:41"."""
        return f"{moment.hour:02}:{moment.minute:02}"

    def number(self, value: float | Decimal, places: int | None = None) -> str:
        """``value`` with the separators of the language.

        Rounded half up to ``places`` decimals when given.
        """
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        if places is not None:
            exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        sign, digits, fraction = _parts(exact)
        if len(digits) >= self._data.group_from:
            digits = f"{int(digits):,}".replace(",", self._data.group)
        return sign + digits + (self._data.decimal + fraction if fraction else "")

    def percent(self, value: float | Decimal, places: int = 0) -> str:
        """``value``, already in per cent, with its sign: 93.4 gives "93.4 %"."""
        return f"{self.number(value, places)}{_NO_BREAK_SPACE}%"

    def relative(self, then: dt.datetime, now: dt.datetime) -> str:
        """How long ago ``then`` was, in words up to a day, after that the date."""
        gone = now - then
        minutes = int(gone / dt.timedelta(minutes=1))
        if minutes < 1:
            return self.tr("just now")
        if minutes < 60:
            return self.tr("{count} min ago", count=minutes)
        if gone < dt.timedelta(days=1):
            return self.tr("{count} h ago", count=minutes // 60)
        if (now.date() - then.date()).days == 1:
            return self.tr("yesterday")
        return self.date(then.date(), "day_month" if then.year == now.year else "medium")

    def listing(self, items: list[str] | tuple[str, ...]) -> str:
        """The items as a sentence has them: "French, Music and Science"."""
        if len(items) < 2:
            return "".join(items)
        return self.tr("{first} and {last}", first=", ".join(items[:-1]), last=items[-1])

    def _finish(self, text: str, values: dict[str, object]) -> str:
        filled = text.format(**values) if values else text
        return _pseudo(filled) if self.right_to_left else filled


def _parts(value: Decimal) -> tuple[str, str, str]:
    """Sign, whole digits and decimals of ``value``; a rounded -0 has no sign."""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    return ("-" if value < 0 else "", whole, fraction)


def _pseudo(text: str) -> str:
    """``text`` a third longer and marked as right-to-left, for trying layouts."""
    return _RIGHT_TO_LEFT_MARK + text + "\u05d0" * (len(text) // 3) + _RIGHT_TO_LEFT_MARK


@cache
def _load(language: str) -> Words:
    known = language if language in (*LANGUAGES, PSEUDO_RIGHT_TO_LEFT) else "en"
    path = _LOCALE_FOLDER / known / "LC_MESSAGES" / "emis.po"
    return Words(known, read_po(path), LOCALES.get(known, LOCALES["en"]))
