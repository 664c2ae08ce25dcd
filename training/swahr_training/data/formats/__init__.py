"""Label formats, one module each, and the door by which others come in."""

from swahr_training.data.formats.base import LABEL_FORMATS, LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Person, Photo, Problem
from swahr_training.data.marks import Described, MarkedPhoto, Marks, assemble
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none

__all__ = [
    "LABEL_FORMATS",
    "Described",
    "LabelFile",
    "LabelFormat",
    "Labels",
    "MarkedPhoto",
    "Marks",
    "Person",
    "Photo",
    "PhotoFinder",
    "Problem",
    "Wanted",
    "assemble",
    "register_label_format",
    "size_or_none",
]
