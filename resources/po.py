"""A small reader of gettext ``.po`` files.

Babel's own reader needs 25-60 ms to import, a sixth of the whole time the sign-in window may take, so the
program reads its catalogues with these few lines; the tests hold the result against Babel's, entry by
entry.
"""

from dataclasses import dataclass
from pathlib import Path

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
CONTEXT_GLUE = "\x04"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one language.

    ``single`` maps an English text (or ``context + "\\x04" + text``) to its translation; ``plural`` maps
    the English singular to the translated forms in the order of the file. Entries without a translation and
    entries marked fuzzy are left out, so that the English text shows instead.
    """

    single: dict[str, str]
    plural: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Entry:
    """One entry while its lines are being read."""

    context: list[str]
    text: list[str]
    many: list[str]
    forms: list[list[str]]
    fuzzy: bool = False


def _new_entry() -> _Entry:
    return _Entry([], [], [], [])


def _unquote(line: str) -> str:
    """The text between the first and the last quotation mark of ``line``, escapes resolved."""
    body = line[line.index('"') + 1 : line.rindex('"')]
    if "\\" not in body:
        return body
    out: list[str] = []
    characters = iter(body)
    for character in characters:
        if character == "\\":
            following = next(characters, "\\")
            out.append(_ESCAPES.get(following, following))
        else:
            out.append(character)
    return "".join(out)


def _store(entry: _Entry, single: dict[str, str], plural: dict[str, tuple[str, ...]]) -> None:
    """Add a finished entry to the tables unless it is the head, fuzzy or not translated."""
    key = "".join(entry.text)
    forms = tuple("".join(form) for form in entry.forms)
    if not key or entry.fuzzy or not forms or not all(forms):
        return
    if entry.context:
        key = "".join(entry.context) + CONTEXT_GLUE + key
    if entry.many:
        plural[key] = forms
    else:
        single[key] = forms[0]


def _target(entry: _Entry, line: str) -> list[str]:
    """The list of ``entry`` into which the text of a keyword line and of the lines after it goes."""
    if line.startswith("msgctxt"):
        return entry.context
    if line.startswith("msgid_plural"):
        return entry.many
    if line.startswith("msgid"):
        return entry.text
    entry.forms.append([])
    return entry.forms[-1]


def parse_po(source: str) -> Catalogue:
    """Read the text of a ``.po`` file; obsolete entries (``#~``) and comments are passed over."""
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    entry = _new_entry()
    target: list[str] = []
    for raw in source.splitlines():
        line = raw.strip()
        if not line or line[0] == "#":
            if entry.forms:
                _store(entry, single, plural)
                entry = _new_entry()
            entry.fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif line[0] == '"':
            target.append(_unquote(line))
        else:
            if entry.forms and line.startswith(("msgctxt", "msgid")):
                _store(entry, single, plural)
                entry = _new_entry()
            target = _target(entry, line)
            target.append(_unquote(line))
    _store(entry, single, plural)
    return Catalogue(single, plural)


def read_po(path: Path) -> Catalogue:
    """Read the ``.po`` file at ``path``; a file that is not there is an empty catalogue."""
    if not path.exists():
        return Catalogue({}, {})
    return parse_po(path.read_text(encoding="utf-8"))
