"""Words of messages."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 frame` or `2 frames`. many: where it is not `one` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
