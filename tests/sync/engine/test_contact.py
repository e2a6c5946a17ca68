"""What a welcome says by the way is noted, and nothing odd of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.engine import contact
from sync.protocol.messages import Notice, Welcome
from tests.sync.client.laptops import Laptop, laptop

NOW = 1_700_000_000_000
JOINED = "SELECT limit_days, phone_used, role, classes, node, server_name, laptop FROM joined"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    made = laptop(tmp_path, 1)
    made.join('["basic"]')
    yield made
    made.db.close()


def told(one: Laptop, *notices: Notice) -> None:
    welcome = Welcome(NOW, b"history1", b"nonce---", 1, 10, b"tag-----", notices=notices)
    with one.db.local() as connection:
        contact.note_contact(connection, welcome, 5_000)


def test_the_contact_itself_and_the_servers_time_are_noted(one: Laptop) -> None:
    told(one)
    assert one.rows("SELECT nonce, clock_offset_ms, sent_at FROM site") == [(b"nonce---", 5_000, NOW - 5_000)]
    assert one.value("SELECT contact_at FROM joined") == NOW


def test_what_the_ministry_decided_holds_from_now_on(one: Laptop) -> None:
    ours = one.value("SELECT id FROM site")
    told(
        one,
        Notice("limit", number=60),
        Notice("phone", number=3, data=b"anchor----"),
        Notice("role", text="teacher"),
        Notice("classes", text="basic,health,unheard", data=b"n" * 16),
        Notice("name", text=" Ministry of Tests "),
        Notice("site", text="Front  desk", data=ours),
        Notice("site", text="Library", number=77),
    )
    assert one.rows(JOINED) == [
        (60, 3, "teacher", '["basic", "health"]', b"n" * 16, "Ministry of Tests", "Front desk")
    ]
    assert one.rows("SELECT actor, name FROM laptop_name") == [(77, "Library")]
    told(one, Notice("classes", text="basic"))
    assert one.rows("SELECT classes, node FROM joined") == [('["basic"]', b"n" * 16)]


def test_what_is_odd_or_new_to_this_version_changes_nothing(one: Laptop) -> None:
    before = one.rows(JOINED)
    ours = one.value("SELECT id FROM site")
    told(
        one,
        Notice("limit", number=0),
        Notice("limit", number=1_000_000),
        Notice("phone", number=3, data=b"short"),
        Notice("role", text="emperor"),
        Notice("classes", text="unheard", data=b"short"),
        Notice("name", text="  "),
        Notice("site", text=" ", data=ours),
        Notice("site", text="nobody"),
        Notice("anchor", number=99, text="soon", data=b"s" * 64),
        Notice("weather", text="rain"),
    )
    assert one.rows(JOINED) == before
    assert one.rows("SELECT actor FROM laptop_name UNION SELECT act FROM anchor") == []


def test_a_countersigned_head_is_kept_with_the_moment_that_was_signed(one: Laptop) -> None:
    made = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (x'05', 'A', 'T', 1)"
    one.do("add", (made, ()))
    (act,) = one.rows("SELECT seq, digest FROM act ORDER BY seq DESC LIMIT 1")
    told(one, Notice("anchor", number=act[0], text=str(NOW - 9), data=b"s" * 64))
    assert one.rows("SELECT act, digest, signature, at FROM anchor") == [(*act, b"s" * 64, NOW - 9)]
    told(one, Notice("anchor", number=act[0], text="9" * 40, data=b"t" * 64))
    assert one.rows("SELECT signature, at FROM anchor") == [(b"t" * 64, NOW)]
