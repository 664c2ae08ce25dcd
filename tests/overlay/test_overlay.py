from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from swahr.config import NetworkSettings, OverlaySettings
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.geometry import input_geometry
from swahr.inference.output import InputMaps
from swahr.overlay import FrameMaps, Trails, draw_overlay, overlay_size
from swahr.overlay.colours import id_colour
from swahr.overlay.faces import find_region
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, CROWDPOSE_14, Skeleton

# Someone of height 1 who stands at 0, 0; y downwards.
STANDING = np.asarray([
    (0.0, -0.93), (0.02, -0.95), (-0.02, -0.95), (0.045, -0.94), (-0.045, -0.94), (0.115, -0.82), (-0.115, -0.82),
    (0.145, -0.64), (-0.145, -0.64), (0.15, -0.48), (-0.15, -0.48), (0.08, -0.5), (-0.08, -0.5), (0.085, -0.28),
    (-0.085, -0.28), (0.085, -0.04), (-0.085, -0.04),
])  # fmt: skip
NOTHING = {"skeleton": False, "joints": False, "ids": False}


def grey(height=300, width=400):
    return np.full((height, width, 3), 128, np.uint8)


def people(*places, ids=None, height=200):
    keypoints = np.ones((len(places), 17, 3), np.float32)
    for person, place in enumerate(places):
        keypoints[person, :, :2] = STANDING * height + place
    ids = None if ids is None else np.asarray(ids, np.int32)
    return Poses(keypoints, np.full(len(places), 0.87, np.float32), COCO_17, ids)


def changed(image, before=None):
    return (image != (grey(*image.shape[:2]) if before is None else before)).any(axis=2)


class TestPeople:
    def test_the_frame_itself_stays_as_it_is(self):
        frame = grey()
        draw_overlay(
            frame,
            people((200, 280), ids=[0]),
            OverlaySettings(boxes=True, anonymise="faces", side_by_side=True),
        )
        assert np.array_equal(frame, grey())

    def test_each_id_has_its_colour_and_keeps_it(self):
        first = draw_overlay(grey(), people((120, 280), (280, 280), ids=[3, 5]), OverlaySettings())
        then = draw_overlay(grey(), people((280, 280), (120, 280), ids=[5, 3]), OverlaySettings())
        assert np.array_equal(first, then)
        for person_id in (3, 5):
            assert (first == id_colour(person_id)).all(axis=2).sum() > 100

    def test_the_first_ids_tell_apart(self):
        colours = np.asarray([id_colour(i) for i in range(12)], float)
        apart = np.linalg.norm(colours[:, None] - colours[None], axis=2)
        assert apart[~np.eye(12, dtype=bool)].min() > 45
        assert len({id_colour(i) for i in range(100)}) > 80

    def test_without_ids_people_have_the_colours_of_their_sides(self):
        with_ids = draw_overlay(grey(), people((200, 280), ids=[0]), OverlaySettings(ids=False))
        without = draw_overlay(grey(), people((200, 280)), OverlaySettings(ids=False))
        assert not np.array_equal(with_ids, without)

    @pytest.mark.parametrize(
        ("style", "min_changed"),
        [
            ({"skeleton": True}, 800),
            ({"joints": True}, 300),
            ({"boxes": True}, 500),
            ({"ids": True}, 60),
            ({"scores": True}, 150),
        ],
    )
    def test_each_part_can_be_shown_alone(self, style, min_changed):
        image = draw_overlay(grey(), people((200, 280), ids=[7]), OverlaySettings(**{**NOTHING, **style}))
        assert changed(image).sum() > min_changed
        assert not changed(
            draw_overlay(grey(), people((200, 280), ids=[7]), OverlaySettings(**NOTHING))
        ).any()

    def test_labels_stay_inside_the_frame(self):
        image = draw_overlay(
            grey(), people((5, 180), (398, 190), ids=[1, 2]), OverlaySettings(**{**NOTHING, "ids": True})
        )
        labels = [(image == id_colour(i)).all(axis=2) for i in (1, 2)]
        assert all(label.sum() > 60 for label in labels)

    def test_labels_hide_no_other_label_and_grow_with_the_frame(self):
        style = OverlaySettings(skeleton=False, joints=False, scores=True)
        close = [(200 + 4 * i, 280) for i in range(4)]
        together = changed(draw_overlay(grey(), people(*close, ids=range(4)), style)).sum()
        alone = changed(draw_overlay(grey(), people(close[0], ids=[0]), style)).sum()
        assert together == pytest.approx(4 * alone, rel=0.02)
        frame = grey(2400, 3200)
        large = changed(draw_overlay(frame, people((1600, 2240), ids=[0], height=1600), style)).sum()
        assert large > 20 * alone

    def test_joints_of_a_low_score_are_left_out(self):
        poses = people((200, 280), ids=[0])
        weak = poses.keypoints.copy()
        weak[0, :, 2] = 0.05
        poses = replace(poses, keypoints=weak)
        assert not changed(draw_overlay(grey(), poses, OverlaySettings(boxes=True, scores=True))).any()

    @settings(max_examples=40, deadline=None)
    @given(
        hnp.arrays(
            np.float32, (2, 17, 3), elements=st.one_of(st.floats(width=32), st.floats(-300, 300, width=32))
        ),
        st.sampled_from([(1, 1), (3, 200), (64, 48)]),
        st.booleans(),
    )
    @example(np.full((2, 17, 3), 1e18, np.float32), (64, 48), True)
    def test_any_numbers_on_any_frame_are_survived(self, keypoints, size, with_ids):
        ids = np.asarray([0, 2**30], np.int32) if with_ids else None
        poses = Poses(keypoints, np.ones(2, np.float32), COCO_17, ids)
        trails = Trails()
        trails.add(poses, 0.0)
        trails.add(poses, 0.1)
        style = OverlaySettings(boxes=True, scores=True, trails=True, anonymise="faces", side_by_side=True)
        image = draw_overlay(np.zeros((*size, 3), np.uint8), poses, style, trails=trails)
        assert image.shape == (size[0], 2 * size[1], 3)


class TestSideBySide:
    def test_the_frame_is_on_the_left_and_the_drawing_on_the_right(self):
        style = OverlaySettings(side_by_side=True)
        image = draw_overlay(grey(), people((200, 280), ids=[0]), style)
        assert (image.shape[1], image.shape[0]) == overlay_size(400, 300, style) == (800, 300)
        assert np.array_equal(image[:, :400], grey())
        assert changed(image[:, 400:]).any()


class TestFaces:
    def frame(self):
        return np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)

    def test_a_face_cannot_be_told_and_the_rest_stays(self):
        frame, poses = self.frame(), people((200, 280))
        image = draw_overlay(frame, poses, OverlaySettings(**NOTHING, anonymise="faces"))
        face = find_region(poses.keypoints[0].astype(float), COCO_17, "faces")
        y, x = np.mgrid[:300, :400]
        outside = ((x - face.x) ** 2 + (y - face.y) ** 2) > (1.1 * face.down) ** 2
        assert np.array_equal(image[outside], frame[outside])
        inside = ((x - face.x) ** 2 + (y - face.y) ** 2) < face.across**2
        assert image[inside].astype(float).std() < 0.5 * frame[inside].astype(float).std()
        for joint in range(5):
            px, py = poses.keypoints[0, joint, :2]
            assert (px - face.x) ** 2 + (py - face.y) ** 2 < face.across**2

    def test_the_frame_beside_has_no_face_either(self):
        image = draw_overlay(
            self.frame(), people((200, 280)), OverlaySettings(**NOTHING, anonymise="faces", side_by_side=True)
        )
        assert np.array_equal(image[:, :400], image[:, 400:])

    @pytest.mark.parametrize("seen", [[0], [3], [4, 5], [5, 6], [5, 6, 11, 12], list(range(17))])
    def test_the_head_is_found_by_whatever_is_there(self, seen):
        keypoints = np.full((17, 3), np.nan)
        keypoints[:, 2] = 0
        keypoints[seen, :2] = STANDING[seen] * 200 + (200, 280)
        keypoints[seen, 2] = 0.05  # however weak
        face = find_region(keypoints, COCO_17, "faces")
        nose = STANDING[0] * 200 + (200, 280)
        assert np.hypot(face.x - nose[0], face.y - nose[1]) < max(face.across, 25)

    def test_nobody_without_face_and_shoulders_has_one(self):
        keypoints = np.full((17, 3), np.nan)
        keypoints[15] = 100, 100, 1
        assert find_region(keypoints, COCO_17, "faces") is None

    def test_other_skeletons_hide_the_head(self):
        keypoints = np.zeros((14, 3))
        keypoints[12], keypoints[13] = (100, 50, 1), (100, 90, 1)
        keypoints[:12, :2] = np.nan
        face = find_region(keypoints, CROWDPOSE_14, "faces")
        assert (face.x, face.y) == (100, 70)
        assert face.across >= 30


class TestTrails:
    def test_they_go_where_people_went_and_end(self):
        trails = Trails(length_s=1.0)
        for i in range(50):
            trails.add(people((50 + 6 * i, 250), ids=[0]), i / 25)
        image = draw_overlay(grey(), people(ids=[]), OverlaySettings(trails=True), trails=trails)
        xs = np.nonzero(changed(image))[1]
        assert 50 + 6 * 23 - 6 <= xs.min() <= 50 + 6 * 26
        assert 50 + 6 * 49 - 6 <= xs.max() <= 50 + 6 * 49 + 6
        trails.add(people(ids=[]), 60.0)
        assert not changed(
            draw_overlay(grey(), people(ids=[]), OverlaySettings(trails=True), trails=trails)
        ).any()

    def test_they_end_with_their_person(self):
        trails = Trails()
        for i in range(10):
            trails.add(people((50 + 6 * i, 250), (300, 250 - 6 * i), ids=[0, 1]), i / 25)
        trails.add(people((300, 190), ids=[1]), 0.4)
        seen = changed(draw_overlay(grey(), people(ids=[]), OverlaySettings(trails=True), trails=trails))
        assert not seen[:, :200].any()
        assert seen[:, 200:].any()

    def test_nobody_jumps_when_joints_come_and_go(self):
        trails = Trails()
        for i in range(10):
            standing = people((200, 250), ids=[0])
            if i % 2:
                shoulders = [COCO_17.joints.index(side) for side in ("left_shoulder", "right_shoulder")]
                keypoints = standing.keypoints.copy()
                keypoints[0, shoulders] = np.nan, np.nan, 0
                standing = replace(standing, keypoints=keypoints)
            trails.add(standing, i / 25)
        image = draw_overlay(grey(), people(ids=[]), OverlaySettings(trails=True), trails=trails)
        assert not changed(image).any()

    def test_they_are_drawn_where_the_style_says_so_alone(self):
        trails = Trails()
        for i in range(3):
            trails.add(people((50 + 30 * i, 250), ids=[0]), i / 25)
        assert not changed(draw_overlay(grey(), people(ids=[]), OverlaySettings(), trails=trails)).any()

    def test_people_without_ids_leave_none(self):
        trails = Trails()
        trails.add(people((50, 250)), 0.0)
        trails.add(people((90, 250)), 0.1)
        assert not changed(
            draw_overlay(grey(), people(ids=[]), OverlaySettings(trails=True), trails=trails)
        ).any()


def own_maps(size=(60, 80), at=(20, 30), joint=9, tag=3.0):
    """Maps a fifth of the frame's size with one hot spot."""
    heatmaps, tags = np.zeros((17, *size), np.float32), np.zeros((17, *size), np.float32)
    heatmaps[joint] = cv2.GaussianBlur(
        np.eye(1, size[0] * size[1], at[0] * size[1] + at[1]).reshape(size), (0, 0), 2
    )
    heatmaps /= heatmaps.max()
    tags[joint] = tag
    return FrameMaps(heatmaps.astype(np.float32), tags, np.asarray([[0.2, 0, -0.4], [0, 0.2, -0.4]]))


class TestLayers:
    def test_heat_glows_where_it_is(self):
        image = draw_overlay(grey(), people(), OverlaySettings(layer="heatmaps"), own_maps())
        brightest = np.unravel_index(image.sum(axis=2).argmax(), image.shape[:2])
        assert np.hypot(brightest[0] - 20.4 * 5, brightest[1] - 30.4 * 5) < 8
        assert image[280, 10].max() < 128  # elsewhere it is dimmed

    def test_one_joint_can_be_chosen(self):
        chosen = draw_overlay(
            grey(), people(), OverlaySettings(layer="heatmaps", joint="left_wrist"), own_maps()
        )
        other = draw_overlay(grey(), people(), OverlaySettings(layer="heatmaps", joint="nose"), own_maps())
        assert chosen.max() > 150
        assert other.max() < 128

    def test_tags_of_two_people_have_two_colours(self):
        left, right = own_maps(at=(20, 20), tag=-2.0), own_maps(at=(20, 60), joint=5, tag=2.0)
        both = FrameMaps(left.heatmaps + right.heatmaps, left.tags + right.tags, left.heatmap_from_frame)
        image = draw_overlay(grey(), people(), OverlaySettings(layer="tags"), both).astype(int)
        assert np.abs(image[102, 102] - image[102, 302]).max() > 80

    @pytest.mark.parametrize("size", [(96, 64), (64, 96), (70, 70)])
    def test_maps_of_the_network_lie_where_the_frame_is(self, size):
        """A map that is a picture of the input comes back as the frame."""
        height, width = size
        geometry = input_geometry((width, height), 128)
        frame = np.zeros((height, width, 3), np.uint8)
        frame[height // 4 : height // 2, width // 4 : width // 2] = 255
        matrix = np.asarray(geometry.input_from_frame)
        seen = cv2.warpAffine(frame[:, :, 0], matrix, geometry.input_wh).astype(np.float32) / 255
        heatmaps = torch.from_numpy(np.repeat(seen[None, None], 17, axis=1))
        own = InputMaps(geometry, heatmaps, torch.zeros(*heatmaps.shape, 1)).maps(0)
        drawn = draw_overlay(
            np.full_like(frame, 128), people(), OverlaySettings(layer="heatmaps", **NOTHING), own
        )
        hot = drawn.max(axis=2) > 128
        wanted = frame[:, :, 0] > 0
        assert (hot & wanted).sum() > 0.85 * wanted.sum()
        assert (hot & ~wanted).sum() < 0.15 * wanted.sum()

    def test_infer_and_maps_show_the_same(self, tiny):
        checkpoint = tiny.checkpoint()
        estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", input_size=64))
        frames = [np.random.default_rng(i).integers(0, 255, (90, 120, 3), dtype=np.uint8) for i in range(3)]
        inferred, maps = estimator.infer(frames), estimator.maps(frames)
        for i in range(3):
            style = OverlaySettings(layer="heatmaps", **NOTHING)
            a = draw_overlay(grey(90, 120), people(), style, inferred.maps(i)).astype(int)
            b = draw_overlay(grey(90, 120), people(), style, maps.maps(i)).astype(int)
            # One is at the size of the finest stage, the other at the input's.
            assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.95
        with pytest.raises(SwahrError, match="frame 3 is not among the 3"):
            inferred.maps(3)

    def test_what_cannot_be_shown_is_said(self):
        with pytest.raises(SwahrError, match="layer is 'heatmap'; expected none, heatmaps or tags"):
            OverlaySettings(layer="heatmap")
        with pytest.raises(SwahrError, match="needs the network's maps"):
            draw_overlay(grey(), people(), OverlaySettings(layer="heatmaps"))
        with pytest.raises(SwahrError, match="joint 'tail' is not in the maps"):
            draw_overlay(grey(), people(), OverlaySettings(layer="heatmaps", joint="tail"), own_maps())


def test_a_skeleton_without_limbs_and_face_is_drawn():
    dots = Skeleton.from_dict({"joints": ["one", "two"]})
    poses = Poses(
        np.asarray([[[50, 100, 1], [250, 100, 1]]], np.float32),
        np.ones(1, np.float32),
        dots,
        np.zeros(1, np.int32),
    )
    image = draw_overlay(grey(), poses, OverlaySettings(boxes=True, anonymise="faces"))
    assert changed(image)[100, 50]
