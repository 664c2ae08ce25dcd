"""Poses and recordings are values: they are indexed, filtered, joined, compared and saved."""

import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import MissingError, OutputExistsError, SettingError
from swahr.formats import FORMATS, read
from swahr.formats.contract import example
from swahr.pose import FramePoses, Person, Poses, Recording, Skeleton
from swahr.pose.skeleton import COCO_17

ARM = Skeleton.from_dict({"name": "arm", "joints": ["elbow", "wrist"], "limbs": [[0, 1]]})


@st.composite
def poses(draw, followed=None):
    count = draw(st.integers(0, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    keypoints = random.uniform(0, 500, (count, 2, 3)).astype(np.float32)
    keypoints[random.random((count, 2)) < 0.3] = np.nan, np.nan, 0
    scores = np.sort(random.random(count).astype(np.float32))[::-1]
    followed = draw(st.booleans()) if followed is None else followed
    return Poses(keypoints, scores, ARM, random.permutation(9)[:count] if followed else None)


@st.composite
def recordings(draw):
    people = draw(st.lists(poses(followed=draw(st.booleans())), min_size=1, max_size=6))
    steps = draw(st.lists(st.integers(1, 3), min_size=len(people), max_size=len(people)))
    frames = np.cumsum(steps)
    times = np.where(draw(st.booleans()), frames / 25, np.nan)
    return Recording.from_frames(zip(frames.tolist(), times.tolist(), people, strict=True), ARM)


def masks(values):
    return st.lists(st.booleans(), min_size=len(values), max_size=len(values)).map(
        lambda kept: np.asarray(kept, bool)
    )


class TestPoses:
    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_a_mask_a_list_and_a_filter_choose_alike(self, data):
        people = data.draw(poses())
        kept = data.draw(masks(people))
        numbers = np.flatnonzero(kept).tolist()
        assert people[kept] == people[numbers] == people[kept.tolist()]
        assert [person.score for person in people[kept]] == [people[number].score for number in numbers]
        least = data.draw(st.floats(0, 1, width=32))
        assert people.filter(min_score=least) == people[people.scores >= np.float32(least)]
        if people.ids is not None:
            ids = people.ids[kept].tolist()
            assert people.filter(ids=ids) == people[kept]

    @settings(max_examples=60, deadline=None)
    @given(poses(), st.integers(-6, 6), st.data())
    def test_parts_joined_again_are_the_whole(self, people, at, data):
        assert Poses.concatenate([people[:at], people[at:]]) == people
        kept = data.draw(masks(people))
        both = Poses.concatenate([people[kept], people[~kept]])
        assert sorted(both.scores.tolist()) == sorted(people.scores.tolist())

    @settings(max_examples=60, deadline=None)
    @given(poses())
    def test_a_copy_is_equal_and_any_other_number_is_not(self, people):
        assert pickle.loads(pickle.dumps(people)) == people
        assert people == replace(people, keypoints=people.keypoints.copy())
        assert people != replace(people, scores=people.scores / 2 + 0.6) or not len(people)
        assert people != replace(people, skeleton=replace(ARM, name="leg"))
        assert (people == replace(people, ids=None)) == (people.ids is None)
        assert people != "people"

    def test_an_index_is_a_person_with_joints_by_name(self):
        people = Poses(np.float32([[[5, 6, 0.9], [np.nan, np.nan, 0]]]), [0.9], ARM, [3])
        assert (
            people[0]
            == people[-1]
            == next(iter(people))
            == Person(people.keypoints[0], people[0].score, ARM, 3)
        )
        assert people[0]["elbow"].tolist() == people[0][0].tolist()
        assert people[0].found.tolist() == [True, False]
        assert replace(people, ids=[-1])[0].id is None
        with pytest.raises(KeyError, match="arm has no joint 'nose'; it has elbow, wrist"):
            people[0]["nose"]
        with pytest.raises(IndexError):
            people[1]

    def test_iteration_ends(self):
        assert [person.id for person in Poses(np.zeros((2, 2, 3)), [1, 0.5], ARM, [7, 8])] == [7, 8]
        assert list(Poses.nobody(ARM)) == []
        assert not Poses.nobody(ARM)

    def test_the_repr_is_of_one_screen(self):
        crowd = Poses(np.zeros((300, 17, 3)), np.linspace(1, 0, 300), example().skeleton, np.arange(300))
        lines = repr(crowd).splitlines()
        assert lines[0] == "Poses(300 people, coco-17)"
        assert lines[1] == "  id 0, score 1.00, 17 of 17 joints: nose 0, 0, ..."
        assert lines[-1] == "  ... and 292 more"
        assert len(lines) < 24
        assert max(map(len, lines)) < 80

    def test_nothing_is_changed_in_place_and_what_was_given_stays_writable(self):
        given_ = np.zeros((1, 2, 3), np.float32)
        people = Poses(given_, [0.5], ARM)
        with pytest.raises(ValueError, match="read-only"):
            people.keypoints[0] = 1
        with pytest.raises(FrozenInstanceError):
            people.scores = None
        with pytest.raises(TypeError, match="unhashable"):
            hash(people)
        given_[0] = 1

    @pytest.mark.parametrize(
        ("keypoints", "scores", "ids", "message"),
        [
            ((1, 3, 3), 1, None, r"\(1, 3, 3\).*expected \(people, 2, 3\) and \(people,\) for arm"),
            ((2, 2, 3), 1, None, r"keypoints have shape \(2, 2, 3\) and scores \(1,\)"),
            ((2, 2, 3), 2, 1, r"ids have shape \(1,\); expected one per person, \(2,\)"),
        ],
    )
    def test_arrays_that_do_not_go_together_are_refused(self, keypoints, scores, ids, message):
        with pytest.raises(SettingError, match=message):
            Poses(np.zeros(keypoints), np.zeros(scores), ARM, None if ids is None else np.zeros(ids))

    def test_ids_of_nobody_cannot_be_asked_for(self):
        with pytest.raises(SettingError, match=r"nobody was followed.*track=True"):
            Poses(np.zeros((1, 2, 3)), [1], ARM).filter(ids=3)
        with pytest.raises(SettingError, match="the skeletons are arm, coco-17; expected one"):
            Poses.concatenate([Poses.nobody(ARM), Poses.nobody(example().skeleton)])


class TestRecording:
    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_a_mask_a_list_and_a_slice_choose_alike(self, data):
        recording = data.draw(recordings())
        kept = data.draw(masks(recording))
        assert recording[kept] == recording[np.flatnonzero(kept).tolist()]
        assert [frame.frame_index for frame in recording[kept]] == recording.frames[kept].tolist()
        cut = data.draw(st.slices(len(recording)).filter(lambda s: (s.step or 1) > 0))
        chosen = range(len(recording))[cut]
        assert [frame.poses for frame in recording[cut]] == [recording[i].poses for i in chosen]

    @settings(max_examples=60, deadline=None)
    @given(recordings(), st.integers(0, 6))
    def test_frames_joined_again_are_the_whole(self, recording, at):
        assert Recording.from_frames(recording, ARM) == recording
        assert Recording.from_frames([*recording[:at], *recording[at:]], ARM) == recording
        assert pickle.loads(pickle.dumps(recording)) == recording

    @settings(max_examples=60, deadline=None)
    @given(recordings(), st.floats(0, 1, width=32))
    def test_a_filter_is_that_of_each_frame(self, recording, least):
        filtered = recording.filter(min_score=least)
        assert filtered.frames.tolist() == recording.frames.tolist()
        assert [frame.poses for frame in filtered] == [
            frame.poses.filter(min_score=least) for frame in recording
        ]
        if recording.ids is not None:
            halves = recording.filter(ids=range(4)), recording.filter(ids=range(4, 9))
            assert sum(len(half.scores) for half in halves) == len(recording.scores)

    def test_a_frame_has_names_and_is_unpacked(self):
        recording = example()
        index, time_s, people = recording[-1]
        assert recording[3] == FramePoses(4, 0.16, people)
        assert (index, time_s) == (4, 0.16)
        with pytest.raises(IndexError):
            recording[4]

    def test_notes_are_not_compared_and_all_else_is(self):
        recording = example()
        assert recording == replace(recording, notes=("read somewhere",))
        assert recording != replace(recording, times=recording.times + 1)
        assert recording != recording[1:]
        assert recording != recording.filter(ids=0)

    def test_the_repr_is_one_line(self):
        assert (
            repr(example())
            == "Recording(4 frames, 6 people in them, ids 0 to 2, coco-17, 25 frames per second)"
        )
        crowd = Poses(np.zeros((100, 2, 3)), np.ones(100), ARM, np.arange(100) * 2)
        assert len(repr(Recording.from_frames([(0, np.nan, crowd)]))) < 120

    @pytest.mark.parametrize("name", FORMATS.names())
    def test_it_is_saved_in_every_format_by_its_name(self, tmp_path, name):
        path = tmp_path / f"a{FORMATS.find(name).suffix}"
        example().save(path)
        assert len(read(path).scores) == 6
        with pytest.raises(OutputExistsError, match="overwrite=True"):
            example().save(path)
        example()[:1].save(path, overwrite=True)
        assert len(read(path)) == 1

    def test_one_person_has_a_layout_of_their_own(self, tmp_path):
        example().only(1).save(tmp_path / "one.trc", single=True)
        assert read(tmp_path / "one.trc").ids.tolist() == [0, 0]
        with pytest.raises(SettingError, match="csv has no layout of its own for one person; single=False"):
            example().only(1).save(tmp_path / "one.csv", single=True)
        with pytest.raises(MissingError, match="there is no person 7; the ids are 0 to 2"):
            example().only(7)

    def test_what_makes_no_recording_is_refused(self):
        recording = example()
        with pytest.raises(SettingError, match="frame 1 comes after 3; expected indices that grow"):
            recording[[0, 2, 1]]
        with pytest.raises(SettingError, match="starts go from 1 to 6; expected 0 to 6"):
            replace(recording, starts=[1, 2, 2, 5, 6])
        with pytest.raises(SettingError, match=r"times, starts and ids have shapes \(3,\)"):
            replace(recording, times=recording.times[:3])
        with pytest.raises(SettingError, match="give a skeleton"):
            Recording.from_frames([(0, 0.0, None)])
        nobody = Recording.from_frames([(0, 0.0, None)], ARM)
        assert nobody.filter(ids=3) == nobody


class TestCovariance:
    def with_covariance(self, people=3):
        random = np.random.default_rng(0)
        keypoints = random.uniform(0, 1, (people, 17, 3)).astype(np.float32)
        covariance = random.uniform(1, 2, (people, 17, 2, 2)).astype(np.float32)
        scores = np.linspace(0.9, 0.1, people, dtype=np.float32)
        return Poses(keypoints, scores, COCO_17, covariance=covariance)

    def test_it_goes_with_its_people(self):
        poses = self.with_covariance()
        np.testing.assert_array_equal(poses[1].covariance, poses.covariance[1])
        np.testing.assert_array_equal(poses[[2, 0]].covariance, poses.covariance[[2, 0]])
        assert Poses.concatenate([poses[:1], poses[1:]]) == poses
        assert poses != Poses(poses.keypoints, poses.scores, COCO_17)
        assert poses[0] != Poses(poses.keypoints, poses.scores, COCO_17)[0]

    def test_beside_people_without_it_they_have_nan(self):
        poses = self.with_covariance(1)
        both = Poses.concatenate([poses, Poses(poses.keypoints, poses.scores, COCO_17)])
        assert np.isfinite(both.covariance[0]).all()
        assert np.isnan(both.covariance[1]).all()

    def test_another_shape_is_refused(self):
        poses = self.with_covariance(1)
        with pytest.raises(SettingError, match=r"the covariance has shape .*; expected \(1, 17, 2, 2\)"):
            Poses(poses.keypoints, poses.scores, COCO_17, covariance=np.zeros((1, 17, 3)))

    def test_a_recording_keeps_it_frame_by_frame(self):
        poses = self.with_covariance()
        recording = Recording.from_frames([(0, 0.0, poses), (1, 0.1, None), (2, 0.2, poses[:1])])
        assert recording[0].poses == poses
        assert recording[2:][0].poses == poses[:1]
        assert recording.filter(min_score=0.5).covariance.shape == (3, 17, 2, 2)
