"""TensorFlow Lite files: what is in them comes out, damage is told; Google's files of BlazePose among them."""

import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from swahr.errors import UnreadableError
from swahr.models.blazepose_files import MEMBER, read_published
from swahr.models.tflite import read_tflite
from tests.tflite_files import conv, depthwise, drawn_blazepose, published_blazepose, tflite


def small():
    """Return a file of two convolutions, and their weights as torch has them."""
    random = np.random.default_rng(0)
    weights = [
        (random.normal(size=(3, 2, 3, 3)), random.normal(size=3)),
        (random.normal(size=(3, 1, 5, 5)), random.normal(size=3)),
    ]
    weights = [tuple(each.astype(np.float16).astype(np.float32) for each in pair) for pair in weights]
    tensors = [np.zeros((1, 8, 8, 2), np.float32)]
    first = conv(tensors, *weights[0])
    second = depthwise(tensors, *weights[1])
    return tflite(tensors, [first, second], second.outputs, {second.outputs[0]: (1, 8, 8, 3)}), weights


def test_weights_come_out_as_torch_has_them_in_the_order_in_which_they_run():
    data, weights = small()
    network = read_tflite(data)
    found = network.convolutions(network.behind(network.outputs))
    assert network.shapes[network.outputs[0]] == (1, 8, 8, 3)
    for (weight, bias), expected in zip(found, weights, strict=True):
        np.testing.assert_array_equal(weight, expected[0])
        np.testing.assert_array_equal(bias, expected[1])


def test_what_an_output_does_not_need_is_left_out():
    data, _ = small()
    network = read_tflite(data)
    first = next(each for each in network.operations if each.code == 3)
    assert len(network.convolutions(network.behind(first.outputs))) == 1


@given(st.integers(0, len(small()[0]) - 4))
def test_a_file_that_is_cut_off_is_refused(length):
    with pytest.raises(UnreadableError):
        read_tflite(small()[0][:length])


@given(st.integers(0, len(small()[0]) - 1), st.integers(0, 255))
def test_a_damaged_byte_is_refused_or_read_but_never_crashes(at, value):
    data = bytearray(small()[0])
    data[at] = value
    try:
        network = read_tflite(bytes(data))
        network.convolutions(network.behind(network.outputs))
    except UnreadableError:
        pass


def test_a_published_task_is_read_into_the_same_network(tmp_path):
    network = drawn_blazepose("full")
    with zipfile.ZipFile(tmp_path / "pose_landmarker_full.task", "w") as bundle:
        bundle.writestr("pose_detector.tflite", b"another network")
        bundle.writestr(MEMBER, published_blazepose(network))
    again = read_published(tmp_path / "pose_landmarker_full.task")
    assert again.size == "full"
    assert all(torch.equal(again.state_dict()[name], value) for name, value in network.state_dict().items())


def test_the_size_follows_from_the_content(tmp_path):
    (tmp_path / "a.tflite").write_bytes(published_blazepose(drawn_blazepose("heavy")))
    assert read_published(tmp_path / "a.tflite").size == "heavy"


def test_other_files_are_refused_with_what_they_are(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.task", "w") as bundle:
        bundle.writestr("hand_detector.tflite", b"")
    with pytest.raises(UnreadableError, match=r"other\.task: a zip without pose_landmarks_detector"):
        read_published(tmp_path / "other.task")
    (tmp_path / "page.task").write_bytes(b"<html>not found</html>")
    with pytest.raises(UnreadableError, match=r"page\.task: not a TensorFlow Lite file"):
        read_published(tmp_path / "page.task")
    small = [np.zeros((1, 4, 4, 1), np.float32)]
    step = conv(small, np.zeros((1, 1, 1, 1), np.float32), np.zeros(1, np.float32))
    (tmp_path / "small.tflite").write_bytes(tflite(small, [step], step.outputs, {}))
    with pytest.raises(UnreadableError, match="its outputs are not those of BlazePose"):
        read_published(tmp_path / "small.tflite")
