"""The second stage: crops, their joints back in the frame, neighbours and duplicates; whom it looks at and when."""

from dataclasses import replace

import numpy as np
import pytest

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.decode.single_pose import CropMaps
from swahr.errors import MissingError, UnreadableError
from swahr.inference import crop_budget
from swahr.inference.estimator import PoseEstimator
from swahr.inference.output import NetworkOutput
from swahr.inference.postprocess import Selection
from swahr.inference.refined import HANDED_ON, HANDED_ON_LIVE, LIVE_SIDE, MIN_SCORE, RefinedOutput, Refiner
from swahr.inference.second_stage import CropRule, SecondStage
from swahr.models import load_checkpoint, save_checkpoint
from swahr.models.bundled import resolve
from swahr.models.refined_scorer import NAMES, RefinedScorer
from swahr.models.uncertainty import NUM_FEATURES, JointUncertainty
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, CROWDPOSE_14

K = COCO_17.num_joints
SIDE, CELLS = CropRule().side, CropRule().cells
# A joint's colour in drawn frames, BGR; pairs that the mirror swaps have colours of their own.
COLOURS = np.stack([np.full(K, 250), 12 * np.arange(1, K + 1), 255 - 12 * np.arange(K)], axis=1).astype(
    np.uint8
)


def drawn_frame(people, height=240, width=320, size=5):
    """Return a frame with a square of each joint's colour around its place; places are whole numbers."""
    frame = np.zeros((height, width, 3), np.uint8)
    for person in people:
        for colour, (x, y) in zip(COLOURS, person.astype(int), strict=True):
            frame[max(0, y - size) : y + size + 1, max(0, x - size) : x + size + 1] = colour
    return frame


def colour_network(crops):
    """Find squares by their colours, as a network would: exact offsets, a centre in the middle."""
    cells = crops.shape[1] * CELLS // SIDE
    maps = CropMaps(*(np.zeros((len(crops), c, cells, cells), np.float32) for c in (K, 1, 2 * K, 2 * K)))
    maps.centre[:, 0, cells // 2, cells // 2] = 1
    for n, crop in enumerate(crops):
        for k, colour in enumerate(COLOURS[:, ::-1].astype(int)):  # crops are RGB
            rows, columns = np.nonzero(np.abs(crop.astype(int) - colour).max(axis=2) <= 2)
            if not len(rows):
                continue
            y, x = (rows.mean() + 0.5) * CELLS / SIDE, (columns.mean() + 0.5) * CELLS / SIDE
            cell_y, cell_x = min(int(y), cells - 1), min(int(x), cells - 1)
            maps.heatmaps[n, k, cell_y, cell_x] = 0.8
            maps.offsets[n, 2 * k : 2 * k + 2, cell_y, cell_x] = y - cell_y, x - cell_x
            middle = cells // 2
            maps.regression[n, 2 * k : 2 * k + 2, middle, middle] = cell_y - middle, cell_x - middle
    return maps


def spread(left, top, step):
    """Return places of 17 joints of one person, [17, 2], on a grid."""
    place = np.arange(K)
    return np.stack([left + step * (place % 4), top + step * (place // 4)], axis=1).astype(np.float32)


def found(people, off=2.0, score=0.9):
    """Return what a first stage that is off by some pixels would say of people."""
    keypoints = np.concatenate([np.stack(people) + off, np.full((len(people), K, 1), 0.5)], axis=2)
    return Poses(keypoints.astype(np.float32), np.full(len(people), score, np.float32), COCO_17)


@pytest.mark.parametrize("flip_test", [False, True])
def test_joints_are_where_the_crop_network_sees_them_in_frame_pixels(flip_test):
    person = spread(100, 60, 24)
    stage = SecondStage(colour_network, flip_test=flip_test)
    if flip_test:  # the mirrored crop shows each joint in its own colour: the pairs are not swapped back
        stage._flip = np.arange(K)
    # A crop in which no joint lies on the border of two cells: mirrored, it would lie in the other one.
    refined = stage([drawn_frame([person])], [found([person], off=2.5)])[0]
    np.testing.assert_allclose(refined.keypoints[0, :, :2], person, atol=0.35)
    assert refined.scores[0] == pytest.approx(0.9 * 0.8**0.5, abs=1e-4)


def test_people_of_several_frames_stay_with_their_frames():
    near, far = spread(40, 30, 20), spread(200, 120, 20)
    frames = [drawn_frame([near]), drawn_frame([]), drawn_frame([far, near])]
    nobody = Poses(np.zeros((0, K, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    refined = SecondStage(colour_network)(frames, [found([near]), nobody, found([far, near])])
    assert [len(poses) for poses in refined] == [1, 0, 2]
    np.testing.assert_allclose(refined[2].keypoints[0, :, :2], far, atol=0.35)


def test_somebody_found_twice_is_one_person():
    person = spread(100, 60, 24)
    refined = SecondStage(colour_network)([drawn_frame([person])], [found([person, person + 3])])[0]
    assert len(refined) == 1


def test_nobody_is_asked_of_the_network_where_nobody_was_found():
    def never(_crops):
        raise AssertionError("there is nothing to look at")

    nobody = Poses(np.zeros((0, K, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    assert len(SecondStage(never)([np.zeros((48, 64, 3), np.uint8)], [nobody])[0]) == 0


def test_a_person_of_one_joint_and_one_at_the_edge_have_a_crop():
    keypoints = np.full((2, K, 3), np.nan, np.float32)
    keypoints[:, :, 2] = 0
    keypoints[0, 5], keypoints[1, 5] = (10, 10, 0.5), (319, 239, 0.5)
    poses = Poses(keypoints, np.asarray([0.5, 0.4], np.float32), COCO_17)
    refined = SecondStage(colour_network)([drawn_frame([])], [poses])[0]
    assert np.isfinite(refined.keypoints).all()


FRAME = np.zeros((48, 64, 3), np.uint8)


class Known(NetworkOutput):
    """A first stage that found these people in the only frame."""

    def __init__(self, poses):
        self._poses = poses

    def __len__(self):
        return 1

    def poses(self, _params, selection):
        good = np.flatnonzero(self._poses.scores >= selection.min_score)[: selection.max_people]
        return [self._poses[good]]

    def maps(self, index):
        return f"maps of {index}"


def look(people, poses, live=False, stage=None, **selected):
    """Return what comes of a first stage's poses of drawn people."""
    selection = Selection(COCO_17, **{"max_people": 30, "min_score": 0.0, "max_similarity": 0.6, **selected})
    output = RefinedOutput(
        Known(poses), [drawn_frame(people)], Refiner(stage or SecondStage(colour_network), live)
    )
    return output.poses(ParseParams(), selection)[0]


def is_refined(estimator):
    return isinstance(estimator.infer([FRAME]), RefinedOutput)


class TestWhoIsRefined:
    @pytest.mark.parametrize(
        ("refine", "expected"), [("auto", False), ("off", False), ("live", True), ("best", True)]
    )
    def test_a_network_of_ones_own_is_refined_only_where_that_is_asked_for(self, tiny, refine, expected):
        estimator = PoseEstimator(tiny.checkpoint(), NetworkSettings(device="cpu", refine=refine))
        assert is_refined(estimator) is expected
        assert (estimator.default_min_score == MIN_SCORE) is expected

    @pytest.mark.parametrize(("refine", "expected"), [("auto", True), ("off", False)])
    def test_one_that_is_known_to_gain_is_refined_by_itself(self, tiny, refine, expected):
        checkpoint = replace(tiny.checkpoint(), second_stage="thunder")
        assert is_refined(PoseEstimator(checkpoint, NetworkSettings(device="cpu", refine=refine))) is expected

    def test_the_bundled_weights_are_known_to_gain(self):
        assert load_checkpoint(resolve("default")).second_stage == "thunder"

    def test_fitted_scores_may_rise_so_whoever_is_hopeful_is_looked_at(self):
        fitted = RefinedScorer((0.0,) * len(NAMES), 2.0, 0.4)
        stage = SecondStage(colour_network, scorer=fitted)
        assert Refiner(stage).worth_a_look(0.4) == pytest.approx(0.1)
        assert Refiner(stage).worth_a_look(0.0) == HANDED_ON
        assert Refiner(SecondStage(colour_network)).worth_a_look(0.4) == 0.4

    def test_fitted_people_have_scores_of_both_looks_and_a_covariance(self):
        unsure = JointUncertainty((1.0, *[0.0] * (NUM_FEATURES - 1)), (0.0,) * K)
        stage = SecondStage(
            colour_network, scorer=RefinedScorer((0.0,) * len(NAMES), 2.0, 0.4), uncertainty=unsure
        )
        people = [np.column_stack([20.0 + 5 * np.arange(K), 30.0 + 8 * np.arange(K)])]
        keypoints = np.concatenate([people, np.full((1, K, 1), 0.5)], axis=2).astype(np.float32)
        first = Poses(np.repeat(keypoints, 2, axis=0), np.asarray([0.5, 0.3], np.float32), COCO_17)
        (found,) = stage([drawn_frame(people)], [first], max_crops=1, max_similarity=1.0)
        expected = 1 / (1 + np.exp(-2.0))
        assert found.scores.tolist() == pytest.approx(
            [expected, 0.3]
        )  # who was not looked at keeps the first score
        assert np.isfinite(found.covariance[0][found[0].found]).all()
        assert np.isnan(found.covariance[1]).all()

    @pytest.mark.parametrize("refine", ["auto", "best"])
    def test_another_skeleton_turns_it_off(self, tiny, refine):
        checkpoint = replace(
            tiny.checkpoint(num_joints=CROWDPOSE_14.num_joints), skeleton=CROWDPOSE_14, second_stage="thunder"
        )
        assert not is_refined(PoseEstimator(checkpoint, NetworkSettings(device="cpu", refine=refine)))

    def test_the_file_says_it(self, tiny, tmp_path):
        save_checkpoint(tmp_path / "a.safetensors", replace(tiny.checkpoint(), second_stage="thunder"))
        save_checkpoint(tmp_path / "b.safetensors", tiny.checkpoint())
        assert load_checkpoint(tmp_path / "a.safetensors").second_stage == "thunder"
        assert load_checkpoint(tmp_path / "b.safetensors").second_stage is None

    def test_a_crop_network_that_is_not_there_is_named(self, tiny):
        with pytest.raises(MissingError, match="'lightning'"):
            PoseEstimator(replace(tiny.checkpoint(), second_stage="lightning"), NetworkSettings(device="cpu"))


class TestWhatComesOut:
    def test_the_least_score_is_of_the_refined_score(self):
        person = spread(100, 60, 24)
        assert len(look([person], found([person]), min_score=0.8)) == 1
        assert len(look([person], found([person]), min_score=0.81)) == 0  # 0.9 times the root of 0.8

    def test_who_was_doubtful_is_handed_on(self):
        person = spread(100, 60, 24)
        assert len(look([person], found([person], score=2 * HANDED_ON))) == 1
        assert len(look([person], found([person], score=HANDED_ON / 2))) == 0
        assert len(look([person], found([person], score=HANDED_ON_LIVE / 2), live=True)) == 0

    def test_who_could_not_count_any_more_is_not_looked_at(self):
        people, seen = [spread(20, 60, 20), spread(200, 60, 20)], []

        def network(crops):
            seen.append(len(crops))
            return colour_network(crops)

        poses = found(people)
        poses = Poses(poses.keypoints, np.asarray([0.9, 0.3], np.float32), COCO_17)
        look(people, poses, stage=SecondStage(network), min_score=0.4)
        look(people, poses, stage=SecondStage(network), min_score=0.0)
        assert seen == [1, 2]

    def test_there_are_no_more_than_the_most_people(self):
        people = [spread(20 + 100 * n, 60, 20) for n in range(3)]
        assert len(look(people, found(people))) == 3
        assert len(look(people, found(people), max_people=2)) == 2

    def test_joints_outside_the_frame_are_missing(self):
        person = spread(100, 60, 24)
        poses = look([person], found([person]), stage=SecondStage(lambda crops: moved(colour_network(crops))))
        outside = person[:, 1] + 400 > 240
        assert outside.all()
        assert len(poses) == 0

    def test_joints_that_are_hardly_seen_are_missing_and_the_others_stay(self):
        person = spread(100, 60, 24)
        drawn = person.copy()
        drawn[3] = 1000, 1000  # not to be seen
        poses = look([drawn], found([person]))
        assert np.isnan(poses.keypoints[0, 3, :2]).all()
        assert poses.keypoints[0, 3, 2] == 0
        assert np.isfinite(np.delete(poses.keypoints[0], 3, axis=0)).all()

    def test_a_similarity_of_1_keeps_who_was_found_twice(self):
        person = spread(100, 60, 24)
        twice = found([person, person + 2])
        assert len(look([person], twice)) == 1
        assert len(look([person], twice, max_similarity=1.0)) == 2

    def test_maps_are_those_of_the_first_stage(self):
        output = RefinedOutput(Known(found([spread(9, 9, 9)])), [FRAME], Refiner(SecondStage(colour_network)))
        assert output.has_maps
        assert output.maps(0) == "maps of 0"
        assert len(output) == 1

    def test_a_network_that_gives_no_numbers_is_reported(self):
        def broken(crops):
            maps = colour_network(crops)
            maps.offsets[:] = np.nan
            return maps

        person = spread(100, 60, 24)
        with pytest.raises(UnreadableError, match="NaN or infinity"):
            look([person], found([person]), stage=SecondStage(broken))


class TestLive:
    def test_who_does_not_fit_keeps_the_joints_of_the_first_stage(self):
        people = [spread(20, 60, 20), spread(200, 60, 20)]
        poses = look(people, found(people), live=True)  # nothing is known of the time at first: one person
        by_x = poses.keypoints[np.argsort(np.nanmin(poses.keypoints[..., 0], axis=1))]
        np.testing.assert_allclose(by_x[0, :, :2], people[0], atol=0.35)
        np.testing.assert_array_equal(by_x[1, :, :2], people[1] + 2)  # found() is off by 2

    def test_as_many_people_as_there_is_time_for(self, monkeypatch):
        people = [spread(20 + 100 * n, 60, 20) for n in range(3)]
        now = [0.0]
        seen = []

        def slow(crops):
            now[0] += 0.02 * len(crops)
            seen.append(len(crops))
            return colour_network(crops)

        monkeypatch.setattr(crop_budget.time, "perf_counter", lambda: now[0])
        refiner = Refiner(SecondStage(slow), live=True)
        for _ in range(4):
            refiner([drawn_frame(people)], [found(people)])
        assert seen == [1, 2, 2, 2]  # 0.02 seconds a crop, 0.05 a frame

    def test_a_live_source_asks_for_it_and_a_choice_by_name_stays(self, tiny):
        for refine, expected in (("auto", True), ("best", False)):
            checkpoint = replace(tiny.checkpoint(), second_stage="thunder")
            estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", refine=refine))
            estimator.set_live(True)
            refiner = estimator.infer([FRAME]).refiner
            assert refiner.live is expected
        PoseEstimator(tiny.checkpoint(), NetworkSettings(device="cpu")).set_live(True)  # nothing to do

    def test_live_frames_have_smaller_crops_and_the_same_people(self, tiny):
        person, sides = spread(100, 60, 24), []

        def small(crops):
            sides.append(crops.shape[1])
            return colour_network(crops)

        refiner = Refiner(
            SecondStage(colour_network),
            make_live_stage=lambda: SecondStage(small, CropRule(side=LIVE_SIDE)),
        )
        refiner.set_live(True)
        (live,) = refiner([drawn_frame([person])], [found([person])])
        refiner.set_live(False)
        (all_of_it,) = refiner([drawn_frame([person])], [found([person])])
        assert sides == [LIVE_SIDE]
        for poses in (live, all_of_it):
            np.testing.assert_allclose(poses.keypoints[0, :, :2], person, atol=0.35)

    @pytest.mark.parametrize("refine", ["live", "auto"])
    def test_the_network_looks_at_live_frames_in_smaller_crops(self, tiny, refine):
        checkpoint = replace(tiny.checkpoint(), second_stage="thunder")
        estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", refine=refine))
        estimator.set_live(True)
        stage = estimator.infer([FRAME]).refiner.in_use
        assert stage.rule.side == LIVE_SIDE
        assert len(stage([FRAME], [found([spread(9, 9, 9)])])[0]) <= 1
        estimator.set_live(False)
        assert estimator.infer([FRAME]).refiner.in_use.rule.side == (LIVE_SIDE if refine == "live" else SIDE)


def moved(maps):
    """Let all joints be far below where they are."""
    maps.offsets[:, 0::2] += 4 * 64
    return maps


def test_a_frame_s_people_do_not_depend_on_the_frames_beside_it():
    people = [spread(20, 60, 20), spread(200, 60, 20)]
    stage = SecondStage(colour_network)
    frame, poses = drawn_frame(people), found(people)
    alone = stage([frame], [poses])[0]
    beside = stage([frame, drawn_frame(people[:1])], [poses, found(people[:1])])
    assert np.array_equal(alone.keypoints, beside[0].keypoints)
    assert len(beside[1]) == 1
    assert beside[1].keypoints.shape[1:] == (K, 3)


def test_the_type_of_what_nobody_is_in_stays():
    nobody = Poses(np.zeros((0, K, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    assert len(look([], nobody)) == 0


@pytest.mark.parametrize(("across_frames", "calls"), [(True, [8, 2]), (False, [1, 2, 3, 4])])
def test_crops_of_several_frames_go_to_the_network_at_once_and_people_are_the_same(across_frames, calls):
    places = [spread(20, 20, 14), spread(120, 20, 14), spread(220, 20, 14), spread(20, 130, 14)]
    frames = [drawn_frame(places[:count]) for count in (1, 2, 3, 4)]
    people = [found(places[:count]) for count in (1, 2, 3, 4)]
    asked = []

    def network(crops):
        asked.append(len(crops))
        return colour_network(crops)

    together = SecondStage(network, across_frames=across_frames)(frames, people)
    assert asked == calls
    for frame, poses, refined in zip(frames, people, together, strict=True):
        (alone,) = SecondStage(colour_network)([frame], [poses])
        assert refined == alone
        assert len(refined) == len(poses)
