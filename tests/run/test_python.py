"""Runs that a Python program asks for: one video, and a folder of them."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

import swahr
from swahr.config import NetworkSettings, OverlaySettings, SecondPassSettings, SourceSettings, TrackSettings
from swahr.errors import Hint, OutputExistsError, ResumeError, SettingError, SwahrError
from swahr.formats import read
from swahr.run import BatchWatcher, process_folder, process_video


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def clip(clips, tmp_path):
    return clips.make(tmp_path / "in.mp4", 20, (96, 64))


class TestOneVideo:
    def test_outputs_by_name_list_and_format(self, clip, tmp_path, crowd_model):
        seen = []
        one = process_video(clip, tmp_path / "a.csv", model=crowd_model, progress=seen.append)
        assert one.summary.frames == 20
        assert seen[-1] == one.summary
        process_video(str(clip), [tmp_path / "b.csv", str(tmp_path / "b.jsonl")], model=crowd_model)
        process_video(clip, {"csv": tmp_path / "c.txt"}, model=crowd_model)
        assert names(tmp_path) == ["a.csv", "b.csv", "b.jsonl", "c.txt", "in.mp4"]
        for other in ("b.csv", "c.txt"):
            assert (tmp_path / other).read_bytes() == (tmp_path / "a.csv").read_bytes()
        with pytest.raises(SettingError, match="at least one file"):
            process_video(clip, [], model=crowd_model)

    def test_it_is_the_command(self, clip, tmp_path, crowd_model, call):
        """The same settings give the same bytes, whoever asks."""
        options = ("--every", 2, "--no-track", "--max-people", 2, "--boxes", "--fill-gaps", 0)
        written = ("-o", tmp_path / "a.csv", "--overlay", tmp_path / "a.mp4", "--model", crowd_model)
        assert call("video", clip, *written, *options).code == 0
        process_video(
            clip,
            tmp_path / "b.csv",
            overlay=tmp_path / "b.mp4",
            network=NetworkSettings(model=str(crowd_model), max_people=2),
            frames=SourceSettings(every=2),
            tracking=TrackSettings(track=False),
            second_pass=SecondPassSettings(),
            drawing=OverlaySettings(boxes=True),
        )
        for ending in ("csv", "mp4"):
            assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()

    def test_errors_speak_python(self, clip, tmp_path, blind_model):
        (tmp_path / "a.csv").write_text("old")
        with pytest.raises(OutputExistsError, match=r"choose another name, or overwrite=True$"):
            process_video(clip, tmp_path / "a.csv", model=blind_model)
        with pytest.raises(SettingError, match=r"track=True$"):
            process_video(
                clip, tmp_path / "b.csv", model=blind_model, tracking=TrackSettings(smooth=True, track=False)
            )
        assert process_video(clip, tmp_path / "a.csv", model=blind_model, overwrite=True).summary.frames == 20

    def test_what_ends_it_leaves_a_run_that_goes_on(self, clip, tmp_path, crowd_model, monkeypatch):
        monkeypatch.setattr("swahr.run.process.JOURNAL_S", 0)
        settings = NetworkSettings(model=str(crowd_model), batch_size=2)
        process_video(clip, tmp_path / "whole.csv", network=settings)

        def stop(summary):
            if summary.frames >= 10:
                raise RuntimeError("enough")

        for ending in (stop, stop):
            with pytest.raises(RuntimeError, match="enough"):
                process_video(clip, tmp_path / "a.csv", network=settings, progress=ending, overwrite=True)
        with pytest.raises(ResumeError, match=r"interrupted; resume=True or overwrite=True"):
            process_video(clip, tmp_path / "a.csv", network=settings)
        with pytest.raises(ResumeError, match=r"had batch_size 2, this one has 4.*overwrite=True"):
            process_video(clip, tmp_path / "a.csv", network=settings.changed(batch_size=4), resume=True)
        result = process_video(clip, tmp_path / "a.csv", network=settings, resume=True)
        assert result.resumed_at > 0
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
        assert process_video(clip, tmp_path / "a.csv", network=settings, resume=True).finished_before

    def test_what_cannot_be_gone_on_with_is_made_anew_where_overwriting_was_asked_for(
        self, clip, tmp_path, crowd_model
    ):
        (tmp_path / "a.csv.journal").write_text("damaged")
        said = []
        with pytest.raises(ResumeError, match="is damaged; overwrite=True"):
            process_video(clip, tmp_path / "a.csv", model=crowd_model, resume=True)
        result = process_video(
            clip, tmp_path / "a.csv", model=crowd_model, resume=True, overwrite=True, notify=said.append
        )
        assert result.summary.frames == 20
        assert result.resumed_at is None
        assert "is damaged; starting anew" in said[0]
        assert names(tmp_path) == ["a.csv", "in.mp4"]

    def test_it_is_a_name_at_the_top(self):
        assert swahr.process_video is process_video


class TestFolder:
    @pytest.fixture
    def folder(self, clips, tmp_path):
        (tmp_path / "in" / "deep").mkdir(parents=True)
        clips.make(tmp_path / "in" / "a.mp4", 5, (96, 64))
        clips.make(tmp_path / "in" / "deep" / "b.mp4", 7, (96, 64))
        (tmp_path / "in" / "c.mp4").write_bytes(b"no video")
        return tmp_path / "in"

    @pytest.mark.parametrize("workers", [None, 1])
    def test_one_bad_video_costs_the_others_nothing(self, folder, tmp_path, crowd_model, workers):
        network = NetworkSettings(model=str(crowd_model))
        ended = []
        outcomes = process_folder(
            folder,
            tmp_path / "out",
            formats=("csv", "jsonl"),
            overlays=tmp_path / "drawn",
            network=network,
            workers=workers,
            watcher=BatchWatcher(done=ended.append),
        )
        assert ended == outcomes
        done = {outcome.job.source: outcome.result.summary.frames for outcome in outcomes if outcome.result}
        assert done == {str(folder / "a.mp4"): 5, str(folder / "deep" / "b.mp4"): 7}
        (failed,) = (outcome.error for outcome in outcomes if outcome.error is not None)
        assert isinstance(failed, SwahrError)
        assert "c.mp4" in failed.message
        assert names(tmp_path / "out") == ["a.csv", "a.jsonl", "deep"]
        assert names(tmp_path / "drawn" / "deep") == ["b.mp4"]
        assert len(read(tmp_path / "out" / "deep" / "b.csv").frames) == 7
        # What is finished is skipped.
        (folder / "c.mp4").unlink()
        assert process_folder(folder, tmp_path / "out", network=network, workers=workers) == []

    def test_an_error_of_a_worker_keeps_its_class_and_hints(self, folder, tmp_path, crowd_model):
        outcomes = process_folder(
            folder,
            tmp_path / "out",
            network=NetworkSettings(model=str(crowd_model)),
            tracking=TrackSettings(smooth=True, track=False),
            workers=1,
        )
        errors = {outcome.job.source.rsplit("/", 1)[-1]: outcome.error for outcome in outcomes}
        assert type(errors["a.mp4"]) is SettingError
        assert errors["a.mp4"].code == "setting"
        assert errors["a.mp4"].hints == (Hint("track", True),)

    def test_it_can_be_asked_for_in_another_process(self, folder, tmp_path):
        """What it raises there arrives as what it is."""
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            error = pool.submit(process_folder, tmp_path / "none", tmp_path / "out").exception()
        assert isinstance(error, SwahrError)
