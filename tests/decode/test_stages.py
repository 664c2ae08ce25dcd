"""The parse of stage maps against the stored way: maps at input size, then the plain parse."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scenes import make_stages
from swahr.decode import ParseParams, parse_heatmaps, parse_stages
from swahr.decode.reference import parse_stages_reference
from swahr.errors import SwahrError
from swahr.inference.aggregate import join_tags, resize


def assert_same_people(heatmaps, tags, size, params=ParseParams(), threads=1, **options):  # noqa: B008
    fused = parse_stages(heatmaps, tags, size, params, threads=threads, **options)
    stored = parse_stages_reference(heatmaps, tags, size, params, **options)
    np.testing.assert_allclose(fused.keypoints, stored.keypoints, atol=1e-4)
    np.testing.assert_allclose(fused.scores, stored.scores, atol=1e-6)
    return fused


@settings(max_examples=50, deadline=None)
@given(
    people=st.sampled_from([0, 1, 2, 5, 30, 31]),
    height=st.integers(1, 40),
    width=st.integers(1, 60),
    channels=st.integers(1, 4),
    num_joints=st.sampled_from([1, 2, 5, 17]),
    threads=st.sampled_from([1, 2]),
    seed=st.integers(0, 2**16),
)
def test_people_are_those_of_the_maps_at_input_size(
    people, height, width, channels, num_joints, threads, seed
):
    heatmaps, tags = make_stages(people, (2 * height, 2 * width), channels, num_joints, 0.3, seed)
    assert_same_people(heatmaps, tags, (4 * height, 4 * width), threads=threads)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 50)), min_size=1, max_size=4),
    tag_size=st.tuples(st.integers(1, 12), st.integers(1, 50)),
    size=st.tuples(st.integers(1, 70), st.integers(1, 150)),
    levels=st.integers(2, 5),
    window=st.sampled_from([1, 3, 5, 7, 9, 151]),
    seed=st.integers(0, 2**16),
)
def test_sizes_ratios_windows_and_ties_are_free(sizes, tag_size, size, levels, window, seed):
    random = np.random.default_rng(seed)
    heatmaps = [(random.integers(0, levels, (3, *s)) / levels).astype(np.float32) for s in sizes]
    tags = [random.integers(0, 3, (3, *tag_size)).astype(np.float32) / 2 for _ in range(2)]
    finest = max((heat.shape[1:] for heat in heatmaps), key=lambda s: s[0])
    heatmaps.append(random.uniform(-0.5, 0.8, (3, *finest)).astype(np.float32))
    assert_same_people(heatmaps, tags, size, ParseParams(max_people=6, nms_window=window))


@pytest.mark.parametrize(
    "options", [{"adjust": False}, {"refine": False}, {"adjust": False, "refine": False}]
)
def test_each_step_can_be_left_out(options):
    heatmaps, tags = make_stages(6, (64, 96), 2, seed=3)
    assert_same_people(heatmaps, tags, (128, 192), **options)


def test_a_whole_scene_equals_what_torch_upsamples():
    heatmaps, tags = make_stages(17, (256, 352), 2, seed=4)
    size = (512, 704)
    # A blob that is the same on both sides has ties, which fall by the last bit of the interpolation.
    heatmaps[1] += np.random.default_rng(0).uniform(0, 1e-3, heatmaps[1].shape).astype(np.float32)
    heat = [torch.from_numpy(stage)[None] for stage in heatmaps]
    stored = resize((resize(heat[0], heat[1].shape[-2:]) + heat[1]) / 2, size)
    tag = join_tags([resize(torch.from_numpy(t)[None], heat[1].shape[-2:]) for t in tags], size)
    expected = parse_heatmaps(stored[0], tag[0])
    for fused in (parse_stages(heatmaps, tags, size), parse_stages(heat_of(heat), heat_of(tags), size)):
        np.testing.assert_allclose(fused.keypoints, expected.keypoints, atol=1e-4)
        np.testing.assert_allclose(fused.scores, expected.scores, atol=1e-4)


def heat_of(maps):
    """Each as the network gives it: a slice of more channels, channels last, or half precision."""
    first, *rest = (torch.as_tensor(m).reshape(m.shape[-3:]) for m in maps)
    sliced = torch.cat([first, first])[first.shape[0] :]
    return [sliced, *(m.permute(1, 2, 0).contiguous().permute(2, 0, 1).double() for m in rest)]


def test_the_widest_window_leaves_one_peak_a_joint():
    heatmaps, tags = make_stages(5, (32, 48), seed=1)
    params = ParseParams(max_people=10**9, nms_window=2**31 - 1)
    heat = parse_stages(heatmaps, tags, (64, 96), params, refine=False).keypoints[:, :, 2]
    assert (np.count_nonzero(heat, axis=0) <= 1).all()
    assert heat.max() > 0.3


@pytest.mark.parametrize("stage", [0, 1])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_heat_that_is_not_finite_is_refused_by_name(stage, bad):
    heatmaps, tags = make_stages(2, (32, 64))
    heatmaps[stage][5, -1, -1] = bad
    with pytest.raises(SwahrError, match="heatmaps hold NaN or infinity, first in joint 5"):
        parse_stages(heatmaps, tags, (64, 128))


def test_tags_that_are_not_finite_are_passed_over_where_nobody_is_and_refused_where_somebody_is():
    heatmaps, tags = make_stages(2, (32, 40), missing=0.5, seed=3)
    broken = tags[0].copy()
    broken[:, :3, :3], broken[:, -2:, -2:], broken[2, 8, 0] = np.nan, np.inf, -np.inf
    assert_same_people(heatmaps, [broken], (64, 80))
    broken[:] = np.nan
    with pytest.raises(SwahrError, match="tags hold NaN or infinity at a candidate of joint"):
        parse_stages(heatmaps, [broken], (64, 80))


def test_maps_that_do_not_fit_are_refused_with_what_was_received():
    heatmaps, tags = make_stages(1, (16, 20))
    with pytest.raises(
        SwahrError, match=r"tags is float32 \[16, 8, 10\] on the processor; expected \[17, h, w\]"
    ):
        parse_stages(heatmaps, [tags[0][1:]], (32, 40))
    with pytest.raises(SwahrError, match="0 tag channels"):
        parse_stages(heatmaps, [], (32, 40))
    with pytest.raises(SwahrError, match="9 stages; expected 1 to 8"):
        parse_stages(heatmaps[:1] * 9, tags, (32, 40))
    with pytest.raises(SwahrError, match="height is 0"):
        parse_stages(heatmaps, tags, (0, 40))
    with pytest.raises(SwahrError, match="a list"):
        parse_stages([[1.0]], tags, (32, 40))
    with pytest.raises(SwahrError, match=r"shape \[8, 10\]"):
        parse_stages([heatmaps[0][0]], tags, (32, 40))
