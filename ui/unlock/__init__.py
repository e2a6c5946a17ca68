"""Who is at the laptop? Signing in, unlocking, a forgotten password, and records that cannot be opened."""
