"""DeepLabCut: CollectedData_SCORER.csv or .h5 of labelled frames, one of them or all of a project (config.yaml)."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from swahr._util.files import write_text
from swahr._util.reading import CsvRows, open_text
from swahr.errors import MissingError, UnreadableError
from swahr.formats.hdf_tables import read_table
from swahr_training.data.formats.base import LabelFormat, Wanted, register_label_format
from swahr_training.data.formats.file import LabelFile
from swahr_training.data.labels import Labels, Problem
from swahr_training.data.marks import VISIBLE, Described, MarkedPhoto, Marks, assemble
from swahr_training.data.photo_paths import PhotoFinder
from swahr_training.data.sizes import size_or_none
from swahr_training.data.writing import copy_photos

TABLE = "CollectedData_*"
FRAMES = "labeled-data"  # the folder of a project that has a folder of frames for each video
ALONE = "single"  # what a table of several animals calls joints that belong to none of them


@register_label_format
class DeepLabCutFormat(LabelFormat):
    """A project's folder, its config.yaml, the folder of one video, or a table."""

    name = "deeplabcut"
    description = "DeepLabCut: a project, its config.yaml, or a CollectedData csv or h5"

    def recognises(self, file: LabelFile) -> bool:
        """Go by the names of files, the fields of config.yaml and the first cell of a table."""
        if file.path.is_dir():
            return file.path.name == FRAMES or (file.path / FRAMES).is_dir() or any(file.path.glob(TABLE))
        if file.suffix == ".csv":
            return file.head.startswith("scorer,") and "\nbodyparts," in file.head.replace("\r", "")
        if file.suffix == ".h5":
            return file.path.name.startswith("CollectedData")
        content = file.yaml
        return isinstance(content, Mapping) and ("bodyparts" in content or "multianimalbodyparts" in content)

    def read(self, file: LabelFile, wanted: Wanted) -> Labels:
        """Read one table, or all of a project."""
        project, tables = _tables(file)
        problems: list[Problem] = []
        photos: list[MarkedPhoto] = []
        find = PhotoFinder(project / "labels", wanted.images)
        joints: list[str] = []
        for table in tables:
            columns, rows = _read_h5(table) if table.suffix == ".h5" else _read_csv(table)
            joints += [joint for individual, joint, _ in columns if individual != ALONE]
            inside = PhotoFinder(table, wanted.images)
            for name, values in rows:
                path = find(name)
                path = path if path.is_file() else inside(name)
                photos.append(MarkedPhoto(path, size_or_none(path), _people(columns, values)))
        described = _described(project / "config.yaml", problems)
        described.joints = described.joints or list(dict.fromkeys(joints))
        return assemble(str(file.path), photos, wanted, described, problems, find.folders)

    def write(self, labels: Labels, target: Path) -> Path:
        """Write a project of one folder of frames: config.yaml and a table, of one animal where no photo has more."""
        folder = target / FRAMES / "photos"
        names = copy_photos(labels, folder)
        joints, most = labels.skeleton.joints, max((len(photo.people) for photo in labels.photos), default=1)
        several = most > 1
        individuals = [f"individual{number}" for number in range(1, max(most, 1) + 1)]
        columns = [(who, joint, axis) for who in individuals for joint in joints for axis in "xy"]
        rows = [["scorer", "", "", *["swahr"] * len(columns)]]
        for at, head in enumerate(("individuals", "bodyparts", "coords")):
            if several or head != "individuals":
                rows.append([head, "", "", *(column[at] for column in columns)])
        for photo, name in zip(labels.photos, names, strict=True):
            points = np.full((len(individuals), len(joints), 2), np.nan)
            for place, person in zip(points, photo.people, strict=False):
                seen = person.joints[:, 2] > 0
                place[seen] = person.joints[seen, :2]
            cells = ["" if math.isnan(value) else f"{value:.2f}" for value in points.ravel()]
            rows.append([FRAMES, "photos", name, *cells])
        table = io.StringIO()
        csv.writer(table, lineterminator="\n").writerows(rows)
        write_text(folder / "CollectedData_swahr.csv", table.getvalue())
        content = {
            "Task": labels.skeleton.name,
            "scorer": "swahr",
            "multianimalproject": several,
            **(
                {
                    "individuals": individuals,
                    "multianimalbodyparts": list(joints),
                    "uniquebodyparts": [],
                    "bodyparts": "MULTI!",
                }
                if several
                else {"bodyparts": list(joints)}
            ),
            "skeleton": [[joints[a], joints[b]] for a, b in labels.skeleton.limbs],
            "video_sets": {},
        }
        write_text(target / "config.yaml", yaml.safe_dump(content, sort_keys=False, default_flow_style=None))
        return target


def _tables(file: LabelFile) -> tuple[Path, list[Path]]:
    """Return the project and its tables: of each video the csv, or the h5 where there is none."""
    path = file.path
    if file.suffix in (".csv", ".h5"):
        folder = path.parent
        project = folder.parent.parent if folder.parent.name == FRAMES else folder
        return project, [path]
    project = path if path.is_dir() and path.name != FRAMES else path.parent
    if project.parent.name == FRAMES:  # the folder of one video
        return project.parent.parent, [table for table in [_table_of(project)] if table is not None]
    folders = sorted((project / FRAMES).glob("*/")) or [project]
    tables = [found for folder in folders if (found := _table_of(folder)) is not None]
    if not tables:
        raise MissingError(
            f"{path}: no CollectedData_*.csv or .h5 in {project / 'labeled-data'}; label frames first"
        )
    return project, tables


def _table_of(folder: Path) -> Path | None:
    for ending in (".csv", ".h5"):
        found = min(folder.glob(TABLE + ending), default=None)
        if found is not None:
            return found
    return None


# Individual, joint and axis of each column; the photo's name and the values of each row.
Table = tuple[list[tuple[str, str, str]], list[tuple[str, list[float]]]]


def _read_csv(path: Path) -> Table:
    try:
        with open_text(path, newline="") as file:
            rows = [row for row in CsvRows(file) if any(row)]
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path}: cannot be read ({error})") from error
    heads = {row[0]: row for row in rows[:4] if row[0] in ("scorer", "individuals", "bodyparts", "coords")}
    if not {"bodyparts", "coords"} <= {*heads}:
        raise UnreadableError(
            f"{path}: expected header rows scorer, bodyparts and coords, as DeepLabCut writes them"
        )
    sizes = {name: len(row) for name, row in heads.items() if name != "scorer"}  # nobody reads that one
    if len({*sizes.values()}) > 1:
        said = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise UnreadableError(f"{path} is damaged: its header rows have different numbers of cells ({said})")
    # One column of paths, or three: labeled-data, video, photo.
    first = next((at for at, cell in enumerate(heads["coords"]) if cell in ("x", "y")), len(heads["coords"]))
    nobody = [""] * len(heads["bodyparts"])
    columns = list(zip(heads.get("individuals", nobody), heads["bodyparts"], heads["coords"], strict=True))
    found = []
    for row in rows[len(heads) :]:
        try:
            values = [float(cell) if cell.strip() else math.nan for cell in row[first:]]
        except ValueError as error:
            raise UnreadableError(f"{path}: {'/'.join(row[:first])}: {error}") from error
        found.append(("/".join(cell for cell in row[:first] if cell), values))
    return columns[first:], found


def _read_h5(path: Path) -> Table:
    try:
        import pandas  # noqa: F401 - read by
        import tables  # noqa: F401 - what pandas reads it by
    except ImportError as error:
        raise MissingError(
            f"{path}: reading h5 needs {error.name}: pip install 'swahr[labels]'; or name the csv beside it"
        ) from error
    table = read_table(path, None, "h5")
    levels = list(table.columns.names)
    if not {"bodyparts", "coords"} <= {*levels}:
        raise UnreadableError(f"{path}: its columns are {levels}; expected bodyparts and coords")
    said = [dict(zip(levels, map(str, column), strict=True)) for column in table.columns]
    columns = [(each.get("individuals", ""), each["bodyparts"], each["coords"]) for each in said]
    names = ["/".join(name) if isinstance(name, tuple) else str(name) for name in table.index]
    return columns, list(zip(names, table.to_numpy(float).tolist(), strict=True))


def _people(columns: Sequence[tuple[str, ...]], values: Sequence[float]) -> list[Marks]:
    """Return who is labelled in a row; joints of no animal are left out."""
    places: dict[str, dict[str, dict[str, float]]] = {}
    for (individual, joint, coordinate), value in zip(columns, values, strict=False):
        if individual != ALONE:
            places.setdefault(individual, {}).setdefault(joint, {})[coordinate] = value
    people: list[Marks] = []
    for individual, joints in places.items():
        person = Marks(individual or "the animal")
        for joint, place in joints.items():
            x, y = place.get("x", math.nan), place.get("y", math.nan)
            if math.isfinite(x) and math.isfinite(y):
                person.joints[joint] = (x, y, VISIBLE)
        if person.joints:
            people.append(person)
    return people


def _described(config: Path, problems: list[Problem]) -> Described:
    """Return what a project's config.yaml says of its joints."""
    content: Any = LabelFile(config).yaml if config.is_file() else None
    if not isinstance(content, Mapping):
        return Described()
    joints = content.get("multianimalbodyparts") or content.get("bodyparts")
    if not isinstance(joints, list):
        return Described()
    if content.get("uniquebodyparts"):
        kind = (
            f"joints that belong to no animal: left out ({', '.join(map(str, content['uniquebodyparts']))})"
        )
        problems.append(Problem(kind, str(config)))
    pairs = content.get("skeleton") or []
    limbs = [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    return Described([str(joint) for joint in joints], limbs, name=str(content.get("Task") or "animal"))
