"""Steps that bring a server's database up, on both kinds of database.

A release only adds tables and columns; a rename, retype or drop takes two. So worker processes of one release
before may go on beside a database that the next has brought up, while they are exchanged one by one.
"""

NEWEST = 1
"""The step that this program's tables stand at."""
AHEAD = 1
"""Steps that a database may be ahead of the program."""
