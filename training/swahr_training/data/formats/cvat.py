"""CVAT's XML, for images 1.1 and for video 1.1: skeletons, or points and boxes that a group_id makes one person."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from swahr._util.files import write_text
from swahr.errors import UnreadableError
from swahr.pose.skeleton import Skeleton
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Person, Problem
from swahr_training.data.marks import HIDDEN, VISIBLE, Described, MarkedPhoto, Marks, assemble, grouped
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none
from swahr_training.data.writing import PHOTOS, copy_photos

FRAMES = ("frame_{:06d}.PNG", "frame_{:06d}.png", "frame_{:06d}.jpg", "frame_{:06d}.jpeg")


@register_label_format
class CvatFormat(LabelFormat):
    """One XML, beside the photos or `images/`."""

    name = "cvat"
    description = "CVAT's XML for images and for video: skeletons, or points and boxes of a group"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the root and what comes first in it."""
        return (
            file.suffix == ".xml"
            and "<annotations" in file.head
            and ("<image " in file.head or "<meta>" in file.head or "<track " in file.head)
        )

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read all images, or the frames of all tracks."""
        try:
            root = ElementTree.parse(file.path).getroot()
        except ElementTree.ParseError as error:
            raise UnreadableError(f"{file.path}: no XML: {error}") from error
        find = PhotoFinder(file.path, wanted.images)
        problems: list[Problem] = []
        try:
            images = [_image(image, find, problems) for image in root.iter("image")]
            photos = images or list(_frames(root, find, problems))
        except (TypeError, ValueError, KeyError) as error:
            raise UnreadableError(f"{file.path}: it makes no sense ({error!r})") from error
        described = _described(root, wanted.category)
        return assemble(str(file.path), photos, wanted, described, problems, find.folders)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write annotations.xml beside the folder of its photos."""
        root = Element("annotations")
        SubElement(root, "version").text = "1.1"
        root.append(_declared(labels.skeleton))
        for number, (photo, name) in enumerate(
            zip(labels.photos, copy_photos(labels, target / PHOTOS), strict=True)
        ):
            width, height = (str(side) for side in photo.size_wh)
            image = SubElement(
                root, "image", {"id": str(number), "name": name, "width": width, "height": height}
            )
            for person in photo.people:
                if not person.ignored:
                    image.append(_skeleton(person, labels.skeleton))
        write_text(target / "annotations.xml", ElementTree.tostring(root, "unicode", xml_declaration=True))
        return target / "annotations.xml"


def _declared(skeleton: Skeleton) -> Element:
    """Return the head that declares a skeleton, its joints and, as a drawing, its limbs."""
    meta = Element("meta")
    labels = SubElement(SubElement(meta, "job"), "labels")
    name = str(skeleton.to_coco_category()["name"])
    drawing = Element("svg")
    for a, b in skeleton.limbs:
        ends = {"data-node-from": str(a + 1), "data-node-to": str(b + 1)}
        SubElement(drawing, "line", {"data-type": "edge", **ends})
    for number, joint in enumerate(skeleton.joints, start=1):
        names = {"data-node-id": str(number), "data-label-name": joint}
        SubElement(drawing, "circle", {"data-type": "element node", **names})
    svg = "".join(ElementTree.tostring(each, "unicode") for each in drawing)
    for each, kind, parent in [
        (name, "skeleton", ""),
        *((joint, "points", name) for joint in skeleton.joints),
    ]:
        label = SubElement(labels, "label")
        SubElement(label, "name").text = each
        SubElement(label, "type").text = kind
        if parent:
            SubElement(label, "parent").text = parent
        else:
            SubElement(label, "svg").text = svg
    return meta


def _skeleton(person: Person, skeleton: Skeleton) -> Element:
    shape = Element(
        "skeleton", {"label": str(skeleton.to_coco_category()["name"]), "source": "manual", "z_order": "0"}
    )
    for joint, (x, y, seen) in zip(skeleton.joints, person.joints.tolist(), strict=True):
        facts = {"label": joint, "outside": str(int(seen == 0)), "occluded": str(int(seen == HIDDEN))}
        SubElement(shape, "points", {**facts, "points": f"{x:.2f},{y:.2f}"})
    return shape


def _image(image: Element, find: PhotoFinder, problems: list[Problem]) -> MarkedPhoto:
    path = find(image.attrib["name"])
    size = (int(image.get("width", 0)), int(image.get("height", 0)))
    return MarkedPhoto(
        path, size if min(size) > 0 else size_or_none(path), _people(list(image), path.name, problems)
    )


def _frames(root: Element, find: PhotoFinder, problems: list[Problem]) -> Iterator[MarkedPhoto]:
    """Yield the frames of an export for video: each shape of a track stands at its frame."""
    shapes: dict[int, list[Element]] = defaultdict(list)
    for track in root.iter("track"):
        for shape in track:
            shape.set("label", shape.get("label") or track.get("label") or "")
            shape.set("group_id", f"track {track.get('id')}")
            if shape.get("outside") != "1":
                shapes[int(shape.attrib["frame"])].append(shape)
    for number in sorted(shapes):
        paths = [find(name.format(number)) for name in FRAMES]
        path = next((path for path in paths if path.is_file()), paths[0])
        yield MarkedPhoto(path, size_or_none(path), _people(shapes[number], path.name, problems))


def _people(shapes: list[Element], where: str, problems: list[Problem]) -> list[Marks]:
    people: list[Marks] = []
    groups: dict[str, Marks] = {}
    loose: list[tuple[str, float, float, float]] = []
    boxes: list[Marks] = []
    for shape in shapes:
        group = shape.get("group_id") or ""
        if shape.tag == "skeleton":
            person = Marks(f"skeleton {len(people) + 1}", category=shape.get("label", ""))
            grouped(
                [mark for point in shape.iter("points") for mark in _mark(point)], [person], where, problems
            )
            if person.joints:  # all outside: a track that has left the picture
                people.append(person)
        elif shape.tag == "points":
            if group:
                person = groups.setdefault(group, Marks(f"group {group}"))
                grouped(list(_mark(shape)), [Marks(person.name, person.joints)], where, problems)
            else:
                loose += _mark(shape)
        elif shape.tag == "box":
            person = (
                groups.setdefault(group, Marks(f"group {group}")) if group else Marks(f"box {len(boxes) + 1}")
            )
            left, top, right, bottom = (float(shape.attrib[side]) for side in ("xtl", "ytl", "xbr", "ybr"))
            person.box, person.category = (left, top, right - left, bottom - top), shape.get("label", "")
            if not group:
                boxes.append(person)
    return [*people, *groups.values(), *grouped(loose, boxes, where, problems)]


def _mark(point: Element) -> Iterator[tuple[str, float, float, float]]:
    """Yield a point that is in the photo as joint, x, y, visibility."""
    if point.get("outside") != "1":
        x, y = (float(value) for value in point.attrib["points"].split(";")[0].split(","))
        yield point.attrib["label"], x, y, HIDDEN if point.get("occluded") == "1" else VISIBLE


def _described(root: Element, category: str | None) -> Described:
    """Return the joints and limbs of the skeleton that the head declares; of the chosen one where there are several."""
    labels = [label for label in root.iter("label") if label.find("name") is not None]
    posed = [label for label in labels if label.findtext("type") == "skeleton"]
    if category is not None:
        posed = [label for label in posed if label.findtext("name") == category]
    if len(posed) != 1:
        return Described()
    name = posed[0].findtext("name") or ""
    joints = [str(label.findtext("name")) for label in labels if label.findtext("parent") == name]
    return Described(joints, list(_edges(posed[0].findtext("svg") or "")), name=name)


def _edges(svg: str) -> Iterator[tuple[str, str]]:
    """Yield the limbs of a skeleton's drawing: its lines name nodes by number, its circles say what these are."""
    try:
        drawing = ElementTree.fromstring(f"<svg>{svg}</svg>")
    except ElementTree.ParseError:
        return
    names = {
        each.get("data-node-id") or each.get("data-element-id"): each.get("data-label-name") or ""
        for each in drawing.iter("circle")
    }
    for line in drawing.iter("line"):
        ends = names.get(line.get("data-node-from")), names.get(line.get("data-node-to"))
        if ends[0] and ends[1]:
            yield ends[0], ends[1]
