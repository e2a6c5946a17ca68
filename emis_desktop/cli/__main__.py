"""``python -m emis_desktop.cli``."""

from emis_desktop.cli.main import main

raise SystemExit(main())
