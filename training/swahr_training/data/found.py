"""Which labels a path means: of what format they are, which file of a folder, or the settings of a run."""

import re
from pathlib import Path

from swahr.errors import MissingError, Step, UnreadableError
from swahr.video.suffixes import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from swahr_training.data.formats.base import LABEL_FORMATS, SPLITS, LabelFormat
from swahr_training.data.formats.file import YAML_SUFFIXES, LabelFile
from swahr_training.reading import read_json, read_yaml

# Where tools put their files within the folder that a user names.
FOLDERS = ("", "annotations", *SPLITS, "valid")
SUFFIXES = (".json", ".xml", ".csv", ".h5", ".slp", ".mat", *YAML_SUFFIXES)
MAX_LISTED = 8  # names in a message
MAX_LOOKED = 2  # files of which a message says what they are
FORMATS_LISTED = Step("labels formats")


def find_labels(path: Path) -> tuple[LabelFormat, LabelFile]:
    """Return the format of a file or folder of labels, and the file to read.

    A folder may be of a format itself, or hold one file that is.

    Raises:
        MissingError: it is not there.
        UnreadableError: it is of no format that is known, or holds several files of labels.
    """
    if not path.exists():
        raise MissingError(f"{path}: no such file or folder of labels")
    file = LabelFile(path)
    known = recognised(file)
    if known is not None:
        return known, file
    if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file():
        raise UnreadableError(
            f"{path} is a video: some of its frames can be labelled, and the people found in them are first labels",
            hints=[Step("labels frames", (path, "-n", "50", "-o", f"{path.stem}_frames"))],
        )
    if not path.is_dir():
        raise _unknown(path, _what(file))
    files = [LabelFile(each) for folder in FOLDERS for each in _files(path / folder)]
    found = [(kind, each) for each in files if (kind := recognised(each)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        names = [str(each.path.relative_to(path)) for _, each in found]
        listed = ", ".join(names[:MAX_LISTED]) + (" ..." if len(names) > MAX_LISTED else "")
        raise UnreadableError(f"{path}: expected one file of labels, found {listed}; name the file itself")
    photos = sum(each.suffix.lower() in IMAGE_SUFFIXES for each in path.iterdir())
    if photos and not files:
        name = path.resolve().name
        raise UnreadableError(
            f"{path}: photos ({photos}) and no labels: label them first, or correct what a network finds in them and "
            "writes as a data set",
            hints=[Step("images", (path, "-o", f"{name}.csv", "--labels", f"{name}_found"))],
        )
    looked = "; ".join(f"{each.path.name}: {_what(each)}" for each in files[:MAX_LOOKED])
    raise _unknown(path, f"no labels in it{' (' + looked + ')' if looked else ''}")


def recognised(file: LabelFile) -> LabelFormat | None:
    """Return the format of a file or folder; None where it is of none."""
    fitting = [known for known in LABEL_FORMATS if known.recognises(file)]
    # One from outside comes before ours, of which it may be a special kind.
    return min(fitting, key=lambda known: type(known).__module__.startswith("swahr_training."), default=None)


def is_settings(path: Path) -> bool:
    """Whether a file holds the settings of a run: YAML, but no labels. Raises UnreadableError for broken YAML."""
    if path.suffix.lower() not in YAML_SUFFIXES:
        return False
    read_yaml(path)
    return recognised(LabelFile(path)) is None


def has_splits(path: Path) -> bool:
    """Whether a path has labels to train on and labels to validate on."""
    known, file = find_labels(path)
    return {"train", "val"} <= {*known.splits(file)}


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES and each.is_file())


def _unknown(path: Path, said: str) -> UnreadableError:
    names = ", ".join(LABEL_FORMATS.names())
    return UnreadableError(
        f"{path}: {said}; expected labels of one of the formats {names}", hints=[FORMATS_LISTED]
    )


def _what(file: LabelFile) -> str:
    """Say what a file that is of no label format looks like, and what would make labels of it."""
    if file.suffix == ".json":
        return _what_json(read_json(file.path))
    if file.suffix in YAML_SUFFIXES:
        content = read_yaml(file.path)
        if isinstance(content, dict) and "names" in content and ("train" in content or "val" in content):
            return "a YOLO data set without kpt_shape, so of boxes or outlines; export it as YOLO pose"
        return "YAML without kpt_shape or bodyparts"
    if file.suffix == ".xml":
        root = re.search(r"<(?![?!])([\w:-]+)", file.head)
        said = f"XML of {root[1]}" if root else "no XML"
        return said + ("; boxes alone, as Pascal VOC has them" if root and root[1] == "annotation" else "")
    if file.suffix == ".csv":
        return (
            f"a table that begins with {file.head.splitlines()[0][:60]!r}" if file.head else "an empty table"
        )
    if file.path.is_dir():
        return "a folder"
    return f"a file that ends in {file.suffix!r}"


def _what_json(content: object) -> str:
    if isinstance(content, list):
        first = content[0] if content else None
        if isinstance(first, dict) and "keypoints" in first and "image_id" in first:
            return "COCO results, which name no photos; the annotation file that they were made for has them"
        return "a JSON list" + (f" of records with {_keys(first)}" if isinstance(first, dict) else "")
    if isinstance(content, dict):
        if "_via_img_metadata" in content or any(
            isinstance(each, dict) and "regions" in each for each in content.values()
        ):
            return "labels of VGG Image Annotator; export them as COCO"
        if {"images", "annotations"} & content.keys():
            missing = [name for name in ("images", "annotations") if not isinstance(content.get(name), list)]
            return f"not a COCO keypoint file: no list {' and no list '.join(missing)}"
        return f"JSON whose keys are {_keys(content)}"
    return f"a JSON {type(content).__name__}"


def _keys(content: dict[str, object]) -> str:
    names = [str(name) for name in content]
    return (", ".join(names[:MAX_LISTED]) + (" ..." if len(names) > MAX_LISTED else "")) or "nothing"
