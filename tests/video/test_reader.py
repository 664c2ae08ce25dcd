import gc
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.video import VideoFile, open_source


def read(path):
    with VideoFile(path) as source:
        frames = list(source)
    return source, frames


def corner(index, width, height):
    """Give a sign that no turn or mirror leaves as it is."""
    image = np.full((height, width, 3), 30, np.uint8)
    image[: height // 4, : width // 2] = 255
    return image


class TestWholeFiles:
    @pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.avi", "a.webm"])
    def test_every_frame_comes_once_in_display_order_with_its_index_and_time(self, clips, tmp_path, name):
        source, frames = read(clips.make(tmp_path / name, 14))
        assert [frame.index for frame in frames] == list(range(14))
        assert [clips.bar_index(frame.image) for frame in frames] == list(range(14))
        np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(14) / 25, atol=1e-3)
        assert source.notes == []
        assert source.estimated_frames == 14
        assert source.frame_rate == 25
        assert (source.width, source.height) == (64, 48)

    def test_images_are_contiguous_bgr_of_8_bits(self, clips, tmp_path):
        def blue(index, width, height):
            return np.full((height, width, 3), (200, 20, 20), np.uint8)

        clip = clips.make(tmp_path / "a.mkv", 1, codec="ffv1", pixel_format="bgr0", picture=blue)
        image = read(clip)[1][0].image
        assert image.dtype == np.uint8
        assert image.flags.c_contiguous
        assert np.array_equal(image, blue(0, 64, 48))

    def test_times_of_a_variable_frame_rate_are_kept(self, clips, tmp_path):
        times = [0.0, 0.04, 0.2, 0.21, 1.0, 1.5]
        source, frames = read(clips.make(tmp_path / "a.mp4", 6, times=times))
        np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=1e-3)
        assert source.notes == []

    def test_a_file_that_starts_late_keeps_its_own_time(self, clips, tmp_path):
        times = [5.0, 5.04, 5.08]
        source, frames = read(clips.make(tmp_path / "a.mkv", 3, times=times))
        np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=1e-3)
        assert source.notes == []

    def test_odd_sizes_are_read_whole(self, clips, tmp_path):
        clip = clips.make(tmp_path / "a.mkv", 3, (63, 41), codec="ffv1", pixel_format="bgr0")
        source, frames = read(clip)
        assert (source.width, source.height) == (63, 41)
        assert all(frame.image.shape == (41, 63, 3) for frame in frames)

    def test_one_frame_is_a_video(self, clips, tmp_path):
        assert len(read(clips.make(tmp_path / "a.mp4", 1))[1]) == 1

    @pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.mov"])
    def test_sound_changes_nothing_even_where_it_is_longer(self, clips, tmp_path, name):
        source, frames = read(clips.make(tmp_path / name, 10, sound_s=5))
        assert [clips.bar_index(frame.image) for frame in frames] == list(range(10))
        assert source.notes == []

    @pytest.mark.parametrize(
        "name", ["with space.mp4", "12:30.mp4", "http:clip.mp4", "schön 写真.mp4", "a%03d.mp4"]
    )
    def test_any_file_name_is_taken(self, clips, tmp_path, monkeypatch, name):
        clips.make(tmp_path / "a.mp4", 2).rename(tmp_path / name)
        monkeypatch.chdir(tmp_path)
        assert len(read(name)[1]) == 2

    def test_pictures_are_let_go_without_the_help_of_the_garbage_collector(self, clips, tmp_path):
        clip = clips.make(tmp_path / "a.mp4", 60, rotation=90)
        gc.collect()
        gc.disable()
        try:
            with VideoFile(clip) as source:
                held = [
                    sum(type(o) is av.VideoFrame for o in gc.get_objects())
                    for number, _ in enumerate(source)
                    if number % 15 == 14
                ]
        finally:
            gc.enable()
        assert len(held) == 4
        assert max(held) < 10

    def test_a_source_may_be_left_early(self, clips, tmp_path):
        before = threading.active_count()
        with VideoFile(clips.make(tmp_path / "a.mp4", 20)) as source:
            next(iter(source))
        assert threading.active_count() == before


class TestRotation:
    @pytest.mark.parametrize("degrees", [0, 90, 180, 270])
    @pytest.mark.parametrize("mirrored", [False, True])
    def test_frames_are_turned_and_mirrored_as_the_display_matrix_says(
        self, clips, tmp_path, degrees, mirrored
    ):
        clip = clips.make(tmp_path / "a.mp4", 2, rotation=degrees, mirrored=mirrored, picture=corner)
        source, frames = read(clip)
        stored = corner(0, 64, 48)
        shown = np.rot90(stored, degrees // 90)  # counter-clockwise, as FFmpeg counts
        if mirrored:
            shown = shown[:, ::-1]
        assert (source.height, source.width) == shown.shape[:2]
        for frame in frames:
            assert frame.image.flags.c_contiguous
            assert np.abs(frame.image.astype(int) - shown).mean() < 6


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "message"),
        [(None, "no such file"), (b"", "is empty"), (b"\0" * 5000, "not a readable video")],
    )
    def test_what_is_no_video_is_refused_by_name(self, tmp_path, content, message):
        path = tmp_path / "a.mp4"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SwahrError, match=message) as refused:
            VideoFile(path)
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize("name", ["notes.txt", "notes.mp4", "notes.csv", "notes"])
    def test_text_is_refused(self, tmp_path, name):
        (tmp_path / name).write_text("frame,time\n0,0\n" * 100)
        with pytest.raises(SwahrError, match=r"text file|not a readable video"):
            VideoFile(tmp_path / name)

    def test_a_folder_is_refused_with_what_to_use(self, tmp_path):
        with pytest.raises(SwahrError, match="swahr images"):
            VideoFile(tmp_path)

    def test_sound_alone_is_refused(self, tmp_path):
        with av.open(str(tmp_path / "a.wav"), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
            samples.sample_rate = 8000
            container.mux(stream.encode(samples))
            container.mux(stream.encode())
        with pytest.raises(SwahrError, match="no video in it"):
            VideoFile(tmp_path / "a.wav")


class TestFilesAtFault:
    @pytest.mark.parametrize(
        ("name", "options"),
        [("a.mp4", {"movflags": "faststart"}), ("a.mkv", {}), ("a.avi", {}), ("a.webm", {})],
    )
    def test_of_a_cut_off_file_all_that_can_be_read_is_kept_and_said(self, clips, tmp_path, name, options):
        whole = clips.make(
            tmp_path / name, 100, options=options, codec_options={"g": "10"}, picture=clips.noise
        )
        source, frames = read(clips.cut(whole, 0.6))
        assert 40 < len(frames) < 75
        assert [frame.index for frame in frames] == list(range(len(frames)))
        shown = [frame for frame in frames[:-2] if frame.image is not None]
        assert len(shown) > 40
        assert all(clips.bar_index(frame.image[:24]) == frame.index % 16 for frame in shown)
        assert any("cut off" in note or "ends in the middle" in note for note in source.notes)

    def test_a_file_cut_before_its_index_is_refused(self, clips, tmp_path):
        whole = clips.make(tmp_path / "a.mp4", 50, picture=clips.noise)
        with pytest.raises(SwahrError, match=r"cut off|not a readable video"):
            VideoFile(clips.cut(whole, 0.6))

    def test_a_file_that_lost_all_its_frames_is_refused(self, clips, tmp_path):
        whole = clips.make(tmp_path / "a.avi", 10, codec="mjpeg", pixel_format="yuvj420p")
        with pytest.raises(SwahrError, match="no frame could be read"):
            VideoFile(clips.damage(whole, range(10)))

    @pytest.mark.parametrize("lost", [[0], [5], [3, 4, 8], [19]])
    def test_a_frame_that_cannot_be_decoded_keeps_its_index_and_time(self, clips, tmp_path, lost):
        whole = clips.make(tmp_path / "a.avi", 20, codec="mjpeg", pixel_format="yuvj420p")
        source, frames = read(clips.damage(whole, lost))
        assert [frame.index for frame in frames] == list(range(20))
        np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(20) / 25, atol=1e-6)
        assert [frame.index for frame in frames if frame.image is None] == lost
        assert all(clips.bar_index(f.image) == f.index % 16 for f in frames if f.image is not None)
        assert str(len(lost)) in source.notes[0]
        assert ", ".join(map(str, lost)) in source.notes[0]

    def test_one_bad_packet_that_costs_many_frames_shifts_no_index(self, clips, tmp_path):
        whole = clips.make(
            tmp_path / "a.mp4", 40, codec_options={"g": "10", "sc_threshold": "0"}, picture=clips.noise
        )
        source, frames = read(clips.damage(whole, [0]))
        missing = [frame.index for frame in frames if frame.image is None]
        assert len(missing) > 1
        assert missing == list(range(len(missing)))
        assert [frame.index for frame in frames] == list(range(40))
        np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(40) / 25, atol=1e-6)
        assert all(clips.bar_index(f.image[:24]) == f.index % 16 for f in frames if f.image is not None)
        assert "..." in source.notes[0]

    def test_the_times_of_joined_recordings_grow_and_the_place_is_said(self, clips, tmp_path):
        part = clips.make(tmp_path / "a.ts", 60, codec="libx264").read_bytes()
        (tmp_path / "joined.ts").write_bytes(part + part)
        source, frames = read(tmp_path / "joined.ts")
        assert [frame.index for frame in frames] == list(range(120))
        np.testing.assert_allclose(np.diff([frame.time_s for frame in frames]), 1 / 25, atol=1e-3)
        assert "the clock is set back at frame 60" in source.notes[0]
        assert len(source.notes) == 1


class TestOpenSource:
    def test_a_file_is_a_video(self, clips, tmp_path):
        with open_source(str(clips.make(tmp_path / "a.mp4", 3))) as source:
            assert len(list(source)) == 3

    def test_a_folder_is_its_photos(self, tmp_path):
        import cv2

        for name in ("b.png", "a.png"):
            cv2.imwrite(str(tmp_path / name), np.zeros((20, 30, 3), np.uint8))
        with open_source(tmp_path) as source:
            assert [Path(frame.name).name for frame in source] == ["a.png", "b.png"]
            assert (source.width, source.height) == (30, 20)
