"""Numbers of a person as texts of JSON, which every program that reads SQLite can take apart; floats stay exact."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from swahr._util.reading import parse_numbers

AT_ONCE = 500  # texts that are read in one go: other threads wait meanwhile
Floats = npt.NDArray[np.float32]


def keypoints_text(keypoints: Floats) -> str:
    """Return [K, 3] as `[[x,y,score],...]`; x and y are null where a joint has no place.

    >>> keypoints_text(np.float32([[5, 6.5, 0.9], [np.nan, np.nan, 0]]))
    '[[5.0,6.5,0.9],[null,null,0.0]]'
    """
    return "[" + ",".join(f"[{x},{y},{score}]" for x, y, score in _texts(keypoints)) + "]"


def covariance_text(covariance: Floats) -> str:
    """Return [K, 2, 2] as `[[xx,xy,yy],...]`; null where it is not known."""
    three = np.stack([covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]], axis=1)
    return keypoints_text(three)


def keypoints_of(texts: Sequence[str], joints: int) -> Floats:
    """Return what `keypoints_text` was given of R people: [R, K, 3].

    >>> keypoints_of(['[[5.0,6.5,0.9],[null,null,0.0]]'], 2).tolist()[0][0][:2]
    [5.0, 6.5]

    Raises:
        ValueError: A text is another.
    """
    found = np.empty((len(texts), joints, 3), np.float32)
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        found[start : start + AT_ONCE] = parse_numbers("[" + ",".join(some) + "]", (len(some), joints, 3))
    return found


def covariance_of(texts: Sequence[str | None], joints: int) -> Floats | None:
    """Return what `covariance_text` was given of R people, [R, K, 2, 2]; None where nobody has one."""
    if all(text is None for text in texts):
        return None
    unknown = "[" + ",".join(["[null,null,null]"] * joints) + "]"
    three = keypoints_of([unknown if text is None else text for text in texts], joints)
    xx, xy, yy = three[..., 0], three[..., 1], three[..., 2]
    return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)


def _texts(rows: Floats) -> list[list[str]]:
    """Return numbers as the shortest texts that give the same single-precision number; null for NaN."""
    texts = np.asarray(rows, np.float32).astype(str)
    texts[~np.isfinite(rows)] = "null"
    return texts.tolist()  # type: ignore[no-any-return]
