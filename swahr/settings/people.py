"""Settings of who is kept of the people that were found, and of corrections to their ids."""

import re
from typing import Any

from swahr._util.settings import Settings, setting


class PeopleSettings(Settings):
    """Whom to keep.

    Of the people that were found.
    """

    min_frames: int = setting(
        0, "Who is there in fewer frames is left out; needs ids.", label="Least frames", unit="frames", ge=0
    )
    longest: int | None = setting(
        None, "Keep so many people, those who are there in most frames; needs ids.", unset="everyone", ge=1
    )
    person: int | None = setting(
        None,
        "Keep this id alone, in the format's layout for one person where it has one, as dlc and trc do.",
        unset="everyone",
        ge=0,
    )
    roi: tuple[float, ...] | None = setting(
        None,
        "A rectangle of the frame, x,y,width,height: who has the middle of the body outside is left out.",
        label="Region",
        unset="the whole frame",
        unit="px",
        min_length=4,
        max_length=4,
    )

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if self.roi is not None and not (self.roi[2] > 0 and self.roi[3] > 0):
            raise ValueError(f"roi is {list(self.roi)}; expected x, y, and a width and height of more than 0")

    @property
    def needs_all(self) -> bool:
        """Whether the whole of a video has to be seen before anyone can be kept."""
        return self.min_frames > 0 or self.longest is not None or self.person is not None


class IdSettings(Settings):
    """Ids, put right.

    In this order: people exchanged, joined, renamed.
    """

    swap_at: str | None = setting(
        None,
        "From a frame on two ids change places: 120:1,2; several with semicolons: 120:1,2;300:1,2.",
        label="Swap at",
        unset="none",
    )
    merge: str | None = setting(
        None,
        "Ids that are one person, who gets the first: 2,7; several with semicolons: 2,7;3,4.",
        unset="none",
    )
    rename: str | None = setting(None, "What ids become: 3=1; several with commas: 3=1,4=2.", unset="none")

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        _ = self.swaps, self.merges, self.names

    @property
    def swaps(self) -> tuple[tuple[int, int, int], ...]:
        """Frame and two ids of each swap, in the order of the frames."""
        found = _read(
            self.swap_at, ";", r"(\d+):(\d+),(\d+)", "swap_at", "a frame and two ids, such as 120:1,2"
        )
        return tuple(sorted((int(frame), int(a), int(b)) for frame, a, b in found))

    @property
    def merges(self) -> tuple[tuple[int, ...], ...]:
        """Ids of each person."""
        found = _read(self.merge, ";", r"(\d+(?:,\d+)+)", "merge", "ids with a comma, such as 2,7")
        return tuple(tuple(map(int, ids.split(","))) for (ids,) in found)

    @property
    def names(self) -> dict[int, int]:
        """What ids become."""
        found = _read(self.rename, ",", r"(\d+)=(\d+)", "rename", "two ids, such as 3=1")
        names = {int(old): int(new) for old, new in found}
        if len(set(names.values())) < len(found):
            raise ValueError(
                f"rename is {self.rename}; an id is there twice, and merge makes one person of two"
            )
        return names


def _read(text: str | None, between: str, form: str, name: str, expected: str) -> list[tuple[str, ...]]:
    """Return the parts of a text that all have one form. Raises ValueError for another."""
    parts = [part.replace(" ", "") for part in (text or "").split(between)] if text is not None else []
    found = [re.fullmatch(form, part) for part in parts]
    if not all(found):
        raise ValueError(f"{name} is {text!r}; expected {expected}")
    return [match.groups() for match in found if match]
