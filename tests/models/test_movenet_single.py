"""MoveNet SinglePose Thunder: the bundled weights give what the published graph gives."""

import numpy as np
import pytest
import torch

from swahr.errors import UnreadableError
from swahr.models.bundled import CROPS
from swahr.models.movenet_single import LIGHTNING_WIDTH, MoveNetSingle, load_single, save_single

# Of the published graph on `pattern()`.
HEATMAP_SUM, CENTRE_MAX, REGRESSION_MEAN, OFFSET_MEAN = 714.6969, 0.097248, 1.08703, 0.62609


def pattern():
    """Return a picture that anybody can draw: [1, 3, 256, 256], normalised."""
    row, column, channel = np.mgrid[:256, :256, :3]
    values = (7 * row + 13 * column + 31 * channel) % 256
    return torch.from_numpy(values).permute(2, 0, 1)[None].float() * 0.00784302 - 1


@pytest.fixture(scope="module")
def thunder():
    return load_single(CROPS / "thunder.safetensors")


def test_the_bundled_weights_give_the_published_maps(thunder):
    with torch.inference_mode():
        maps = thunder(pattern())
    assert float(maps.heatmaps.sum()) == pytest.approx(HEATMAP_SUM, rel=1e-5)
    assert float(maps.centre.max()) == pytest.approx(CENTRE_MAX, rel=1e-4)
    assert float(maps.regression.mean()) == pytest.approx(REGRESSION_MEAN, rel=1e-5)
    assert float(maps.offsets.mean()) == pytest.approx(OFFSET_MEAN, rel=1e-4)


@pytest.mark.parametrize(("height", "width"), [(64, 64), (96, 160), (256, 192)])
def test_any_sides_that_are_multiples_of_32_give_maps_at_a_quarter(thunder, height, width):
    with torch.inference_mode():
        maps = thunder(torch.zeros(2, 3, height, width))
    assert [tuple(each.shape) for each in maps] == [(2, c, height // 4, width // 4) for c in (17, 1, 34, 34)]


def test_lightning_is_the_same_network_with_another_width():
    assert sum(value.numel() for value in MoveNetSingle(LIGHTNING_WIDTH).parameters()) == 2_317_974


def test_a_network_is_read_back_as_it_was_written(tmp_path):
    torch.manual_seed(0)
    network = MoveNetSingle(LIGHTNING_WIDTH).eval()
    save_single(tmp_path / "lightning.safetensors", network, {"origin": "drawn"})
    again = load_single(tmp_path / "lightning.safetensors")
    assert again.width == LIGHTNING_WIDTH
    for name, value in network.state_dict().items():
        assert torch.equal(again.state_dict()[name], value.half().float())


def test_another_file_is_refused_with_its_name(tmp_path, crowd_model):
    with pytest.raises(UnreadableError, match=r"crowd\.safetensors holds no MoveNet SinglePose"):
        load_single(crowd_model)
    (tmp_path / "no.safetensors").write_bytes(b"no")
    with pytest.raises(UnreadableError, match=r"no\.safetensors cannot be read"):
        load_single(tmp_path / "no.safetensors")
