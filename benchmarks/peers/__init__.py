"""Bottom-up models that others made, beside the bundled one: precision, time and memory on the same photos."""
