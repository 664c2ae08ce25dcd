import struct
import zlib

import cv2
import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.video.images import as_bgr8, read_image


@pytest.fixture
def picture():
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    return cv2.GaussianBlur(picture, (0, 0), 5)


def encoded(picture, suffix):
    done, content = cv2.imencode(suffix, picture)
    assert done
    return content.tobytes()


class TestAsBgr8:
    def test_bgr_of_8_bits_is_passed_on_without_a_copy(self, picture):
        assert as_bgr8(picture) is picture or np.shares_memory(as_bgr8(picture), picture)

    @pytest.mark.parametrize("shape", [(40, 60), (40, 60, 1)])
    def test_grey_becomes_three_equal_channels(self, shape):
        grey = np.arange(2400).reshape(shape).astype(np.uint8)
        image = as_bgr8(grey)
        assert image.shape == (40, 60, 3)
        assert all(np.array_equal(image[:, :, c], grey.reshape(40, 60)) for c in range(3))

    def test_of_16_bits_the_upper_8_count(self, picture):
        assert np.array_equal(as_bgr8(picture.astype(np.uint16) * 256 + 7), picture)

    def test_alpha_is_dropped(self, picture):
        assert np.array_equal(as_bgr8(np.dstack([picture, np.zeros((40, 60), np.uint8)])), picture)

    def test_a_view_becomes_contiguous(self, picture):
        mirrored = as_bgr8(picture[:, ::-1])
        assert mirrored.flags.c_contiguous
        assert np.array_equal(mirrored, picture[:, ::-1])

    @pytest.mark.parametrize(
        ("image", "message"),
        [
            (None, "NoneType"),
            ([[1, 2]], "list"),
            (np.zeros(5, np.uint8), r"\[5\]"),
            (np.zeros((0, 4, 3), np.uint8), r"\[0, 4, 3\]"),
            (np.zeros((4, 4, 5), np.uint8), "5 channels"),
            (np.zeros((4, 4, 3), np.float64), "float64"),
            (np.zeros((4, 4, 3), bool), "bool"),
        ],
    )
    def test_anything_else_is_refused_with_what_it_is(self, image, message):
        with pytest.raises(SwahrError, match=message):
            as_bgr8(image)


class TestReadImage:
    def test_a_png_comes_back_as_it_was(self, tmp_path, picture):
        file = tmp_path / "picture.png"
        file.write_bytes(encoded(picture, ".png"))
        assert np.array_equal(read_image(file), picture)

    def test_a_name_beyond_ascii_is_read(self, tmp_path, picture):
        file = tmp_path / "snímek 写真.png"
        file.write_bytes(encoded(picture, ".png"))
        assert read_image(str(file)).shape == (40, 60, 3)

    @pytest.mark.parametrize(
        ("make", "suffix"),
        [
            (lambda p: p[:, :, 0], ".png"),
            (lambda p: p.astype(np.uint16) * 257, ".png"),
            (lambda p: p[:, :, 0].astype(np.uint16) * 257, ".tiff"),
            (lambda p: np.dstack([p, np.full(p.shape[:2], 9, np.uint8)]), ".png"),
        ],
        ids=["grey", "16-bit", "grey 16-bit", "alpha"],
    )
    def test_grey_16_bit_and_alpha_files_become_8_bit_bgr(self, tmp_path, picture, make, suffix):
        file = tmp_path / f"picture{suffix}"
        made = make(picture)
        file.write_bytes(encoded(made, suffix))
        image = read_image(file)
        assert image.dtype == np.uint8
        expected = picture if made.ndim == 3 else np.repeat(picture[:, :, :1], 3, axis=2)
        assert np.array_equal(image, expected)

    def test_an_image_of_one_pixel_is_read(self, tmp_path):
        file = tmp_path / "dot.png"
        file.write_bytes(encoded(np.full((1, 1, 3), 7, np.uint8), ".png"))
        assert read_image(file).tolist() == [[[7, 7, 7]]]

    def test_exif_orientation_is_honoured(self, tmp_path, picture):
        jpeg = encoded(picture, ".jpg")
        turned_right = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
        header = b"\xff\xe1" + (len(turned_right) + 2).to_bytes(2, "big") + turned_right
        file = tmp_path / "phone.jpg"
        file.write_bytes(jpeg[:2] + header + jpeg[2:])
        upright = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert np.array_equal(read_image(file), np.rot90(upright, -1))

    @pytest.mark.parametrize("suffix", [".jpg", ".png"])
    @pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9])
    def test_a_file_that_is_cut_off_is_refused(self, tmp_path, picture, suffix, part):
        content = encoded(picture, suffix)
        file = tmp_path / f"cut{suffix}"
        file.write_bytes(content[: int(len(content) * part)])
        with pytest.raises(SwahrError, match="cut"):
            read_image(file)

    def test_a_header_that_claims_billions_of_pixels_is_refused(self, tmp_path):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
        file = tmp_path / "huge.png"
        file.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", size)
            + chunk(b"IDAT", zlib.compress(b"0"))
            + chunk(b"IEND", b"")
        )
        with pytest.raises(SwahrError, match=r"huge\.png") as refused:
            read_image(file)
        assert "\n" not in str(refused.value)

    def test_text_a_folder_and_nothing_are_refused(self, tmp_path):
        text = tmp_path / "notes.jpg"
        text.write_text("hello")
        for path, message in (
            (text, "not an image"),
            (tmp_path, "folder"),
            (tmp_path / "none.jpg", "No such file"),
        ):
            with pytest.raises(SwahrError, match=message):
                read_image(path)


class TestDepths:
    @pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
    def test_a_photo_of_fewer_bits_in_16_is_as_bright_as_one_of_8(self, tmp_path, bits):
        ramp = np.tile(np.arange(256, dtype=np.uint16), (8, 1))
        cv2.imwrite(str(tmp_path / "deep.png"), ramp << (bits - 8))
        assert np.array_equal(read_image(tmp_path / "deep.png")[..., 0], ramp.astype(np.uint8))
