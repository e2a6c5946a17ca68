"""The one error of these tools: a sentence for the person at the keyboard, never a traceback."""


class Trouble(Exception):
    """What happened and what to do, in one or two plain sentences."""
