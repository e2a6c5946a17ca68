"""What the head of the page says and offers for the list and for a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from emis_desktop.queries.sheet_list import SheetLine
from resources.words import Words
from ui.marks.book import SheetBook
from ui.marks.lacking import lacking_words, sheets_words
from ui.marks.overview_rows import most_urgent
from ui.marks.ways import Ways


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be done on the page now.

    ``entry``: marks can be typed; ``notes``: comments can be shown; ``items``: the tests can be changed.
    ``following`` are the words of the primary button, "" for none.
    """

    sheet: bool = False
    read_only: bool = False
    entry: bool = False
    notes: bool = False
    items: bool = False
    following: str = ""


@dataclass(frozen=True, slots=True)
class HeadWords:
    """Title, facts and offers of the head."""

    title: str
    facts: str
    offers: Offers


def of_list(words: Words, lines: Sequence[SheetLine], term: str) -> HeadWords:
    """The head over the list of sheets; ``term`` is "" while none is chosen."""
    title = words.tr("Marks")
    if not term:
        return HeadWords(title, words.tr("Choose a school year and term above"), Offers())
    left = sum(line.to_enter for line in lines if line.may_edit)
    bare = sum(line.awaits_tests for line in lines)
    facts = [term]
    if left or (lines and not bare):
        facts.append(words.ntr("{n} mark still to enter", "{n} marks still to enter", left))
    if bare:
        facts.append(sheets_words(words, bare))
    following = words.tr("Continue") if most_urgent(lines) is not None else ""
    return HeadWords(title, ", ".join(facts), Offers(following=following))


def of_sheet(
    words: Words, book: SheetBook, ways: Ways, term: str, *, may_plan: bool, compact: bool
) -> HeadWords:
    """The head over a sheet; ``may_plan``: its tests may be changed; ``compact``: fewer words."""
    sheet = book.sheet
    pupils = words.ntr("{n} pupil", "{n} pupils", len(sheet.rows))
    facts = ", ".join(filter(None, (sheet.teacher, pupils, term)))
    complete = bool(sheet.rows and sheet.columns)
    last = words.tr("Each mark is saved as you leave the cell") if complete and not compact else ""
    if complete and sheet.awaits_tests:  # an empty sheet says in full what it lacks
        last = lacking_words(words, len(sheet.columns), awaits=True, left_out=False)
    if sheet.read_only:
        last = book.saying.read_only()
    following = words.tr("Next class") if ways.by_class else words.tr("Next subject")
    return HeadWords(
        f"{sheet.subject_name}, {sheet.class_name}",
        ". ".join(filter(None, (facts, last))),
        Offers(
            sheet=True,
            read_only=sheet.read_only,
            entry=complete and not sheet.read_only,
            notes=complete,
            items=may_plan and bool(sheet.columns),
            following=following if ways.following is not None else "",
        ),
    )


def of_items(words: Words, book: SheetBook, term: str) -> HeadWords:
    """The head over the tests of a sheet's subject."""
    sheet = book.sheet
    title = words.tr("Tests in {subject}", subject=sheet.subject_name)
    facts = ", ".join(filter(None, (sheet.class_name, term)))
    return HeadWords(title, facts, Offers(following=words.tr("Done")))
