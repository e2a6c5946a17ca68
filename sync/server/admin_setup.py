"""``emis-server init``."""

from __future__ import annotations

import argparse

from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.recovery import fingerprint, new_recovery_code, public_from_text, public_text
from emis_desktop.profiles import list_profiles
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser, whole
from sync.server.desk import Desk
from sync.server.settings import LIMIT_DAYS
from sync.server.setup import Wish, set_up

DAYS_MOST = 365
_CODE = N_("The ministry’s recovery code, shown this once: {code}")
_PRINT_IT = N_(
    "Print it and lock it away: it opens backups and the sealed work of lost laptops, and nothing else does."
)


def declare(_name: str, parser: Parser) -> None:
    """Options of ``init``."""
    tr = parser.words.tr
    parser.set_defaults(run=_init)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--name", required=True, metavar="NAME", help=tr("name of the ministry"))
    parser.add_argument("--profile", required=True, metavar="CC", help=tr("country profile, such as GD"))
    parser.add_argument(
        "--ministry-key",
        default="",
        metavar="EMIS-KEY-1:...",
        help=tr("public half of a recovery key that the ministry has; without it one is made"),
    )
    parser.add_argument(
        "--limit-days",
        type=whole(1, DAYS_MOST),
        default=LIMIT_DAYS,
        metavar="N",
        help=tr("days a laptop may be used without a line"),
    )


def _init(desk: Desk, options: argparse.Namespace) -> int:
    tr = desk.words.tr
    made = None if options.ministry_key else new_recovery_code()
    public = made.public if made else public_from_text(options.ministry_key)
    profile = options.profile.upper()
    _check_profile(desk, profile)
    wish = Wish(options.name.strip(), profile, public, options.limit_days)
    office = set_up(desk.home, wish, desk.home.database_url(desk.environment))
    try:
        desk.say(
            tr("The server of {name} is set up in {folder}.", name=wish.name, folder=str(desk.home.root))
        )
        if made:
            desk.say(tr(_CODE, code=made.text))
            desk.say(tr(_PRINT_IT))
        desk.say(tr("Next: “emis-server enrol --school CODE --name NAME”, then “emis-server run”."))
        desk.result(
            {
                "home": str(desk.home.root),
                "server": str(office.choices.server),
                "server_key": office.keys.public.hex(),
                "ministry_key": public_text(public),
                "ministry_key_fingerprint": fingerprint(public),
                "recovery_code": made.text if made else None,
            }
        )
    finally:
        office.close()
    return DONE


def _check_profile(desk: Desk, code: str) -> None:
    """Raise :class:`Refused`, naming those there are, for a profile that is none."""
    profiles = list_profiles(desk.home.root / "profiles")
    if code not in {each.code for each in profiles}:
        raise Refused(
            "There is no country profile {code}. Profiles are: {all}.",
            field="profile",
            code=code,
            all=", ".join(f"{each.code} {each.name.en}" for each in profiles),
        )
