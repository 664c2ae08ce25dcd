"""Event marks: names that a person gave to frames, such as "toe off"."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from swahr.errors import SettingError

BETWEEN = " | "  # names of one frame, where a file has one cell for them
MAX_NAME = 200  # characters


@dataclass(frozen=True, order=True)
class EventMark:
    """A frame with a name.

    frame: index in the source. name: what happens there. number: by which a document names it; it does not count where
    marks are compared.

    >>> EventMark(5, "toe off", number=1) == EventMark(5, "toe off")
    True

    Raises:
        SettingError: The name is empty or too long, or cannot stand in a cell.
    """

    frame: int
    name: str
    number: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        check_event_name(self.name)


def check_event_name(name: str) -> str:
    """Return a name that an event mark may have.

    Raises:
        SettingError: It is empty or too long, or has a character that files keep names apart by.
    """
    if not name.strip() or name != name.strip() or len(name) > MAX_NAME:
        raise SettingError(
            f"the name of an event is {name!r}; expected 1 to {MAX_NAME} characters without spaces around them"
        )
    if "|" in name or not name.isprintable():
        raise SettingError(f"the name of an event is {name!r}; expected no | and one line")
    return name


def names_by_frame(events: Iterable[EventMark]) -> dict[int, tuple[str, ...]]:
    """Return the names of each frame that has some.

    >>> names_by_frame([EventMark(5, "toe off"), EventMark(5, "left")])
    {5: ('toe off', 'left')}
    """
    found: dict[int, tuple[str, ...]] = {}
    for event in events:
        found[event.frame] = (*found.get(event.frame, ()), event.name)
    return found


def events_of_text(frame: int, text: str) -> list[EventMark]:
    """Return the marks of a frame from one cell, whose names `BETWEEN` keeps apart; from an empty one, none.

    Raises:
        SettingError: A name cannot be one.

    >>> events_of_text(5, "toe off | left")
    [EventMark(frame=5, name='toe off', number=0), EventMark(frame=5, name='left', number=0)]
    """
    return [EventMark(frame, name.strip()) for name in text.split("|") if name.strip()]
