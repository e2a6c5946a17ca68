"""Blocks of numbers that the ministry's server has leased to this laptop: kept here only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from emis_desktop.models.base import Base


class NumberBlock(Base):
    """Numbers ``first`` to ``last`` of a kind are this laptop's; ``next`` is given out next.

    A block is good in the generation of the store to which it was leased: a store that came back from a
    backup may have forgotten what it gave out, so it asks for new ones.
    """

    __tablename__ = "number_block"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    next: Mapped[int] = mapped_column(BigInteger)
    generation: Mapped[int] = mapped_column()
    leased_at: Mapped[int] = mapped_column(BigInteger)
