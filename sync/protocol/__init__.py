"""What goes over the wire, or into a file, between a laptop and the server: bytes and their meaning."""
