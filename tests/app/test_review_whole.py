"""The review from a video to a data set: analysed once, corrected, exported, and all is there again."""

import json

import numpy as np
import pytest
from PyQt6.QtWidgets import QPushButton

from swahr.document import Document, is_filled
from swahr.formats import read
from swahr.pose.recording import Recording
from swahr_app.state.facts import SourceInfo
from tests.app.review_desk import FRAMES, at_frame, last, press, two_people


class TestWhole:
    def test_a_video_is_opened_analysed_corrected_exported_and_there_again(
        self, window, clip, qtbot, trace, tmp_path
    ):
        shown = window()
        told = trace(shown)
        shown.open_review(str(clip))
        session = shown.review.session
        qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
        assert is_filled(session.document)
        assert session.frame_count == 50
        session.show_frame(20)
        press(shown, "person")
        known = session.person_id
        joint = int(np.flatnonzero(session.poses[session.row].found)[0])
        session.choose(session.place, joint)
        press(shown, "move_down_far")
        placed = last(shown)
        press(shown, "cut_id")
        expected = session.document.recording()
        for name, target in (
            ("csv", tmp_path / "clip_corrected.csv"),
            ("data_set", tmp_path / "clip_labels"),
        ):
            press(shown, name)
            said = f"notified Written: {target.name}"
            qtbot.waitUntil(lambda said=said: any(line.startswith(said) for line in told), timeout=20_000)
        assert read(tmp_path / "clip_corrected.csv").ids.tolist() == expected.ids.tolist()
        labels = json.loads((tmp_path / "clip_labels" / "labels.json").read_text())
        assert [image["frame"] for image in labels["images"]] == [20]
        assert shown.training.new_run.data == tmp_path / "clip_labels"
        hand = [each for each in labels["annotations"] if any(each["corrected_joints"])]
        assert len(hand) == 1
        assert hand[0]["origin"] == "corrected"
        assert hand[0]["keypoints"][3 * joint : 3 * joint + 3] == [placed.x, placed.y, 2]
        press(shown, "close")
        shown.open_review(str(clip))
        qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=20_000)
        assert session.document.recording() == expected
        assert session.document.applied == 2
        press(shown, "undo")
        press(shown, "undo")
        assert session.document.recording() == session.document.recording(corrected=False)
        session.show_frame(20)
        assert known in session.poses.ids

    def test_people_are_corrected_while_the_analysis_goes_on_and_it_is_taken_up_again(
        self, window, clips, held, qtbot, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("swahr.run.fill.KEEP_S", 0)
        video = clips.make(tmp_path / "held.mp4", frames=50, size=(64, 48))
        shown = window()
        shown.open_review(str(video))
        session = shown.review.session
        qtbot.waitUntil(
            lambda: session.document is not None and session.document.last_frame() >= 8, timeout=60_000
        )
        session.show_frame(3)
        press(shown, "person")
        press(shown, "cut_id")
        new = last(shown).new
        press(shown, "close")
        with Document.open(tmp_path / "held.swahr") as document:
            assert not is_filled(document)
        held.set()
        shown.open_review(str(video))
        qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
        assert session.document.last_frame() == 49
        assert new in session.document.frame(3).poses.ids

    def test_a_result_of_another_format_opens_on_its_video(self, window, film, qtbot, tmp_path):
        people = Recording.from_frames((n, n / 25, two_people(n)) for n in range(FRAMES))
        people.save(tmp_path / "film_dlc.csv")
        shown = window()
        shown.open(str(tmp_path / "film_dlc.csv"))
        session = shown.review.session
        assert shown.pages.currentWidget() is shown.review
        assert session.opening.video.name == "film.mp4"
        assert session.opening.document.name == "film_2.swahr"  # film.swahr is another result
        assert session.document.frame(3).poses.ids.tolist() == [0, 1]
        shown.open(str(tmp_path / "film_dlc.csv"))
        assert session.opening.document.name == "film_2.swahr"

    def test_a_result_without_its_video_asks_for_it(self, window, film, trace, tmp_path):
        (tmp_path / "alone").mkdir()
        Recording.from_frames([(0, 0.0, two_people(0))]).save(tmp_path / "alone" / "a.csv")
        shown = window()
        told = trace(shown)
        shown.open(str(tmp_path / "alone" / "a.csv"))
        assert "asked getOpenFileName" in told
        assert shown.review.session.opening is None

    def test_only_what_lies_between_the_marks_is_exported(self, review, qtbot, tmp_path):
        session = at_frame(review, 10)
        press(review, "in")
        at_frame(review, 15)
        press(review, "out")
        press(review, "csv")
        qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=20_000)
        assert read(tmp_path / "film_corrected.csv").frames.tolist() == list(range(10, 16))
        qtbot.waitUntil(lambda: "frames 10 to 15 alone" in review.messages[-1], timeout=5000)
        press(review, "data_set")
        assert "No frame was corrected" in review.messages[-1]
        assert session.document.applied == 0


def test_what_was_reviewed_is_among_the_recent_and_opens_for_review_again(window, film, qtbot):
    shown = window()
    shown.open_review(str(film))
    document = film.with_suffix(".swahr")
    qtbot.waitUntil(lambda: shown.state.settings.recent[:1] == (str(document),), timeout=5000)
    press(shown, "close")
    shown.show_page(0)
    recent = shown.live.start.findChildren(QPushButton, "link")
    next(button for button in recent if button.toolTip() == str(document)).click()
    assert shown.pages.currentWidget() is shown.review
    assert shown.review.session.opening.video == film


def test_the_start_page_offers_what_was_reviewed_each_video_once(window, film, clips, settings, tmp_path):
    other = clips.make(tmp_path / "other.mp4", frames=3)
    (tmp_path / "keypoints.csv").touch()
    recent = (film.with_suffix(".swahr"), film, tmp_path / "gone.mp4", tmp_path / "keypoints.csv", other)
    shown = window(settings.changed(recent=("camera:0", *map(str, recent))))
    shown.show_page(3)
    offered = shown.review.recents.findChildren(QPushButton)
    assert [button.toolTip() for button in offered] == [str(film.with_suffix(".swahr")), str(other)]
    assert all(button.isVisible() for button in offered)
    offered[0].click()
    assert shown.review.session.opening.video == film


def test_what_plays_on_the_live_page_is_offered_for_review(playing, clip, qtbot):
    page = playing.review
    playing.show_page(3)
    assert page.start_live.isVisible()
    page.start_live.click()
    assert page.session.opening.video == clip
    qtbot.waitUntil(lambda: page.session.document is not None, timeout=20_000)
    page.session.close()
    playing.state.close_requested.emit()
    qtbot.waitUntil(lambda: not page.start_live.isVisible(), timeout=5000)


@pytest.mark.parametrize(
    ("name", "offered"), [("film.MP4", True), ("film.h264", False), ("film.frames", False)]
)
def test_of_the_live_page_only_what_the_review_opens_is_offered(review, tmp_path, name, offered):
    path, page = tmp_path / name, review.review
    path.write_bytes(b"")
    page.session.close()
    review.state.set_source(SourceInfo(str(path), name, False, 64, 48, 25.0))
    assert page.start_live.isVisible() == offered
