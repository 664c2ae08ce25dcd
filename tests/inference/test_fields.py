"""People of whole frames by part affinity fields, from pixels to joints in the frame."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from torch import nn

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.decode.paf_rules import layout_of
from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.inference.field_maps import FieldReading, enlarge, enlarge_by_torch, mirror_maps_back
from swahr.inference.finders.fields import people_of
from swahr.models.architecture import Architecture
from swahr.models.backbones.base import Backbone, Feature
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.field_contract import OPENPOSE_MEAN, OPENPOSE_STD, FieldContract
from swahr.models.heads.lightweight import LightweightHead
from swahr.models.pose_network import PoseNetwork
from swahr.pose.other_skeletons import BODY_25, COCO_18
from swahr.pose.skeleton import COCO_17, COCO_FEET_23

# A standing person seen from the front, in parts of the height; the right side is on the left of the picture.
STANDING = {
    "nose": (0, 0.08), "neck": (0, 0.2), "mid_hip": (0, 0.5), "right_shoulder": (-0.12, 0.2),
    "right_elbow": (-0.18, 0.36), "right_wrist": (-0.2, 0.5), "right_hip": (-0.09, 0.52),
    "right_knee": (-0.1, 0.73), "right_ankle": (-0.1, 0.92), "right_eye": (-0.04, 0.04),
    "right_ear": (-0.09, 0.06), "right_big_toe": (-0.14, 0.99), "right_small_toe": (-0.19, 0.97),
    "right_heel": (-0.06, 0.98),
}  # fmt: skip
STANDING |= {
    name.replace("right", "left"): (-x, y) for name, (x, y) in STANDING.items() if name.startswith("right")
}


def standing(skeleton, x, top, tall):
    """Return [K, 2], the joints of a standing person."""
    return np.asarray([STANDING[joint] for joint in skeleton.joints]) * tall + (x, top)


def drawn_maps(skeleton, people, size_hw, stride=8):
    """Return heatmaps [K + 1, h, w] and fields [2 L, h, w] of people, whose joints are [K, 2] input pixels each."""
    layout = layout_of(skeleton)
    rows, columns = np.indices((size_hw[0] // stride, size_hw[1] // stride)) * stride + (stride - 1) / 2
    heatmaps = np.zeros((skeleton.num_joints + 1, *rows.shape), np.float32)
    fields = np.zeros((2 * len(layout.limbs), *rows.shape), np.float32)
    for joints in people:
        for joint, (x, y) in enumerate(joints):
            if np.isfinite(x):
                peak = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 7.0**2))
                heatmaps[joint] = np.maximum(heatmaps[joint], peak)
        for (a, b), channels in zip(layout.limbs, layout.channels, strict=True):
            if not np.isfinite(joints[[a, b]]).all():
                continue
            step = joints[b] - joints[a]
            length = np.hypot(*step)
            dx, dy = columns - joints[a, 0], rows - joints[a, 1]
            along, across = (dx * step[0] + dy * step[1]) / length, (dx * step[1] - dy * step[0]) / length
            near = (along > -stride) & (along < length + stride) & (np.abs(across) <= stride)
            fields[np.ix_(channels)] = np.where(
                near, (step / length)[:, None, None], fields[np.ix_(channels)]
            )
    heatmaps[-1] = 1 - heatmaps[:-1].max(axis=0)
    return torch.from_numpy(heatmaps), torch.from_numpy(fields)


def reading_of(skeleton, rule):
    return FieldReading(FieldContract(rule=rule), layout_of(skeleton), people_of(skeleton)[1])


SIZE = (368, 656)
RULES = {"openpose2017": 0.1, "lightweight": 0.1, "openpose": 0.05}


def people_in(skeleton, people, rule="openpose2017", size=SIZE):
    params = ParseParams(detection_threshold=RULES[rule])
    return reading_of(skeleton, rule).people(*drawn_maps(skeleton, people, size), size[::-1], params)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("skeleton", "people"), [(COCO_18, COCO_17), (BODY_25, COCO_FEET_23)])
def test_people_of_drawn_maps_have_cocos_joints_where_they_were_drawn(skeleton, people, rule):
    drawn = [standing(skeleton, 150, 30, 300), standing(skeleton, 420, 50, 280)]
    found = people_in(skeleton, drawn, rule)
    assert people_of(skeleton)[0] == people
    assert found.keypoints.shape == (2, people.num_joints, 3)
    order = [skeleton.joints.index(joint) for joint in people.joints]
    for joints, person in zip(drawn, sorted(found.keypoints, key=lambda k: k[0, 0]), strict=True):
        np.testing.assert_allclose(person[:, :2], joints[order], atol=3.0)  # of pixels: cells are 8 wide
    assert ((found.scores > 0.5) & (found.scores <= 1)).all()


def test_a_person_without_a_neck_keeps_the_joints_that_a_rule_can_join():
    joints = standing(COCO_18, 200, 30, 300)
    joints[COCO_18.joints.index("neck")] = np.nan
    found = people_in(COCO_18, [joints], "lightweight")
    # Limbs join through the neck: an arm, a leg and a face are left, each of three joints and more a person.
    assert all((person[:, 2] > 0).sum() >= 2 for person in found.keypoints)
    together = found.keypoints[:, :, 2].max(axis=0) > 0
    assert together[COCO_17.joints.index("right_knee")]
    whole = people_in(COCO_18, [standing(COCO_18, 200, 30, 300)], "lightweight")
    assert len(whole.scores) == 1


@pytest.mark.parametrize("rule", RULES)
def test_two_who_touch_stay_two_and_one_cut_in_two_by_the_map_does_not_crash(rule):
    close = [standing(COCO_18, 250, 40, 300), standing(COCO_18, 330, 40, 300)]
    assert len(people_in(COCO_18, close, rule).scores) == 2
    below = standing(COCO_18, 250, 200, 300)  # half of the person is below the map
    below[below[:, 1] > SIZE[0]] = np.nan
    assert len(people_in(COCO_18, [below], rule).scores) >= 1


def test_two_halves_are_one_person_where_a_limb_joins_them():
    joints = standing(COCO_18, 250, 30, 300)
    heatmaps, fields = drawn_maps(COCO_18, [joints], SIZE)
    layout = layout_of(COCO_18)
    for limb in ((2, 3), (5, 6)):  # without upper arms, forearms are nobody's
        fields[list(layout.channels[layout.limbs.index(limb)])] = 0
    found = reading_of(COCO_18, "openpose2017").people(
        heatmaps, fields, SIZE[::-1], ParseParams(detection_threshold=0.1)
    )
    assert len(found.scores) == 1
    assert found.keypoints[0, COCO_17.joints.index("left_wrist"), 2] == 0


@pytest.mark.parametrize("skeleton", [COCO_18, BODY_25])
def test_maps_of_the_mirrored_frame_are_mirrored_back(skeleton):
    joints = standing(skeleton, 200, 30, 300)
    heatmaps, fields = drawn_maps(skeleton, [joints], SIZE)
    mirrored = joints[list(skeleton.flip_permutation)] * (-1, 1) + (SIZE[1] - 1, 0)
    back = mirror_maps_back(
        *(maps[None] for maps in drawn_maps(skeleton, [mirrored], SIZE)),
        layout_of(skeleton),
        skeleton.flip_permutation,
    )
    np.testing.assert_allclose(back[0][0], heatmaps, atol=1e-5)
    np.testing.assert_allclose(back[1][0], fields, atol=1e-5)


def test_maps_are_enlarged_as_opencv_does_it():
    maps = torch.from_numpy(np.random.default_rng(0).random((2, 3, 5, 7), dtype=np.float32))
    expected = cv2.resize(maps[1, 2].numpy(), (56, 40), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(enlarge(maps, (56, 40))[1, 2], expected)
    # On a GPU torch does it.
    np.testing.assert_allclose(enlarge_by_torch(maps, (56, 40))[1, 2], expected, atol=1e-5)


@pytest.mark.parametrize("rule", RULES)
def test_feet_of_a_crowd_stay_with_their_people(rule):
    random = np.random.default_rng(4)
    drawn = [
        standing(BODY_25, 70 + 100 * i, random.uniform(10, 60), random.uniform(180, 300)) for i in range(6)
    ]
    drawn[2][BODY_25.joints.index("left_heel")] = np.nan
    found = people_in(BODY_25, drawn, rule).keypoints
    assert len(found) == len(drawn)
    names = COCO_FEET_23.joints
    order = [BODY_25.joints.index(name) for name in names]
    nose = names.index("nose")
    for joints, person in zip(drawn, sorted(found, key=lambda each: each[nose, 0]), strict=True):
        there = np.isfinite(joints[order, 0])
        np.testing.assert_array_equal(person[:, 2] > 0, there)
        np.testing.assert_allclose(person[there, :2], joints[order][there], atol=3.0)


class Squares(Backbone):
    """The mean of each square of 8 x 8 pixels."""

    features = (Feature(3, 8),)

    def forward(self, images):
        return [nn.functional.avg_pool2d(images, 8)]


class ByColour(LightweightHead):
    """A map a joint, high where its colour is; fields all over that point along the limbs of STANDING."""

    def __init__(self, palette):
        super().__init__(3, COCO_18.num_joints, 19, 0)
        self.palette = palette  # [K, 3], as the network reads colours

    def forward(self, features):
        away = (features[0][:, None] - self.palette[None, :, :, None, None]).square().sum(2)
        heatmaps = nn.functional.avg_pool2d(
            torch.exp(-away * 150), 3, 1, 1
        )  # one peak in the middle of a square
        layout, person = layout_of(COCO_18), standing(COCO_18, 0, 0, 1)
        directions = torch.zeros(38)
        for (a, b), channels in zip(layout.limbs, layout.channels, strict=True):
            step = person[b] - person[a]
            directions[list(channels)] = torch.tensor(step / np.hypot(*step)).float()
        fields = torch.ones_like(heatmaps[:, :1]) * directions[:, None, None]
        return [torch.cat([heatmaps, 1 - heatmaps.amax(1, keepdim=True)], 1), fields]


COLOURS_BGR = np.asarray(
    [(b, g, r) for b in (20, 130, 250) for g in (20, 130, 250) for r in (40, 230)], np.uint8
)  # one a joint


def colour_checkpoint():
    """Return a network that finds people painted in squares of the joints' colours; it reads BGR as OpenPose's does."""
    head = ByColour(torch.from_numpy(COLOURS_BGR / 256.0 - 0.5).float())
    return Checkpoint(
        PoseNetwork(Squares(), head).eval(),
        Architecture(backbone="mobilenet", head="lightweight", num_joints=18),
        COCO_18,
        720,
        OPENPOSE_MEAN,
        OPENPOSE_STD,
        detection_threshold=0.1,
        fields=FieldContract(rule="openpose2017", colours="bgr", multiple=8),
    )


@pytest.fixture
def checkpoint():
    """The network that reads colours."""
    return colour_checkpoint()


def painted(people, size=(720, 1280), px=22):
    frame = np.full((*size, 3), 75, np.uint8)
    for joints in people:
        for colour, (x, y) in zip(COLOURS_BGR.tolist(), joints, strict=True):
            corner = (round(x - px / 2), round(y - px / 2))
            cv2.rectangle(frame, corner, (corner[0] + px - 1, corner[1] + px - 1), colour, -1)
    return frame


@pytest.mark.parametrize("settings", [{}, {"scales": (0.5, 1.0)}, {"tiles": "2"}])
def test_an_estimator_finds_painted_people_in_frame_pixels(checkpoint, settings):
    estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", backend="torch", **settings))
    joints = standing(COCO_18, 500, 40, 650)
    poses = estimator(painted([joints]))
    assert poses.skeleton == COCO_17
    assert len(poses) == 1 or (settings and len(poses))  # tiles may show a part of a person once more
    order = [COCO_18.joints.index(joint) for joint in COCO_17.joints]
    seen = poses.keypoints[0, :, 2] > 0
    assert seen.sum() >= 12
    away = np.hypot(*(poses.keypoints[0, :, :2] - joints[order]).T)[seen]
    assert np.median(away) < 6
    assert estimator.infer([painted([joints])]).maps(0).heatmaps.shape[0] == 17


def test_colours_are_read_in_the_contracts_order(checkpoint):
    wrong = replace(checkpoint, fields=checkpoint.fields.changed(colours="rgb"))
    estimator = PoseEstimator(wrong, NetworkSettings(device="cpu", backend="torch"))
    poses = estimator(painted([standing(COCO_18, 500, 40, 650)]))
    assert all((person[:, 2] > 0).sum() < 10 for person in poses.keypoints)


def test_an_empty_frame_has_nobody(checkpoint):
    estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", backend="torch"))
    assert len(estimator(np.zeros((240, 320, 3), np.uint8))) == 0


def test_a_network_that_gives_nan_is_named(checkpoint):
    checkpoint.model.head.palette[0, 0] = float("nan")
    estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", backend="torch"))
    with pytest.raises(SwahrError, match="NaN or infinity"):
        estimator(painted([]))


def test_boxes_are_for_networks_of_crops(checkpoint):
    estimator = PoseEstimator(checkpoint, NetworkSettings(device="cpu", backend="torch"))
    with pytest.raises(SwahrError, match="boxes are for networks of one person's crop"):
        estimator(painted([]), boxes=[[0, 0, 10, 10]])


def test_a_checkpoint_keeps_how_its_fields_are_read(tmp_path):
    contract = FieldContract(rule="openpose", colours="bgr", upsampling=4)
    architecture = Architecture(backbone="mobilenet", head="lightweight", num_joints=18)
    checkpoint = Checkpoint(architecture.build(), architecture, COCO_18, 368, fields=contract)
    save_checkpoint(tmp_path / "own.safetensors", checkpoint)
    assert load_checkpoint(tmp_path / "own.safetensors").fields == contract
    save_checkpoint(tmp_path / "plain.safetensors", replace(checkpoint, fields=None))
    assert load_checkpoint(tmp_path / "plain.safetensors").fields == FieldContract()
