"""Orders of erasure as a ministry's server would sign them."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from emis_desktop.database import Database
from emis_desktop.erasures import Order, text_of

SERVER = UUID(int=77)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SOMEBODY = UUID(int=99)
PUBLIC = KEY.public_key().public_bytes_raw()


def signed(order: Order, key: Ed25519PrivateKey = KEY, server: UUID = SERVER) -> tuple[bytes, bytes]:
    """The order as bytes, and the server's signature."""
    told = order.told()
    return told, key.sign(text_of(server.bytes, told))


def ordered(gone: Iterable[UUID] = (), stay: Iterable[UUID] = (), person: UUID = SOMEBODY) -> Order:
    """An order of a moment ago."""
    return Order(
        person.bytes, 1_790_000_000_000, frozenset(x.bytes for x in gone), frozenset(x.bytes for x in stay)
    )


def take(db: Database, order: Order, key: Ed25519PrivateKey = KEY) -> None:
    """Put an order into a store, as if it had come, of a server that the store belonged to."""
    with db.replicate() as session:
        run = session.connection().exec_driver_sql
        run(
            "INSERT OR IGNORE INTO former_server (server_id, server_key) VALUES (?, ?)",
            (SERVER.bytes, PUBLIC),
        )
        told, signature = signed(order, key)
        run("INSERT INTO erasure (id, told, signature) VALUES (?, ?, ?)", (uuid4().bytes, told, signature))
