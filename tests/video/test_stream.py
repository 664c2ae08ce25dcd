"""Streams from real servers on loopback, fine and otherwise."""

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.video import LiveSource, VideoFile, open_source
from swahr.video.addresses import without_password
from swahr.video.stream import StreamDevice

PATIENCE_S = 20


@pytest.fixture
def camera(clips, streams):
    with streams.http_camera(lambda index: clips.bar(index, 64, 48)) as camera:
        yield camera


def impatient(url, said, **options):
    """Open a stream that is given up quickly."""
    return LiveSource(
        url,
        lambda: StreamDevice(url, open_timeout_s=0.5, read_timeout_s=0.5),
        notify=said.append,
        pauses=(0.05, 0.1),
        silence_s=1.0,
        **options,
    )


def wait_until(condition):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def listening(url):
    """Open a stream as soon as its server listens."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return open_source(url)
        except SwahrError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_an_http_camera_gives_its_frames_in_order(camera, clips):
    with open_source(camera.url) as source:
        frames = [frame for frame, _ in zip(source, range(10), strict=False)]
    assert source.live
    assert (source.width, source.height) == (64, 48)
    shown = [clips.bar_index(frame.image) for frame in frames]
    steps = np.diff([frame.index for frame in frames])
    assert (steps >= 1).all()
    assert [(b - a) % 16 for a, b in pairwise(shown)] == [step % 16 for step in steps]


def test_mpegts_over_tcp_is_a_live_source(streams):
    picture = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25", "-c:v", "mpeg2video")
    with streams.mpegts(*picture) as (url, _), listening(url) as source:
        frames = [frame for frame, _ in zip(source, range(5), strict=False)]
    assert source.live
    assert source.frame_rate == 25
    assert frames[0].image.shape == (48, 64, 3)


def test_an_rtsp_camera(streams):
    with streams.rtsp("-f", "lavfi", "-i", "testsrc=size=64x48:rate=25", "-c:v", "mpeg4") as url:
        with open_source(url) as source:
            frames = [frame for frame, _ in zip(source, range(5), strict=False)]
        assert source.live
        assert frames[0].image.shape == (48, 64, 3)
        assert np.ptp(frames[0].image) > 100


@pytest.mark.parametrize("mood", ["hang", "refuse", "garbage", "hang up"])
def test_a_stream_that_goes_is_said_and_comes_back(camera, mood):
    said, indices = [], []
    with impatient(camera.url, said) as source:
        reader = threading.Thread(target=lambda: indices.extend(frame.index for frame in source))
        reader.start()
        wait_until(lambda: len(indices) > 3)
        camera.mood = mood
        wait_until(lambda: source.losses > 0)
        camera.mood = "fine"
        count = len(indices)
        wait_until(lambda: source.connected and len(indices) > count + 3)
        source.interrupt()
        reader.join(PATIENCE_S)
    assert indices == sorted(set(indices))
    assert "the signal is lost" in said[0]
    assert "is back after" in said[1]


def test_a_size_that_changes_midway_is_followed_and_said(clips, streams):
    sizes = [(64, 48)]
    with (
        streams.http_camera(lambda index: clips.bar(index, *sizes[0])) as camera,
        open_source(camera.url) as source,
    ):
        frames = iter(source)
        next(frames)
        sizes[0] = (32, 64)
        while next(frames).image.shape != (64, 32, 3):
            pass
    assert "32 x 64 pixels" in source.notes[0]


class TestRefusals:
    @pytest.mark.parametrize("scheme", ["http", "rtsp", "tcp"])
    def test_a_server_that_never_answers(self, streams, scheme):
        with streams.silent_server() as address, pytest.raises(SwahrError, match="no answer in time"):
            StreamDevice(f"{scheme}://{address}/x", open_timeout_s=0.4, read_timeout_s=0.4)

    @pytest.mark.parametrize("scheme", ["http", "rtsp", "tcp", "rtmp"])
    def test_no_server(self, streams, scheme):
        with pytest.raises(SwahrError, match="cannot be opened"):
            open_source(f"{scheme}://127.0.0.1:{streams.free_port()}/x")

    def test_a_server_that_refuses(self, camera):
        camera.mood = "refuse"
        with pytest.raises(SwahrError, match="cannot be opened"):
            open_source(camera.url)

    def test_garbage_from_the_start(self, camera):
        camera.mood = "garbage"
        with pytest.raises(SwahrError, match=r"cannot be opened|no picture|no video"):
            impatient(camera.url, [])

    def test_a_password_is_never_shown(self, streams):
        assert without_password("rtsp://me:secret@10.0.0.1:554/a?b=c") == "rtsp://me:***@10.0.0.1:554/a?b=c"
        with pytest.raises(SwahrError) as refused:
            open_source(f"rtsp://me:secret@127.0.0.1:{streams.free_port()}/x")
        assert "secret" not in str(refused.value)


def test_a_file_on_a_web_server_is_read_as_a_file(tmp_path, clips, streams):
    clips.make(tmp_path / "in.mp4", 30)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with open_source(f"http://127.0.0.1:{http.server_port}/in.mp4") as source:
                assert isinstance(source, VideoFile)
                assert not source.live
                assert [frame.index for frame in source] == list(range(30))
        finally:
            http.shutdown()
            thread.join()
