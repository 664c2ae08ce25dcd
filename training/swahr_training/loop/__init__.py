"""A run: `train` is read from top to bottom."""
