"""MPII's release: records within records, of which any may be empty, as MATLAB writes them."""

import numpy as np
import pytest
from scipy.io import savemat

from swahr.errors import SwahrError
from swahr.pose.other_skeletons import MPII_16
from swahr_training.config import DataSource
from swahr_training.data.sources import read_labels

EMPTY = np.zeros((0, 0))
NAME = "mpii_human_pose_v1_u12_1.mat"


def records(*each):
    """Return a MATLAB array of records, [1, N], which have all fields that one of them has."""
    fields = dict.fromkeys(name for record in each for name in record)
    made = np.zeros((1, len(each)), [(name, object) for name in fields])
    for number, record in enumerate(each):
        for name in fields:
            made[0, number][name] = record.get(name, EMPTY)
    return made


def point(number, visible=1.0):
    return {"x": 11.0 + number, "y": 21.0 + number, "id": float(number), "is_visible": visible}


def person(*points):
    # Of heads it is not said whether they are visible; of nobody's joints there is no record at all.
    joints = {"annopoints": records({"point": records(*points)})} if points else {}
    head = {"x1": 10.0, "y1": 5.0, "x2": 20.0, "y2": 15.0}
    return {**head, **joints, "scale": 0.2, "objpos": records({"x": 30.0, "y": 40.0})}


def photo(name, *people):
    return {"image": records({"name": name}), "annorect": records(*people) if people else EMPTY}


def write(path, *photos, trains):
    release = {"annolist": records(*photos), "img_train": np.asarray([trains], float), "version": "12"}
    savemat(path, {"RELEASE": records(release)}, do_compression=True)


@pytest.fixture
def release(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg", "b.jpg", "c.jpg", "test.jpg"))
    whole = [point(number, EMPTY if number in (8, 9) else float(number % 2)) for number in range(16)]
    write(
        tmp_path / NAME,
        photo("a.jpg", person(*whole), person()),
        photo("test.jpg", {"scale": 2.0, "objpos": records({"x": 3.0, "y": 4.0})}),
        photo("b.jpg", person(point(9))),
        photo("c.jpg"),
        trains=[1, 0, 1, 1],
    )
    return tmp_path


def test_the_people_to_train_on_are_read_from_pixel_0(release):
    for named in (release, release / NAME):
        labels = read_labels(DataSource(labels=named), "train")
        assert labels.skeleton == MPII_16
        assert [(each.path.name, len(each.people)) for each in labels.photos] == [
            ("a.jpg", 2),
            ("b.jpg", 1),
            ("c.jpg", 0),
        ]
        joints = labels.photos[0].people[0].joints
        assert joints[:, :2].tolist() == [[10 + n, 20 + n] for n in range(16)]
        assert joints[:, 2].tolist() == [1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 1, 2, 1, 2, 1, 2]
        assert labels.photos[1].people[0].joints[:, 2].nonzero()[0].tolist() == [9]


def test_people_lie_in_the_square_that_published_networks_are_cut_from_and_heads_have_a_size(release):
    labels = read_labels(DataSource(labels=release), "train")
    (someone,) = labels.photos[1].people
    # 200 pixels x 0.2 around (30, 40), from pixel 0, and 15 x 0.2 pixels below.
    assert someone.box == pytest.approx((9, 22, 40, 40))
    assert someone.head_size == pytest.approx(0.6 * np.hypot(10, 10))


def test_who_has_no_joints_is_left_out_of_the_loss_where_he_stands(release):
    someone = read_labels(DataSource(labels=release), "train").photos[0].people[1]
    assert someone.ignored
    assert someone.box == pytest.approx((9, 22, 40, 40))


def test_somebody_without_joints_and_scale_is_nowhere(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg",))
    lost = {"scale": EMPTY, "objpos": records({"x": 3.0, "y": 4.0})}
    write(tmp_path / NAME, photo("a.jpg", lost, person(point(2))), trains=[1])
    (read,) = read_labels(DataSource(labels=tmp_path), "train").photos
    assert len(read.people) == 1


def test_a_joint_that_there_is_not_is_refused_by_its_photo(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg",))
    write(tmp_path / NAME, photo("a.jpg", person(point(16))), trains=[1])
    with pytest.raises(SwahrError, match="photo 1 makes no sense"):
        read_labels(DataSource(labels=tmp_path), "train")


def test_another_matlab_file_is_refused_in_one_line(tmp_path):
    savemat(tmp_path / "a.mat", {"numbers": np.eye(2)})
    (tmp_path / "b.mat").write_bytes(b"MATLAB 5.0 MAT-file, and no more")
    for name, said in (
        ("a.mat", "expected MPII's record RELEASE"),
        ("b.mat", "no MATLAB file that can be read"),
    ):
        with pytest.raises(SwahrError, match=said) as refused:
            read_labels(DataSource(labels=tmp_path / name), "train")
        assert "\n" not in str(refused.value)
