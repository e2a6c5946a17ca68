"""The first run: who works here, who you are, how the laptop shall be, and what to do next."""
