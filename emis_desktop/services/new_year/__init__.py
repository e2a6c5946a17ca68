"""Opening a school year: what is copied from the one before, shown first, then made."""
