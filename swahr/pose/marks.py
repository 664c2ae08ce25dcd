"""What is known of a joint besides its place: whether it was corrected by hand, filled in between, or is hidden.

K joints; a mark is a sum of bits.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError

Marks = npt.NDArray[np.uint8]
FOUND, CORRECTED, FILLED, HIDDEN = 0, 1, 2, 4
WORDS = {CORRECTED: "corrected", FILLED: "filled", HIDDEN: "hidden"}
BITS = {word: bit for bit, word in WORDS.items()}
ALL = CORRECTED | FILLED | HIDDEN
# A joint in a cell and its words; names of joints may hold spaces and colons.
_WORD = f"(?:{'|'.join(BITS)})"
_ENTRY = re.compile(rf"(.+?):({_WORD}(?:\+{_WORD})*)(?: |$)", re.DOTALL)


def marks_by_joint(marks: Marks, joints: Sequence[str]) -> dict[str, str]:
    """Return the words of each joint that has a mark; marks: [K].

    >>> marks_by_joint(np.uint8([0, 5]), ["nose", "left_eye"])
    {'left_eye': 'corrected+hidden'}
    """
    return {
        joint: "+".join(word for bit, word in WORDS.items() if mark & bit)
        for joint, mark in zip(joints, marks.tolist(), strict=True)
        if mark & ALL
    }


def marks_of_words(words: Mapping[str, str], joints: Sequence[str]) -> Marks:
    """Return [K] marks of the words of joints; joints that are not among K are passed over.

    Raises:
        SettingError: There is no such word.

    >>> marks_of_words({"left_eye": "corrected+hidden"}, ["nose", "left_eye"]).tolist()
    [0, 5]
    """
    found = np.zeros(len(joints), np.uint8)
    for joint, said in words.items():
        for word in said.split("+"):
            if word not in BITS:
                raise SettingError(f"the mark of {joint} is {said!r}; expected {', '.join(BITS)}")
            if joint in joints:
                found[joints.index(joint)] |= BITS[word]
    return found


def marks_text(marks: Marks, joints: Sequence[str]) -> str:
    """Return marks [K] as one cell.

    >>> marks_text(np.uint8([2, 5]), ["nose", "left_eye"])
    'nose:filled left_eye:corrected+hidden'
    """
    return " ".join(f"{joint}:{words}" for joint, words in marks_by_joint(marks, joints).items())


def marks_of_text(text: str, joints: Sequence[str]) -> Marks:
    """Return [K] marks of one cell.

    Raises:
        SettingError: It is none.

    >>> marks_of_text("nose:filled left_eye:corrected+hidden", ["nose", "left_eye"]).tolist()
    [2, 5]
    """
    words: dict[str, str] = {}
    at = 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None:
            raise SettingError(f"the marks are {text!r}; expected joint:mark, of the marks {', '.join(BITS)}")
        words[entry[1]] = entry[2]
        at = entry.end()
    return marks_of_words(words, joints)
