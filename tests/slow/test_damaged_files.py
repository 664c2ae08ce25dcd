"""300 damaged checkpoints, 300 label files, 400 keypoint files: what is in them, or one line."""

import shutil

import numpy as np
import pytest
import torch

from swahr.formats import FORMATS, find_format, open_writer, read
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from tests.slow.damage import damaged, damaged_member, damaged_metadata, damaged_tensors, damaged_text
from tests.slow.writers import files

TEXTS = {".csv", ".json", ".jsonl", ".trc", ".xml", ".yaml", ".txt"}
WEIGHTS = {
    "bytes": ("crowd", damaged),
    "head": ("crowd", damaged_tensors),
    "metadata": ("crowd", damaged_metadata),
    "pth": ("pth", damaged),
    "pickle": ("pth", damaged_member),
}
FORMATS_OF_LABELS = ("coco", "cvat", "deeplabcut", "label-studio", "labelme", "sleap", "yolo")
PEOPLE_FRAMES = 6


@pytest.fixture(scope="session")
def weights(crowd_model, tmp_path_factory):
    """Whole checkpoints: one of ours, and one as older programs save it, a pickle of tensors."""
    from safetensors.torch import load_file

    path = tmp_path_factory.mktemp("weights") / "w.pth"
    torch.save({"state_dict": load_file(crowd_model), "epoch": 3, "names": ["a", "b"]}, path)
    return {"crowd": crowd_model, "pth": path}


@pytest.mark.parametrize("number", range(60))
@pytest.mark.parametrize("kind", WEIGHTS)
def test_a_damaged_checkpoint_is_loaded_or_refused(kind, number, weights, runner, photo, tmp_path):
    whole, damage = WEIGHTS[kind]
    path = tmp_path / f"w{weights[whole].suffix}"
    path.write_bytes(damage(weights[whole].read_bytes(), f"{kind} {number}"))
    if number % 4 == 3:
        runner("weights", "show", path.name, folder=tmp_path).check()
        assert files(tmp_path) == {path.name}
        return
    network = ("--model", path.name, "--backend", "torch", "--device", "cpu")
    ended = runner("images", photo, "-o", "out.csv", *network, folder=tmp_path).check()
    assert files(tmp_path) <= {path.name, "out.csv"}
    assert (tmp_path / "out.csv").exists() == (ended.code == 0)


@pytest.fixture(scope="session")
def labels(figures, runner, tmp_path_factory):
    """Make a folder of labels in each format, and photos."""
    whole = {}
    for name in FORMATS_OF_LABELS:
        place = tmp_path_factory.mktemp(name)
        command = ("labels", "convert", figures / "keypoints.json", "whole", "--to", name)
        ended = runner(*command, "--images", figures / "images", folder=place)
        assert ended.code == 0, ended.errors
        whole[name] = place / "whole"
    return whole


@pytest.mark.parametrize("number", range(43))
@pytest.mark.parametrize("name", FORMATS_OF_LABELS)
def test_damaged_labels_are_read_or_refused(name, number, labels, runner, tmp_path):
    folder = tmp_path / "labels"
    shutil.copytree(labels[name], folder)
    texts = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".png", ".jpg")
    )
    chosen = texts[number % len(texts)]
    damage = damaged_text if chosen.suffix in TEXTS else damaged
    chosen.write_bytes(damage(chosen.read_bytes(), f"{name} {number}"))
    before = files(tmp_path)
    command = (
        ("labels", "convert", folder, "out")
        if number % 2
        else ("train", folder, "--check", "--sheet", "out.png")
    )
    if len(texts) == 1 or name in ("coco", "sleap", "cvat", "label-studio"):
        command = tuple(chosen if each == folder else each for each in command)
    ended = runner(*command, folder=tmp_path).check()
    if ended.code == 2 and "convert" in command:  # a check ends so where it found something
        new = {each for each in files(tmp_path) - before if not each.endswith(".part")}
        assert not any(each.endswith((".json", "out.png")) for each in new), new


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Write a recording in each format."""
    folder, chance = tmp_path_factory.mktemp("recordings"), np.random.default_rng(0)
    whole = {}
    for known in FORMATS:
        path = folder / f"a{find_format(known.name).suffix}"
        with open_writer(known.name, path, COCO_17, frame_rate=25.0, size_wh=(640, 480)) as writer:
            for frame in range(PEOPLE_FRAMES):
                keypoints = chance.uniform(1, 400, (2, 17, 3)).astype(np.float32)
                keypoints[..., 2] = 0.5
                poses = Poses(keypoints, np.full(2, 0.5, np.float32), COCO_17, np.arange(2, dtype=np.int32))
                writer.write(frame, frame / 25, poses)
        whole[known.name] = path
    return whole


@pytest.mark.parametrize("number", range(31))
@pytest.mark.parametrize("name", sorted(known.name for known in FORMATS))
def test_a_damaged_keypoint_file_is_converted_or_refused(name, number, recordings, runner, tmp_path):
    whole = recordings[name]
    path = tmp_path / whole.name
    if whole.is_dir():
        shutil.copytree(whole, path)
        inner = sorted(each for each in path.rglob("*") if each.is_file())
        chosen = inner[number % len(inner)]
    else:
        shutil.copyfile(whole, path)
        chosen = path
    damage = damaged_text if chosen.suffix in TEXTS else damaged
    chosen.write_bytes(damage(chosen.read_bytes(), f"{name} {number}"))
    before = files(tmp_path)
    reading = ("--from", name) if number % 2 else ()
    ended = runner("convert", path.name, "out.csv", *reading, folder=tmp_path).check()
    new = files(tmp_path) - before
    if ended.code == 0:
        assert new == {"out.csv"}
        for frame in read(tmp_path / "out.csv"):
            assert np.isfinite(frame.poses.keypoints[..., 2]).all()
    else:
        assert new <= {"out.csv.part"}
