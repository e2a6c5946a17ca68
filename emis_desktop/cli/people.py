"""``emis user add``, ``remove``, ``role``, ``reset``, ``list``."""

from __future__ import annotations

import argparse
from uuid import UUID

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.options import Commands, command
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.queries.users import UserLine
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.services.users import NewUser

NEW_PASSWORD = "EMIS_NEW_PASSWORD_FILE"  # noqa: S105  - the name of a variable that holds a path


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands on people of this laptop."""
    user = commands.add_parser("user", help="People who sign in on this laptop.")
    deeds = user.add_subparsers(dest="deed", required=True, metavar="DEED")
    roles = [role.value for role in Role]
    adding = command(deeds, "add", "Let somebody in; the password comes from EMIS_NEW_PASSWORD_FILE.", _add)
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--role", choices=roles, required=True, metavar="ROLE", help=", ".join(roles))
    removing = command(deeds, "remove", "End somebody's access and lock the records with a new key.", _remove)
    removing.add_argument("name", metavar="NAME")
    changing = command(deeds, "role", "Give somebody another role.", _role)
    changing.add_argument("name", metavar="NAME")
    changing.add_argument("role", choices=roles, metavar="ROLE", help=", ".join(roles))
    resetting = command(deeds, "reset", "Give somebody who forgot it a new password.", _reset)
    resetting.add_argument("name", metavar="NAME")
    command(deeds, "list", "Who signs in here.", _list)


def _add(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        password = console.password(NEW_PASSWORD, console.words.tr("New password"))
        made = open_desk(laptop).services.users.add(NewUser(options.name, Role(options.role), password))
    console.say(console.words.tr("{name} can sign in now.", name=options.name))
    console.result({"user": str(made)})
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
        password = console.password(NEW_PASSWORD, console.words.tr("New password"))
        closed = desk.services.users.reset_password(user_id, password)
    console.say(console.words.tr("{name} has a new password.", name=options.name))
    if closed:
        console.say(
            console.words.tr(
                "Notes of these kinds stay closed to {name} until somebody who reads them helps: {kinds}.",
                name=options.name,
                kinds=", ".join(closed),
            )
        )
    console.result({"user": options.name, "closed": list(closed)})
    return DONE


def _list(console: Console, _options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        users = open_desk(laptop).queries.users.users()
    console.table(
        [console.words.tr("Name"), console.words.tr("Role")],
        [(user.name, console.words.tr(ROLE_NAMES[user.role])) for user in users if user.ended_at is None],
    )
    console.result([_document(user) for user in users])
    return DONE


def _document(user: UserLine) -> dict[str, object]:
    ended = user.ended_at.isoformat() if user.ended_at else None
    return {"id": str(user.id), "name": user.name, "role": user.role.value, "ended_at": ended}


def _named(desk: Desk, name: str) -> UUID:
    wanted = name.strip().casefold()
    for user in desk.queries.users.users():
        if user.ended_at is None and user.name.casefold() == wanted:
            return user.id
    raise Refused("Nobody called {name} signs in on this laptop. Check the name.", name=name)
