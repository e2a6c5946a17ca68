"""What the papers about pupils show, frozen: transcript, testimonial, leaving certificate, lists, ID cards,
registers, all that is held.

Figures are decimals that the rules have rounded already. What is not known, or not open to whoever prints, is
None or empty. ``language`` is that of the paper: "en", "fr" or "es".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.card import CardIssue, CardSchool, CardTrait
from emis_desktop.rules.results import ResultState


class PaperKind(StrEnum):
    """The papers there are."""

    TRANSCRIPT = "transcript"
    TESTIMONIAL = "testimonial"
    CERTIFICATE = "certificate"
    HELD = "held"
    CLASS_LIST = "class-list"
    EMERGENCY = "emergency"
    ID_CARDS = "id-cards"
    REGISTER = "register"


ISSUED = frozenset({PaperKind.TRANSCRIPT, PaperKind.TESTIMONIAL, PaperKind.CERTIFICATE})
"""Papers that are numbered, kept and can be checked, when they are issued."""


@dataclass(frozen=True, slots=True)
class PaperPupil:
    """Whom a paper is about. ``number`` as printed ("0000 0001-7"); ``sex`` "F" or "M"; photo PNG or JPEG."""

    name: str
    number: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    birth_place: str | None = None
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A mark or an average as printed, its letter, and what it is worth."""

    value: Decimal | None
    state: ResultState
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """A subject of a year: a figure a term (None: not there, or not taken then), and the year's."""

    name: str
    terms: tuple[Figure | None, ...]
    year: Figure | None = None


@dataclass(frozen=True, slots=True)
class TranscriptYear:
    """A year at a school. ``terms``: their numbers in order; ``averages`` a figure a term.

    ``ending``: outcome or exit, a code of :mod:`emis_desktop.rules.code_words`, None while the year goes on.
    Without ``rows`` no results of it are on this laptop.
    """

    label: str
    school: str
    grade: str
    class_name: str | None
    terms: tuple[int, ...] = ()
    rows: tuple[TranscriptRow, ...] = ()
    averages: tuple[Figure | None, ...] = ()
    average: Figure | None = None
    days_present: int | None = None
    days_possible: int | None = None
    ending: str | None = None
    repeater: bool = False


@dataclass(frozen=True, slots=True)
class GradeKey:
    """What the letters mean: a scale's name, its grades, the pass mark."""

    name: str
    grades: tuple[BandRange, ...]
    pass_mark: Decimal


@dataclass(frozen=True, slots=True)
class SchoolTime:
    """A pupil's time at the school that gives the paper, over all years there.

    ``last_day`` None: still there. ``ending`` as in :class:`TranscriptYear`; ``reason`` in words;
    ``destination``: the school that the pupil went to.
    """

    first_day: date
    first_grade: str
    last_grade: str
    last_class: str | None
    last_year: str
    last_day: date | None = None
    ending: str | None = None
    reason: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The results of all years, oldest first; a change of school within a year gives two."""

    school: CardSchool
    pupil: PaperPupil
    years: tuple[TranscriptYear, ...]
    keys: tuple[GradeKey, ...]
    time: SchoolTime | None
    signer: str | None
    made_on: date
    language: str
    issue: CardIssue | None = None


@dataclass(frozen=True, slots=True)
class Testimonial:
    """What a school says of a pupil: the time there, last year, conduct, ``text`` of its own."""

    school: CardSchool
    pupil: PaperPupil
    time: SchoolTime
    text: str
    year: TranscriptYear | None
    conduct: tuple[CardTrait, ...]
    signer: str | None
    made_on: date
    language: str
    issue: CardIssue | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A leaving certificate: the facts of a pupil's time at a school."""

    school: CardSchool
    pupil: PaperPupil
    time: SchoolTime
    nationality: str | None
    average: Figure | None
    average_year: str | None
    days_present: int | None
    days_possible: int | None
    conduct: tuple[CardTrait, ...]
    signer: str | None
    made_on: date
    language: str
    issue: CardIssue | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A guardian to call: what they are to the pupil in words, the phone to try first."""

    name: str
    relation: str
    phone: str | None
    may_collect: bool = True
    court_order: bool = False


@dataclass(frozen=True, slots=True)
class RollPupil:
    """A line of a roll. ``alerts``: what must be known in an emergency, only for who reads it."""

    name: str
    number: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    age: int | None = None
    contacts: tuple[Contact, ...] = ()
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassRoll:
    """A class on a day, in register order."""

    name: str
    teacher: str | None
    teacher_phone: str | None
    pupils: tuple[RollPupil, ...]

    def count(self, sex: str) -> int:
        """How many girls ("F") or boys ("M") there are; "" for those whose sex is not recorded."""
        return sum((pupil.sex or "") == sex for pupil in self.pupils)


@dataclass(frozen=True, slots=True)
class ClassList:
    """The pupils of classes on ``day``, a class a page. ``contacts``: guardians' phones are open."""

    school: CardSchool
    year: str
    day: date
    classes: tuple[ClassRoll, ...]
    contacts: bool
    language: str


@dataclass(frozen=True, slots=True)
class EmergencyRoll:
    """Who is in the school's care: a page of the whole school when ``whole``, and a page a class.

    ``contacts``, ``alerts``: whether phones and medical alerts are open to whoever prints.
    """

    school: CardSchool
    year: str
    day: date
    classes: tuple[ClassRoll, ...]
    whole: bool
    contacts: bool
    alerts: bool
    language: str


@dataclass(frozen=True, slots=True)
class IdCard:
    """One card. ``code`` is what its QR code says: the number, as it is typed to find the pupil."""

    name: str
    class_name: str
    number: str | None
    code: bytes
    birth_date: date | None = None
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class IdCards:
    """Cards of a school for a year, valid to its last day."""

    school: CardSchool
    year: str
    valid_until: date
    cards: tuple[IdCard, ...]
    language: str


@dataclass(frozen=True, slots=True)
class RegisterDay:
    """A column of a register; with ``closed`` (a holiday's name, or "") nothing is marked on it."""

    day: date
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A blank attendance register: a class in a month, ``sessions`` a day (1 to 5)."""

    school: CardSchool
    year: str
    class_name: str
    teacher: str | None
    month: date
    days: tuple[RegisterDay, ...]
    sessions: int
    pupils: tuple[RollPupil, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """Blank registers of classes for a month."""

    registers: tuple[Register, ...]
    language: str


@dataclass(frozen=True, slots=True)
class HeldField:
    """A field: its name (a text of the catalogue) and value; ``coded``: the value is such a text too.

    ``withheld``: there is a value, which is not open to whoever prints. A time has its moment.
    """

    label: str
    value: str | date | datetime | Decimal | int | bool | None
    coded: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row of a table. ``title`` names it where it has a name; ``removed``: when it was taken away."""

    title: str
    fields: tuple[HeldField, ...]
    removed: date | None = None


@dataclass(frozen=True, slots=True)
class HeldSection:
    """A table: its name (a text of the catalogue) and its rows about the pupil."""

    title: str
    rows: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A line of history: when, who, what, and the value before and after (None: none, or not shown)."""

    at: datetime
    who: str
    what: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about one pupil. ``reader``: for whom it was made, and ``withheld`` how many values
    are not open to them.
    """

    school: CardSchool
    pupil: PaperPupil
    sections: tuple[HeldSection, ...]
    changes: tuple[HeldChange, ...]
    made_on: date
    reader: str
    withheld: int
    language: str


Paper = Transcript | Testimonial | Certificate | Held | ClassList | EmergencyRoll | IdCards | Registers
