"""Files made to fill the memory or to take for ever: a process of its own refuses each, within limits.

The limits are the system's: more than 5 s of the processor end the process, and the most memory that it ever
had is read from /proc.
"""

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.workbooks import (
    SHEET,
    TEXTS,
    ods,
    ods_cell,
    ods_row,
    sheet,
    texts,
    xls,
    xls_number,
    xlsx,
)

ROOT = Path(__file__).resolve().parents[3]
MOST_MB = 300
MILLION = b" " * 1_000_000
BOMB = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip
PROGRAM = """
import json, re, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
from emis_desktop.errors import BadFile
from emis_desktop.exchange.columns import Kind
from emis_desktop.jobs.import_records import Source, import_records
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role, actor_of
said = ""
try:
    actor = actor_of(new_id(), "Office", Role.PRINCIPAL)
    import_records(None, actor, Source(Kind.STUDENTS, Path(sys.argv[1])), dry_run=True)
except BadFile as refused:
    said = str(refused)
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps({"said": said, "mb": int(most[1]) // 1024}))
"""


def filled(path: Path, megabytes: int, sheets: int = 1) -> Path:
    """A workbook with sheets of so many millions of spaces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for number in range(1, sheets + 1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                part.write(sheet("")[:-25])
                for _ in range(megabytes):
                    part.write(MILLION)
    return path


def zip_bomb(path: Path) -> Path:
    """A small file that becomes half a gigabyte."""
    return filled(path, 500)


def lying_archive(path: Path) -> Path:
    """The same where the file says that the part has 10 bytes."""
    filled(path, 450)
    with zipfile.ZipFile(path) as book:
        (part,) = book.infolist()
    raw = path.read_bytes().replace(struct.pack("<L", part.file_size), struct.pack("<L", 10))
    crc = struct.pack("<L", zlib.crc32(sheet("")[:10]))
    path.write_bytes(raw.replace(struct.pack("<L", part.CRC), crc))
    return path


def many_parts(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        for number in range(60_000):
            book.writestr(f"xl/{number}.xml", b"")
    return path


def many_bombs(path: Path) -> Path:
    """Several parts, each below every limit, together too large."""
    return filled(path, 70, 7)


def far_cell(path: Path) -> Path:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    lying = sheet(rows).replace(b"<sheetData>", b'<dimension ref="A1:B2"/><sheetData>')
    return xlsx(path, {SHEET: lying})


def same_text(path: Path) -> Path:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_000))
    return xlsx(path, {SHEET: sheet(rows), TEXTS: texts("x" * 32_000)})


def long_line(path: Path) -> Path:
    """Two gigabytes without an end of line; the disk holds next to nothing of it."""
    with path.open("wb") as stream:
        stream.write(b"number,given_names,family_name,sex\n1,")
        stream.seek(2_000_000_000)
        stream.write(b"x")
    return path


def line_within_the_size(path: Path) -> Path:
    path.write_bytes(b"number,given_names,family_name,sex\n1," + b"x" * 95_000_000)
    return path


def quoted_lines(path: Path) -> Path:
    """One row over millions of lines."""
    path.write_bytes(b"number,given_names,family_name,sex\n" + b'1,"a\nb"' + b',"a\nb"' * 10_000_000)
    return path


def only_commas(path: Path) -> Path:
    path.write_bytes(b"number,given_names,family_name,sex\n" + (b"," * 3_000_000 + b"1\n") * 30)
    return path


HARM: list[tuple[str, Callable[[Path], Path]]] = [
    ("bomb.xlsx", zip_bomb),
    ("lies.xlsx", lying_archive),
    ("parts.xlsx", many_parts),
    ("bombs.xlsx", many_bombs),
    ("far.xlsx", far_cell),
    ("text.xlsx", same_text),
    ("entity.xlsx", lambda path: xlsx(path, {TEXTS: texts("&a11;", before=BOMB)})),
    ("entity_in_sheet.xlsx", lambda path: xlsx(path, {SHEET: sheet("&a11;", before=BOMB)})),
    ("entity.ods", lambda path: ods(path, ods_row(ods_cell("&a11;")), before=BOMB)),
    ("repeat.ods", lambda path: ods(path, ods_row(ods_cell("1", 16_384), 1_048_576))),
    ("far.xls", lambda path: xls(path, [xls_number(0, 0, 1.0), xls_number(65_535, 255, 2.0)])),
    ("line.csv", long_line),
    ("shorter_line.csv", line_within_the_size),
    ("quoted.csv", quoted_lines),
    ("commas.csv", only_commas),
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the most memory from /proc")
@pytest.mark.parametrize(("name", "make"), HARM, ids=[name for name, _ in HARM])
def test_it_is_refused_within_five_seconds_and_300_mb(
    tmp_path: Path, name: str, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / name)
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    path.unlink()
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["said"].startswith(name), told
    assert told["mb"] < MOST_MB
