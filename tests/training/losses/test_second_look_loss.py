"""The loss of the second look: nothing is left to learn where labels are decoded, and each head has its part."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.decode.single_pose import CropMaps, decode_single
from swahr.models.movenet_single import SinglePoseMaps
from swahr_training.losses.second_look import SecondLookLoss, SecondLookTargets

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


@settings(max_examples=25, deadline=None)
@given(joints_inside)
def test_maps_from_which_the_labels_are_decoded_leave_nothing_to_learn(joints):
    maps, targets = maps_that_say([joints]), targets_of([joints])
    terms = SecondLookLoss(SIGMA)(maps, targets)
    assert terms.total.item() == pytest.approx(
        0, abs=2e-3
    )  # the smallest heat before a logarithm has a floor
    decoded = decode_single(CropMaps(*(each.numpy() for each in maps)))
    np.testing.assert_allclose(decoded[0, :, :2], joints, atol=1e-4)


@pytest.mark.parametrize("head", ["heatmaps", "offsets", "regression"])
def test_each_head_is_taught_by_its_own_term(head):
    joints = [[(4.3, 5.6), (9.2, 3.1), (12.7, 11.4)]]
    elsewhere = [[(6.3, 5.6), (9.2, 6.1), (10.7, 9.4)]]
    wrong = maps_that_say(joints)._replace(**{head: getattr(maps_that_say(elsewhere), head)})
    terms = SecondLookLoss(SIGMA)(wrong, targets_of(joints)).named()
    own = {"heatmaps": "heatmap", "offsets": "offset", "regression": "regression"}[head]
    assert terms[own].item() > 0.1
    assert all(terms[name].item() < 2e-3 for name in ("heatmap", "offset", "regression") if name != own)


def test_how_sure_the_network_is_and_who_is_a_centre_is_not_taught():
    joints = [[(4.3, 5.6), (9.2, 3.1), (12.7, 11.4)]]
    maps = SinglePoseMaps(*(each.requires_grad_() for each in maps_that_say(joints, height=0.2)))
    terms = SecondLookLoss(SIGMA)(maps, targets_of(joints))
    assert terms.heatmap.item() == pytest.approx(0, abs=2e-3)
    terms.total.backward()
    assert maps.centre.grad is None or not maps.centre.grad.any()


def test_a_joint_without_a_label_teaches_nothing():
    joints = [[(4.3, 5.6), (9.2, 3.1), (12.7, 11.4)]]
    maps = SinglePoseMaps(*(each.requires_grad_() for each in maps_that_say([[(8.0, 8.0)] * 3])))
    weights = np.asarray([[1, 0, 1]], np.float32)
    loss = SecondLookLoss(SIGMA)
    loss(maps, targets_of(joints, weights)).total.backward()
    assert not maps.heatmaps.grad[:, 1].any()
    assert maps.heatmaps.grad[:, 0].any()
    assert not maps.offsets.grad[:, 2:4].any()
    nothing = loss(maps, targets_of(joints, 0 * weights)).total
    assert nothing.item() == 0


def test_the_pose_is_taught_at_the_centre_of_the_person_who_is_labelled():
    joints = [[(4.3, 5.6), (9.2, 3.1), (12.7, 11.4)]]
    right, other = maps_that_say(joints, centre=(5, 5)), maps_that_say([[(2.0, 13.0)] * 3], centre=(11, 12))
    both = right._replace(centre=right.centre + other.centre, regression=right.regression.clone())
    both.regression[:, :, 12, 11] = other.regression[:, :, 12, 11]
    assert SecondLookLoss(SIGMA)(both, targets_of(joints)).regression.item() == pytest.approx(0, abs=1e-4)
