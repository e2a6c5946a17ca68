"""Attendance: the register of a day, a month as a sheet, who is absent, the calendar."""
