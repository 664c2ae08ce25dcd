"""SWAHR HigherHRNet: multi-person 2D pose."""

__version__ = "0.1.0"
