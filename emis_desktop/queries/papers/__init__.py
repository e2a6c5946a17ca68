"""The values of papers about pupils: read in one look, every figure from the rules."""
