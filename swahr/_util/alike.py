"""Which of some names was meant by one that is none of them."""

from collections.abc import Iterable
from difflib import get_close_matches


def alike(name: str, known: Iterable[str]) -> str | None:
    """Return the name that was meant: one mistyped, or the only one that is shortened so; None where none is near.

    >>> alike("frist", ["first", "second"]), alike("dlc", ["coco", "deeplabcut", "sleap"])
    ('first', 'deeplabcut')
    >>> alike("xyz", ["first", "second"])
    """
    names = list(known)
    near = get_close_matches(name, names, 1)
    if near:
        return near[0]
    longer = [each for each in names if len(name) > 1 and _shortens(name.lower(), each.lower())]
    return longer[0] if len(longer) == 1 else None


def _shortens(short: str, name: str) -> bool:
    """Whether all letters stand in the name in this order, the first one first."""
    letters = iter(name)
    return name[:1] == short[:1] and all(letter in letters for letter in short)
