"""A picture with two people, drawn: what runtimes are compared on, without a photo."""

import cv2
import numpy as np
import numpy.typing as npt

from swahr.video.images import Image

SIZE_WH = (640, 360)
# x and y of COCO's joints of a person of height 1 who stands at 0, 0 facing the camera, y upwards.
STANDING = np.asarray([
    (0.0, 0.93), (0.02, 0.95), (-0.02, 0.95), (0.045, 0.94), (-0.045, 0.94), (0.115, 0.82), (-0.115, 0.82),
    (0.145, 0.64), (-0.145, 0.64), (0.15, 0.48), (-0.15, 0.48), (0.08, 0.5), (-0.08, 0.5), (0.085, 0.28),
    (-0.085, 0.28), (0.085, 0.04), (-0.085, 0.04),
])  # fmt: skip
SKIN, HAIR, EYES, LIPS = (130, 165, 215), (30, 40, 60), (20, 20, 20), (60, 60, 150)  # BGR
# x of the feet and height, pixels; shirt and trousers, BGR.
PEOPLE = ((180, 290, (60, 60, 170), (90, 60, 40)), (440, 300, (150, 90, 40), (60, 60, 60)))
GROUND, FEET = 260, 330


def drawn_people(count: int = len(PEOPLE)) -> Image:
    """Return the picture, [360, 640, 3] uint8 BGR. count: of the people, at most 2."""
    image = np.full((SIZE_WH[1], SIZE_WH[0], 3), (190, 200, 205), np.uint8)
    image[GROUND:] = 120, 140, 150
    for x, height, shirt, trousers in PEOPLE[:count]:
        joints = standing(x, height)
        _draw_body(image, joints, height, shirt, trousers)
        _draw_head(image, joints, height)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.8), np.uint8)


def standing(x: float, height: float) -> npt.NDArray[np.float64]:
    """Return [17, 2], the joints of a person in the picture whose feet are at x; height in pixels."""
    return np.stack([x + STANDING[:, 0] * height, FEET - STANDING[:, 1] * height], axis=1)


def _draw_body(
    image: Image,
    joints: npt.NDArray[np.float64],
    height: int,
    shirt: tuple[int, ...],
    trousers: tuple[int, ...],
) -> None:
    def limb(along: tuple[int, ...], thickness: float, colour: tuple[int, ...]) -> None:
        line = np.round(joints[list(along)]).astype(np.int32)
        cv2.polylines(image, [line], False, colour, int(thickness * height), cv2.LINE_AA)

    limb((11, 13, 15), 0.075, trousers)
    limb((12, 14, 16), 0.075, trousers)
    trunk = np.round(joints[[5, 6, 12, 11]]).astype(np.int32)
    cv2.fillPoly(image, [trunk], shirt, cv2.LINE_AA)
    limb((5, 6), 0.06, shirt)
    limb((11, 12), 0.08, trousers)
    limb((5, 7, 9), 0.05, shirt)
    limb((6, 8, 10), 0.05, shirt)
    for wrist in joints[[9, 10]]:
        cv2.circle(image, _pixel(wrist), int(0.028 * height), SKIN, -1, cv2.LINE_AA)
    for ankle in joints[[15, 16]]:
        axes = int(0.035 * height), int(0.02 * height)
        cv2.ellipse(image, _pixel(ankle), axes, 0, 0, 360, EYES, -1, cv2.LINE_AA)


def _draw_head(image: Image, joints: npt.NDArray[np.float64], height: int) -> None:
    nose, neck = joints[0], joints[[5, 6]].mean(axis=0)
    cv2.line(image, _pixel(neck), _pixel(nose), SKIN, int(0.05 * height), cv2.LINE_AA)
    face, hair = (0.05, 0.068), (0.052, 0.045)
    axes = int(face[0] * height), int(face[1] * height)
    cv2.ellipse(image, _pixel(nose), axes, 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    axes = int(hair[0] * height), int(hair[1] * height)
    cv2.ellipse(
        image, _pixel(nose - np.asarray([0, 0.03 * height])), axes, 0, 180, 360, HAIR, -1, cv2.LINE_AA
    )
    for eye in joints[[1, 2]]:
        cv2.circle(image, _pixel(eye), max(2, int(0.009 * height)), EYES, -1, cv2.LINE_AA)
    mouth = nose + np.asarray([0, 0.03 * height])
    half = np.asarray([0.018 * height, 0])
    cv2.line(image, _pixel(mouth - half), _pixel(mouth + half), LIPS, 2, cv2.LINE_AA)


def _pixel(xy: npt.NDArray[np.float64]) -> tuple[int, int]:
    x, y = np.round(xy).astype(int)
    return int(x), int(y)
