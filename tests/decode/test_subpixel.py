"""Where joints lie between cells, and how wide their peaks are: against the plain reference, and against the truth."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scenes import make_stages
from swahr.decode import ParseParams, parse_heatmaps, parse_stages
from swahr.decode.batch import BatchParser
from swahr.decode.reference import parse_heatmaps_reference, parse_stages_reference
from swahr.errors import SettingError

CURVES = ["parabola", "gaussian"]
SIGMA = 2.0  # of the training targets, cells


def rendered(count, seed, cells_hw=(64, 96)):
    """Two stages with a Gaussian a joint at a place that is no whole pixel: stages, tags, places [K, 2] in the input.

    The targets' convention: the Gaussian of a joint at t of the input is centred at t by the stage's scale, less half a
    cell.
    """
    random = np.random.default_rng(seed)
    size = np.asarray(cells_hw[::-1]) * 2
    places = random.uniform(30, size - 30, (count, 2))
    stages = []
    for scale in (4, 2):
        rows, columns = np.mgrid[0 : size[1] // scale, 0 : size[0] // scale]
        x, y = (places / scale - 0.5).T[:, :, None, None]
        stages.append(
            (0.9 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * SIGMA**2))).astype(np.float32)
        )
    tags = [np.zeros((count, *stages[0].shape[1:]), np.float32)]
    return stages, tags, places


def found_places(subpixel, seeds=range(6)):
    """What the parse finds of rendered joints, and where they are: [N, 2], [N, 2], pixels of the input."""
    found, truth = [], []
    for seed in seeds:
        stages, tags, places = rendered(17, seed)
        people = parse_stages(stages, tags, (128, 192), ParseParams(subpixel=subpixel))
        assert len(people.keypoints) == 1
        found.append(people.keypoints[0, :, :2])
        truth.append(places)
    return np.concatenate(found), np.concatenate(truth)


@pytest.mark.parametrize("subpixel", CURVES)
def test_a_clean_peak_is_found_between_the_cells(subpixel):
    found, truth = found_places(subpixel)
    error_in_cells = np.linalg.norm(found - truth, axis=1) / 2
    assert np.median(error_in_cells) < 0.05
    assert error_in_cells.max() < 0.25
    quarter, _ = found_places("quarter")
    assert np.median(np.linalg.norm(quarter - truth, axis=1) / 2) > 2 * np.median(error_in_cells)


@pytest.mark.parametrize("subpixel", CURVES)
def test_no_histogram_of_positions_shows_the_grid(subpixel):
    on_grid, _ = found_places("quarter")
    assert set(np.unique(on_grid % 0.5)) == {0.25}
    found, _ = found_places(subpixel, range(30))
    for period in (0.5, 1.0, 2.0):  # the grid of quarters, pixels, cells
        share = np.histogram(found % period / period, 8, (0, 1))[0] / found.size
        assert share.max() < 2 / 8
        assert share.min() > 0.3 / 8


@settings(max_examples=40, deadline=None)
@given(
    people=st.sampled_from([0, 1, 2, 5, 12]),
    height=st.integers(1, 40),
    width=st.integers(1, 60),
    scale=st.integers(1, 5),
    channels=st.integers(1, 2),
    subpixel=st.sampled_from(["quarter", *CURVES]),
    steps=st.tuples(st.booleans(), st.booleans()),
    seed=st.integers(0, 2**16),
)
def test_places_and_spreads_are_those_of_the_plain_parse(
    people, height, width, scale, channels, subpixel, steps, seed
):
    heatmaps, tags = make_stages(people, (2 * height, 2 * width), channels, 5, 0.3, seed)
    params = ParseParams(subpixel=subpixel, spread=True)
    size = (2 * height * scale, 2 * width * scale)
    fused = parse_stages(heatmaps, tags, size, params, *steps)
    plain = parse_stages_reference(heatmaps, tags, size, params, *steps)
    np.testing.assert_allclose(fused.keypoints, plain.keypoints, atol=1e-3)
    assert fused.spread is not None
    np.testing.assert_allclose(fused.spread, plain.spread, atol=1e-3)
    assert (fused.spread[fused.keypoints[..., 2] == 0] == 0).all()


@pytest.mark.parametrize("subpixel", CURVES)
def test_a_batch_by_the_kernels_bodies_gives_the_same(subpixel):
    params = ParseParams(subpixel=subpixel, spread=True, max_people=8)
    scenes = [make_stages(people, (40, 64), 2, 5, 0.3, people) for people in (3, 0, 5)]
    stages = [torch.from_numpy(np.stack(maps)) for maps in zip(*(heat for heat, _ in scenes), strict=True)]
    tags = [torch.from_numpy(np.stack(maps)) for maps in zip(*(tag for _, tag in scenes), strict=True)]
    parser = BatchParser(3, 5, 2, (80, 128), params, torch.device("cpu"))
    for _ in range(2):  # nothing is left of the batch before
        found = parser.stages(stages, tags).to_host()
        for people, (heat, tag) in zip(found, scenes, strict=True):
            expected = parse_stages(heat, tag, (80, 128), params)
            np.testing.assert_allclose(people.keypoints, expected.keypoints, atol=1e-4)
            np.testing.assert_allclose(people.spread, expected.spread, atol=1e-3)
        stages, scenes = [stage.flip(0) for stage in stages], scenes[::-1]
        tags = [tag.flip(0) for tag in tags]


def test_maps_at_input_size_are_their_own_cells():
    random = np.random.default_rng(3)
    heatmaps = random.uniform(0, 1, (3, 20, 30)).astype(np.float32)
    tags = np.zeros((3, 20, 30, 1), np.float32)
    params = ParseParams(subpixel="gaussian", spread=True, max_people=6)
    native, plain = parse_heatmaps(heatmaps, tags, params), parse_heatmaps_reference(heatmaps, tags, params)
    np.testing.assert_allclose(native.keypoints, plain.keypoints, atol=1e-4)
    np.testing.assert_allclose(native.spread, plain.spread, atol=1e-3)


def test_a_wider_peak_has_a_larger_spread():
    rows, columns = np.mgrid[0:40, 0:60]
    heatmaps = np.stack(
        [
            np.exp(-((columns - 30) ** 2 / (2 * wide**2) + (rows - 20) ** 2 / (2 * 1.5**2)))
            for wide in (1, 1.5, 2.5)
        ]
    ).astype(np.float32)
    people = parse_heatmaps(heatmaps, np.zeros((3, 40, 60, 1), np.float32), ParseParams(spread=True))
    assert people.spread is not None
    xx, xy, yy = people.spread[0].T
    assert xx[0] < xx[1] < xx[2]
    np.testing.assert_allclose(yy, yy[0], rtol=0.05)
    np.testing.assert_allclose(xy, 0, atol=1e-4)


def test_people_without_a_wish_have_no_spread():
    heatmaps, tags = make_stages(2, (32, 48), 1, seed=1)
    people = parse_stages(heatmaps, tags, (64, 96))
    assert people.spread is None
    keypoints, scores = people
    assert keypoints is people.keypoints
    assert scores is people.scores


def test_an_unknown_way_is_refused():
    with pytest.raises(SettingError, match="subpixel is 'half'; expected one of quarter, parabola, gaussian"):
        ParseParams(subpixel="half")
