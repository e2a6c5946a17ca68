"""The main window: rail, top bar, pages, status bar, and what lies over them."""
