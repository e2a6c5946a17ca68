"""Charts painted with QPainter from the tokens; each can be saved, read aloud and shown as a table."""
