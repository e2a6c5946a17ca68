"""What the commands of laptop and server share: reading their line, output, secrets, exit codes."""
