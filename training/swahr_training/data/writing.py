"""Labels written: photos copied beside them, under names that annotation tools take; COCO's content."""

import json
from collections import Counter
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

import yaml

from swahr._util.files import copy_file, make_folder, write_text
from swahr_training.data.labels import Labels, Person

COCO_FILE = "labels.json"
PHOTOS = "images"


def copy_photos(labels: Labels, folder: Path) -> list[str]:
    """Copy the photos of labels into one folder and return their names there, in order.

    Where photos of several folders have one name, as frames of several videos do, all names of these folders begin with
    the folder's, so that frames of one video are still told by them. A photo that is there already stays as it is.

    Raises:
        OutputError: a photo cannot be copied.
    """
    make_folder(folder)
    names: list[str] = []
    taken: set[str] = set()
    told_apart = _told_apart({photo.path for photo in labels.photos})
    for photo in labels.photos:
        own = told_apart.get(photo.path.parent, "") + photo.path.name
        name, number = own, 1
        while name.lower() in taken:
            number += 1
            name = f"{number}_{own}"
        taken.add(name.lower())
        names.append(name)
        copy_file(photo.path, folder / name)
    return names


def _told_apart(paths: Set[Path]) -> dict[Path, str]:
    """Return what the names of photos begin with, of folders some of whose photos have the same name as others."""
    named = Counter(path.name.lower() for path in paths)
    begins: dict[Path, str] = {}
    for folder in sorted({path.parent for path in paths if named[path.name.lower()] > 1}):
        begin, number = f"{folder.resolve().name}_", 1
        while begin.lower() in (known.lower() for known in begins.values()):
            number += 1
            begin = f"{folder.resolve().name}{number}_"
        begins[folder] = begin
    return begins


def write_coco(labels: Labels, target: Path) -> Path:
    """Write labels as a COCO keypoint file, TARGET/labels.json, with the photos in TARGET/images; return the file.

    Raises:
        OutputError: it cannot be written.
    """
    names = copy_photos(labels, target / PHOTOS)
    write_text(target / COCO_FILE, json.dumps(coco_content(labels, names)))
    return target / COCO_FILE


def coco_content(labels: Labels, names: Sequence[str]) -> dict[str, Any]:
    """Return the content of a COCO keypoint file. names: of the photos, in their order."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, (photo, name) in enumerate(zip(labels.photos, names, strict=True), start=1):
        width, height = photo.size_wh
        image = {"id": number, "file_name": name, "width": width, "height": height}
        if photo.crowd_index is not None:
            image["crowdIndex"] = photo.crowd_index
        images.append(image)
        for person in photo.people:
            annotations.append(_annotation(person, len(annotations) + 1, number))
    return {"images": images, "annotations": annotations, "categories": [labels.skeleton.to_coco_category()]}


def _annotation(person: Person, number: int, image: int) -> dict[str, Any]:
    joints = [[round(float(x), 2), round(float(y), 2), int(seen)] for x, y, seen in person.joints]
    found: dict[str, Any] = {
        "id": number,
        "image_id": image,
        "category_id": 1,
        "iscrowd": int(person.crowd),
        "bbox": [round(value, 2) for value in person.box],
        "area": round(person.area, 2),
        "segmentation": person.segmentation or [],
        "keypoints": [value for joint in joints for value in joint],
        "num_keypoints": sum(joint[2] > 0 for joint in joints),
    }
    return found if person.origin is None else {**found, "origin": person.origin}


def write_yolo(labels: Labels, target: Path) -> Path:
    """Write labels as a YOLO-pose data set of one part, train; return its data.yaml.

    Crowds are left out: the format has no place for them.

    Raises:
        OutputError: it cannot be written.
    """
    names = copy_photos(labels, target / PHOTOS / "train")
    make_folder(target / "labels" / "train")
    for photo, name in zip(labels.photos, names, strict=True):
        lines = [_yolo_line(person, photo.size_wh) for person in photo.people if not person.crowd]
        write_text(target / "labels" / "train" / f"{Path(name).stem}.txt", "".join(lines))
    skeleton = labels.skeleton
    content = {
        "train": f"{PHOTOS}/train",
        "val": f"{PHOTOS}/train",
        "kpt_shape": [skeleton.num_joints, 3],
        "flip_idx": list(skeleton.flip_permutation),
        "names": {0: skeleton.to_coco_category()["name"]},
        "kpt_names": {0: list(skeleton.joints)},
    }
    write_text(target / "data.yaml", yaml.safe_dump(content, sort_keys=False, default_flow_style=None))
    return target / "data.yaml"


def _yolo_line(person: Person, size_wh: tuple[int, int]) -> str:
    width, height = size_wh
    x, y, w, h = person.box
    values = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height]
    places = [f"{value:.6f}" for value in values]
    for joint_x, joint_y, seen in person.joints:
        places += [f"{joint_x / width:.6f}", f"{joint_y / height:.6f}", str(int(seen))]
    return " ".join(["0", *places]) + "\n"
