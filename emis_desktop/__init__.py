"""The records and the rules of a school system: no Qt (but for the composition root), no network, no paper."""
