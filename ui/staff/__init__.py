"""Staff as people: the list, and one record."""
