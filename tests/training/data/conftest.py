"""One small data set, laid down in the layouts in which people bring theirs."""

import copy
import json
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from swahr.pose.skeleton import COCO_17

SIZE_WH = (96, 72)
NAMES = ("a.jpg", "b.jpg")


def base():
    """Return the content of a COCO file of two photos: one person in the first, two in the second."""
    random = np.random.default_rng(3)
    images, annotations = [], []
    for number, name in enumerate(NAMES, start=1):
        images.append({"id": number, "file_name": name, "width": SIZE_WH[0], "height": SIZE_WH[1]})
        for _ in range(number):
            joints = random.uniform((4, 4), (92, 68), (17, 2)).round(1)
            seen = np.where(np.arange(17) == 4, 0 if number == 1 else 2, np.where(np.arange(17) == 6, 1, 2))
            joints[seen == 0] = 0
            low, high = joints[seen > 0].min(axis=0), joints[seen > 0].max(axis=0)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": 1,
                    "iscrowd": 0,
                    "bbox": [*low.tolist(), *(high - low).round(1).tolist()],
                    "area": float(np.prod(high - low).round(1)),
                    "keypoints": np.column_stack([joints, seen]).ravel().tolist(),
                    "num_keypoints": int((seen > 0).sum()),
                }
            )
    category = {"id": 1, "name": "person", "keypoints": list(COCO_17.joints)}
    category["skeleton"] = [[a + 1, b + 1] for a, b in COCO_17.limbs]
    return {"images": images, "annotations": annotations, "categories": [category]}


def put(folder, names=NAMES):
    """Write the photos into a folder; they differ."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(4)
    for name in names:
        cv2.imwrite(str(folder / name), random.integers(20, 200, (*SIZE_WH[::-1], 3), dtype=np.uint8))


def write(path, content):
    """Write a JSON file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def coco_case(folder, change=lambda content: None, photos="images", file="labels.json"):
    """Write the COCO file, changed, and the photos; return the file."""
    content = copy.deepcopy(base())
    change(content)
    put(folder / photos)
    return write(folder / file, content)


def joints_of(labels):
    """Return the joints of all people by the name of the photo, as the COCO file has them."""
    return {
        photo.path.name: np.asarray([person.joints for person in photo.people]) for photo in labels.photos
    }


def true_joints(hidden=True):
    """Return what `joints_of` should give. hidden: whether hidden joints are told from visible ones."""
    content = base()
    names = {image["id"]: image["file_name"] for image in content["images"]}
    found = {name: [] for name in NAMES}
    for annotation in content["annotations"]:
        joints = np.asarray(annotation["keypoints"], np.float32).reshape(17, 3)
        if not hidden:
            joints[joints[:, 2] == 1, 2] = 2
        found[names[annotation["image_id"]]].append(joints)
    return {name: np.asarray(people) for name, people in found.items()}


@pytest.fixture(scope="session")
def cases():
    """The data set and what writes and compares it."""
    return SimpleNamespace(
        base=base,
        put=put,
        write=write,
        coco_case=coco_case,
        joints_of=joints_of,
        true_joints=true_joints,
        names=NAMES,
        size_wh=SIZE_WH,
    )
