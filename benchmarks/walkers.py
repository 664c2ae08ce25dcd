"""Walking people whose ids are known, drawn and found frame after frame.

People are drawn as clothed figures, and are found as an estimator finds them: joints tremble, joints and people are
missed, people behind others or behind a pillar are hidden in part, and ghosts come and go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

Floats = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 960, 540
# A person needs this part of the joints in sight to be there at all.
MIN_VISIBLE = 0.3
JOINT_NOISE = 0.5  # of the joint's standard deviation in COCO's similarity
MISSED_JOINT, MISSED_PERSON, GHOST, SWAPPED = 0.05, 0.03, 0.04, 0.02
# x and y of COCO's joints of a person of height 1 who stands at 0, 0 facing the camera, y upwards.
STANDING = np.asarray([
    (0.0, 0.93), (0.02, 0.95), (-0.02, 0.95), (0.045, 0.94), (-0.045, 0.94), (0.115, 0.82), (-0.115, 0.82),
    (0.145, 0.64), (-0.145, 0.64), (0.15, 0.48), (-0.15, 0.48), (0.08, 0.5), (-0.08, 0.5), (0.085, 0.28),
    (-0.085, 0.28), (0.085, 0.04), (-0.085, 0.04),
])  # fmt: skip
# How far each joint swings with the step, of the height: arms and legs, opposite on both sides.
SWING = np.zeros(17)
SWING[[7, 9, 8, 10]] = 0.04, 0.12, -0.04, -0.12
SWING[[13, 15, 14, 16]] = -0.05, -0.14, 0.05, 0.14
PARTS = (  # joints and thickness, of the height
    ((5, 7, 9), 0.05, "shirt"), ((6, 8, 10), 0.05, "shirt"), ((11, 13, 15), 0.075, "trousers"),
    ((12, 14, 16), 0.075, "trousers"),
)  # fmt: skip

# BGR: black, grey, white, navy, blue, red, green, beige, yellow, pink; black, jeans, grey, beige.
FLICKER = 0.06  # of the light, parts

Path = Callable[[float], tuple[float, float] | None]


@dataclass(frozen=True)
class Walker:
    """Someone: path gives the feet's place in pixels at a moment, None while away; depth orders who is in front."""

    id: int
    path: Path
    height: float
    depth: float
    shirt: tuple[int, int, int]
    trousers: tuple[int, int, int]
    step_s: float = 1.1

    def joints(self, time_s: float) -> Floats | None:
        """Return the joints [17, 2] in pixels."""
        place = self.path(time_s)
        if place is None:
            return None
        swing = SWING * np.sin(2 * np.pi * time_s / self.step_s + self.id)
        points = STANDING * self.height
        return np.stack([place[0] + points[:, 0] + swing * self.height, place[1] - points[:, 1]], axis=1)


@dataclass
class Film:
    """A sequence. pillars: boxes left, top, right, bottom that hide people. scene: which one at a moment."""

    name: str
    walkers: list[Walker]
    seconds: float
    frame_rate: float = 25.0
    pillars: list[tuple[int, int, int, int]] = field(default_factory=list)
    scene: Callable[[float], int] = lambda _: 0


@dataclass(frozen=True)
class Shot:
    """A frame: its picture, who is in it and where (ids [P], joints [P, 17, 2]), and the people that are found."""

    time_s: float
    image: Image
    ids: npt.NDArray[np.int64]
    joints: Floats
    found: Poses


def film_shots(film: Film, seed: int = 0) -> Iterator[Shot]:
    """Render a film."""
    random = np.random.default_rng(seed)
    backgrounds: dict[int, Image] = {}
    for index in range(round(film.seconds * film.frame_rate)):
        time_s = index / film.frame_rate
        scene = film.scene(time_s)
        if scene not in backgrounds:
            backgrounds[scene] = _background(scene)
        there = [(walker, walker.joints(time_s)) for walker in film.walkers]
        people = sorted(
            ((walker, joints) for walker, joints in there if joints is not None),
            key=lambda pair: pair[0].depth,
        )
        owner = np.full((HEIGHT, WIDTH), -1, np.int16)  # who is seen at each pixel
        image = backgrounds[scene].copy()
        light = 1 + FLICKER * np.sin(2 * np.pi * 0.7 * time_s)
        for walker, joints in people:
            _draw(image, owner, walker, joints)
        for box in film.pillars:
            cv2.rectangle(image, box[:2], box[2:], (70, 74, 80), -1)
            owner[box[1] : box[3], box[0] : box[2]] = -2
        image = cv2.convertScaleAbs(image, alpha=light)
        truth, found = [], []
        for walker, joints in people:
            visible = _visible(owner, walker.id, joints)
            if visible.mean() < MIN_VISIBLE:
                continue
            truth.append((walker.id, joints))
            if random.random() > MISSED_PERSON:
                found.append(_find(random, joints, visible, walker.height))
        if random.random() < GHOST:
            found.append(_ghost(random))
        yield Shot(
            time_s,
            image,
            np.asarray([one[0] for one in truth], np.int64),
            np.asarray([one[1] for one in truth]).reshape(-1, 17, 2),
            _poses(found),
        )


def _poses(found: list[Floats]) -> Poses:
    keypoints = np.asarray(found, np.float32).reshape(-1, 17, 3)
    scores = keypoints[:, :, 2].mean(axis=1)
    order = np.argsort(-scores)  # best first, as an estimator gives them
    return Poses(keypoints[order], scores[order].astype(np.float32), COCO_17)


def _find(
    random: np.random.Generator, joints: Floats, visible: npt.NDArray[np.bool_], height: float
) -> Floats:
    noise = JOINT_NOISE * 2 * np.asarray(COCO_17.sigmas)[:, None] * height * 0.45
    found = joints + noise * random.normal(size=joints.shape)
    if random.random() < SWAPPED:
        found = found[list(COCO_17.flip_permutation)]
    scores = np.clip(random.normal(0.65, 0.15, 17), 0.1, 1)
    lost = ~visible | (random.random(17) < MISSED_JOINT)
    return np.concatenate(
        [np.where(lost[:, None], np.nan, found), np.where(lost, 0, scores)[:, None]], axis=1
    )


def _ghost(random: np.random.Generator) -> Floats:
    height = random.uniform(80, 250)
    place = random.uniform((0, 200), (WIDTH, HEIGHT))
    joints = STANDING * (1, -1) * height + place + random.normal(0, 0.05 * height, (17, 2))
    lost = random.random(17) < 0.4
    return np.concatenate([np.where(lost[:, None], np.nan, joints), np.where(lost, 0, 0.2)[:, None]], axis=1)


def _visible(owner: npt.NDArray[np.int16], walker_id: int, joints: Floats) -> npt.NDArray[np.bool_]:
    x, y = np.rint(joints).astype(int).T
    inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
    mine = np.zeros(17, bool)
    mine[inside] = owner[y[inside], x[inside]] == walker_id
    return mine


def _draw(image: Image, owner: npt.NDArray[np.int16], walker: Walker, joints: Floats) -> None:
    points = np.rint(joints).astype(np.int32)
    height = walker.height
    for canvas, paint in ((image, None), (owner, walker.id)):
        for chain, thick, part in PARTS:
            colour = getattr(walker, part) if paint is None else paint
            cv2.polylines(canvas, [points[list(chain)]], False, colour, max(2, round(thick * height)))
        trunk = points[[5, 6, 12, 11]]
        cv2.fillConvexPoly(canvas, cv2.convexHull(trunk), walker.shirt if paint is None else paint)
        cv2.polylines(
            canvas, [trunk], True, walker.shirt if paint is None else paint, max(2, round(0.04 * height))
        )
        head = tuple(int(value) for value in points[0])
        cv2.circle(canvas, head, round(0.065 * height), (150, 180, 220) if paint is None else paint, -1)


def _background(scene: int) -> Image:
    random = np.random.default_rng(1000 + scene)
    coarse = random.integers(60, 200, (9, 16, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return np.clip(smooth + random.integers(-12, 12, smooth.shape), 0, 255).astype(np.uint8)
