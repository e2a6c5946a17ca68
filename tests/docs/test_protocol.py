"""The page of the protocol says what the program does: vectors, bytes, signature."""

import re
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from emis_desktop.rules.clock import actor_number
from emis_desktop.rules.ids import NAMESPACE, natural_id
from sync.digest import root_of, row_term, version_of
from sync.protocol.batches import decode_batch
from sync.protocol.messages import Hello, Welcome, decode
from sync.protocol.packing import split
from sync.protocol.pages import decode_page
from sync.protocol.signing import Signed, read, request_text
from tools.protocol_example import OTHER_ROW, ROW, SERVER, SITE, answer_head, exchange, request_head

PAGE = (Path(__file__).parent.parent.parent / "docs" / "protocol.md").read_text("utf-8")
BLOCKS = {
    kind: [found[1] for found in re.finditer(rf"^```{kind}\n(.*?)\n```", PAGE, re.DOTALL | re.MULTILINE)]
    for kind in ("json", "hex", "http")
}
VECTORS = dict(re.findall(r"^\| (.+?) +\| `?([0-9a-f][0-9a-f-]{7,})`? +\|$", PAGE, re.MULTILINE))


def test_the_vectors_of_the_page() -> None:
    version = version_of(4_711, b"tag 4711")
    assert list(VECTORS.values()) == [
        str(natural_id("mark", ROW, OTHER_ROW)),
        str(natural_id("area", "a|b")),
        str(actor_number(SITE, 1)),
        str(actor_number(SITE, 2)),
        str(version),
        row_term("person_contact", ROW.bytes, version).to_bytes(16).hex(),
        root_of({}).hex(),
    ]
    assert f"`{NAMESPACE}`" in PAGE


def test_the_bytes_of_the_page_say_what_it_tells() -> None:
    said = exchange()
    asked, answered = (bytes.fromhex(block.replace("\n", "")) for block in BLOCKS["hex"])
    hello, batch = split(asked)
    assert decode(Hello, hello) == said.hello
    assert decode_batch(batch) == said.batch
    welcome, page = split(answered)
    assert decode(Welcome, welcome) == said.welcome
    assert decode_page(page) == said.page


def test_the_head_of_the_page_is_signed_for_its_body() -> None:
    asked = bytes.fromhex(BLOCKS["hex"][0].replace("\n", ""))
    signed = read(BLOCKS["http"][0].split("Authorization: ")[1])
    assert isinstance(signed, Signed)
    assert signed.site == SITE
    public = re.search(r"public half\s+`([0-9a-f]{64})`", PAGE)
    assert public
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public[1]))
    key.verify(signed.signature, request_text("POST", "/sync/v1/hello", asked, UUID(str(SERVER))))


def test_the_sizes_of_the_page_are_right() -> None:
    asked, answered = (bytes.fromhex(block.replace("\n", "")) for block in BLOCKS["hex"])
    whole = len(request_head(asked)) + len(asked) + len(answer_head(answered)) + len(answered)
    assert f"All in all {whole} bytes" in PAGE
    assert whole <= 850
