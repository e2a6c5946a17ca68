"""The building blocks of every screen; ``ui/README.md`` lists them."""
