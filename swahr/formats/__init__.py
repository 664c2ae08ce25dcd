"""Keypoint files, one module a format: its reader, its writer, its name, endings and limits.

`open_writer` gives a writer by the format's name, which appends the people of each frame as they come and gives the
output its name at the end; `read` reads any of them. `register_format` adds a format, from here or from another
package.
"""

from swahr.formats.files import open_writer, read, save
from swahr.formats.format import Format, Lack, Target
from swahr.formats.registry import FORMATS, find_format, format_by_content, format_by_name, register_format
from swahr.formats.two_pass_writer import Line, TwoPassWriter
from swahr.formats.writer import State, TextWriter, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording

__all__ = [
    "FORMATS",
    "Format",
    "Lack",
    "Line",
    "Recording",
    "RecordingBuilder",
    "State",
    "Target",
    "TextWriter",
    "TwoPassWriter",
    "Writer",
    "find_format",
    "format_by_content",
    "format_by_name",
    "open_writer",
    "read",
    "register_format",
    "save",
]
