"""Blocks of cells as spreadsheets put them on the clipboard: tabs, lines, and quotes around the rest."""

from collections.abc import Sequence

Block = list[list[str]]
"""Rows of texts; a row may be shorter than the others."""

_NEEDS_QUOTES = ("\t", "\n", "\r", '"')


def parse_block(text: str) -> Block:
    """The cells of ``text``; the newline that spreadsheets put at the end starts no row.

    A cell in quotes may hold tabs, lines (they become spaces) and doubled quotes. A quote that opens nothing
    stays as it is. An empty text has no cells.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text.endswith("\n"):
        text = text[:-1]
    elif not text:
        return []
    rows: Block = [[]]
    at = 0
    while True:
        cell, at = _cell(text, at)
        rows[-1].append(" ".join(cell.split("\n")).strip())
        if at >= len(text):
            return rows
        if text[at] == "\n":
            rows.append([])
        at += 1


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins at ``at`` and the place of the tab or newline after it."""
    if text.startswith('"', at):
        close = _closing_quote(text, at + 1)
        if close >= 0:
            return text[at + 1 : close].replace('""', '"'), close + 1
    ends = [end for end in (text.find("\t", at), text.find("\n", at)) if end >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def _closing_quote(text: str, at: int) -> int:
    """Where the quote opened before ``at`` is closed: before a tab, a newline or the end; -1 if nowhere."""
    while (found := text.find('"', at)) >= 0:
        if text.startswith('"', found + 1):
            at = found + 2
            continue
        return found if text[found + 1 : found + 2] in ("", "\t", "\n") else -1
    return -1


def block_text(rows: Sequence[Sequence[str]]) -> str:
    """``rows`` as a spreadsheet takes them from the clipboard."""
    return "\n".join("\t".join(map(_quoted, row)) for row in rows)


def _quoted(cell: str) -> str:
    if any(mark in cell for mark in _NEEDS_QUOTES):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'
    return cell


def repeated(block: Block, height: int, width: int) -> Block:
    """``block`` as it fills a chosen area: one value into every cell, a block that fits a whole number of
    times again and again; any other stays as it is.
    """
    tall, wide = len(block), max(map(len, block), default=0)
    if not tall or not wide or any(len(row) < wide for row in block) or height % tall or width % wide:
        return block
    return [block[row % tall] * (width // wide) for row in range(height)]
