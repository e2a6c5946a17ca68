"""The central server: merges what laptops send and tells each what it may have; no laptop imports it."""
