"""What was brought in from files on this laptop: kept here only, because only here it can be reversed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from emis_desktop.models.base import Base


class ImportRun(Base):
    """A file that was brought in, by which acts, and the act that took it back (milliseconds since 1970)."""

    __tablename__ = "import_run"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    first_act: Mapped[int] = mapped_column(BigInteger)
    last_act: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column()
    created: Mapped[int] = mapped_column()
    updated: Mapped[int] = mapped_column()
    unchanged: Mapped[int] = mapped_column()
    reversed_act: Mapped[int | None] = mapped_column(BigInteger)


class ImportMapping(Base):
    """Which column of a file is what, as somebody chose it for headings like these (their SHA-256)."""

    __tablename__ = "import_mapping"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    headings: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    mapping: Mapped[str] = mapped_column(Text)
    used_at: Mapped[int] = mapped_column(BigInteger)
