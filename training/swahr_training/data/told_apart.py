"""What the positions of labels are relative to: pixels or parts of a photo, the photo as it is stored or upright."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from swahr_training.data.labels import Labels, Person, Photo, Problem
from swahr_training.data.sizes import as_stored, stored_place

# Positions that are parts of the photo's sides lie between 0 and 1; photos of so few pixels are not labelled.
MAX_PART, MIN_SIDE = 1.05, 16


def told_apart(labels: Labels) -> Iterator[Problem]:
    """Turn labels of photos as they are stored upright, in place, and yield what should be known of positions."""
    if _in_parts(labels):
        kind = "positions between 0 and 1: parts of the photo, not pixels; multiply x by its width, y by its height"
        yield Problem(kind, labels.name, stops=True)
        return
    for number, photo in enumerate(labels.photos):
        stored = as_stored(photo.path)
        if stored is None:  # the file is not turned
            continue
        orientation, size_wh = stored
        upright = size_wh[::-1] if orientation >= 5 else size_wh
        if photo.size_wh == size_wh != upright:
            labels.photos[number] = _turned(photo, orientation, upright)
            kind = "labels of the photo as it is stored (EXIF turns it): turned with it"
            yield Problem(kind, photo.name, photo=photo.path)
        elif size_wh == upright and photo.people:
            kind = "photos that EXIF turns to the same size: labels are taken for those of the upright photo"
            yield Problem(kind, photo.name, photo=photo.path)


def _in_parts(labels: Labels) -> bool:
    people = [person for photo in labels.photos for person in photo.people if not person.ignored]
    if not people or min(max(photo.size_wh) for photo in labels.photos) < MIN_SIDE:
        return False
    joints = np.concatenate([person.joints[person.joints[:, 2] > 0, :2] for person in people])
    return bool((joints >= -MAX_PART + 1).all() and (joints <= MAX_PART).all())


def _turned(photo: Photo, orientation: int, size_wh: tuple[int, int]) -> Photo:
    """Return a photo's labels in upright pixels. size_wh: of the upright photo."""

    def turned(person: Person) -> Person:
        joints = person.joints.copy()
        seen = joints[:, 2] > 0
        joints[seen, :2] = stored_place(joints[seen, :2], orientation, size_wh)
        x, y, width, height = person.box
        corners = stored_place(np.asarray([(x, y), (x + width, y + height)]), orientation, size_wh)
        low, high = corners.min(axis=0), corners.max(axis=0)
        box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
        outline = person.segmentation
        if isinstance(outline, list):
            outline = [
                stored_place(np.asarray(polygon, float).reshape(-1, 2), orientation, size_wh).ravel().tolist()
                for polygon in outline
            ]
        else:
            outline = None  # run lengths do not turn; the box stands for them
        return replace(person, joints=joints, box=box, segmentation=outline)

    return replace(photo, size_wh=size_wh, people=tuple(turned(person) for person in photo.people))
