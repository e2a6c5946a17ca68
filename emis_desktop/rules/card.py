"""Everything a report card shows, frozen: what a card was printed from is kept and never computed again.

Figures are decimals that the rules have rounded already; the drawing only writes them with the reader's
separators. What a school leaves out, or what is hidden, is None or empty.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.numbers import round_ratio
from emis_desktop.rules.positions import Position
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.results import ResultState


@dataclass(frozen=True, slots=True)
class CardSchool:
    """The head of the page. ``crest``: PNG or JPEG."""

    name: str
    motto: str | None = None
    address: str | None = None
    phone: str | None = None
    code: str | None = None
    crest: bytes | None = None


@dataclass(frozen=True, slots=True)
class CardTerm:
    """The term, as in "Term 1", "2026–27", with its first and last day."""

    name: str
    year: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class CardPupil:
    """The pupil. ``number`` as printed ("0000 0001-7"); ``age`` in completed years on ``age_on``; photo PNG
    or JPEG.
    """

    name: str
    number: str | None
    class_name: str
    birth_date: date | None = None
    age: int | None = None
    age_on: date | None = None
    class_teacher: str | None = None
    on_roll: int | None = None
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class CardSummary:
    """The strip of figures. ``position`` and ``class_average`` are hidden together in a small class.

    ``coverage``: whole per cent of the subjects that the average covers, below 100 while it is "so far".
    """

    average: Decimal | None
    state: ResultState
    coverage: int
    position: Position | None
    class_average: Decimal | None
    passed: int
    subjects: int
    days_present: int | None = None
    days_possible: int | None = None

    @property
    def days_percent(self) -> Decimal | None:
        """The days present in per cent with one decimal; None when there were none to be present on."""
        if self.days_present is None or not self.days_possible:
            return None
        return round_ratio(100 * self.days_present, self.days_possible, 1)


@dataclass(frozen=True, slots=True)
class CardPart:
    """A part of a subject's mark: "31" under "Course / 40". States as for a mark: absent prints "absent"."""

    name: str
    out_of: Decimal
    value: Decimal | None
    state: ResultState


@dataclass(frozen=True, slots=True)
class CardSubject:
    """A row of the table. ``mark`` is out of 100; ``letter`` is None until the mark is final.

    ``coverage``: whole per cent of the weight that the mark covers, for "so far".
    """

    name: str
    parts: tuple[CardPart, ...]
    mark: Decimal | None
    state: ResultState
    coverage: int = 100
    letter: str | None = None
    passed: bool | None = None
    class_average: Decimal | None = None
    class_highest: Decimal | None = None
    effort: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CardPoint:
    """A term in the progress chart: the pupil's and the class's average, None where there is none or it is
    hidden.
    """

    label: str
    pupil: Decimal | None
    class_average: Decimal | None


@dataclass(frozen=True, slots=True)
class CardAttendance:
    """Days of the term; ``late`` counts occasions. What is not known is None, never 0.

    ``whole_year``: they are those of the year, because the school keeps none by term; the card says so.
    ``counted``: they are counted from the registers, else typed as totals. ``possible`` are then the days
    that somebody marked: what nobody marked is neither present nor absent.
    """

    possible: int | None = None
    present: int | None = None
    excused: int | None = None
    unexcused: int | None = None
    late: int | None = None
    whole_year: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class CardTrait:
    """Conduct: ``level`` filled circles of ``maximum``; None when not rated."""

    name: str
    level: int | None
    maximum: int


@dataclass(frozen=True, slots=True)
class CardRemark:
    """A remark over its signature line."""

    text: str | None
    signer: str | None


@dataclass(frozen=True, slots=True)
class CardKey:
    """The key at the foot: grades and pass mark; effort letters and conduct levels with their meaning."""

    grades: tuple[BandRange, ...]
    pass_mark: Decimal
    effort: tuple[tuple[str, str], ...] = ()
    conduct: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """The issue that this one replaces."""

    issue: int
    issued_on: date


@dataclass(frozen=True, slots=True)
class CardIssue:
    """Which paper this is: ``issue`` counts from 1 for this pupil and term; ``qr`` is what the code says."""

    issue: int
    number: str
    issued_on: date
    check_code: str
    qr: bytes
    replaces: CardReplaced | None = None


@dataclass(frozen=True, slots=True)
class CardValues:
    """A whole card. ``issue`` None: a preview, which is no document. ``language``: "en", "fr" or "es".

    ``provisional``: something is still to be entered, and the card says so. ``goes_to``: the next class
    after a promotion decision.
    """

    school: CardSchool
    term: CardTerm
    pupil: CardPupil
    summary: CardSummary
    subjects: tuple[CardSubject, ...]
    key: CardKey
    language: str
    provisional: bool
    progress: tuple[CardPoint, ...] = ()
    attendance: CardAttendance | None = None
    conduct: tuple[CardTrait, ...] = ()
    class_teacher: CardRemark | None = None
    principal: CardRemark | None = None
    next_term: date | None = None
    promotion: Promotion | None = None
    goes_to: str | None = None
    issue: CardIssue | None = None
