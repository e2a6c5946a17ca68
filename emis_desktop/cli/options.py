"""Options that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from emis_desktop.cli.console import Console

Commands = argparse._SubParsersAction  # noqa: SLF001  - argparse gives the type no public name


def command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    help_text: str,
    run: Callable[[Console, argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """A command with ``--json``."""
    made = commands.add_parser(name, help=help_text, description=help_text)
    made.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    made.set_defaults(run=run)
    return made
