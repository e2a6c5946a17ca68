"""The records and the rules of a school system: no Qt (but in the composition root), no network or paper."""
