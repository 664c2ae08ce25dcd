"""A clip to try it on, drawn from a photo that comes with the package, and what to do next."""
