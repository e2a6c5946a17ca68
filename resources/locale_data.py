"""How dates and numbers are written in the languages that are shipped.

Taken from the Unicode CLDR (checked against Babel in the tests); kept as plain tables so that nothing heavy
is imported to show a date.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocaleData:
    """Names and separators of one language.

    ``months`` and ``months_short`` start with January, ``weekdays`` and ``weekdays_short`` with Monday.
    ``long``, ``medium``, ``day_month`` and ``weekday`` are templates with the fields {day}, {month},
    {short}, {year} and {weekday}. ``decimal`` and ``group`` are the separators of numbers; ``group_from``
    is the number of digits from which groups are marked.
    """

    months: tuple[str, ...]
    months_short: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    long: str
    medium: str
    day_month: str
    weekday: str
    decimal: str
    group: str
    group_from: int


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


ENGLISH = LocaleData(
    months=_split("January February March April May June July August September October November December"),
    months_short=_split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    weekdays=_split("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    weekdays_short=_split("Mon Tue Wed Thu Fri Sat Sun"),
    long="{day} {month} {year}",
    medium="{day} {short} {year}",
    day_month="{day} {short}",
    weekday="{weekday} {day} {month} {year}",
    decimal=".",
    group=",",
    group_from=4,
)

FRENCH = LocaleData(
    months=_split("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    months_short=_split("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
    weekdays=_split("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    weekdays_short=_split("lun. mar. mer. jeu. ven. sam. dim."),
    long="{day} {month} {year}",
    medium="{day} {short} {year}",
    day_month="{day} {short}",
    weekday="{weekday} {day} {month} {year}",
    decimal=",",
    group="\u202f",
    group_from=4,
)

SPANISH = LocaleData(
    months=_split("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    months_short=_split("ene feb mar abr may jun jul ago sept oct nov dic"),
    weekdays=_split("lunes martes miércoles jueves viernes sábado domingo"),
    weekdays_short=_split("lun mar mié jue vie sáb dom"),
    long="{day} de {month} de {year}",
    medium="{day} {short} {year}",
    day_month="{day} {short}",
    weekday="{weekday}, {day} de {month} de {year}",
    decimal=",",
    group=".",
    group_from=5,
)

LOCALES = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH}
