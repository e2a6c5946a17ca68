"""The ``emis`` command: the same work as on the screens, without one.

With ``--json`` a command prints one JSON document and nothing else on standard output; progress goes to
standard error. Exit codes: 0 done, 1 refused (what and what to do is said), 2 wrong usage.
"""
