"""Paper: each report is a function from plain values to a stream."""
