"""The server at work on SQLite, for the replay of a power loss: set up, laptops join, batches are taken.

What is acknowledged is what a laptop hears: the answer to its batch. A laptop that heard it lets its own copy
of the work rest, so a server that forgot it after that would have lost it.
"""

import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

from emis_desktop.migrations import NEWEST
from emis_desktop.rules import spoken_code
from emis_desktop.rules.rights import Role, SensitivityClass
from sync.protocol.messages import JoinAsk
from sync.server import codes, join, places, sites
from sync.server.database import Store
from sync.server.keys import load_keys
from sync.server.office import DATABASE_KEY, Office, open_office
from sync.server.receiving import take_batch
from sync.server.settings import ServerHome, is_set_up
from sync.server.setup import Wish, set_up
from sync.server.sites import NATION_KIND, find
from sync.server.verifying import verify
from tests.power.batches import batch_of, people_of

BATCHES = 8
NOW = 1_795_000_000_000
USER = UUID(int=9)
"""The one who writes."""
SITE = UUID(int=77)


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'server.db'}"


def run(folder: Path) -> None:
    """Set a server up, twice open it and take batches."""
    home = ServerHome(folder)
    set_up(home, Wish("Ministry", "LC", bytes(range(32)), 30), _url(folder), now_ms=lambda: NOW).close()
    _say("set up")
    for opening in range(2):
        office = open_office(home, url=_url(folder), now_ms=lambda: NOW)
        if not opening:
            _let_join(office)
        for number in range(BATCHES):
            _take(office, opening * BATCHES + number)
        office.close()


def _let_join(office: Office) -> None:
    with office.store.write() as connection:
        place = places.put(connection, NATION_KIND, places.NATION_CODE, "Nation", NOW)
        grant = codes.Grant(place.id, Role.MINISTRY_OFFICER, frozenset(SensitivityClass), 30)
        text = codes.make(connection, office.keys, office.entropy, grant, now=NOW, days=9, by="operator")
    ask = JoinAsk(
        code=bytes(spoken_code.read(text, codes.BYTES, field="code")),
        name="Laptop",
        sign_key=bytes(32),
        box_key=bytes(32),
        standing=bytes(16),
        profile="LC",
        schema=NEWEST,
        wall_ms=NOW,
        site=SITE,
    )
    join.enrol(office, ask)
    with office.store.write() as connection:
        sites.step(connection, SITE, 1, b"", fresh=office.entropy(8), now=NOW, trust=False)
    _say("joined")


def _take(office: Office, number: int) -> None:
    with office.store.read() as connection:
        site = find(connection, SITE)
    assert site is not None
    batch = batch_of(SITE, number, USER, NOW)
    take_batch(office, site, batch, batch.id)
    _say(f"acknowledged {number}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def check(folder: Path, said: list[str]) -> list[str]:
    """What is lost, torn or half done of what was said."""
    home = ServerHome(folder)
    if not is_set_up(home):
        return ["the server is gone"] if said else []
    with closing(open_office(home, url=_url(folder), now_ms=lambda: NOW)) as office:
        wrong = [f"audit: {finding.told}" for finding in verify(office).findings]
    store = Store.open(_url(folder), key=load_keys(home.keys).derived(DATABASE_KEY))
    with closing(store), store.read() as connection:
        run_sql = connection.exec_driver_sql
        wrong += [str(row[0]) for row in run_sql("PRAGMA integrity_check") if row[0] != "ok"]
        there = {row[0] for row in run_sql("SELECT id FROM person")}
        sites = run_sql("SELECT count(*) FROM site").scalar_one()
    if "joined" in said and not sites:
        wrong.append("lost: the laptop that joined")
    for line in said:
        if line.startswith("acknowledged"):
            people = people_of(int(line.split()[1]))
            found = [one for one in people if one.bytes in there]
            if len(found) < len(people):
                wrong.append(f"lost: {line}")
    return wrong + _half_done(there)


def _half_done(there: set[bytes]) -> list[str]:
    wrong = []
    for number in range(2 * BATCHES):
        found = sum(one.bytes in there for one in people_of(number))
        if found not in {0, len(people_of(number))}:
            wrong.append(f"half a batch: {number}")
    return wrong
