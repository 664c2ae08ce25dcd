"""Networks of one person's crop at the command line."""

import csv
import json

import cv2
import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models import load_checkpoint


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def joints_of(row):
    return [
        (float(row[name]), float(row[name[:-1] + "y"])) for name in row if name.endswith("_x") and row[name]
    ]


def test_boxes_of_a_table_say_who_is_in_which_frame_of_a_video(call, clips, tmp_path, crop_model):
    clip = clips.make(tmp_path / "in.mp4", 6, size=(160, 120))
    (tmp_path / "boxes.csv").write_text(
        "frame,x,y,w,h,score\n0,10,20,30,60,0.9\n0,90,20,30,60,0.8\n4,50,30,30,50,0.7\n"
    )
    output = tmp_path / "out.csv"
    options = ("--model", crop_model, "--box-file", tmp_path / "boxes.csv", "--flip-test", "--no-track")
    result = call("video", clip, "-o", output, *options)
    assert result.code == 0, result.errors
    rows = [row for row in read(output) if row["person_id"]]
    assert [int(row["frame"]) for row in rows] == [0, 0, 4]
    for row, (left, top, width, height) in zip(
        rows, ((10, 20, 30, 60), (90, 20, 30, 60), (50, 30, 30, 50)), strict=True
    ):
        xy = np.asarray(joints_of(row))
        middle, size = (left + width / 2, top + height / 2), max(width * 1.5, height) * 1.25
        assert len(xy)
        assert (np.abs(xy - middle) <= (size / 3 + 1, size / 2 + 1)).all()


def test_cocos_detections_say_who_is_on_which_photo(call, tmp_path, crop_model):
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in (7, 8):
        picture = np.random.default_rng(number).integers(0, 256, (90, 120, 3), dtype=np.uint8)
        cv2.imwrite(str(photos / f"{number:012}.png"), picture)
    boxes = [{"image_id": 8, "category_id": 1, "bbox": [40, 20, 40, 60], "score": 0.9}]
    (tmp_path / "boxes.json").write_text(json.dumps(boxes))
    output = tmp_path / "out.csv"
    options = ("--model", crop_model, "--box-file", tmp_path / "boxes.json", "--suppress", "soft")
    result = call("images", photos, "-o", output, *options)
    assert result.code == 0, result.errors
    assert [row["file"][-5:] for row in read(output) if row["score"]] == ["8.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--box-file", "none.csv"), "none.csv: there is no such file of boxes"),
        (("--box-model", "nothing"), "no model 'nothing'"),
    ],
)
def test_what_makes_no_sense_is_one_line(call, clips, tmp_path, crop_model, options, message):
    clip = clips.make(tmp_path / "in.mp4", 2)
    result = call("video", clip, "-o", tmp_path / "out.csv", "--model", crop_model, *options)
    assert result.code == 2
    assert message in result.errors
    assert "Traceback" not in result.errors


@pytest.fixture(scope="module")
def exported_crops(tmp_path_factory, crop_model):
    """The network of crops in a file for other runtimes."""
    pytest.importorskip("onnx")
    path = tmp_path_factory.mktemp("exported") / "crops.onnx"
    export_onnx(load_checkpoint(crop_model), path)
    return path


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_an_exported_network_of_crops_gives_the_same_maps(tmp_path, exported_crops, crop_model, runtime):
    pytest.importorskip(runtime)
    exported = open_exported(exported_crops)
    checkpoint = load_checkpoint(crop_model)
    assert (exported.crop, exported.finder, exported.answers) == (checkpoint.crop, "crops", ("heatmaps",))
    settings = NetworkSettings(device="cpu", precision="float32")
    images = torch.randn(3, 3, 96, 64, generator=torch.Generator().manual_seed(1))
    ours = make_backend(checkpoint, settings.changed(backend="torch"), torch.device("cpu"))(images)
    theirs = make_backend(exported, settings.changed(backend=runtime), torch.device("cpu"))(images)
    assert [output.shape for output in theirs] == [(3, 17, 24, 16)]
    torch.testing.assert_close(theirs[0], ours[0], atol=2e-4, rtol=1e-3)


def test_the_exported_network_runs_in_a_video(call, clips, tmp_path, exported_crops):
    pytest.importorskip("onnxruntime")
    clip = clips.make(tmp_path / "in.mp4", 2)
    (tmp_path / "boxes.csv").write_text("frame,x,y,w,h\n1,5,5,30,30\n")
    options = ("--box-file", tmp_path / "boxes.csv", "--backend", "onnxruntime")
    result = call("video", clip, "-o", tmp_path / "out.csv", "--model", exported_crops, *options)
    assert result.code == 0, result.errors
    assert [int(row["frame"]) for row in read(tmp_path / "out.csv") if row["score"]] == [1]


def test_what_was_exported_for_crops_of_a_size_has_no_other(call, clips, tmp_path, exported_crops):
    clip = clips.make(tmp_path / "in.mp4", 2)
    options = ("--model", exported_crops, "--input-size", 128)
    result = call("video", clip, "-o", tmp_path / "out.csv", *options)
    assert result.code == 2
    assert "exported for crops of 64 pixels on the short side; input_size is 128" in result.errors


def test_candidates_are_for_networks_with_tags(call, tmp_path, crop_model):
    result = call("export", tmp_path / "crops.onnx", "--model", crop_model, "--decoding")
    assert result.code == 2
    assert "expected HigherHRNet or SWAHR" in result.errors


def test_shown_facts_and_the_list_name_crops_and_boxes(call, crop_model):
    shown = call("weights", "show", crop_model)
    assert "64 x 96 pixels, RGB, one person each" in shown.output
    listed = call("weights", "list")
    row = next(line for line in listed.output.splitlines() if line.split()[:1] == ["hrnet-w32-coco-256x192"])
    assert {"by", "hand", "74.4", "56.4", "MIT"} <= set(row.split())
