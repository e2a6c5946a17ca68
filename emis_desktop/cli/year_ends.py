"""``emis year-end``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.usage import Parser
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.jobs.year_ends import SchoolEnded, end_years
from emis_desktop.queries.period_names import find_year
from emis_desktop.queries.school_values import SchoolInfo
from emis_desktop.queries.year_end import YearEnd, YearPupil
from emis_desktop.rules.code_words import OUTCOMES
from emis_desktop.rules.names import fold

SHOWN = 20


def declare(_name: str, parser: Parser) -> None:
    """Options of ``year-end``."""
    tr = parser.words.tr
    parser.set_defaults(run=_year_end)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("year", metavar="YEAR", help=tr("school year, such as 2026-27"))
    parser.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
    deed = parser.add_mutually_exclusive_group(required=True)
    deed.add_argument("--preview", action="store_true", help=tr("say where every pupil would go"))
    deed.add_argument("--run", action="store_true", dest="do", help=tr("end the year"))
    deed.add_argument("--undo", action="store_true", help=tr("take the end of the year back"))


def _year_end(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        year = find_year(desk.queries.school.years(), options.year)
        schools = _schools(desk, options.school)
        if options.preview:
            language = console.words.language
            previews = [desk.queries.year_end.preview(one.id, year.id, language) for one in schools]
            return _tell_preview(console, schools, previews)
        bar = console.progress(console.words.tr("Schools"))
        ended = end_years(
            laptop.db,
            laptop.actor,
            schools,
            year.id,
            language=console.words.language,
            undo=options.undo,
            progress=lambda done, total, _name: bar(done, total),
        )
    return _tell(console, ended)


def _schools(desk: Desk, code: str) -> list[SchoolInfo]:
    own = desk.laptop.actor.institution_id
    schools = [
        one
        for one in desk.queries.school.schools()
        if (own is None or one.id == own) and (not code or fold(one.code) == fold(code))
    ]
    if not schools:
        raise Refused("There is no school {name} on this laptop. Check its code.", name=code or "–")
    return schools


def _tell_preview(console: Console, schools: Sequence[SchoolInfo], previews: Sequence[YearEnd]) -> int:
    words = console.words
    for preview in previews:
        counts = preview.count()
        console.say(f"{preview.school}, {preview.year}")
        for code, label in OUTCOMES.items():
            console.say(f"  {words.tr(label)}: {counts.get(code, 0)}")
        console.say(f"  {words.tr('Undecided')}: {counts.get('undecided', 0)}")
    console.result(
        [
            {
                "school": school.code,
                "year": preview.year,
                "next_year": preview.next_year or None,
                "counts": dict(preview.count()),
                "pupils": [_pupil(console, one) for one in preview.pupils],
            }
            for school, preview in zip(schools, previews, strict=True)
        ]
    )
    return DONE


def _pupil(console: Console, one: YearPupil) -> dict[str, object]:
    return {
        "number": one.number,
        "name": one.name,
        "class": one.class_name,
        "grade": one.grade,
        "advice": one.advised.advice.value,
        "outcome": None if one.outcome is None else one.outcome.value,
        "by_hand": one.outcome_reason if one.by_hand else None,
        "reasons": [reason.text(console.words) for reason in one.advised.reasons],
        "way": one.way.value,
        "to": one.to_class or one.to_grade or None,
        "note": None if one.note is None else one.note.text(console.words),
    }


def _tell(console: Console, ended: Sequence[SchoolEnded]) -> int:
    documents = []
    for one in ended:
        document = _document(console, one)
        documents.append(document)
        console.say(f"{one.school.name}: {_said(console, one)}")
        left: list[dict[str, str]] = document["left"]  # type: ignore[assignment]
        for line in left[:SHOWN]:
            console.say(f"  {line['pupil']}: {line['reason']}")
        if len(left) > SHOWN:
            console.say(console.words.tr("  and {n} more", n=len(left) - SHOWN))
    console.result(documents)
    return REFUSED if ended and all(one.refusal is not None for one in ended) else DONE


def _said(console: Console, one: SchoolEnded) -> str:
    words = console.words
    if one.refusal is not None:
        return one.refusal.text(words)
    if one.back is not None:
        return words.ntr("{n} pupil is back", "{n} pupils are back", one.back.undone)
    count = len(one.run.pupils) if one.run is not None else 0
    return words.ntr("{n} pupil sent on", "{n} pupils sent on", count)


def _document(console: Console, one: SchoolEnded) -> dict[str, object]:
    words, left = console.words, list[dict[str, str]]()
    if one.run is not None:
        for pupil in (*one.run.unplaced, *one.run.undecided):
            notes = [pupil.note] if pupil.note is not None else list(pupil.advised.reasons)
            reason = "; ".join(note.text(words) for note in notes)
            left.append({"pupil": pupil.name, "reason": reason})
        changed = words.tr("was changed meanwhile; end the year again")
        left += [{"pupil": pupil.name, "reason": changed} for pupil in one.run.changed]
    if one.back is not None:
        left += [{"pupil": kept.name, "reason": kept.reason.text(words)} for kept in one.back.kept]
    return {
        "school": one.school.code,
        "sent_on": None if one.run is None else len(one.run.pupils),
        "undone": None if one.back is None else one.back.undone,
        "left": left,
        "refused": None if one.refusal is None else one.refusal.text(words),
    }
