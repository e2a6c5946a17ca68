"""Cards written and read back, for the tests of the report card."""

from io import BytesIO

from emis_desktop.rules.card import CardValues
from reports.report_card import CardDesign, CardResult, write_cards
from reports.report_card.design import STANDARD
from tests.helpers.pdfs import Paper


def written(*cards: CardValues, design: CardDesign = STANDARD) -> tuple[Paper, CardResult]:
    """The file of ``cards`` read back, and what the writer says."""
    stream = BytesIO()
    result = write_cards(cards, stream, design=design)
    return Paper(stream.getvalue()), result


def in_order(text: str, *wanted: str) -> None:
    """Each of ``wanted`` comes in ``text`` after the one before."""
    place = 0
    for piece in wanted:
        found = text.find(piece, place)
        assert found >= 0, (piece, text[place : place + 300])
        place = found + len(piece)
