"""What the user sees: the only package, beside the composition root, that knows Qt."""
