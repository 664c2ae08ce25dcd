"""BlazePose's landmarks: the bundled weights give what the published graph gives."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn

from swahr.decode.blazepose import decode_points
from swahr.errors import UnreadableError
from swahr.models.blazepose import INPUT_SIDE, POINTS, VALUES, BlazePose, convolutions
from swahr.models.blazepose_files import load_blazepose, save_blazepose
from swahr.models.bundled import CROPS

# Of the published graph of `full` on `pattern()`: presence, and x, y, z of the first point.
PRESENCE, FIRST_XYZ = 0.0016129, (121.65262, 41.889565, -81.7286)

# Of the published graph on the walker: presence; x and y, crop pixels, and visibility of ankles, heels and toes, left
# before right; the figures after the refinement by heatmaps.
WALKER = Path(__file__).parents[1] / "golden" / "systems" / "drawn_walker.png"
WALKER_PRESENCE = 0.9947567
FEET = (27, 28, 29, 30, 31, 32)
WALKER_FEET = (
    (93.4925, 203.2858, 0.9339), (153.1088, 215.0777, 0.9876), (85.9712, 210.0342, 0.9379),
    (146.8317, 222.5986, 0.9571), (109.6026, 211.6701, 0.9361), (173.4488, 220.5555, 0.9769),
)  # fmt: skip


def pattern():
    """Return a picture that anybody can draw: [1, 3, 256, 256] in [0, 1]."""
    row, column, channel = np.mgrid[:256, :256, :3]
    return torch.from_numpy((7 * row + 13 * column + 31 * channel) % 256).permute(2, 0, 1)[None].float() / 255


def drawn(size):
    """Return a network with weights that half precision holds."""
    torch.manual_seed(0)
    network = BlazePose(size).eval()
    for layer in convolutions(network):
        layer.weight.data = layer.weight.data.half().float()
        layer.bias.data = layer.bias.data.half().float()
    return network


def test_the_bundled_weights_give_the_published_points():
    with torch.inference_mode():
        said = load_blazepose(CROPS / "blazepose-full.safetensors")(pattern())
    assert float(said.presence) == pytest.approx(PRESENCE, abs=1e-6)
    np.testing.assert_allclose(said.landmarks[0, :3, 0, 0], FIRST_XYZ, atol=1e-3)
    assert said.heatmaps.shape == (1, 39, 64, 64)


def test_the_feet_of_a_drawn_walker_are_where_the_published_graph_has_them():
    crop = cv2.cvtColor(cv2.imread(str(WALKER)), cv2.COLOR_BGR2RGB)
    with torch.inference_mode():
        said = load_blazepose(CROPS / "blazepose-full.safetensors")(
            torch.from_numpy(crop).permute(2, 0, 1)[None].float() / 255
        )
    assert float(said.presence) == pytest.approx(WALKER_PRESENCE, abs=1e-4)
    landmarks = said.landmarks.reshape(1, POINTS, VALUES).numpy()
    feet = decode_points(landmarks, said.heatmaps.numpy(), FEET, INPUT_SIDE)[0] * (INPUT_SIDE, INPUT_SIDE, 1)
    np.testing.assert_allclose(feet[:, :2], np.asarray(WALKER_FEET)[:, :2], atol=0.01)
    np.testing.assert_allclose(feet[:, 2], np.asarray(WALKER_FEET)[:, 2], atol=1e-3)


@pytest.mark.parametrize(("size", "count", "weights"), [("full", 82, 3_032_739), ("heavy", 184, 13_614_179)])
def test_every_convolution_has_its_place_in_the_published_order(size, count, weights):
    with torch.device("meta"):
        network = BlazePose(size)
        said = network(torch.zeros(2, 3, 256, 256))
    layers = convolutions(network)
    assert len({id(layer) for layer in layers}) == count
    assert sum(value.numel() for value in network.parameters()) == weights
    assert {id(layer) for layer in layers} == {id(m) for m in network.modules() if isinstance(m, nn.Conv2d)}
    assert [tuple(each.shape) for each in said] == [(2, 195, 1, 1), (2, 1, 1, 1), (2, 39, 64, 64)]


def test_a_network_is_read_back_as_it_was_written(tmp_path):
    network = drawn("full")
    save_blazepose(tmp_path / "own.safetensors", network, {"origin": "drawn"})
    again = load_blazepose(tmp_path / "own.safetensors")
    assert all(torch.equal(again.state_dict()[name], value) for name, value in network.state_dict().items())


def test_other_files_are_refused_with_what_they_are(tmp_path, crowd_model):
    with pytest.raises(UnreadableError, match=r"crowd\.safetensors holds no BlazePose"):
        load_blazepose(crowd_model)
