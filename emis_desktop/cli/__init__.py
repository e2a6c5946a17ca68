"""The ``emis`` command: the program's work without a screen."""
