"""What was found in a video and how it was corrected by hand: one file beside the video, with undo and redo.

Found people never change. Corrections are a journal of small edits on top, of which the first so many hold: "as found"
and "as corrected" are both there, and undo goes back to the first.
"""

from swahr.document.document import ENDING, CorrectedFrame, Document, document_path
from swahr.document.edits import (
    AddPerson,
    AnyEdit,
    DeleteId,
    DeleteJoint,
    DeletePerson,
    Edit,
    Fill,
    FilledFrame,
    HideJoint,
    MergeIds,
    PlaceJoint,
    RenameId,
    SetId,
    SwapIds,
    SwapSides,
    SwapSidesOf,
)
from swahr.document.interpolation import interpolation, neighbours
from swahr.document.people import CORRECTED, FILLED, FOUND, HIDDEN, People
from swahr.document.schema import is_document

__all__ = [
    "CORRECTED",
    "ENDING",
    "FILLED",
    "FOUND",
    "HIDDEN",
    "AddPerson",
    "AnyEdit",
    "CorrectedFrame",
    "DeleteId",
    "DeleteJoint",
    "DeletePerson",
    "Document",
    "Edit",
    "Fill",
    "FilledFrame",
    "HideJoint",
    "MergeIds",
    "People",
    "PlaceJoint",
    "RenameId",
    "SetId",
    "SwapIds",
    "SwapSides",
    "SwapSidesOf",
    "document_path",
    "interpolation",
    "is_document",
    "neighbours",
]
