"""A person drawn from the side by places that lie between pixels, plain enough to draw and true enough to be found."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import COCO_17

Floats = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

BITS = 4  # of a pixel's fraction that OpenCV draws with
SKIN, SHIRT, TROUSERS, SHOE, HAIR = (140, 170, 215), (60, 70, 170), (110, 70, 40), (40, 40, 45), (30, 50, 70)
FAR = 0.7  # of the light on the limbs behind
WALL, GROUND, FLOOR = (
    (190, 200, 195),
    (110, 140, 120),
    0.8,
)  # the ground begins at this part of the frame's height
NOISE = 8  # grey levels
AT = {joint: place for place, joint in enumerate(COCO_17.joints)}


def scene(size_wh: tuple[int, int], seed: int) -> Image:
    """Return a wall and a ground, with the noise of a camera."""
    width, height = size_wh
    image = np.full((height, width, 3), WALL, np.uint8)
    image[round(FLOOR * height) :] = GROUND
    noise = np.random.default_rng(seed).integers(0, NOISE, image.shape, dtype=np.uint8)
    return np.asarray(cv2.add(image, noise), np.uint8)


def draw_figure(image: Image, joints: Floats, height: float, facing: int = 1) -> None:
    """Draw someone into a picture.

    Args:
        image: [H, W, 3] uint8 BGR.
        joints: [17, 2] pixels, of COCO.
        height: of the person, pixels.
        facing: 1 to the right, -1 to the left.
    """
    sides = ("left", "right") if facing > 0 else ("right", "left")
    _limbs(image, joints, sides[0], height, facing, FAR)
    shoulders, hips, ears = (_middle(joints, name) for name in ("shoulder", "hip", "ear"))
    _capsule(image, (shoulders + (hips - shoulders) * 0.08, hips), (0.062 * height, 0.055 * height), SHIRT)
    _capsule(image, (shoulders, ears), (0.03 * height, 0.03 * height), SKIN)
    _oval(image, ears + np.multiply((facing * 0.012, -0.008), height), (0.058 * height, 0.07 * height), SKIN)
    _oval(image, ears + np.multiply((-facing * 0.012, -0.03), height), (0.055 * height, 0.055 * height), HAIR)
    nose = joints[AT["nose"]]
    bridge = nose - np.multiply((facing * 0.02, 0.005), height)
    _capsule(image, (bridge, nose), (0.012 * height, 0.008 * height), SKIN)
    eye = joints[AT[f"{sides[1]}_eye"]] - (facing * 0.012 * height, 0)
    _oval(image, eye, (0.008 * height, 0.008 * height), (30, 30, 30))
    _limbs(image, joints, sides[1], height, facing, 1.0)


def _limbs(image: Image, joints: Floats, side: str, height: float, facing: int, light: float) -> None:
    def lit(colour: Colour) -> Colour:
        blue, green, red = (round(light * value) for value in colour)
        return blue, green, red

    hip, knee, ankle, shoulder, elbow, wrist = (
        joints[AT[f"{side}_{name}"]] for name in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
    )
    toe = ankle + np.multiply((facing * 0.1, 0.03), height)
    heel = ankle + np.multiply((-facing * 0.03, 0.03), height)
    hand = wrist + 0.25 * (wrist - elbow)
    parts: Sequence[tuple[tuple[Floats, Floats], tuple[float, float], Colour]] = (
        ((heel, toe), (0.02, 0.016), SHOE),
        ((knee, ankle), (0.035, 0.022), TROUSERS),
        ((hip, knee), (0.05, 0.036), TROUSERS),
        ((elbow, wrist), (0.022, 0.016), SKIN),
        ((wrist, hand), (0.018, 0.015), SKIN),
        ((shoulder, elbow), (0.03, 0.024), SHIRT),
    )
    for ends, (first, second), colour in parts:
        _capsule(image, ends, (first * height, second * height), lit(colour))


def _middle(joints: Floats, name: str) -> Floats:
    return np.asarray((joints[AT[f"left_{name}"]] + joints[AT[f"right_{name}"]]) / 2)


def _capsule(image: Image, ends: tuple[Floats, Floats], radii: tuple[float, float], colour: Colour) -> None:
    along = ends[1] - ends[0]
    out = np.asarray([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-6)
    corners = [end + sign * radius * out for sign in (1, -1) for end, radius in zip(ends, radii, strict=True)]
    outline = np.asarray([corners[0], corners[1], corners[3], corners[2]])
    cv2.fillConvexPoly(image, np.rint(outline * (1 << BITS)).astype(np.int32), colour, cv2.LINE_AA, BITS)
    for end, radius in zip(ends, radii, strict=True):
        _oval(image, end, (radius, radius), colour)


def _oval(image: Image, centre: Floats, radii: tuple[float, float], colour: Colour) -> None:
    x, y, a, b = (round(float(value) * (1 << BITS)) for value in (*centre, *radii))
    cv2.ellipse(image, (x, y), (a, b), 0, 0, 360, colour, -1, cv2.LINE_AA, BITS)
