"""Grouping from layouts: what is drawn, and that the tower learns from it."""

import json
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.models import load_checkpoint, read_architecture
from swahr.models.backbones.movenet import MoveNetBackbone
from swahr_training.loss import tag_loss
from swahr_training.recipes import grouping
from swahr_training.recipes.layouts import Layout, draw, read_layouts, render_as_found


def write_layouts(path, photos=6, people=3, **left_out):
    rng = np.random.default_rng(0)
    centres = np.tile(np.linspace(0.2, 0.8, people), photos)[:, None, None] * (1, 0) + (0, 0.5)
    points = centres + rng.normal(0, (0.05, 0.15), (photos * people, 17, 2))
    fields = {
        "image_id": np.repeat(np.arange(photos), people) + 100,
        "keypoints_xy": (points.clip(0, 1) * 32767).astype(np.int16),
        "visibility": rng.integers(0, 3, (photos * people, 17)),
        "scale": 32767,
        "sizes_image_id": np.arange(photos) + 100,
        "sizes_wh": np.full((photos, 2), (640, 480)),
    }
    np.savez(path, **{name: value for name, value in fields.items() if name not in left_out})
    return path


def test_people_are_read_by_photo_without_those_of_validation(tmp_path):
    layouts = read_layouts(write_layouts(tmp_path / "poses.npz"), {101})
    assert len(layouts) == 5
    assert all(layout.joints.shape == (3, 17, 3) for layout in layouts)
    assert (layouts[0].width, layouts[0].height) == (1.0, 0.75)
    assert max(layout.joints[..., 1].max() for layout in layouts) <= 0.75


def test_cocos_own_json_gives_the_same_layouts(tmp_path):
    npz = write_layouts(tmp_path / "poses.npz")
    with np.load(npz) as data:
        xy = data["keypoints_xy"] / data["scale"] * (640, 480)
        rows = np.concatenate([xy, data["visibility"][..., None]], axis=2).reshape(len(xy), -1).tolist()
        people = [
            {"image_id": int(number), "keypoints": row, "iscrowd": 0}
            for number, row in zip(data["image_id"], rows, strict=True)
        ]
    left_aside = [{**people[0], "iscrowd": 1}, {**people[0], "keypoints": [0] * 51}, {"image_id": 100}]
    images = [{"id": number, "width": 640, "height": 480} for number in range(100, 106)]
    file = tmp_path / "person_keypoints.json"
    file.write_text(json.dumps({"images": images, "annotations": people + left_aside}))
    for ours, theirs in zip(read_layouts(file, {103}), read_layouts(npz, {103}), strict=True):
        np.testing.assert_allclose(ours.joints, theirs.joints, atol=1e-5)
        assert (ours.width, ours.height) == (theirs.width, theirs.height)


def test_a_file_that_lacks_something_is_refused(tmp_path):
    with pytest.raises(SwahrError, match="sizes_wh"):
        read_layouts(write_layouts(tmp_path / "poses.npz", sizes_wh=None), set())
    with pytest.raises(SwahrError, match="an \\.npz file"):
        read_layouts(tmp_path / "none.npz", set())
    (tmp_path / "boxes.json").write_text(
        '{"images": [], "annotations": [{"keypoints": []}], "categories": []}'
    )
    assert read_layouts(tmp_path / "boxes.json", set()) == []
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(SwahrError, match="expected a COCO keypoint JSON"):
        read_layouts(tmp_path / "list.json", set())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**20), st.sampled_from([64, 128, 320]))
def test_samples_are_heatmaps_and_places_on_them(seed, size):
    rng = np.random.default_rng(seed)
    joints = rng.uniform(0, 1, (4, 17, 3)).astype(np.float32)
    joints[..., 2] = rng.integers(0, 3, (4, 17))
    heatmaps, indices = draw([Layout(joints, 1.0, 0.75)], size, rng)
    assert heatmaps.shape == (17, size // 4, size // 4)
    assert heatmaps.dtype == np.float32
    assert 0 <= heatmaps.min() <= heatmaps.max() <= 1
    assert indices[..., 0].max() < heatmaps.size


def test_sure_joints_are_mostly_found_where_they_are():
    rng = np.random.default_rng(0)
    joints = np.zeros((1, 17, 3), np.float32)
    joints[0] = (20, 30, 2)
    found = np.mean(
        [render_as_found(joints, 64, rng)[:, 28:33, 18:23].max(axis=(1, 2)) > 0.2 for _ in range(20)]
    )
    assert 0.6 < found < 1


def test_the_tower_learns_from_layouts_and_goes_on_from_a_checkpoint(tmp_path, monkeypatch, write_onnx):
    small = {"grouping_width": 8, "grouping_blocks": 1, "tag_dims": 2}
    architecture = read_architecture(dict(backbone="movenet", head_width=8, head_blocks=0, **small))
    monkeypatch.setattr(grouping, "ARCHITECTURE", architecture)
    movenet = tmp_path / "movenet.onnx"
    write_onnx(architecture.build(), movenet)
    write_layouts(tmp_path / "poses.npz")
    (tmp_path / "dev.json").write_text(json.dumps({"images": [{"id": 100}]}))
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"

    def run(out, *more):
        arguments = [
            tmp_path / "poses.npz",
            "--movenet",
            movenet,
            "--leave-out",
            tmp_path / "dev.json",
            "--out",
            out,
        ]
        options = ["--size", "64", "--batch-size", "4", *more]
        monkeypatch.setattr(sys, "argv", ["grouping", *map(str, arguments), *map(str, options)])
        grouping.main()

    run(first, "--steps", 1)
    run(second, "--steps", 120, "--start-from", first)
    layouts = read_layouts(tmp_path / "poses.npz", set())
    heatmaps, indices = next(grouping.batches(layouts, 64, 16, 1, seed=9))

    def loss(path):
        model = load_checkpoint(path).model
        assert isinstance(model.backbone, MoveNetBackbone)
        with torch.inference_mode():
            tags = grouping.TagsOfHeatmaps(model).eval()(heatmaps)
        push, pull = tag_loss(tags, indices, 17, push_over="people")
        return float(push.mean() + pull.mean())

    assert loss(second) < 0.9 * loss(first)
