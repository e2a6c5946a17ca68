"""Seeded defects of the exchange, each a patch, and the command that shows which test catches each."""
