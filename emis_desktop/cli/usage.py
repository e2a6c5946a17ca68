"""The laptop's commands read their line as the server's do."""

from emis_desktop.terminal.usage import Deeds, Parser, WrongUsage, one_of, whole

__all__ = ["Deeds", "Parser", "WrongUsage", "one_of", "whole"]
