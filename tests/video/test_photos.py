import os
import sys

import cv2
import numpy as np
import pytest

from swahr.errors import SwahrError, UnreadableError
from swahr.video import Photos, list_photos, write_photo
from swahr.video.images import read_image


@pytest.fixture
def folder(tmp_path):
    """Three photos, one of them broken, and what is no photo."""
    for name, value in (("c.png", 3), ("a.JPG", 1)):
        cv2.imwrite(str(tmp_path / name), np.full((20, 30 + value, 3), value, np.uint8))
    (tmp_path / "b.jpg").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "sub.png").mkdir()
    return tmp_path


class TestListing:
    def test_a_folder_gives_its_images_sorted(self, folder):
        assert [file.name for file in list_photos([folder])] == ["a.JPG", "b.jpg", "c.png"]

    def test_files_are_taken_as_given_whatever_their_name(self, folder):
        files = [folder / "notes.txt", folder / "c.png"]
        assert list_photos(files) == files

    def test_a_folder_without_images_is_refused(self, tmp_path):
        with pytest.raises(SwahrError, match="holds no images"):
            list_photos([tmp_path])

    def test_what_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(SwahrError, match=r"none\.jpg: no such file"):
            list_photos([tmp_path / "none.jpg"])

    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")
    def test_a_name_that_is_no_text_is_refused(self, tmp_path):
        file = tmp_path / os.fsdecode(b"K\xe4se.png")
        cv2.imwrite(str(tmp_path / "a.png"), np.zeros((8, 8, 3), np.uint8))
        (tmp_path / "a.png").rename(file)
        for source in (tmp_path, file):
            with pytest.raises(UnreadableError, match="rename it"):
                list_photos([source])


class TestReading:
    def test_a_photo_that_cannot_be_read_keeps_its_place(self, folder):
        with Photos(list_photos([folder])) as photos:
            frames = list(photos)
        assert [frame.index for frame in frames] == [0, 1, 2]
        assert [frame.image is None for frame in frames] == [False, True, False]
        assert frames[1].name == str(folder / "b.jpg")
        assert len(photos.notes) == 1
        assert "b.jpg" in photos.notes[0]

    def test_the_size_is_the_first_readable_photos(self, folder):
        photos = Photos([folder / "b.jpg", folder / "c.png", folder / "a.JPG"])
        assert (photos.width, photos.height) == (33, 20)
        assert photos.estimated_frames == 3

    def test_where_none_can_be_read_the_first_reason_is_given(self, folder):
        with pytest.raises(SwahrError, match=r"b\.jpg.*1 other"):
            Photos([folder / "b.jpg", folder / "notes.txt"])
        with pytest.raises(SwahrError, match="no images"):
            Photos([])


class TestWriting:
    @pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.WEBP", "schön.bmp"])
    def test_what_is_written_can_be_read(self, tmp_path, name):
        picture = np.full((20, 30, 3), (10, 100, 200), np.uint8)
        write_photo(tmp_path / name, picture)
        assert np.abs(read_image(tmp_path / name).astype(int) - picture).max() < 10
        assert len(list(tmp_path.iterdir())) == 1

    @pytest.mark.parametrize("name", ["a.nonsense", "none/a.png"])
    def test_what_cannot_be_written_is_refused_in_one_line(self, tmp_path, name):
        with pytest.raises(SwahrError) as refused:
            write_photo(tmp_path / name, np.zeros((2, 2, 3), np.uint8))
        assert "\n" not in str(refused.value)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
    def test_a_full_disk_leaves_nothing(self, tmp_path):
        (tmp_path / "a.png.part").symlink_to("/dev/full")
        with pytest.raises(SwahrError, match="No space left on device"):
            write_photo(tmp_path / "a.png", np.zeros((2, 2, 3), np.uint8))
        assert list(tmp_path.iterdir()) == []
