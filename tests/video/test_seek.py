import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.video import VideoFile

CODECS = [(".mp4", "12"), (".mkv", "250"), (".avi", "5"), (".webm", "9")]


def seen(source, clips):
    return [(frame.index, frame.time_s, clips.bar_index(frame.image)) for frame in source]


@pytest.mark.parametrize(("suffix", "keyframes"), CODECS)
def test_any_time_gives_the_frames_from_there_on_with_true_index_and_time(tmp_path, clips, suffix, keyframes):
    path = clips.make(tmp_path / f"in{suffix}", 60, (256, 32), codec_options={"g": keyframes})
    with VideoFile(path) as source:
        whole = seen(source, clips)
        for target in (0, 0.5, 1.99, 0.04, 2.36, 1.0):
            source.seek(target)
            assert seen(source, clips) == [frame for frame in whole if frame[1] >= target]
        source.seek(99)
        assert list(source) == []
        source.seek(2.2)
        assert seen(source, clips) == whole[55:]
        assert source.notes == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=20), st.data())
def test_variable_frame_rates_too(tmp_path_factory, clips, steps, data):
    times = [sum(steps[:count]) / 1000 for count in range(len(steps))]
    path = clips.make(tmp_path_factory.mktemp("vfr") / "in.mkv", len(times), (96, 32), times=times)
    target = data.draw(st.floats(0, times[-1]))
    with VideoFile(path) as source:
        whole = seen(source, clips)
        source.seek(target)
        assert seen(source, clips) == [frame for frame in whole if frame[1] >= target]


OPEN_GROUPS = {
    "libx264": {"x264-params": "open-gop=1:keyint=20:min-keyint=20:bframes=3:b-adapt=0:scenecut=0"},
    "mpeg2video": {"g": "12", "bf": "2"},
}


@pytest.mark.parametrize("codec", OPEN_GROUPS)
def test_frames_that_need_some_from_before_a_cut_have_no_index(tmp_path, clips, codec):
    """The first frames of such a file are never shown, however it is read."""
    whole = clips.make(tmp_path / "in.ts", 60, (256, 32), codec=codec, codec_options=OPEN_GROUPS[codec])
    path = clips.cut_off_beginning(whole)
    with VideoFile(path) as source:
        frames = seen(source, clips)
        assert [frame[0] for frame in frames] == list(range(len(frames)))
        for _, target, _ in frames[::7]:
            source.seek(target)
            assert seen(source, clips) == [frame for frame in frames if frame[1] >= target]


def test_a_seek_in_a_recording_of_joined_parts_goes_by_its_growing_times(tmp_path, clips):
    part = clips.make(tmp_path / "in.ts", 60, (256, 32), codec="libx264").read_bytes()
    (tmp_path / "joined.ts").write_bytes(part + part)
    with VideoFile(tmp_path / "joined.ts") as source:
        frames = seen(source, clips)
        source.seek(frames[90][1])
        assert seen(source, clips) == frames[90:]


def test_a_seek_in_the_middle_of_reading_goes_on_from_there(tmp_path, clips):
    with VideoFile(clips.make(tmp_path / "in.mp4", 30)) as source:
        frames = iter(source)
        for _ in range(5):
            next(frames)
        source.seek(0.8)
        assert [frame.index for frame in source] == list(range(20, 30))


def test_lost_frames_keep_their_place_after_a_seek(tmp_path, clips):
    whole = clips.make(tmp_path / "in.avi", 20, codec="mjpeg", pixel_format="yuvj420p")
    with VideoFile(clips.damage(whole, [3, 12])) as source:
        source.seek(0.4)
        frames = list(source)
    assert [frame.index for frame in frames] == list(range(10, 20))
    assert [frame.index for frame in frames if frame.image is None] == [12]


def test_a_raw_stream_without_times_is_read_from_its_beginning(tmp_path, clips):
    path = clips.make(tmp_path / "in.h264", 20, codec="libx264")
    with VideoFile(path) as source:
        whole = [clips.bar_index(frame.image) for frame in source]
        source.seek(0.4)
        frames = list(source)
    assert [clips.bar_index(frame.image) for frame in frames] == whole[-len(frames) :]
    assert 0 < len(frames) < 20
