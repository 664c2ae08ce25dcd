"""Words of messages."""


def counted(number: int, thing: str) -> str:
    """Return `1 frame` or `2 frames`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
