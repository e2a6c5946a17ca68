"""Workbooks as a program, or somebody who means harm, could make them: parts given by hand."""

import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from emis_desktop.exchange.writing import write_table

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xlsx(path: Path, parts: Mapping[str, bytes]) -> Path:
    """A real workbook of one sheet of which some parts are replaced or added."""
    write_table(path, ["number"], [["1"]])
    with zipfile.ZipFile(path) as book:
        whole = {part: book.read(part) for part in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in {**whole, **parts}.items():
            book.writestr(name, content)
    return path


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """A sheet of an XLSX with these rows."""
    return (
        f'<?xml version="1.0"?>{before}<worksheet {_MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>'
    ).encode()


def texts(*shared: str, before: str = "") -> bytes:
    """The shared texts of an XLSX."""
    items = "".join(f"<si><t>{each}</t></si>" for each in shared)
    return f'<?xml version="1.0"?>{before}<sst {_MAIN}>{items}</sst>'.encode()


def ods(path: Path, rows: str, before: str = "") -> Path:
    """An OpenDocument spreadsheet of one sheet with these rows."""
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content xmlns:office="{_OFFICE}:office:1.0" '
        f'xmlns:table="{_OFFICE}:table:1.0" xmlns:text="{_OFFICE}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", kind, zipfile.ZIP_STORED)
        book.writestr("META-INF/manifest.xml", manifest)
        book.writestr("content.xml", content)
    return path


def ods_cell(text: str, columns: int = 1) -> str:
    """A cell of an ODS with a text, or an empty one; it stands for so many."""
    times = f' table:number-columns-repeated="{columns}"'
    if not text:
        return f"<table:table-cell{times}/>"
    return f'<table:table-cell office:value-type="string"{times}><text:p>{text}</text:p></table:table-cell>'


def ods_row(cells: str, rows: int = 1) -> str:
    """A row of an ODS; it stands for so many."""
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'


def xls(path: Path, cells: Iterable[bytes], shared: Iterable[str] = ()) -> Path:
    """A workbook of the old kind with one sheet."""
    body = _begin(0x10) + b"".join(cells) + _record(0x0A)
    head = _globals(len(_globals(0, shared)), shared)
    path.write_bytes(_compound(head + body))
    return path


def xls_number(row: int, column: int, value: float) -> bytes:
    """A cell of an XLS, counted from 0."""
    return _record(0x203, struct.pack("<HHHd", row, column, 0, value))


def xls_text(row: int, column: int, index: int) -> bytes:
    """A cell with one of the shared texts."""
    return _record(0xFD, struct.pack("<HHHL", row, column, 0, index))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHLL", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _globals(start: int, shared: Iterable[str]) -> bytes:
    place = _record(0x85, struct.pack("<LBBBB", start, 0, 0, 4, 0) + b"Data")
    return _begin(5) + place + _shared(list(shared)) + _record(0x0A)


def _shared(listed: list[str]) -> bytes:
    """The shared texts, each in wide letters; what does not fit goes on in further records."""
    pieces = [struct.pack("<LL", len(listed), len(listed))]
    for text in listed:
        pieces.append(struct.pack("<HB", len(text), 1))
        for letter in text:
            if sum(map(len, pieces[-1:])) + 2 > 8000:
                pieces.append(b"\1")
            pieces[-1] += letter.encode("utf-16-le")
    if not listed:
        return b""
    records, kind, content = b"", 0xFC, b""
    for piece in pieces:
        if piece[:1] == b"\1" and len(content) + len(piece) > 8000:
            records, kind, content = records + _record(kind, content), 0x3C, b""
        content += piece
    return records + _record(kind, content)


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")
    stream = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    count = len(stream) // 512
    tables = 1
    while count + 1 + tables > tables * 128:
        tables += 1
    first = tables + 1
    table = [_FAT] * tables + [_END] + [each + 1 for each in range(first, first + count - 1)] + [_END]
    table += [_FREE] * (tables * 128 - len(table))
    directory = (_entry("Root Entry", 5, _END, 0, 1) + _entry("Workbook", 2, first, len(stream))).ljust(
        512, b"\0"
    )
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9L", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109L", *range(tables), *[_FREE] * (109 - tables))
    return head + struct.pack(f"<{len(table)}L", *table) + directory + stream


def _entry(name: str, kind: int, first: int, size: int, child: int = _FREE) -> bytes:
    letters = name.encode("utf-16-le")
    places = struct.pack("<HBBLLL", len(letters) + 2, kind, 1, _FREE, _FREE, child)
    return letters.ljust(64, b"\0") + places + bytes(36) + struct.pack("<LQ", first, size)
