"""Admissions that wait for somebody's approval."""
