"""Label formats, one module each, and the door by which others come in."""

from swahr_training.data.formats.base import LABEL_FORMATS, LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile

__all__ = ["LABEL_FORMATS", "LabelFile", "LabelFormat", "Wanted", "register_label_format"]
