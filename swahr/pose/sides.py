"""Left and right in the names of joints: which joints change places in a mirrored image."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Words of left and of right, in the languages in which people label; in lower case.
LEFT = frozenset(
    (
        "l", "left", "links", "linker", "linke", "linkes", "izq", "izquierda", "izquierdo", "gauche",
        "sinistra", "sinistro", "sx", "esquerda", "esquerdo", "vänster", "vanster", "venstre", "vasen",
        "lewa", "lewy", "lewe", "levá", "levy", "levý", "левый", "левая", "левое", "sol", "bal", "左",
    )
)  # fmt: skip
RIGHT = frozenset(
    (
        "r", "right", "rechts", "rechter", "rechte", "rechtes", "der", "derecha", "derecho", "droite",
        "droit", "destra", "destro", "dx", "direita", "direito", "höger", "hoger", "højre", "høyre",
        "oikea", "prawa", "prawy", "prawe", "pravá", "pravy", "pravý", "правый", "правая", "правое",
        "sağ", "sag", "jobb", "右",
    )
)  # fmt: skip
# A word of so many letters is told within a longer one, as in leftwrist and linkerhand.
MIN_GLUED = 4
# What has two sides: l or r before or after one of these, as in lwrist and rwrist, is a side.
PAIRED = frozenset(
    (
        "ankle", "arm", "bigtoe", "breast", "cheek", "ear", "elbow", "eye", "eyebrow", "finger", "foot", "forearm",
        "hand", "heel", "hip", "index", "knee", "leg", "paw", "pinky", "shin", "shoulder", "smalltoe", "thigh",
        "thumb", "toe", "wing", "wrist",
    )
)  # fmt: skip
IDEOGRAPHS = 0x4E00  # names are not cut into words from here on
# Words within a name: runs of letters, cut where a capital letter begins another, and runs of digits.
LETTERS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class Sides:
    """Joints that are left and right of each other, by number.

    pairs: left, right; their names say so. unsure: names that differ in one letter, l and r, as lip and rip do, and are
    no part of a body without it: they may be, or may be other words.
    """

    pairs: tuple[tuple[int, int], ...]
    unsure: tuple[tuple[int, int], ...] = ()


def sides_of(joints: Sequence[str]) -> Sides:
    """Return which joints are left and right of each other, by their names.

    >>> sides_of(["nose", "LWrist", "RWrist", "hand links", "hand rechts"]).pairs
    ((1, 2), (3, 4))
    >>> sides_of(["wrist.l", "wrist.r", "linkerknie", "rechterknie", "ojo_izquierdo", "ojo_derecho"]).pairs
    ((0, 1), (2, 3), (4, 5))
    >>> sides_of(["lhand", "rhand"]).pairs
    ((0, 1),)
    >>> sides_of(["lip", "rip"])
    Sides(pairs=(), unsure=((0, 1),))
    """
    pairs = _matched(joints, _worded, set())
    taken = {joint for pair in pairs for joint in pair}
    pairs += _matched(joints, _of_a_body, taken)
    taken = {joint for pair in pairs for joint in pair}
    return Sides(tuple(sorted(pairs)), tuple(sorted(_matched(joints, _one_letter, taken))))


def side_of(joint: str) -> str:
    """Return "left", "right" or "middle", by the name of a joint alone.

    >>> side_of("RElbow"), side_of("wrist_l"), side_of("nose")
    ('right', 'left', 'middle')
    """
    found = {side for side, _ in _worded(joint)}
    return found.pop() if len(found) == 1 else "middle"


Form = tuple[str, tuple[str, ...]]


def _matched(
    joints: Sequence[str], forms: Callable[[str], Iterator[Form]], taken: set[int]
) -> list[tuple[int, int]]:
    """Return the pairs of joints whose names have one form, but for the side."""
    found: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: {"left": [], "right": []})
    for number, joint in enumerate(joints):
        if number not in taken:
            for side, form in {*forms(joint)}:
                found[form][side].append(number)
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for sides in found.values():
        left, right = sides["left"], sides["right"]
        if len(left) == len(right) == 1 and left != right and not used & {left[0], right[0]}:
            pairs.append((left[0], right[0]))
            used |= {left[0], right[0]}
    return pairs


def _worded(joint: str) -> Iterator[Form]:
    """Yield the side that a word of a name says, and the name without it."""
    words = _words(joint)
    for at, word in enumerate(words):
        before, after = words[:at], words[at + 1 :]
        if _side(word):
            yield _side(word), (*before, "*", *after)
        elif known := _glued(word):
            parts = (
                ("*", word.removeprefix(known)) if word.startswith(known) else (word.removesuffix(known), "*")
            )
            yield _side(known), (*before, *parts, *after)


def _words(joint: str) -> list[str]:
    """Return the words of a name in lower case: L, Eye of LEye, left, Ear, 1 of leftEar1."""
    words: list[str] = []
    for run in LETTERS.findall(joint):
        start = 0
        for at in range(1, len(run)):
            begins = run[at].isupper() and (run[at - 1].islower() or run[at + 1 : at + 2].islower())
            if begins:
                words.append(run[start:at].lower())
                start = at
        words.append(run[start:].lower())
    return words


def _glued(word: str) -> str:
    """Return the longest word of a side that a longer word begins or ends with; "" where there is none."""
    known = [
        side
        for side in (*LEFT, *RIGHT)
        if (len(side) >= MIN_GLUED or ord(side[0]) >= IDEOGRAPHS)
        and side != word
        and (word.startswith(side) or word.endswith(side))
    ]
    return max(known, key=len, default="")


def _of_a_body(joint: str) -> Iterator[Form]:
    """Yield the side that the first or last letter of a word means where the rest of that word is part of a body."""
    for side, form in _one_letter(joint):
        if any("*" in word and word.strip("*") in PAIRED for word in form):
            yield side, form


def _one_letter(joint: str) -> Iterator[Form]:
    """Yield the side that the first or last letter of a word of a name may mean."""
    words = _words(joint)
    for at, word in enumerate(words):
        if len(word) < 2:
            continue
        for letter, rest in ((word[0], "*" + word[1:]), (word[-1], word[:-1] + "*")):
            if letter in "lr":
                yield _side(letter), (*words[:at], rest, *words[at + 1 :])


def _side(word: str) -> str:
    return "left" if word in LEFT else "right" if word in RIGHT else ""
