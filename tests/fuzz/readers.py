"""The readers of files, each with seeds of the kind that it reads. Whatever comes in, SwahrError alone comes out."""

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as save_tensors

from swahr.errors import SwahrError
from swahr.formats import FORMATS, find_format, open_writer, read
from swahr.models.checkpoints import load_checkpoint, read_card
from swahr.movement.definitions import USUAL, read_definitions
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.run.journal import Journal, Progress, journal_path
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.sources import read_labels
from swahr_training.reading import load_settings

LABELS = {
    "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
    "categories": [COCO_17.to_coco_category()],
    "annotations": [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "keypoints": [4, 5, 2] * 17,
            "bbox": [1, 2, 30, 40],
            "area": 99,
        }
    ],
}
YOLO = "path: .\ntrain: images\nkpt_shape: [17, 3]\nnames: {0: person}\n"
TRAINING = "train: [{labels: a.json}]\nval: {labels: b.json}\nlearning_rate: 0.001\n"


@dataclass(frozen=True)
class Target:
    """A reader. name: of the file that it is given. seeds: files that it reads, or could."""

    name: str
    run: Callable[[Path], Any]
    seeds: tuple[bytes, ...]

    def __call__(self, content: bytes, folder: Path) -> bool:
        """Read a file with this content; return whether it was taken. Anything but SwahrError is passed on."""
        path = folder / self.name
        path.write_bytes(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.run(path)
        except SwahrError as error:
            if len(str(error)) > 4000 or "\n" in str(error):
                raise ValueError("the message is no line that people read") from error
            return False
        return True


def _written(folder: Path, name: str) -> bytes:
    """Return a small recording in a format; nothing for one that is a folder."""
    path = folder / f"seed{find_format(name).suffix}"
    keypoints = np.linspace(0, 50, 2 * 17 * 3, dtype=np.float32).reshape(2, 17, 3)
    keypoints[..., 2] = 0.5
    poses = Poses(keypoints, np.full(2, 0.5, np.float32), COCO_17, np.arange(2, dtype=np.int32))
    with open_writer(name, path, COCO_17, frame_rate=25.0, size_wh=(64, 48)) as writer:
        for frame in range(2):
            writer.write(frame, frame / 25, poses)
    return path.read_bytes() if path.is_file() else b""


def _journal(path: Path) -> None:
    path.replace(journal_path(path))
    Journal(path, {"a": 1}).read()


def _written_journal(folder: Path) -> bytes:
    journal = Journal(folder / "seed.csv", {"a": 1})
    journal.write(Progress(last_index=3, counts={"frames": 4}))
    return journal.path.read_bytes()


def _checkpoint() -> bytes:
    metadata = {
        "format": "swahr-1",
        "architecture": json.dumps({"backbone": {"kind": "mobilenet"}, "num_joints": 17}),
        "skeleton": json.dumps(COCO_17.to_dict()),
        "input_size": "256",
        "mean": "[0.5, 0.5, 0.5]",
        "std": "[0.5, 0.5, 0.5]",
        "card": "{}",
        "scorer": "{}",
        "calibration": "{}",
    }
    return save_tensors({"backbone.a": torch.zeros(2)}, metadata)


def _settings(path: Path) -> None:
    load_settings(TrainConfig, path)


def _labels(path: Path) -> None:
    read_labels(DataSource(images=path.parent, labels=path), "train")


def targets(folder: Path) -> dict[str, Target]:
    """Return all readers by name. folder: where seeds are made."""
    found = {
        "checkpoint": Target("a.safetensors", load_checkpoint, (_checkpoint(),)),
        "card": Target("a.safetensors", read_card, (_checkpoint(),)),
        "skeleton": Target("a.json", Skeleton.from_json, (json.dumps(COCO_17.to_dict()).encode(),)),
        "angles": Target("a.yaml", read_definitions, (Path(USUAL).read_bytes(),)),
        "settings": Target("a.yaml", _settings, (TRAINING.encode(),)),
        "labels_coco": Target("a.json", _labels, (json.dumps(LABELS).encode(),)),
        "labels_yolo": Target("data.yaml", _labels, (YOLO.encode(),)),
        "journal": Target("a.csv", _journal, (_written_journal(folder),)),
    }
    for known in FORMATS:
        seed = _written(folder, known.name)
        if seed:
            found[f"format_{known.name}"] = Target(f"a{known.suffix}", _reads(known.name), (seed, b""))
    found["format_by_content"] = Target("a.dat", read, (b"[]", b"{}", b"frame,time_s,person_id,score\n"))
    return found


def _reads(name: str) -> Callable[[Path], Any]:
    return lambda path: read(path, name)
