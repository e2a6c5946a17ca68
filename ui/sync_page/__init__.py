"""The Sync page: what is under way, what waits, past syncs, and the changes to look at."""
