"""Entries of a journal that give joints the marks that another file has: put by hand, filled in, hidden."""

import numpy as np

from swahr.document.edits import AnyEdit, DeleteJoint, Fill, FilledFrame, HideJoint, PlaceJoint
from swahr.pose.marks import CORRECTED, FILLED, HIDDEN
from swahr.pose.poses import Poses


def edits_of_marks(frame: int, poses: Poses) -> list[AnyEdit]:
    """Return the entries that give joints of a frame their marks, and leave their places; places go by rows."""
    if poses.marks is None:
        return []
    entries: list[AnyEdit] = []
    for place, (joints, marks) in enumerate(zip(poses.keypoints, poses.marks, strict=True)):
        filled = {}
        for joint in np.flatnonzero(marks).tolist():
            mark, (x, y) = int(marks[joint]), joints[joint, :2].tolist()
            if mark & FILLED and np.isfinite(x):
                filled[joint] = (x, y)
            elif mark & HIDDEN:
                entries.append(HideJoint(frame=frame, place=place, joint=joint))
            elif mark & CORRECTED and np.isfinite(x):
                entries.append(PlaceJoint(frame=frame, place=place, joint=joint, x=x, y=y))
            elif mark & CORRECTED:
                entries.append(DeleteJoint(frame=frame, place=place, joint=joint))
        if filled:
            known = 0 if poses.ids is None else max(0, int(poses.ids[place]))
            row = FilledFrame(frame=frame, place=place, joints=filled)
            entries.append(Fill(id=known, frames=(row,)))
    return entries
