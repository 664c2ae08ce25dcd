"""Colours by id: the same person keeps the same, and the first twelve differ at a glance."""

import colorsys
from functools import lru_cache

from swahr.overlay.skeletons import Colour, limb_sides
from swahr.pose.skeleton import Skeleton

# BGR, bright enough for dark and busy backgrounds; neighbours in the list differ in hue and in brightness.
FIRST: tuple[Colour, ...] = (
    (64, 176, 255), (236, 186, 70), (110, 214, 120), (196, 108, 246), (74, 92, 245), (216, 228, 96),
    (60, 226, 240), (250, 126, 118), (168, 196, 255), (148, 150, 40), (120, 70, 200), (210, 214, 214),
)  # fmt: skip
GOLDEN = 0.618034  # of the hue circle, from one to the next: the largest gaps for any number of them
WHITE: Colour = (255, 255, 255)
LEFT_TINT = 0.35  # towards white, so that a person's sides differ
INK: Colour = (24, 18, 14)


@lru_cache(maxsize=4096)
def id_colour(person_id: int) -> Colour:
    """Return the BGR colour of an id, which is always the same.

    >>> id_colour(0)
    (64, 176, 255)
    """
    if person_id < len(FIRST):
        return FIRST[person_id]
    extra = person_id - len(FIRST)
    red, green, blue = colorsys.hsv_to_rgb(
        extra * GOLDEN % 1, (0.5, 0.72)[extra % 2], (1.0, 0.85)[extra // 2 % 2]
    )
    return round(255 * blue), round(255 * green), round(255 * red)


@lru_cache(maxsize=4096)
def person_colours(person_id: int, skeleton: Skeleton) -> tuple[Colour, ...]:
    """Return the colour of each limb: the id's, paler on the person's left."""
    colour = id_colour(person_id)
    pale = blend(colour, WHITE, LEFT_TINT)
    return tuple(pale if side == "left" else colour for side in limb_sides(skeleton))


def blend(a: Colour, b: Colour, part: float) -> Colour:
    """Return the colour at a part of the way from a to b."""
    first, second, third = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return first, second, third
