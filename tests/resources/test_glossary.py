"""One English term has one translation, and the table that says which is held against the catalogues."""

import pytest

from tools import glossary, words

TABLE = """
Some words before.

| English       | French              | not said | Spanish        | not said       |
| ------------- | ------------------- | -------- | -------------- | -------------- |
| teacher       | enseignant          | maître   | docente        |                |
| class teacher | professeur principal |          | profesor tutor | tutor de curso |
| laptop        | ordinateur          | portable | portátil       |                |
| average       | moyenne             |          | promedio       | media          |
"""


@pytest.mark.parametrize(
    ("language", "english", "said", "found"),
    [
        ("fr", "A teacher", "Un enseignant", []),
        ("fr", "Teachers", "Enseignants", []),
        ("fr", "A teacher", "Un professeur", ["“teacher” is enseignant"]),
        ("fr", "The class teacher’s laptop", "L’ordinateur du professeur principal", []),
        ("fr", "The class teacher", "L’enseignant", ["“class teacher” is professeur principal"]),
        ("fr", "This laptop", "Ce portable", ["“laptop” is ordinateur", "“portable” is not said"]),
        ("fr", "This laptop", "Cet ordinateur portable", []),
        ("fr", "Another", "Un maître", ["“maître” is not said"]),
        ("fr", "{teacher} writes", "{teacher} écrit", []),
        ("es", "Average of the class", "Media de la clase", ["“average” is promedio", "“media” is not said"]),
        ("es", "Nothing was left half done", "Nada quedó a medias", []),
        ("es", "The average", "El promedio", []),
    ],
)
def test_what_is_said_and_what_is_not(language: str, english: str, said: str, found: list[str]) -> None:
    assert glossary.faults(glossary.terms(language, TABLE), english, said) == found


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_catalogues_keep_to_the_glossary(language: str) -> None:
    assert len(glossary.terms(language, glossary.TABLE.read_text(encoding="utf-8"))) > 12
    assert words.misworded(language) == []
