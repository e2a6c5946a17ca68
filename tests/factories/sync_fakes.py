"""An engine and its questions without a line: what the Sync page is shown in its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import (
    BundleDone,
    CardKind,
    ConflictCard,
    Conflicts,
    Decided,
    DecidedList,
    EditHint,
    End,
    Joined,
    Part,
    PastSync,
    PastSyncs,
    Phase,
    Side,
    SyncState,
    Verb,
    WaitingGroup,
    WaitingList,
)
from emis_desktop.rules import spoken_code
from emis_desktop.sentence import say
from ui.sync_page.doors import JoinWish, SyncDoors
from ui.tasks import TaskControl


def now() -> datetime:
    """A quarter to four of today: asked when it is needed, for tests may run past midnight."""
    return datetime.now().astimezone().replace(hour=15, minute=45, second=0, microsecond=0)


NOW = now()
GOOD_CODE = spoken_code.written(bytes(range(10)))
LONG = "Marie-Antoinette Célestine Fontainebleau-Desrosiers de la Soufrière Saint-Rose"
RECEIVING = SyncState(
    phase=Phase.RECEIVING,
    bytes_done=102_000,
    bytes_total=205_000,
    sending=Part(312, 312, 26_000, 26_000),
    receiving=Part(412, 640, 76_000, 118_000),
    photos=Part(0, 2, 0, 61_000),
    seconds_left=13,
    contact_at=NOW,
    next_at=NOW + timedelta(minutes=15),
)


@dataclass
class FakeEngine:
    """Remembers what it was told; ``become`` is a new state."""

    now_is: SyncState = field(default_factory=SyncState)
    told: list[str] = field(default_factory=list)
    _listeners: list[Callable[[SyncState], None]] = field(default_factory=list)

    def state(self) -> SyncState:
        return self.now_is

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def become(self, state: SyncState) -> None:
        self.now_is = state
        for listener in self._listeners:
            listener(state)

    def now(self) -> None:
        self.told.append("now")
        self.become(RECEIVING)

    def pause(self) -> None:
        self.told.append("pause")
        self.become(replace(self.now_is, paused=True, seconds_left=None))

    def go_on(self) -> None:
        self.told.append("go_on")
        self.become(replace(self.now_is, paused=False))

    def cancel(self) -> None:
        self.told.append("cancel")
        self.become(replace(self.now_is, phase=Phase.IDLE, paused=False))


@dataclass
class FakeFacts:
    """Answers what it was given."""

    where: Joined | None = None
    waits: WaitingList = field(default_factory=WaitingList)
    syncs: tuple[PastSync, ...] = ()
    total: int | None = None

    def joined(self) -> Joined | None:
        return self.where

    def waiting(self) -> WaitingList:
        return self.waits

    def past(self, most: int) -> PastSyncs:
        return PastSyncs(self.syncs[:most], len(self.syncs) if self.total is None else self.total)


@dataclass
class FakeConflicts:
    """Cards that go when they are decided; ``refusal`` is raised instead."""

    cards: list[ConflictCard] = field(default_factory=list)
    done: list[Decided] = field(default_factory=list)
    before: int = 0
    told: list[tuple[UUID, Verb, str]] = field(default_factory=list)
    refusal: EmisError | None = None

    def waiting(self, most: int) -> Conflicts:
        able = [card for card in self.cards if card.verbs]
        refused = sum(card.kind is CardKind.REFUSED for card in self.cards)
        return Conflicts(tuple(self.cards[:most]), len(self.cards), len(able), refused)

    def decided(self, most: int) -> DecidedList:
        return DecidedList(tuple(self.done[:most]), len(self.done) + self.before)

    def decide(self, conflict_id: UUID, verb: Verb, value: str = "") -> None:
        self.told.append((conflict_id, verb, value))
        if self.refusal is not None:
            raise self.refusal
        card = next(card for card in self.cards if card.id == conflict_id)
        if verb is Verb.REMIND:
            at = self.cards.index(card)
            self.cards[at] = replace(card, reminded_at=datetime.now().astimezone())
            return
        self.cards.remove(card)
        held = value or (card.sides[1] if verb is Verb.USE else card.sides[0]).value
        self.done.insert(0, Decided(card.id, card.title, held, verb, "User 01", datetime.now().astimezone()))


@dataclass
class FakeBundles:
    """Writes and reads a word."""

    refusal: EmisError | None = None

    def save(self, path: Path, control: TaskControl) -> BundleDone:
        control.progress(1, 2)
        if self.refusal is not None:
            raise self.refusal
        path.write_text("bundle")
        return BundleDone(14, 2_000)

    def read(self, path: Path, control: TaskControl) -> BundleDone:
        control.progress(1, 2)
        if self.refusal is not None:
            raise self.refusal
        return BundleDone(31, path.stat().st_size, again=4)


@dataclass
class FakeJoining:
    """Joins the facts that it was given."""

    facts: FakeFacts
    refusal: EmisError | None = None
    wish: JoinWish | None = None

    def check_code(self, text: str) -> str:
        spoken_code.read(text, 10, "code")
        return text

    def join(self, wish: JoinWish, control: TaskControl) -> Joined:
        control.check()
        self.wish = wish
        if self.refusal is not None:
            raise self.refusal
        self.facts.where = replace(joined(), laptop=wish.laptop, address=wish.address)
        return self.facts.where


@dataclass
class FakeChoices:
    """Changes the facts that it was given."""

    facts: FakeFacts
    refusal: EmisError | None = None

    def set_every(self, minutes: int | None) -> None:
        self._change(every_minutes=minutes)

    def rename(self, laptop: str) -> None:
        self._change(laptop=laptop)

    def move(self, address: str) -> None:
        self._change(address=address)

    def _change(self, **values: object) -> None:
        if self.refusal is not None:
            raise self.refusal
        assert self.facts.where is not None
        self.facts.where = replace(self.facts.where, **values)  # type: ignore[arg-type]


@dataclass
class Fakes:
    """All of them, and the doors that the page gets."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    facts: FakeFacts = field(default_factory=FakeFacts)
    conflicts: FakeConflicts = field(default_factory=FakeConflicts)
    bundles: FakeBundles = field(default_factory=FakeBundles)

    def __post_init__(self) -> None:
        self.joining = FakeJoining(self.facts)
        self.choices = FakeChoices(self.facts)

    @property
    def doors(self) -> SyncDoors:
        return SyncDoors(
            self.engine, self.facts, self.conflicts, self.conflicts, self.bundles, self.joining, self.choices
        )


def joined() -> Joined:
    return Joined(
        "Office laptop",
        "the Ministry of the demo country",
        "https://sync.example.test",
        datetime(2026, 9, 12, 9, 0).astimezone(),
        now(),
        15,
        now() + timedelta(days=30),
    )


def waiting() -> WaitingList:
    groups = (
        WaitingGroup(9, say("Marks, {name}", name="Grade 5 Coral"), now().replace(minute=31)),
        WaitingGroup(3, say("Attendance, {name}", name="Grade 2 Pelican"), now().replace(minute=36)),
        WaitingGroup(2, say("Phones of guardians"), now().replace(minute=40)),
    )
    return WaitingList(groups, 14, 1_900)


def past() -> tuple[PastSync, ...]:
    day = timedelta(days=1)
    return (
        PastSync(now().replace(hour=7, minute=30), None, None, 0, End.NO_LINE),
        PastSync(now() - day, 212, 9, 31_000, End.DONE, 6),
        PastSync(now() - 2 * day, 88, 140, 47_000, End.RESUMED, 61, 61),
        PastSync(now() - 3 * day, 0, 0, 700, End.NOTHING, 1),
        PastSync(now() - 24 * day, 404, 1_206, 229_000, End.DONE, 41),
    )


def cards(names: str = "") -> list[ConflictCard]:
    day = timedelta(days=1)
    pupil = names or "Pupil 0004"
    phone = ConflictCard(
        UUID(int=1),
        CardKind.INFO,
        say("{field} of {who}", field="Phone", who=f"Guardian 0007, mother of {pupil}"),
        say(
            "Two people changed it before either laptop had heard of the other. The later change is in force."
        ),
        (
            Side(
                "000 0142",
                names or "User 01",
                "Office laptop",
                now().replace(hour=9, minute=14),
                in_force=True,
            ),
            Side("000 0199", "User 03", "Library laptop", now() - 2 * day),
        ),
        (Verb.KEEP, Verb.USE, Verb.EDIT),
        "000 0124",
        True,
        student_id=UUID(int=9) if names else None,
    )
    birth = ConflictCard(
        UUID(int=2),
        CardKind.PROPOSAL,
        say("{field} of {who}", field="Date of birth", who=names or "Pupil 0031"),
        say(
            "A birth date changes only with the Ministry’s consent. Yours is kept as a proposal, for {who}.",
            who="Officer 02",
        ),
        (
            Side(date(2016, 3, 12), "Ministry", "Officer 02", now() - 60 * day, in_force=True),
            Side(date(2016, 3, 21), "User 01", "Office laptop", now() - 3 * day, proposed=True),
        ),
        (Verb.KEEP, Verb.REMIND, Verb.EDIT),
        date(2016, 3, 12),
        True,
        decider="Officer 02",
        edit=EditHint("date"),
    )
    mark = ConflictCard(
        UUID(int=3),
        CardKind.INFO,
        say("{field}, of {who}", field="Mathematics, Test 1", who=names or "Pupil 0019"),
        say("Two teachers typed this mark on two laptops. The later change is in force."),
        (
            Side(58, "Teacher 01", "Office laptop", now() - day, in_force=True),
            Side(85, "Teacher 02", "Library laptop", now() - day - timedelta(minutes=4)),
        ),
        (Verb.KEEP, Verb.USE, Verb.EDIT),
        None,
        True,
        edit=EditHint("number"),
    )
    return [phone, birth, mark]


def other_cards(names: str = "") -> list[ConflictCard]:
    """The kinds that are rarer: a duplicate, a refused change, a parked one, a rule."""
    day = timedelta(days=1)
    pupil = names or "Pupil 0101"
    facts = (
        say("Born 4 May 2015, girl"),
        say("Guardian 0211"),
        say("Grade 3 Coral since 2 Sep 2026"),
    )
    double = ConflictCard(
        UUID(int=11),
        CardKind.DUPLICATE,
        say("{who} at two schools", who=pupil),
        say(
            "Same number and nearly the same name. Nothing is joined before both schools and the Ministry "
            "have said so."
        ),
        (
            Side(pupil, "Windward Demo Primary School", "", now() - 9 * day, in_force=False, facts=facts),
            Side(pupil, "Leeward Demo Primary School", "", now() - day, facts=facts),
        ),
        (Verb.SAME, Verb.NOT_SAME),
    )
    refused = ConflictCard(
        UUID(int=12),
        CardKind.REFUSED,
        say("Teacher of {what}", what="Grade 5 Coral"),
        say("The Ministry did not take it: your role may not change teachers. It is kept on this laptop."),
        (Side("Teacher 04", "User 01", "Office laptop", now() - day),),
        (Verb.AGAIN, Verb.DROP),
    )
    parked = ConflictCard(
        UUID(int=13),
        CardKind.PARKED,
        say("Mark of a pupil who is not here yet"),
        say("It came before the pupil did, and is shown as soon as the pupil comes. Nothing is to be done."),
        (Side(71, "Teacher 09", "Library laptop", now() - day),),
        (),
    )
    rule = ConflictCard(
        UUID(int=14),
        CardKind.RULE,
        say("{who} is on the roll of two classes", who=pupil),
        say("Each move alone was right; together they place the pupil twice. The later is in force."),
        (
            Side("Grade 5 Coral", "User 01", "Office laptop", now() - day, in_force=True),
            Side("Grade 5 Pelican", "User 03", "Library laptop", now() - 2 * day),
        ),
        (Verb.KEEP, Verb.USE),
    )
    deleted = ConflictCard(
        UUID(int=15),
        CardKind.DELETE,
        say("Record of {who}", who=pupil),
        say("One laptop took the record out while another changed it. People are kept."),
        (
            Side("Grade 4", "User 03", "Library laptop", now() - day, in_force=True),
            Side(None, "User 01", "Office laptop", now() - 2 * day),
        ),
        (Verb.KEEP, Verb.USE),
    )
    return [double, refused, parked, rule, deleted]


def many(count: int) -> list[ConflictCard]:
    made = cards()
    return [replace(made[n % 3], id=UUID(int=1000 + n)) for n in range(count)]


def busy() -> Fakes:
    """As in the picture: a sync under way, three changes to look at."""
    return Fakes(
        FakeEngine(RECEIVING), FakeFacts(joined(), waiting(), past(), 61), FakeConflicts(cards(), before=27)
    )
