"""How many national numbers this laptop can still give out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import NumberBlock, Site
from emis_desktop.rules.rights import Actor, Right, require

STUDENT = "student"


@dataclass(frozen=True, slots=True)
class NumberStock:
    """``left`` national numbers can be given out here; ``leased``: this laptop ever had a block."""

    left: int
    leased: bool

    @property
    def used_up(self) -> bool:
        """Whether there was a block and nothing of it is left."""
        return self.leased and not self.left


class NumberQueries:
    """Questions about numbers, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def stock(self) -> NumberStock:
        """What is left of the blocks leased to this laptop."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            return stock_of(session)


def stock_of(session: Session) -> NumberStock:
    """The same inside a look or an act."""
    leased = session.scalar(select(func.count()).where(NumberBlock.kind == STUDENT)) or 0
    return NumberStock(left_in(session.connection()), bool(leased))


def left_in(connection: Connection) -> int:
    """How many numbers are left in blocks of this generation of the store."""
    generation = select(Site.generation).scalar_subquery()
    question = select(func.coalesce(func.sum(NumberBlock.last - NumberBlock.next + 1), 0)).where(
        NumberBlock.kind == STUDENT, NumberBlock.generation == generation
    )
    return int(connection.execute(question).scalar() or 0)
