"""``python -m sync.server``."""

try:
    from sync.server.main import main

    code = main()
except KeyboardInterrupt:  # while the program was still being loaded
    code = 130
raise SystemExit(code)
