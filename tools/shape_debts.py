"""Where the code is out of shape today: it may get better, never worse, and a line goes when it is mended.

``tools.check_shape`` fails for a class that has more methods than stand here, for one that is not here and
has too many, and for modules that import each other beyond those below.
"""

CLASSES: dict[str, int] = {}
"""Widgets that lay out, listen and show in one class; each wants its listening in a part of its own."""

CYCLES: frozenset[str] = frozenset()
"""Modules that import each other."""
