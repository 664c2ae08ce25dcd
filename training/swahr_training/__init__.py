"""Training of bottom-up pose networks with the scale- and weight-adaptive loss."""
