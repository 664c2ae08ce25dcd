"""Label Studio's own JSON and JSON-MIN: keypoints in percent of the photo, in the box that is their parent."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from swahr._util.files import write_text
from swahr.errors import UnreadableError
from swahr.pose.skeleton import Skeleton
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Person, Problem
from swahr_training.data.marks import VISIBLE, MarkedPhoto, Marks, assemble, grouped
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none
from swahr_training.data.writing import PHOTOS, copy_photos

POINTS, BOXES = "keypointlabels", "rectanglelabels"


@register_label_format
class LabelStudioFormat(LabelFormat):
    """One JSON: a list of tasks."""

    name = "label-studio"
    description = "Label Studio's JSON and JSON-MIN: keypoints and boxes of tasks"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the first tasks."""
        content = file.json
        if (
            not isinstance(content, list)
            or not content
            or not all(isinstance(task, dict) for task in content)
        ):
            return False
        return any(
            ("data" in task and ("annotations" in task or "completions" in task)) or _min_fields(task)
            for task in content[:100]
        )

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read all tasks; of each the last annotation that was not skipped."""
        find = PhotoFinder(file.path, wanted.images)
        problems: list[Problem] = []
        photos: list[MarkedPhoto] = []
        for task in file.json if file.json is not None else file.read_json():
            try:
                photos.append(_photo(task, find, problems))
            except (TypeError, ValueError, KeyError, IndexError) as error:
                raise UnreadableError(
                    f"{file.path}: task {task.get('id')} makes no sense ({error})"
                ) from error
        return assemble(str(file.path), photos, wanted, None, problems, find.folders)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write tasks.json, whose annotations are of the photos in the folder `images`."""
        names = copy_photos(labels, target / PHOTOS)
        tasks = []
        for number, (photo, name) in enumerate(zip(labels.photos, names, strict=True), start=1):
            result = [
                region
                for index, person in enumerate(photo.people)
                if not person.crowd
                for region in _written(person, index, photo.size_wh, labels.skeleton)
            ]
            image = f"/data/local-files/?d={quote(f'{PHOTOS}/{name}')}"
            tasks.append(
                {"id": number, "data": {"image": image}, "annotations": [{"id": number, "result": result}]}
            )
        write_text(target / "tasks.json", json.dumps(tasks))
        return target / "tasks.json"


def _written(
    person: Person, index: int, size_wh: tuple[int, int], skeleton: Skeleton
) -> Iterator[dict[str, Any]]:
    """Yield a person as a box and the points whose parent it is."""
    width, height = size_wh
    facts = {"to_name": "image", "original_width": width, "original_height": height, "image_rotation": 0}
    x, y, w, h = person.box
    place = {
        "x": 100 * x / width,
        "y": 100 * y / height,
        "width": 100 * w / width,
        "height": 100 * h / height,
    }
    box = {**place, "rotation": 0, BOXES: [skeleton.to_coco_category()["name"]]}
    yield {"id": f"box{index}", "type": BOXES, "from_name": "person", **facts, "value": box}
    for number, (joint_x, joint_y, seen) in enumerate(person.joints.tolist()):
        if seen > 0:
            point = {"x": 100 * joint_x / width, "y": 100 * joint_y / height, "width": 0.5}
            value = {**point, POINTS: [skeleton.joints[number]]}
            names = {
                "id": f"point{index}_{number}",
                "parentID": f"box{index}",
                "type": POINTS,
                "from_name": "joint",
            }
            yield {**names, **facts, "value": value}


def _min_fields(task: Mapping[str, Any]) -> list[str]:
    """Return the fields of a JSON-MIN task that hold regions."""
    return [
        name
        for name, value in task.items()
        if isinstance(value, list)
        and value
        and all(isinstance(each, dict) for each in value)
        and any(POINTS in each or BOXES in each for each in value)
    ]


def _photo(task: Mapping[str, Any], find: PhotoFinder, problems: list[Problem]) -> MarkedPhoto:
    data = task.get("data", task)
    names = [data[key] for key in ("image", "img", "photo", *data) if isinstance(data.get(key), str)]
    if not names:
        raise ValueError("it names no photo")
    path = find(names[0])
    regions = list(_regions(task))
    said = [each for each in regions if "original_width" in each]
    sizes = [(int(each["original_width"]), int(each["original_height"])) for each in said]
    size = sizes[0] if sizes else size_or_none(path)
    width, height = size[0] / 100, size[1] / 100  # of a percent
    if any(region.get("image_rotation") for region in regions):
        problems.append(Problem("photos that were turned in Label Studio: left as they are", path.name))
    people: dict[str, Marks] = {}
    for number, region in enumerate(regions, start=1):
        value = region["value"]
        if value.get(BOXES):
            box = (value["x"] * width, value["y"] * height, value["width"] * width, value["height"] * height)
            people[str(region.get("id") or number)] = Marks(f"box {number}", {}, box, str(value[BOXES][0]))
    loose = []
    parents = _parents(task)
    for region in regions:
        value = region["value"]
        if value.get(POINTS):
            mark = (str(value[POINTS][0]), value["x"] * width, value["y"] * height, VISIBLE)
            parent = people.get(str(region.get("parentID") or parents.get(region.get("id"))))
            if parent is None:
                loose.append(mark)
            else:
                grouped([mark], [Marks(parent.name, parent.joints)], path.name, problems)
    boxes = list(people.values())
    return MarkedPhoto(path, size, grouped(loose, boxes, path.name, problems) if loose else boxes)


def _parents(task: Mapping[str, Any]) -> dict[Any, Any]:
    """Return which region others are drawn to by relations, in either direction."""
    found: dict[Any, Any] = {}
    for region in _last(task):
        if region.get("type") == "relation":
            found[region["from_id"]] = region["to_id"]
            found.setdefault(region["to_id"], region["from_id"])
    return found


def _last(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the last annotation holds that was not skipped."""
    listed = task.get("annotations") or task.get("completions") or []
    done = [each for each in listed if not each.get("was_cancelled")]
    return list(done[-1]["result"]) if done else []


def _regions(task: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield regions in one form: those of the last annotation, or a JSON-MIN task's own."""
    for region in _last(task):
        if isinstance(region.get("value"), dict):
            yield region
    if "data" not in task:
        for name in _min_fields(task):
            for region in task[name]:
                yield {**region, "value": region}
