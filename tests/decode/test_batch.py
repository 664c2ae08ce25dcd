"""The CUDA kernels: their bodies run on the processor here, and on the GPU where there is one."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scenes import make_scene, make_stages
from swahr import _native
from swahr.decode import ParseParams, parse_heatmaps, parse_stages
from swahr.decode.batch import BatchParser
from swahr.errors import SwahrError

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "grouping.npz")
needs_gpu = pytest.mark.skipif(
    not (torch.cuda.is_available() and _native.has_cuda),
    reason="no CUDA device" if _native.has_cuda else "this build has no CUDA kernels",
)
DEVICES = [torch.device("cpu"), pytest.param(torch.device("cuda"), marks=[pytest.mark.gpu, needs_gpu])]
ON_EACH_DEVICE = pytest.mark.parametrize("device", DEVICES)
ALMOST = {"atol": 1e-5, "rtol": 0}


def batch_of(images, device):
    return torch.from_numpy(np.stack(images)).to(device)


def parse_batch(scenes, device, params=ParseParams(), **options):  # noqa: B008
    heatmaps, tags = (batch_of(maps, device) for maps in zip(*scenes, strict=True))
    parser = BatchParser(
        len(scenes), heatmaps.shape[1], tags.shape[4], heatmaps.shape[2:], params, heatmaps.device, **options
    )
    return parser.heatmaps(heatmaps, tags).to_host()


def parse_stage_batch(scenes, size, device, params=ParseParams()):  # noqa: B008
    stages = [batch_of(maps, device) for maps in zip(*(heat for heat, _ in scenes), strict=True)]
    tags = [batch_of(maps, device) for maps in zip(*(tag for _, tag in scenes), strict=True)]
    parser = BatchParser(len(scenes), stages[0].shape[1], len(tags), size, params, tags[0].device)
    return parser.stages(stages, tags).to_host()


def assert_people(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.keypoints, other.keypoints, **ALMOST)
        np.testing.assert_allclose(one.scores, other.scores, **ALMOST)


@ON_EACH_DEVICE
@pytest.mark.parametrize(
    ("step", "options"),
    [
        ("match", {"adjust": False, "refine": False}),
        ("adjust", {"adjust": True, "refine": False}),
        ("full", {"adjust": True, "refine": True}),
    ],
)
@pytest.mark.parametrize("scene", range(int(GOLDEN["n"])))
def test_people_equal_the_published_codes(scene, step, options, device):
    (people,) = parse_batch([(GOLDEN[f"s{scene}_det"], GOLDEN[f"s{scene}_tag"])], device, **options)
    np.testing.assert_allclose(people.keypoints, GOLDEN[f"s{scene}_{step}"], atol=1e-3)
    np.testing.assert_allclose(people.scores, GOLDEN[f"s{scene}_scores"], atol=1e-3)


@ON_EACH_DEVICE
@settings(max_examples=40, deadline=None)
@given(
    people=st.lists(st.sampled_from([0, 1, 2, 5, 30, 31]), min_size=1, max_size=3),
    height=st.integers(1, 50),
    width=st.integers(1, 150),
    channels=st.integers(1, 4),
    num_joints=st.sampled_from([1, 2, 5, 14, 17]),
    seed=st.integers(0, 2**16),
)
def test_a_batch_gives_the_people_of_its_images(people, height, width, channels, num_joints, seed, device):
    scenes = [
        make_scene(count, (height, width), channels, num_joints, 0.3, seed + i)
        for i, count in enumerate(people)
    ]
    assert_people(parse_batch(scenes, device), [parse_heatmaps(*scene) for scene in scenes])


@ON_EACH_DEVICE
@settings(max_examples=40, deadline=None)
@given(
    people=st.lists(st.sampled_from([0, 1, 5, 31]), min_size=1, max_size=2),
    height=st.integers(1, 30),
    width=st.integers(1, 60),
    channels=st.integers(1, 4),
    size=st.one_of(st.none(), st.tuples(st.integers(1, 60), st.integers(1, 150))),
    seed=st.integers(0, 2**16),
)
def test_a_batch_of_stage_maps_gives_the_people_of_its_images(
    people, height, width, channels, size, seed, device
):
    scenes = [
        make_stages(count, (2 * height, 2 * width), channels, 5, 0.3, seed + i)
        for i, count in enumerate(people)
    ]
    size = size or (4 * height, 4 * width)
    assert_people(parse_stage_batch(scenes, size, device), [parse_stages(*scene, size) for scene in scenes])


@ON_EACH_DEVICE
@settings(max_examples=60, deadline=None)
@given(
    levels=st.integers(1, 5),
    tag_levels=st.integers(1, 4),
    height=st.integers(1, 20),
    width=st.integers(1, 80),
    window=st.sampled_from([1, 3, 5, 7, 33]),
    max_people=st.sampled_from([1, 6, 30, 200]),
    seed=st.integers(0, 2**16),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_ties_of_heat_and_tags_fall_as_on_the_cpu(
    levels, tag_levels, height, width, window, max_people, seed, flags, device
):
    random = np.random.default_rng(seed)
    heatmaps = (random.integers(0, levels + 1, (4, height, width)) / levels).astype(np.float32)
    tags = random.integers(0, tag_levels, (4, height, width, 2)).astype(np.float32) / 2
    use_heat, ignore, break_ties = flags
    params = ParseParams(
        max_people=max_people,
        nms_window=window,
        use_detection_value=use_heat,
        ignore_too_much=ignore,
        break_ties=break_ties,
        matching_order=(2, 0, 3, 1),
    )
    expected = parse_heatmaps(heatmaps, tags, params)
    assert_people(parse_batch([(heatmaps, tags)], device, params), [expected])


@ON_EACH_DEVICE
def test_level_heat_has_a_peak_a_pixel_and_the_first_count(device):
    heatmaps, tags = np.full((2, 40, 200), 0.5, np.float32), np.zeros((2, 40, 200, 1), np.float32)
    tags[..., 0] = np.arange(8000, dtype=np.float32).reshape(40, 200)
    expected = parse_heatmaps(heatmaps, tags)
    assert len(expected.scores) == 30
    assert_people(parse_batch([(heatmaps, tags)], device), [expected])


@ON_EACH_DEVICE
def test_whole_bodies_of_133_joints_and_a_large_scene(device):
    many = make_scene(3, (40, 50), 1, num_joints=133, seed=1)
    assert_people(parse_batch([many], device), [parse_heatmaps(*many)])
    crowd = make_stages(31, (128, 192), 2, seed=2)
    assert_people(parse_stage_batch([crowd], (256, 384), device), [parse_stages(*crowd, (256, 384))])


@ON_EACH_DEVICE
def test_more_people_than_travel_at_first_all_arrive(device):
    random = np.random.default_rng(0)
    heatmaps = random.uniform(0.2, 1, (17, 60, 90)).astype(np.float32)
    tags = random.uniform(0, 500, (17, 60, 90, 1)).astype(np.float32)
    expected = parse_heatmaps(heatmaps, tags)
    assert len(expected.scores) > 64
    assert_people(parse_batch([(heatmaps, tags)], device), [expected])


@ON_EACH_DEVICE
def test_a_parser_can_be_used_again(device):
    scenes = [make_scene(count, (40, 60), seed=count) for count in (3, 0, 7)]
    parser = BatchParser(1, 17, 1, (40, 60), ParseParams(), batch_of([scenes[0][0]], device).device)
    for heatmaps, tags in scenes:
        found = parser.heatmaps(batch_of([heatmaps], device), batch_of([tags], device)).to_host()
        assert_people(found, [parse_heatmaps(heatmaps, tags)])


@ON_EACH_DEVICE
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_heat_and_tags_that_are_not_finite_are_refused_by_name(bad, device):
    good, broken = make_scene(2, (30, 70)), make_scene(2, (30, 70))
    broken[0][16, 29, 69] = bad
    with pytest.raises(SwahrError, match="heatmaps hold NaN or infinity, first in joint 16 of image 1"):
        parse_batch([good, broken], device)
    stages, tags = make_stages(2, (30, 70))
    stages[0][3, -1, -1] = bad
    with pytest.raises(SwahrError, match="heatmaps hold NaN or infinity, first in joint 3 of image 0"):
        parse_stage_batch([(stages, tags)], (60, 140), device)
    with pytest.raises(SwahrError, match="tags hold NaN or infinity at a candidate of joint"):
        parse_batch([(good[0], np.full_like(good[1], bad))], device)


@ON_EACH_DEVICE
def test_tags_that_are_not_finite_are_passed_over_where_nobody_is(device):
    heatmaps, tags = make_scene(2, (30, 40), missing=0.5, seed=3)
    tags[heatmaps < 0.05] = np.nan
    assert_people(parse_batch([(heatmaps, tags)], device), [parse_heatmaps(heatmaps, tags)])


@ON_EACH_DEVICE
def test_tags_as_planes_and_slices_of_outputs_are_read_in_place(device):
    heatmaps, tags = make_scene(3, (40, 60), 2, seed=5)
    planes = torch.from_numpy(np.ascontiguousarray(tags.transpose(3, 0, 1, 2))[None]).to(device)
    heat = torch.from_numpy(heatmaps[None]).to(device)
    parser = BatchParser(1, 17, 2, (40, 60), ParseParams(), heat.device)
    found = parser.heatmaps(heat, planes.permute(0, 2, 3, 4, 1)).to_host()
    assert_people(found, [parse_heatmaps(heatmaps, tags)])
    stages, halves = make_stages(3, (40, 60), 1, seed=5)
    output = torch.from_numpy(np.concatenate([stages[0], halves[0]])[None]).to(device)
    fine = torch.from_numpy(stages[1][None]).to(device).to(memory_format=torch.channels_last)
    parser = BatchParser(1, 17, 1, (80, 120), ParseParams(), heat.device)
    found = parser.stages([output[:, :17], fine], [output[:, 17:]]).to_host()
    assert_people(found, [parse_stages(stages, halves, (80, 120))])


@pytest.mark.gpu
@needs_gpu
def test_a_parse_is_captured_in_a_graph_and_replayed():
    device = torch.device("cuda", 0)
    scenes = [make_stages(count, (64, 96), seed=count) for count in (3, 9)]
    (coarse, fine), (tag,) = ([batch_of([m], device) for m in maps] for maps in scenes[0])
    parser = BatchParser(1, 17, 1, (128, 192), ParseParams(), device)
    parser.stages([coarse, fine], [tag])
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        people = parser.stages([coarse, fine], [tag])
    for stages, tags in scenes:
        for place, maps in zip((coarse, fine, tag), (*stages, *tags), strict=True):
            place.copy_(torch.from_numpy(maps[None]))
        graph.replay()
        assert_people(people.to_host(), [parse_stages(stages, tags, (128, 192))])


@pytest.mark.gpu
@needs_gpu
def test_maps_on_the_gpu_are_parsed_there():
    heatmaps, tags = make_scene(5, (40, 60), 2, seed=5)
    heat, tag = torch.from_numpy(heatmaps).cuda(), torch.from_numpy(tags).cuda()
    expected = parse_heatmaps(heatmaps, tags)
    assert_people([parse_heatmaps(heat, tag)], [expected])
    assert_people([parse_heatmaps(CudaArray(heat), CudaArray(tag))], [expected])
    stages, halves = make_stages(5, (40, 60), 1, seed=5)
    found = parse_stages(
        [torch.from_numpy(s).cuda() for s in stages], [torch.from_numpy(halves[0]).cuda()], (80, 120)
    )
    assert_people([found], [parse_stages(stages, halves, (80, 120))])


class CudaArray:
    """What another library's array looks like."""

    def __init__(self, tensor):
        self.tensor = tensor

    @property
    def __cuda_array_interface__(self):
        return self.tensor.__cuda_array_interface__


class Foreign:
    """An array that speaks DLPack alone."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_arrays_of_other_libraries_come_by_dlpack():
    heatmaps, tags = make_scene(3, (40, 60), 1, seed=5)
    found = parse_heatmaps(Foreign(heatmaps), Foreign(tags))
    np.testing.assert_array_equal(found.keypoints, parse_heatmaps(heatmaps, tags).keypoints)
    stages, halves = make_stages(3, (40, 60), 1, seed=5)
    found = parse_stages([Foreign(s) for s in stages], [Foreign(halves[0])], (80, 120))
    np.testing.assert_array_equal(found.keypoints, parse_stages(stages, halves, (80, 120)).keypoints)


def test_what_the_kernels_cannot_take_is_refused_by_name():
    cpu = torch.device("cpu")
    with pytest.raises(SwahrError, match="257 joints"):
        BatchParser(1, 257, 1, (4, 4), ParseParams(), cpu)
    with pytest.raises(SwahrError, match="9 tag channels"):
        BatchParser(1, 17, 9, (4, 4), ParseParams(), cpu)
    with pytest.raises(SwahrError, match="max_people is 2000"):
        BatchParser(1, 17, 1, (4, 4), ParseParams(max_people=2000), cpu)
    parser = BatchParser(1, 17, 1, (4, 4), ParseParams(), cpu)
    with pytest.raises(SwahrError, match="float16"):
        parser.heatmaps(torch.zeros(1, 17, 4, 4).half(), torch.zeros(1, 17, 4, 4, 1))
    with pytest.raises(SwahrError, match=r"\[2, 17, 4, 4\]"):
        parser.heatmaps(torch.zeros(2, 17, 4, 4), torch.zeros(1, 17, 4, 4, 1))


@pytest.mark.skipif(_native.has_cuda, reason="this build has CUDA kernels")
def test_a_build_without_kernels_says_so():
    with pytest.raises(SwahrError, match="no CUDA kernels"):
        BatchParser(1, 17, 1, (4, 4), ParseParams(), torch.device("cuda"))
