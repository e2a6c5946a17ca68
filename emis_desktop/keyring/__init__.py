"""Keys: the key ring file, users' key pairs and the recovery key."""
