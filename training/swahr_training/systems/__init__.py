"""Kinds of networks, one module each: what samples they have, how they are measured and drawn."""
