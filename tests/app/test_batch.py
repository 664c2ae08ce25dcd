"""The batch page: files in the background, cancelled, resumed, remembered."""

import multiprocessing

import numpy as np
import pytest

import swahr.run.batch.runner
from swahr.formats import read
from swahr_app.batch.entry import BatchState
from swahr_app.batch.page import BatchPage
from swahr_app.batch.worker import BatchWorker
from swahr_app.state.facts import Level
from swahr_app.state.settings import BatchSettings
from swahr_app.state.state import AppState

WAIT_MS = 60_000


@pytest.fixture
def page(qtbot, settings, tmp_path):
    made = []

    def make(settings=settings, **batch):
        state = AppState(settings.changed(batch=BatchSettings(**batch)))
        messages = []
        state.notified.connect(messages.append)
        page = BatchPage(state, tmp_path / "batch.json")
        page.messages = messages
        qtbot.addWidget(page)
        made.append(page)
        return page

    yield make
    for page in made:
        page.close_worker()


def done(page):
    return page.worker is None


def test_files_are_processed_and_the_result_is_opened(page, qtbot, clips, tmp_path):
    batch = page(formats=("csv", "jsonl"))
    batch.add([str(clips.make(tmp_path / f"{name}.mp4", frames=12)) for name in "ab"])
    batch.start.click()
    assert batch.start.text() == "Cancel"
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert [entry.state for entry in batch.list.entries] == [BatchState.DONE] * 2
    assert len(read(tmp_path / "a.csv").frames) == len(read(tmp_path / "b.jsonl").frames) == 12
    assert (tmp_path / "a_overlay.mp4").exists()
    assert batch.messages[-1].level is Level.SUCCESS
    opened = []
    batch.state.review_requested.connect(lambda *paths: opened.append(paths))
    batch.rows[0].open.click()
    assert opened == [(str(tmp_path / "a.csv"), str(tmp_path / "a.mp4"))]


def test_a_result_opens_as_a_document_on_its_video_and_not_on_the_drawn_one(
    window, qtbot, clips, settings, tmp_path
):
    shown = window(settings.changed(batch=BatchSettings(formats=("jsonl", "csv"))))
    clip = clips.make(tmp_path / "a.mp4", frames=12)
    shown.batch.add([str(clip)])
    shown.batch.start.click()
    qtbot.waitUntil(lambda: done(shown.batch), timeout=WAIT_MS)
    assert (tmp_path / "a_overlay.mp4").exists()
    shown.batch.rows[0].open.click()
    session = shown.review.session
    assert shown.pages.currentWidget() is shown.review
    assert session.opening.video == clip
    assert session.opening.document == tmp_path / "a.swahr"
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=WAIT_MS)
    found, written = session.document.recording(), read(tmp_path / "a.csv")
    assert found.frames.tolist() == written.frames.tolist()
    assert np.array_equal(found.keypoints, written.keypoints, equal_nan=True)
    assert shown.state.source is None, "nothing plays on the live page"


def test_a_broken_file_is_told_in_its_row_and_the_others_are_done(page, qtbot, clips, tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    batch = page(overlay=False)
    batch.add([str(broken), str(clips.make(tmp_path / "good.mp4", frames=5))])
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert [entry.state for entry in batch.list.entries] == [BatchState.FAILED, BatchState.DONE]
    assert "broken.mp4" in batch.rows[0].text.text()


def test_a_unexpected_in_one_file_does_not_cost_the_others(page, qtbot, clips, tmp_path, monkeypatch):
    def process(job, *rest):
        if "bad" in job.source:
            raise ValueError("who would have thought")
        return archive_process(job, *rest)

    archive_process = swahr.run.batch.runner.process
    monkeypatch.setattr(swahr.run.batch.runner, "process", process)
    batch = page(overlay=False)
    batch.add([str(clips.make(tmp_path / f"{name}.mp4", frames=3)) for name in ("bad", "good")])
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert [entry.state for entry in batch.list.entries] == [BatchState.FAILED, BatchState.DONE]
    assert "ValueError: who would have thought (a fault of swahr" in batch.list.entries[0].text


def test_a_process_that_dies_costs_the_file_that_it_is_at(page, qtbot, clips, tmp_path, monkeypatch):
    monkeypatch.setattr(BatchWorker, "apart", True)
    batch = page(overlay=False)
    frames = {"first": 60, "second": 20}
    batch.add([str(clips.make(tmp_path / f"{name}.mp4", frames=count)) for name, count in frames.items()])
    batch.start.click()
    first, second = batch.list.entries
    qtbot.waitUntil(lambda: first.frames > 0, timeout=3 * WAIT_MS)
    (process,) = multiprocessing.active_children()
    process.kill()
    qtbot.waitUntil(lambda: done(batch), timeout=3 * WAIT_MS)
    assert (first.state, second.state) == (BatchState.FAILED, BatchState.DONE)
    assert "has ended by itself (code -9)" in batch.rows[0].text.text()
    assert read(tmp_path / "second.csv").frames.tolist() == list(range(20))
    assert not multiprocessing.active_children()
    monkeypatch.setattr(BatchWorker, "apart", False)  # quicker, and the same
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert first.state is BatchState.DONE
    assert read(tmp_path / "first.csv").frames.tolist() == list(range(60))


def test_what_was_cancelled_goes_on_where_it_was(page, qtbot, clips, tmp_path, held):
    batch = page(overlay=False)
    batch.add([str(clips.make(tmp_path / "held.mp4", frames=40))])
    batch.start.click()
    entry = batch.list.entries[0]
    qtbot.waitUntil(lambda: entry.frames > 8, timeout=WAIT_MS)
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert entry.state is BatchState.CANCELLED
    assert batch.start.text() == "Resume"
    assert not (tmp_path / "held.csv").exists()
    # As after another start of the app.
    batch.close_worker()
    held.set()
    again = page(overlay=False)
    assert again.list.entries[0].state is BatchState.CANCELLED
    again.start.click()
    qtbot.waitUntil(lambda: done(again), timeout=WAIT_MS)
    frames = read(tmp_path / "held.csv").frames
    assert frames.tolist() == list(range(40))


def test_results_overwrite_nothing(page, qtbot, clips, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    batch = page(overlay=False)
    batch.add([str(clips.make(tmp_path / "a.mp4", frames=3))])
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert len(read(tmp_path / "a_2.csv").frames) == 3


def test_close_in_the_middle(page, qtbot, clips, tmp_path):
    batch = page()
    batch.add([str(clips.make(tmp_path / "long.mp4", frames=300))])
    batch.start.click()
    batch.close_worker()
    assert batch.worker is None


def test_no_format_is_told(page, clips, tmp_path):
    batch = page(formats=())
    batch.add([str(clips.make(tmp_path / "a.mp4", frames=3))])
    batch.start.click()
    assert batch.messages[-1].level is Level.ERROR
    assert batch.worker is None


def test_a_damaged_list_is_left_out(page, tmp_path):
    (tmp_path / "batch.json").write_text("[{")
    assert page().list.entries == []


def test_a_file_is_processed_with_the_settings_of_the_live_view(page, qtbot, clips, settings, tmp_path):
    asked = settings.changed(
        network=settings.network.changed(batch_size=2, max_people=1),
        tracking=settings.tracking.changed(track=False, smooth=True),
    )
    batch = page(asked, overlay=False)
    batch.add([str(clips.make(tmp_path / "a.mp4", frames=5))])
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    job = batch.list.entries[0].job()
    assert job.network == asked.network
    assert not job.tracking.smooth, "without ids nobody can be smoothed"
    recording = read(tmp_path / "a.csv")
    assert len(recording.scores) == len(recording.frames) == 5


def test_a_run_that_cannot_be_resumed_offers_to_start_anew(page, qtbot, clips, tmp_path, held):
    batch = page(overlay=False)
    batch.add([str(clips.make(tmp_path / "held.mp4", frames=40))])
    batch.start.click()
    entry = batch.list.entries[0]
    qtbot.waitUntil(lambda: entry.frames > 8, timeout=WAIT_MS)
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert batch.rows[0].anew.isHidden(), "it can be resumed"
    held.set()
    entry.network["max_people"] = 3  # another run's settings
    batch.start.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert entry.state is BatchState.FAILED
    assert "choose “Start anew”" in entry.text
    assert "--" not in entry.text
    assert not batch.rows[0].anew.isHidden()
    batch.rows[0].anew.click()
    qtbot.waitUntil(lambda: done(batch), timeout=WAIT_MS)
    assert entry.state is BatchState.DONE
    assert read(tmp_path / "held.csv").frames.tolist() == list(range(40))
