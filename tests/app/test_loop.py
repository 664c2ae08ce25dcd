"""From unsure frames to a data set, to a run, and its checkpoint beside what was found before."""

import json

import pytest
from PyQt6.QtCore import QPointF

from swahr.run.picking import least_sure
from swahr_app.training.corrections import has_predictions, video_of
from tests.app.review_desk import FRAMES, at_frame, last, press


def propose(review, qtbot):
    press(review, "proposed")
    qtbot.waitUntil(lambda: bool(review.review.proposals.frames), timeout=20_000)
    return review.review.proposals.frames


def exported(review, qtbot, folder):
    """Export a data set; return its labels and what the window was told of it."""
    written = []
    review.state.labels_written.connect(written.append)
    press(review, "data_set")
    qtbot.waitUntil(lambda: bool(written), timeout=20_000)
    assert written == [folder]
    return json.loads((folder / "labels.json").read_text())


class TestProposals:
    def test_unsure_frames_are_proposed_and_keys_go_through_them(self, review, qtbot):
        session = review.review.session
        frames = propose(review, qtbot)
        assert frames == sorted(set(frames))
        assert all(session.document.frame(frame).poses for frame in frames)
        assert session.index == frames[0]
        assert f"1 of {len(frames)}" in review.review.bar.place.text()
        press(review, "proposed")
        assert session.index == frames[1]
        press(review, "proposed_back")
        press(review, "proposed_back")
        assert session.index == frames[-1], "it goes round"

    def test_the_least_sure_are_taken_apart_in_time_and_those_that_were_corrected_are_not(
        self, review, qtbot
    ):
        session = at_frame(review, 10, 0, 5)
        for frame in (10, 30):
            at_frame(review, frame, 0, 5)
            press(review, "move_down")
        assert {10, 30}.isdisjoint(least_sure(session.document, 12))
        assert len(least_sure(session.document, FRAMES)) == FRAMES - 2

    def test_a_data_set_has_corrected_frames_and_proposed_ones_as_what_they_are(
        self, review, qtbot, tmp_path
    ):
        frames = propose(review, qtbot)
        at_frame(review, frames[2], 0, 5)
        press(review, "move_down")
        placed = last(review)
        labels = exported(review, qtbot, tmp_path / "film_labels")
        assert [image["frame"] for image in labels["images"]] == frames
        qtbot.waitUntil(lambda: "film_labels" in review.messages[-1], timeout=5000)
        assert (
            f"put right by hand: 1; proposed ones, as they were found: {len(frames) - 1}"
            in review.messages[-1]
        )
        origins = {}
        for each in labels["annotations"]:
            origins.setdefault(each["origin"], set()).add(labels["images"][each["image_id"] - 1]["frame"])
        assert origins == {"corrected": {placed.frame}, "prediction": {*frames} - {placed.frame}}

    def test_without_corrections_or_proposals_the_way_to_them_is_told(self, review):
        press(review, "data_set")
        assert "U proposes" in review.messages[-1]


def test_the_training_page_starts_from_a_data_set_of_corrections(window, settings, film, qtbot, tmp_path):
    shown = window()
    shown.open_review(str(film))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=20_000)
    propose(shown, qtbot)
    exported(shown, qtbot, tmp_path / "film_labels")
    form = shown.training.new_run
    data = tmp_path / "film_labels"
    assert has_predictions(data)
    asked = form.settings()
    assert asked["train"] == [{"labels": str(data), "unknown_origins": ["prediction"]}]
    assert asked["start_from"] == settings.network.model, "the network that was corrected learns"
    assert "preset" not in asked, "it goes by the photos"
    assert form.run_folder() == data / "runs" / "corrections-1"
    form.run_folder().mkdir(parents=True)
    (form.run_folder() / "config.yaml").write_text(json.dumps(asked))
    assert video_of(form.run_folder()) == film
    form.begin_from(data)
    assert form.run_folder() == data / "runs" / "corrections-2"


@pytest.mark.parametrize(
    "content",
    ['{"annotations": null, "info": "x"}', '{"annotations": [[]], "info": {"made_from": {"video": 7}}}'],
)
def test_labels_of_another_kind_have_no_predictions_and_no_video(tmp_path, content):
    (tmp_path / "labels.json").write_text(content)
    (tmp_path / "config.yaml").write_text(json.dumps({"train": [{"labels": str(tmp_path)}]}))
    assert not has_predictions(tmp_path)
    assert video_of(tmp_path) is None


class TestComparison:
    @pytest.fixture
    def compared(self, window, film, blind_model, qtbot):
        """A window in which a checkpoint that finds nobody is compared on the film."""
        shown = window()
        shown.state.compare_requested.emit(str(blind_model), str(film))
        other = shown.review.comparison.other
        qtbot.waitUntil(lambda: other.document is not None and not other.filling, timeout=60_000)
        return shown

    def test_before_and_after_are_seen_side_by_side_and_move_together(self, compared, qtbot):
        page = compared.review
        assert compared.pages.currentWidget() is page
        assert page.canvas.isVisible()
        assert page.comparison.canvas.isVisible()
        for frame in (7, 20):
            page.session.show_frame(frame)
            assert page.comparison.other.index == frame
            qtbot.waitUntil(lambda frame=frame: page.comparison.other.picture.index == frame, timeout=20_000)
        assert page.comparison.before.text().startswith("Before: people: 1, joints: ")
        assert "nobody" in page.comparison._after.text()
        press(compared, "zoom_in")
        assert page.comparison.canvas.zoom == page.canvas.zoom > 1
        for canvas, other in ((page.canvas, page.comparison.canvas), (page.comparison.canvas, page.canvas)):
            canvas.change_zoom(1.5, QPointF(5, 5))
            canvas.pan(0.1, 0.1)
            assert other.zoom == canvas.zoom
            assert (other.view.middle - canvas.view.middle).manhattanLength() < 1e-6
        page.canvas.change_zoom(0)
        assert page.comparison.canvas.zoom == 1

    def test_it_begins_at_the_frame_that_is_seen(self, window, film, blind_model, qtbot):
        shown = window()
        shown.open_review(str(film))
        session, other = shown.review.session, shown.review.comparison.other
        qtbot.waitUntil(lambda: session.info is not None and not session.filling, timeout=60_000)
        session.show_frame(20)
        shown.state.compare_requested.emit(str(blind_model), "")
        qtbot.waitUntil(lambda: other.picture is not None and other.picture.index == 20, timeout=20_000)
        assert other.index == 20

    def test_what_is_there_is_corrected_and_the_other_stays(self, compared, tmp_path):
        session, other = compared.review.session, compared.review.comparison.other
        session.show_frame(3)
        session.choose(0, 5)
        press(compared, "move_down")
        assert session.document.applied == 1
        assert other.document.applied == 0
        assert session.document.path == tmp_path / "film.swahr"
        assert other.document.path.name.startswith("film_")

    def test_it_is_ended_by_its_button_and_with_what_is_open(self, compared, blind_model):
        page = compared.review
        page.comparison.leave.click()
        assert not page.comparison.isVisible()
        assert page.comparison.other.opening is None
        compared.state.compare_requested.emit(str(blind_model), "")
        assert page.comparison.isVisible()
        press(compared, "close")
        assert not page.comparison.compares

    def test_without_a_video_it_says_what_to_do(self, window, blind_model):
        shown = window()
        shown.state.compare_requested.emit(str(blind_model), "")
        assert "Open a video" in shown.banner.text.text()
        assert not shown.review.comparison.isVisible()
