"""``python -m emis_desktop.cli``."""

try:
    from emis_desktop.cli.main import main

    code = main()
except KeyboardInterrupt:  # while the program was still being loaded
    code = 130
raise SystemExit(code)
