"""Backup: one button to a USB stick, what is on it, and back again."""
