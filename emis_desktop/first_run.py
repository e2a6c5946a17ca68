"""What is asked when a laptop is set up, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewSchool
from emis_desktop.settings import Home


class StoreKind(StrEnum):
    """Who works with a store: one school, the ministry of a country, or the region (totals only)."""

    SCHOOL = "school"
    MINISTRY = "ministry"
    REGION = "region"


FIRST_ROLE = {
    StoreKind.SCHOOL: Role.PRINCIPAL,
    StoreKind.MINISTRY: Role.MINISTRY_OFFICER,
    StoreKind.REGION: Role.REGIONAL_STATISTICIAN,
}


@dataclass(frozen=True, slots=True)
class FirstRun:
    """The answers of the first run. ``recovery``: the ministry's public recovery key, when it gave one."""

    kind: StoreKind
    profile: str
    name: str
    password: str = field(repr=False)
    role: Role | None = None
    school: NewSchool | None = None
    start_year: int | None = None
    recovery: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recovering:
    """Who a password set with the recovery code is noted under: the person it was set for."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class Made:
    """A laptop just set up. ``recovery_code`` is shown once, to be printed and given to the ministry."""

    user_id: UUID
    recovery_code: str | None


@dataclass(frozen=True, slots=True)
class FirstUser:
    """Who signs in first, in the place that a code named."""

    user_id: UUID
    name: str
    role: Role
    institution_id: UUID | None


class Place(Protocol):
    """Where a new laptop belongs that the ministry's server took: :class:`sync.enrolled.Enrolled`."""

    @property
    def institution_id(self) -> UUID | None:
        """The school, None for a laptop of the ministry."""
        ...

    def make_store(self, home: Home, store_id: str, keys: OpenKeys, kind: str, user: FirstUser) -> None:
        """Make the store with its first user."""
        ...
