"""The review page: who scrubs waits for nothing but the picture, and finds all that was there again."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from swahr.document import Document
from swahr.errors import UnreadableError
from swahr.pose.skeleton import COCO_17
from swahr.video import VideoFile, register_source
from swahr.video.sources import SOURCES
from swahr_app.review.workers import pictures as reading
from swahr_app.review.workers.pictures import READ_ON, Picture, Pictures, fitted
from tests.app.review_desk import FRAMES, SIZE, at_frame, opened, press, two_people

WAIT_S = 60  # at most


def test_closing_waits_for_no_network_and_who_opens_again_goes_on_after_it(
    window, clip, qtbot, monkeypatch, tmp_path
):
    from swahr_app.threads import estimator as estimators

    make, inside, go_on, done = estimators.make_estimator, threading.Event(), threading.Event(), []

    def make_slow(settings):
        made = make(settings)
        infer = made.infer

        def slowly(*frames, **options):
            inside.set()
            go_on.wait(WAIT_S)
            found = infer(*frames, **options)
            done.append(threading.current_thread())
            return found

        made.infer = slowly
        return made

    monkeypatch.setattr(estimators, "make_estimator", make_slow)
    shown = window()
    shown.open_review(str(clip))
    session = shown.review.session
    qtbot.waitUntil(inside.is_set, timeout=60_000)
    press(shown, "close")
    shown.open_review(str(clip))
    assert not done, "the window has waited for the network"
    go_on.set()
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
    assert session.document.last_frame() == 49
    assert len(set(done)) == 2


def test_a_frame_that_was_looked_at_a_moment_ago_has_its_people(
    window, clips, held, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setattr("swahr.run.fill.KEEP_S", 0)
    shown = window()
    session = shown.review.session
    shown.open_review(str(clips.make(tmp_path / "held.mp4", frames=50, size=(64, 48))))
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    session._timer.stop()  # nothing is taken up by itself
    assert session.frame_count > 0
    qtbot.waitUntil(lambda: session.document.last_frame() >= 8, timeout=60_000)
    session.show_frame(8)
    assert session.people is not None


def test_who_opens_another_video_sees_no_empty_page_between(review, film, clips, tmp_path, qtbot):
    page, pages = review.review, []
    page.stack.currentChanged.connect(pages.append)
    other = clips.make(tmp_path / "other.mp4", frames=FRAMES, size=SIZE)
    (tmp_path / "other.swahr").write_bytes(film.with_suffix(".swahr").read_bytes())
    page.session.choose_none_but(1)
    page.open(str(other))
    assert page.session.opening.video == other
    assert page.session.picture is None
    assert page.bar.title.text() == other.name
    opened(review, other, qtbot)
    assert not pages
    page.session.close()
    assert pages == [0]


def test_pictures_that_fail_end_no_analysis(window, clips, held, qtbot, monkeypatch, tmp_path):
    def fail(address):
        raise UnreadableError(f"{address} cannot be read twice")

    monkeypatch.setattr("swahr_app.review.workers.pictures.open_source", fail)
    shown, told = window(), []
    shown.state.notified.connect(lambda message: told.append(message.text))
    shown.open_review(str(clips.make(tmp_path / "held.mp4", frames=50, size=(64, 48))))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    assert "cannot be read twice" in told[0]
    assert session.filling
    held.set()
    qtbot.waitUntil(lambda: not session.filling, timeout=60_000)
    assert session.document.last_frame() == 49


def test_a_video_waits_for_no_other_one_that_hangs(review, film, clips, qtbot, tmp_path):
    opening, go_on = threading.Semaphore(0), threading.Event()

    @register_source(when=lambda address: Path(address).name.startswith("hangs"))
    class HangingFile(VideoFile):
        def __init__(self, path):
            opening.release()
            go_on.wait(WAIT_S)
            raise UnreadableError(f"{path} was let go")

    try:
        page, session = review.review, review.review.session
        page.open(str(clips.make(tmp_path / "hangs.mp4", frames=5, size=(64, 48))))
        for _ in ("pictures", "analysis"):
            assert opening.acquire(timeout=WAIT_S)
        page.open(str(film))
        qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
        assert any(thread.name == "swahr review analysis" for thread in threading.enumerate())
    finally:
        go_on.set()
        SOURCES.remove("HangingFile")


def test_after_an_analysis_that_fails_nothing_is_looked_for_any_more(review, clips, qtbot, tmp_path):
    session, grown = review.review.session, []
    path = clips.make(tmp_path / "clip.mp4", frames=20, size=SIZE)
    with Document.create(tmp_path / "clip.swahr", COCO_17, frame_rate=25.0, size_wh=list(SIZE)) as document:
        document.add(0, 0.0, two_people(0))
        begun = {
            "finished": False,
            "last_frame": 0,
            "followers": {},
            "video": {"name": "other.mp4", "size": 1},
        }
        document.set_facts(analysis=begun | {"settings": {"network": {}, "tracking": {}}})
    session.grown.connect(lambda: grown.append(session.filling))
    review.review.open(str(path))
    qtbot.waitUntil(lambda: not session.filling, timeout=20_000)
    assert "was begun on" in review.messages[-1]
    assert grown[-1] is False, "what came last is shown"
    assert not session._timer.isActive()


def test_marks_that_are_set_before_there_is_a_document_are_kept(window, clips, held, qtbot, tmp_path):
    shown, path = window(), clips.make(tmp_path / "held.mp4", frames=30, size=(64, 48))
    shown.open_review(str(path))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.info is not None, timeout=20_000)
    assert session.document is None
    for which, frame in enumerate((3, 7)):
        session.show_frame(frame)
        session.set_mark(which)
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    press(shown, "close")
    shown.open_review(str(path))
    assert session.marks == (3, 7)


def test_who_goes_back_frame_by_frame_gets_each_and_few_are_sought(clips, tmp_path, monkeypatch):
    sought, seek = [], VideoFile.seek
    monkeypatch.setattr(
        VideoFile, "seek", lambda self, time_s: (sought.append(time_s), seek(self, time_s))[1]
    )
    clip = clips.make(tmp_path / "clip.mp4", frames=3 * READ_ON, size=(64, 48))
    with VideoFile(clip) as source:
        expected = [frame.image for frame in source]
    came, found = threading.Event(), []
    worker = Pictures(
        str(clip), lambda _: None, lambda picture, _: (found.append(picture), came.set()), found.append
    )
    worker.start()
    back = range(3 * READ_ON - 1, -1, -1)
    for index in back:
        came.clear()
        worker.want(index, None)
        assert came.wait(WAIT_S)
    worker.stop()
    worker.join()
    assert [picture.index for picture in found] == [*back]
    assert all(np.array_equal(picture.image, expected[picture.index]) for picture in found)
    assert len(sought) <= 4


def test_who_drags_faster_than_frames_are_decoded_sees_some_of_them(clips, tmp_path, monkeypatch):
    ahead, read, came, found = 20, VideoFile.__iter__, threading.Event(), []

    def dragged(source):
        for frame in read(source):
            worker.want(frame.index + ahead, None)  # before the frame that was wanted is reached
            yield frame

    monkeypatch.setattr(VideoFile, "__iter__", dragged)
    clip = clips.make(tmp_path / "clip.mp4", frames=3 * READ_ON, size=(64, 48))
    worker = Pictures(
        str(clip), lambda _: None, lambda picture, _: (found.append(picture.index), came.set()), found.append
    )
    worker.want(ahead, None)
    worker.start()
    assert came.wait(WAIT_S)
    worker.stop()
    worker.join()
    assert found[0] == ahead


def test_a_picture_that_came_as_large_as_it_is_seen_looks_like_one_that_is_scaled(review, qtbot):
    canvas, session = review.review.canvas, at_frame(review, 10)
    canvas.resize(canvas.width() - 30, canvas.height())
    at_frame(review, 12).choose(None)
    qtbot.waitUntil(lambda: session.picture.index == 12, timeout=20_000)
    assert canvas.copies
    copied = pixels(canvas)
    canvas._fitted = None
    assert not canvas.copies
    assert np.abs(copied - pixels(canvas)).mean() < 4


def test_a_picture_is_as_large_as_it_is_seen_on_any_screen(review, monkeypatch):
    canvas, session, rooms = review.review.canvas, review.review.session, []
    monkeypatch.setattr(session.feeding, "fit_pictures", rooms.append)
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for ratio in (1, 1.25, 1.5, 1.75, 2, 2.625):
        monkeypatch.setattr(canvas, "devicePixelRatioF", lambda ratio=ratio: ratio)
        for width in range(501, 560, 7):
            for height in (333, 400, 411):
                canvas.resize(width, height)
                session.picture = fitted(Picture(10, 0.4, image), rooms[-1])
                session.picture_changed.emit()
                assert canvas.copies, (ratio, width, height)
    canvas.change_zoom(1.001)
    assert not canvas.copies


@pytest.mark.parametrize("page", ["live", "review"])
def test_on_another_screen_pictures_come_for_its_pixels(window, film, qtbot, monkeypatch, page):
    shown, rooms = window(), []
    shown.open_review(str(film))
    shown.state.view_resized.connect(lambda wide, high: rooms.append((wide, high)))
    monkeypatch.setattr(shown.review.session.feeding, "fit_pictures", rooms.append)
    picture = shown.live.view if page == "live" else shown.review.canvas
    monkeypatch.setattr(picture, "devicePixelRatioF", lambda: 2.0)
    rooms.clear()
    QApplication.sendEvent(picture, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert rooms == [(2 * picture.width(), 2 * picture.height())]


def test_no_more_frames_are_read_before_the_wanted_one_than_are_kept(clips, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "CACHE_BYTES", 6 * 64 * 48 * 3)
    taken, keep = [], Pictures._keep
    monkeypatch.setattr(
        Pictures, "_keep", lambda self, frame: (taken.append(frame.index), keep(self, frame))[1]
    )
    came = threading.Event()
    worker = Pictures(
        str(clips.make(tmp_path / "clip.mp4", frames=40, size=(64, 48))),
        lambda _: None,
        lambda *_: came.set(),
        taken.append,
    )
    worker.start()
    for index in range(30, 12, -1):
        came.clear()
        worker.want(index, None)
        assert came.wait(WAIT_S)
        if index == 30:
            taken.clear()
    worker.stop()
    worker.join()
    assert sorted(taken) == sorted(set(taken)), "a frame was read, thrown away and read again"


def test_the_play_button_is_drawn_anew_only_where_it_changes(review, qtbot):
    button, session = review.review.bar.play, review.review.session
    drawn = button.icon().cacheKey()
    for frame in (3, 4):
        at_frame(review, frame)
        assert button.icon().cacheKey() == drawn
    press(review, "play")
    qtbot.waitUntil(lambda: session.index > 4, timeout=20_000)
    assert button.icon().cacheKey() != drawn
    press(review, "play")


def pixels(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.bits().asarray(image.sizeInBytes()), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].astype(int)


def test_marks_are_there_again_and_what_is_no_mark_is_passed_over(review, film, qtbot):
    at_frame(review, 10)
    press(review, "in")
    at_frame(review, 15)
    press(review, "out")
    session = review.review.session
    press(review, "close")
    assert session.marks == (None, None)
    for kept, expected in (
        ((10, 15), (10, 15)),
        ((20, 15), (None, None)),
        (["a", 3], (None, 3)),
        (7, (None, None)),
    ):
        review.review.open(str(film))
        if kept == (10, 15):
            assert session.marks == (10, 15)
            assert session.range() == (10, 15)
        press(review, "close")
        with Document.open(film.with_suffix(".swahr")) as document:
            document.set_facts(marks=kept)
        review.review.open(str(film))
        assert session.marks == expected
