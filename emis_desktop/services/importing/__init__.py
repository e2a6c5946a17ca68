"""Bringing rows of a file into the store: read all, decide all, then write what is sound in one act."""
