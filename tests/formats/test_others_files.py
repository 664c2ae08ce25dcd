"""Files as other programs and people write them, and what a conversion keeps of them."""

import json
from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.formats import FORMATS, open_writer, read
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import EventMark
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, Skeleton

METRIC = """PathFileType\t4\t(X/Y/Z)\tsp2d.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
60\t60\t2\t2\tm\t60\t0\t2
Frame#\tTime\tHip\t\t\tRKnee\t\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2
0\t0.00000\t0.6130\t0.4627\t1.3015\t0.5294\t1.7246\t0.5413
1\t0.01667\t1.7908\t0.3400\t0.2996\t0.2438\t0.1529\t1.0685
"""
NOSE = Skeleton.from_joints(["nose"])


def one_person(frames, times, skeleton=NOSE):
    """Make a recording of a nose that moves by 10 pixels a frame."""
    builder = RecordingBuilder(skeleton)
    for frame, time_s in zip(frames, times, strict=True):
        builder.frame(frame, time_s)
        builder.person(frame, [(100.0 + 10 * frame, 50.25, 0.5)], 0.5, 0)
    return builder.build()


class TestTables:
    def test_scores_may_come_before_places(self, tmp_path):
        (tmp_path / "a.csv").write_text(
            "track,frame_idx,instance.score,nose.score,nose.x,nose.y\nmouse,0,0.85,0.9,10.0,20.0\n"
        )
        assert read(tmp_path / "a.csv").keypoints[0, 0].tolist() == pytest.approx([10, 20, 0.9])

    @pytest.mark.parametrize("name", ["csv", "sleap", "dlc"])
    def test_spreadsheets_end_in_blank_lines(self, written, film, name):
        path = written(name, film)
        expected = read(path)
        lines = path.read_text().splitlines()
        blank = "," * lines[-1].count(",")
        path.write_bytes("\r\n".join([*lines, blank, "", ""]).encode())
        assert read(path) == expected

    def test_ids_beyond_32_bits_are_counted_anew_and_it_is_said(self, tmp_path):
        entries = [
            {"image_id": 1, "category_id": 1, "keypoints": [5, 6, 0.9] * 17, "score": 0.9, "track_id": number}
            for number in (5_000_000_000, 7, 5_000_000_001)
        ]
        (tmp_path / "a.json").write_text(json.dumps(entries))
        recording = read(tmp_path / "a.json")
        assert recording.ids.tolist() == [1, 0, 2]
        assert any("5000000001" in note for note in recording.notes)

    def test_each_n_th_frame_is_at_its_row_where_readers_count_rows(self, tmp_path):
        recording = one_person(range(0, 120, 4), [frame / 25 for frame in range(0, 120, 4)])
        recording.save(tmp_path / "a_dlc.csv")
        rows = [line.split(",") for line in (tmp_path / "a_dlc.csv").read_text().splitlines()[4:]]
        assert [int(row[0]) for row in rows] == list(range(117))
        assert [row[0] for row in rows if row[1]] == [str(frame) for frame in range(0, 120, 4)]
        recording.save(tmp_path / "a_trc")
        lines = (tmp_path / "a_trc" / "a_person0.trc").read_text().splitlines()
        assert lines[2].split("\t")[0] == "6.25"
        assert len(lines) == 5 + 30


class TestDigits:
    def test_metres_keep_theirs_and_their_unit(self, tmp_path):
        (tmp_path / "a.trc").write_text(METRIC)
        recording = read(tmp_path / "a.trc")
        assert recording.unit == "m"
        assert any("z, is left out" in note for note in recording.notes)
        recording.save(tmp_path / "b.trc")
        lines = [line.split("\t") for line in (tmp_path / "b.trc").read_text().splitlines()]
        assert dict(zip(lines[1], lines[2], strict=True))["Units"] == "m"
        assert lines[3][2] == "Hip"
        assert lines[5][2:8] == ["0.6130", "0.4627", "0.0000", "0.5294", "1.7246", "0.0000"]

    def test_what_has_no_place_for_metres_says_so(self, tmp_path, call):
        (tmp_path / "a.trc").write_text(METRIC)
        result = call("convert", tmp_path / "a.trc", tmp_path / "b.csv")
        assert "csv has no place for units" in result.errors
        assert "0.6130" in (tmp_path / "b.csv").read_text()

    def test_what_was_not_there_is_not_made_up(self, tmp_path):
        (tmp_path / "a.csv").write_text(
            "frame,time_s,person_id,score,nose_x,nose_y,nose_score\n0,0,0,0.5,12,7,0.5\n"
        )
        read(tmp_path / "a.csv").save(tmp_path / "b.csv")
        assert (tmp_path / "b.csv").read_text().splitlines()[1] == "0,0.000000,0,0.5000,12,7,0.5000"

    def test_more_than_single_precision_has_is_not_kept_and_it_is_said(self, tmp_path):
        (tmp_path / "a.csv").write_text(
            "frame,time_s,person_id,score,nose_x,nose_y,nose_score\n0,0,0,0.5,1900.123456,7,0.5\n"
        )
        recording = read(tmp_path / "a.csv")
        assert any("6 or more decimals; 3 are kept" in note for note in recording.notes)
        recording.save(tmp_path / "b.csv")
        assert "1900.123," in (tmp_path / "b.csv").read_text()


class TestTimes:
    def test_none_are_made_up(self, written, film, tmp_path, refuses, call, clips):
        path = written("openpose", film)
        assert "give --fps or give --video" in refuses("convert", path, tmp_path / "a_trc")
        assert call("convert", path, tmp_path / "a_trc", "--fps", 60).code == 0
        assert read(tmp_path / "a_trc").times.tolist() == pytest.approx(np.arange(6) / 60, abs=1e-5)
        times = [0.0, 0.04, 0.1, 0.2, 0.21, 0.5]
        clip = clips.make(tmp_path / "in.mkv", 6, times=times)
        assert call("convert", path, tmp_path / "a.csv", "--video", clip).code == 0
        assert read(tmp_path / "a.csv").times.tolist() == pytest.approx([times[k] for k in (0, 1, 2, 3, 5)])
        short = clips.make(tmp_path / "short.mkv", 3)
        assert "another video?" in refuses("convert", path, tmp_path / "b.csv", "--video", short)

    def test_uneven_ones_are_brought_to_the_rate_of_a_trc_and_it_is_said(self, tmp_path, call):
        times = [0.0, 0.1, 0.25, 0.3, 0.4, 0.45, 0.6]
        builder = RecordingBuilder(NOSE)
        for frame, time_s in enumerate(times):
            builder.frame(frame, time_s)
            builder.person(frame, [(100 * time_s, 50.0, 0.5)], 0.5, 0)
        builder.build().save(tmp_path / "a.csv")
        result = call("convert", tmp_path / "a.csv", tmp_path / "a.trc")
        assert "uneven times; they are brought to 10 per second" in result.errors
        found = read(tmp_path / "a.trc")
        assert found.times.tolist() == pytest.approx(np.arange(7) / 10)
        assert found.keypoints[:, 0, 0].tolist() == pytest.approx(10 * np.arange(7), abs=0.01)

    def test_gaps_between_frames_that_were_left_out_stay_gaps(self, tmp_path):
        frames = [0, 1, 2, 7, 8]
        one_person(frames, [frame / 25 for frame in frames]).save(tmp_path / "a.trc")
        found = read(tmp_path / "a.trc")
        assert found.frames.tolist() == list(range(9))
        assert found.people_per_frame.tolist() == [1, 1, 1, 0, 0, 0, 0, 1, 1]


class TestOneFile:
    def test_of_one_person_it_is_theirs(self, tmp_path):
        one_person(range(3), [0, 0.04, 0.08]).save(tmp_path / "x.trc")
        assert (tmp_path / "x.trc").is_file()

    def test_of_several_it_is_that_of_the_one_who_is_there_longest(self, written, film, tmp_path):
        path = written("trc", film, path=tmp_path / "x.trc")
        assert read(path).frames.tolist() == [
            0,
            1,
            2,
            3,
            4,
            5,
        ]  # person 1 is in the first and in the last frame
        assert len(list((tmp_path / "x_trc").iterdir())) == 3


class TestFileNames:
    @pytest.fixture
    def photos(self):
        recording = one_person(range(3), [0, 0.04, 0.08], NOSE)
        return Recording(**{**vars(recording), "names": ("frame1.jpg", "frame2.jpg", "frame10.jpg")})

    @pytest.mark.parametrize("name", [known.name for known in FORMATS if "file names" not in known.lacks])
    def test_they_come_back(self, tmp_path, photos, name):
        path = tmp_path / f"a{FORMATS.find(name).suffix}"
        photos.save(path, name)
        assert read(path, skeleton=NOSE).names == photos.names

    def test_they_are_lost_where_there_is_no_place_and_it_is_said(self, photos):
        lacking = [known for known in FORMATS if "file names" in known.lacks]
        assert lacking
        assert all("file names" in known.losses(photos) for known in lacking)


@st.composite
def recordings(draw):
    """Make recordings of any frames, times, people and joints."""
    frames = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=6)))
    rate = draw(st.fractions(1, 240, max_denominator=1001))
    builder = RecordingBuilder(COCO_17)
    places = st.integers(-9_999_999, 9_999_999).map(lambda number: number / 1000)
    joint = st.none() | st.tuples(places, places, st.integers(1, 10_000).map(lambda number: number / 10_000))
    for frame in frames:
        builder.frame(frame, round(float(frame / rate), 6))
        for person in sorted(draw(st.sets(st.integers(0, 3), max_size=2))):
            few = draw(st.lists(joint, min_size=3, max_size=3))
            builder.person(
                frame, [(1.5, 2.25, 0.5), *few, *[None] * 13], draw(st.integers(0, 100)) / 100, person
            )
    return builder.build()


@pytest.mark.parametrize("name", [known.name for known in FORMATS if "joints" not in known.lacks])
@settings(max_examples=12, deadline=None)
@given(recording=recordings())
def test_any_recording_comes_back_from_every_format(tmp_path_factory, name, recording):
    known = FORMATS.find(name)
    path = tmp_path_factory.mktemp("trip") / f"a{known.suffix}"
    rate = recording.frame_rate or 25.0
    with open_writer(
        name, path, recording.skeleton, frame_rate=rate, size_wh=(64, 64), decimals=recording.decimals
    ) as writer:
        for frame in recording:
            writer.write(*frame)
    if not len(recording.scores):
        return  # the joints of nobody are not in every format
    found = {frame.frame_index: frame for frame in read(path, skeleton=recording.skeleton)}
    for frame in recording:
        poses = frame.poses
        if not len(poses):
            assert frame.frame_index not in found or not len(found[frame.frame_index].poses)
            continue
        back = found[frame.frame_index]
        order = np.argsort(back.poses.ids) if back.poses.ids is not None else np.arange(len(poses))
        xy = slice(None), slice(None), slice(0, 2)
        np.testing.assert_allclose(back.poses.keypoints[order][xy], poses.keypoints[xy], atol=6e-3)
        if "scores" not in known.lacks:
            np.testing.assert_allclose(
                back.poses.keypoints[order][..., 2], poses.keypoints[..., 2], atol=1e-4
            )
        if "times" not in known.lacks and (recording.frame_rate or name != "c3d"):  # it has a rate alone
            assert back.time_s == pytest.approx(frame.time_s, abs=0.2 / rate)


def test_c3d_files_of_gait_laboratories_have_their_events_with_the_side_of_each(tmp_path):
    ezc3d = pytest.importorskip("ezc3d")
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["RKNE"]
    file["data"]["points"] = np.ones((4, 1, 20))
    file.add_parameter("EVENT", "USED", [3])
    file.add_parameter("EVENT", "CONTEXTS", ["Left", "General", "Right"])
    file.add_parameter("EVENT", "LABELS", ["Foot Strike", "start", "Foot Off"])
    file.add_parameter("EVENT", "TIMES", np.asarray([[0.0, 0.0, 1.0], [0.05, 0.0, 2.0]]))
    file.write(str(tmp_path / "gait.c3d"))
    found = read(tmp_path / "gait.c3d").events
    assert found == (EventMark(0, "start"), EventMark(5, "Left Foot Strike"))  # the third lies beyond the end


def test_c3d_holds_as_many_events_as_its_sizes_can_say(tmp_path):
    pytest.importorskip("ezc3d")
    people = one_person(range(300), [n / 25 for n in range(300)])
    replace(people, events=tuple(EventMark(n, "step") for n in range(300))).save(tmp_path / "many.c3d")
    assert [event.frame for event in read(tmp_path / "many.c3d").events] == list(range(255))


def test_names_of_events_that_are_longer_than_c3d_can_say_are_cut_and_it_is_said(tmp_path):
    pytest.importorskip("ezc3d")
    events = {0: ("a" + "ä" * 199,), 1: ("足" * 100,), 2: ("a" * 200,)}
    with open_writer("c3d", tmp_path / "long.c3d", NOSE, frame_rate=25.0, events=events) as writer:
        for frame in range(3):
            writer.write(frame, frame / 25, None)
    names = [event.name for event in read(tmp_path / "long.c3d").events]
    assert names == ["a" + "ä" * 127, "足" * 85, "a" * 200]
    assert any("2 of events are cut" in note for note in writer.notes)


def test_events_follow_frames_that_c3d_brings_to_even_times(tmp_path):
    pytest.importorskip("ezc3d")
    times = [5.0, 5.04, 5.08, 5.12, 5.16, 5.4, 5.44, 5.504]  # frames were lost, and the last is late
    people = replace(one_person(range(8), times), events=(EventMark(6, "heel"), EventMark(7, "end")))
    people.save(tmp_path / "lost.c3d")
    again = read(tmp_path / "lost.c3d")
    assert again.events == (EventMark(11, "heel"), EventMark(12, "end"))
    assert again.keypoints[11, 0, 0] == pytest.approx(160)
    assert again.frames[-1] == 12


def nwb_with_notes(path, notes, num_frames=50):
    """Write two joints at 25 frames per second from 10 s on, beside what somebody noted at some seconds."""
    pynwb, pose = pytest.importorskip("pynwb"), pytest.importorskip("ndx_pose")
    file = pynwb.NWBFile("notes", "id", datetime(2026, 1, 1, tzinfo=timezone.utc))
    skeleton = pose.Skeleton(name="arm", nodes=["a", "b"], edges=np.zeros((0, 2), np.uint8))
    module = file.create_processing_module("behavior", "poses")
    module.add(pose.Skeletons(skeletons=[skeleton]))
    if num_frames:
        series = [
            pose.PoseEstimationSeries(
                name=name, description="joint", data=np.ones((num_frames, 2)), unit="pixels", reference_frame="r",
                timestamps=10 + np.arange(num_frames) / 25, confidence=np.ones(num_frames),
            )
            for name in "ab"
        ]  # fmt: skip
        module.add(pose.PoseEstimation(name="one", pose_estimation_series=series, skeleton=skeleton))
    seconds, names = zip(*notes, strict=True)
    file.add_acquisition(pynwb.misc.AnnotationSeries(name="log", data=names, timestamps=seconds))
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


@pytest.mark.filterwarnings("ignore:AnnotationSeries is deprecated")
def test_notes_of_nwb_are_events_of_the_frames_they_are_near_alone(tmp_path):
    notes = [(0.0, "box opened"), (9.985, "first"), (11.015, "mid"), (11.97, "last"), (3000.0, "box closed")]
    found = read(nwb_with_notes(tmp_path / "a.nwb", notes)).events
    assert found == (EventMark(0, "first"), EventMark(25, "mid"), EventMark(49, "last"))


@pytest.mark.filterwarnings("ignore:AnnotationSeries is deprecated")
def test_events_of_nwb_in_which_nobody_is_need_a_rate(tmp_path):
    path = nwb_with_notes(tmp_path / "a.nwb", [(-1.0, "before"), (2.0, "go"), (2.0, "no|name")], num_frames=0)
    found = read(path, frame_rate=25.0)
    assert (found.events, found.frames.tolist(), len(found.scores)) == ((EventMark(50, "go"),), [50], 0)
    unknown = read(path)
    assert unknown.events == ()
    assert any("2 events are unknown" in note for note in unknown.notes)
