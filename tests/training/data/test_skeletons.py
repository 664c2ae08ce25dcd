"""Skeletons from small YAML files."""

import json

import pytest

from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.data.skeletons import Additions, read_skeleton


def test_joints_may_be_named_or_counted(tmp_path):
    file = tmp_path / "stick.yaml"
    file.write_text(
        "joints: [head, left_hand, right_hand]\n"
        "limbs: [[head, left_hand], [0, 2]]\n"
        "flip_pairs: [[left_hand, 2]]\n"
        "matching_order: [head, 2, 1]\n"
        "sigmas: {head: 0.05, 2: 0.1}\n"
    )
    skeleton = read_skeleton(file)
    assert isinstance(skeleton, Skeleton)
    assert skeleton.name == "stick"
    assert skeleton.limbs == ((0, 1), (0, 2))
    assert skeleton.flip_pairs == ((1, 2),)
    assert skeleton.matching_order == (0, 2, 1)
    assert skeleton.sigmas == (0.05, 0.08, 0.1)


def test_names_of_left_and_right_are_pairs_by_themselves(tmp_path):
    file = tmp_path / "stick.yaml"
    file.write_text("joints: [head, left_hand, right_hand]\nsigmas: [0.1, 0.1, 0.1]\n")
    skeleton = read_skeleton(file)
    assert isinstance(skeleton, Skeleton)
    assert skeleton.flip_pairs == ((1, 2),)


def test_a_file_without_joints_adds_to_those_of_the_labels(tmp_path):
    file = tmp_path / "pairs.yaml"
    file.write_text("flip_pairs: [[lip, rip]]\nsigmas: {rip: 0.1}\n")
    added = read_skeleton(file)
    assert isinstance(added, Additions)
    theirs = Skeleton.from_dict({"name": "dog", "joints": ["nose", "lip", "rip"], "limbs": [[0, 1]]})
    whole = added.to(theirs)
    assert (whole.name, whole.joints, whole.limbs) == ("dog", theirs.joints, ((0, 1),))
    assert whole.flip_pairs == ((1, 2),)
    assert whole.sigmas == (0.08, 0.08, 0.1)
    with pytest.raises(SwahrError, match="no joint 'lip'; the joints are a, b"):
        added.to(Skeleton.from_joints(["a", "b"]))


def test_json_is_read_as_before(tmp_path):
    file = tmp_path / "coco.json"
    file.write_text(json.dumps(COCO_17.to_dict()))
    assert read_skeleton(file) == COCO_17


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("joints: [a, b]\nlimbs: [[a, c]]", "no joint 'c'; the joints are a, b"),
        ("joints: [a, b]\nlimbs: 3", "limbs: expected a list, got 3"),
        ("joints: [a, b, c]\nflip_pairs: [[a, b], [b, c]]", "name a joint twice"),
        ("joints: [a, b]\nsigmas: {7: 0.1}", "no joint 7"),
        ("joints: [a, b]\nflips: []", "unknown field flips"),
        ("joints: 5", "joints: expected a list of names, got 5"),
        ("- head", "expected a mapping with one of the fields name, joints"),
        (
            "joints: [\nlimbs: 3",
            r"no YAML: line 2, column 9: expected ',' or '\]', but got '<stream end>' \(while parsing a flow "
            r"sequence, which begins in line 1\)",
        ),
        ("joints: [a, a]", "must be given and differ"),
    ],
)
def test_what_does_not_fit_is_named_with_the_file(tmp_path, text, message):
    file = tmp_path / "stick.yaml"
    file.write_text(text)
    with pytest.raises(SwahrError, match=message) as caught:
        read_skeleton(file)
    assert str(file) in str(caught.value)
