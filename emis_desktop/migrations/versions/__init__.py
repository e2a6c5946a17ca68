"""The steps, oldest first; a step that has left the house is never changed again."""
