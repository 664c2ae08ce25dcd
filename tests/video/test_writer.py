import os
import subprocess
import sys

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.video import VideoFile, VideoWriter


def write(path, pictures, times=None, size=None, rate=25.0):
    height, width = size or pictures[0].shape[:2]
    with VideoWriter(path, width, height, rate) as writer:
        for index, picture in enumerate(pictures):
            writer.write(picture, times[index] if times is not None else index / rate)
    return path


def bars(clips, count, width=64, height=48):
    return [clips.bar(index, width, height) for index in range(count)]


class TestWhatPlays:
    @pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".MP4"])
    def test_frames_come_back_in_order(self, clips, tmp_path, suffix):
        path = write(tmp_path / f"a{suffix}", bars(clips, 12))
        with VideoFile(path) as source:
            assert [clips.bar_index(frame.image) for frame in source] == list(range(12))
            assert source.notes == []

    def test_it_is_h264_in_420_with_the_index_in_front_for_browsers(self, clips, tmp_path):
        path = write(tmp_path / "a.mp4", bars(clips, 12))
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        content = path.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")

    def test_colours_are_kept_and_named(self, tmp_path):
        picture = np.full((48, 64, 3), (40, 60, 220), np.uint8)
        path = write(tmp_path / "a.mp4", [picture])
        with av.open(str(path)) as container:
            context = container.streams.video[0].codec_context
            assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)  # BT.709
        with VideoFile(path) as source:
            assert np.abs(next(iter(source)).image.astype(int) - picture).max() <= 5

    def test_the_frame_rate_of_a_steady_clip_is_seen_by_players(self, clips, tmp_path):
        path = write(tmp_path / "a.mp4", bars(clips, 30), rate=30000 / 1001)
        with av.open(str(path)) as container:
            assert float(container.streams.video[0].average_rate) == pytest.approx(30000 / 1001, rel=1e-3)

    @pytest.mark.parametrize(("width", "height"), [(63, 48), (64, 47), (1, 1), (33, 17)])
    def test_odd_sides_grow_by_one_and_nothing_is_scaled(self, tmp_path, width, height):
        picture = np.full((height, width, 3), 90, np.uint8)
        picture[:, width // 2 :] = 200
        with VideoFile(write(tmp_path / "a.mkv", [picture])) as source:
            image = next(iter(source)).image
        assert image.shape == (height + height % 2, width + width % 2, 3)
        assert np.abs(image[:height, :width].astype(int) - picture).mean() < 8

    def test_frames_of_another_size_are_scaled(self, clips, tmp_path):
        path = write(tmp_path / "a.mp4", [clips.bar(0, 64, 48), clips.bar(8, 128, 96)])
        with VideoFile(path) as source:
            images = [frame.image for frame in source]
        assert [image.shape for image in images] == [(48, 64, 3)] * 2
        assert clips.bar_index(images[1]) == 4


class TestTimes:
    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.floats(0.001, 3), min_size=1, max_size=8), st.floats(-2, 1e5))
    def test_steps_between_frames_are_kept_and_the_first_is_0(self, tmp_path_factory, steps, start):
        times = start + np.cumsum([0, *steps])
        pictures = [np.full((16, 16, 3), 20 * index, np.uint8) for index in range(len(times))]
        path = write(tmp_path_factory.mktemp("times") / "a.mp4", pictures, times)
        with VideoFile(path) as source:
            found = [frame.time_s for frame in source]
        np.testing.assert_allclose(found, times - start, atol=2 / 90_000)

    def test_a_time_that_is_repeated_or_goes_back_keeps_the_order(self, clips, tmp_path):
        path = write(tmp_path / "a.mp4", bars(clips, 4), times=[0, 0.04, 0.04, 0.03])
        with VideoFile(path) as source:
            assert [clips.bar_index(frame.image) for frame in source] == [0, 1, 2, 3]


class TestFiles:
    def test_the_name_is_given_at_the_end(self, clips, tmp_path):
        path = tmp_path / "a.mp4"
        path.write_bytes(b"old")
        writer = VideoWriter(path, 64, 48, 25)
        writer.write(clips.bar(0, 64, 48), 0)
        assert path.read_bytes() == b"old"
        writer.close()
        assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]
        assert path.read_bytes() != b"old"

    def test_an_error_leaves_nothing_behind(self, clips, tmp_path):
        def write_a_frame_and_stop():
            with VideoWriter(tmp_path / "a.mp4", 64, 48, 25) as writer:
                writer.write(clips.bar(0, 64, 48), 0)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_a_frame_and_stop()
        assert list(tmp_path.iterdir()) == []

    def test_a_video_without_frames_can_be_closed_or_discarded(self, tmp_path):
        VideoWriter(tmp_path / "a.mp4", 64, 48, 25).close()
        VideoWriter(tmp_path / "b.mp4", 64, 48, 25).discard()
        assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]

    @pytest.mark.parametrize(
        ("name", "message"), [("a.csv", r"\.mp4, \.mov, \.mkv"), ("none/a.mp4", "No such file or directory")]
    )
    def test_what_cannot_be_written_is_refused_at_once(self, tmp_path, name, message):
        with pytest.raises(SwahrError, match=message):
            VideoWriter(tmp_path / name, 64, 48, 25)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
    @pytest.mark.parametrize("frames", [2, 150])
    def test_a_full_disk_is_said_and_leaves_nothing(self, clips, tmp_path, frames):
        (tmp_path / "a.mp4.part").symlink_to("/dev/full")
        with pytest.raises(SwahrError, match="No space left on device"):
            write(tmp_path / "a.mp4", [clips.noise(index, 64, 48) for index in range(frames)])
        assert list(tmp_path.iterdir()) == []


def test_the_same_frames_give_the_same_file_whatever_the_memory_held_before(tmp_path):
    random = np.random.default_rng(0)
    frames = [cv2.resize(random.integers(0, 255, (8, 12, 3), np.uint8), (96, 64)) for _ in range(60)]
    contents = set()
    for turn in range(12):
        dirt = [random.integers(0, 256, int(size), np.uint8) for size in random.integers(1000, 400_000, 50)]
        del dirt
        with VideoWriter(tmp_path / f"{turn}.mp4", 96, 64, 25.0) as writer:
            for i, frame in enumerate(frames):
                writer.write(frame, i / 25)
        contents.add((tmp_path / f"{turn}.mp4").read_bytes())
    assert len(contents) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for memory with nothing behind it")
def test_nothing_beyond_an_image_is_read(tmp_path):
    program = """
import ctypes, mmap, sys
import numpy as np
from swahr.video import writer
from swahr.video.encoders import Encoder

WIDTH, HEIGHT = 54, 32
libc = ctypes.CDLL(None)
size, page = WIDTH * HEIGHT * 3, mmap.PAGESIZE
room = mmap.mmap(-1, (-(-size // page) + 1) * page)
start = ctypes.addressof(ctypes.c_char.from_buffer(room))
guard = start + len(room) - page
assert libc.mprotect(ctypes.c_void_p(guard), page, 0) == 0
image = np.frombuffer((ctypes.c_uint8 * size).from_address(guard - size), np.uint8).reshape(HEIGHT, WIDTH, 3)
for pixels in ("yuv420p", "nv12"):
    writer.choose_encoder = lambda _name, pixels=pixels: Encoder("libx264", {}, pixels)
    with writer.VideoWriter(sys.argv[1], WIDTH, HEIGHT, 25) as video:
        video.write(image, 0.0)
    print(pixels, flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.mp4")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["yuv420p", "nv12"]), done.stderr
