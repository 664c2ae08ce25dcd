import csv
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import swahr
from swahr.errors import SwahrError
from swahr.formats.csv import CsvWriter
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, Skeleton

SKELETON = Skeleton.from_dict({"name": "arm", "joints": ["shoulder", "elbow"], "limbs": [[0, 1]]})


def poses(*people, scores=None, skeleton=SKELETON):
    keypoints = np.asarray(people, np.float32).reshape(-1, skeleton.num_joints, 3)
    scores = np.ones(len(keypoints)) if scores is None else scores
    return Poses(keypoints, np.asarray(scores, np.float32), skeleton)


def read(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


PERSON = [[1.5, 2.25, 0.75], [3.0, 4.0, 0.5]]
MISSING_ELBOW = [[10, 20, 1], [np.nan, np.nan, 0]]


class TestRows:
    def test_the_header_names_frame_time_person_and_joints(self, tmp_path):
        with CsvWriter(tmp_path / "a.csv", COCO_17) as writer:
            writer.write_row((0, "0.000000"), None)
        header = read(tmp_path / "a.csv")[0]
        assert header[:7] == ["frame", "time_s", "person_id", "score", "nose_x", "nose_y", "nose_score"]
        assert header[-1] == "right_ankle_score"
        assert len(header) == 4 + 3 * 17

    def test_one_row_a_person_with_ids_from_0_in_each_frame(self, tmp_path):
        with CsvWriter(tmp_path / "a.csv", SKELETON) as writer:
            writer.write_row((0, "0.000000"), poses(PERSON, MISSING_ELBOW, scores=[0.9, 0.125]))
            writer.write_row((1, "0.040000"), poses(PERSON))
        assert read(tmp_path / "a.csv")[1:] == [
            ["0", "0.000000", "0", "0.9000", "1.50", "2.25", "0.7500", "3.00", "4.00", "0.5000"],
            ["0", "0.000000", "1", "0.1250", "10.00", "20.00", "1.0000", "", "", ""],
            ["1", "0.040000", "0", "1.0000", "1.50", "2.25", "0.7500", "3.00", "4.00", "0.5000"],
        ]

    @pytest.mark.parametrize("nobody", [None, poses()], ids=["unreadable", "empty"])
    def test_a_frame_without_people_keeps_a_row_of_empty_cells(self, tmp_path, nobody):
        with CsvWriter(tmp_path / "a.csv", SKELETON) as writer:
            writer.write_row((7, "0.280000"), nobody)
        assert read(tmp_path / "a.csv")[1:] == [["7", "0.280000", *[""] * 8]]

    def test_empty_frames_can_be_left_out(self, tmp_path):
        with CsvWriter(tmp_path / "a.csv", SKELETON, keep_empty=False) as writer:
            writer.write_row((0, ""), poses())
            writer.write_row((1, ""), poses(PERSON))
            writer.write_row((2, ""), None)
        assert [row[0] for row in read(tmp_path / "a.csv")[1:]] == ["1"]

    def test_other_key_columns_lead_the_row_and_are_quoted_where_needed(self, tmp_path):
        with CsvWriter(tmp_path / "a.csv", SKELETON, key_columns=("file", "frame")) as writer:
            writer.write_row(('a, "b".png', 0), poses(PERSON))
        rows = read(tmp_path / "a.csv")
        assert rows[0][:3] == ["file", "frame", "person_id"]
        assert rows[1][:3] == ['a, "b".png', "0", "0"]

    @settings(max_examples=30, deadline=None)
    @given(
        hnp.arrays(
            np.float32,
            st.tuples(st.integers(0, 4), st.just(2), st.just(3)),
            elements=st.floats(0, 1, width=32),
        ),
        st.floats(-5000, 5000, width=32),
    )
    def test_what_is_written_is_what_was_found(self, tmp_path_factory, keypoints, shift):
        keypoints[:, :, :2] = keypoints[:, :, :2] * 4000 + shift
        path = tmp_path_factory.mktemp("csv") / "a.csv"
        with CsvWriter(path, SKELETON) as writer:
            writer.write_row((0, ""), poses(keypoints))
        rows = read(path)[1:]
        assert len(rows) == max(1, len(keypoints))
        for row, person in zip(rows, keypoints, strict=len(keypoints) > 0):
            found = np.asarray(row[4:], float).reshape(2, 3)
            np.testing.assert_allclose(found[:, :2], person[:, :2], atol=0.006)
            np.testing.assert_allclose(found[:, 2], person[:, 2], atol=6e-5)


class TestFiles:
    def test_rows_are_in_the_partial_file_as_soon_as_they_are_written(self, tmp_path):
        writer = CsvWriter(tmp_path / "a.csv", SKELETON)
        writer.write_row((0, ""), poses(PERSON))
        assert len(read(tmp_path / "a.csv.part")) == 2
        assert not (tmp_path / "a.csv").exists()
        writer.close()
        assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]

    def test_an_old_file_stays_until_the_new_one_is_whole(self, tmp_path):
        (tmp_path / "a.csv").write_text("old")
        with CsvWriter(tmp_path / "a.csv", SKELETON) as writer:
            writer.write_row((0, ""), poses(PERSON))
            assert (tmp_path / "a.csv").read_text() == "old"
        assert len(read(tmp_path / "a.csv")) == 2

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
    def test_an_error_keeps_the_rows_under_the_partial_name(self, tmp_path, error):
        def write_a_row_and_fail():
            with CsvWriter(tmp_path / "a.csv", SKELETON) as writer:
                writer.write_row((0, ""), poses(PERSON))
                raise error

        with pytest.raises(error):
            write_a_row_and_fail()
        assert [file.name for file in tmp_path.iterdir()] == ["a.csv.part"]
        assert len(read(tmp_path / "a.csv.part")) == 2

    def test_an_error_before_the_first_row_leaves_nothing(self, tmp_path):
        with pytest.raises(ValueError, match="early"), CsvWriter(tmp_path / "a.csv", SKELETON):
            raise ValueError("early")
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there_is_said(self, tmp_path):
        with pytest.raises(SwahrError, match=r"none/a\.csv.*No such file or directory"):
            CsvWriter(tmp_path / "none" / "a.csv", SKELETON)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
    def test_a_full_disk_is_said(self, tmp_path):
        (tmp_path / "a.csv.part").symlink_to("/dev/full")
        with pytest.raises(SwahrError, match=r"a\.csv.*No space left on device"):
            CsvWriter(tmp_path / "a.csv", SKELETON)
        assert list(tmp_path.iterdir()) == []


class TestUncertainty:
    COVARIANCE = np.asarray([[[[4, 1], [1, 9]], [[0.25, 0], [0, 0.16]]]], np.float32)

    def sure(self, *people):
        found = poses(*people)
        return Poses(found.keypoints, found.scores, found.skeleton, covariance=self.COVARIANCE)

    def test_three_columns_a_joint_are_added_on_request(self, tmp_path):
        with CsvWriter(tmp_path / "a.csv", SKELETON, uncertainty=True) as writer:
            writer.write(0, 0.0, self.sure(PERSON))
            writer.write(1, 0.1, poses(PERSON))
            writer.write(2, 0.2, None)
        header, sure, unknown, nobody = read(tmp_path / "a.csv")
        assert header[7:10] == ["shoulder_sigma_x", "shoulder_sigma_y", "shoulder_rho"]
        assert sure[7:10] == ["2.0", "3.0", "0.167"]
        assert sure[-3:] == ["0.5", "0.4", "0.0"]
        assert unknown[7:10] == ["", "", ""]
        assert nobody == ["2", "0.200000", *[""] * 14]

    @pytest.mark.parametrize("ending", ["csv", "jsonl"])
    def test_it_is_read_again_and_kept(self, tmp_path, ending):
        recording = Recording.from_frames([(0, 0.0, self.sure(PERSON)), (1, 0.1, None)])
        recording.save(tmp_path / f"a.{ending}")
        again = swahr.read(tmp_path / f"a.{ending}", skeleton=SKELETON)
        np.testing.assert_allclose(again.covariance, recording.covariance, atol=0.02)
        again.save(tmp_path / f"b.{ending}")
        assert (tmp_path / f"b.{ending}").read_bytes() == (tmp_path / f"a.{ending}").read_bytes()

    def test_other_formats_leave_it_out(self, tmp_path):
        Recording.from_frames([(0, 0.0, self.sure(PERSON))]).save(tmp_path / "a_sleap.csv")
        assert swahr.read(tmp_path / "a_sleap.csv", skeleton=SKELETON).covariance is None
