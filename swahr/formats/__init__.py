"""Keypoint files, one module a format.

`open_writer` gives a writer by the format's name, which appends the people of each frame as they come and gives the
output its name at the end; `read` reads any of them.
"""

from swahr.formats.csv import CsvWriter
from swahr.formats.registry import (
    FORMATS,
    Format,
    find_format,
    format_by_content,
    format_by_name,
    open_writer,
    read,
)
from swahr.formats.writer import State, Writer
from swahr.pose.recording import Recording

__all__ = [
    "FORMATS",
    "CsvWriter",
    "Format",
    "Recording",
    "State",
    "Writer",
    "find_format",
    "format_by_content",
    "format_by_name",
    "open_writer",
    "read",
]
