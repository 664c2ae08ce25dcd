import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.pose.skeleton import AI_CHALLENGER_14, COCO_17, CROWDPOSE_14, Skeleton

KNOWN = (COCO_17, CROWDPOSE_14, AI_CHALLENGER_14)


def with_field(**changed):
    return Skeleton.from_dict({**COCO_17.to_dict(), **changed})


@pytest.mark.parametrize("skeleton", KNOWN, ids=lambda skeleton: skeleton.name)
class TestKnownSkeletons:
    def test_mirroring_twice_gives_every_joint_back(self, skeleton):
        order = skeleton.flip_permutation
        assert [order[order[joint]] for joint in range(skeleton.num_joints)] == list(
            range(skeleton.num_joints)
        )

    def test_mirroring_exchanges_left_and_right_in_the_names(self, skeleton):
        swap = {"left": "right", "right": "left"}
        for joint, name in enumerate(skeleton.joints):
            side, _, rest = name.partition("_")
            mirrored = f"{swap[side]}_{rest}" if side in swap else name
            assert skeleton.joints[skeleton.flip_permutation[joint]] == mirrored

    def test_limbs_connect_all_joints_into_one_body(self, skeleton):
        reached = {0}
        for _ in range(skeleton.num_joints):
            reached |= {b for a, b in skeleton.limbs if a in reached} | {
                a for a, b in skeleton.limbs if b in reached
            }
        assert reached == set(range(skeleton.num_joints))

    def test_limbs_are_mirror_images_of_limbs(self, skeleton):
        order = skeleton.flip_permutation
        limbs = {frozenset(limb) for limb in skeleton.limbs}
        assert {frozenset((order[a], order[b])) for a, b in limbs} == limbs

    def test_both_sides_have_like_sigmas(self, skeleton):
        for left, right in skeleton.flip_pairs:
            assert skeleton.sigmas[left] == pytest.approx(skeleton.sigmas[right], rel=0.5)

    def test_plain_data_gives_it_back(self, skeleton):
        assert Skeleton.from_dict(json.loads(json.dumps(skeleton.to_dict()))) == skeleton


def test_coco_sigmas_are_those_of_the_official_evaluation():
    per_cent = (2.6, 2.5, 2.5, 3.5, 3.5, 7.9, 7.9, 7.2, 7.2, 6.2, 6.2, 10.7, 10.7, 8.7, 8.7, 8.9, 8.9)
    assert COCO_17.sigmas == pytest.approx([value / 100 for value in per_cent])


def test_coco_joints_are_matched_from_head_to_feet():
    assert COCO_17.matching_order == (0, 1, 2, 3, 4, 5, 6, 11, 12, 7, 8, 9, 10, 13, 14, 15, 16)


class TestCocoCategory:
    def test_known_joints_give_the_known_skeleton(self):
        category = {"name": "person", "keypoints": list(COCO_17.joints), "skeleton": [[16, 14]]}
        assert Skeleton.from_coco_category(category) == COCO_17

    def test_own_joints_count_limbs_from_one(self):
        category = {
            "name": "hand",
            "keypoints": ["wrist", "left_tip", "right_tip"],
            "skeleton": [[1, 2], [1, 3]],
        }
        skeleton = Skeleton.from_coco_category(category)
        assert skeleton.limbs == ((0, 1), (0, 2))
        assert skeleton.flip_pairs == ((1, 2),)
        assert skeleton.matching_order == (0, 1, 2)

    @pytest.mark.parametrize(
        "names", [("left_eye", "right_eye"), ("l_eye", "r_eye"), ("eye_l", "eye_r"), ("LeftEye", "RightEye")]
    )
    def test_pairs_are_guessed_from_left_and_right_in_names(self, names):
        assert Skeleton.from_coco_category({"keypoints": ["tail", *names]}).flip_pairs == ((1, 2),)

    def test_given_pairs_win_over_guessed_ones(self):
        category = {"keypoints": ["left_eye", "right_eye"], "flip_pairs": []}
        assert Skeleton.from_coco_category(category).flip_pairs == ()

    def test_a_category_without_keypoints_is_refused(self):
        with pytest.raises(SwahrError, match="no keypoints"):
            Skeleton.from_coco_category({"name": "car"})


class TestJsonFile:
    @pytest.mark.parametrize(
        "content",
        [
            COCO_17.to_dict(),
            {"keypoints": list(COCO_17.joints)},
            {"images": [], "categories": [{"keypoints": list(COCO_17.joints)}]},
        ],
        ids=["own", "category", "coco file"],
    )
    def test_all_three_forms_are_read(self, tmp_path, content):
        file = tmp_path / "skeleton.json"
        file.write_text(json.dumps(content))
        assert Skeleton.from_json(file) == COCO_17

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "no json",
            "[]",
            "3",
            "{}",
            '{"keypoints": 3}',
            '{"joints": ["a"], "limbs": 5}',
            '{"keypoints": ["a", "b"], "skeleton": 7}',
            '{"keypoints": ["a", "b"], "skeleton": [[1, "x"]]}',
            '{"keypoints": ["a", "b"], "skeleton": [[1, 2, 3]]}',
            '{"keypoints": ["a", "b"], "skeleton": [[0, 2]]}',
            '{"categories": [1]}',
            '{"categories": {"a": 1}}',
        ],
    )
    def test_anything_else_is_refused_in_one_line_that_names_the_file(self, tmp_path, content):
        file = tmp_path / "skeleton.json"
        file.write_text(content)
        with pytest.raises(SwahrError, match=r"skeleton\.json") as refused:
            Skeleton.from_json(file)
        assert "\n" not in str(refused.value)

    def test_a_missing_file_is_refused(self, tmp_path):
        with pytest.raises(SwahrError, match="missing"):
            Skeleton.from_json(tmp_path / "missing.json")

    def test_a_binary_file_is_refused(self, tmp_path):
        file = tmp_path / "photo.jpg"
        file.write_bytes(b"\xff\xd8\xff\xe0")
        with pytest.raises(SwahrError, match=r"photo\.jpg"):
            Skeleton.from_json(file)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"joints": []}, "joints must be given"),
        ({"joints": ["nose", "nose"]}, "differ"),
        ({"limbs": [[0, 17]]}, "0 to 16"),
        ({"limbs": [[-1, 2]]}, "0 to 16"),
        ({"limbs": [[3, 3]]}, "two different joints"),
        ({"flip_pairs": [[1, 2], [2, 3]]}, "twice"),
        ({"flip_pairs": [[1, 99]]}, "0 to 16"),
        ({"matching_order": list(range(16))}, "once"),
        ({"matching_order": [0] * 17}, "once"),
        ({"sigmas": [0.1] * 16}, "17 positive sigmas"),
        ({"sigmas": [0.1] * 16 + [0]}, "positive"),
        ({"sigmas": [0.1] * 16 + [float("nan")]}, "positive"),
    ],
)
def test_contradictions_are_refused(changed, message):
    with pytest.raises(SwahrError, match=message):
        with_field(**changed)


@given(st.integers(1, 30), st.randoms(use_true_random=False))
def test_any_pairs_mirror_to_an_involution(num_joints, random):
    joints = list(range(num_joints))
    random.shuffle(joints)
    count = random.randint(0, num_joints // 2)
    pairs = [(joints[2 * i], joints[2 * i + 1]) for i in range(count)]
    skeleton = Skeleton.from_dict({"joints": [f"j{i}" for i in range(num_joints)], "flip_pairs": pairs})
    order = skeleton.flip_permutation
    assert [order[order[i]] for i in range(num_joints)] == list(range(num_joints))
    assert all(order[a] == b for a, b in pairs)
