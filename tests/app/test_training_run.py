"""A training that is started, stopped, resumed and left from the window: the real process on a data set of its own."""

import json
import os
import signal

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox

from swahr.pose.skeleton import COCO_17
from swahr_app.state.facts import Level
from swahr_app.training.new_run import LIVE

WAIT_MS = 120_000


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A data set of four noisy photos with a person of dots in each."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "images").mkdir()
    random = np.random.default_rng(0)
    images, people = [], []
    for number in range(4):
        image = random.integers(0, 60, (64, 96, 3), dtype=np.uint8)
        joints = random.uniform((20, 8), (76, 56), (17, 2)).round(1)
        for x, y in joints:
            cv2.circle(image, (int(x), int(y)), 2, (60, 220, 255), -1)
        cv2.imwrite(str(folder / "images" / f"{number}.png"), image)
        images.append({"id": number, "file_name": f"{number}.png", "width": 96, "height": 64})
        low, size = joints.min(axis=0), np.ptp(joints, axis=0)
        people.append(
            {
                "id": number + 1,
                "image_id": number,
                "category_id": 1,
                "iscrowd": 0,
                "bbox": [*low.tolist(), *size.tolist()],
                "area": float(size.prod()) / 2,
                "keypoints": np.column_stack([joints, np.full(17, 2)]).ravel().tolist(),
                "num_keypoints": 17,
            }
        )
    category = {"id": 1, "name": "person", "keypoints": list(COCO_17.joints), "skeleton": []}
    content = {"images": images, "annotations": people, "categories": [category]}
    (folder / "keypoints.json").write_text(json.dumps(content))
    return folder


@pytest.fixture
def desk(window, photos, settings, qtbot, tmp_path, monkeypatch):
    """The training page of a window whose form is filled in; what still runs at the end is killed."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    shown = window(settings.changed(run_folder=""))
    shown.told = []
    shown.state.notified.connect(shown.told.append)
    shown.show_page(2)
    page, form = shown.training, shown.training.new_run
    page.take_folder(str(photos))
    assert form.data == photos
    form.start_from.setCurrentIndex(form.start_from.findData(LIVE))
    form.batch.setValue(2)
    form.name.setText(str(tmp_path / "run"))
    started = []

    def start(steps):
        form.steps.setValue(steps)
        form.start.click()
        assert page.training is not None, shown.told
        started.append(page.training)
        assert page.run.stop.isEnabled()
        assert not form.start.isEnabled()

    shown.start_training = start
    yield shown
    for training in started:
        training.stop()
        training.join()


def ended(desk):
    return desk.training.training is None


def test_a_run_is_checked_started_followed_and_tried(desk, qtbot, tmp_path):
    page = desk.training
    with qtbot.waitSignal(page.check.done, timeout=WAIT_MS) as checked:
        page.new_run.check.click()
    assert checked.args == [True], page.check.text.toPlainText()
    assert page.check.sheet.isVisibleTo(desk)
    desk.start_training(20)
    assert page.parts.currentIndex() == 0
    qtbot.waitUntil(lambda: ended(desk), timeout=WAIT_MS)
    assert desk.told[-1].level is Level.SUCCESS, desk.told
    qtbot.waitUntil(lambda: page.run.progress.value() == 20, timeout=WAIT_MS)
    steps, values = page.view.curves["total"].getOriginalDataset()
    assert len(steps) == len(values) > 3
    qtbot.waitUntil(lambda: page.view.shelf.currentIndex() == 1, timeout=WAIT_MS)
    qtbot.waitUntil(page.run.try_it.isEnabled, timeout=WAIT_MS)
    page.run.try_it.click()
    checkpoint = str((tmp_path / "run" / "best.safetensors").resolve())
    qtbot.waitUntil(
        lambda: desk.state.model is not None and desk.state.model.name == checkpoint, timeout=WAIT_MS
    )
    assert not page.run.resume.isEnabled(), "the run is done"
    page.new_run.start.click()
    assert "holds a run already" in desk.told[-1].text
    assert page.new_run.name.text() == f"{tmp_path / 'run'}-2"


def test_a_run_is_stopped_and_resumed(desk, qtbot, tmp_path):
    page = desk.training
    desk.start_training(200)
    qtbot.waitUntil((tmp_path / "run" / "last.pt").exists, timeout=WAIT_MS)
    page.run.stop.click()
    qtbot.waitUntil(lambda: ended(desk), timeout=WAIT_MS)
    assert "stopped" in desk.told[-1].text
    qtbot.waitUntil(page.run.resume.isEnabled, timeout=WAIT_MS)
    page.run.resume.click()
    qtbot.waitUntil(lambda: ended(desk), timeout=WAIT_MS)
    assert desk.told[-1].level is Level.SUCCESS, desk.told
    qtbot.waitUntil(lambda: page.run.progress.value() == 200, timeout=WAIT_MS)


def test_a_run_that_fails_is_told_with_its_reason(desk, qtbot, tmp_path, photos):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "keypoints.json").write_text((photos / "keypoints.json").read_text())
    desk.training.new_run.set_data(broken)
    desk.start_training(20)
    qtbot.waitUntil(lambda: ended(desk), timeout=WAIT_MS)
    assert desk.told[-1].level is Level.ERROR
    assert "0.png" in desk.told[-1].text
    assert desk.banner.isVisible()


@pytest.mark.parametrize("answer", ["Cancel", "Stop it", "Let it run on"])
def test_a_window_that_closes_asks_what_becomes_of_the_run(desk, qtbot, answer):
    desk.start_training(100_000)
    running = desk.training.training
    asked = []

    def choose():
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            next(button for button in box.buttons() if button.text().replace("&", "") == answer).click()

    timer = QTimer()
    timer.timeout.connect(choose)
    timer.start(20)
    desk.close()
    timer.stop()
    assert asked
    assert desk.isVisible() is (answer == "Cancel")
    pid = running._process.pid
    if answer == "Stop it":
        assert running.code is not None
    elif answer == "Let it run on":
        os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    else:
        assert running.code is None
