"""What training takes from labels: who is learnt, what is masked, and which joints are left out."""

import json

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17, CROWDPOSE_14
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.sources import joint_map, load_training_data
from swahr_training.loop.resolve import resolve_config
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.batches import BatchLoader, collate
from swahr_training.samples.photos import PhotoCache
from swahr_training.systems.bottom_up import frames_of

NAMES = ["head", "left_hand", "right_hand"]


def config_of(*sources, **changes):
    return TrainConfig.model_validate({"train": sources, "steps": 1, **changes})


@pytest.fixture
def three_joints(tmp_path, figures):
    """Make a labels file of three joints for one photo; people: lists of 9 numbers."""

    def make(*people, name="labels.json", **category):
        annotations = [
            {"id": n, "image_id": 1, "category_id": 7, "keypoints": keypoints, "bbox": [10, 10, 40, 40]}
            for n, keypoints in enumerate(people, start=1)
        ]
        content = {
            "images": [{"id": 1, "file_name": str(figures / "images" / "1.png"), "width": 96, "height": 72}],
            "annotations": annotations,
            "categories": [{"id": 7, "name": "stick", "keypoints": NAMES, **category}],
        }
        (tmp_path / name).write_text(json.dumps(content))
        return tmp_path / name

    return make


def test_people_crowds_and_people_without_joints_are_told_apart(figures):
    source = {"labels": figures / "keypoints.json", "unknown_origins": ["teacher"]}
    photos = load_training_data(config_of(source)).photos
    assert [len(photo.joints) for photo in photos] == [0, 1, 2, 0, 1, 2]
    assert photos[2].unknown.tolist() == [False, True]
    mask = photos[0].ignore_mask(72, 96)
    assert mask[:, :8].all()  # the crowd, run lengths
    assert mask[15, 15]  # the box of the person without joints
    assert not mask[60, 60]


def test_photos_are_chosen_by_their_fields(figures):
    source = {"labels": figures / "keypoints.json", "only": {"file_name": ["1.png", "4.png"]}}
    photos = load_training_data(config_of(source)).photos
    assert [photo.path.name for photo in photos] == ["1.png", "4.png"]
    assert [len(photo.joints) for photo in photos] == [1, 1]


def test_joints_keep_their_numbers(figures):
    photo = load_training_data(config_of(figures / "keypoints.json")).photos[1]
    content = json.loads((figures / "keypoints.json").read_text())
    expected = np.asarray(content["annotations"][0]["keypoints"], np.float32).reshape(17, 3)
    np.testing.assert_allclose(photo.joints[0], expected)


def test_every_photo_of_a_folder_is_one_without_people(figures, tmp_path):
    photos = load_training_data(config_of({"images": figures / "images"})).photos
    assert len(photos) == 6
    assert all(photo.joints.shape == (0, 17, 3) for photo in photos)
    with pytest.raises(SwahrError, match="no photos"):
        load_training_data(config_of({"images": tmp_path}))
    with pytest.raises(SwahrError, match="no such folder"):
        load_training_data(config_of({"images": tmp_path / "none"}))


def test_sources_are_drawn_by_their_weights(figures):
    labels, images = figures / "keypoints.json", figures / "images"
    data = load_training_data(config_of(labels, {"images": images, "weight": 3}))
    np.testing.assert_allclose(data.weights, [1 / 24] * 6 + [3 / 24] * 6)
    assert load_training_data(config_of(labels)).weights is None


def test_the_category_gives_the_skeleton_and_the_network_its_joints(three_joints):
    labels = three_joints(
        [20, 20, 2, 30, 30, 2, 40, 40, 2], skeleton=[[1, 2], [1, 3]], sigmas=[0.05, 0.1, 0.1]
    )
    config = config_of(labels)
    skeleton = load_training_data(config).skeleton
    assert (skeleton.joints, skeleton.flip_pairs) == (tuple(NAMES), ((1, 2),))
    assert skeleton.limbs == ((0, 1), (0, 2))
    assert skeleton.sigmas == (0.05, 0.1, 0.1)
    assert resolve_config(config, skeleton).architecture.num_joints == 3
    with pytest.raises(SwahrError, match="num_joints is 5; the skeleton stick has 3"):
        resolve_config(config_of(labels, architecture={"num_joints": 5}), skeleton)


def test_a_joint_that_nobody_has_is_left_out_of_the_loss_and_said(three_joints):
    labels = three_joints([20, 20, 2, 30, 30, 1, 0, 0, 0], [20, 20, 0, 50, 30, 2, 0, 0, 0])
    data = load_training_data(config_of(labels))
    assert data.photos[0].unlabelled == (2,)
    assert any("does not label right_hand: left out of the loss" in note for note in data.notes)
    learnt = load_training_data(config_of({"labels": labels, "never_labelled": []}))
    assert learnt.photos[0].unlabelled == ()
    named = load_training_data(config_of({"labels": labels, "never_labelled": ["head"]}))
    assert named.photos[0].unlabelled == (0,)
    assert named.photos[0].joints[0, 0, 2] == 0
    with pytest.raises(SwahrError, match="no joint 'tail'"):
        load_training_data(config_of({"labels": labels, "never_labelled": ["tail"]}))


def test_data_sets_of_different_joints_meet_by_name(three_joints, figures):
    crowdpose = three_joints(
        [20, 20, 2, 30, 30, 2, 40, 40, 2], keypoints=["head", "left_wrist", "right_wrist"]
    )
    data = load_training_data(config_of(figures / "keypoints.json", crowdpose))
    assert data.skeleton == COCO_17
    photo = data.photos[-1]
    assert np.flatnonzero(photo.joints[0, :, 2]).tolist() == [9, 10]  # the wrists, where COCO has them
    assert photo.unlabelled == tuple(joint for joint in range(17) if joint not in (9, 10))
    assert any("head not in coco-17: not used" in note for note in data.notes)
    with pytest.raises(SwahrError, match="share no name"):
        joint_map(COCO_17, load_training_data(config_of(three_joints([9] * 9))).skeleton, "a.json")
    assert joint_map(CROWDPOSE_14, COCO_17, "b.json")[5:7] == [0, 1]


def test_unlabelled_may_mean_unknown(three_joints):
    labels = three_joints([20, 20, 2, 30, 30, 2, 40, 40, 2], [20, 20, 2, 30, 30, 2, 0, 0, 0])
    assert not load_training_data(config_of(labels)).photos[0].unknown.any()
    assert load_training_data(config_of({"labels": labels, "unlabelled": "unknown"})).photos[0].unknown.all()


def test_what_visibility_0_means_the_run_says_where_its_source_does_not(three_joints):
    labels = three_joints([20, 20, 2, 30, 30, 2, 40, 40, 2], [20, 20, 2, 30, 30, 2, 0, 0, 0])

    def unknown(source, **run):
        config = config_of(source, **run)
        plans = frames_of(config, load_training_data(config), 0, 1).plans(0)
        return {bool(person) for plan in plans.samples for person in plan.unknown}

    assert unknown(labels) == {False}
    assert unknown(labels, unlabelled="unknown") == {True}
    assert unknown({"labels": labels, "unlabelled": "background"}, unlabelled="unknown") == {False}


def test_joints_outside_the_photo_are_not_learnt(three_joints):
    labels = three_joints([-30, 20, 2, 30, 30, 2, 95.5, 40, 2], [20, 20, 2, 30, 300, 2, 40, 40, 2])
    photo = load_training_data(config_of(labels)).photos[0]
    assert photo.joints[..., 2].tolist() == [[0, 2, 2], [2, 0, 2]]


def test_a_box_of_no_size_is_drawn_around_the_joints(three_joints):
    labels = three_joints([20, 20, 2, 30, 35, 2, 40, 40, 2])
    content = json.loads(labels.read_text())
    content["annotations"][0]["bbox"] = [0, 0, 0, 0]
    labels.write_text(json.dumps(content))
    assert load_training_data(config_of(labels)).photos[0].boxes.tolist() == [[20, 20, 20, 20]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["annotations"][0].update(image_id=99), "1 annotations of images that are not listed"),
        (lambda c: c["annotations"][0].update(keypoints=[1, 2, 2] * 4), "has 4; expected 3"),
        (lambda c: c["annotations"][0].update(keypoints=["x", 2, 2] * 3), "annotations that are not numbers"),
        (lambda c: c["annotations"][0].update(bbox=[1, 2]), "annotations that are not numbers"),
        (lambda c: c["annotations"].append(dict(c["annotations"][0])), "annotation ids that are used twice"),
        (lambda c: c["images"].append(dict(c["images"][0])), "image ids that are used twice"),
        (lambda c: c["images"][0].update(file_name="none.png"), "1 photos that are not there"),
        (lambda c: c["images"][0].pop("file_name"), "images without a file name"),
        (lambda c: c["categories"][0].update(flip_pairs=[[0, 1], [1, 2]]), "name a joint twice"),
        (lambda c: c.pop("images"), "not a COCO keypoint file"),
        (lambda c: c.pop("categories"), "no category with keypoints"),
    ],
)
def test_labels_that_training_must_not_take_are_refused_in_one_line(three_joints, change, message):
    labels = three_joints([20, 20, 2, 30, 30, 2, 40, 40, 2])
    content = json.loads(labels.read_text())
    change(content)
    labels.write_text(json.dumps(content))
    with pytest.raises(SwahrError, match=message) as caught:
        load_training_data(config_of(labels))
    assert "\n" not in str(caught.value)


def test_several_categories_are_chosen_by_name(three_joints):
    labels = three_joints([20, 20, 2, 30, 30, 2, 40, 40, 2])
    content = json.loads(labels.read_text())
    content["categories"].append({"id": 8, "name": "dog", "keypoints": ["nose", "tail"]})
    labels.write_text(json.dumps(content))
    with pytest.raises(SwahrError, match="choose one of stick, dog, or all, or category="):
        load_training_data(config_of(labels))
    data = load_training_data(config_of({"labels": labels, "category": "stick"}))
    assert len(data.photos[0].joints) == 1
    with pytest.raises(SwahrError, match="no person with joints in the whole data set"):
        load_training_data(config_of({"labels": labels, "category": "dog"}))


def test_several_categories_are_taken_together_each_with_its_joints(three_joints):
    labels = three_joints([20, 20, 2, 30, 30, 2, 40, 40, 2])
    content = json.loads(labels.read_text())
    stick = content["categories"][0]
    shared = stick["keypoints"][0]
    dog = {
        "id": 8,
        "name": "dog",
        "keypoints": ["left_ear", shared, "right_ear"],
        "skeleton": [[1, 2], [2, 3]],
    }
    content["categories"].append(dog)
    content["annotations"].append(
        {**content["annotations"][0], "id": 77, "category_id": 8, "keypoints": [1, 2, 2, 3, 4, 1, 5, 6, 2]}
    )
    labels.write_text(json.dumps(content))
    data = load_training_data(config_of({"labels": labels, "category": "all"}))
    assert data.skeleton.joints == (*stick["keypoints"], "left_ear", "right_ear")
    assert (3, 4) in data.skeleton.flip_pairs
    assert {(3, 0), (0, 4)} <= set(data.skeleton.limbs)
    person, animal = data.photos[0].joints
    assert person[:, 2].tolist() == [2, 2, 2, 0, 0]
    assert animal[:, :2].tolist() == [[3, 4], [0, 0], [0, 0], [1, 2], [5, 6]]
    assert data.photos[0].unlabelled == ()


def test_a_source_is_a_path_or_says_what_it_lacks(figures):
    assert DataSource.model_validate("labels.json").labels is not None
    with pytest.raises(ValueError, match="give `labels`, or `images`"):
        DataSource.model_validate({"weight": 2})


def test_run_lengths_of_another_size_name_the_photo(figures):
    photo = load_training_data(config_of(figures / "keypoints.json")).photos[0]
    with pytest.raises(
        SwahrError, match=r"0\.png: has 50 x 40 pixels; the run lengths of its labels are for 96 x 72"
    ):
        photo.ignore_mask(40, 50)


def test_a_photo_that_is_no_image_is_named(tmp_path):
    (tmp_path / "0.png").write_bytes(b"no image")
    photo = load_training_data(config_of({"images": tmp_path})).photos[0]
    with pytest.raises(SwahrError, match="not an image that OpenCV reads, or cut off"):
        PhotoCache(1e9)(photo)


@pytest.mark.parametrize("flip", [0, 1])
def test_labels_of_one_side_alone_are_those_of_the_other_side_in_a_mirror(three_joints, flip):
    data = load_training_data(config_of(three_joints([20, 20, 2, 30, 30, 2, 0, 0, 0])))
    assert data.photos[0].unlabelled == (2,)
    augment = AugmentConfig(flip=flip, scale=(1, 1), rotation_deg=0, translation=0)
    loader = BatchLoader(data.photos, None, data.skeleton, 64, 1, augment, 0, PhotoCache(1e9))
    batch = collate(loader.plans(0), sigma=2.0)
    unseen = data.skeleton.flip_permutation[2] if flip else 2
    for joint in range(3):
        assert batch.masks[0][0, joint].any() == (joint != unseen)
        assert (batch.heatmaps[0][0, joint].max() > 0) == (joint != unseen)


def test_joints_that_a_data_set_does_not_label_are_masked_on_its_photos_alone(three_joints, figures):
    labels = three_joints([20, 20, 2, 30, 30, 2, 0, 0, 0])
    data = load_training_data(config_of(labels, {"images": figures / "images"}))
    for mosaic in (0, 1):
        loader = BatchLoader(
            data.photos, None, data.skeleton, 64, 7, AugmentConfig(mosaic=mosaic, flip=0), 0, PhotoCache(1e9)
        )
        plans = loader.plans(0)
        batch = collate(plans, sigma=2.0)
        assert any(piece.unlabelled for plan in plans.samples for piece in plan.pieces)
        for sample, plan in enumerate(plans.samples):
            for stage, stride in enumerate((4, 2)):
                mask = batch.masks[stage][sample].numpy()
                expected = np.ones(mask.shape[1:], bool)
                for piece in plan.pieces:
                    if piece.unlabelled:
                        x, y, side = (value // stride for value in (piece.x, piece.y, piece.side))
                        expected[y : y + side, x : x + side] = False
                np.testing.assert_array_equal(mask[2], expected)
                assert mask[:2].all()
