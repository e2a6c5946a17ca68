"""Pure functions on plain values: the only place where a formula lives."""
