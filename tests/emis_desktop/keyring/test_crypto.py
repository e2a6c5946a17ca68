"""The constructions against published vectors and their own properties."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf import argon2 as primitive
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.keyring import crypto
from emis_desktop.keyring.crypto import DoesNotOpenError
from emis_desktop.keyring.records import POLICY, Cost
from emis_desktop.secret import random_key

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
contexts = st.binary(max_size=40)
secrets = st.binary(max_size=200).map(bytearray)


def test_argon2id_agrees_with_rfc_9106_where_its_own_parameters_can_be_set() -> None:
    """Section 5.3 of the RFC: the only published vector, with a secret and associated data."""
    kdf = primitive.Argon2id(
        salt=bytes([2] * 16),
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=bytes([4] * 12),
        secret=bytes([3] * 8),
    )
    expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert kdf.derive(bytes([1] * 32)).hex() == expected


def test_the_password_key_is_argon2id_with_the_costs_of_the_record() -> None:
    expected = primitive.Argon2id(salt=b"s" * 16, length=32, iterations=2, lanes=3, memory_cost=96)
    got = crypto.password_key(bytearray(b"password"), b"s" * 16, Cost(96, 2, 3))
    assert got == expected.derive(b"password")


def test_the_policy_is_the_second_recommended_set_of_the_rfc() -> None:
    assert Cost(memory_kib=64 * 1024, passes=3, lanes=4) == POLICY


def test_a_dearer_policy_is_seen() -> None:
    assert Cost(65_535, 3).below(POLICY)
    assert Cost(65_536, 2).below(POLICY)
    assert not Cost(65_536, 3, 1).below(POLICY)
    assert not Cost(131_072, 4).below(POLICY)


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor:
        def __init__(self, **_: object) -> None: ...

        def derive_into(self, _material: object, _buffer: object) -> None:
            raise MemoryError

    monkeypatch.setattr(crypto, "Argon2id", Poor)
    with pytest.raises(Refused, match="too little memory"):
        crypto.password_key(bytearray(b"x"), b"s" * 16, CHEAP)


@given(secrets, contexts)
def test_what_is_sealed_opens_again(secret: bytearray, context: bytes) -> None:
    key = random_key()
    box = crypto.seal(key, secret, context)
    assert crypto.unseal(key, box, context) == secret
    assert len(box) == len(secret) + crypto.NONCE_BYTES + crypto.TAG_BYTES
    assert crypto.seal(key, secret, context) != box


@given(secrets, contexts, st.data())
def test_one_flipped_bit_of_box_key_or_context_opens_nothing(
    secret: bytearray, context: bytes, data: st.DataObject
) -> None:
    key = random_key()
    parts = [bytes(key), crypto.seal(key, secret, context), context]
    which = data.draw(st.sampled_from([place for place, part in enumerate(parts) if part]))
    flipped = bytearray(parts[which])
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    parts[which] = bytes(flipped)
    with pytest.raises(DoesNotOpenError):
        crypto.unseal(bytearray(parts[0]), parts[1], parts[2])


@pytest.mark.parametrize("size", [0, 5, 12, 27])
def test_a_box_cut_short_opens_nothing(size: int) -> None:
    key = random_key()
    with pytest.raises(DoesNotOpenError):
        crypto.unseal(key, crypto.seal(key, bytearray(b""), b"")[:size], b"")


@given(secrets, contexts)
def test_only_the_owner_of_the_public_key_opens(secret: bytearray, context: bytes) -> None:
    private, public = crypto.new_pair()
    box = crypto.seal_to(public, secret, context)
    assert crypto.unseal_with(private, box, context) == secret
    assert crypto.seal_to(public, secret, context) != box
    for other in (crypto.new_pair()[0], bytearray(reversed(private))):
        with pytest.raises(DoesNotOpenError):
            crypto.unseal_with(other, box, context)


@given(contexts, st.data())
def test_a_sealed_box_is_bound_to_its_context_and_every_bit(context: bytes, data: st.DataObject) -> None:
    private, public = crypto.new_pair()
    box = bytearray(crypto.seal_to(public, bytearray(b"key" * 10), context))
    with pytest.raises(DoesNotOpenError):
        crypto.unseal_with(private, bytes(box), context + b"x")
    place, bit = data.draw(st.integers(0, len(box) - 1)), data.draw(st.integers(0, 7))
    box[place] ^= 1 << bit
    with pytest.raises(DoesNotOpenError):
        crypto.unseal_with(private, bytes(box), context)


def test_the_sealing_matches_its_written_form() -> None:
    """Recomputed from the record: X25519, HKDF-SHA256 with label and both public keys, AES-256-GCM."""
    private, public = crypto.new_pair()
    box = crypto.seal_to(public, bytearray(b"the key"), b"context")
    own = X25519PrivateKey.from_private_bytes(bytes(private))
    shared = own.exchange(X25519PublicKey.from_public_bytes(box[:32]))
    info = b"emis sealed to a public key 1|" + box[:32] + public
    prk = hmac.digest(bytes(32), shared, "sha256")
    first = hmac.digest(prk, info + b"\x01", "sha256")
    second = hmac.digest(prk, first + info + b"\x02", "sha256")
    assert AESGCM(first).decrypt(second[:12], box[32:], b"context") == b"the key"


def test_a_public_key_of_low_order_is_refused() -> None:
    with pytest.raises(DoesNotOpenError):
        crypto.seal_to(bytes(32), bytearray(b"secret"), b"")
    private, _ = crypto.new_pair()
    with pytest.raises(DoesNotOpenError):
        crypto.unseal_with(private, bytes(64), b"")


def test_a_sealed_box_cut_short_opens_nothing() -> None:
    private, public = crypto.new_pair()
    box = crypto.seal_to(public, bytearray(b"secret"), b"")
    for size in (0, 31, 32, 47):
        with pytest.raises(DoesNotOpenError):
            crypto.unseal_with(private, box[:size], b"")


@given(st.lists(st.binary(max_size=10), max_size=4), st.lists(st.binary(max_size=10), max_size=4))
def test_a_proof_fits_its_own_parts_and_no_others(parts: list[bytes], others: list[bytes]) -> None:
    key = random_key()
    proof = crypto.vouch(key, *parts)
    assert crypto.vouched(key, proof, *parts)
    assert crypto.vouched(key, proof, *others) == (parts == others)
    assert not crypto.vouched(random_key(), proof, *parts)
    assert not crypto.vouched(key, hashlib.sha256(proof).digest(), *parts)
    assert not crypto.vouched(key, b"", *parts)


def test_inner_buffers_are_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    wiped: list[bytearray] = []
    burnt: list[bytes] = []
    monkeypatch.setattr(crypto, "wipe", wiped.append)
    monkeypatch.setattr(crypto, "burn", burnt.append)
    private, public = crypto.new_pair()
    crypto.unseal_with(private, crypto.seal_to(public, bytearray(b"x"), b""), b"")
    assert [len(buffer) for buffer in wiped] == [44, 32, 44, 32]
    assert [len(secret) for secret in burnt] == [32, 32]
    crypto.vouch(random_key(), b"part")
    assert len(wiped[-1]) == 32
