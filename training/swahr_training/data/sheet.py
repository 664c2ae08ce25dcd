"""Contact sheets: many small pictures of labels or results in one image."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.overlay.skeletons import LEFT, MIDDLE, RIGHT, draw_poses, joint_sides
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, read_image
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels, Person, Photo, Problem
from swahr_training.data.sources import ignore_region

TILE = 300  # pixels: side of a sample, which keeps its shape
CAPTION = 16  # of a line
FONT, FONT_SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.4
NAME_SCALE, DOT = 0.33, 3  # of joints without limbs: height of the name, radius of the dot
GAP = 6
PAPER = (250, 250, 250)
INK = (40, 40, 40)
WARNING = (40, 40, 200)
BOX = (90, 200, 90)
IGNORED = (200, 60, 200)


def draw_sheet(labels: Labels, problems: Sequence[Problem], count: int = 24, seed: int = 0) -> Image:
    """Draw a sheet of samples with skeletons, boxes and ignore regions: half of them where something is wrong.

    Left limbs are warm, right ones cool, as the line at the bottom says; joints without limbs are so, and have their
    names. Captions name the photo, and what is wrong in red. The last samples are mirrored as training does, so that
    wrong flip pairs show as swapped colours.
    """
    wrong: dict[object, str] = {}
    for problem in problems:
        if problem.photo is not None and problem.photo.is_file():
            wrong.setdefault(problem.photo, problem.kind)
    chosen = _choose(labels.photos, wrong, count, np.random.default_rng(seed))
    tiles = []
    for photo in chosen:
        tile = _readable_tile(photo, labels.skeleton, mirrored=False)
        tiles.append(captioned(tile, photo.name, wrong.get(photo.path, "")))
    for photo in [photo for photo in chosen if _has_people(photo)][:4]:
        tile = _readable_tile(photo, labels.skeleton, mirrored=True)
        tiles.append(captioned(tile, f"mirrored: {photo.name}"))
    return _with_legend(grid(tiles))


def draw_labels(photo: Photo, skeleton: Skeleton, mirrored: bool = False) -> Image:
    """Draw a photo's labels over it, at the size of a tile."""
    image = read_image(photo.path)
    height, width = image.shape[:2]
    masked = LabelledImage(
        photo.path,
        np.zeros((0, skeleton.num_joints, 3), np.float32),
        np.zeros((0, 4), np.float32),
        np.zeros(0, bool),
        tuple(region for person in photo.people if person.ignored and (region := ignore_region(person))),
    )
    image = _hatch(image, masked.ignore_mask(height, width))
    image, scale = fit_tile(image), TILE / max(height, width)
    people = [person for person in photo.people if not person.ignored]
    if mirrored:
        image = np.ascontiguousarray(image[:, ::-1])
    else:
        for person in people:
            x, y, w, h = (round(value * scale) for value in person.box)
            cv2.rectangle(image, (x, y), (x + w, y + h), BOX, 1, cv2.LINE_AA)
    poses = _as_poses(people, skeleton, scale, width if mirrored else None)
    image = draw_poses(image, poses)
    for keypoints in poses.keypoints:
        _name_joints(image, keypoints, skeleton)
    return image


def _name_joints(tile: Image, keypoints: npt.NDArray[np.float32], skeleton: Skeleton) -> None:
    """Draw joints without limbs in the colour of their side, each with its name: dots alone tell nothing."""
    on_limbs = {skeleton.joints[joint] for limb in skeleton.limbs for joint in limb}
    colours = {"left": LEFT[0], "right": RIGHT[0], "middle": MIDDLE[0]}
    width = tile.shape[1]
    named = zip(skeleton.joints, joint_sides(skeleton), keypoints.tolist(), strict=True)
    for joint, side, (x, y, score) in named:
        if score <= 0 or joint in on_limbs:
            continue
        at = (round(x), round(y))
        cv2.circle(tile, at, DOT + 1, INK, -1, cv2.LINE_AA)
        cv2.circle(tile, at, DOT, colours[side], -1, cv2.LINE_AA)
        text = joint.encode("ascii", "replace").decode()
        long = cv2.getTextSize(text, FONT, NAME_SCALE, 1)[0][0]
        place = (min(at[0] + DOT + 2, max(0, width - long)), at[1] + DOT)
        for colour, thick in ((INK, 3), (colours[side], 1)):
            cv2.putText(tile, text, place, FONT, NAME_SCALE, colour, thick, cv2.LINE_AA)


def fit_tile(image: Image) -> Image:
    """Scale an image so that its longer side is that of a tile."""
    scale = TILE / max(image.shape[:2])
    size_wh = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA).astype(np.uint8)


def captioned(tile: Image, text: str, warning: str = "") -> Image:
    """Put a tile on a square of paper with a caption and a warning below; what is too long is cut."""
    paper = np.full((TILE + 2 * CAPTION, TILE, 3), PAPER, np.uint8)
    height, width = tile.shape[:2]
    top, left = (TILE - height) // 2, (TILE - width) // 2
    paper[top : top + height, left : left + width] = tile
    for row, (line, colour) in enumerate(((text, INK), (warning, WARNING)), start=1):
        plain = line.encode("ascii", "replace").decode()
        while len(plain) > 4 and cv2.getTextSize(plain, FONT, FONT_SCALE, 1)[0][0] > TILE - 4:
            plain = plain[:-4] + "..."
        at = (2, TILE + row * CAPTION - 5)
        cv2.putText(paper, plain, at, FONT, FONT_SCALE, colour, 1, cv2.LINE_AA)
    return paper


def grid(tiles: Sequence[Image], columns: int = 6) -> Image:
    """Lay tiles of one size out in rows. Raises SwahrError where there are none."""
    if not tiles:
        raise SwahrError("there is no photo to draw")
    height, width = tiles[0].shape[:2]
    columns = min(columns, len(tiles))
    rows = math.ceil(len(tiles) / columns)
    sheet = np.full((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, 3), PAPER, np.uint8)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        y, x = GAP + row * (height + GAP), GAP + column * (width + GAP)
        sheet[y : y + height, x : x + width] = tile
    return sheet


def _with_legend(sheet: Image) -> Image:
    """Return a sheet with a line below that says what its colours mean; what is too long for it is left out."""
    known = (
        ("left", LEFT[0]),
        ("right", RIGHT[0]),
        ("middle", MIDDLE[0]),
        ("box", BOX),
        ("stripes: left out of training", IGNORED),
        ("what is wrong", WARNING),
    )
    line = np.full((CAPTION + GAP, sheet.shape[1], 3), PAPER, np.uint8)
    x, y = GAP, CAPTION - 5
    for text, colour in known:
        long = cv2.getTextSize(text, FONT, FONT_SCALE, 1)[0][0]
        if x + CAPTION + long > sheet.shape[1]:
            break
        cv2.circle(line, (x + 4, y - 4), 4, colour, -1, cv2.LINE_AA)
        cv2.putText(line, text, (x + CAPTION - 2, y), FONT, FONT_SCALE, INK, 1, cv2.LINE_AA)
        x += 2 * CAPTION + long
    return np.vstack([sheet, line])


def _choose(
    photos: Sequence[Photo], wrong: dict[object, str], count: int, random: np.random.Generator
) -> list[Photo]:
    there = [photo for photo in photos if photo.path.is_file()]
    # One of each kind of problem before the second of any, and people before empty photos.
    order = random.permutation(len(there))
    ranks: dict[str, int] = {}
    bad: list[tuple[int, Photo]] = []
    good: list[Photo] = []
    for index in order:
        photo = there[index]
        kind = wrong.get(photo.path)
        if kind is None:
            good.append(photo)
        else:
            ranks[kind] = ranks.get(kind, 0) + 1
            bad.append((ranks[kind], photo))
    bad.sort(key=lambda pair: pair[0])
    good.sort(key=lambda photo: not _has_people(photo))
    half = max(count // 2, count - len(good))
    shown = [photo for _, photo in bad[:half]]
    return shown + good[: count - len(shown)]


def _has_people(photo: Photo) -> bool:
    return any(not person.ignored for person in photo.people)


def _readable_tile(photo: Photo, skeleton: Skeleton, mirrored: bool) -> Image:
    try:
        return draw_labels(photo, skeleton, mirrored)
    except SwahrError:  # the list of problems says so; the sheet shows grey
        return np.full((TILE, TILE, 3), 200, np.uint8)


def _as_poses(
    people: Sequence[Person], skeleton: Skeleton, scale: float, mirrored_width: int | None
) -> Poses:
    """Return labels as poses to draw: visible joints sure, hidden ones less."""
    joints = np.asarray([person.joints for person in people], np.float32).reshape(-1, skeleton.num_joints, 3)
    if mirrored_width is not None:
        joints = joints[:, list(skeleton.flip_permutation)].copy()
        joints[..., 0] = mirrored_width - 1 - joints[..., 0]
    keypoints = np.full_like(joints, np.nan)
    labelled = joints[..., 2] > 0
    keypoints[labelled, :2] = joints[labelled, :2] * scale
    keypoints[..., 2] = np.clip(joints[..., 2], 0, 2) / 2
    return Poses(keypoints, np.ones(len(joints), np.float32), skeleton)


def _hatch(image: Image, mask: npt.NDArray[np.uint8]) -> Image:
    """Draw stripes over the masked part."""
    if not mask.any():
        return image
    y, x = np.indices(mask.shape)
    step = max(4, max(mask.shape) // 40)
    striped = (mask > 0) & ((x + y) % (2 * step) < step)
    hatched: Image = image.copy()
    hatched[striped] = (0.5 * hatched[striped] + 0.5 * np.asarray(IGNORED)).astype(np.uint8)
    return hatched
