"""Pupils who may be on record twice: the list, both records side by side, what was merged."""
