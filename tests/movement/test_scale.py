import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.config import MovementFilterSettings, ScaleSettings
from swahr.errors import MissingError, SettingError, UnreadableError
from swahr.movement import measure, read_calibration
from swahr.movement.scale import Scale
from swahr.pose.skeleton import COCO_17

TIMES = np.arange(60) / 30
UNFILTERED = MovementFilterSettings(smooth="none")
MATRIX = np.asarray([[900.0, 0, 500], [0, 900, 300], [0, 0, 1]])
BARREL = np.asarray([-0.25, 0.08, 0.001, -0.002, 0.0])


def knee(side, times):
    return 30 + 20 * np.sin(2 * np.pi * times + (side == "left"))


def hip(side, times):
    return 10 + 10 * np.sin(2 * np.pi * times + (side == "left"))


@pytest.fixture
def walk(bodies):
    return bodies.walker(TIMES, knee, hip, height=360.0, speed=0.5)


def test_a_persons_height_gives_metres_and_y_goes_up(bodies, walk):
    movement = measure(bodies.recorded(TIMES, [walk]), None, UNFILTERED, ScaleSettings(height=1.8))
    person = movement.people[0]
    assert (movement.unit, movement.y_up) == ("m", True)
    at = COCO_17.joints.index
    thigh = np.linalg.norm(person.places[:, at("left_hip")] - person.places[:, at("left_knee")], axis=1)
    np.testing.assert_allclose(thigh, 0.245 * 1.8, rtol=0.005)
    assert (person.places[:, at("nose"), 1] > person.places[:, at("left_hip"), 1]).all()
    assert np.quantile(person.places[:, [at("left_ankle"), at("right_ankle")], 1], 0.02) == pytest.approx(
        0, abs=1e-3
    )
    # Half a height a second.
    np.testing.assert_allclose(person.velocities[:, at("left_hip"), 0], 0.9, rtol=0.005)
    assert any("mm per pixel" in note for note in movement.notes)


def test_a_known_length_and_a_floor_give_them_too_and_a_tilted_camera_does_not_matter(bodies, walk):
    c, s = np.cos(np.radians(7)), np.sin(np.radians(7))
    turned = (walk - (500, 400)) @ np.asarray([[c, s], [-s, c]]) + (500, 400)
    floor = (300.0, 400 - 200 * np.tan(np.radians(7)), 700.0, 400 + 200 * np.tan(np.radians(7)))
    scale = ScaleSettings(floor=floor, line=(100, 100, 100, 300), length=1.0)
    movement = measure(bodies.recorded(TIMES, [turned]), None, UNFILTERED, scale)
    level = measure(
        bodies.recorded(TIMES, [walk]), None, UNFILTERED, ScaleSettings(line=(0, 0, 200, 0), length=1)
    )
    np.testing.assert_allclose(movement.people[0].angles, level.people[0].angles, atol=1e-3)
    np.testing.assert_allclose(movement.people[0].speeds, level.people[0].speeds, atol=1e-3)
    hips = walk[:, COCO_17.joints.index("left_hip")]
    found = movement.people[0].places[:, COCO_17.joints.index("left_hip")]
    np.testing.assert_allclose(found[:, 1], (400 - hips[:, 1]) / 200, atol=1e-3)
    assert any("turned by -7.0 degrees" in note for note in movement.notes)


def test_a_floor_alone_leaves_pixels_and_with_a_length_scales(bodies, walk):
    recording = bodies.recorded(TIMES, [walk])
    movement = measure(recording, None, UNFILTERED, ScaleSettings(floor=(700, 400, 300, 400)))
    assert (movement.unit, movement.y_up) == ("px", True)
    hip_at = COCO_17.joints.index("left_hip")
    np.testing.assert_allclose(movement.people[0].places[:, hip_at, 1], 400 - walk[:, hip_at, 1], atol=1e-3)
    scaled = measure(recording, None, UNFILTERED, ScaleSettings(floor=(300, 400, 700, 400), length=2.0))
    np.testing.assert_allclose(scaled.people[0].places, movement.people[0].places / 200, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(1e-4, 10),
    st.floats(-180, 180),
    st.lists(st.floats(-2000, 2000), min_size=4, max_size=4),
)
def test_a_scale_keeps_shapes(metres, turn, numbers):
    right = np.asarray([np.cos(np.radians(turn)), np.sin(np.radians(turn))])
    scale = Scale(metres, np.asarray([3.0, 5.0]), right, ())
    a, b = np.asarray(numbers).reshape(2, 2)
    apart = np.linalg.norm(scale.placed(a) - scale.placed(b))
    assert apart == pytest.approx(metres * np.linalg.norm(a - b), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"length": 2}, "length is of two points"),
        ({"line": (0, 0, 1, 1)}, "line has no length"),
        ({"line": (0, 0, 1, 1), "length": 2, "height": 1.8}, "choose one"),
        ({"floor": (1, 1, 1, 1)}, "two different points"),
        ({"floor": (1, 1, 1)}, "floor"),
        ({"height": 0}, "more than 0"),
    ],
)
def test_what_gives_no_scale_is_refused(values, message):
    with pytest.raises(SettingError, match=message):
        ScaleSettings(**values)


def test_who_is_never_seen_whole_has_no_height(bodies, walk):
    walk[:, [15, 16]] = np.nan
    with pytest.raises(SettingError, match="knee and ankle are never seen together"):
        measure(bodies.recorded(TIMES, [walk]), scale=ScaleSettings(height=1.8))


class TestCalibration:
    @pytest.fixture
    def file(self, tmp_path):
        def write(name="camera.yml", matrix="camera_matrix", distortion="distortion_coefficients", **more):
            path = tmp_path / name
            storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
            values = {matrix: MATRIX, distortion: BARREL, **more}
            for key, value in values.items():
                storage.write(key, value)
            storage.release()
            return path

        return write

    @pytest.mark.parametrize(
        ("name", "matrix", "distortion"),
        [
            ("a.yml", "camera_matrix", "distortion_coefficients"),
            ("a.xml", "cameraMatrix", "distCoeffs"),
            ("a.json", "K", "D"),
        ],
    )
    def test_what_a_lens_bends_is_straight_again(self, bodies, walk, file, name, matrix, distortion):
        rays = cv2.undistortPoints(walk.reshape(-1, 1, 2), MATRIX, None)
        solid = np.concatenate([rays, np.ones_like(rays[..., :1])], axis=2)
        bent = cv2.projectPoints(solid, np.zeros(3), np.zeros(3), MATRIX, BARREL)[0].reshape(walk.shape)
        assert np.abs(bent - walk).max() > 3
        path = file(name, matrix, distortion, image_width=1000, image_height=600)
        scale = ScaleSettings(calibration=path)
        movement = measure(bodies.recorded(TIMES, [bent]), None, UNFILTERED, scale)
        np.testing.assert_allclose(movement.people[0].places, walk, atol=0.05)
        assert (movement.unit, movement.y_up) == ("px", False)

    def test_one_of_another_size_is_refused(self, bodies, walk, file):
        scale = ScaleSettings(calibration=file(image_width=320, image_height=240))
        with pytest.raises(SettingError, match="outside the 320 x 240 pixels of the calibration"):
            measure(bodies.recorded(TIMES, [walk]), scale=scale)

    def test_files_of_other_kinds_are_told(self, file, tmp_path):
        with pytest.raises(MissingError, match="no such file"):
            read_calibration(tmp_path / "none.yml")
        with pytest.raises(UnreadableError, match=r"has M, D; expected camera_matrix"):
            read_calibration(file(matrix="M", distortion="D"))
        (tmp_path / "notes.yml").write_text("this: [is: no\n  camera")
        with pytest.raises(UnreadableError, match=r"notes\.yml"):
            read_calibration(tmp_path / "notes.yml")
        few = cv2.FileStorage(str(tmp_path / "few.yml"), cv2.FILE_STORAGE_WRITE)
        few.write("K", MATRIX)
        few.write("D", BARREL[:3])
        few.release()
        with pytest.raises(UnreadableError, match="3 coefficients"):
            read_calibration(tmp_path / "few.yml")
