"""Words of messages."""


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
