"""Ellipses around joints: as wide as their places are unsure, in the direction in which they are."""

import numpy as np

from swahr.config import OverlaySettings
from swahr.overlay import draw_overlay
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

ELLIPSES = OverlaySettings(skeleton=False, joints=False, ids=False, ellipses=True)


def one_joint(covariance, score=0.9):
    keypoints = np.full((1, 17, 3), np.nan, np.float32)
    keypoints[..., 2] = 0
    keypoints[0, 0] = 150, 100, score
    sure = np.full((1, 17, 2, 2), np.nan, np.float32)
    sure[0, 0] = covariance
    return Poses(keypoints, np.ones(1, np.float32), COCO_17, covariance=sure)


def drawn(poses, settings=ELLIPSES):
    rows, columns = np.nonzero(
        (draw_overlay(np.full((200, 300, 3), 90, np.uint8), poses, settings) != 90).any(axis=2)
    )
    return columns, rows


def test_an_ellipse_reaches_one_standard_deviation():
    x, y = drawn(one_joint([[40.0**2, 0], [0, 10.0**2]]))
    assert abs(x.max() - 190) <= 4
    assert abs(x.min() - 110) <= 4
    assert abs(y.max() - 110) <= 4
    assert not ((abs(x - 150) < 20) & (abs(y - 100) < 3)).any()  # hollow


def test_it_leans_as_the_covariance_does():
    x, y = drawn(one_joint([[400.0, 380.0], [380.0, 400.0]]))
    assert np.corrcoef(x, y)[0, 1] > 0.8


def test_nothing_is_drawn_without_a_wish_a_covariance_or_a_score():
    sure = one_joint([[100.0, 0], [0, 100.0]])
    assert not drawn(sure, ELLIPSES.changed(ellipses=False))[0].size
    assert not drawn(Poses(sure.keypoints, sure.scores, COCO_17))[0].size
    assert not drawn(one_joint([[100.0, 0], [0, 100.0]], score=0.05))[0].size


def test_a_huge_one_does_no_harm():
    drawn(one_joint([[1e12, 0], [0, 1e-12]]))
