"""Pupils who come from another school or go to one."""
