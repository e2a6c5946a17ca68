"""Keep the catalogues of words in step with the program.

    python -m tools.words update          extract every text and merge it into fr and es (translations are
    kept) python -m tools.words missing [fr]    list the texts without a translation as JSON, ready to be
    filled in python -m tools.words fill FILE.json  store translations: {"text": {"fr": "...", "es":
    "..."}}; a plural has a list python -m tools.words check           exit 1 and name the texts that lack a
    translation, and the translations that do not keep to the glossary (resources/locale/README.md)

The English text is the key. A key with a context is written "context|text" in the JSON.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tools import glossary

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("emis_desktop", "ui", "reports", "resources", "sync")
LANGUAGES = ("fr", "es")
METHODS = [("gallery/**.py", "ignore"), ("**.py", "python")]
_ERRORS = (
    "EmisError",
    "Refused",
    "WrongPassword",
    "StoreDamaged",
    "StoreTooNew",
    "CannotSave",
    "BadFile",
    "Cancelled",
    "Word",
)
# A text inside an error needs no mark of its own: the name of the class is enough.
KEYWORDS: dict[str, Any] = {
    "tr": None,
    "N_": None,
    "ntr": (1, 2),
    "ptr": ((1, "c"), 2),
    "say_many": (1, 2),
    "NN_": (1, 2),
    **dict.fromkeys(_ERRORS),
}


def po_path(language: str) -> Path:
    """Where the catalogue of ``language`` is kept."""
    return ROOT / "resources" / "locale" / language / "LC_MESSAGES" / "emis.po"


def extracted() -> Catalog:
    """Every text of the program, each with the files it is used in."""
    catalogue = Catalog(project="EMIS Desktop", charset="utf-8")
    for package in PACKAGES:
        found = extract_from_dir(str(ROOT / package), METHODS, keywords=KEYWORDS, strip_comment_tags=True)
        for name, _line, message, comments, context in found:
            # Lines move with every edit and would make every catalogue change a conflict: files only.
            place = [(f"{package}/{name}".replace("\\", "/"), 0)]
            catalogue.add(message, None, place, auto_comments=comments, context=context)
    return catalogue


def stored(language: str) -> Catalog:
    """The catalogue of ``language`` as it is on disk, empty when there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="EMIS Desktop", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


@contextmanager
def _locked(language: str) -> Iterator[None]:
    """Only one of these tools writes a catalogue at a time.

    A lock older than a minute was left by a crash.
    """
    lock = po_path(language).with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            lock.open("x").close()
            break
        except FileExistsError:
            time.sleep(0.2)
            if time.time() - lock.stat().st_mtime > 60:
                lock.unlink(missing_ok=True)
    try:
        yield
    finally:
        lock.unlink()


def save(language: str, catalogue: Catalog) -> None:
    """Write the catalogue sorted by text, so that two people's additions rarely touch the same lines."""
    out = BytesIO()
    write_po(out, catalogue, sort_output=True, width=0, ignore_obsolete=True, omit_header=True)
    head = b'msgid ""\nmsgstr ""\n"Language: %s\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n' % (
        language.encode()
    )
    plural = "(n > 1)" if language == "fr" else "(n != 1)"
    head += b'"Plural-Forms: nplurals=2; plural=%s;\\n"\n\n' % plural.encode()
    text = out.getvalue().replace(b":0\n", b"\n").replace(b":0 ", b" ")
    temporary = po_path(language).with_suffix(".new")
    temporary.write_bytes(head + text.strip() + b"\n")
    temporary.replace(po_path(language))


def merged(language: str, template: Catalog) -> Catalog:
    """The texts of ``template`` with the translations that are stored for them."""
    old = stored(language)
    new = Catalog(locale=language, project="EMIS Desktop", charset="utf-8")
    for message in template:
        if not message.id:
            continue
        known = old.get(texts(message)[0], message.context)
        string = known.string if known and _fits(known, message) else None
        new.add(message.id, string, message.locations, context=message.context)
    return new


def _fits(known: Message, message: Message) -> bool:
    """Whether a stored translation has as many forms as the text needs."""
    return isinstance(known.string, tuple) == isinstance(message.id, tuple)


def update() -> None:
    """Extract and merge into every language."""
    template = extracted()
    for language in LANGUAGES:
        with _locked(language):
            save(language, merged(language, template))


def label(message: Message) -> str:
    """The key of ``message`` in the JSON of translations."""
    text = texts(message)[0]
    return f"{message.context}|{text}" if message.context else text


def texts(message: Message) -> tuple[str, ...]:
    """The English of ``message``: one text, or the singular and the plural."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def translations(message: Message) -> tuple[str, ...]:
    """What is stored for ``message``, one string a form; empty strings where nothing is."""
    if isinstance(message.string, (tuple, list)):
        return tuple(message.string)
    return (message.string or "",)


def is_translated(message: Message) -> bool:
    """Whether every form of ``message`` has words."""
    forms = translations(message)
    return len(forms) == len(texts(message)) and all(forms)


def missing(language: str) -> list[Message]:
    """The texts of the program that ``language`` does not say yet."""
    return [m for m in merged(language, extracted()) if m.id and not is_translated(m)]


def misworded(language: str) -> list[str]:
    """The translations of ``language`` that do not keep to the glossary, each with what is not as it says."""
    known = glossary.terms(language, glossary.TABLE.read_text(encoding="utf-8"))
    return [
        f"{label(message)}: {fault}"
        for message in stored(language)
        if message.id and is_translated(message)
        for english, said in zip(texts(message), translations(message), strict=True)
        for fault in glossary.faults(known, english, said)
    ]


def fields(text: str) -> set[str]:
    """The names of the {fields} in ``text``."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def fill(path: Path) -> list[str]:
    """Store the translations of a JSON file; gives the keys that are no text of the program."""
    given: dict[str, dict[str, str | list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    template = extracted()
    unknown = set(given)
    for language in LANGUAGES:
        with _locked(language):
            catalogue = merged(language, template)
            for message in catalogue:
                words = given.get(label(message), {}).get(language)
                unknown.discard(label(message))
                if message.id and words:
                    message.string = tuple(words) if isinstance(words, list) else words
            save(language, catalogue)
    return sorted(unknown)


def _list_missing(languages: list[str]) -> None:
    table: dict[str, dict[str, str | list[str]]] = {}
    for language in languages:
        for message in missing(language):
            blank: str | list[str] = ["", ""] if isinstance(message.id, tuple) else ""
            table.setdefault(label(message), {})[language] = blank
    print(json.dumps(table, ensure_ascii=False, indent=1))


def _check() -> int:
    found = [f"{language}: {label(message)}" for language in LANGUAGES for message in missing(language)]
    found += [f"{language}: {fault}" for language in LANGUAGES for fault in misworded(language)]
    for line in found:
        print(line)
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """Run one of the commands in the module's docstring; 0 when all is well."""
    command = arguments[0] if arguments else "update"
    if command == "update":
        update()
    elif command == "missing":
        _list_missing(arguments[1:] or list(LANGUAGES))
    elif command == "fill" and len(arguments) == 2:
        for key in fill(Path(arguments[1])):
            print(f"not a text of the program: {key}", file=sys.stderr)
    elif command == "check":
        return _check()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
