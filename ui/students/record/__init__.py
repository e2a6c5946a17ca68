"""One pupil's record as a form: every field saves when it is left."""
