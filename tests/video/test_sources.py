"""What every source promises, and what each address opens."""

import time

import cv2
import numpy as np
import pytest

from swahr.config import SourceSettings
from swahr.errors import SwahrError
from swahr.video import Frame, FrameSource, VideoFile, is_path, open_source, register_source
from swahr.video.camera import CameraName, find_camera, list_cameras
from swahr.video.contract import check_source
from swahr.video.fake import FakeCamera
from swahr.video.selection import Selection
from swahr.video.sources import SOURCES, has_no_end

FRAMES = 12


@pytest.fixture
def photos(tmp_path, clips):
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(FRAMES):
        cv2.imwrite(str(folder / f"{index:03d}.png"), clips.bar(index, 64, 48))
    return folder


@pytest.fixture(params=["file", "folder", "glob", "camera", "selection"])
def source(request, tmp_path, clips, photos):
    """Each kind of source, of the same twelve pictures."""
    match request.param:
        case "file":
            opened = open_source(clips.make(tmp_path / "in.mp4", FRAMES))
        case "folder":
            opened = open_source(photos)
        case "glob":
            opened = open_source(str(photos / "*.png"))
        case "camera":
            opened = FakeCamera(frame_rate=0)
        case _:
            opened = Selection(VideoFile(clips.make(tmp_path / "in.mp4", FRAMES)))
    return opened


class TestEverySource:
    def test_frames_have_growing_indices_and_times_and_the_pictures_of_the_source(self, source, clips):
        with source:
            frames = [frame for frame, _ in zip(source, range(FRAMES), strict=False)]
        assert [frame.index for frame in frames] == list(range(FRAMES))
        times = [frame.time_s for frame in frames]
        assert times == sorted(times)
        for frame in frames:
            assert frame.image.shape == (source.height, source.width, 3) == (48, 64, 3)
            assert frame.image.dtype == np.uint8
            assert frame.image.flags.c_contiguous
            assert clips.bar_index(frame.image) == frame.index

    def test_it_says_what_it_is(self, source):
        with source:
            assert source.address
            assert source.frame_rate > 0
            assert source.notes == []
            assert source.live == (source.estimated_frames is None)

    def test_interrupting_and_closing_are_always_allowed(self, source):
        with source:
            source.interrupt()
            source.interrupt()
        source.close()
        source.close()

    def test_what_can_seek_goes_on_with_the_true_index_and_what_cannot_stays(self, source):
        with source:
            index = 5 if source.seek(5 / 25) else 0
            assert next(iter(source)).index == index


def test_each_keeps_the_contract(tmp_path, clips, photos, streams):
    path = clips.make(tmp_path / "in.mp4", FRAMES)
    for address in (path, photos, photos / "*.png"):
        check_source(lambda address=address: open_source(address))
        check_source(lambda address=address: open_source(address, SourceSettings(every=2, rotate=90)))
    check_source(lambda: FakeCamera(frame_rate=200))
    check_source(lambda: Selection(FakeCamera(frame_rate=200), SourceSettings(every=2)))
    with streams.http_camera(lambda _: np.zeros((48, 64, 3), np.uint8)) as camera:
        check_source(lambda: open_source(camera.url))


class Sham(FrameSource):
    """Keeps no promise that a test takes away."""

    width, height, frame_rate = 4, 2, 25.0

    def __init__(self, indices=range(5), shape=(2, 4, 3), rate=25.0, waits=False):
        super().__init__("sham")
        self.frame_rate, self.indices, self.shape = rate, indices, shape
        self.waits, self.closed = waits, False

    def __iter__(self):
        for index in self.indices:
            yield Frame(index, index / 25, np.zeros(self.shape, np.uint8))
        while self.waits and not self.closed:
            time.sleep(0.01)

    def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"indices": (0, 1, 1, 2, 3)}, "indices are"),
        ({"indices": (1, 2, 3, 4, 5)}, "expected 0"),
        ({"indices": (0, 1)}, "2 frames came"),
        ({"shape": (4, 2, 3)}, r"\(4, 2, 3\); expected \(2, 4, 3\)"),
        ({"rate": 0.0}, "frame_rate is 0"),
        ({"waits": True}, "goes on"),
    ],
)
def test_the_contract_finds_what_is_broken(monkeypatch, broken, message):
    monkeypatch.setattr("swahr.video.contract.JOIN_S", 0.2)
    check_source(Sham)
    with pytest.raises(AssertionError, match=message):
        check_source(lambda: Sham(**broken))


class TestSelection:
    def times(self, path, **options):
        with open_source(path, SourceSettings(**options)) as source:
            frames = list(source)
            assert source.estimated_frames == len(frames)
        return [(frame.index, round(frame.time_s * 25)) for frame in frames]

    @pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
    def test_start_stop_and_every_keep_true_index_and_time(self, tmp_path, clips, suffix):
        path = clips.make(tmp_path / f"in{suffix}", 40, codec_options={"g": "12"})
        assert self.times(path, start=0.4, stop=1.0) == [(index, index) for index in range(10, 25)]
        assert self.times(path, every=7) == [(index, index) for index in range(0, 40, 7)]
        assert self.times(path, start=0.5, every=10) == [(20, 20), (30, 30)]

    def test_photos_too(self, photos):
        assert self.times(photos, start=0.2, stop=0.4) == [(index, index) for index in range(5, 10)]

    def test_what_is_left_out_of_photos_is_not_read(self, photos):
        (photos / "001.png").write_bytes(b"broken")
        with open_source(photos, SourceSettings(every=2)) as source:
            assert len(list(source)) == FRAMES // 2
            assert [note for note in source.notes if "no times" not in note] == []

    @pytest.mark.parametrize(("rotate", "mirror"), [(90, False), (180, False), (270, True), (0, True)])
    def test_turning_and_mirroring(self, photos, clips, rotate, mirror):
        with open_source(photos, SourceSettings(rotate=rotate, mirror=mirror)) as source:
            image = next(iter(source)).image
            assert image.shape == (source.height, source.width, 3)
        expected = np.rot90(clips.bar(0, 64, 48), -rotate // 90)
        np.testing.assert_array_equal(image, expected[:, ::-1] if mirror else expected)

    def test_a_live_source_can_be_cut_too(self):
        with Selection(FakeCamera(frame_rate=0), SourceSettings(every=3)) as source:
            assert [frame.index for frame, _ in zip(source, range(3), strict=False)] == [0, 3, 6]
        with Selection(FakeCamera(frame_rate=100), SourceSettings(stop=0.2)) as source:
            assert max(frame.time_s for frame in source) < 0.2

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"start": -1}, "start is -1"),
            ({"start": float("nan")}, "start is nan"),
            ({"start": 2, "stop": 1}, "stop after the start"),
            ({"every": 0}, "every is 0"),
            ({"rotate": 45}, "0, 90, 180 or 270"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, photos, options, message):
        with pytest.raises(SwahrError, match=message):
            open_source(photos, SourceSettings(**options))

    def test_a_start_after_the_end_gives_nothing(self, tmp_path, clips):
        with open_source(clips.make(tmp_path / "in.mp4", 5), SourceSettings(start=60)) as source:
            assert list(source) == []


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "path", "endless"),
        [
            ("in.mp4", True, False),
            ("none/*.jpg", True, False),
            ("C:/in.mp4", True, False),
            ("camera:0", False, True),
            ("RTSP://10.0.0.7/a", False, True),
            ("http://10.0.0.7/a", False, False),
            ("gopher://x/y", False, None),
        ],
    )
    def test_what_an_address_says_before_it_is_opened(self, address, path, endless):
        assert is_path(address) == path
        if endless is not None:
            assert has_no_end(address) == endless

    def test_a_new_kind_of_file_goes_before_ours(self, tmp_path):
        path = tmp_path / "in.sham"
        path.write_bytes(b"any")
        register_source(when=lambda address: address.endswith(".sham"))(Sham)
        try:
            assert isinstance(open_source(path), Sham)
        finally:
            SOURCES.remove("Sham")

    def test_a_file_of_magic_letters_is_a_file(self, tmp_path, clips):
        path = clips.make(tmp_path / "in[1].mp4", 2)
        with open_source(str(path)) as source:
            assert len(list(source)) == 2

    @pytest.mark.parametrize(
        ("address", "message"),
        [
            ("none.mp4", "no such file"),
            ("none/*.jpg", "no file has such a name"),
            ("camera:", "a number or a name"),
            ("camera:99", "cannot be opened"),
            ("camera:/dev/none", "no such device"),
            ("gopher://x/y", "gopher:// is not read"),
        ],
    )
    def test_what_is_not_there(self, address, message):
        with pytest.raises(SwahrError, match=message):
            open_source(address)

    def test_cameras_are_found_by_a_part_of_their_name(self):
        cameras = [CameraName(0, "HD Pro Webcam C920"), CameraName(2, "Laptop"), CameraName(4, "Laptop IR")]
        assert find_camera("2", []) == 2
        assert find_camera("c920", cameras) == 0
        with pytest.raises(SwahrError, match="2 cameras have that name"):
            find_camera("laptop", cameras)
        with pytest.raises(SwahrError, match=r"no camera has that name.*HD Pro"):
            find_camera("phone", cameras)

    def test_linux_cameras_are_listed_without_their_other_nodes(self, tmp_path):
        for number, name, index in ((10, "B", "0"), (2, "A", "0"), (3, "A", "1")):
            node = tmp_path / f"video{number}"
            node.mkdir()
            (node / "name").write_text(name + "\n")
            (node / "index").write_text(index + "\n")
        assert list_cameras(tmp_path) == [CameraName(2, "A"), CameraName(10, "B")]
