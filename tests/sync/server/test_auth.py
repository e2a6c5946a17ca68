"""Who asks: a token counts for ten minutes, for what the server made of it, and only while the site may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from emis_desktop.rules.rights import Role, SensitivityClass
from sync.protocol.signing import by_token as head_of
from sync.protocol.signing import bytes64, text64
from sync.server import sites
from sync.server.asks import Ask, Denied
from sync.server.auth import TOKEN_MS, Caller, by_token, token
from sync.server.control import ACTIVE, REVOKED, node, site
from sync.server.office import Office, open_office
from sync.server.settings import ServerHome
from tests.helpers.central import set_up

NOW = 1_790_000_000_000
SITE = uuid4()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A server at a moment that stands still, with one laptop of the ministry."""
    url = f"sqlite:///{tmp_path / 'server.db'}"
    set_up(tmp_path / "server", url)
    office = open_office(ServerHome(tmp_path / "server"), url=url, now_ms=lambda: NOW)
    with office.store.write() as connection:
        connection.execute(
            insert(site).values(
                id=SITE,
                name="Office laptop",
                node_id=connection.execute(select(node.c.id)).scalar_one(),
                role=Role.MINISTRY_OFFICER.value,
                classes=sites.written_classes(SensitivityClass),
                limit_days=30,
                sign_key=bytes(32),
                box_key=bytes(32),
                standing=bytes(16),
                number=1,
                state=ACTIVE,
                state_at=NOW,
                joined_at=NOW,
                seen_at=NOW,
                phone_used=0,
            )
        )
    yield office
    office.close()


def found(office: Office) -> sites.Enrolled:
    """The laptop as it is now."""
    with office.store.read() as connection:
        one = sites.find(connection, SITE)
    assert one is not None
    return one


def who(office: Office, shown: str) -> Caller:
    """Who asks with that token."""
    with office.store.read() as connection:
        return by_token(office, connection, Ask("GET", "/sync/v1/down", {"authorization": head_of(shown)}))


def refusal(office: Office, shown: str) -> tuple[int, str]:
    """How the token is refused."""
    with pytest.raises(Denied) as denied:
        who(office, shown)
    return denied.value.status, denied.value.reason


def test_a_token_tells_site_and_generation(office: Office) -> None:
    caller = who(office, token(office.keys, found(office), 7, NOW))
    assert (caller.site.id, caller.generation, caller.rights.generation) == (SITE, 7, 7)


def test_a_token_counts_for_ten_minutes_and_no_longer(office: Office) -> None:
    shown = token(office.keys, found(office), 1, NOW)
    assert TOKEN_MS == 600_000
    assert who(replace(office, now_ms=lambda: NOW + TOKEN_MS), shown).site.id == SITE
    assert refusal(replace(office, now_ms=lambda: NOW + TOKEN_MS + 1), shown) == (401, "bad_token")


@pytest.mark.parametrize("place", [0, 16, 19, 20, 27, 28, 43])
def test_a_token_that_was_changed_anywhere_is_none(office: Office, place: int) -> None:
    raw = bytearray(bytes64(token(office.keys, found(office), 1, NOW)) or b"")
    raw[place] ^= 1
    assert refusal(office, text64(bytes(raw))) == (401, "bad_token")


def test_a_token_of_nobody_and_of_a_site_that_may_no_longer(office: Office) -> None:
    nobody = replace(found(office), id=UUID(int=9))
    assert refusal(office, token(office.keys, nobody, 1, NOW)) == (401, "bad_token")
    shown = token(office.keys, found(office), 1, NOW)
    with office.store.write() as connection:
        sites.set_state(connection, SITE, REVOKED, NOW)
    assert refusal(office, shown) == (403, "revoked")


@pytest.mark.parametrize(
    "changed",
    [{"role": Role.AUDITOR.value}, {"classes": '["basic"]'}, {"node_id": UUID(int=77)}],
    ids=["role", "classes", "place"],
)
def test_a_token_of_other_rights_counts_no_more(office: Office, changed: dict[str, object]) -> None:
    shown = token(office.keys, found(office), 1, NOW)
    assert who(office, shown).site.id == SITE
    with office.store.write() as connection:
        if "node_id" in changed:
            there = connection.execute(select(node)).mappings().one()
            connection.execute(insert(node).values({**there, "id": changed["node_id"], "code": "other"}))
        connection.execute(update(site).where(site.c.id == SITE).values(changed))
    assert refusal(office, shown) == (401, "bad_token")
    assert who(office, token(office.keys, found(office), 1, NOW)).site.id == SITE


def test_a_token_goes_on_when_only_the_name_changes(office: Office) -> None:
    shown = token(office.keys, found(office), 1, NOW)
    with office.store.write() as connection:
        connection.execute(update(site).where(site.c.id == SITE).values(name="Another", limit_days=3))
    assert who(office, shown).site.name == "Another"
