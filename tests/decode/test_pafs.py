"""Part affinity fields to people: the published figures, and the native operation beside the plain one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from swahr.decode import group_pafs
from swahr.decode.paf_reference import find_candidates, group
from swahr.decode.paf_rules import BODY_25_FIELDS, COCO_18_FIELDS, MAX_CANDIDATES, RULES, layout_of
from swahr.decode.pafs import group_candidates
from swahr.errors import SwahrError
from swahr.pose.other_skeletons import BODY_25, COCO_18
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, HALPE_26

GOLDEN = Path(__file__).parents[1] / "golden" / "systems"
PUBLISHED = {
    "openpose2017": "openpose_grouping.npz",
    "lightweight": "lightweight_openpose_grouping.npz",
}


@pytest.fixture(scope="module")
def scenes():
    figures = np.load(GOLDEN / PUBLISHED["openpose2017"])
    return [
        tuple(
            np.ascontiguousarray(
                (figures[f"s{scene}_{what}_centi"].astype(np.float32) / 100).transpose(2, 0, 1)
            )
            for what in ("heatmaps", "pafs")
        )
        for scene in range(int(figures["n"]))
    ]


@pytest.mark.parametrize("rule", PUBLISHED)
def test_people_are_the_published_ones(scenes, rule):
    figures = np.load(GOLDEN / PUBLISHED[rule])
    for scene, (heatmaps, pafs) in enumerate(scenes):
        candidates, people = group_candidates(heatmaps, pafs, rule, COCO_18_FIELDS)
        expected, expected_people = figures[f"s{scene}_candidates"], figures[f"s{scene}_people"]
        np.testing.assert_allclose(
            np.column_stack([candidates.xy, candidates.score]), expected[:, :3], atol=1e-6
        )
        np.testing.assert_array_equal(people.joints, expected_people[:, :18])
        np.testing.assert_allclose(people.total, expected_people[:, 18], rtol=1e-5)
        np.testing.assert_array_equal(people.size, expected_people[:, 19])
        found = group_pafs(heatmaps, pafs, rule)
        assert found.keypoints.shape == (len(expected_people), 18, 3)
        there = expected_people[:, :18] >= 0
        np.testing.assert_allclose(
            found.keypoints[there], expected[expected_people[:, :18][there].astype(int), :3], atol=1e-6
        )
        assert not found.keypoints[~there].any()


def assert_native_equals_reference(heatmaps, pafs, layout, rule):
    candidates, people = group_candidates(heatmaps, pafs, rule, layout)
    expected, expected_people = group(heatmaps, pafs, layout, RULES[rule])
    np.testing.assert_array_equal(candidates.joint, expected.joint)
    np.testing.assert_allclose(candidates.xy, expected.xy, rtol=1e-12)
    np.testing.assert_array_equal(candidates.score, expected.score)
    np.testing.assert_array_equal(people.joints, expected_people.joints)
    np.testing.assert_allclose(people.total, expected_people.total, rtol=1e-9)
    np.testing.assert_array_equal(people.size, expected_people.size)


@pytest.mark.parametrize("rule", RULES)
def test_the_native_operation_equals_the_plain_one_on_drawn_people(scenes, rule):
    for heatmaps, pafs in scenes:
        assert_native_equals_reference(heatmaps, pafs, COCO_18_FIELDS, rule)


def test_a_blurred_peak_beside_all_heat_is_the_middle_of_its_cell(monkeypatch):
    rule = replace(RULES["openpose"], blur=3.0, centroid=1, min_peak=0.01)
    monkeypatch.setitem(RULES, "blurred", rule)
    heatmaps = np.zeros((18, 9, 17), np.float32)
    heatmaps[0, 4, [6, 10]] = 1  # their blurs are highest between them
    fields = np.zeros((38, 9, 17), np.float32)
    candidates, _ = group_candidates(heatmaps, fields, "blurred", COCO_18_FIELDS)
    np.testing.assert_array_equal(candidates.xy, [(8.5, 4.5)])
    assert_native_equals_reference(heatmaps, fields, COCO_18_FIELDS, "blurred")


@pytest.mark.parametrize("height", [1e-44, 1e-39, 1e-35, 1e-30, 1e-3])
def test_peaks_too_low_for_a_full_mantissa_are_blurred_exactly(monkeypatch, height):
    monkeypatch.setitem(RULES, "low", replace(RULES["openpose2017"], min_peak=0.0))
    rows, columns = np.indices((40, 60))
    heatmaps = np.zeros((18, 40, 60), np.float32)
    for x, y in ((11.5, 9), (40, 30), (59, 0)):
        heatmaps[0] += height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
    fields = np.zeros((38, 40, 60), np.float32)
    candidates, _ = group_candidates(heatmaps, fields, "low", COCO_18_FIELDS)
    assert len(candidates.xy) >= 3
    assert_native_equals_reference(heatmaps, fields, COCO_18_FIELDS, "low")


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 18), st.integers(1, 18)),
    layout=st.sampled_from([COCO_18_FIELDS, BODY_25_FIELDS]),
    rule=st.sampled_from(sorted(RULES)),
)
def test_the_native_operation_equals_the_plain_one_on_noise(seed, size, layout, rule):
    random = np.random.default_rng(seed)
    heatmaps = random.random((layout.num_joints, *size), dtype=np.float32) ** 4
    pafs = random.uniform(-1, 1, (2 * len(layout.limbs), *size)).astype(np.float32)
    pafs += np.float32(0.6)  # or hardly any limb would be supported all along
    assert_native_equals_reference(heatmaps, pafs, layout, rule)


@settings(max_examples=30, deadline=None)
@example(
    seed=0, size=(37, 1), peaks=1, spread=1.0, low=0.0
)  # as high as its neighbour but for less than a rounding
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    peaks=st.integers(0, 6),
    spread=st.floats(0.5, 9),
    low=st.sampled_from([0.0, -1.0, 0.09]),
)
def test_blurred_peaks_are_those_of_the_exact_blur(seed, size, peaks, spread, low):
    random = np.random.default_rng(seed)
    rows, columns = np.indices(size)
    heatmaps = np.full((COCO_18_FIELDS.num_joints, *size), low, np.float32)
    for joint in range(COCO_18_FIELDS.num_joints):
        for _ in range(peaks):  # some halfway between two cells, which are as high
            x, y = np.round(random.uniform((0, 0), (size[1], size[0])) * 2) / 2
            heatmaps[joint] += np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))
    pafs = np.zeros((2 * len(COCO_18_FIELDS.limbs), *size), np.float32)
    assert_native_equals_reference(heatmaps, pafs, COCO_18_FIELDS, "openpose2017")


def drawn(layout, joints_xy, size=(64, 48)):
    """Draw one person: a peak at each joint, and a field along each limb."""
    rows, columns = np.indices(size)
    heatmaps = np.zeros((layout.num_joints, *size), np.float32)
    pafs = np.zeros((2 * len(layout.limbs), *size), np.float32)
    for joint, (x, y) in joints_xy.items():
        heatmaps[joint] = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 2.0**2))
    for (a, b), (cx, cy) in zip(layout.limbs, layout.channels, strict=True):
        if a in joints_xy and b in joints_xy:
            step = np.subtract(joints_xy[b], joints_xy[a])
            pafs[[cx, cy]] = (step / np.hypot(*step))[:, None, None]
    return heatmaps, pafs


@pytest.mark.parametrize("rule", RULES)
def test_maps_full_of_peaks_are_parsed_from_the_highest(rule):
    random = np.random.default_rng(0)
    heatmaps = np.where(np.indices((60, 80)).sum(axis=0) % 2, 0.2, 1).astype(np.float32) * np.ones(
        (18, 1, 1), np.float32
    )
    heatmaps += random.random(heatmaps.shape, dtype=np.float32) / 10
    candidates, _ = group_candidates(heatmaps, np.zeros((38, 60, 80), np.float32), rule, COCO_18_FIELDS)
    assert np.bincount(candidates.joint).max() <= MAX_CANDIDATES
    expected = find_candidates(heatmaps, RULES[rule])
    np.testing.assert_array_equal(candidates.joint, expected.joint)
    np.testing.assert_array_equal(candidates.score, expected.score)


def test_of_level_maps_a_few_peaks_are_taken():
    maps = np.ones((19, 120, 160), np.float32), np.ones((38, 120, 160), np.float32)
    candidates, _ = group_candidates(*maps, "openpose2017", COCO_18_FIELDS)
    assert np.bincount(candidates.joint).max() == MAX_CANDIDATES


ARM_AND_HEAD = {1: (24, 20), 0: (24, 10), 2: (14, 22), 3: (10, 34), 4: (12, 46), 8: (18, 48)}


@pytest.mark.parametrize("rule", RULES)
def test_a_drawn_person_is_found_whole(rule):
    heatmaps, pafs = drawn(COCO_18_FIELDS, ARM_AND_HEAD)
    found = group_pafs(heatmaps, pafs, rule)
    assert len(found.keypoints) == 1
    for joint, place in ARM_AND_HEAD.items():
        offset = 0.5 if rule == "openpose" else 0.0  # of cells, whose corners the library counts from
        np.testing.assert_allclose(found.keypoints[0, joint, :2], np.add(place, offset), atol=0.05)
    missing = [joint for joint in range(18) if joint not in ARM_AND_HEAD]
    assert not found.keypoints[0, missing].any()


@pytest.mark.parametrize("rule", RULES)
def test_a_limb_between_two_whole_people_makes_no_one_of_them(rule):
    left = {joint: (x, y) for joint, (x, y) in ARM_AND_HEAD.items()}
    right = {joint: (x + 40, y) for joint, (x, y) in ARM_AND_HEAD.items()}
    maps = [drawn(COCO_18_FIELDS, person, size=(64, 96)) for person in (left, right)]
    heatmaps = np.maximum(maps[0][0], maps[1][0])
    pafs = np.zeros_like(maps[0][1])
    for middle, (_, fields) in zip((0, 48), maps, strict=True):
        pafs[:, :, middle : middle + 48] = fields[:, :, middle : middle + 48]
    channels = COCO_18_FIELDS.channels[COCO_18_FIELDS.limbs.index((3, 4))]
    step = np.subtract(right[4], left[3])
    pafs[list(channels)] = (step / np.hypot(*step))[
        :, None, None
    ]  # the left one's elbow to the right one's wrist
    found = group_pafs(heatmaps, pafs, rule)
    assert len(found.scores) == 2
    necks = sorted(found.keypoints[:, 1, 0])
    assert necks == pytest.approx([24, 64], abs=0.6)


def test_a_person_without_a_neck_is_refused_by_rules_that_want_four_joints():
    heatmaps, pafs = drawn(COCO_18_FIELDS, {2: (14, 22), 3: (10, 34), 4: (12, 46)})
    assert len(group_pafs(heatmaps, pafs, "openpose2017").scores) == 0
    assert len(group_pafs(heatmaps, pafs, "lightweight").scores) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h, p: (h[:17], p), r"heatmaps.*\[17, 64, 48\].*18 joints"),
        (lambda h, p: (h, p[:, :32]), r"pafs.*\[38, 32, 48\].*as large as the heatmaps"),
        (lambda h, p: (h, p[:37]), "37 channels; expected 38 or 52"),
        (
            lambda h, p: (np.where(h == h.max(), np.nan, h), p),
            "heatmaps hold NaN or infinity, first in joint",
        ),
        (lambda h, p: (h, np.full_like(p, np.inf)), "pafs hold NaN or infinity, first in channel 0"),
        (lambda h, p: (h[:, :0], p[:, :0]), "not empty"),
    ],
)
def test_maps_that_do_not_fit_are_named(change, message):
    maps = change(*drawn(COCO_18_FIELDS, ARM_AND_HEAD))
    with pytest.raises(SwahrError, match=message):
        group_pafs(*maps)


def test_an_unknown_rule_is_named():
    with pytest.raises(SwahrError, match=r"no rule 'caffe'.*openpose2017, lightweight, openpose"):
        group_pafs(*drawn(COCO_18_FIELDS, ARM_AND_HEAD), rule="caffe")


LEG = {9: (16, 22), 10: (16, 34), 11: (16, 46), 22: (26, 54), 23: (36, 58), 24: (8, 56)}  # hip to foot
UPPER = {8: (28, 20), 1: (28, 6)}  # the middle of the hips, the neck


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        (LEG, False),
        ({**LEG, 8: UPPER[8]}, False),
        ({**LEG, **UPPER}, True),
        ({joint: LEG[joint] for joint in (9, 10, 11)}, True),
    ],
    ids=["a leg and its foot", "four joints and a foot", "five joints and a foot", "a leg without a foot"],
)
def test_feet_make_nobody_a_person(places, kept):
    maps = drawn(BODY_25_FIELDS, places)
    found = group_pafs(*maps, "openpose", BODY_25_FIELDS)
    assert len(found.keypoints) == kept
    if kept:
        assert set(np.flatnonzero(found.keypoints[0, :, 2])) == set(places)
    counting_all = replace(RULES["openpose"], feet_apart=False)
    assert len(group_pafs(*maps, counting_all, BODY_25_FIELDS).keypoints) == 1
    assert_native_equals_reference(*maps, BODY_25_FIELDS, "openpose")


@pytest.mark.parametrize(
    ("skeleton", "feet"), [(BODY_25, 6), (COCO_FEET_23, 6), (HALPE_26, 6), (COCO_17, 0), (COCO_18, 0)]
)
def test_networks_of_other_skeletons_have_feet_by_their_names(skeleton, feet):
    assert layout_of(skeleton).feet == feet


def test_the_mean_of_a_person_is_that_of_the_joints_beside_the_feet():
    maps = drawn(BODY_25_FIELDS, {**LEG, **UPPER})
    _, people = group_candidates(*maps, "openpose", BODY_25_FIELDS)
    total, body = float(people.total[0]), len(LEG) + len(UPPER) - 3
    for mean, kept in ((total / body - 1e-6, 1), (total / body + 1e-6, 0)):
        rule = replace(RULES["openpose"], min_mean=mean)
        assert len(group_pafs(*maps, rule, BODY_25_FIELDS).keypoints) == kept
