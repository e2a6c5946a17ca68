"""The laptop's half of the exchange, without the line: freezing what was typed, applying what comes."""
