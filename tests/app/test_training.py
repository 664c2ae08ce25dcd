"""The training page: curves of a log that grows, the checkpoint on the live view, the form of a new run."""

import json
import shutil

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import Qt

from swahr_app.state.settings import settings_from
from swahr_app.state.state import AppState
from swahr_app.training.new_run import SCRATCH, NewRun
from swahr_app.training.page import TrainingPage
from swahr_app.training.samples import Sample

WAIT_MS = 30_000


@pytest.fixture
def page(qtbot, settings):
    state = AppState(settings)
    page = TrainingPage(state)
    page.messages = []
    state.notified.connect(page.messages.append)
    qtbot.addWidget(page)
    yield page
    page.close_workers()


@pytest.fixture
def run(tmp_path):
    """A run folder in the middle of a training."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "config.yaml").write_text("steps: 100\ntrain: nowhere.json\n")
    log(folder, 10)
    return folder


def log(folder, step, **values):
    entry = {"step": step, "total": 1 / step, "heatmap": 0.5 / step, "photos_per_s": 9.5, **values}
    with (folder / "log.jsonl").open("a") as file:
        file.write(json.dumps(entry) + "\n")


def points(page, curve="total"):
    steps, _ = page.view.curves[curve].getOriginalDataset()
    return [] if steps is None else list(steps)


def test_curves_grow_with_the_log(page, run, qtbot):
    page.take_folder(str(run))
    qtbot.waitUntil(lambda: points(page) == [10], timeout=WAIT_MS)
    log(run, 20)
    with (run / "log.jsonl").open("a") as file:
        file.write('{"step": 30, "tot')  # being written
    qtbot.waitUntil(lambda: points(page) == [10, 20], timeout=WAIT_MS)
    assert "20" in page.run.steps.text()
    assert not page.run.try_it.isEnabled()


def test_one_point_is_seen_too(page, run, qtbot):
    page.take_folder(str(run))
    qtbot.waitUntil(lambda: points(page) == [10], timeout=WAIT_MS)
    assert page.view.curves["total"].opts["symbol"] == "o"
    log(run, 20)
    qtbot.waitUntil(lambda: points(page) == [10, 20], timeout=WAIT_MS)
    assert page.view.curves["total"].opts["symbol"] is None


def test_a_run_that_is_not_better_than_its_start_has_its_last_checkpoint_compared(
    page, run, qtbot, blind_model
):
    for name in ("best", "last"):
        shutil.copy(blind_model, run / f"{name}.safetensors")
    for step, ap in ((0, 0.4), (20, 0.3)):
        log(run, step or 1, AP=ap) if step else (run / "log.jsonl").write_text('{"step": 0, "AP": 0.4}\n')
    asked = []
    page.state.compare_requested.connect(lambda checkpoint, _: asked.append(checkpoint))
    page.take_folder(str(run))
    qtbot.waitUntil(page.run.compare.isEnabled, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.view.ap.getOriginalDataset()[0] is not None, timeout=WAIT_MS)
    page.run.compare.click()
    assert asked[-1].endswith("last.safetensors")
    assert "better than its start" in page.messages[-1].text
    log(run, 30, AP=0.5)
    qtbot.waitUntil(lambda: len(page.view.ap.getOriginalDataset()[0]) == 3, timeout=WAIT_MS)
    page.run.compare.click()
    assert asked[-1].endswith("best.safetensors")


def test_the_sheet_of_labels_is_seen_large_and_small_again(page, qtbot, tmp_path):
    cv2.imwrite(str(tmp_path / "check.png"), np.zeros((3000, 2000, 3), np.uint8))
    check = page.check
    page.show()
    page.show_part(1)
    check._show_sheet(tmp_path / "check.png")
    assert check.text.isVisibleTo(check)
    qtbot.mouseClick(check.sheet, Qt.MouseButton.LeftButton)
    assert not check.text.isVisibleTo(check)
    assert check.sheet.size().width() >= 2000
    qtbot.keyClick(check.sheet, Qt.Key.Key_Return)
    assert check.text.isVisibleTo(check)
    qtbot.waitUntil(lambda: check.sheet.size().width() < 2000, timeout=WAIT_MS)


def test_a_sample_is_seen_large_and_small_again(page, qtbot):
    image = np.zeros((48, 64, 3), np.uint8)
    view = page.view
    page.show()
    view.stack.setCurrentIndex(1)
    view.show_samples([Sample("a.jpg", image), Sample("b.jpg", image, image)])
    qtbot.mouseClick(view.samples[1], Qt.MouseButton.LeftButton)
    assert view.shelf.currentWidget() is view.large
    assert view.large.sample.name == "b.jpg"
    view.show_samples([Sample("b.jpg", image + 9)])  # of a newer checkpoint
    assert view.large.sample.image.max() == 9
    view.show_samples([Sample("c.jpg", image)])
    assert view.shelf.currentIndex() == 1
    qtbot.keyClick(view.samples[0], Qt.Key.Key_Return)
    assert view.shelf.currentWidget() is view.large
    qtbot.keyClick(view.large, Qt.Key.Key_Return)
    assert view.shelf.currentIndex() == 1


def test_a_run_gets_a_name_that_is_free_unless_one_was_typed(page, tmp_path):
    form = page.new_run
    (tmp_path / "runs" / "first").mkdir(parents=True)
    form.set_data(tmp_path)
    assert form.name.text() == "runs/first-2"
    (tmp_path / "runs" / "first-2").mkdir()
    (tmp_path / "runs" / "first-2" / "last.pt").touch()
    form.start.click()
    assert page.messages[-1].text.endswith("start this one as runs/first-3.")
    assert form.name.text() == "runs/first-3"
    form.name.setText("runs/mine")
    form.set_data(tmp_path)
    assert form.name.text() == "runs/mine"


def test_the_form_is_as_it_was_left_at_the_next_start(page, tmp_path, qtbot):
    labels = tmp_path / "labels.json"
    labels.write_text("{}")
    form = page.new_run
    form.set_data(labels)
    form.split.setValue(0.35)
    form.start_from.setCurrentIndex(form.start_from.findData(SCRATCH))
    form.preset.setCurrentIndex(form.preset.findData("many"))
    form.steps.setValue(300)
    form.batch.setValue(4)
    kept = settings_from(json.loads(json.dumps(page.state.settings.plain())))
    for there in (True, False):
        if not there:
            labels.unlink()
        again = NewRun(AppState(kept))
        qtbot.addWidget(again)
        assert again.data == (labels if there else None)
        assert again.settings() == {**form.settings(), "train": [{"labels": str(again.data)}]}
        assert (again.settings()["steps"], again.settings()["split"]) == (300, 0.35)


def test_the_checkpoint_is_tried_on_the_live_view(page, run, qtbot, blind_model):
    shutil.copy(blind_model, run / "last.safetensors")
    page.take_folder(str(run))
    qtbot.waitUntil(page.run.try_it.isEnabled, timeout=WAIT_MS)
    page.run.try_it.click()
    assert page.state.settings.network.model == str(run / "last.safetensors")


def test_curves_go_on_where_the_samples_do_not_fit_into_memory(page, run, qtbot, blind_model, monkeypatch):
    def from_pretrained(*_, **__):
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr("swahr.inference.estimator.PoseEstimator.from_pretrained", from_pretrained)
    monkeypatch.setattr("swahr_app.training.run_watcher.photos_of", lambda *_: [run / "photo.png"])
    shutil.copy(blind_model, run / "last.safetensors")
    page.take_folder(str(run))
    qtbot.waitUntil(lambda: any("out of memory" in told.text for told in page.messages), timeout=WAIT_MS)
    log(run, 20)
    qtbot.waitUntil(lambda: points(page) == [10, 20], timeout=WAIT_MS)


def test_another_run_replaces_the_first(page, run, qtbot, tmp_path):
    page.take_folder(str(run))
    qtbot.waitUntil(lambda: points(page) == [10], timeout=WAIT_MS)
    other = tmp_path / "other"
    other.mkdir()
    log(other, 5)
    page.take_folder(str(other))
    qtbot.waitUntil(lambda: points(page) == [5], timeout=WAIT_MS)


def test_labels_are_checked(page, qtbot, tmp_path):
    wrong = tmp_path / "labels.json"
    wrong.write_text("{}")
    page.new_run.set_data(wrong)
    with qtbot.waitSignal(page.check.done, timeout=WAIT_MS) as ended:
        page.new_run.check.click()
    assert ended.args == [False]
    assert page.parts.currentIndex() == 1
    assert "labels.json" in page.check.text.toPlainText()


def test_start_without_a_data_set_is_told(page):
    page.new_run.start.click()
    assert page.messages
    assert page.training is None


def test_photos_are_shown_as_they_were_before_the_training_and_as_they_are_now(
    page, run, qtbot, crowd_model, blind_model
):
    photos = run / "images"
    photos.mkdir()
    cv2.imwrite(str(photos / "photo.png"), np.full((48, 64, 3), 128, np.uint8))
    (run / "labels.json").write_text("{}")
    config = {"steps": 100, "train": [{"labels": str(run / "labels.json")}], "start_from": str(crowd_model)}
    (run / "config.yaml").write_text(json.dumps(config))  # every JSON is YAML
    shutil.copy(blind_model, run / "best.safetensors")
    page.take_folder(str(run))
    view = page.view.samples[0]
    qtbot.waitUntil(lambda: len(view.images) == 2, timeout=WAIT_MS)
    before, now = view.images
    assert before != now, "people of the crowd network are drawn, the blind one finds none"
    assert now.pixelColor(30, 20).getRgb()[:3] == (128, 128, 128)
