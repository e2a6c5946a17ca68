"""Behaviour: what happened, who was part of it, and what follows."""
