"""Students: the register, one pupil's record, and files of records brought in."""
