"""What a developer runs around the program: its environment, its checks, its frozen form.

Standard library only where ``run.py`` imports it; nothing in the program imports this package.
"""
