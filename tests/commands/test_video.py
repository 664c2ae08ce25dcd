"""`swahr video` on real files."""

import csv
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from swahr.demo.clip import astronaut
from swahr.video import VideoFile

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
linux = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux alone has")


def read(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def clip(clips, tmp_path):
    return clips.make(tmp_path / "in.mp4", 10)


@pytest.fixture
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


class TestTheJob:
    def test_each_frame_has_its_rows_with_index_time_and_people(self, call, clip, tmp_path, crowd_model):
        output = tmp_path / "out.csv"
        result = call("video", clip, "-o", output, "--model", crowd_model, "--max-people", 3, "--no-track")
        assert result.code == 0, result.errors
        rows = read(output)
        assert sorted({int(row["frame"]) for row in rows}) == list(range(10))
        for row in rows:
            assert float(row["time_s"]) == pytest.approx(int(row["frame"]) / 25, abs=1e-6)
            assert 0 <= float(row["score"]) <= 1
            assert 0 <= float(row["nose_score"] or 0) <= 1
        for frame in range(10):
            ids = [int(row["person_id"]) for row in rows if int(row["frame"]) == frame]
            assert 1 <= len(ids) <= 3
            assert set(ids) == {-1}  # nobody was followed
        assert names(tmp_path) == ["in.mp4", "out.csv"]

    def test_without_people_every_frame_keeps_an_empty_row(self, call, clip, tmp_path, blind_model):
        result = call("video", clip, "-o", tmp_path / "out.csv", "--model", blind_model)
        assert "nobody was found" in result.errors
        assert result.code == 0, result.errors
        rows = read(tmp_path / "out.csv")
        assert [int(row["frame"]) for row in rows] == list(range(10))
        assert {value for row in rows for key, value in row.items() if key not in ("frame", "time_s")} == {""}
        assert "0 with people" in result.errors

    def test_empty_frames_can_be_dropped(self, call, clip, tmp_path, blind_model):
        options = ("--model", blind_model, "--no-keep-empty")
        assert call("video", clip, "-o", tmp_path / "out.csv", *options).code == 0
        assert read(tmp_path / "out.csv") == []
        assert (tmp_path / "out.csv").read_text().startswith("frame,time_s,person_id,score,nose_x")

    @pytest.mark.usefixtures("inside")
    def test_without_a_name_the_csv_has_the_videos_in_this_folder(self, call, clips, tmp_path, blind_model):
        (tmp_path / "deep").mkdir()
        clips.make(tmp_path / "deep" / "walk.one.mp4", 2)
        assert call("video", "deep/walk.one.mp4", "--model", blind_model).code == 0
        assert names(tmp_path) == ["deep", "walk.one.csv"]

    def test_the_summary_says_what_was_done_and_where_it_is(self, call, clip, tmp_path, crowd_model):
        result = call(
            "video",
            clip,
            "-o",
            tmp_path / "out.csv",
            "--overlay",
            tmp_path / "out.mp4",
            "--model",
            crowd_model,
        )
        assert "10 frames, 10 with people" in result.errors
        assert "people per frame" in result.errors
        assert str(tmp_path / "out.csv") in result.errors
        assert str(tmp_path / "out.mp4") in result.errors
        assert result.output == ""

    @pytest.mark.parametrize("batch", [1, 3, 64])
    def test_the_batch_changes_nothing(self, call, clip, tmp_path, crowd_model, batch):
        for name, size in (("a.csv", 4), ("b.csv", batch)):
            options = ("--model", crowd_model, "--batch", size, "--max-people", 2)
            assert call("video", clip, "-o", tmp_path / name, *options).code == 0
        for one, other in zip(read(tmp_path / "a.csv"), read(tmp_path / "b.csv"), strict=True):
            assert one["frame"] == other["frame"]
            assert float(one["score"]) == pytest.approx(float(other["score"]), abs=2e-3)

    def test_options_reach_the_estimator(self, call, clip, tmp_path, crowd_model):
        def people(*options):
            call("video", clip, "-o", tmp_path / "o.csv", "--overwrite", "--model", crowd_model, *options)
            return sum(row["person_id"] != "" for row in read(tmp_path / "o.csv"))

        assert people("--max-people", 1) <= 10 < people("--max-people", 30)
        assert people("--threshold", 1) == 0
        assert people("--min-score", 1) == 0
        assert people("--flip-test", "--scales", "1,2", "--input-size", 96, "--device", "cpu") > 0

    @pytest.mark.parametrize("degrees", [90, 180])
    def test_real_people_are_found_upright_in_a_turned_video(self, call, clips, tmp_path, degrees):
        photo = astronaut()
        stored = np.ascontiguousarray(np.rot90(photo, -degrees // 90))
        clip = clips.make(tmp_path / "in.mp4", 2, (512, 512), rotation=degrees, picture=lambda *_: stored)
        result = call("video", clip, "-o", tmp_path / "out.csv")
        assert result.code == 0, result.errors
        first = next(row for row in read(tmp_path / "out.csv") if row["frame"] == "0")
        # Eileen Collins' nose is at about (222, 115) of the photo.
        assert abs(float(first["nose_x"]) - 222) < 25
        assert abs(float(first["nose_y"]) - 115) < 25


class TestOverlay:
    def test_it_has_every_frame_at_its_time_and_size(self, call, clips, tmp_path, crowd_model):
        times = [0, 0.04, 0.3, 0.34, 1.0]
        clip = clips.make(tmp_path / "in.mp4", 5, (62, 46), times=times)
        overlay = tmp_path / "out.mp4"
        options = ("-o", tmp_path / "out.csv", "--overlay", overlay, "--model", crowd_model)
        assert call("video", clip, *options).code == 0
        with VideoFile(overlay) as source:
            frames = list(source)
            assert (source.width, source.height) == (62, 46)
        np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=1e-3)
        plain = clips.bar(0, 62, 46).astype(int)
        assert np.abs(frames[0].image - plain).mean() > 3  # something is drawn
        assert names(tmp_path) == ["in.mp4", "out.csv", "out.mp4"]

    def test_a_turned_video_with_odd_sides_is_written_upright(self, call, clips, tmp_path, blind_model):
        clip = clips.make(tmp_path / "in.mov", 2, (51, 31), rotation=90, codec="png", pixel_format="rgb24")
        options = ("-o", tmp_path / "out.csv", "--overlay", tmp_path / "out.mp4", "--model", blind_model)
        assert call("video", clip, *options).code == 0
        with VideoFile(tmp_path / "out.mp4") as source:
            assert (source.width, source.height) == (32, 52)

    def test_frames_that_cannot_be_read_have_a_row_but_no_picture(self, call, clips, tmp_path, crowd_model):
        whole = clips.make(tmp_path / "in.avi", 10, codec="mjpeg", pixel_format="yuvj420p")
        clip = clips.damage(whole, [4])
        options = ("-o", tmp_path / "out.csv", "--overlay", tmp_path / "out.mp4", "--model", crowd_model)
        result = call("video", clip, *options)
        assert result.code == 0
        assert "warning" in result.errors
        assert "(4)" in result.errors
        rows = read(tmp_path / "out.csv")
        assert [row["person_id"] for row in rows if row["frame"] == "4"] == [""]
        assert {row["frame"] for row in rows} == {str(index) for index in range(10)}
        with VideoFile(tmp_path / "out.mp4") as source:
            assert [clips.bar_index(frame.image) for frame in source] != []
            assert source.estimated_frames == 9


class TestWhatIsAsked:
    """Options that only pass on: that each reaches what it is for."""

    @pytest.fixture
    def overlay(self, call, clip, tmp_path, crowd_model):
        def run(*options):
            path = tmp_path / "drawn.mp4"
            command = ("video", clip, "-o", tmp_path / "o.csv", "--overlay", path, "--overwrite")
            result = call(*command, "--model", crowd_model, "--max-people", 2, "--stop", 0.2, *options)
            assert result.code == 0, result.errors
            with VideoFile(path) as source:
                return [frame.image.astype(int) for frame in source]

        return run

    @pytest.mark.parametrize(
        "option",
        [
            ["--boxes"],
            ["--scores"],
            ["--no-ids"],
            ["--layer", "heatmaps"],
            ["--layer", "tags", "--joint", "nose"],
            ["--mirror"],
        ],
        ids=" ".join,
    )
    def test_each_way_of_drawing_changes_the_picture(self, overlay, option):
        plain, changed = overlay(), overlay(*option)
        assert len(plain) == len(changed) == 5
        assert max(np.abs(a - b).mean() for a, b in zip(plain, changed, strict=True)) > 0.1

    def test_side_by_side_is_twice_as_wide_and_turned_is_turned(self, overlay):
        assert overlay("--side-by-side")[0].shape == (48, 128, 3)
        assert overlay("--rotate", "90")[0].shape == (64, 48, 3)

    def test_several_formats_at_once(self, call, clip, tmp_path, crowd_model):
        formats = "csv,jsonl,coco,openpose,dlc,sleap,trc"
        command = ("video", clip, "--format", formats, "--model", crowd_model, "--max-people", 2)
        result = call(*command, "-o", tmp_path / "out.csv", "--stop", 0.2)
        assert result.code == 0, result.errors
        made = sorted(set(names(tmp_path)) - {"in.mp4"})
        assert made == [
            "out.csv", "out.jsonl", "out_coco.json", "out_dlc.csv", "out_openpose", "out_sleap.csv", "out_trc"
        ]  # fmt: skip
        assert len(names(tmp_path / "out_openpose")) == 5
        again = call(*command, "-o", tmp_path / "out.csv", "--stop", 0.2)
        assert again.code == 2
        assert "--overwrite" in again.errors
        assert call(*command, "-o", tmp_path / "out.csv", "--stop", 0.2, "--overwrite").code == 0
        assert sorted(set(names(tmp_path)) - {"in.mp4"}) == made

    def test_a_format_that_is_named_needs_no_ending(self, call, clip, tmp_path, blind_model):
        options = ("-o", tmp_path / "foo.xyz", "--format", "jsonl", "--model", blind_model)
        assert call("video", clip, *options).code == 0
        assert len((tmp_path / "foo.xyz").read_text().splitlines()) == 10

    def test_ways_of_drawing_without_an_overlay_are_told(self, call, clip, tmp_path, blind_model):
        command = ("video", clip, "-o", tmp_path / "o.csv", "--overwrite", "--model", blind_model)
        result = call(
            *command, "--boxes", "--no-ids", "--layer", "heatmaps", "--joint", "nose", "--anonymise", "all"
        )
        assert result.code == 0
        assert (
            "swahr: note: nothing is drawn without --overlay, so --anonymise, --boxes, --no-ids, --layer, "
            "--joint had no effect"
        ) in result.errors
        assert "note" not in call(*command).errors
        assert "note" not in call(*command, "--boxes", "--overlay", tmp_path / "o.mp4").errors

    @pytest.mark.usefixtures("inside")
    def test_a_folder_of_videos_is_not_taken_for_its_photos(self, refuses, clip, tmp_path):
        cv2.imwrite("photo.jpg", np.zeros((48, 64, 3), np.uint8))
        for folder in (".", tmp_path):
            said = refuses("video", folder)
            assert "holds videos" in said
            assert "--out" in said
            assert f"`swahr images {folder}`" in said
        assert names(tmp_path) == ["in.mp4", "photo.jpg"]

    def test_ids_stay_and_can_be_left_out(self, call, clips, tmp_path, crowd_model):
        clip = clips.make(tmp_path / "still.mp4", 6, picture=lambda index, w, h: clips.bar(3, w, h))
        command = ("video", clip, "--model", crowd_model, "--max-people", 1, "--overwrite")
        assert call(*command, "-o", tmp_path / "ids.csv").code == 0
        assert {row["person_id"] for row in read(tmp_path / "ids.csv")} == {"0"}
        assert call(*command, "-o", tmp_path / "none.csv", "--no-track").code == 0
        assert {row["person_id"] for row in read(tmp_path / "none.csv")} == {"-1"}
        assert call(*command, "-o", tmp_path / "smooth.csv", "--smooth").code == 0

    def test_people_who_were_not_followed_are_not_taken_for_one(
        self, call, refuses, clip, tmp_path, crowd_model
    ):
        output = tmp_path / "out.csv"
        assert call("video", clip, "-o", output, "--model", crowd_model, "--no-track").code == 0
        assert "--track" in refuses("convert", output, tmp_path / "s.csv", "--smooth", "savgol")

    def test_frames_are_chosen(self, call, clip, tmp_path, blind_model):
        command = ("video", clip, "-o", tmp_path / "o.csv", "--model", blind_model)
        assert call(*command, "--start", 0.1, "--stop", 0.3, "--every", 2).code == 0
        assert [row["frame"] for row in read(tmp_path / "o.csv")] == ["4", "6"]

    def test_photos_as_a_video(self, call, clips, tmp_path, blind_model):
        (tmp_path / "frames").mkdir()
        for index in range(3):
            cv2.imwrite(str(tmp_path / "frames" / f"{index}.png"), clips.bar(index, 64, 48))
        for source in (tmp_path / "frames", tmp_path / "frames" / "*.png"):
            command = ("video", source, "-o", tmp_path / "o.csv", "--model", blind_model, "--overwrite")
            assert call(*command).code == 0
            assert [row["frame"] for row in read(tmp_path / "o.csv")] == ["0", "1", "2"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--layer", "depth"], "none, heatmaps or tags"),
            (["--layer", "heatmaps", "--joint", "tail", "--overlay", "o.mp4"], "expected one of nose"),
            (["--smooth", "--no-track"], "needs ids to know who is who; leave --no-track out"),
            (["--format", "xls"], "format is 'xls'"),
            (["--start", "2", "--stop", "1"], "stop after the start"),
            (["--rotate", "45"], "0, 90, 180 or 270"),
        ],
    )
    @pytest.mark.usefixtures("inside")
    def test_what_cannot_be_is_refused(self, refuses, clip, tmp_path, blind_model, options, message):
        assert message in refuses("video", clip, "--model", blind_model, *options)
        assert names(tmp_path) == ["in.mp4"]


class TestRefusals:
    @pytest.fixture(autouse=True)
    def _nothing_is_written(self, tmp_path, inside):
        yield
        assert not [name for name in names(tmp_path) if name.endswith(".part")]

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda path: None, "no such file"),
            (lambda path: path.mkdir(), "is a folder"),
            (lambda path: path.write_text("hello\n" * 100), "not a readable video"),
            (lambda path: path.write_bytes(b""), "is empty"),
        ],
        ids=["missing", "folder", "text", "empty"],
    )
    def test_what_is_no_video(self, refuses, tmp_path, make, message):
        make(tmp_path / "in.mp4")
        assert message in refuses("video", "in.mp4", "-o", "out.csv")
        assert "out.csv" not in names(tmp_path)

    def test_a_file_with_no_readable_frame(self, refuses, clips, tmp_path):
        clip = clips.cut(clips.make(tmp_path / "in.mp4", 30, picture=clips.noise), 0.5)
        assert "cut" in refuses("video", clip, "-o", "out.csv")
        assert "out.csv" not in names(tmp_path)

    def test_outputs_that_are_there_unless_overwriting(self, call, refuses, clip, tmp_path, blind_model):
        for option, name in (("-o", "out.csv"), ("--overlay", "out.mp4")):
            (tmp_path / name).write_text("old")
            assert "--overwrite" in refuses("video", clip, option, name, "--model", blind_model)
            assert (tmp_path / name).read_text() == "old"
        options = ("-o", "out.csv", "--overlay", "out.mp4", "--overwrite", "--model", blind_model)
        assert call("video", clip, *options).code == 0
        assert len(read(tmp_path / "out.csv")) == 10

    @pytest.mark.parametrize(
        "options",
        [
            ("-o", "in.mp4", "--format", "csv"),
            ("-o", "out.csv", "--overlay", "in.mp4"),
            ("-o", "both.mp4", "--overlay", "both.mp4", "--format", "csv"),
        ],
    )
    def test_outputs_that_are_the_input_or_each_other(self, refuses, clip, options):
        before = clip.read_bytes()
        assert "would overwrite" in refuses("video", "in.mp4", *options, "--overwrite")
        assert clip.read_bytes() == before

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("-o", "none/out.csv"), "there is no folder none"),
            (("-o", "out.csv", "--overlay", "none/out.mp4"), "there is no folder none"),
            (("-o", "out.csv", "--overlay", "out.gif"), ".mp4, .mov, .mkv"),
            (("-o", "."), "is a folder"),
            (("-o", "foo.xyz"), "the name tells no format"),
            (("-o", "foo"), "_sleap.csv, .analysis.h5, .swahr, _trc, .trc, or give --format"),
            (("-o", "out.csv", "--scales", "1,x"), "--scales"),
            (("-o", "out.csv", "--device", "gpu"), "auto, cpu or cuda"),
            (("-o", "out.csv", "--input-size", "5"), "--input-size is 5"),
            (("-o", "out.csv", "--model", "nonsense"), "no model 'nonsense'"),
            (("-o", "out.csv", "--model", "none.safetensors"), "none.safetensors"),
        ],
    )
    def test_options_that_cannot_be(self, refuses, clip, tmp_path, options, message):
        assert message in refuses("video", clip, *options)
        assert names(tmp_path) == ["in.mp4"]

    @pytest.mark.parametrize(
        "options",
        [
            ("--device", "gpu"),
            ("--scales", "2"),
            ("--precision", "float8"),
            ("--backend", "magic"),
            ("--layer", "depth"),
            ("--joint", "tail", "--overlay", "o.mp4"),
            ("--overlay", "o.avi"),
        ],
    )
    def test_no_bar_is_begun_before_an_option_is_refused(self, call, clip, blind_model, options):
        result = call("video", clip, "-o", "out.csv", "--model", blind_model, *options)
        assert result.code == 2
        assert result.errors.startswith("swahr: ")
        assert len(result.errors.splitlines()) == 1

    @pytest.mark.parametrize("times", [("--start", "500"), ("--start", "500", "--stop", "501")])
    @pytest.mark.parametrize("more", [(), ("--overlay", "o.mp4"), ("--fill-gaps", "3")])
    def test_times_that_hold_no_frame(self, call, clip, tmp_path, blind_model, times, more):
        result = call("video", clip, "-o", "out.csv", "--model", blind_model, *times, *more)
        assert result.code == 2
        (said,) = result.errors.splitlines()
        assert "0.4 s long" in said
        assert "start 500 s" in said
        assert names(tmp_path) == ["in.mp4"]

    @pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
    def test_a_device_that_is_not_there(self, refuses, clip, blind_model):
        assert "--device cpu" in refuses("video", clip, "--device", "cuda", "--model", blind_model)

    def test_a_checkpoint_at_fault(self, refuses, clip, tmp_path, blind_model):
        whole = blind_model.read_bytes()
        for content in (b"", b"hello", whole[: len(whole) // 2]):
            Path("bad.safetensors").write_bytes(content)
            assert "bad.safetensors" in refuses("video", clip, "--model", "bad.safetensors")
        assert names(tmp_path) == ["bad.safetensors", "in.mp4"]
