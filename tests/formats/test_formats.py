"""What holds for all formats: what is written is read back, and a killed run goes on as if it had not been."""

import json
import os
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import ResumeError, SwahrError
from swahr.formats import FORMATS, format_by_content, format_by_name, open_writer, read
from swahr.formats.contract import check_format
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, COCO_FEET_23, CROWDPOSE_14, HALPE_26, Skeleton

# test_motchallenge.py has the one of boxes.
NAMES = [known.name for known in FORMATS if "joints" not in known.lacks]
WITHOUT_TIMES = [known.name for known in FORMATS if "times" in known.lacks]
# A TRC has a row for each frame of a person, and so the frames between.
DROPPING_EMPTY = [known.name for known in FORMATS if "empty frames" in known.lacks and known.name != "trc"]

# Their readers count rows, so that a frame that was not looked at has one.
COUNTING_ROWS = ("c3d", "dlc", "dlc_h5", "nwb", "sleap_h5", "trc")


def content(path):
    """Return all bytes of a file, or of a folder by name; what is in it where libraries write the time into files."""
    if not format_by_name(path).same_bytes:
        return read(path)
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.iterdir())}
    return path.read_bytes()


@pytest.mark.parametrize("name", NAMES)
class TestEveryFormat:
    def test_it_keeps_the_promises_of_a_format(self, tmp_path, name):
        check_format(name, tmp_path)

    def test_feet_come_back_without_saying_which_joints_there_are(self, written, films, name):
        film = films.make(skeleton=COCO_FEET_23)
        recording = read(written(name, film, skeleton=COCO_FEET_23))
        assert recording.skeleton == COCO_FEET_23
        first = recording[0].poses
        rows = [first.ids.tolist().index(person) for person in film[0][2].ids]
        expected = film[0][2].keypoints[..., :2]
        np.testing.assert_allclose(first.keypoints[rows][..., :2], expected, atol=0.006)

    def test_people_come_back_with_their_places_scores_and_ids(self, written, film, name):
        recording = read(written(name, film))
        found = {frame: poses for frame, _, poses in recording}
        for frame, _, poses in film:
            people = found.get(frame)
            if poses is None or not len(poses):
                assert people is None or not len(people)
                continue
            order = {int(person): place for place, person in enumerate(people.ids)}
            rows = [order[int(person)] for person in poses.ids]
            expected = poses.keypoints.copy()
            if name in ("c3d", "trc"):
                expected[:, :, 2] = np.where(expected[:, :, 2] > 0, 1, 0)
            np.testing.assert_allclose(people.keypoints[rows], expected, atol=0.006)
            if not {"scores", "person scores"} & {*FORMATS.find(name).lacks}:
                np.testing.assert_allclose(people.scores[rows], poses.scores, atol=1e-4)

    def test_frames_keep_their_numbers_and_empty_ones_stay_where_there_is_a_place(self, written, film, name):
        recording = read(written(name, film))
        expected = [0, 3, 5] if name in DROPPING_EMPTY else [0, 1, 2, 3, 5]
        if name in COUNTING_ROWS:
            expected = [0, 1, 2, 3, 4, 5]
        assert recording.frames.tolist() == expected
        if name not in WITHOUT_TIMES:
            np.testing.assert_allclose(recording.times, np.asarray(expected) / 25)
        else:
            assert np.isnan(recording.times).all()
            by_rate = read(written(name, film), frame_rate=50)
            np.testing.assert_allclose(by_rate.times, np.asarray(expected) / 50)

    def test_x_comes_before_y_and_scores_are_at_most_1(self, written, film, name):
        keypoints = read(written(name, film)).keypoints
        found = np.isfinite(keypoints[:, :, 0])
        assert ((keypoints[:, :, 0] < 350) | ~found).all()
        assert ((keypoints[:, :, 1] > 350) | ~found).all()
        assert keypoints[:, :, 2].min() >= 0
        assert keypoints[:, :, 2].max() <= 1

    @pytest.mark.parametrize("killed_after", [0, 2, 5])
    def test_a_killed_run_goes_on_byte_for_byte(self, tmp_path, written, film, name, killed_after):
        whole = written(name, film)
        path = tmp_path / "again" / whole.name
        path.parent.mkdir()
        settings = {"frame_rate": 25.0, "size_wh": (640, 720)}
        first = open_writer(name, path, COCO_17, **settings)
        for frame in film[:killed_after]:
            first.write(*frame)
        first.flush()
        state = json.loads(json.dumps(first.state()))
        for frame in film[
            killed_after : killed_after + 2
        ]:  # written, but after the last entry of the journal
            first.write(*frame)
        if hasattr(first, "_file"):
            first._file.write(b"half a li")
            first._file.close()
        with open_writer(name, path, COCO_17, **settings, resume=state) as second:
            for frame in film[killed_after:]:
                second.write(*frame)
        assert content(path) == content(whole)
        assert [file.name for file in path.parent.iterdir()] == [path.name]

    def test_closing_can_be_repeated_after_a_crash_in_it(self, tmp_path, written, film, name):
        whole = written(name, film)
        path = tmp_path / "again" / whole.name
        path.parent.mkdir()
        settings = {"frame_rate": 25.0, "size_wh": (640, 720)}
        writer = open_writer(name, path, COCO_17, **settings)
        for frame in film:
            writer.write(*frame)
        writer.flush()
        state = writer.state()
        kept = tmp_path / "kept"
        (shutil.copytree if writer.partial.is_dir() else shutil.copy)(writer.partial, kept)
        writer.close()
        kept.rename(writer.partial)  # as if it had been killed before the partial file went
        open_writer(name, path, COCO_17, **settings, resume=state).close()
        assert content(path) == content(whole)
        assert not writer.partial.exists()

    def test_a_partial_file_that_is_gone_cannot_be_resumed(self, tmp_path, written, film, name):
        state = {"bytes": 100, "frames": 2, "people": 1, "last_frame": 3}
        with pytest.raises(SwahrError):
            open_writer(name, tmp_path / "x", COCO_17, frame_rate=25.0, size_wh=(1, 1), resume=state)

    def test_nobody_at_all_is_a_good_file(self, written, name):
        path = written(
            name, [(0, 0.0, None), (1, 0.04, Poses(np.zeros((0, 17, 3), np.float32), np.zeros(0), COCO_17))]
        )
        assert path.exists()
        if name == "jsonl":
            assert len(read(path, skeleton=COCO_17)) == 2
        elif name != "trc":
            assert len(read(path).scores) == 0

    def test_an_error_keeps_what_was_written_under_the_partial_name(self, tmp_path, film, name):
        path = tmp_path / f"a{FORMATS.find(name).suffix}"

        def write_and_fail():
            with open_writer(name, path, COCO_17, frame_rate=25.0, size_wh=(1, 1)) as writer:
                writer.write(*film[0])
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_and_fail()
        assert [file.name for file in tmp_path.iterdir()] == [path.name + ".part"]

    def test_the_format_is_known_by_name_and_by_content(self, written, film, name):
        path = written(name, film)
        assert format_by_name(path).name == name
        assert format_by_content(path).name == name

    def test_people_who_were_not_followed_are_all_there(self, written, films, name):
        recording = read(written(name, films.make(tracked=False)))
        assert len(recording.scores) == 6
        if name in ("jsonl", "coco", "openpose", "sleap"):
            assert recording.ids is None

    def test_a_folder_that_is_not_there_is_said(self, tmp_path, name):
        with pytest.raises(SwahrError, match=r"could not be written.*No such file"):
            open_writer(name, tmp_path / "none" / "a", COCO_17, frame_rate=25.0, size_wh=(1, 1))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("name", ["csv", "jsonl", "coco", "sleap", "dlc"])
def test_a_full_disk_is_said(tmp_path, film, name):
    (tmp_path / "a.part").symlink_to("/dev/full")

    def write_all():
        with open_writer(name, tmp_path / "a", COCO_17, frame_rate=25.0, size_wh=(1, 1)) as writer:
            for frame in film:
                writer.write(*frame)

    with pytest.raises(SwahrError, match="No space left on device"):
        write_all()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("openpose", "trc")])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 4))
def test_any_people_are_read_back(tmp_path_factory, films, name, seed, count):
    skeleton = CROWDPOSE_14
    path = tmp_path_factory.mktemp("any") / f"a{FORMATS.find(name).suffix}"
    poses = films.poses(list(range(count)), seed, skeleton)
    with open_writer(name, path, skeleton, frame_rate=30.0, size_wh=(1, 1)) as writer:
        writer.write(7, 0.25, poses)
    recording = read(path, skeleton=skeleton)
    assert len(recording.scores) == count
    kept = 2 if "scores" in FORMATS.find(name).lacks else 3
    np.testing.assert_allclose(recording.keypoints[..., :kept], poses.keypoints[..., :kept], atol=0.006)
    assert recording.skeleton == skeleton


class TestWhatIsRefused:
    def test_an_unknown_format(self, tmp_path):
        with pytest.raises(SwahrError, match=r"format is 'xls'; expected one of .*coco, .*csv"):
            open_writer("xls", tmp_path / "a", COCO_17, frame_rate=25.0, size_wh=(1, 1))
        with pytest.raises(SwahrError, match="tells no format"):
            format_by_name("a.xls")

    def test_joints_that_openpose_has_no_place_for(self, tmp_path):
        with pytest.raises(SwahrError, match="no place for head"):
            open_writer("openpose", tmp_path / "a", CROWDPOSE_14, frame_rate=25.0, size_wh=(1, 1))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("nonsense\n", "none of the formats"),
            ("", "none of the formats"),
            ("frame,x\n", "header begins with"),
            ("frame,time_s,person_id,score,nose_x,nose_y\n", "must be x, y and score"),
            ("frame,time_s,person_id,score,a_x,a_y,a_score\n0,0,x,1,1,1,1\n", "line 2: not a row"),
            ("frame,time_s,person_id,score,a_x,a_y,a_score\n-1,0,0,1,1,1,1\n", "counted from 0"),
            ('{"frame": 0}\n', "line 1: not a frame"),
            ('[{"image_id": 1}]', "not a list of COCO keypoint results"),
            ('[{"image_id": 1, "keypoints": [1, 2, 1]}]', "skeleton=\\.\\.\\."),
            ("scorer,a\nbodyparts,b\ncoords,z\n", "DeepLabCut's header rows"),
            ("track,frame_idx,instance.score,a.x,a.score\n", "header begins with"),
            ("PathFileType 4\n", "five header lines"),
        ],
    )
    def test_files_that_are_none(self, tmp_path, text, message):
        path = tmp_path / "a"
        path.write_text(text)
        with pytest.raises(SwahrError, match=message):
            read(path)

    def test_what_is_not_there(self, tmp_path):
        with pytest.raises(SwahrError, match="No such file"):
            read(tmp_path / "none.csv")

    def test_a_folder_with_other_files_is_not_replaced(self, tmp_path):
        (tmp_path / "a_openpose").mkdir()
        (tmp_path / "a_openpose" / "diary.txt").write_text("dear")
        with pytest.raises(SwahrError, match=r"holds other files, such as diary\.txt"):
            open_writer("openpose", tmp_path / "a_openpose", COCO_17, frame_rate=25.0, size_wh=(1, 1))


class TestTraps:
    def test_scores_above_1_are_clipped_and_it_is_said(self, tmp_path):
        (tmp_path / "a.csv").write_text("track,frame_idx,instance.score,a.x,a.y,a.score\n,0,3.5,1,2,1.75\n")
        recording = read(tmp_path / "a.csv")
        assert recording.scores.tolist() == [1]
        assert recording.keypoints[0, 0].tolist() == [1, 2, 1]
        assert any("above 1" in note for note in recording.notes)

    def test_joints_of_any_names_keep_theirs(self, written, films):
        skeleton = Skeleton.from_dict({"name": "mouse", "joints": ["snout", "left_ear", "right_ear", "tail"]})
        for name in ("csv", "jsonl", "dlc", "sleap", "trc"):
            recording = read(written(name, films.make(skeleton=skeleton), skeleton=skeleton))
            assert recording.skeleton.joints == skeleton.joints

    def test_the_openpose_neck_is_between_the_shoulders(self, written, film):
        folder = written("openpose", film)
        names = sorted(file.name for file in folder.iterdir())
        assert names[0] == "a_000000000000_keypoints.json"
        person = json.loads((folder / names[0]).read_text())["people"][0]
        values = np.asarray(person["pose_keypoints_2d"]).reshape(18, 3)
        np.testing.assert_allclose(values[1, :2], (values[2, :2] + values[5, :2]) / 2, atol=0.011)
        assert json.loads((folder / names[1]).read_text())["people"] == []
        np.testing.assert_allclose(values[0], film[0][2].keypoints[0, 0], atol=0.006)  # the nose
        np.testing.assert_allclose(values[2], film[0][2].keypoints[0, 6], atol=0.006)  # the right shoulder

    def test_with_feet_openpose_has_the_order_of_body_25(self, written, films):
        film = films.make(skeleton=COCO_FEET_23)
        folder = written("openpose", film, skeleton=COCO_FEET_23)
        person = json.loads(min(folder.iterdir()).read_text())["people"][0]
        values = np.asarray(person["pose_keypoints_2d"]).reshape(25, 3)
        joints = film[0][2][0]
        for place, name in ((9, "right_hip"), (19, "left_big_toe"), (21, "left_heel"), (24, "right_heel")):
            np.testing.assert_allclose(values[place], joints[name], atol=0.006)
        np.testing.assert_allclose(values[8, :2], (values[9, :2] + values[12, :2]) / 2, atol=0.011)

    def test_openpose_files_of_two_orders_are_not_mixed(self, written, films, film):
        folder = written("openpose", films.make(skeleton=COCO_FEET_23), skeleton=COCO_FEET_23)
        file = max(folder.iterdir())
        entry = {"person_id": [-1], "pose_keypoints_2d": [1.0] * 54}
        file.write_text(json.dumps({"version": 1.3, "people": [entry]}))
        with pytest.raises(SwahrError, match="people of 18, 25 joints"):
            read(folder)

    def test_coco_results_of_26_joints_are_halpes(self, tmp_path):
        entry = {"image_id": 3, "category_id": 1, "keypoints": [1.0] * 78, "score": 0.5}
        (tmp_path / "a.json").write_text(json.dumps([entry]))
        assert read(tmp_path / "a.json").skeleton == HALPE_26

    def test_one_animal_has_three_header_rows_and_several_four(self, written, film):
        several = written("dlc", film).read_text().splitlines()
        assert [line.split(",")[0] for line in several[:5]] == [
            "scorer",
            "individuals",
            "bodyparts",
            "coords",
            "0",
        ]
        alone = [(frame, time, poses) for frame, time, poses in film if poses is not None and len(poses) == 1]
        one = written("dlc", alone, single=True).read_text().splitlines()
        assert [line.split(",")[0] for line in one[:4]] == ["scorer", "bodyparts", "coords", "0"]
        assert one[-1].startswith("5,")
        with pytest.raises(SwahrError, match="people, and one fits; person="):
            written("dlc", film, single=True)


@pytest.mark.parametrize("name", [name for name in NAMES if FORMATS.find(name).two_pass])
def test_a_partial_file_that_was_changed_ends_in_one_line(tmp_path, film, name):
    for number, line in enumerate((b"{", b"[]", b'{"frame":1}', b"9" * 5000, b"[" * 5000, b"\xff")):
        path = tmp_path / f"{number}{FORMATS.find(name).suffix}"
        writer = open_writer(name, path, COCO_17, frame_rate=25.0, size_wh=(640, 720))
        writer.write(*film[0])
        writer.flush()
        state = writer.state()
        writer.abandon()
        content = writer.partial.read_bytes()
        writer.partial.write_bytes(line.ljust(len(content) - 1)[: len(content) - 1] + b"\n")
        state["bytes"] = writer.partial.stat().st_size
        again = open_writer(name, path, COCO_17, frame_rate=25.0, size_wh=(640, 720), resume=state)
        with pytest.raises(ResumeError, match="line 1, is damaged"):
            again.close()
        assert not path.exists()
