"""Sentences and captions that several papers share."""

from datetime import date

from emis_desktop.rules.code_words import EXITS, OUTCOMES, SEXES
from emis_desktop.rules.papers import ClassRoll, Figure, PaperPupil, SchoolTime
from emis_desktop.rules.results import ResultState
from reports.report_card.pupil import Facts
from reports.students.desk import DASH, PaperDesk
from resources.words import Words


def pupil_facts(desk: PaperDesk, pupil: PaperPupil) -> Facts:
    """Captions and values of what is known of the person."""
    words, facts = desk.words, []
    if pupil.birth_date is not None:
        facts.append((words.tr("Date of birth"), desk.date(pupil.birth_date)))
    if pupil.birth_place:
        facts.append((words.tr("Place of birth"), pupil.birth_place))
    sex = SEXES.get(pupil.sex or "")
    if sex is not None:
        facts.append((words.tr("Sex"), words.tr(sex)))
    return facts


def ending(words: Words, code: str | None) -> str:
    """How a year or a time at a school ended, "" while it goes on."""
    if code is None:
        return ""
    return words.tr(EXITS.get(code) or OUTCOMES.get(code) or code)


def span(desk: PaperDesk, time: SchoolTime) -> str:
    """From when to when: "7 September 2019 – 3 July 2026", "since 7 September 2019"."""
    words, first = desk.words, desk.date(time.first_day)
    if time.last_day is None:
        return words.tr("since {day}", day=first)
    return words.tr("{first} – {last}", first=first, last=desk.date(time.last_day))


def month_words(words: Words, day: date) -> str:
    """A month as a title: "November 2026"."""
    text = words.tr("{month} {year}", month=words.month(day), year=day.year)
    return text[:1].upper() + text[1:]


def figure_text(desk: PaperDesk, figure: Figure | None) -> str:
    """A figure as it is printed; a dash where there is none, "absent" for one who was."""
    if figure is None or figure.state in (ResultState.EXEMPT, ResultState.NO_MARKS):
        return DASH
    if figure.value is None:
        return desk.words.tr("absent") if figure.state is ResultState.ABSENT else DASH
    return desk.figure(figure.value)


def roll_words(words: Words, rolls: tuple[ClassRoll, ...]) -> str:
    """Girls, boys and those whose sex is not recorded: "16 girls, 15 boys"."""
    girls, boys, unknown = (sum(roll.count(sex) for roll in rolls) for sex in ("F", "M", ""))
    parts = [words.ntr("{n} girl", "{n} girls", girls), words.ntr("{n} boy", "{n} boys", boys)]
    if unknown:
        parts.append(words.ntr("{n} with no sex recorded", "{n} with no sex recorded", unknown))
    return ", ".join(parts)
