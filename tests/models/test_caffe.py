"""Caffe's files of weights: written here as caffe writes them, and damaged."""

import struct

import numpy as np
import pytest
import torch

from swahr.errors import UnreadableError
from swahr.models import Architecture, caffe, load_checkpoint
from swahr.models.caffe import read_caffemodel
from swahr.models.checkpoints import build_with, save_checkpoint
from swahr.models.heads.body25 import Body25HeadSettings
from swahr.models.heads.openpose import OpenPoseHeadSettings
from swahr.models.published import recognise
from swahr.pose.other_skeletons import BODY_25, COCO_18

pytest.importorskip("google.protobuf")


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def entry(number, content):
    """Return a field of bytes."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(field, value):
    return varint(field << 3) + varint(value)


def blob(values, old=False, shape=None):
    values = np.asarray(values, np.float32)
    shape = values.shape if shape is None else shape
    if old:
        sizes = [1] * (4 - len(shape)) + list(shape)
        head = b"".join(number(i + 1, size) for i, size in enumerate(sizes))
    else:
        head = entry(7, entry(1, b"".join(map(varint, shape))))
    return head + entry(5, values.astype("<f4").tobytes())


def caffemodel(weights, old=False):
    """Return a file of weights, {layer: [weight, bias]}: a name, layers, and fields that a reader need not know."""
    content = entry(1, b"a network")
    for layer, blobs in weights.items():
        name, holds = (4, 6) if old else (1, 7)
        body = entry(name, layer.encode()) + b"".join(entry(holds, blob(values, old)) for values in blobs)
        body += number(5, 4) if old else entry(2, b"Convolution") + entry(106, number(1, 3))
        content += entry(2 if old else 100, body)
    return content


def layers_of(state_dict):
    """Return weights by our names as caffe's layers."""
    layers = {}
    for name, value in state_dict.items():
        layers.setdefault(name.split(".")[1], []).append(value.numpy())
    return layers


@pytest.mark.parametrize("old", [False, True])
def test_weights_are_read_in_both_forms(tmp_path, old):
    weights = {"conv": [np.arange(24).reshape(2, 3, 2, 2), np.asarray([0.5, -1])], "slope": [np.ones(3)]}
    (tmp_path / "a.caffemodel").write_bytes(caffemodel(weights, old))
    read = read_caffemodel(tmp_path / "a.caffemodel")
    assert list(read) == ["conv.weight", "conv.bias", "slope.weight"]
    np.testing.assert_array_equal(read["conv.weight"], weights["conv"][0])
    np.testing.assert_array_equal(read["conv.bias"], weights["conv"][1])
    assert read["slope.weight"].shape == (3,)


@pytest.mark.parametrize(
    ("architecture", "skeleton", "rule"),
    [
        (Architecture(backbone="vgg", head=OpenPoseHeadSettings(stages=1), num_joints=18), COCO_18, "openpose2017"),
        (
            Architecture(
                backbone={"kind": "vgg", "prelu": True},
                head=Body25HeadSettings(field_stages=1, heatmap_stages=1),
                num_joints=25,
            ),
            BODY_25,
            "openpose",
        ),
    ],
)  # fmt: skip
def test_openposes_networks_load_from_a_caffemodel_and_compute_the_same(
    tmp_path, architecture, skeleton, rule
):
    network = architecture.build().eval()
    path = tmp_path / "pose_iter.caffemodel"
    path.write_bytes(caffemodel(layers_of(network.state_dict())))
    loaded = load_checkpoint(path)
    assert loaded.architecture == architecture
    assert loaded.skeleton == skeleton
    assert loaded.fields.rule == rule
    assert loaded.fields.colours == "bgr"
    images = torch.rand(1, 3, 32, 48) - 0.5
    with torch.inference_mode():
        for one, other in zip(network(images), loaded.model(images), strict=True):
            torch.testing.assert_close(one, other)
    save_checkpoint(tmp_path / "own.safetensors", loaded)
    assert load_checkpoint(tmp_path / "own.safetensors").fields == loaded.fields


def test_body_25_has_as_many_weights_as_the_published_file():
    """The published file has 104,715,850 bytes, of which 50 kB are names and settings of layers."""
    architecture = Architecture(
        backbone={"kind": "vgg", "prelu": True}, head=Body25HeadSettings(), num_joints=25
    )
    with torch.device("meta"):
        network = architecture.build()
    assert 0 < 104_715_850 - 4 * sum(p.numel() for p in network.parameters()) < 60_000


def test_a_network_of_other_stages_is_recognised():
    head = Body25HeadSettings(field_stages=2, heatmap_stages=1)
    architecture = Architecture(backbone={"kind": "vgg", "prelu": True}, head=head, num_joints=25)
    bare = {name.partition(".")[2]: value for name, value in architecture.build().state_dict().items()}
    found = recognise({f"module.{name}": value for name, value in bare.items()}, "body25.pth")
    assert found.architecture == architecture
    build_with(found.architecture, found.weights)


GOOD = caffemodel({"conv": [np.ones((2, 3, 1, 1)), np.ones(2)]})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD[:-3], "no whole caffemodel"),
        (b"\x0a\x0anot a model", "no whole caffemodel|holds no weights"),
        (entry(1, b"nothing in it"), "holds no weights"),
        (
            entry(100, entry(1, b"huge") + entry(7, blob(np.ones(4), shape=(1 << 40, 1 << 40)))),
            r"the weight of layer 'huge' has shape \[1099511627776, 1099511627776\] and 4 numbers",
        ),
        (
            entry(100, entry(1, b"none") + entry(7, blob(np.ones(4), shape=(0, 4)))),
            r"has shape \[0, 4\] and 4 numbers",
        ),
        (entry(100, entry(1, b"odd") + entry(7, entry(5, struct.pack("<f", 1)))), r"shape \[0, 0, 0, 0\] and 1"),
        (GOOD, "lacks weights|no network|expected"),
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_named(tmp_path, content, message):
    path = tmp_path / "a.caffemodel"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=message):
        load_checkpoint(path)


def test_a_file_larger_than_any_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "a.caffemodel"
    path.write_bytes(GOOD)
    monkeypatch.setattr(caffe, "MAX_BYTES", len(GOOD) - 1)
    with pytest.raises(UnreadableError, match=rf"has {len(GOOD)} bytes; expected at most"):
        load_checkpoint(path)
