"""What a locked laptop is told: that all is well, and when, as far as a clock can be of that moment."""

from uuid import UUID

import pytest

from emis_desktop.keyring.device_keys import Contact
from emis_desktop.rules.clock import LAST_MS
from sync.engine.line import Request, Response, Tally
from sync.standing import ask

CONTACT = Contact(UUID(int=1), "https://ministry.example", bytes(32), b"t" * 16)


class Answering:
    """A line on which the server says one thing."""

    def __init__(self, body: bytes) -> None:
        self.tally = Tally()
        self._body = body

    def send(self, _request: Request) -> Response:
        return Response(200, {}, self._body)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (b"1795000000000", 1_795_000_000_000),
        (str(LAST_MS).encode(), LAST_MS),
        (str(LAST_MS + 1).encode(), 0),
        (b"9" * 5_000, 0),
        (b"-5", 0),
        (b"soon", 0),
        (b"", 0),
    ],
)
def test_a_moment_that_no_calendar_has_is_none(said: bytes, moment: int) -> None:
    assert ask(CONTACT, Answering(said)) == moment
