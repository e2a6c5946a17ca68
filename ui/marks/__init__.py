"""The marks: an overview of all sheets of a term, and the sheet of a class and subject."""
