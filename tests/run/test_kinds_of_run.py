"""What a run makes of unusual sources, of people that are chosen, and of outputs that are partly there."""

from fractions import Fraction

import av
import numpy as np
import pytest

import swahr
from swahr.config import NetworkSettings, SourceSettings
from swahr.run.batch.estimate import estimate
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.video import open_source, write_photo


@pytest.fixture
def network(crowd_model):
    return NetworkSettings(model=str(crowd_model), input_size=64, refine="off", device="cpu")


@pytest.fixture
def shaped(tmp_path):
    """Write a clip whose pixels are twice as wide as high."""
    path = tmp_path / "wide.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        random = np.random.default_rng(0)
        for _ in range(3):
            image = random.integers(0, 255, (96, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "bgr24")))
        container.mux(stream.encode())
    return path


def test_places_are_those_of_the_stored_pixels_and_drawings_of_square_ones(shaped, tmp_path, network):
    overlay = tmp_path / "drawn.mp4"
    result = swahr.process_video(shaped, tmp_path / "a.csv", overlay=overlay, network=network)
    assert any("64 x 96" in note.message for note in result.notes)
    places = swahr.read(tmp_path / "a.csv").keypoints[:, :, :2]
    assert np.nanmax(places[:, :, 0]) < 66
    with open_source(overlay) as source:
        assert (source.width, source.height, source.stored_size) == (128, 96, (128, 96))
    frames = tmp_path / "frames"
    frames.mkdir()
    with open_source(shaped) as source:
        for frame in source:
            write_photo(frames / f"{frame.index}.png", frame.image)
    swahr.process_video(frames, tmp_path / "b.csv", network=network)
    square = swahr.read(tmp_path / "b.csv").keypoints[:, :, :2]
    np.testing.assert_allclose(places * (2, 1), square, atol=0.02)


def test_photos_are_in_natural_order_and_their_names_in_the_files(tmp_path, network):
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in (0, 1, 2, 9, 10, 11):
        write_photo(folder / f"frame{number}.png", np.full((48, 64, 3), number, np.uint8))
    result = swahr.process_video(
        folder,
        {"csv": tmp_path / "a.csv", "coco": tmp_path / "a_coco.json"},
        network=network,
        frames=SourceSettings(frame_rate=10),
    )
    names = [str(folder / f"frame{number}.png") for number in (0, 1, 2, 9, 10, 11)]
    recording = swahr.read(tmp_path / "a.csv")
    assert list(recording.names) == names
    assert recording.times.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert recording.ids is not None
    assert set(swahr.read(tmp_path / "a_coco.json").names) <= {*names}
    assert result.notes == []
    assumed = swahr.process_video(folder, tmp_path / "b.csv", network=network)
    assert "25 per second are taken" in assumed.notes[0].message


def test_a_video_has_times_of_its_own(tmp_path, clips, refuses):
    clip = clips.make(tmp_path / "in.mp4", 3)
    assert "leave --fps out" in refuses("video", clip, "-o", tmp_path / "a.csv", "--fps", 25)


def test_outputs_are_added_to_a_finished_run_without_a_network(tmp_path, clips, network, crowd_model, call):
    clip = clips.make(tmp_path / "in.mp4", 5)
    options = ("--model", crowd_model, "--input-size", 64, "--refine", "off")
    for name in ("once", "twice"):
        assert call("video", clip, "-o", tmp_path / f"{name}.csv", *options).code == 0
    both = ("--format", "csv,coco,jsonl", "--overlay", tmp_path / "twice.mp4", "--resume")
    result = call("video", clip, "-o", tmp_path / "twice.csv", *both, *options)
    assert result.code == 0, result.errors
    assert "without looking for people again" in result.errors
    at_once = ("--format", "csv,coco,jsonl", "--overwrite")
    assert call("video", clip, "-o", tmp_path / "once.csv", *at_once, *options).code == 0
    for ending in (".csv", "_coco.json", ".jsonl"):
        assert (tmp_path / f"twice{ending}").read_bytes() == (tmp_path / f"once{ending}").read_bytes()
    with open_source(tmp_path / "twice.mp4") as source:
        assert len(list(source)) == 5


def test_people_are_chosen_at_the_end_and_by_their_place_on_the_way(
    tmp_path, clips, crowd_model, call, refuses
):
    clip = clips.make(tmp_path / "in.mp4", 5)
    options = ("--model", crowd_model, "--input-size", 64, "--refine", "off")
    assert call("video", clip, "-o", tmp_path / "all.csv", *options).code == 0
    everyone = swahr.read(tmp_path / "all.csv")
    assert call("video", clip, "-o", tmp_path / "one.csv", "--longest", 1, *options).code == 0
    one = swahr.read(tmp_path / "one.csv")
    assert len(one) == 5
    assert len(set(one.ids.tolist())) == 1 < len(set(everyone.ids.tolist()))
    assert call("video", clip, "-o", tmp_path / "none.csv", "--roi", "1000,0,50,50", *options).code == 0
    assert len(swahr.read(tmp_path / "none.csv", skeleton=everyone.skeleton).scores) == 0
    assert "need ids" in refuses(
        "video", clip, "-o", tmp_path / "x.csv", "--longest", 1, "--no-track", *options
    )


def test_an_estimate_counts_frames_and_measures_some(tmp_path, clips, network):
    jobs = []
    for number, frames in enumerate((20, 30)):
        clip = clips.make(tmp_path / f"{number}.mp4", frames)
        jobs.append(VideoJob(str(clip), outputs_of(str(clip), None, ("csv",)), network=network))
    found = estimate(jobs, lambda job: swahr.PoseEstimator.from_pretrained(settings=job.network))
    assert (found.videos, found.frames) == (2, 50)
    assert found.hours == pytest.approx(2 / 3600)
    assert 0 < found.measured <= 50
    assert found.frames_per_second > 0
    assert found.bytes_per_frame > 10
    assert found.hours_with(2) == pytest.approx(found.hours_with(1) / 2)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".mp4", ".mp4"]
