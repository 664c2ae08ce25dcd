"""The CUDA kernels of part affinity fields: their bodies run on the processor here, and on a GPU where there is one."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.decode.paf_blocks import group_by_blocks
from swahr.decode.paf_rules import BODY_25_FIELDS, COCO_18_FIELDS, MAX_CANDIDATES, RULES, FieldLayout
from swahr.decode.pafs import group_candidates, native_rule
from swahr.errors import SwahrError
from tests.decode.test_batch import ON_EACH_DEVICE
from tests.decode.test_pafs import GOLDEN, PUBLISHED


def by_blocks(heatmaps, pafs, rule, layout, device):
    maps = (torch.from_numpy(np.ascontiguousarray(each)).to(device) for each in (heatmaps, pafs))
    return group_by_blocks(*maps, native_rule(rule, layout), layout)


def assert_the_same(heatmaps, pafs, rule, layout, device):
    found, people = by_blocks(heatmaps, pafs, rule, layout, device)
    expected, expected_people = group_candidates(heatmaps, pafs, rule, layout)
    for one, other in zip((*found, *people), (*expected, *expected_people), strict=True):
        np.testing.assert_array_equal(one, other)  # to the last bit
    return people


@ON_EACH_DEVICE
@pytest.mark.parametrize("rule", RULES)
def test_people_of_the_golden_scenes_are_those_of_the_plain_way(rule, device):
    figures = np.load(GOLDEN / PUBLISHED["openpose2017"])
    for scene in range(int(figures["n"])):
        maps = [
            (figures[f"s{scene}_{what}_centi"].astype(np.float32) / 100).transpose(2, 0, 1)
            for what in ("heatmaps", "pafs")
        ]
        people = assert_the_same(*maps, RULES[rule], COCO_18_FIELDS, device)
        if rule in PUBLISHED:
            published = np.load(GOLDEN / PUBLISHED[rule])[f"s{scene}_people"]
            np.testing.assert_array_equal(people.joints, published[:, :18])


@ON_EACH_DEVICE
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 30), st.integers(1, 90)),
    layout=st.sampled_from([COCO_18_FIELDS, BODY_25_FIELDS]),
    name=st.sampled_from(sorted(RULES)),
    blur=st.sampled_from([0.0, 0.7, 3.0]),
    level=st.booleans(),
)
def test_people_of_noise_are_those_of_the_plain_way(seed, size, layout, name, blur, level, device):
    random = np.random.default_rng(seed)
    heatmaps = random.random((layout.num_joints, *size), dtype=np.float32) ** 4
    if level:  # values that are equal, and peaks beside each other
        heatmaps = np.round(heatmaps * 4) / 4
    pafs = random.uniform(-1, 1, (2 * len(layout.limbs), *size)).astype(np.float32) + np.float32(0.6)
    rule = replace(RULES[name], blur=blur, diagonal=RULES[name].diagonal and not blur)
    assert_the_same(heatmaps, pafs, rule, layout, device)


@ON_EACH_DEVICE
def test_of_level_maps_the_same_few_peaks_are_taken(device):
    maps = np.ones((18, 60, 80), np.float32), np.ones((38, 60, 80), np.float32)
    rule = replace(RULES["openpose2017"], min_distance=2.0)
    assert_the_same(*maps, rule, COCO_18_FIELDS, device)
    found, _ = by_blocks(*maps, RULES["openpose2017"], COCO_18_FIELDS, device)
    assert np.bincount(found.joint).max() == MAX_CANDIDATES


@ON_EACH_DEVICE
def test_maps_with_nan_and_what_kernels_do_not_take_are_named(device):
    heatmaps, pafs = np.zeros((18, 8, 6), np.float32), np.zeros((38, 8, 6), np.float32)
    rule = RULES["openpose"]
    heatmaps[5, 2, 3], heatmaps[7] = np.nan, np.inf
    with pytest.raises(SwahrError, match=r"heatmaps hold NaN or infinity, first in joint 5$"):
        by_blocks(heatmaps, pafs, rule, COCO_18_FIELDS, device)
    heatmaps[:] = 0
    damaged = pafs.copy()
    damaged[20, 1, 1] = np.inf
    with pytest.raises(SwahrError, match=r"pafs hold NaN or infinity, first in channel 20$"):
        by_blocks(heatmaps, damaged, rule, COCO_18_FIELDS, device)
    with pytest.raises(SwahrError, match=r"the blur is 40.*up to 15"):
        by_blocks(heatmaps, pafs, replace(rule, blur=40.0), COCO_18_FIELDS, device)
    many = FieldLayout(2, ((0, 1),) * 65, ((0, 1),) * 65, ())
    with pytest.raises(SwahrError, match=r"there are 65 limbs.*at most 64"):
        by_blocks(heatmaps, pafs, rule, many, device)
    with pytest.raises(SwahrError, match=r"pafs.*as large as the heatmaps"):
        by_blocks(heatmaps, pafs[:, :4], rule, COCO_18_FIELDS, device)
