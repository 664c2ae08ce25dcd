"""The native parse against the plain one, on scenes that hypothesis makes, and its limits."""

import gc
import math
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from munkres import Munkres

from benchmarks.scenes import make_scene, make_stages
from swahr import _native
from swahr.decode import ParseParams, parse_heatmaps, parse_stages
from swahr.decode.duplicates import drop_duplicates, pairwise_oks
from swahr.decode.reference import parse_heatmaps_reference, solve_assignment_reference
from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17


def assert_same_people(heatmaps, tags, params=ParseParams(), **options):  # noqa: B008
    native = parse_heatmaps(heatmaps, tags, params, **options)
    plain = parse_heatmaps_reference(heatmaps, tags, params, **options)
    np.testing.assert_allclose(native.keypoints, plain.keypoints, atol=1e-5)
    np.testing.assert_allclose(native.scores, plain.scores, atol=1e-6)
    return native


@settings(max_examples=60, deadline=None)
@given(
    people=st.sampled_from([0, 1, 2, 5, 30, 31, 40]),
    height=st.integers(1, 70),
    width=st.integers(1, 150),
    channels=st.integers(1, 4),
    num_joints=st.sampled_from([1, 2, 5, 14, 17]),
    threads=st.sampled_from([1, 2]),
    seed=st.integers(0, 2**16),
)
def test_scenes_give_the_same_people_as_the_plain_parse(
    people, height, width, channels, num_joints, threads, seed
):
    heatmaps, tags = make_scene(people, (height, width), channels, num_joints, 0.3, seed)
    native = parse_heatmaps(heatmaps, tags, threads=threads)
    plain = parse_heatmaps_reference(heatmaps, tags)
    np.testing.assert_allclose(native.keypoints, plain.keypoints, atol=1e-5)
    np.testing.assert_allclose(native.scores, plain.scores, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    levels=st.integers(2, 5),
    tag_levels=st.integers(1, 4),
    height=st.integers(1, 20),
    width=st.integers(1, 80),
    window=st.sampled_from([1, 3, 5, 7]),
    seed=st.integers(0, 2**16),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_ties_of_heat_and_tags_fall_the_same_way(levels, tag_levels, height, width, window, seed, flags):
    random = np.random.default_rng(seed)
    heatmaps = (random.integers(0, levels, (4, height, width)) / levels).astype(np.float32)
    tags = random.integers(0, tag_levels, (4, height, width, 2)).astype(np.float32) / 2
    use_heat, ignore, break_ties = flags
    params = ParseParams(
        max_people=6,
        nms_window=window,
        use_detection_value=use_heat,
        ignore_too_much=ignore,
        break_ties=break_ties,
        matching_order=(2, 0, 3, 1),
    )
    assert_same_people(heatmaps, tags, params)


def test_many_joints_and_a_large_map_give_the_same_people():
    assert_same_people(*make_scene(4, (40, 50), 1, num_joints=133, seed=1))
    assert_same_people(*make_scene(12, (256, 320), 2, seed=2))


@settings(max_examples=80, deadline=None)
@given(
    rows=st.integers(1, 9),
    more=st.integers(0, 6),
    levels=st.integers(1, 5),
    seed=st.integers(0, 2**16),
)
def test_assignments_have_the_least_cost_and_the_packages_ties(rows, more, levels, seed):
    random = np.random.default_rng(seed)
    cost = 100.0 * random.integers(0, levels, (rows, rows + more)) - random.random((rows, 1))
    pairs = _native.solve_assignment(cost)
    assert pairs == solve_assignment_reference(cost)
    expected = Munkres().compute(cost.tolist())
    total = sum(cost[i, j] for i, j in pairs)
    assert total == pytest.approx(sum(cost[i, j] for i, j in expected))
    if cost.size >= 16:  # below, the package takes another way, with other ties
        assert pairs == expected


def test_a_tall_cost_matrix_leaves_rows_over():
    assert _native.solve_assignment(np.asarray([[5.0], [1.0], [3.0]])) == [(1, 0)]


def test_no_heat_gives_no_people():
    people = parse_heatmaps(np.zeros((17, 8, 9), np.float32), np.zeros((17, 8, 9, 2), np.float32))
    assert people.keypoints.shape == (0, 17, 5)
    assert people.scores.shape == (0,)


def test_torch_half_precision_and_any_layout_are_read():
    heatmaps, tags = make_scene(3, (40, 60), 2, seed=5)
    expected = parse_heatmaps(heatmaps, tags)
    layouts = [
        (torch.from_numpy(heatmaps), torch.from_numpy(tags)),
        (torch.from_numpy(heatmaps).requires_grad_(), torch.from_numpy(tags).double()),
        (np.asfortranarray(heatmaps), np.asfortranarray(tags)),
        (heatmaps, np.ascontiguousarray(tags.transpose(3, 0, 1, 2)).transpose(1, 2, 3, 0)),
        (heatmaps[::-1][::-1], tags[:, ::-1][:, ::-1]),
    ]
    for heat, tag in layouts:
        np.testing.assert_array_equal(parse_heatmaps(heat, tag).keypoints, expected.keypoints)
    packed = np.zeros(tags.shape, [("tag", "f4"), ("other", "u1")])
    packed["tag"] = tags
    np.testing.assert_array_equal(parse_heatmaps(heatmaps, packed["tag"]).keypoints, expected.keypoints)
    half = parse_heatmaps(torch.from_numpy(heatmaps).half(), torch.from_numpy(tags).half())
    np.testing.assert_allclose(half.keypoints[:3], expected.keypoints[:3], atol=0.6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("joint", [0, 16])
def test_heat_that_is_not_finite_is_refused_by_name(bad, joint):
    heatmaps, tags = make_scene(2, (30, 70))
    heatmaps[joint, 29, 69] = bad
    with pytest.raises(SwahrError, match=f"heatmaps hold NaN or infinity, first in joint {joint}"):
        parse_heatmaps(heatmaps, tags)


def test_a_tag_that_is_not_finite_is_refused_where_it_matters_and_passed_over_elsewhere():
    heatmaps, tags = make_scene(2, (30, 40), missing=0.5, seed=3)
    broken = tags.copy()
    broken[heatmaps < 0.05] = np.nan
    assert_same_people(heatmaps, broken, refine=False)
    joint = int(np.flatnonzero(heatmaps.max(axis=(1, 2)) > 0.12)[0])
    y, x = np.unravel_index(heatmaps[joint].argmax(), heatmaps[joint].shape)
    broken[joint, y, x] = np.nan
    with pytest.raises(SwahrError, match=f"tags hold NaN or infinity at a candidate of joint {joint}"):
        parse_heatmaps(heatmaps, broken)


def lost_joint_scene():
    """One person with two joints; the third has weak heat near it (tag 0) and strong heat far off (tag 3)."""
    heatmaps = np.zeros((3, 20, 30), np.float32)
    tags = np.zeros((3, 20, 30, 1), np.float32)
    heatmaps[0, 5, 5], heatmaps[1, 8, 5] = 0.9, 0.8
    heatmaps[2, 11, 5], heatmaps[2, 4, 25] = 0.06, 0.11
    tags[2] = 0.4
    tags[2, 4, 25] = 3.0
    return heatmaps, tags


@pytest.mark.parametrize(
    ("gate", "found"),
    [
        ({}, True),
        ({"refine_min_confidence": 0.05}, True),
        ({"refine_min_confidence": 0.07}, False),
        ({"refine_max_tag_distance": 0.5}, True),
        ({"refine_max_tag_distance": 0.3}, False),
    ],
)
def test_the_gates_of_refine_keep_weak_and_far_joints_away(gate, found):
    people = assert_same_people(*lost_joint_scene(), ParseParams(**gate))
    assert people.keypoints.shape[0] == 1
    assert bool(people.keypoints[0, 2, 2] > 0) == found
    if found:
        assert people.keypoints[0, 2, :2].tolist() == [5.25, 11.25]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_people": 0}, "max_people is 0"),
        ({"max_people": 2**31}, "max_people is 2147483648"),
        ({"max_people": 2.5}, "max_people is 2.5"),
        ({"nms_window": 5.0}, "nms_window is 5.0"),
        ({"detection_threshold": None}, "detection_threshold is None"),
        ({"nms_window": 4}, "nms_window is 4"),
        ({"detection_threshold": -0.1}, "detection_threshold is -0.1"),
        ({"tag_threshold": math.nan}, "tag_threshold is nan"),
        ({"detection_threshold": math.inf}, "finite"),
    ],
)
def test_settings_without_sense_are_refused(settings, message):
    with pytest.raises(SwahrError, match=message):
        ParseParams(**settings)


def test_more_people_allowed_than_pixels_cost_no_memory():
    heatmaps, tags = make_scene(3, (40, 60), seed=5)
    params = ParseParams(max_people=10**9, nms_window=2**31 - 1)
    heat = parse_heatmaps(heatmaps, tags, params, refine=False).keypoints[:, :, 2]
    hottest = heatmaps.max(axis=(1, 2))
    np.testing.assert_array_equal(heat.max(axis=0), np.where(hottest > 0.12, hottest, 0))
    assert (np.count_nonzero(heat, axis=0) <= 1).all()  # such a window leaves one peak a joint


def test_the_tag_threshold_is_compared_in_double_precision():
    heatmaps, tags = np.zeros((2, 9, 30), np.float32), np.zeros((2, 9, 30, 1), np.float32)
    heatmaps[0, 4, 4], heatmaps[1, 4, 20] = 0.9, 0.8
    tags[1] = 0.9  # a little less, as float32
    people = assert_same_people(heatmaps, tags, ParseParams(tag_threshold=0.9))
    assert people.keypoints.shape[0] == 1


def test_people_side_by_side_are_found_whole_so_that_refine_changes_nothing():
    heatmaps, tags = make_scene(17, (256, 352), 2, missing=0.0, seed=4, apart=True)
    people = assert_same_people(heatmaps, tags, refine=False)
    assert people.keypoints.shape[0] == 17
    assert (people.keypoints[:, :, 2] > 0).all()
    np.testing.assert_array_equal(parse_heatmaps(heatmaps, tags).keypoints, people.keypoints)


def test_maps_that_do_not_fit_are_refused_with_what_was_received():
    heatmaps, tags = make_scene(1, (10, 12))
    with pytest.raises(SwahrError, match=r"tags \[17, 10, 11, 1\]"):
        parse_heatmaps(heatmaps, tags[:, :, 1:])
    with pytest.raises(SwahrError, match="heatmaps are empty"):
        parse_heatmaps(heatmaps[:, :0], tags[:, :0])
    with pytest.raises(SwahrError, match="int64"):
        parse_heatmaps(heatmaps.astype(np.int64), tags)
    with pytest.raises(SwahrError, match="a list"):
        parse_heatmaps([[1.0]], tags)
    with pytest.raises(SwahrError, match="matching_order"):
        parse_heatmaps(heatmaps, tags, ParseParams(matching_order=(0, 1)))


def test_more_tag_channels_than_the_kernels_take_give_the_same_people():
    heatmaps, tags = make_scene(5, (30, 70), 11, num_joints=5, seed=6)
    assert_same_people(heatmaps, tags)
    channels = [tags[..., t] for t in range(11)]
    people = parse_stages([heatmaps], channels, heatmaps.shape[1:])
    np.testing.assert_array_equal(people.keypoints, parse_heatmaps(heatmaps, tags).keypoints)


def test_maps_that_cannot_be_written_to_are_read():
    heatmaps, tags = make_scene(3, (20, 30), 2, seed=5)
    expected = parse_heatmaps(heatmaps, tags)
    heatmaps.setflags(write=False)
    tags.setflags(write=False)
    np.testing.assert_array_equal(parse_heatmaps(heatmaps, tags).keypoints, expected.keypoints)


@pytest.mark.parametrize("flags", [{}, {"use_detection_value": False}, {"break_ties": True}])
def test_tags_whose_sum_is_beyond_float32_come_to_an_end(flags):
    heatmaps, tags = np.zeros((3, 9, 60), np.float32), np.zeros((3, 9, 60, 1), np.float32)
    for joint in range(3):
        heatmaps[joint, 4, [4, 20, 40]] = 0.9, 0.8, 0.7
        tags[joint, 4, [4, 20, 40], 0] = 3e38, 3.2e38, -3e38
    with np.errstate(over="ignore"):
        people = assert_same_people(heatmaps, tags, ParseParams(**flags))
    assert len(people.scores) >= 3


@pytest.mark.parametrize("height", [2**31, 2**31 - 1, 2**64])
def test_sides_that_cannot_be_counted_are_refused(height):
    heatmaps, tags = make_stages(1, (16, 20))
    with pytest.raises(SwahrError, match=f"{height}|incompatible"):
        parse_stages(heatmaps, tags, (height, 40))


def native_settings(**changed):
    values = {
        "order": range(17),
        "window": 5,
        "max_candidates": 30,
        "max_people": 30,
        "threshold": 0.1,
        "tag_threshold": 1.0,
        "use_detection_value": True,
        "ignore_too_much": False,
        "break_ties": False,
        "min_confidence": 0.0,
        "max_tag_distance": math.inf,
        "adjust": True,
        "refine": True,
    }
    return _native.ParseSettings(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"window": 2}, "window is 2"),
        ({"max_candidates": 0}, "max_candidates is 0"),
        ({"max_people": 0}, "max_people is 0"),
        ({"threshold": math.nan}, "threshold is nan"),
        ({"tag_threshold": -1.0}, "tag_threshold is -1"),
        ({"min_confidence": math.nan}, "min_confidence is NaN"),
        ({"order": [0, 0]}, "each of the 2 joints once; it names 0"),
    ],
)
def test_native_settings_name_what_is_wrong(changed, message):
    with pytest.raises(ValueError, match=message):
        native_settings(**changed)


def test_the_native_boundary_names_argument_and_value():
    heatmaps, tags = make_scene(1, (10, 12))
    tag, settings = tags[..., 0], native_settings()
    for arguments, message in (
        (([heatmaps], [tag], 10, 12, settings, -1), "threads is -1"),
        (
            ([heatmaps[0]], [tag], 10, 12, settings),
            r"heatmaps is float32 \[10, 12\] on the processor; expected",
        ),
        (([heatmaps.astype(np.float64)], [tag], 10, 12, settings), "heatmaps is float64"),
        (([heatmaps], [tag.astype(np.int32)], 10, 12, settings), "tags is int32"),
        (([heatmaps[:, :, ::2]], [tag], 10, 12, settings), "rows that follow each other"),
        (([heatmaps], [tag[:, ::2, ::2]], 10, 12, settings), "rows that follow each other"),
        (([heatmaps], [np.repeat(tag, 2, 2)[:, :, ::2]], 20, 24, settings), "as large as the input"),
        (([heatmaps], [[1.0]], 10, 12, settings), "tags is a list; expected"),
        (([heatmaps[:, :0]], [tag], 10, 12, settings), "not empty"),
        (([heatmaps], [tag], 10, 12, native_settings(order=range(3))), "order names 3 joints; there are 17"),
        (([heatmaps], [tag], 2**25, 12, settings), "33554432 x 12 is too large"),
    ):
        with pytest.raises(ValueError, match=message):
            _native.parse_maps(*arguments)
    for cost in (np.nan, np.inf, 1e300, -1e101):
        with pytest.raises(ValueError, match="cost holds"):
            _native.solve_assignment(np.asarray([[0.0, cost]]))
    assert _native.solve_assignment(np.full((3, 4), 1e100)) == [(0, 0), (1, 1), (2, 2)]
    count, confidence = np.ones(2, np.int32), np.ones((2, 1), np.float32)
    xy, tag = np.zeros((2, 1, 2), np.int32), np.full((2, 1, 1), np.nan, np.float32)
    settings = native_settings(order=[0, 1])
    with pytest.raises(ValueError, match="NaN or infinity at a candidate of joint 0"):
        _native.match_by_tag(count, confidence, xy, tag, settings)
    with pytest.raises(ValueError, match="count of joint 0 is out of range"):
        _native.match_by_tag(2 * count, confidence, xy, tag, settings)
    with pytest.raises(ValueError, match="xy is int32"):
        _native.match_by_tag(count, confidence, xy[:, :, :1], tag, settings)


def test_views_let_go_of_what_they_look_at():
    heatmaps, tags = (torch.from_numpy(maps) for maps in make_scene(1, (10, 12)))
    watched = weakref.ref(heatmaps)
    _native.parse_maps([heatmaps], [tags[..., 0]], 10, 12, native_settings())
    del heatmaps
    gc.collect()
    assert watched() is None


def test_a_person_found_twice_is_dropped_and_a_neighbour_is_not():
    person = np.zeros((17, 3), np.float32)
    person[:, :2] = np.random.default_rng(0).uniform(0, 100, (17, 2))
    person[:, 2] = 1
    twin, neighbour = person.copy(), person.copy()
    twin[:, :2] += 1
    neighbour[:, 0] += 60
    people, scores = np.stack([twin, person, neighbour]), np.asarray([0.4, 0.9, 0.5], np.float32)
    assert drop_duplicates(people, scores, COCO_17.sigmas, 0.7).tolist() == [1, 2]
    assert drop_duplicates(people, scores, COCO_17.sigmas, 1.0).tolist() == [1, 2, 0]
    assert pairwise_oks(people, COCO_17.sigmas)[1, 1] == pytest.approx(1)
    none = np.zeros((0, 17, 3), np.float32)
    assert drop_duplicates(none, scores[:0], COCO_17.sigmas, 0.7).tolist() == []
