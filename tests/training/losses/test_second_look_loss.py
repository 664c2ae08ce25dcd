"""The loss of the second look: what the start gets wrong moves to the labels, and everything else is to stay."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from swahr.decode.single_pose import CropMaps, decode_single
from swahr.models.movenet_single import SinglePoseMaps
from swahr_training.losses.second_look import (
    HEIGHT_WEIGHT,
    LEAST_WRONG,
    SecondLookLoss,
    SecondLookTargets,
)

SIDE, SIGMA = 16, 1.3


def targets_of(joints, weights=None, tolerance=0.5):
    """Labels [B, K, 2] in cells."""
    cells = torch.as_tensor(np.asarray(joints, np.float32))
    counted = torch.ones(cells.shape[:2]) if weights is None else torch.as_tensor(weights)
    return SecondLookTargets(cells, counted, torch.full(cells.shape[:2], tolerance))


def maps_that_say(joints, centre=(8, 8), height=0.7):
    """The maps of a network that knows joints [B, K, 2], cells: heat, offsets, and a pose from a centre."""
    cells = torch.as_tensor(np.asarray(joints, np.float32))
    batch, count = cells.shape[:2]
    grid = torch.arange(SIDE, dtype=torch.float32)
    x, y = grid[None, None, None], grid[None, None, :, None]
    to_x, to_y = cells[..., 0, None, None] - x, cells[..., 1, None, None] - y
    heat = height * torch.exp(-((to_x - 0.5) ** 2 + (to_y - 0.5) ** 2) / (2 * SIGMA**2))
    steps = torch.stack(torch.broadcast_tensors(to_y, to_x), dim=2).reshape(batch, 2 * count, SIDE, SIDE)
    middle = torch.full((batch, 1, SIDE, SIDE), 0.01)
    middle[:, 0, centre[1], centre[0]] = 0.9
    return SinglePoseMaps(heat, middle, steps.clone(), steps.clone())


joints_inside = st.lists(
    st.tuples(st.floats(2, SIDE - 2, width=32), st.floats(2, SIDE - 2, width=32)), min_size=3, max_size=3
)


LABELS = [[(4.3, 5.6), (9.2, 3.1), (12.7, 11.4)]]
ELSEWHERE = [[(8.3, 5.6), (9.2, 6.1), (9.7, 9.4)]]  # each further away than labels are exact


def with_heads_of(maps, others, *heads):
    return maps._replace(**{head: getattr(others, head) for head in heads})


@settings(max_examples=25, deadline=None)
@given(joints_inside, joints_inside)
def test_where_the_start_is_right_nothing_is_left_to_learn_and_where_it_is_wrong_what_labels_say(
    labels, found
):
    start = maps_that_say([found])
    decoded = decode_single(CropMaps(*(each.numpy() for each in start)))[0, :, :2]
    np.testing.assert_allclose(decoded, found, atol=1e-4)
    away = np.linalg.norm(np.asarray(labels) - decoded, axis=1)
    assume(not np.isclose(away, LEAST_WRONG, atol=1e-2).any())
    terms = SecondLookLoss()(start, targets_of([labels]), start)
    assert terms.wrong.item() == pytest.approx((away > LEAST_WRONG).mean())
    assert (terms.total.item() > 1e-3) == bool((away > LEAST_WRONG).any())


def test_a_network_that_says_what_labels_say_has_nothing_left_to_learn():
    start, right = maps_that_say(ELSEWHERE), maps_that_say(LABELS)
    terms = SecondLookLoss()(right, targets_of(LABELS), start)
    assert terms.wrong.item() == 1
    assert terms.offset.item() == pytest.approx(0, abs=1e-5)
    assert terms.regression.item() == pytest.approx(0, abs=1e-5)
    # A peak of another width than a label's is a little off, and no more.
    assert terms.heatmap.item() < 0.6 < SecondLookLoss()(start, targets_of(LABELS), start).heatmap.item() / 3


def test_a_peak_keeps_its_height():
    start, right = maps_that_say(ELSEWHERE), maps_that_say(LABELS)
    lower = maps_that_say(LABELS, height=0.35)
    as_high, halved = (
        SecondLookLoss()(maps, targets_of(LABELS), start).heatmap.item() for maps in (right, lower)
    )
    assert halved - as_high == pytest.approx(HEIGHT_WEIGHT * np.log(2), abs=0.05)


def test_a_joint_whose_label_has_no_heat_at_all_is_not_taught():
    start = maps_that_say([[(2.0, 2.0), (9.2, 6.1), (9.7, 9.4)]])
    maps = SinglePoseMaps(*(each.clone().requires_grad_() for each in start))
    labels = [[(14.0, 14.0), (9.2, 3.1), (12.7, 11.4)]]
    terms = SecondLookLoss()(maps, targets_of(labels), start)
    terms.total.backward()
    assert terms.wrong.item() == 1
    assert maps.heatmaps.grad[:, 0].abs().max() < 1e-6
    assert maps.heatmaps.grad[:, 1:].abs().amax(dim=(2, 3)).min() > 0.01


@pytest.mark.parametrize("head", ["heatmaps", "offsets", "regression"])
def test_each_head_is_taught_by_its_own_term(head):
    start, right = maps_that_say(ELSEWHERE), maps_that_say(LABELS)
    own = {"heatmaps": "heatmap", "offsets": "offset", "regression": "regression"}
    before = SecondLookLoss()(with_heads_of(right, start, head), targets_of(LABELS), start).named()
    after = SecondLookLoss()(right, targets_of(LABELS), start).named()
    assert before[own[head]].item() > after[own[head]].item() + 0.1
    assert all(before[name].item() == after[name].item() for name in own.values() if name != own[head])


def test_a_gradient_leads_from_the_start_to_the_labels():
    start = maps_that_say(ELSEWHERE)
    maps = SinglePoseMaps(*(each.clone().requires_grad_() for each in start))
    loss, targets = SecondLookLoss(), targets_of(LABELS)
    optimiser = torch.optim.Adam(maps, lr=0.02)
    for _ in range(300):
        optimiser.zero_grad()
        with torch.no_grad():
            maps.heatmaps.clamp_(1e-4, 1 - 1e-4)
        loss(maps, targets, start).total.backward()
        optimiser.step()
    assert maps.centre.grad is None or not maps.centre.grad.any()
    decoded = decode_single(CropMaps(*(each.detach().numpy() for each in maps)))[0]
    assert np.abs(decoded[:, :2] - LABELS[0]).max() < 0.3


def test_a_joint_without_a_label_is_to_stay():
    start = maps_that_say(ELSEWHERE)
    maps = SinglePoseMaps(*(each.clone().requires_grad_() for each in start))
    weights = np.asarray([[1, 0, 1]], np.float32)
    terms = SecondLookLoss()(maps, targets_of(LABELS, weights), start)
    terms.total.backward()
    assert terms.wrong.item() == 1
    assert maps.heatmaps.grad[:, 1].abs().max() < 1e-6
    assert maps.heatmaps.grad[:, 0].abs().max() > 0.01
    assert not maps.offsets.grad[:, 2:4].any()
    nothing = SecondLookLoss()(maps, targets_of(LABELS, 0 * weights), start)
    assert nothing.total.item() == pytest.approx(0, abs=1e-5)
    assert nothing.wrong.item() == 0


def test_the_pose_is_taught_at_the_centre_of_the_person_who_is_labelled():
    right, other = maps_that_say(LABELS, centre=(5, 5)), maps_that_say([[(2.0, 13.0)] * 3], centre=(11, 12))
    both = right._replace(centre=right.centre + other.centre, regression=right.regression.clone())
    both.regression[:, :, 12, 11] = other.regression[:, :, 12, 11]
    assert SecondLookLoss()(both, targets_of(LABELS), both).total.item() == pytest.approx(0, abs=1e-5)


def test_maps_that_are_moved_beyond_an_edge_leave_nothing_behind():
    start = maps_that_say([[(2.0, 8.0)] * 3])
    terms = SecondLookLoss()(start, targets_of([[(15.5, 8.0)] * 3]), start)
    assert torch.isfinite(terms.total)
    assert terms.wrong.item() == 1
