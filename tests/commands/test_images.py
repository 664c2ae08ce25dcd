"""`swahr images` on real files."""

import csv
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from swahr.demo.clip import astronaut


def read(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def picture(height=40, width=60):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("b.png", "a.jpg"):
        cv2.imwrite(str(folder / name), picture())
    return folder


class TestTheJob:
    def test_each_photo_has_its_rows_with_its_name(self, call, photos, crowd_model):
        result = call("images", "photos", "-o", "out.csv", "--model", crowd_model, "--max-people", 2)
        assert result.code == 0, result.errors
        rows = read("out.csv")
        assert list(rows[0])[:6] == ["file", "frame", "time_s", "person_id", "score", "nose_x"]
        assert {(row["file"], row["frame"], row["time_s"]) for row in rows} == {
            (str(Path("photos/a.jpg")), "0", ""),
            (str(Path("photos/b.png")), "1", ""),
        }
        assert rows[0]["person_id"] == "0"
        # Of people alike some are dropped: which, hangs on the last digit, and that on the processor.
        assert 2 <= len(rows) <= 4
        assert f"2 photos, 2 with people, {len(rows) / 2:.1f} people per photo" in result.errors
        assert "people per frame" not in result.errors

    def test_one_photo_is_counted_as_one(self, call, photos, blind_model):
        result = call("images", photos / "a.jpg", "--model", blind_model)
        assert "1 photo, 0 with people" in result.errors
        assert re.search(r"(?<![\d.])1 photos", result.errors) is None

    def test_the_speed_is_told_once(self, call, photos, blind_model):
        result = call("images", photos, "--model", blind_model)
        assert result.errors.count("/s") == 1

    def test_a_photo_without_people_keeps_a_row_unless_told_otherwise(self, call, photos, blind_model):
        assert call("images", photos, "-o", "a.csv", "--model", blind_model).code == 0
        assert [row["person_id"] for row in read("a.csv")] == ["", ""]
        assert call("images", photos, "-o", "b.csv", "--model", blind_model, "--no-keep-empty").code == 0
        assert read("b.csv") == []

    def test_files_are_done_in_the_order_given(self, call, photos, blind_model):
        files = [photos / "b.png", photos / "a.jpg"]
        assert call("images", *files, "--model", blind_model).code == 0
        assert [row["file"] for row in read("images.csv")] == [str(file) for file in files]

    def test_overlays_have_the_photos_names_and_sizes(self, call, photos, crowd_model):
        (photos / "odd").write_bytes((photos / "b.png").read_bytes())
        options = ("-o", "out.csv", "--overlay", "new/drawn", "--model", crowd_model)
        assert call("images", photos, photos / "odd", *options).code == 0
        assert names(Path("new/drawn")) == ["a.jpg", "b.png", "odd.png"]
        drawn = cv2.imread("new/drawn/b.png")
        assert drawn.shape == (40, 60, 3)
        assert (drawn != picture()).any()

    def test_grey_16_bit_alpha_and_one_pixel_images_are_done(self, call, photos, crowd_model):
        cv2.imwrite(str(photos / "grey.png"), picture()[:, :, 0])
        cv2.imwrite(str(photos / "deep.png"), picture().astype(np.uint16) * 257)
        cv2.imwrite(str(photos / "alpha.png"), np.dstack([picture(), picture()[:, :, 0]]))
        cv2.imwrite(str(photos / "dot.png"), picture(1, 1))
        options = ("--model", crowd_model, "--overlay", "drawn", "--batch", 1)
        result = call("images", photos, "-o", "out.csv", *options)
        assert result.code == 0, result.errors
        cells = {}
        for row in read("out.csv"):
            cells.setdefault(Path(row["file"]).stem, []).append(list(row.values())[3:])
        assert set(cells) == {"a", "b", "grey", "deep", "alpha", "dot"}
        assert cells["deep"] == cells["alpha"] == cells["b"]

    def test_people_of_a_real_photo_are_found(self, call, photos):
        cv2.imwrite("astronaut.jpg", astronaut())
        assert call("images", "astronaut.jpg", "-o", "out.csv").code == 0
        first = read("out.csv")[0]
        assert abs(float(first["nose_x"]) - 222) < 25
        assert abs(float(first["nose_y"]) - 115) < 25


class TestFaults:
    def test_unreadable_images_are_named_the_others_are_done_and_the_code_is_2(
        self, call, photos, crowd_model
    ):
        (photos / "broken.jpg").write_bytes((photos / "a.jpg").read_bytes()[:300])
        cv2.imwrite(str(photos / "strip.png"), picture(2, 100))
        result = call("images", photos, "-o", "out.csv", "--overlay", "drawn", "--model", crowd_model)
        assert result.code == 2
        assert "broken.jpg" in result.errors
        assert "strip.png has 100 x 2 pixels" in result.errors
        assert "2 of 4 images could not be read" in result.errors
        assert "Traceback" not in result.errors
        # A broken file is no photo without people: it has no row, and the numbers keep its place.
        assert {row["frame"] for row in read("out.csv")} == {"0", "1"}
        assert names(Path("drawn")) == ["a.jpg", "b.png"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("none",), "no such file or folder"),
            (("empty",), "holds no images"),
            (("notes.txt",), "not an image"),
            (("photos", "-o", "x.json"), "a name that ends in .csv"),
            (("photos", "-o", "x"), "a name that ends in .csv"),
            (("photos", "-o", "x_dlc.csv"), "not in _dlc.csv"),
            (("photos", "-o", "none/out.csv"), "there is no folder"),
            (("photos", "-o", "photos/a.jpg", "--overwrite"), "would overwrite"),
            (("photos", "--overlay", "photos"), "holds the images themselves"),
            (("photos", "--overlay", "notes.txt"), "is a file"),
            (("photos", "--overlay", "notes.txt/deep"), "could not be made"),
            (("photos", "--device", "gpu"), "auto, cpu or cuda"),
            (("photos", "photos/a.jpg", "--overlay", "drawn"), "one by one"),
        ],
    )
    def test_what_cannot_be_is_one_line_and_nothing_is_written(
        self, refuses, photos, tmp_path, blind_model, arguments, message
    ):
        (tmp_path / "empty").mkdir()
        (tmp_path / "notes.txt").write_text("hello")
        assert message in refuses("images", *arguments, "--model", blind_model)
        assert names(tmp_path) == ["empty", "notes.txt", "photos"]
        assert names(photos) == ["a.jpg", "b.png"]

    def test_overlays_that_are_there_are_replaced_on_request_alone(self, call, refuses, photos, blind_model):
        Path("drawn").mkdir()
        Path("drawn/a.jpg").write_text("old")
        options = ("-o", "out.csv", "--overlay", "drawn", "--model", blind_model)
        assert "--overwrite" in refuses("images", photos, *options)
        assert Path("drawn/a.jpg").read_text() == "old"
        assert call("images", photos, *options, "--overwrite").code == 0
        assert cv2.imread("drawn/a.jpg") is not None
