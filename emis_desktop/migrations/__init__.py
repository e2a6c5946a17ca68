"""Steps that bring an older store to today's shape; each one survives a kill at any point."""
