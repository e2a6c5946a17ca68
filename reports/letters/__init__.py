"""Letters of a school, in the family of its papers."""

from reports.letters.guardian import write_letter

__all__ = ["write_letter"]
