"""Papers about pupils: a menu that offers them, and a window with the real PDF to save or print."""
