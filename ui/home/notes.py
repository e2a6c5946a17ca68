"""What stands under the headline figures."""

from emis_desktop.queries.home import HomeFigures
from resources.words import Words
from ui.marks.lacking import sheets_words


def marks_note(figures: HomeFigures, words: Words) -> str:
    """How many marks are to go and until when; sheets without tests wait for marks too."""
    tr, to_go, due = words.tr, figures.marks_expected - figures.marks_entered, figures.marks_due_on
    bare = sheets_words(words, figures.without_tests)
    if to_go and figures.without_tests:
        return f"{tr('{n} to go', n=words.number(to_go))}, {bare}"
    if to_go and due is not None:
        return tr("{n} to go, due {day}", n=words.number(to_go), day=words.date(due, "day_month"))
    if to_go:
        return tr("{n} to go", n=words.number(to_go))
    if figures.without_tests:
        return bare
    return tr("All marks are in") if figures.marks_expected else tr("No tests yet")
