"""OneRoster 1.2 CSV, the form in which rosters go to other programs: a zip of files with fixed columns.

Bulk files of the *rostering* part: what a program needs to know who is in which class. Texts stay raw, for
machines read them: no mark before ``=``, no byte order mark, UTF-8, lines that end in CRLF.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from emis_desktop import files
from emis_desktop.errors import BadFile

VERSION: Final = "1.2"
_BASE: Final = ("sourcedId", "status", "dateLastModified")
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "academicSessions": (
            *_BASE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
        ),
        "orgs": (*_BASE, "name", "type", "identifier", "parentSourcedId"),
        "courses": (
            *_BASE, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects",
            "subjectCodes",
        ),
        "classes": (
            *_BASE, "title", "grades", "courseSourcedId", "classCode", "classType", "location",
            "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods",
        ),
        "users": (
            *_BASE, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName",
            "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
            "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName",
            "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
        ),
        "roles": (
            *_BASE, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId",
            "userProfileSourcedId",
        ),
        "enrollments": (
            *_BASE, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate",
            "endDate",
        ),
        "demographics": (
            *_BASE, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
            "publicSchoolResidenceStatus",
        ),
    }
)  # fmt: skip
"""The files that are written, each with its columns in order."""
_ABSENT: Final = (
    *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems"),
    *("lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales"),
    *("scoreScales", "userProfiles", "userResources"),
)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_oneroster(
    path: Path, tables: Mapping[str, Iterable[Mapping[str, str]]], source: str, code: str
) -> dict[str, int]:
    """Write the zip whole or not at all; returns the rows of each file.

    ``tables``: rows of each of :data:`HEADINGS`, a missing column is empty. ``source`` and ``code`` name the
    system that they come from. Raises :class:`BadFile` for another ending than ``.zip``.
    """
    if path.suffix.lower() != ".zip":
        raise BadFile("OneRoster is written as .zip. Give {file} that ending.", file=path.name)
    counts: dict[str, int] = {}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_part("manifest"), _csv(("propertyName", "value"), _manifest(source, code)))
        for name, heading in HEADINGS.items():
            rows = [[row.get(column, "") for column in heading] for row in tables.get(name, ())]
            counts[name] = len(rows)
            archive.writestr(_part(name), _csv(heading, rows))
    files.write(path, stream.getvalue())
    return counts


def _part(name: str) -> zipfile.ZipInfo:
    """A part with a fixed date, so that the same roster is the same file."""
    part = zipfile.ZipInfo(f"{name}.csv", _EPOCH)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode()


def _manifest(source: str, code: str) -> list[tuple[str, str]]:
    listed = {f"file.{name}": "bulk" for name in HEADINGS} | {f"file.{name}": "absent" for name in _ABSENT}
    return [
        ("manifest.version", "1.0"),
        ("oneroster.version", VERSION),
        *sorted(listed.items()),
        ("source.systemName", source),
        ("source.systemCode", code),
    ]
