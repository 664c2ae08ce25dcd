"""`swahr export` of a small network, as docs/performance.md writes it."""

import csv

import cv2
import numpy as np
import pytest

from swahr.inference.backends.exported import open_exported


@pytest.fixture(autouse=True)
def photos(tmp_path, monkeypatch):
    """Change into a folder with photos."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(2):
        picture = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f"{seed}.png"), picture)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--photos", "photos/"), "compared with torch on 2 photos"),
        (("--decoding", "--max-people", 5), "compared with torch on made-up pictures"),
        (("--int8", "--photos", "photos/"), "compared with torch on 2 photos"),
    ],
    ids=["photos", "decoding", "int8"],
)
def test_a_network_is_written_and_compared(call, crowd_model, options, words):
    done = call("export", "model.onnx", "--model", crowd_model, *options)
    assert done.code == 0, done.errors
    assert "model.onnx: " in done.output
    assert words in done.output
    assert open_exported("model.onnx").skeleton.num_joints == 17


def test_what_was_exported_finds_people_in_another_runtime(call, crowd_model):
    done = call("export", "model.onnx", "--model", crowd_model)
    assert done.code == 0, done.errors
    assert "compared with torch on made-up pictures: largest difference" in done.output
    rows = {}
    for name, options in {"torch": (crowd_model,), "onnx": ("model.onnx", "--backend", "openvino")}.items():
        done = call("images", "photos/", "-o", f"{name}.csv", "--precision", "float32", "--model", *options)
        assert done.code == 0, done.errors
        with open(f"{name}.csv", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    assert len(rows["torch"]) == len(rows["onnx"]) > 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("model.pt",), "model.pt: expected a name that ends with .onnx"),
        (("model.onnx", "--int8"), "int8 needs a folder of photos to calibrate with"),
        (
            ("model.onnx", "--int8", "--photos", "photos", "--decoding"),
            "int8 and decoding do not go together",
        ),
        (("model.onnx", "--photos", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line(refuses, crowd_model, arguments, message):
    assert message in refuses("export", *arguments, "--model", crowd_model)
