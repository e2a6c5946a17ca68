"""Commands: one method is one transaction and one permission check."""
