"""Keypoint files, one module a format."""

from swahr.formats.csv import CsvWriter

__all__ = ["CsvWriter"]
