"""One simulated span of days, from one seed: people work, lines break, machines die, copies come back."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Self
from uuid import UUID

from sync.server.control import REVOKED
from tests.simulator import looking, stick, template
from tests.simulator.acts import Marks
from tests.simulator.chance import determined
from tests.simulator.events import Clockwork, Record
from tests.simulator.invariants import Found, Look, at_the_end
from tests.simulator.laptop import Laptop, Surface
from tests.simulator.ledger import Ledger, Typed
from tests.simulator.network import FAIR, Network, Weather
from tests.simulator.promises import erased_everywhere, refused_for_ever
from tests.simulator.server import Server

DAY_MS = 86_400_000
YEARS_10 = 10 * 365 * DAY_MS
ROUNDS = 14
"""Syncs of every laptop, one after the other, after which everything must be still."""
SHM = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a laptop's store: its files, and what had been typed into it by then."""

    laptop: str
    files: dict[str, bytes]
    written: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a simulation came to. ``digest`` stands for all that happened in it."""

    seed: int
    digest: str
    lines: tuple[str, ...]
    typed: int
    owed: int
    events: int
    befell: tuple[str, ...]
    found: tuple[Found, ...]

    @property
    def good(self) -> bool:
        """Whether every invariant held."""
        return not self.found


@dataclass
class Simulation:
    """The machines, the line between them, and what has been typed."""

    seed: int
    keep: bool = False
    clockwork: Clockwork = field(default_factory=Clockwork)
    befell: list[str] = field(default_factory=list)
    copied_sites: set[str] = field(default_factory=set)
    erased: set[bytes] = field(default_factory=set)
    copies: list[Copy] = field(default_factory=list)
    nights: list[Path] = field(default_factory=list)
    laptops: list[Laptop] = field(default_factory=list)
    files: Path | None = None
    """The country's files to begin with; those of the template where none are named."""

    def __enter__(self) -> Self:
        template.template()
        self.root = Path(mkdtemp(prefix="emis-sim-", dir=SHM if SHM.is_dir() else None))
        self._context = determined(self.seed, self.wall_ms)
        self.dice = self._context.__enter__()
        shutil.copytree(self.files or template.template(), self.root / "country")
        self.record = Record(self.clockwork, keep=self.keep)
        entropy = random.Random(f"server {self.seed}").randbytes
        workers = random.Random(f"workers {self.seed}")
        place = self.root / "country" / "server"
        self.server = Server(place, self.clockwork, self.record, entropy, workers)
        network = Network(self.clockwork, self.record, random.Random(f"line {self.seed}"), self.server.serve)
        self.surface = Surface(self.clockwork, self.record, network, Ledger(), self.dice, Marks())
        return self

    def __exit__(self, *_: object) -> None:
        for laptop in self.laptops:
            laptop.close()
        self.server.close()
        self._context.__exit__(None, None, None)
        shutil.rmtree(self.root, ignore_errors=True)

    def wall_ms(self) -> int:
        """True time, for whoever asks the system's clock."""
        return self.clockwork.now_ms

    @property
    def living(self) -> list[Laptop]:
        """The laptops that are there and may exchange."""
        return [laptop for laptop in self.laptops if laptop.alive and not laptop.revoked]

    def start(self, names: list[str]) -> None:
        """Put laptops on their desks."""
        for cast in template.CAST:
            if cast.name in names:
                folder = self.root / "country" / cast.name
                self.laptops.append(Laptop(template.who(cast), folder, self.surface))

    # -- What befalls the country ------------------------------------------------------------------

    def _note(self, what: str) -> None:
        self.befell.append(what.split(maxsplit=1)[0])
        self.record.note("world", what)

    def settle_debts(self) -> None:
        """Something was destroyed: what nobody holds any more is owed by nobody."""
        look = Look.into(self.server, self.living)
        self.surface.ledger.settle(look.survives)

    def kill(self, laptop: Laptop) -> None:
        """Its program dies before one of its next commits."""
        laptop.die_at = self.dice.randint(0, 6)
        self._note(f"kill {laptop.name}")

    def jump(self, laptop: Laptop) -> None:
        """Its clock is wrong by up to ten years from now on, either way."""
        laptop.skew_ms = self.dice.choice(
            [self.dice.randint(-YEARS_10, YEARS_10), self.dice.randint(-DAY_MS, DAY_MS), 0]
        )
        self._note(f"jump {laptop.name} {laptop.skew_ms}")

    def copy(self, laptop: Laptop) -> None:
        """Somebody copies its store away."""
        self.copies.append(Copy(laptop.name, laptop.files(), tuple(laptop.written)))
        self._note(f"copy {laptop.name}")

    def restore(self, laptop: Laptop) -> None:
        """An older copy of its store comes back, with our command or behind its back."""
        mine = [copy for copy in self.copies if copy.laptop == laptop.name]
        if not mine:
            return
        chosen = self.dice.choice(mine)
        announced = self.dice.random() < 0.5
        laptop.put_back(chosen.files, list(chosen.written), announced=announced)
        self.copied_sites.add(laptop.machine)
        self._note(f"restore {laptop.name} {'announced' if announced else 'silent'}")
        self.settle_debts()

    def clone(self, laptop: Laptop) -> None:
        """Its disk is copied onto another machine, and both go on."""
        name = f"{laptop.machine}'{len(self.laptops)}"
        self.laptops.append(laptop.clone(self.root / f"clone{len(self.laptops)}", name))
        self.copied_sites.add(laptop.machine)
        self._note(f"clone {laptop.name}")

    def burn(self, laptop: Laptop) -> None:
        """It is stolen and never seen again."""
        if len(self.living) < 3:
            return
        laptop.burn()
        self._note(f"burn {laptop.name}")
        self.settle_debts()

    def night(self, _laptop: Laptop) -> None:
        """The server's database is copied."""
        target = self.root / f"night{len(self.nights)}.db"
        self.server.copy_to(target)
        self.nights.append(target)
        self._note("night")

    def rollback(self, _laptop: Laptop) -> None:
        """The server is an older copy of itself from now on."""
        if self.nights:
            self.server.put_back(self.dice.choice(self.nights))
            self.surface.ledger.put_back += 1
            for laptop in self.living:  # what was given or taken since is forgotten with the rest
                laptop.classes = self.server.classes_of(laptop.site)
            self._note("rollback")
            self.settle_debts()

    def server_dies(self, _laptop: Laptop) -> None:
        """The server is killed before one of its next commits."""
        self.server.die_at = self.dice.randint(0, 6)
        self._note("server_dies")

    def revoke(self, laptop: Laptop) -> None:
        """The ministry takes its right away."""
        if len(self.living) < 3:
            return
        self.server.set_state(laptop.site, REVOKED)
        for each in self.laptops:
            each.revoked = each.revoked or each.site == laptop.site
        self._note(f"revoke {laptop.name}")
        self.settle_debts()

    def rights(self, laptop: Laptop) -> None:
        """It may hold other classes of data from now on."""
        classes = sorted(laptop.role_classes)
        chosen = [one for one in classes if one == "basic" or self.dice.random() < 0.6]
        self.server.set_classes(laptop.site, chosen)
        for each in self.laptops:
            if each.site == laptop.site:
                each.classes = frozenset(chosen)
        self._note(f"rights {laptop.name} {','.join(chosen)}")

    def storm(self, _laptop: Laptop) -> None:
        """The line is worse, or better, from now on."""
        bad = self.dice.choice([0.0, 0.05, 0.05, 0.2])
        self.surface.network.weather = Weather(
            lost=bad, cut_up=bad, unheard=bad, cut_down=bad, doubled=bad, late=bad / 2
        )
        self._note(f"storm {bad}")

    def cancel(self, laptop: Laptop) -> None:
        """Its user pauses one of its next syncs, before any of its requests."""
        laptop.stop_at = self.dice.randint(0, 6)
        self._note(f"cancel {laptop.name}")

    def busy(self, laptop: Laptop) -> None:
        """Its user goes on working while it synchronises."""
        laptop.sync()
        for _ in range(3):
            self.clockwork.after(self.dice.randint(50, 3_000), laptop.work)
        self._note(f"busy {laptop.name}")

    def stick(self, laptop: Laptop) -> None:
        """It has no line: a file goes to the ministry on a stick, and the answer back, some of them twice."""
        content = None if laptop.is_syncing else stick.written(laptop, self.server)
        if content is None:
            return
        self._note(f"stick {laptop.name}")

        def arrives() -> None:
            answer = stick.taken(self.server, content)
            for _ in range(self.dice.randint(1, 2) if answer else 0):
                self.clockwork.after(self.dice.randint(60_000, DAY_MS), lambda: returns(answer or b""))

        def returns(answer: bytes) -> None:
            if laptop.alive and not laptop.is_syncing:
                took = stick.read(laptop, self.server, answer)
                self.record.note(laptop.name, f"stick {'taken in' if took else 'of another history'}")

        for _ in range(self.dice.randint(1, 2)):
            self.clockwork.after(self.dice.randint(60_000, DAY_MS), arrives)

    def erase(self, _laptop: Laptop) -> None:
        """The ministry erases a person for privacy."""
        with self.server.office.store.read() as connection:
            found = looking.records(connection)
        people = sorted({row["person_id"] for row in found["enrolment"].values()} - self.erased)
        if people:
            person = self.dice.choice(people)
            self.server.erase(UUID(bytes=person))
            self.erased.add(person)
            self._note(f"erase {person.hex()[-6:]}")

    # -- The course of it --------------------------------------------------------------------------

    def plan(self, things: int) -> None:
        """Put what will happen on the next days into the queue."""
        dice = self.dice
        befall: list[tuple[Callable[[Laptop], None], int]] = [
            (self.kill, 4),
            (self.jump, 2),
            (self.copy, 3),
            (self.restore, 4),
            (self.clone, 1),
            (self.burn, 1),
            (self.night, 2),
            (self.rollback, 3),
            (self.server_dies, 2),
            (self.revoke, 1),
            (self.rights, 1),
            (self.storm, 3),
            (self.cancel, 4),
            (self.busy, 4),
            (self.erase, 1),
            (self.stick, 3),
        ]
        what = [each for each, _ in befall]
        weights = [weight for _, weight in befall]
        self.storm(self.laptops[0])
        if dice.random() < 0.5:  # so that there is something to come back to
            self.copy(dice.choice(self.laptops))
            self.night(self.laptops[0])
        for _ in range(things):
            at = dice.randint(0, 2 * DAY_MS)
            fate = dice.random()
            if fate < 0.55:
                self.clockwork.after(at, lambda: self._pick(self._work))
            elif fate < 0.85:
                self.clockwork.after(at, lambda: self._pick(lambda laptop: laptop.sync()))
            else:
                chosen = dice.choices(what, weights)[0]
                self.clockwork.after(at, lambda chosen=chosen: self._pick(chosen))  # type: ignore[misc]

    def _work(self, laptop: Laptop) -> None:
        for _ in range(self.dice.randint(1, 3)):
            laptop.work()

    def _pick(self, then: Callable[[Laptop], object]) -> None:
        living = self.living
        if living:
            then(self.dice.choice(living))

    def quiet(self) -> int:
        """Everything heals and everybody syncs in turn until nobody has anything to say: rounds needed.

        0 when it never came to that.
        """
        self.clockwork.run()
        self.surface.network.weather = FAIR
        self.server.die_at = None
        for laptop in self.laptops:
            laptop.die_at = laptop.stop_at = None
        still = 0
        for number in range(1, ROUNDS + 1):
            quiet = [self._sync_alone(laptop) for laptop in self.living]
            still = still + 1 if all(quiet) else 0
            if still == 2:  # a copy is known for one when both it and the original have spoken twice
                return number
        return 0

    def _sync_alone(self, laptop: Laptop) -> bool:
        laptop.sync()
        self.clockwork.run()
        result = laptop.outcome.result
        return result is not None and result.requests == 1 and result.nothing

    def report(self) -> Report:
        """Let everything come to rest, and look."""
        rounds = self.quiet()
        ledger, now_ms = self.surface.ledger, self.clockwork.now_ms
        whose = {row: person for laptop in self.laptops for row, person in laptop.about.items()}
        ledger.forgive(lambda _table, row: whose.get(row) in self.erased)
        found = at_the_end(self.server, self.living, ledger, self.copied_sites, rounds, now_ms)
        found += self._who_is_gone(whose)
        self.record.note("world", f"end {rounds} {len(found)}")
        return Report(
            self.seed,
            self.record.digest,
            tuple(self.record.lines),
            len(ledger.typed),
            sum(one.owed for one in ledger.typed),
            self.record.count,
            tuple(self.befell),
            tuple(found),
        )

    def _who_is_gone(self, whose: dict[bytes, bytes]) -> list[Found]:
        """Nobody who was revoked comes in again, and nothing tells of who was erased."""
        found: list[Found] = []
        for laptop in self.laptops:
            if laptop.alive and laptop.revoked:
                self._sync_alone(laptop)
                found += refused_for_ever(laptop)
        typed = [one for one in self.surface.ledger.typed if whose.get(one.place[1]) in self.erased]
        if typed:
            with self.server.office.store.read() as connection:
                found += erased_everywhere("server", looking.cells(connection), typed)
            for laptop in self.living:
                with laptop.db.read() as session:
                    found += erased_everywhere(laptop.name, looking.cells(session.connection()), typed)
        return found


def simulate(seed: int, *, keep: bool = False) -> Report:
    """Everything that one seed makes happen, and what is wrong at the end of it."""
    with Simulation(seed, keep) as world:
        names = ["A1", "A2", "B1"]
        names += ["M"] if world.dice.random() < 0.6 else []
        names += ["A3"] if world.dice.random() < 0.3 else []
        world.start(names)
        world.plan(world.dice.randint(20, 45))
        return world.report()
