"""How good a network is on labelled photos, and what its scores mean."""
