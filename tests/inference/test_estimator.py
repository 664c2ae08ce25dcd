"""The way from a frame to its people, with networks whose answers are known."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from swahr.config import NetworkSettings
from swahr.decode import ParsedPeople, ParseParams
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.geometry import input_geometry
from swahr.models import Architecture, Checkpoint, read_architecture
from swahr.pose.skeleton import COCO_17, Skeleton

K = COCO_17.num_joints
CODE_STEP = 15  # of 255: joint k is painted with the red value 15 k, person p with the green value 60 p
PERSON_STEP = 60
SIZE = 128


def exact(checkpoint, params=None, **options):
    """Painted colours are read to the last bit."""
    return PoseEstimator(
        checkpoint, NetworkSettings(**{"device": "cpu", "precision": "float32", **options}), params=params
    )


class ColourReader(nn.Module):
    """A network with perfect sight: reads joint and person off the colour, brightness is the confidence."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def drop_scale_heads(self):
        pass

    def forward(self, images):  # RGB in [0, 1]
        self.batches.append(tuple(images.shape))
        return [torch.cat(self.read(images, 4), dim=1), self.read(images, 2)[0]]

    @staticmethod
    def read(images, stride):
        red, green, blue = F.avg_pool2d(images, stride).unbind(1)
        seen = blue > 0.2
        joint = torch.where(seen, red / blue.clamp_min(0.01) * 255 / CODE_STEP, -1.0)
        person = torch.where(seen, green / blue.clamp_min(0.01) * 255 / PERSON_STEP, 0.0).round()
        numbers = torch.arange(K).view(1, K, 1, 1)
        heatmaps = blue[:, None] * ((joint[:, None] - numbers).abs() < 0.5)
        return heatmaps, (3 * person)[:, None].expand_as(heatmaps)


def colour_checkpoint(size=SIZE):
    return Checkpoint(ColourReader(), Architecture(), COCO_17, size, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def paint(width, height, people):
    """Draw each joint as a blob of its colour; the blob's size follows the frame."""
    frame = np.zeros((height, width, 3), np.float64)
    ys, xs = np.mgrid[:height, :width]
    sigma = min(width, height) / SIZE * 2.2
    for number, joints in enumerate(people):
        for joint, (x, y) in enumerate(joints):
            if np.isfinite(x):
                blob = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * sigma**2))
                colour = np.asarray([255, PERSON_STEP * number, CODE_STEP * joint])
                frame = np.maximum(frame, blob[:, :, None] * colour)
    return frame.round().astype(np.uint8)


def two_people(width, height):
    """Return joints on two grids, far enough from each other and from the edges."""
    short, people = min(width, height), []
    for left, top in ((0.1, 0.1), (0.1, 0.55)) if height > width else ((0.08, 0.12), (0.55, 0.12)):
        cells = np.asarray([(i % 5, i // 5) for i in range(K)]) * 0.085
        people.append(cells * short + [left * width, top * height])
    return people


def tiny_checkpoint(seed=0, skeleton=COCO_17, size=64, **changed):
    torch.manual_seed(seed)
    sizes = {"width": 8, "modules": (1, 1, 1), "blocks": 1, "head_width": 8, "head_blocks": 1, **changed}
    architecture = read_architecture({"num_joints": skeleton.num_joints, **sizes})
    return Checkpoint(architecture.build().eval(), architecture, skeleton, size)


def noise(width, height, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def assert_same(one, other, atol=0.0):
    np.testing.assert_allclose(one.keypoints, other.keypoints, atol=atol)
    np.testing.assert_allclose(one.scores, other.scores, atol=atol)


class TestFramePositions:
    @pytest.mark.parametrize(
        ("width", "height"),
        [(128, 128), (320, 240), (240, 320), (333, 257), (1280, 720), (97, 60), (400, 401)],
    )
    def test_joints_land_on_their_pixels(self, width, height):
        people = two_people(width, height)
        poses = exact(colour_checkpoint())(paint(width, height, people))
        assert len(poses) == 2
        pixel = min(width, height) / SIZE  # one input pixel in the frame
        for joints in people:
            nearest = min(np.abs(found[:, :2] - joints).max() for found in poses.keypoints)
            assert nearest <= 1.5 * pixel + 0.5

    @pytest.mark.parametrize("input_size", [128, 200, 256])
    def test_the_input_size_changes_precision_alone(self, input_size):
        people = two_people(320, 240)
        poses = exact(colour_checkpoint(), input_size=input_size)(paint(320, 240, people))
        assert len(poses) == 2
        for joints in people:
            nearest = min(np.abs(found[:, :2] - joints).max() for found in poses.keypoints)
            assert nearest <= 1.5 * 240 / input_size + 1

    def test_several_scales_find_the_same_places(self):
        people = two_people(320, 240)
        frame = paint(320, 240, people)
        poses = exact(colour_checkpoint(), scales=(0.5, 1, 2))(frame)
        assert len(poses) == 2
        for joints in people:
            nearest = min(np.abs(found[:, :2] - joints).max() for found in poses.keypoints)
            assert nearest <= 4

    def test_scale_maps_of_the_network_are_not_computed(self):
        checkpoint = tiny_checkpoint()
        exact(checkpoint)
        assert not checkpoint.model.scale_heads


class TestPoses:
    def test_a_missing_joint_is_nan_with_score_0(self):
        (person, _) = two_people(320, 240)
        person[9] = np.nan
        estimator = exact(colour_checkpoint())
        poses = estimator(paint(320, 240, [person]))
        assert np.isnan(poses.keypoints[0, 9, :2]).all()
        assert poses.keypoints[0, 9, 2] == 0
        assert np.isfinite(np.delete(poses.keypoints[0], 9, axis=0)).all()

    def test_nobody_gives_empty_arrays(self):
        poses = exact(colour_checkpoint())(np.zeros((240, 320, 3), np.uint8))
        assert poses.keypoints.shape == (0, K, 3)
        assert poses.scores.shape == (0,)
        assert poses.keypoints.dtype == poses.scores.dtype == np.float32
        assert len(poses) == 0

    def test_people_come_best_first(self):
        first, second = two_people(320, 240)
        first[5:] = np.nan
        poses = exact(colour_checkpoint())(paint(320, 240, [first, second]))
        assert list(poses.scores) == sorted(poses.scores, reverse=True)
        assert np.isfinite(poses.keypoints[0]).all()

    def test_people_below_the_least_score_are_left_out(self):
        first, second = two_people(320, 240)
        first[2:] = np.nan
        frame = paint(320, 240, [first, second])
        assert len(exact(colour_checkpoint(), min_score=0.0)(frame)) == 2
        assert len(exact(colour_checkpoint(), min_score=0.3)(frame)) == 1

    def test_confidence_beyond_0_and_1_becomes_a_score_within(self):
        class Loud(ColourReader):
            def forward(self, images):
                return [output * 5 for output in super().forward(images)]

        checkpoint = Checkpoint(Loud(), Architecture(), COCO_17, SIZE, (0.0,) * 3, (1.0,) * 3)
        poses = exact(checkpoint)(paint(320, 240, two_people(320, 240)))
        assert poses.scores.max() == 1
        assert poses.keypoints[:, :, 2].max() == 1

    def test_the_parse_takes_its_order_from_the_skeleton(self):
        order = tuple(reversed(range(K)))
        skeleton = Skeleton.from_dict({**COCO_17.to_dict(), "name": "other", "matching_order": order})
        assert exact(tiny_checkpoint(skeleton=skeleton)).params.matching_order == order

    def test_params_reach_the_parse(self):
        estimator = exact(colour_checkpoint(), params=ParseParams(detection_threshold=1.5))
        assert len(estimator(paint(320, 240, two_people(320, 240)))) == 0

    def test_what_lies_in_the_margin_beside_the_frame_is_nobodys(self):
        estimator = exact(colour_checkpoint())
        geometry = input_geometry((100, 100), SIZE)  # as wide as the frame: 128 x 128
        geometry = replace(geometry, frame_wh=(90, 100))
        people = np.zeros((2, K, 4), np.float32)
        people[:, :, 2] = 0.5
        people[0, :, :2] = (20, 30)
        people[0, 3, :2] = (125, 30)
        people[1, :, :2] = (126, 60)
        poses = estimator.selection.poses(ParsedPeople(people, np.asarray([0.5, 0.4], np.float32)), geometry)
        assert len(poses) == 1
        assert np.isnan(poses.keypoints[0, 3, :2]).all()
        assert poses.keypoints[0, 3, 2] == 0
        assert np.isfinite(poses.keypoints[0, 4, :2]).all()

    def test_the_published_settings_can_be_asked_for(self):
        estimator = exact(colour_checkpoint())
        assert estimator.params.refine_min_confidence > 0
        published = exact(colour_checkpoint(), params=ParseParams(), min_score=0, max_similarity=1)
        assert replace(published.params, matching_order=None) == ParseParams()

    def test_a_picture_that_was_not_read_is_named(self):
        with pytest.raises(SwahrError, match=r"a NoneType; .*cv2\.imread gives None"):
            exact(colour_checkpoint())(cv2.imread("none.jpg"))


class TestManyFrames:
    def test_a_list_gives_each_frame_what_it_gets_alone(self):
        frames = [paint(w, h, two_people(w, h)) for w, h in ((320, 240), (240, 320), (320, 240), (128, 128))]
        estimator = exact(colour_checkpoint())
        for frame, together in zip(frames, estimator(frames), strict=True):
            assert_same(estimator(frame), together)

    def test_frames_of_one_size_go_through_the_network_together_up_to_the_batch_size(self):
        checkpoint = colour_checkpoint()
        frames = [np.zeros((240, 320, 3), np.uint8)] * 5 + [np.zeros((128, 128, 3), np.uint8)]
        exact(checkpoint, batch_size=2)(frames)
        assert sorted(shape[0] for shape in checkpoint.model.batches) == [1, 1, 2, 2]

    @pytest.mark.parametrize("tiles", ["auto", "2", "3"])
    def test_with_tiles_each_frame_has_its_people_once_and_in_its_place(self, tiles):
        sizes = ((320, 240), (900, 700), (128, 128), (320, 240))
        frames = [paint(w, h, two_people(w, h)) for w, h in sizes]
        estimator = exact(colour_checkpoint(), tiles=tiles, refine="off")
        for (width, height), poses in zip(sizes, estimator(frames), strict=True):
            poses = poses.filter(min_score=0.5)  # blobs that grow with the frame have rims in a tile
            assert len(poses) == 2
            for joints in two_people(width, height):
                nearest = min(np.nanmax(np.abs(found[:, :2] - joints)) for found in poses.keypoints)
                assert nearest <= 1.5 * min(width, height) / SIZE + 1

    @pytest.mark.parametrize("options", [{}, {"flip_test": True}, {"scales": (1, 2)}, {"batch_size": 2}])
    def test_infer_then_parse_is_the_whole_estimator(self, options):
        frames = [paint(w, h, two_people(w, h)) for w, h in ((320, 240), (240, 320), (320, 240), (320, 240))]
        estimator = exact(colour_checkpoint(), **options)
        inferred = estimator.infer(frames)
        estimator.infer(frames[:1])  # what was inferred stays as it is while the network goes on
        for whole, parsed in zip(estimator(frames), estimator.parse(inferred), strict=True):
            assert len(whole) >= 2
            assert_same(whole, parsed)

    def test_no_frames_give_no_poses(self):
        assert exact(colour_checkpoint())([]) == []

    def test_the_frames_are_left_as_they_are(self):
        frame = paint(320, 240, two_people(320, 240))
        before = frame.copy()
        exact(colour_checkpoint(), flip_test=True)(frame)
        assert np.array_equal(frame, before)


class TestMaps:
    @pytest.mark.parametrize("flip", [False, True])
    def test_maps_have_the_size_of_the_input_and_a_tag_a_run(self, flip):
        estimator = exact(tiny_checkpoint(), flip_test=flip)
        maps = estimator.maps([noise(100, 80), noise(100, 80, 1)])
        heatmaps, tags, (width, height) = maps.heatmaps, maps.tags, maps.geometry.input_wh
        assert heatmaps.shape == (2, K, height, width)
        assert tags.shape == (2, K, height, width, 1 + flip)
        assert heatmaps.dtype == tags.dtype == torch.float32

    @pytest.mark.parametrize("flip", [False, True])
    def test_tags_of_two_numbers_give_two_tag_channels_a_run(self, flip):
        estimator = exact(tiny_checkpoint(tag_dims=2), flip_test=flip)
        assert estimator.maps([noise(100, 80)]).tags.shape[-1] == 2 * (1 + flip)
        estimator(noise(100, 80))

    @settings(max_examples=5, deadline=None)
    @given(st.integers(0, 1000))
    def test_with_the_flip_test_a_mirrored_frame_gives_mirrored_maps(self, seed):
        frame = noise(64, 64, seed)  # as large as the input, so that the warp changes nothing
        estimator = exact(tiny_checkpoint(seed), flip_test=True)
        maps = estimator.maps([frame])
        mirrored = estimator.maps([np.ascontiguousarray(frame[:, ::-1])])
        order = list(COCO_17.flip_permutation)
        torch.testing.assert_close(mirrored.heatmaps, maps.heatmaps.flip(3)[:, order], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(mirrored.tags, maps.tags.flip(3)[:, order].flip(4), atol=1e-5, rtol=1e-4)

    def test_one_scale_is_the_plain_run(self):
        frame = noise(100, 80)
        plain = exact(tiny_checkpoint()).maps([frame])
        scaled = exact(tiny_checkpoint(), scales=[1]).maps([frame])
        assert torch.equal(plain.heatmaps, scaled.heatmaps)

    def test_several_scales_average_heatmaps_and_keep_the_tags_of_scale_1(self):
        frame = noise(128, 128)
        plain = exact(tiny_checkpoint(size=128)).maps([frame])
        both = exact(tiny_checkpoint(size=128), scales=(1, 2)).maps([frame])
        torch.testing.assert_close(both.tags, plain.tags)
        large = exact(tiny_checkpoint(size=256)).maps([frame]).heatmaps
        shrunk = F.interpolate(large, size=(128, 128), mode="bilinear", align_corners=False)
        # The stages' mean is brought from 128 to 128 directly, so the way over 256 differs a little.
        assert (
            both.heatmaps - (plain.heatmaps + shrunk) / 2
        ).abs().mean() < 0.05 * plain.heatmaps.abs().mean()

    def test_normalisation_and_channel_order_are_the_checkpoints(self):
        seen = []

        class Spy(ColourReader):
            def forward(self, images):
                seen.append(images.clone())
                return super().forward(images)

        frame = np.zeros((SIZE, SIZE, 3), np.uint8)
        frame[:] = (51, 102, 204)  # BGR
        mean, std = (0.5, 0.25, 0.125), (0.5, 0.2, 0.1)
        exact(Checkpoint(Spy(), Architecture(), COCO_17, SIZE, mean, std))(frame)
        rgb = seen[0][0, :, SIZE // 2, SIZE // 2]
        expected = [(v - m) / s for v, m, s in zip((0.8, 0.4, 0.2), mean, std, strict=True)]
        torch.testing.assert_close(rgb, torch.tensor(expected), atol=1e-5, rtol=1e-5)


class TestInputsOfUsers:
    @pytest.mark.parametrize("size", [(1, 1), (1, 20), (20, 1), (2, 3)])
    def test_frames_of_very_few_pixels_pass(self, size):
        poses = exact(tiny_checkpoint())(noise(*size))
        assert poses.keypoints.shape[1:] == (K, 3)

    def test_grey_16_bit_and_alpha_frames_are_taken(self):
        people = two_people(320, 240)
        grey = cv2.cvtColor(paint(320, 240, people), cv2.COLOR_BGR2GRAY)
        estimator = exact(tiny_checkpoint())
        same = [grey, grey[:, :, None], np.repeat(grey[:, :, None], 3, 2), grey.astype(np.uint16) * 257]
        expected = estimator(same[0])
        for frame in same[1:]:
            assert_same(estimator(frame), expected)

    @pytest.mark.parametrize(
        ("frame", "message"),
        [
            (np.zeros((0, 5, 3), np.uint8), "frame"),
            (np.zeros((4, 5, 2), np.uint8), "2 channels"),
            (np.zeros((4, 5, 3), np.float32), "float32"),
            (np.zeros((2, 4, 5, 3), np.uint8), "expected"),
            (np.zeros((1, 400, 3), np.uint8), "crop"),
            (["no frame"], "frame 0"),
        ],
    )
    def test_anything_else_is_refused(self, frame, message):
        with pytest.raises(SwahrError, match=message):
            exact(tiny_checkpoint())(frame)

    @pytest.mark.parametrize("where", ["heatmaps", "tags"])
    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_network_that_gives_no_numbers_is_reported(self, where, value):
        class Broken(ColourReader):
            def forward(self, images):
                coarse, fine = super().forward(images)
                coarse[0, 0 if where == "heatmaps" else K, 3, 3] = value
                return [coarse, fine]

        checkpoint = Checkpoint(Broken(), Architecture(), COCO_17, SIZE)
        with pytest.raises(SwahrError, match=f"{where} with NaN"):
            exact(checkpoint)(noise(128, 128))
