"""Papers about pupils beside the report card: one look, one family."""

from reports.students.writer import PaperResult, write_papers

__all__ = ["PaperResult", "write_papers"]
