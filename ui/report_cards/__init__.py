"""The screen of the report cards: who is ready, the real card beside it, issue, and what is written on it."""
