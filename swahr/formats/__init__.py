"""Keypoint files, one module a format.

A writer takes the output's path and the skeleton, appends the people of each frame as they come
(`write`), and gives the file its name at the end (`close`).
"""

from swahr.formats.csv import CsvWriter

__all__ = ["CsvWriter"]
