"""Losses of crop networks: the published code's figures, plain formulas, and what has to hold of any input."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr_training.losses.crop_base import CropTargets
from swahr_training.losses.crop_kl import CropKlLoss, kl_loss, log_variances_at, places_of
from swahr_training.losses.crop_swahr import CropSwahrLoss
from swahr_training.losses.crops import HeatmapLoss
from swahr_training.samples.crop_targets import crop_heatmaps, in_cells

GOLDEN = np.load(Path(__file__).parents[2] / "golden" / "systems" / "topdown_loss.npz")
INPUT_WH, MAP_WH = (192, 256), (48, 64)


def golden_targets():
    heatmaps, weights = (
        torch.from_numpy(GOLDEN["targets"]),
        torch.from_numpy(GOLDEN["target_weights"])[..., 0],
    )
    joints = torch.from_numpy(in_cells(GOLDEN["joints"], INPUT_WH, MAP_WH))
    return CropTargets([heatmaps], weights, joints[..., 2] > 1, joints[..., :2])


def drawn(batch=2, joints=3, size=(8, 12), seed=0):
    random = np.random.default_rng(seed)
    width, height = size
    labels = random.uniform((0, 0, 2), (width, height, 2), (batch, joints, 3)).astype(np.float32)
    maps = [crop_heatmaps(person, size, 1.5) for person in labels]
    return CropTargets(
        [torch.from_numpy(np.stack([m for m, _ in maps]))],
        torch.from_numpy(np.stack([w for _, w in maps])),
        torch.ones(batch, joints, dtype=torch.bool),
        torch.from_numpy(labels[..., :2]),
    )


def test_targets_equal_the_published_codes():
    for joints, heatmaps, weights in zip(
        GOLDEN["joints"], GOLDEN["targets"], GOLDEN["target_weights"], strict=True
    ):
        drawn_maps, counted = crop_heatmaps(in_cells(joints, INPUT_WH, MAP_WH), MAP_WH, 2.0)
        np.testing.assert_allclose(drawn_maps, heatmaps * weights[..., None], atol=1e-6)
        np.testing.assert_array_equal(counted, weights[:, 0])


@pytest.mark.parametrize(("loss", "name"), [(HeatmapLoss(), "mse"), (HeatmapLoss(8), "ohkm8")])
def test_losses_and_gradients_equal_the_published_codes(loss, name):
    outputs = torch.from_numpy(GOLDEN["outputs"]).requires_grad_()
    total = loss([outputs], golden_targets()).total
    total.backward()
    assert total.item() == pytest.approx(float(GOLDEN[name]), rel=1e-5)
    expected = torch.from_numpy(GOLDEN[f"{name}_grad"])
    assert (outputs.grad - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_the_hardest_of_all_joints_are_all_joints():
    targets, outputs = golden_targets(), [torch.from_numpy(GOLDEN["outputs"])]
    expected = HeatmapLoss()(outputs, targets).total
    for hardest in (17, 40):
        torch.testing.assert_close(HeatmapLoss(hardest)(outputs, targets).total, expected)


def test_outputs_before_the_answer_count_as_much_as_it():
    targets = drawn()
    output = torch.randn(targets.heatmaps[0].shape)
    alone = HeatmapLoss()([output], targets).total
    terms = HeatmapLoss()([output, output, output], targets)
    torch.testing.assert_close(terms.total, 3 * alone)
    torch.testing.assert_close(terms.between, 2 * alone)


def test_hidden_joints_are_background_between_where_visible_ones_are_learnt_alone():
    targets = drawn()._replace(visible=torch.zeros(2, 3, dtype=torch.bool))
    nothing, perfect = torch.zeros_like(targets.heatmaps[0]), targets.heatmaps[0]
    terms = HeatmapLoss(visible_between=True)([nothing, perfect], targets)
    assert terms.between == 0
    assert HeatmapLoss()([nothing, perfect], targets).between > 0


def test_outputs_and_their_targets_have_to_be_as_many():
    targets = drawn()
    two = targets._replace(heatmaps=[*targets.heatmaps, *targets.heatmaps])
    with pytest.raises(SwahrError, match=r"3 heatmaps a joint; crops\.sigmas_between has 1"):
        HeatmapLoss()([targets.heatmaps[0]] * 3, two)


def test_a_gaussian_that_misses_the_map_is_not_learnt():
    joints = np.asarray([[-20, 4, 2], [-3.2, 4, 2], [4.4, 5.6, 1], [4, 5, 0]], np.float32)
    heatmaps, weights = crop_heatmaps(joints, (10, 12), 1.0)
    assert weights.tolist() == [0, 1, 1, 0]
    assert heatmaps.reshape(4, -1).max(axis=1).tolist() == [0, pytest.approx(math.exp(-2)), 1, 0]
    assert np.unravel_index(heatmaps[2].argmax(), (12, 10)) == (6, 4)
    exact, _ = crop_heatmaps(joints, (10, 12), 1.0, "exact")
    assert exact[2, 5, 4] == pytest.approx(math.exp(-(0.4**2 + 0.6**2) / 2))


def test_scale_and_weight_adaptive_regression_is_the_papers_formula():
    targets = drawn()
    scales, predicted = torch.randn(2, *targets.heatmaps[0].shape).unbind()
    terms = CropSwahrLoss(0.5)([scales, predicted], targets)
    g = targets.heatmaps[0]
    s = scales * (g > 0)
    log_g = torch.where(g > 0, g, torch.ones(())).log()
    adapted = g + g * log_g * s + g * log_g**2 * s**2 / 2
    w = (1 - predicted).abs() * g**0.01 + predicted.abs() * (1 - g**0.01)
    counted = targets.weights[..., None, None]
    torch.testing.assert_close(terms.heatmap, (counted * w * (predicted - adapted) ** 2).mean())
    torch.testing.assert_close(terms.scale, 0.5 * (counted * s**2).mean())


def test_the_kl_loss_and_its_slope_are_whole_where_its_parts_meet():
    for alpha in (-1.0, 0.0, 2.0):
        values, slopes = [], []
        for place in (1 - 1e-6, 1 + 1e-6, -1 - 1e-6):
            d = torch.tensor(place, dtype=torch.float64, requires_grad=True)
            value = kl_loss(d, torch.tensor(alpha, dtype=torch.float64))
            value.backward()
            values.append(value.item())
            slopes.append(abs(d.grad.item()))
        assert values == pytest.approx([math.exp(-alpha) / 2 + alpha / 2] * 3, abs=1e-5)
        assert slopes == pytest.approx([math.exp(-alpha)] * 3, abs=1e-5)


@settings(deadline=None)
@given(st.floats(0.05, 1.0))
def test_the_kl_loss_is_least_at_the_variance_of_the_error(distance):
    alphas = torch.linspace(-8, 4, 2401, dtype=torch.float64)
    losses = kl_loss(torch.full_like(alphas, distance), alphas)
    assert alphas[losses.argmin()].item() == pytest.approx(math.log(distance**2), abs=0.006)


def test_places_are_read_between_cells_and_variances_at_the_highest_cell():
    joints = np.asarray([[3.25, 6.5, 2], [4.0, 5.75, 2]], np.float32)
    heatmaps, _ = crop_heatmaps(joints, (9, 13), 1.0, "exact")
    places, highest = places_of(torch.from_numpy(heatmaps)[None])
    torch.testing.assert_close(places[0], torch.from_numpy(joints[:, :2]), atol=0.02, rtol=0)
    maps = torch.zeros(1, 4, 13, 9)
    maps[0, 0].flatten()[highest[0, 0]] = 1.0  # x of the first joint
    maps[0, 3].flatten()[highest[0, 1]] = 2.0  # y of the second
    assert log_variances_at(maps, highest).tolist() == [[[1.0, 0.0], [0.0, 2.0]]]


def test_the_kl_loss_moves_heatmaps_and_variances_and_leaves_unlabelled_joints_alone():
    targets = drawn()
    targets.weights[0, 0] = 0
    heatmaps = torch.rand(targets.heatmaps[0].shape, requires_grad=True)
    variances = torch.zeros(2, 6, 12, 8, requires_grad=True)
    terms = CropKlLoss(1.0)([variances, heatmaps], targets)
    terms.kl.backward()
    touched = variances.grad.abs().sum(dim=(2, 3)) > 0
    assert touched.tolist() == [[False, True, True, False, True, True], [True] * 6]
    assert (heatmaps.grad.abs().sum(dim=(2, 3)) > 0).tolist() == [[False, True, True], [True] * 3]
