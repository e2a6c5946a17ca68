"""A name in the three languages of the program."""

from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "fr", "es")
"""The languages every name of a profile is kept in, in the order of the fields of :class:`Texts`."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A name in English, French and Spanish."""

    en: str
    fr: str
    es: str

    def text(self, language: str) -> str:
        """The name in ``language``; English for a language that is not kept."""
        if language == "fr":
            return self.fr
        return self.es if language == "es" else self.en
