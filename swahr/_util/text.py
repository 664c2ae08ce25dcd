"""Words of messages."""

import re


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number and what it counts.

    Args:
        number: How many.
        one: The word for one.
        many: The word for more, where it is not `one` with an s.

    >>> counted(1, "frame"), counted(2, "frame"), counted(0, "person", "people")
    ('1 frame', '2 frames', '0 people')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return what names are sorted by, so that numbers in them count as numbers.

    >>> sorted(["frame10.png", "frame9.png", "Frame1.png"], key=natural_key)
    ['Frame1.png', 'frame9.png', 'frame10.png']
    """
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], name
