"""People by crops, with a network whose answers are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.errors import SwahrError
from swahr.inference.backends import Backend
from swahr.inference.backends.trial import Trial
from swahr.inference.boxes import as_boxes
from swahr.inference.crops import CROPS_AT_ONCE, CropCutter, CropLook, CropSight, contract_crops
from swahr.inference.estimator import PoseEstimator
from swahr.inference.finders.crops import boxes_around
from swahr.models import Architecture, Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.crop_contract import CropContract
from swahr.pose.skeleton import COCO_17, Skeleton
from tests.inference.test_estimator import ColourReader, paint, two_people

K = COCO_17.num_joints
NOBODY = np.empty((0, 4))


class CropReader(ColourReader):
    """Reads the joints of one person off the colours of a crop, whoever he is."""

    def forward(self, images):
        self.batches.append(tuple(images.shape))
        return [self.read(images, 4)[0]]


def crop_checkpoint(**contract):
    architecture = Architecture(backbone="resnet", head="heatmaps")
    return Checkpoint(
        CropReader(),
        architecture,
        COCO_17,
        192,
        (0.0,) * 3,
        (1.0,) * 3,
        detection_threshold=0.03,
        crop=CropContract(**contract),
    )


def exact(checkpoint=None, **options):
    settings = {"device": "cpu", "precision": "float32", "backend": "torch", **options}
    return PoseEstimator(checkpoint or crop_checkpoint(), NetworkSettings(**settings))


@pytest.fixture(scope="module")
def painted():
    """A frame with two people, their joints, and boxes around them."""
    people = two_people(640, 480)
    boxes = [[*(p.min(axis=0) - 20), *(np.ptp(p, axis=0) + 40)] for p in people]
    return paint(640, 480, people), people, np.asarray(boxes)


def farthest(poses, joints):
    """Return how far the person who is nearest to joints is from them, pixels."""
    return min(np.abs(found[:, :2] - joints).max() for found in poses.keypoints)


class TestPlaces:
    @pytest.mark.parametrize("subpixel", ["quarter", "parabola", "gaussian"])
    @pytest.mark.parametrize("input_size", [None, 384])
    def test_joints_land_on_their_pixels(self, painted, subpixel, input_size):
        frame, people, boxes = painted
        estimator = exact(subpixel=subpixel, input_size=input_size)
        poses = estimator(frame, boxes=boxes)
        assert len(poses) == 2
        cell = 480 * 0.5 / 192 * 4
        assert max(farthest(poses, joints) for joints in people) <= cell

    @pytest.mark.parametrize("flip_shift", [False, True])
    def test_with_the_flip_test_too(self, painted, flip_shift):
        frame, people, boxes = painted
        # Colours do not change sides in the mirror, so nor may the joints.
        skeleton = Skeleton.from_dict({"joints": [f"joint {number}" for number in range(K)]})
        checkpoint = replace(crop_checkpoint(flip_shift=flip_shift), skeleton=skeleton)
        poses = exact(checkpoint, flip_test=True)(frame, boxes=boxes)
        assert max(farthest(poses, joints) for joints in people) <= 5
        assert len(checkpoint.model.batches) == 2

    def test_a_crop_of_another_aspect_and_colours_and_place_of_cells(self, painted):
        frame, people, boxes = painted
        checkpoint = crop_checkpoint(
            input_wh=(256, 256), cell_origin=0.5, flip_shift=False, peak="second", enlargement=(1.2, 1.3)
        )
        poses = exact(checkpoint)(frame, boxes=boxes)
        assert max(farthest(poses, joints) for joints in people) <= 5

    def test_boxes_of_several_frames_are_their_own(self, painted):
        frame, people, boxes = painted
        one, other, none = exact()([frame, frame, frame], boxes=[boxes[:1], boxes[1:], NOBODY])
        assert (len(one), len(other), len(none)) == (1, 1, 0)
        assert farthest(one, people[0]) <= 5
        assert farthest(other, people[1]) <= 5

    def test_without_boxes_they_are_those_of_another_models_people(self, painted, monkeypatch, crowd_model):
        from swahr.inference.finders import crops

        frame, people, _ = painted
        found = replace(exact()(frame, boxes=painted[2]), scores=np.asarray([0.9, 0.5], np.float32))
        monkeypatch.setattr(crops._OthersPeople, "boxes", lambda *_: [boxes_around(found)])
        poses = exact(box_model=str(crowd_model))(frame)
        assert max(farthest(poses, joints) for joints in people) <= 5
        assert poses.scores.max() < 0.91

    def test_the_maps_are_the_other_models_and_boxes_have_none(self, painted, crowd_model):
        frame, _, boxes = painted
        estimator = exact(box_model=str(crowd_model))
        assert estimator.infer([frame], keep_maps=True).maps(0).heatmaps.shape[0] == K
        given = estimator.infer([frame], boxes=[boxes])
        assert not given.has_maps
        with pytest.raises(SwahrError, match="no maps of it to draw"):
            given.maps(0)


class TestScores:
    def test_the_joints_count_for_the_score_or_not(self, painted):
        frame, _, boxes = painted
        half = np.column_stack([boxes, [0.5, 0.4]])
        alone = exact(rescore=False)(frame, boxes=half)
        np.testing.assert_allclose(alone.scores, [0.5, 0.4])
        by_joints = exact()(frame, boxes=half)
        expected = [s * p[:, 2].mean() for s, p in zip((0.5, 0.4), by_joints.keypoints, strict=True)]
        np.testing.assert_allclose(by_joints.scores, expected, rtol=1e-5)

    @pytest.mark.parametrize("suppress", ["greedy", "soft"])
    def test_who_was_found_twice_is_there_once_or_by_rank(self, painted, suppress):
        frame, _, boxes = painted
        twice = np.column_stack([np.concatenate([boxes, boxes + 1]), [0.9, 0.8, 0.7, 0.6]])
        assert len(exact(suppress=suppress)(frame, boxes=twice)) == (2 if suppress == "greedy" else 4)

    def test_a_crop_is_looked_at_once_and_only_if_it_may_count(self, painted):
        frame, _, boxes = painted
        checkpoint = crop_checkpoint()
        estimator = exact(checkpoint, min_score=0.6)
        output = estimator.infer([frame], boxes=[np.column_stack([boxes, [0.9, 0.3]])])
        assert len(estimator.parse(output)[0]) == 1
        assert [shape[0] for shape in checkpoint.model.batches] == [1]
        estimator.selection = replace(estimator.selection, min_score=0.1)
        assert len(estimator.parse(output)[0]) == 2
        estimator.params = replace(estimator.params, detection_threshold=0.99)
        estimator.parse(output)
        assert [shape[0] for shape in checkpoint.model.batches] == [1, 1]


class TestBoxesOfUsers:
    def test_what_is_no_box_is_nobody_and_the_others_stay(self, painted):
        frame, people, boxes = painted
        odd = [
            [np.nan, 0, 5, 5], [0, 0, 0, 50], [0, 0, 50, -1], [5000, 10, 40, 40], [-90, -90, 50, 50],
            [0, 0, np.inf, 5], [10, 10, 0.2, 0.2], [-1e9, -1e9, 2e9, 2e9],
        ]  # fmt: skip
        poses = exact()(frame, boxes=np.concatenate([odd, boxes]))
        for joints in people:
            assert farthest(poses, joints) <= 5

    def test_thousands_of_boxes_go_through_in_parts_of_one_size(self, painted):
        frame, _, boxes = painted
        checkpoint = crop_checkpoint(input_wh=(32, 32))
        many = np.tile(np.column_stack([boxes, [0.9, 0.8]]), (5000, 1))
        poses = exact(checkpoint)(frame, boxes=many)
        assert 1 <= len(poses) <= 30
        assert max(shape[0] for shape in checkpoint.model.batches) <= 16
        assert sum(shape[0] for shape in checkpoint.model.batches) == 10_000

    @pytest.mark.parametrize(
        ("boxes", "message"),
        [
            ([[1, 2, 3]], r"shape \[1, 3\]; expected \[P, 4\]"),
            ("people", "are no numbers"),
            ([[1, 2, 3, "wide"]], "are no numbers"),
            (7.0, r"shape \[\]"),
        ],
    )
    def test_what_has_another_shape_is_refused(self, painted, boxes, message):
        with pytest.raises(SwahrError, match=message):
            exact()(painted[0], boxes=boxes)

    def test_boxes_of_another_number_of_frames_are_refused(self, painted):
        with pytest.raises(SwahrError, match="boxes of 1 frames; expected those of each of the 2"):
            exact().infer([painted[0]] * 2, boxes=[NOBODY])

    def test_networks_of_whole_frames_take_no_boxes(self, painted, tmp_path):
        file = tmp_path / "boxes.csv"
        file.write_text("frame,x,y,w,h\n")
        with pytest.raises(SwahrError, match="boxes are for networks of one person's crop"):
            PoseEstimator.from_pretrained("default", "cpu", backend="torch")(painted[0], boxes=NOBODY)
        with pytest.raises(SwahrError, match="boxes are for networks of one person's crop"):
            PoseEstimator.from_pretrained("default", "cpu", backend="torch", box_file=file)

    def test_a_network_of_crops_finds_no_boxes_for_another(self, tmp_path, painted):
        small = small_checkpoint()
        save_checkpoint(tmp_path / "crops.safetensors", small)
        with pytest.raises(SwahrError, match=r"a network of one person's crop itself.*box_model='default'"):
            exact(box_model=str(tmp_path / "crops.safetensors"))(painted[0])
        with pytest.raises(SwahrError, match="no model 'nothing'"):
            exact(box_model="nothing")

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_a_network_that_gives_no_numbers_is_reported(self, painted, value):
        class Broken(CropReader):
            def forward(self, images):
                (heatmaps,) = super().forward(images)
                heatmaps[0, 3, 5, 5] = value
                return [heatmaps]

        checkpoint = replace(crop_checkpoint(), model=Broken())
        with pytest.raises(SwahrError, match=r"heatmaps with NaN"):
            exact(checkpoint)(painted[0], boxes=painted[2])


class TestAFileOfBoxes:
    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(SwahrError, match=r"none\.csv: there is no such file"):
            exact(box_file=tmp_path / "none.csv")

    def test_with_a_file_frames_have_to_be_named(self, tmp_path, painted):
        boxes = tmp_path / "a.csv"
        boxes.write_text("frame,x,y,w,h\n4,1,2,30,40\n")
        estimator = exact(box_file=boxes)
        with pytest.raises(SwahrError, match="`boxes_of` returns them"):
            estimator(painted[0])
        assert len(estimator.infer([painted[0]], boxes=estimator.boxes_of([(4, "")]))) == 1


def small_checkpoint(**contract):
    """A network that is run in no time, with weights as they are drawn."""
    architecture = Architecture(
        backbone=HRNetSettings(width=4, modules=(1, 1, 1), blocks=1), head="heatmaps", num_joints=K
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        model = architecture.build()
    return Checkpoint(
        model.eval(), architecture, COCO_17, 64, crop=CropContract(input_wh=(64, 96), **contract)
    )


class TestContract:
    def test_a_checkpoint_keeps_it(self, tmp_path):
        checkpoint = small_checkpoint(colours="bgr", cell_origin=0.5)
        save_checkpoint(tmp_path / "a.safetensors", checkpoint)
        assert load_checkpoint(tmp_path / "a.safetensors").crop == checkpoint.crop

    def test_without_one_crops_are_upright(self, tmp_path):
        save_checkpoint(tmp_path / "a.safetensors", replace(small_checkpoint(), crop=None, input_size=192))
        assert load_checkpoint(tmp_path / "a.safetensors").crop == CropContract()

    def test_another_size_keeps_the_aspect(self):
        assert CropContract().at_size(288).input_wh == (288, 384)

    @pytest.mark.parametrize(("colours", "expected"), [("bgr", (0.2, 0.4, 0.8)), ("rgb", (0.8, 0.4, 0.2))])
    def test_colours_and_normalisation_are_the_networks(self, colours, expected):
        frame = np.full((60, 60, 3), (51, 102, 204), np.uint8)  # BGR
        mean, std = (0.1, 0.2, 0.3), (0.5, 0.4, 0.2)
        contract = CropContract(colours=colours, input_wh=(32, 32))
        crops = contract_crops(np.asarray([[20.0, 20, 10, 10]]), contract)
        image = CropCutter(contract, (mean, std))(frame, crops)[0]
        wanted = [(v - m) / s for v, m, s in zip(expected, mean, std, strict=True)]
        np.testing.assert_allclose(image[16, 16], wanted, rtol=1e-4)

    @pytest.mark.parametrize("border", ["black", "mean"])
    def test_what_is_beyond_the_frame_is_black_or_the_mean(self, border):
        contract = CropContract(border=border, input_wh=(32, 32))
        crops = contract_crops(np.asarray([[-100.0, -100, 50, 50]]), contract)
        image = CropCutter(contract, ((0.5, 0.4, 0.2), (1.0,) * 3))(
            np.full((60, 60, 3), 200, np.uint8), crops
        )
        expected = (0, 0, 0) if border == "mean" else (-0.5, -0.4, -0.2)
        np.testing.assert_allclose(image[0, 5, 5], expected, atol=1 / 255)


GOLDEN = Path(__file__).parents[1] / "golden" / "systems" / "topdown_decode.npz"


@pytest.mark.parametrize("flip_test", [False, True])
def test_joints_in_the_frame_are_the_published_ones(flip_test):
    figures = np.load(GOLDEN)

    class Known(Backend):
        """Says what the published network said, of the crops and then of their mirror images."""

        answers = iter([figures["heatmaps"], figures["mirrored_heatmaps"]])

        def __call__(self, images):
            return [torch.from_numpy(next(self.answers))]

    size = figures["scale_200px"].astype(float) * 200 / 1.25
    boxes = np.concatenate([figures["centre"] - size / 2, size], axis=1)
    assert len(boxes) <= CROPS_AT_ONCE
    flip = COCO_17.flip_permutation if flip_test else None
    look = CropLook(Known(), CropContract(), ((0.5,) * 3, (1.0,) * 3), torch.device("cpu"), flip)
    (joints,) = look([np.zeros((480, 640, 3), np.uint8)], [boxes])
    which = "flip_" if flip_test else ""
    np.testing.assert_allclose(joints[..., :2], figures[f"{which}keypoints_xy"], atol=1e-3)
    np.testing.assert_allclose(joints[..., 2:], figures[f"{which}scores"].clip(0, 1), atol=1e-6)


def test_runtimes_are_compared_on_the_crops_of_drawn_people():
    trial = Trial(small_checkpoint(), NetworkSettings(device="cpu", precision="float32"), CropSight)
    assert list(trial.times([])) == ["torch"]
    assert trial.refused == []


def test_boxes_around_people_hold_their_joints(painted):
    found = exact()(painted[0], boxes=painted[2])
    boxes = boxes_around(found).xywh
    for box, joints in zip(boxes, found.keypoints, strict=True):
        assert (joints[:, :2] > box[:2]).all()
        assert (joints[:, :2] < box[:2] + box[2:]).all()
    assert len(boxes_around(found[:0]).xywh) == 0
    line = replace(found[:1], keypoints=found.keypoints[:1] * (0, 1, 1) + (50, 0, 0))
    assert (boxes_around(line).xywh[:, 2:] > 0).all()


def test_boxes_of_a_program_may_be_a_list():
    assert as_boxes([(1, 2, 3, 4)]).scores.tolist() == [1]
    assert as_boxes([]).xywh.shape == (0, 4)
