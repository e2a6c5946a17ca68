"""Papers about pupils that do not exist: the usual one, the longest, the emptiest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image

from emis_desktop.rules.card import CardIssue, CardSchool, CardTrait
from emis_desktop.rules.papers import (
    Certificate,
    ClassList,
    ClassRoll,
    Contact,
    EmergencyRoll,
    Figure,
    GradeKey,
    Held,
    HeldChange,
    HeldField,
    HeldRow,
    HeldSection,
    IdCard,
    IdCards,
    PaperPupil,
    Register,
    RegisterDay,
    Registers,
    RollPupil,
    SchoolTime,
    Testimonial,
    Transcript,
    TranscriptRow,
    TranscriptYear,
)
from emis_desktop.rules.results import ResultState
from reports.students import write_papers
from resources.words import Words
from tests.factories.cards import KEY, SCHOOL, SUBJECTS, TRAITS

DAY = date(2026, 11, 23)
LONG_SCHOOL = CardSchool(
    "École primaire de démonstration de la Grande Anse et des Trois Rivières du Morne Bleu, annexe de l’Est",
    "Avansé épi kouwaj, lajwa épi lapè pou tout timanmay kominoté-a",
    "Route de la Grande Anse, Quartier du Morne Bleu, Baie de la Démonstration du Sud-Ouest",
    "000 0101 / 000 0102",
    "D-0107",
)
LONG_NAME = (
    "Marie-Françoise Élisabéth Kwéyòl-Gwan’Dimanch "
    "Saint-Barthélemy-Démonstration de la Rivière-aux-Écrevisses"
)
LONG_SUBJECT = "Éducation à la santé, à la vie familiale et à la citoyenneté caribéenne"
ISSUE = CardIssue(1, "DEMO-26X-000117", DAY, "7KQ4-M2XV", b"EMIS1:DEMO-26X-000117:1:20261123::7KQ4M2XV")


def photo(shade: int = 0) -> bytes:
    """A portrait of nobody: 300 x 400 pixels, about as heavy as a real one."""
    picture = Image.effect_noise((300, 400), 18).convert("RGB")
    tint = Image.new("RGB", (300, 400), ((90 + shade * 37) % 200, 120, (150 + shade * 53) % 200))
    stream = BytesIO()
    Image.blend(picture, tint, 0.6).save(stream, "JPEG", quality=75)
    return stream.getvalue()


def figure(value: int | None, state: ResultState = ResultState.FINAL) -> Figure:
    """A figure with its letter."""
    letter = None
    if value is not None and state is ResultState.FINAL:
        letter = next(
            letter
            for lower, letter in ((85, "A"), (70, "B"), (55, "C"), (40, "D"), (0, "E"))
            if value >= lower
        )
    return Figure(None if value is None else Decimal(value), state, letter)


def year(
    start: int, grade: str, subjects: int = 9, *, open_: bool = False, long: bool = False
) -> TranscriptYear:
    """A year with results; an open one has only its first term, so far."""
    rows = []
    for number in range(subjects):
        name = LONG_SUBJECT if long and number % 4 == 0 else SUBJECTS[number % len(SUBJECTS)][0]
        marks = [50 + (number * 7 + start * 3 + term * 5) % 48 for term in range(3)]
        terms: tuple[Figure | None, ...] = tuple(figure(mark) for mark in marks)
        year_figure: Figure | None = figure(sum(marks) // 3)
        if open_:
            terms = (figure(marks[0]), None, None)
            year_figure = figure(marks[0], ResultState.PROVISIONAL)
        elif number == 3:
            terms = (terms[0], figure(None, ResultState.EXEMPT), terms[2])
        rows.append(TranscriptRow(name, terms, year_figure))
    return TranscriptYear(
        label=f"{start}–{(start + 1) % 100:02}",
        school=LONG_SCHOOL.name if long else SCHOOL.name,
        grade=grade,
        class_name=f"{grade} Coral",
        terms=(1, 2, 3),
        rows=tuple(rows),
        averages=(figure(70), figure(72), figure(74)) if not open_ else (figure(70), None, None),
        average=figure(72) if not open_ else figure(70, ResultState.PROVISIONAL),
        days_present=None if open_ else 171,
        days_possible=None if open_ else 187,
        ending=None if open_ else "promoted",
    )


PUPIL = PaperPupil("Ada of the Bay", "0000 0001-7", "F", date(2014, 3, 12), "Demo Bay", None)
TIME = SchoolTime(
    first_day=date(2019, 9, 9),
    first_grade="Kindergarten",
    last_grade="Grade 6",
    last_class="Grade 6 Coral",
    last_year="2025–26",
    last_day=date(2026, 7, 3),
    ending="graduated",
)
KEYS = (GradeKey("Primary", KEY.grades, KEY.pass_mark),)
GRADES = ("Kindergarten", *(f"Grade {n}" for n in range(1, 7)), *(f"Form {n}" for n in range(1, 6)))
CONDUCT = tuple(CardTrait(name, level, 4) for name, level in zip(TRAITS, (4, 3, 4, None, 3), strict=True))


def transcript(
    years: int = 7, *, long: bool = False, issued: bool = True, language: str = "en"
) -> Transcript:
    """A transcript of so many years, the last one still open; ``long`` has the longest of everything."""
    listed = tuple(
        year(2026 - years + 1 + n, GRADES[n % 12], 14 if long else 9, open_=n == years - 1, long=long)
        for n in range(years)
    )
    pupil = (
        replace(PUPIL, name=LONG_NAME, photo=photo(), birth_place="Grande Anse de Morne Bleu")
        if long
        else PUPIL
    )
    keys = (*KEYS, GradeKey("Secondary", KEY.grades, Decimal(50))) if long else KEYS
    return Transcript(
        school=LONG_SCHOOL if long else SCHOOL,
        pupil=pupil,
        years=listed,
        keys=keys if years else (),
        time=replace(TIME, last_day=None) if years else None,
        signer="Principal 01",
        made_on=DAY,
        language=language,
        issue=ISSUE if issued else None,
    )


TEXT = (
    "Ada has been a dependable member of the class and helped to run the school garden for two years. She "
    "reads widely, asks good questions and is patient with younger pupils.\n\n"
    "I recommend her without reserve."
)


def character(text: str = TEXT, *, long: bool = False, language: str = "en") -> Testimonial:
    """A testimonial with a text."""
    return Testimonial(
        school=LONG_SCHOOL if long else SCHOOL,
        pupil=replace(PUPIL, name=LONG_NAME) if long else replace(PUPIL, photo=photo()),
        time=replace(TIME, last_day=None) if long else TIME,
        text=text,
        year=year(2025, "Grade 6", 14 if long else 9, long=long),
        conduct=CONDUCT,
        signer="Principal 01",
        made_on=DAY,
        language=language,
        issue=ISSUE,
    )


def certificate(*, long: bool = False, language: str = "en", left: bool = True) -> Certificate:
    """A leaving certificate."""
    time = TIME if left else replace(TIME, last_day=None, ending=None)
    if long:
        time = replace(
            time,
            ending="transferred",
            reason="Family moved house to another island for work",
            destination=LONG_SCHOOL.name,
        )
    return Certificate(
        school=LONG_SCHOOL if long else SCHOOL,
        pupil=replace(PUPIL, name=LONG_NAME, photo=photo()) if long else PUPIL,
        time=time,
        nationality="Demo",
        average=figure(72),
        average_year="2025–26",
        days_present=171,
        days_possible=187,
        conduct=CONDUCT,
        signer="Principal 01",
        made_on=DAY,
        language=language,
        issue=ISSUE,
    )


def roll_pupil(number: int, *, long: bool = False) -> RollPupil:
    """A pupil of a roll; every ninth one has an alert, every seventh no guardian."""
    name = f"{LONG_NAME} {number}" if long and number % 5 == 0 else f"Pupil {number:04} of the Bay"
    mother = Contact(f"Guardian {number:04} of the Bay", "mother", f"000 {number:04}")
    father = Contact(f"Guardian {number:04} of the Hill", "father", f"000 9{number:03}", may_collect=False)
    alerts = (
        ("Asthma: blue inhaler in the office, call the clinic at once", "Nuts") if number % 9 == 0 else ()
    )
    return RollPupil(
        name=name,
        number=f"0000 {number:04}-7",
        sex=("F", "M", None)[number % 3 if number % 11 == 0 else number % 2],
        birth_date=date(2016, 1, 1) + timedelta(days=number * 7),
        age=10,
        contacts=() if number % 7 == 0 else (mother, father),
        alerts=alerts,
    )


def roll(pupils: int, name: str = "Grade 5 Coral", *, long: bool = False) -> ClassRoll:
    """A class of so many pupils."""
    return ClassRoll(
        name, "Teacher 01", "000 5501", tuple(roll_pupil(n, long=long) for n in range(1, pupils + 1))
    )


def class_list(
    pupils: int = 31, *, contacts: bool = True, long: bool = False, language: str = "en"
) -> ClassList:
    """The list of one class."""
    return ClassList(SCHOOL, "2026–27", DAY, (roll(pupils, long=long),), contacts, language)


def emergency(
    sizes: tuple[int, ...] = (31, 28, 45), *, open_: bool = True, long: bool = False, language: str = "en"
) -> EmergencyRoll:
    """The roll of a school with classes of these sizes."""
    rolls = tuple(roll(size, f"Grade {n + 1} Coral", long=long) for n, size in enumerate(sizes))
    if not open_:
        rolls = tuple(
            replace(
                one, teacher_phone=None, pupils=tuple(replace(p, contacts=(), alerts=()) for p in one.pupils)
            )
            for one in rolls
        )
    school = LONG_SCHOOL if long else SCHOOL
    return EmergencyRoll(school, "2026–27", DAY, rolls, True, open_, open_, language)


def id_cards(count: int = 12, *, long: bool = False, language: str = "en") -> IdCards:
    """Cards; every sixth pupil has no photo, every eighth no number."""
    cards = tuple(
        IdCard(
            name=LONG_NAME if long else f"Pupil {n:04} of the Bay",
            class_name="Grade 5 Coral",
            number=None if n % 8 == 7 else f"0000 {n:04}-7",
            code=b"" if n % 8 == 7 else f"0000{n:04}7".encode(),
            birth_date=date(2016, 3, 12),
            photo=None if n % 6 == 5 else photo(n),
        )
        for n in range(count)
    )
    return IdCards(LONG_SCHOOL if long else SCHOOL, "2026–27", date(2027, 7, 2), cards, language)


def registers(pupils: int = 31, sessions: int = 2, *, long: bool = False, language: str = "en") -> Registers:
    """The register of November 2026, with a holiday."""
    days = []
    for number in range(1, 31):
        day = date(2026, 11, number)
        if day.weekday() < 5:
            days.append(RegisterDay(day, "Demo Day" if number == 11 else None))
    found = roll(pupils, long=long)
    register = Register(
        SCHOOL, "2026–27", found.name, found.teacher, date(2026, 11, 1), tuple(days), sessions, found.pupils
    )
    return Registers((register,), language)


def held(rows: int = 40, *, language: str = "en") -> Held:
    """All that is held, with many marks."""
    person = HeldRow(
        "Ada of the Bay",
        (
            HeldField("Given names", "Ada"),
            HeldField("Family name", "of the Bay"),
            HeldField("Sex", "Girl", coded=True),
            HeldField("Date of birth", date(2014, 3, 12)),
            HeldField("Invented record", True),
            HeldField("Address", None, withheld=True),
        ),
    )
    note = HeldRow("", (HeldField("Written on", DAY), HeldField("Note", "A long note. " * 120)))
    marks = tuple(
        HeldRow(f"Mathematics, Test {n}", (HeldField("Mark", Decimal(60 + n)), HeldField("State", "scored")))
        for n in range(rows)
    )
    changes = tuple(
        HeldChange(datetime(2026, 11, 1, 9, n % 60, tzinfo=UTC), "User 01", "Given names", "Ida", "Ada")
        for n in range(rows)
    )
    return Held(
        SCHOOL,
        replace(PUPIL, photo=photo()),
        (HeldSection("Record", (person,)), HeldSection("Note", (note,)), HeldSection("Mark", marks)),
        changes,
        DAY,
        "User 01",
        1,
        language,
    )


def pdf(*papers: object) -> bytes:
    """The file of papers of one kind."""
    stream = BytesIO()
    write_papers(papers, stream, words_for=Words.load)  # type: ignore[arg-type]
    return stream.getvalue()
