"""Kinds of video that cameras, phones and editors make: read in order, at their times, as they are meant to be seen."""

from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.config import SourceSettings
from swahr.video import VideoFile, open_source
from swahr.video.tone import Tone, to_bt709

WIDE = (256, 32)
WRAP_S = 2**33 / 90_000  # where the clock of a transport stream begins anew


def seen(source, clips):
    with source:
        return [(frame.index, frame.time_s, clips.bar_index(frame.image)) for frame in source]


def remux(path, target, change=lambda packet, place: None, *, title=None, **options):
    """Copy the packets of a clip into another file, each changed."""
    with av.open(str(path)) as container, av.open(str(target), "w", options=options) as out:
        stream = container.streams.video[0]
        to = out.add_stream_from_template(stream)
        if title is not None:
            out.metadata["title"] = title
        for place, packet in enumerate(packet for packet in container.demux(stream) if packet.size):
            change(packet, place)
            packet.stream = to
            out.mux(packet)
    return target


def check_starts(path, clips):
    """Every start gives what a full read gives from there on."""
    whole = seen(VideoFile(path), clips)
    for start in (0.2, 0.5, 1.2):
        part = seen(open_source(path, SourceSettings(start=start)), clips)
        assert part == [frame for frame in whole if frame[1] >= start]
    return whole


@pytest.mark.parametrize(("codec", "options"), [
    ("mpeg4", {"bf": "2", "g": "12"}),
    ("libx264", {"bf": "3", "g": "12"}),
    ("mpeg2video", {"bf": "2", "g": "12"}),
])  # fmt: skip
def test_frames_of_an_avi_come_in_order_where_the_codec_stores_them_in_another(
    tmp_path, clips, codec, options
):
    path = clips.make(tmp_path / "in.avi", 40, WIDE, codec=codec, codec_options=options)
    whole = check_starts(path, clips)
    assert [index for index, _, _ in whole] == [bar for _, _, bar in whole] == list(range(40))
    np.testing.assert_allclose([time_s for _, time_s, _ in whole], np.arange(40) / 25, atol=1e-9)
    with VideoFile(path) as source:
        assert len(list(source)) == source.estimated_frames == 40
        assert source.notes == []
        assert source.frame_rate == 25


def test_frames_that_share_a_time_are_told_apart_by_every_start(tmp_path, clips):
    clip = clips.make(tmp_path / "in.mkv", 40, WIDE, codec="mjpeg", pixel_format="yuvj420p")

    def pair(packet, place):
        packet.pts = packet.dts = 80 * (place // 2)

    whole = check_starts(remux(clip, tmp_path / "pairs.mkv", pair), clips)
    assert [bar for _, _, bar in whole] == list(range(40))
    assert [time_s for _, time_s, _ in whole] == pytest.approx([0.08 * (index // 2) for index in range(40)])


def test_times_below_0_count_from_the_first_frame(tmp_path, clips):
    times = [WRAP_S - 3 + index / 25 for index in range(50)]
    path = clips.make(tmp_path / "in.ts", 50, WIDE, times=times, codec="libx264", codec_options={"bf": "0"})
    with av.open(str(path)) as container:
        assert container.streams.video[0].start_time < 0
    whole = check_starts(path, clips)
    assert [index for index, _, _ in whole] == [bar for _, _, bar in whole] == list(range(50))
    assert [time_s for _, time_s, _ in whole] == pytest.approx(np.arange(50) / 25, abs=1e-3)
    with VideoFile(path) as source:
        assert len(list(source)) == 50
        assert source.notes == []
        assert source.sound_ahead_s == pytest.approx(-min(times) + WRAP_S, abs=2)


def test_frames_that_an_edit_list_leaves_out_are_not_missed(tmp_path, clips):
    path = clips.make(tmp_path / "in.mp4", 40, WIDE, codec_options={"g": "12", "bf": "0"})

    def earlier(packet, _):
        packet.pts, packet.dts = (
            round(time - Fraction(8, 25) / packet.time_base) for time in (packet.pts, packet.dts)
        )

    cut = remux(path, tmp_path / "cut.mp4", earlier, avoid_negative_ts="disabled")
    with VideoFile(cut) as source:
        frames = list(source)
        assert [clips.bar_index(frame.image) for frame in frames] == list(range(8, 40))
        assert source.notes == []
        assert source.estimated_frames == 32


def test_titles_in_other_codes_than_utf_8_are_read(tmp_path, clips):
    path = clips.make(tmp_path / "in.avi", 3, WIDE)
    titled = remux(path, tmp_path / "titled.avi", title="QQber")
    titled.write_bytes(titled.read_bytes().replace(b"QQber", b"\xfc\xfcber"))
    assert len(seen(VideoFile(titled), clips)) == 3


def test_a_file_of_a_server_without_byte_ranges_is_read_and_sought(tmp_path, clips, file_server):
    path = clips.make(tmp_path / "in.mkv", 40, WIDE, codec_options={"g": "12"})
    file_server.content, file_server.ranges = path.read_bytes(), False
    whole = seen(VideoFile(path), clips)
    assert seen(VideoFile(file_server.url), clips) == whole
    part = seen(open_source(file_server.url, SourceSettings(start=1.2)), clips)
    assert part == [frame for frame in whole if frame[1] >= 1.2]


def shaped(path, aspect):
    """Write three grey frames of 96 x 64 pixels, each so many times as wide as high."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        for _ in range(3):
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.full((64, 96, 3), 99, np.uint8), "bgr24"))
            )
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(("aspect", "shown"), [(Fraction(4, 3), (128, 64)), (Fraction(8, 9), (96, 72))])
def test_pixels_that_are_not_square_are_stretched_and_it_is_said(tmp_path, aspect, shown):
    with VideoFile(shaped(tmp_path / "in.mp4", aspect)) as source:
        assert [frame.image.shape[1::-1] for frame in source] == [shown] * 3
        assert (source.width, source.height, source.stored_size) == (*shown, (96, 64))
        assert source.pixel_scale == pytest.approx((96 / shown[0], 64 / shown[1]))
        assert "96 x 64" in source.notes[0]


def test_the_shape_turns_with_the_frame(tmp_path):
    with open_source(shaped(tmp_path / "in.mp4", Fraction(4, 3)), SourceSettings(rotate=90)) as source:
        assert next(iter(source)).image.shape == (128, 64, 3)
        assert (source.width, source.height, source.stored_size) == (64, 128, (64, 96))


def test_an_aspect_that_no_camera_has_is_not_believed(tmp_path):
    with VideoFile(shaped(tmp_path / "in.mp4", Fraction(50))) as source:
        assert (source.width, source.height, source.notes) == (96, 64, [])


PATCHES = np.asarray(
    [[255, 255, 255], [0, 0, 0], [128, 128, 128], [200, 30, 30], [30, 200, 30], [30, 30, 200]]
)
# FFmpeg's numbers of a matrix: weights of red and blue in brightness (ITU-R BT.709, BT.601, BT.2020).
MATRICES = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}


def write_signal(path, rgb, matrix, full, depth=8, **colour):
    """Write a frame of 16 pixel wide patches of a signal, RGB in [0, 1], without loss."""
    red, blue = MATRICES[matrix]
    y = rgb @ [red, 1 - red - blue, blue]
    parts = [y, (rgb[:, 2] - y) / (2 * (1 - blue)), (rgb[:, 0] - y) / (2 * (1 - red))]
    top, unit = 2**depth - 1, 2 ** (depth - 8)
    span = [(0, top), (top / 2 + 0.5, top), (top / 2 + 0.5, top)] if full else [
        (16 * unit, 219 * unit), (128 * unit, 224 * unit), (128 * unit, 224 * unit)
    ]  # fmt: skip
    planes = [
        np.clip(np.round(low + part * size), 0, top) for part, (low, size) in zip(parts, span, strict=True)
    ]
    image = np.stack([np.tile(np.repeat(plane, 16), (16, 1)) for plane in planes])
    name = "yuv444p" if depth == 8 else f"yuv444p{depth}le"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width, stream.pix_fmt = *image.shape[1:], name
        frame = av.VideoFrame(image.shape[2], 16, name)
        for plane, values in zip(frame.planes, image, strict=True):
            kind = np.uint8 if depth == 8 else np.uint16
            row = np.zeros((16, plane.line_size // np.dtype(kind).itemsize), kind)
            row[:, : values.shape[1]] = values
            plane.update(row.tobytes())
        for to in (stream.codec_context, frame):
            to.colorspace, to.color_range = matrix, 2 if full else 1
            for key, value in colour.items():
                setattr(to, key, value)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def read_patches(path):
    with VideoFile(path) as source:
        (frame,) = source
        return frame.image[8, 8::16, ::-1].astype(int), source.notes


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("depth", [8, 10, 12])
def test_colours_are_those_of_the_named_matrix_and_range(tmp_path, matrix, full, depth):
    path = write_signal(tmp_path / "in.mkv", PATCHES / 255, matrix, full, depth)
    found, notes = read_patches(path)
    assert np.abs(found - PATCHES).max() <= 2
    assert notes == []


@pytest.mark.parametrize(("transfer", "name"), [(18, "HLG"), (16, "PQ"), (14, "BT.2020")])
def test_hdr_and_wide_colours_are_brought_to_those_of_screens(tmp_path, transfer, name):
    tone = {"HLG": Tone.HLG, "PQ": Tone.PQ, "BT.2020": Tone.WIDE}[name]
    signal = np.asarray([[0, 0, 0], [0.25] * 3, [0.5] * 3, [0.75] * 3, [0.5, 0.45, 0.4], [0.46, 0.5, 0.46]])
    path = write_signal(tmp_path / "in.mkv", signal, 9, False, 10, color_trc=transfer, color_primaries=9)
    found, notes = read_patches(path)
    assert np.abs(found - 255 * to_bt709(signal, tone)).max() <= 8  # between two of the table's
    assert len(notes) == 1
    assert name in notes[0]


def test_white_and_grey_of_hdr_are_where_standard_video_has_them():
    """White, 203 cd/m2, and an 18 % grey, 26 cd/m2 (ITU-R BT.2408, table 1), in the signals of HLG and PQ."""
    for tone, white, grey in ((Tone.HLG, 0.75, 0.38), (Tone.PQ, 0.58, 0.38)):
        bright, middle = (float(to_bt709(np.full(3, signal), tone)[0]) for signal in (white, grey))
        assert 0.85 < bright < 0.95
        assert 0.38 < middle < 0.46


class TestInterlaced:
    @pytest.fixture
    def clip(self, tmp_path, clips):
        """Fields of two moments in each picture, as television has them: even lines are the first."""
        flags = {"flags": "+ilme+ildct", "x264-params": "tff=1:bframes=0:keyint=10", "crf": "10"}

        def woven(index, width, height):
            picture = clips.bar(2 * index, width, height)
            picture[1::2] = clips.bar(2 * index + 1, width, height)[1::2]
            return picture

        return clips.make(tmp_path / "in.mp4", 30, WIDE, codec_options=flags, picture=woven)

    def test_fields_are_brought_together_and_it_is_said(self, clip):
        with VideoFile(clip) as source:
            frames = list(source)
        assert [frame.index for frame in frames] == list(range(30))
        assert [frame.time_s for frame in frames] == pytest.approx(np.arange(30) / 25, abs=1e-3)
        assert len(source.notes) == 1
        assert "interlaced" in source.notes[0]
        for frame in frames[2:]:
            image = frame.image[2:-2].astype(int)
            assert (
                np.abs(np.diff(image[:, :, 1], axis=0)).max() < 60
            )  # without a comb, columns have one colour

    def test_every_start_and_each_n_th_frame_are_those_of_a_full_read(self, clip, clips):
        whole = check_starts(clip, clips)
        third = seen(open_source(clip, SourceSettings(every=3)), clips)
        assert third == whole[::3]

    def test_frames_that_cannot_be_decoded_keep_their_place(self, clip, clips):
        frames = list(VideoFile(clips.damage(clip, [13, 29])))
        assert [frame.index for frame in frames] == list(range(30))


@settings(max_examples=12, deadline=None)
@given(
    st.fractions(Fraction(1, 100), 240, max_denominator=1001),
    st.lists(st.integers(0, 3), min_size=1, max_size=12),
    st.integers(0, 50),
    st.data(),
)
def test_any_rate_with_jitter_equal_times_and_times_below_0(
    tmp_path_factory, clips, rate, steps, first, data
):
    folder = tmp_path_factory.mktemp("times")
    clip = clips.make(folder / "in.mkv", len(steps), (96, 32), codec="mjpeg", pixel_format="yuvj420p")
    stamps = [round(1000 * float((first + sum(steps[:count])) / rate)) for count in range(len(steps))]

    def stamp(packet, place):
        packet.pts = packet.dts = stamps[place]

    path = remux(clip, folder / "stamped.mkv", stamp)
    whole = seen(VideoFile(path), clips)
    assert [bar for _, _, bar in whole] == list(range(len(steps)))
    assert [time_s for _, time_s, _ in whole] == pytest.approx([stamp / 1000 for stamp in stamps])
    start = data.draw(st.sampled_from(whole))[1] if data.draw(st.booleans()) else data.draw(st.floats(0, 2))
    with VideoFile(path) as source:
        source.seek(start)
        assert seen(source, clips) == [frame for frame in whole if frame[1] >= start]
