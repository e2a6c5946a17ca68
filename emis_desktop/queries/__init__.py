"""Questions: each returns frozen dataclasses, never a database row."""
