"""The demonstration: an invented school with work in it, and the main job walked through end to end."""
