"""The end of a school year: who goes where, before it is done; done; and taken back."""
