"""Photos open as a browser with their names: people drawn on the one that is chosen, corrected and kept."""

import json
import math

import cv2
import numpy as np
import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton

from swahr.document import Document
from swahr.formats import read
from swahr.pose.skeleton import COCO_17
from swahr_app.review.album import album_from, album_of, free_for
from swahr_app.state.names import photo_of
from swahr_app.widgets.theme import current_theme
from tests.app.review_desk import answered, last, press

SIZES = {"a2.png": (64, 48), "a10.png": (48, 80), "b.png": (100, 60)}


@pytest.fixture
def folder(tmp_path):
    """A folder of three photos of different sizes, and a file that is none."""
    folder = tmp_path / "holiday.2026"
    folder.mkdir()
    for number, (name, (width, height)) in enumerate(SIZES.items()):
        picture = np.full((height, width, 3), 40 + 60 * number, np.uint8)
        picture[:, : width // 4] = 250
        cv2.imwrite(str(folder / name), picture)
    (folder / "notes.txt").write_text("no photo")
    return folder


@pytest.fixture
def album(window, folder, qtbot):
    """A window in which the photos are open and were looked at."""
    shown = window()
    shown.open(str(folder))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
    qtbot.waitUntil(lambda: session.picture is not None, timeout=20_000)
    return shown


def names(shown):
    return [shown.review.photos.item(row).text().split()[0] for row in range(shown.review.photos.count())]


@pytest.mark.parametrize(
    ("pattern", "first"), [("*.png", "a2.png"), ("a%02d.png", "a2.png"), ("b*", "b.png")]
)
def test_a_pattern_opens_the_photos_of_its_folder_at_the_first_it_finds(window, folder, pattern, first):
    shown = window()
    shown.open(str(folder / pattern))
    assert shown.pages.currentWidget() is shown.review
    opening = shown.review.session.opening
    assert [photo.name for photo in opening.photos] == [*SIZES]
    assert opening.photos[opening.first].name == first
    assert shown.state.settings.recent[0] == str(folder / pattern)


def test_a_counter_is_all_that_is_read_in_a_pattern_that_has_one(folder):
    odd = folder.with_name("run[1]")
    folder.rename(odd)
    assert photo_of(str(odd / "a%02d.png")) == odd / "a2.png"
    assert photo_of(str(odd / "c%d.png")) is None


def test_a_pattern_that_finds_nothing_is_said_to(window, folder, qtbot):
    shown, messages = window(), []
    shown.state.notified.connect(lambda message: messages.append(message.text))
    shown.open(str(folder / "*.tiff"))
    qtbot.waitUntil(lambda: any("no file has such a name" in text for text in messages), timeout=20_000)


def test_photos_are_listed_by_name_and_are_no_film(album):
    assert album.pages.currentWidget() is album.review
    assert names(album) == ["a2.png", "a10.png", "b.png"]
    assert album.review.photos.isVisible()
    assert not album.review.timeline.isVisible()
    assert not album.review.bar.play.isVisible()
    press(album, "play")
    assert not album.review.session.playing
    counts = [len(album.review.session.document.frame(frame).poses) for frame in range(3)]
    said = [album.review.photos.item(row).text().split()[1] for row in range(3)]
    assert said == [str(count) for count in counts]
    assert str(album.data.parent / "holiday.2026") in album.state.settings.recent[0]


def test_a_proposed_photo_is_counted_as_the_others_are(album):
    page = album.review
    page.proposals.frames = [1]
    page.session.show_frame(1)
    assert page.bar.place.text() == "Photo 2 · proposed, 1 of 1"
    page.session.show_frame(2)
    assert page.bar.place.text() == "3 of 3"


def test_photos_are_seen_small_beside_their_names(album, qtbot):
    photos = album.review.photos
    qtbot.waitUntil(lambda: not photos.item(photos.count() - 1).icon().isNull(), timeout=20_000)
    small = photos.item(1).icon().pixmap(photos.iconSize())
    assert small.height() > small.width(), "as it is turned and shaped"


def test_keys_go_from_photo_to_photo_each_at_its_own_size(album, qtbot):
    session = album.review.session
    for frame, size in enumerate(SIZES.values()):
        assert session.index == frame
        assert session.info.size_wh == size
        qtbot.waitUntil(lambda frame=frame: session.picture.index == frame, timeout=20_000)
        assert session.picture.image.shape[:2] == size[::-1]
        assert album.review.photos.currentRow() == frame
        assert list(SIZES)[frame] == album.review.bar.title.text()
        press(album, "next")
    press(album, "back")
    assert session.index == 1
    album.review.photos.setCurrentRow(0)
    assert session.index == 0


def test_corrections_are_kept_and_exported_by_name(album, folder, qtbot, tmp_path):
    session = album.review.session
    session.show_frame(1)
    qtbot.waitUntil(lambda: session.picture.index == 1, timeout=20_000)
    press(album, "person")
    press(album, "joint")
    press(album, "move_down")
    placed = last(album)
    for name in ("csv", "data_set"):
        press(album, name)
        qtbot.waitUntil(lambda: not album.review.exports.busy, timeout=20_000)
    assert read(tmp_path / "holiday.2026_corrected.csv").names[1] == "a10.png"
    labels = json.loads((tmp_path / "holiday.2026_labels" / "labels.json").read_text())
    assert [(image["file_name"], image["width"], image["height"]) for image in labels["images"]] == [
        ("a10.png", 48, 80)
    ]
    hand = next(each for each in labels["annotations"] if any(each["corrected_joints"]))
    assert hand["keypoints"][3 * placed.joint : 3 * placed.joint + 2] == [placed.x, placed.y]
    press(album, "close")
    album.open(str(tmp_path / "holiday.2026.swahr"))
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=20_000)
    assert session.document.applied == 1
    assert names(album) == ["a2.png", "a10.png", "b.png"]


def test_a_photo_opens_its_folder_and_new_photos_join_at_the_end(album, folder, qtbot, tmp_path):
    session = album.review.session
    found = session.document.recording()
    press(album, "close")
    cv2.imwrite(str(folder / "a1.png"), np.full((40, 40, 3), 90, np.uint8))
    (folder / "a2.png").unlink()
    album.open(str(folder / "b.png"))
    assert names(album) == ["a2.png", "a10.png", "b.png", "a1.png"]
    assert session.index == 2
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
    assert session.document.recording().names == ("a2.png", "a10.png", "b.png", "a1.png")
    kept = session.document.frame(1).poses
    assert np.array_equal(kept.keypoints, next(f.poses for f in found if f.frame_index == 1).keypoints, True)


def test_a_document_of_that_name_that_is_of_a_film_stays(folder, film, tmp_path):
    film_document = tmp_path / "film.swahr"
    (folder.rename(tmp_path / "film")).exists()
    opening = album_of(tmp_path / "film")
    assert opening.document == tmp_path / "film_2.swahr"
    with Document.open(film_document) as document:
        assert document.last_frame() > 0


def test_of_photos_there_is_no_clip(album):
    press(album, "drawn")
    assert not album.review.exports.busy
    assert "no film" in album.banner.text.text()


def test_photos_keep_the_order_of_the_document_that_is_opened(album, folder, tmp_path):
    compared = tmp_path / "holiday.2026_other.swahr"
    with Document.create(compared, COCO_17, photos=folder.name) as document:
        document.add(0, math.nan, None, "b.png")
    opening = album_from(compared)
    assert opening.document == compared
    assert [photo.name for photo in opening.photos] == ["b.png", "a2.png", "a10.png"]


def test_a_comparison_of_photos_goes_on_only_where_they_have_the_same_numbers(tmp_path):
    path, photos = tmp_path / "other.swahr", [tmp_path / name for name in SIZES]
    assert free_for(path, photos) == path
    with Document.create(path, COCO_17) as document:
        document.add(0, math.nan, None, "a2.png")
    assert free_for(path, photos) == path
    assert free_for(path, photos[::-1]) == tmp_path / "other_2.swahr"


def test_names_are_in_the_colours_of_the_theme(album):
    seen = set()
    for theme in ("dark", "light"):
        album.state.change(theme=theme)
        item = album.review.photos.item(0)
        assert item.foreground().color() == QColor(current_theme().text)
        seen.add(item.foreground().color().name())
    assert len(seen) == 2


def test_recent_photos_open_as_photos(album, folder):
    press(album, "close")
    album.state.review_requested.disconnect()
    asked = []
    album.state.review_requested.connect(lambda path, _: asked.append(path))
    album.show_page(0)
    album.live.start.refresh()
    button = next(
        each for each in album.live.start.findChildren(QPushButton) if each.toolTip() == str(folder)
    )
    button.click()
    assert asked == [str(folder)]


def test_an_event_of_a_photo_is_listed_by_its_number(album):
    with answered("smiles"):
        press(album, "add_event")
    assert album.review.side.events.item(0).text() == "0   smiles"


def test_the_list_is_reached_by_the_keyboard(album):
    album.review.photos.setFocus()
    assert album.review.photos.hasFocus()
    QTest.keySequence(album.review.photos, "Right")
    assert album.review.session.index == 1
