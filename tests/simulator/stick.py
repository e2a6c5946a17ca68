"""The exchange by a file on a stick, carried by hand: hours late, twice, behind what came over the line."""

from contextlib import suppress

from emis_desktop.errors import BadFile, Refused
from emis_desktop.keyring.crypto import public_of, unseal_with
from sync.bundle import Ends, open_answer, write_sent
from sync.engine.hello import hello_of
from sync.engine.local import LocalStore
from sync.server import bundles
from sync.stick import fitting, take_in
from tests.simulator.laptop import Laptop
from tests.simulator.oracle import CATALOGUE
from tests.simulator.server import Killed, Server

_BOX = bytes([7]) * 32
BOX_KEY = public_of(bytearray(_BOX))
"""What files for laptops are sealed to: all laptops of the country have one."""


def written(laptop: Laptop, server: Server) -> bytes | None:
    """The file that a laptop writes for the ministry; None when it dies over that."""
    store = LocalStore(laptop.db, catalogue=CATALOGUE, wall_ms=laptop.wall_ms)
    try:
        store.freeze()
    except Killed:
        laptop.crash()
        return None
    place, now = store.place(), laptop.wall_ms()
    bodies = [store.body(batch.id) for batch in fitting(store.waiting())]
    box = bundles.public_key(server.office.keys)[:32]
    ends = Ends(place.site, place.server, laptop.who.signer.sign, box)
    return write_sent(ends, hello_of(place, now, 0), bodies, now)


def taken(server: Server, content: bytes) -> bytes | None:
    """The server's answer to a file; None where it takes nothing from that laptop, or dies over it."""
    with suppress(Refused):
        return server.answer_file(content)
    return None


def read(laptop: Laptop, server: Server, answer: bytes) -> bool:
    """Let a laptop take an answer in; whether it was of the history that the laptop knows."""
    store = LocalStore(laptop.db, catalogue=CATALOGUE, wall_ms=laptop.wall_ms)
    place, private = store.place(), bytearray(_BOX)
    answered = open_answer(
        answer,
        "answer",
        place.site,
        place.server,
        server.office.keys.public,
        lambda sealed, context: unseal_with(private, sealed, context),
    )
    try:
        take_in(laptop.db, store, answered, "answer")
    except Killed:
        laptop.crash()
    except BadFile:
        return False
    return True
