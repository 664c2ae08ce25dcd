"""MOTChallenge's boxes: what is written is read back, by TrackEval too, and others' files are read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SettingError, UnreadableError
from swahr.formats import format_by_content, format_by_name, open_writer, read
from swahr.formats.contract import check_format, example
from swahr.formats.motchallenge import BOX, MARGIN
from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import COCO_17


@pytest.mark.parametrize("skeleton", [COCO_17, BOX])
def test_it_keeps_the_promises_of_a_format(tmp_path, skeleton):
    check_format("motchallenge", tmp_path, skeleton)


def test_lines_are_of_ten_numbers_and_everything_counts_from_1(tmp_path):
    builder = RecordingBuilder(BOX)
    builder.frame(0, 0.0)
    builder.person(0, [(10.5, 20, 0.5), (40, 20, 0.5), (40, 80, 0.5), (10.5, 80, 0.5)], 0.75, 3)
    builder.person(0, [(1, 2, 0.5), None, (3, 4, 0.5), None], 0.25, None)
    builder.build().save(tmp_path / "a_mot.txt")
    assert (tmp_path / "a_mot.txt").read_text() == (
        "1,4,11.50,21.00,29.50,60.00,0.7500,-1,-1,-1\n1,-1,2.00,3.00,2.00,2.00,0.2500,-1,-1,-1\n"
    )


def test_a_box_is_that_of_the_joints_with_a_margin(tmp_path):
    recording = example()
    recording.save(tmp_path / "a_mot.txt")
    again = read(tmp_path / "a_mot.txt")
    assert again.skeleton == BOX
    for frame, back in zip((one for one in recording if len(one.poses)), again, strict=True):
        joints = frame.poses.keypoints[..., :2]
        low, high = np.nanmin(joints, axis=1), np.nanmax(joints, axis=1)
        corners = back.poses.keypoints[..., :2]
        np.testing.assert_allclose(corners[:, 0], low - MARGIN * (high - low), atol=0.02)
        np.testing.assert_allclose(corners[:, 2], high + MARGIN * (high - low), atol=0.02)
        np.testing.assert_allclose(back.poses.scores, frame.poses.scores, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(
    boxes=st.dictionaries(
        st.tuples(st.integers(0, 400), st.integers(0, 5)),
        st.tuples(*[st.integers(-90_000, 90_000)] * 2, *[st.integers(0, 90_000)] * 2, st.integers(0, 10_000)),
        min_size=1,
        max_size=8,
    )
)
def test_any_boxes_come_back(tmp_path_factory, boxes):
    builder = RecordingBuilder(BOX)
    for (frame, person), (x, y, width, height, score) in sorted(boxes.items()):
        builder.frame(frame, frame / 25)
        ends = np.asarray([(x, y), (x + width, y), (x + width, y + height), (x, y + height)]) / 100
        sure = score / 10_000
        builder.person(frame, [(*end, sure) for end in ends.tolist()], sure, person)
    recording = builder.build()
    path = tmp_path_factory.mktemp("boxes") / "a_mot.txt"
    with open_writer("motchallenge", path, BOX, frame_rate=25.0) as writer:
        for frame in recording:
            writer.write(*frame)
    again = read(path, frame_rate=25)
    np.testing.assert_array_equal(again.frames, recording.frames)
    np.testing.assert_allclose(again.times, recording.times)
    np.testing.assert_array_equal(again.ids, recording.ids)
    np.testing.assert_allclose(again.keypoints, recording.keypoints, atol=0.012)


class TestTheFilesOfOthers:
    def read(self, folder, text):
        (folder / "a.txt").write_text(text)
        assert format_by_content(folder / "a.txt").name == "motchallenge"
        return read(folder / "a.txt")

    def test_ground_truth_and_detections(self, tmp_path):
        truth = self.read(tmp_path, "1,1,912,484,97,109,0,7,1\n2, 2, 593.5, 213, 0.5, 20, 1, 1, .4\n")
        assert truth.frames.tolist() == [0, 1]
        assert truth.ids.tolist() == [0, 1]
        assert truth.keypoints[0, 2, :2].tolist() == [911 + 97, 483 + 109]
        found = self.read(tmp_path, "1,-1,794.2,47.5,71.2,174.8,67.5,-1,-1,-1\n")
        assert found.ids is None
        assert found.scores.tolist() == [1]
        assert any("above 1" in note for note in found.notes)

    def test_counting_from_0_is_seen_and_said(self, tmp_path):
        recording = self.read(tmp_path, "0,0,5,6,7,8,1,-1,-1,-1\n3,1,5,6,7,8,1,-1,-1,-1\n")
        assert recording.frames.tolist() == [0, 3]
        assert recording.ids.tolist() == [0, 1]
        assert sum("count from 0" in note for note in recording.notes) == 2

    @pytest.mark.parametrize(
        "line", ["1,2,3,4,5", "1.5,1,1,1,1,1,1", "1,1,1,1,-1,1,1", "1,1,1,x,1,1,1", "-4,1,1,1,1,1"]
    )
    def test_what_is_no_box_is_refused_with_its_line(self, tmp_path, line):
        (tmp_path / "a_mot.txt").write_text(f"1,1,1,1,1,1,1\n{line}\n")
        with pytest.raises(UnreadableError, match=r"line 2|counted from 0"):
            read(tmp_path / "a_mot.txt")

    def test_an_opensim_motion_is_none_and_neither_is_a_skeleton_to_be_had(self, tmp_path):
        assert format_by_name("a_mot.txt").name == "motchallenge"
        (tmp_path / "a_mot.txt").write_text("1,1,1,1,1,1,1\n")
        with pytest.raises(SettingError, match="boxes alone, and no joints of coco-17"):
            read(tmp_path / "a_mot.txt", skeleton=COCO_17)


def test_trackeval_reads_it_and_finds_it_perfect(tmp_path):
    trackeval = pytest.importorskip("trackeval")
    sequence = tmp_path / "truth" / "walk"
    (sequence / "gt").mkdir(parents=True)
    (tmp_path / "found" / "swahr" / "data").mkdir(parents=True)
    written = tmp_path / "found" / "swahr" / "data" / "walk.txt"
    example().save(written, "motchallenge")
    lines = [line.split(",") for line in written.read_text().splitlines()]
    truth = "".join(",".join([*line[:6], "1", "1", "1"]) + "\n" for line in lines)
    (sequence / "gt" / "gt.txt").write_text(truth)
    data = trackeval.datasets.MotChallenge2DBox(
        {
            "GT_FOLDER": str(tmp_path / "truth"),
            "TRACKERS_FOLDER": str(tmp_path / "found"),
            "SKIP_SPLIT_FOL": True,
            "SEQ_INFO": {"walk": 5},
            "DO_PREPROC": False,
            "PRINT_CONFIG": False,
        }
    )
    quiet = {"PRINT_CONFIG": False}
    raw = data.get_raw_seq_data("swahr", "walk")
    ready = data.get_preprocessed_seq_data(raw, "pedestrian")
    assert ready["num_tracker_dets"] == len(lines) == 6
    assert trackeval.metrics.Identity(quiet).eval_sequence(ready)["IDF1"] == 1
    assert trackeval.metrics.HOTA().eval_sequence(ready)["HOTA"].mean() == pytest.approx(1)
