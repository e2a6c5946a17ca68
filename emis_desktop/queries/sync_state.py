"""What the screens say of synchronising, as plain values: the engine and the questions make them, no widget
asks further.

Moments are aware datetimes. Values of fields are what people read: text, whole numbers, decimals, dates,
:class:`~emis_desktop.errors.Word` for a code that the catalogue names, None for empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.sentence import Sentence


class Phase(StrEnum):
    """What the engine is at. Between two syncs it is idle, also when the last one found no line."""

    IDLE = "idle"
    CONNECTING = "connecting"
    SENDING = "sending"
    RECEIVING = "receiving"
    FIRST = "first"
    """All records come for the first time, the current term before the rest."""
    CHECKING = "checking"


class Barred(StrEnum):
    """Why a sync cannot go on until somebody does something; NOT for a missing line, which is normal."""

    NONE = ""
    REVOKED = "revoked"
    """The server refuses this laptop; what is typed is kept here."""
    LOST = "lost"
    """Marked as lost: the keys are gone after this contact."""
    WRONG_SERVER = "wrong_server"
    """Another server answers than the one that was joined."""
    UPDATE = "update"
    """The program is too old or too new for the server."""
    DISK = "disk"
    """The records cannot be written on this laptop."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sync: ``done`` of ``total`` changes (or photos), and of their bytes on the line."""

    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


@dataclass(frozen=True, slots=True)
class SyncState:
    """The engine at one moment. The bytes are of the whole job, both ways, and never go back within one.

    ``error`` is how the last try ended when it did not reach its end (no line, a refusal), None when it did;
    ``seconds_left`` is None until it can be told. ``next_at`` is when it begins by itself, None for never.
    """

    phase: Phase = Phase.IDLE
    paused: bool = False
    bytes_done: int = 0
    bytes_total: int = 0
    sending: Part = Part()
    receiving: Part = Part()
    photos: Part = Part()
    seconds_left: int | None = None
    contact_at: datetime | None = None
    """When the server answered last."""
    next_at: datetime | None = None
    error: EmisError | None = None
    no_line: bool = False
    """Whether that was for want of a line, which is normal."""
    barred: Barred = Barred.NONE

    @property
    def running(self) -> bool:
        """Whether a sync is under way or held by a pause."""
        return self.phase is not Phase.IDLE


@dataclass(frozen=True, slots=True)
class Joined:
    """Where this laptop belongs: ``laptop`` is its own name, ``server`` the ministry's as it calls itself.

    ``until`` is the last moment at which somebody may sign in without a contact in between.
    """

    laptop: str
    server: str
    address: str
    joined_at: datetime
    contact_at: datetime | None = None
    every_minutes: int | None = 15
    """How often it syncs by itself, None for only when asked."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """``count`` changes of one kind that wait to be sent: "Marks, Grade 5 Coral", since the oldest."""

    count: int
    what: Sentence
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Everything that waits: in groups, the oldest first, with the count and bytes of all (estimated)."""

    groups: tuple[WaitingGroup, ...] = ()
    changes: int = 0
    bytes: int = 0


class End(StrEnum):
    """How a past sync ended."""

    DONE = "done"
    NOTHING = "nothing"
    RESUMED = "resumed"
    """The line was cut, and it was taken up again later where it had stopped (``at_percent``)."""
    NO_LINE = "no_line"
    CUT = "cut"
    """The line was lost half way (``at_percent``); what had come is kept."""
    STOPPED = "stopped"
    """Somebody paused or ended it."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PastSync:
    """One sync that has ended. ``sent`` and ``received`` are changes, None where it never came to that."""

    at: datetime
    sent: int | None
    received: int | None
    bytes: int
    end: End
    seconds: int = 0
    at_percent: int = 0
    by_file: bool = False
    """Through a file on a USB stick instead of the line."""


@dataclass(frozen=True, slots=True)
class PastSyncs:
    """The newest first, as many as were asked for, and how many there are in all."""

    rows: tuple[PastSync, ...] = ()
    total: int = 0


class CardKind(StrEnum):
    """What a change to look at is about."""

    INFO = "info"
    """Two people changed one field; the later is in force."""
    PROPOSAL = "proposal"
    """The other value waits for somebody who may decide."""
    DELETE = "delete"
    """One deleted what another changed."""
    RULE = "rule"
    """Each change alone was right, both together break a rule."""
    DUPLICATE = "duplicate"
    """A pupil of this school may be one of another school."""
    REFUSED = "refused"
    """The server did not take a change; it is kept here."""
    PARKED = "parked"
    """Something came that waits for what belongs to it; nothing is to be done."""


class Verb(StrEnum):
    """What can be done about a change to look at."""

    KEEP = "keep"
    """The value in force stays; a proposal is taken back or turned down."""
    USE = "use"
    """The other value comes into force; a proposal is accepted."""
    EDIT = "edit"
    """A third value, typed now; of a proposal: propose another."""
    REMIND = "remind"
    """Ask again whoever decides."""
    SAME = "same"
    """Both are the same pupil."""
    NOT_SAME = "not_same"
    AGAIN = "again"
    """Send once more what was refused."""
    DROP = "drop"
    """Give up what was refused; it stays in the history."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values: who typed it, on which laptop, when. ``facts`` are further lines (a duplicate's)."""

    value: object
    who: str
    laptop: str
    at: datetime | None
    in_force: bool = False
    proposed: bool = False
    facts: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class EditHint:
    """How a third value is typed. ``kind``: text, number, date or choice; ``choices`` are (key, word)."""

    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 200
    """So many characters at most."""


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """A change to look at: "Phone of Guardian 0007, mother of Pupil 0004", both values, why, and what can be
    done. ``sides`` are two, the one in force first; a refused or parked item has one.

    ``has_before``: the value before both is known (``before`` None: it was empty). ``decider`` is who decides
    ("Officer 02") where the reader may not. ``student_id`` leads to the record.
    """

    id: UUID
    kind: CardKind
    title: Sentence
    why: Sentence
    sides: tuple[Side, ...]
    verbs: tuple[Verb, ...]
    before: object = None
    has_before: bool = False
    decider: str = ""
    reminded_at: datetime | None = None
    edit: EditHint = EditHint()
    student_id: UUID | None = None
    key: str = ""
    """Table and field ("enrolment.exit_reason"), for values that are codes of the country's lists."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Those still to be looked at, the oldest first, as many as were asked for, and how many in all.

    ``to_decide`` counts those that the reader can do something about: the number in the rail; ``refused``
    those that the server did not take, which can be written to a file.
    """

    cards: tuple[ConflictCard, ...] = ()
    total: int = 0
    to_decide: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """One that was decided: its title, the value now in force, by whom and when."""

    id: UUID
    title: Sentence
    value: object
    verb: Verb
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecidedList:
    """The newest first, as many as were asked for, and how many in all."""

    rows: tuple[Decided, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class BundleDone:
    """A USB file written or read: changes put in or taken out of it, and its bytes."""

    changes: int
    bytes: int
    photos: int = 0
    again: int = 0
    """Changes of the file that were here already."""
