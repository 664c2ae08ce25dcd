"""Videos that are odd, and disks that are full: a clear line, and nothing lost that was done."""

import csv
import re
import resource
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from swahr.video import VideoFile


def rows_of(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def people_of(call, tmp_path, blind_model):
    """Run a video and give frame and time of its rows, and what was said."""

    def run(clip, *options):
        command = ("video", clip, "-o", tmp_path / "o.csv", "--overwrite", "--model", blind_model)
        result = call(*command, *options)
        assert result.code == 0, result.errors
        rows = rows_of(tmp_path / "o.csv")
        return [(int(row["frame"]), float(row["time_s"])) for row in rows], result.errors

    return run


def test_a_variable_frame_rate_keeps_its_times(clips, tmp_path, people_of):
    times = [0, 0.04, 0.5, 0.51, 2.0, 2.04]
    rows, _ = people_of(clips.make(tmp_path / "in.mkv", 6, times=times))
    assert rows == [(index, pytest.approx(time_s, abs=1e-3)) for index, time_s in enumerate(times)]


def test_a_stream_without_frame_rate_or_times(clips, tmp_path, people_of):
    rows, _ = people_of(clips.make(tmp_path / "in.h264", 8, codec="libx264"))
    assert [index for index, _ in rows] == list(range(8))
    times = [time_s for _, time_s in rows]
    assert times == sorted(set(times))


def test_pictures_in_a_code_that_nothing_decodes_are_refused_in_one_line(clips, tmp_path, call, blind_model):
    clip = clips.make(tmp_path / "in.avi", 4, codec="mpeg4")
    content = clip.read_bytes()
    assert content.count(b"FMP4") == 2  # in the heads of the stream and of its pictures
    clip.write_bytes(content.replace(b"FMP4", b"XyZ0"))
    result = call("video", clip, "-o", tmp_path / "o.csv", "--model", blind_model)
    assert result.code == 2
    assert "its pictures are coded in a way that FFmpeg does not know" in result.errors
    assert len(result.errors.splitlines()) == 1


def test_a_single_frame(clips, tmp_path, people_of):
    rows, errors = people_of(clips.make(tmp_path / "in.mp4", 1), "--overlay", tmp_path / "o.mp4")
    assert rows == [(0, 0.0)]
    assert "1 frame, 0 with people" in errors
    assert not re.search(r"(?<![\d.])1 frames(?!/)", errors)
    with VideoFile(tmp_path / "o.mp4") as source:
        assert len(list(source)) == 1


@pytest.mark.parametrize("size", [(51, 31), (1, 17), (3840, 2160)])
def test_odd_and_large_sizes(clips, tmp_path, people_of, size):
    clip = clips.make(
        tmp_path / "in.mov",
        2,
        size,
        codec="png",
        pixel_format="rgb24",
        picture=clips.bar if size[0] > 4 else dot,
    )
    rows, _ = people_of(clip, "--overlay", tmp_path / "o.mp4")
    assert [index for index, _ in rows] == [0, 1]
    with VideoFile(tmp_path / "o.mp4") as source:
        assert (source.width, source.height) == tuple(side + side % 2 for side in size)


def dot(_, width, height):
    return np.full((height, width, 3), 90, np.uint8)


def test_a_size_that_changes_midway_is_followed_and_said(clips, tmp_path, people_of):
    parts = [
        clips.make(tmp_path / f"{width}.ts", 5, (width, 48), codec="mpeg2video").read_bytes()
        for width in (64, 96)
    ]
    clip = tmp_path / "in.ts"
    clip.write_bytes(parts[0] + parts[1])
    rows, errors = people_of(clip, "--overlay", tmp_path / "o.mp4")
    # A decoder that starts anew may lose the frame that it still held.
    assert [index for index, _ in rows] in (list(range(10)), list(range(9)))
    assert "96 x 48 pixels from number" in errors
    with VideoFile(tmp_path / "o.mp4") as source:
        assert {frame.image.shape for frame in source} == {(48, 64, 3)}


@pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux alone has")
def test_after_a_full_disk_resume_goes_on_and_nothing_is_lost(swahr, clips, tmp_path, crowd_model):
    clips.make(tmp_path / "in.mp4", 100)
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 3)
    assert swahr(*command, "-o", "whole.csv").code == 0
    full = swahr(
        *command,
        "-o",
        "out.csv",
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert full.code == 2
    assert "could not be written" in full.errors
    assert "the rows so far are in out.csv.part" in full.errors
    assert swahr(*command, "-o", "out.csv", "--resume").code == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def titled(path, title):
    """Give a clip a title of these bytes, as cameras write them."""
    stand_in = "@" * len(title)
    named = path.with_name(f"titled{path.suffix}")
    plain = {"write_crc32": "0"} if path.suffix == ".mkv" else {}  # sums would no longer fit
    with av.open(str(path)) as source, av.open(str(named), "w", options=plain) as target:
        target.metadata["title"] = stand_in
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    content = named.read_bytes()
    assert stand_in.encode() in content
    named.write_bytes(content.replace(stand_in.encode(), title))
    return named


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv"])
def test_a_title_in_latin_1_stops_neither_video_nor_report(clips, tmp_path, people_of, call, suffix):
    clip = titled(
        clips.make(tmp_path / f"in{suffix}", 4, codec="mpeg4"), "Kamera für Gänge\x1b[2J".encode("latin-1")
    )
    rows, errors = people_of(clip)
    assert [index for index, _ in rows] == [0, 1, 2, 3]
    result = call("report", tmp_path / "o.csv", "--video", clip, "-o", tmp_path / "o.html")
    assert result.code == 0, result.errors
    assert "\x1b" not in errors + result.errors
    assert "\x1b" not in (tmp_path / "o.html").read_text(encoding="utf-8")
