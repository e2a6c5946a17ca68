"""``emis user add``, ``remove``, ``role``, ``reset``, ``list``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Deeds, Parser, one_of
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_, Refused
from emis_desktop.queries.users import NOT_VALID_HERE, UserLine, of_this_laptop
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.services.users import SCHOOL_ROLES, NewUser

NEW_PASSWORD = "EMIS_NEW_PASSWORD_FILE"  # noqa: S105  - the name of a variable that holds a path

KINDS: Mapping[str, str] = MappingProxyType(
    {"health": N_("health"), "case": N_("case work"), "finance": N_("finance")}
)


def declare(_name: str, parser: Parser) -> None:
    """What can be done about the people of this laptop."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED", title=tr("Commands"))
    roles = [role.value for role in Role]
    school = ", ".join(role.value for role in SCHOOL_ROLES)
    others = ", ".join(role.value for role in Role if role not in SCHOOL_ROLES)
    shown = tr("{school}; outside schools also {others}", school=school, others=others)
    adding = _deed(
        parser, deeds, "add", tr("Let somebody in; the password is in EMIS_NEW_PASSWORD_FILE."), _add
    )
    adding.add_argument(
        "--role",
        type=one_of(roles, shown),
        required=True,
        metavar="ROLE",
        help=tr("one of: {all}", all=shown),
    )
    _deed(parser, deeds, "remove", tr("End somebody's access and lock the records with a new key."), _remove)
    changing = _deed(parser, deeds, "role", tr("Give somebody another role."), _role)
    changing.add_argument(
        "role", type=one_of(roles, shown), metavar="ROLE", help=tr("one of: {all}", all=shown)
    )
    _deed(parser, deeds, "reset", tr("Give somebody who forgot it a new password."), _reset)
    listing = parser.command("list", tr("Who signs in here."), deeds)
    listing.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    listing.set_defaults(run=_list)


def _deed(
    parser: Parser, deeds: Deeds, name: str, help_text: str, run: Callable[[Console, argparse.Namespace], int]
) -> Parser:
    made = parser.command(name, help_text, deeds)
    made.add_argument("--json", action="store_true", help=parser.words.tr("print one JSON document"))
    made.add_argument("name", metavar="NAME", help=parser.words.tr("name on the sign-in list"))
    made.set_defaults(run=run)
    return made


def _add(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        password = console.password(NEW_PASSWORD, console.words.tr("New password"), new=True)
        made = open_desk(laptop).services.users.add(NewUser(options.name, Role(options.role), password))
    console.say(console.words.tr("{name} can sign in now.", name=options.name))
    console.result({"user": str(made), "name": options.name, "role": options.role})
    return DONE


def _remove(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        desk.services.users.end_access(_named(desk, options.name))
    console.say(console.words.tr("The access of {name} has ended.", name=options.name))
    console.result({"removed": options.name})
    return DONE


def _role(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        desk.services.users.change_role(_named(desk, options.name), Role(options.role))
    role = console.words.tr(ROLE_NAMES[Role(options.role)])
    console.say(console.words.tr("{name} now has the role {role}.", name=options.name, role=role))
    console.result({"user": options.name, "role": options.role})
    return DONE


def _reset(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        user_id = _named(desk, options.name)
        password = console.password(NEW_PASSWORD, console.words.tr("New password"), new=True)
        closed = desk.services.users.reset_password(user_id, password)
    console.say(console.words.tr("{name} has a new password.", name=options.name))
    if closed:
        console.say(
            console.words.tr(
                "Notes of these kinds stay closed to {name} until somebody who reads them helps: {kinds}.",
                name=options.name,
                kinds=console.words.listing([console.words.tr(KINDS[kind]) for kind in closed]),
            )
        )
    console.result({"user": options.name, "closed": list(closed)})
    return DONE


def _list(console: Console, _options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        users = _people(open_desk(laptop))
    console.table(
        [console.words.tr("Name"), console.words.tr("Role")],
        [(user.name, console.words.tr(_role_name(user))) for user in users if user.ended_at is None],
    )
    console.result([_document(user) for user in users])
    return DONE


def _role_name(user: UserLine) -> str:
    return NOT_VALID_HERE if user.role is None else ROLE_NAMES[user.role]


def _document(user: UserLine) -> dict[str, object]:
    ended = user.ended_at.isoformat() if user.ended_at else None
    role = None if user.role is None else user.role.value
    return {"id": str(user.id), "name": user.name, "role": role, "ended_at": ended}


def _people(desk: Desk) -> tuple[UserLine, ...]:
    here = {one.id for one in desk.laptop.ring.people()}
    return of_this_laptop(desk.queries.users.users(), here)


def _named(desk: Desk, name: str) -> UUID:
    wanted = name.strip().casefold()
    for user in _people(desk):
        if user.ended_at is None and user.name.casefold() == wanted:
            return user.id
    raise Refused("Nobody called {name} signs in on this laptop. Check the name.", name=name)
