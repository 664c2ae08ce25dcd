"""What `measure` gives: the movement of each person, and what is told of it.

n rows of a person, K joints, A angles.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.errors import MissingError
from swahr.movement.definitions import Angle
from swahr.movement.facing import Facing
from swahr.movement.readouts import Readout
from swahr.movement.steps import Walking
from swahr.movement.stretches import Floats
from swahr.movement.swaps import Swap
from swahr.movement.tracks import Track
from swahr.pose.skeleton import Skeleton

if TYPE_CHECKING:
    from swahr.movement.events import Event


# What has a row for each frame.
BY_FRAME = ("places", "facing", "angles", "angular_speeds", "velocities", "speeds", "accelerations")
TRACK_BY_FRAME = ("rows", "frames", "times", "places", "scores", "breaks")


@dataclass(frozen=True)
class PersonMovement:
    """What is measured of a person; NaN where it is not known.

    track: which rows and frames, filtered places in frame pixels. places: [n, K, 2] in `Movement.unit`. facing: [n],
    1 to the right, -1 to the left, 0 unknown. angles: [n, A] degrees. angular_speeds: [n, A] degrees per second.
    velocities: [n, K, 2] and speeds: [n, K] units per second. accelerations: [n, K] units per second squared, of the
    velocity, whichever way it changes.
    """

    track: Track
    places: Floats
    facing: Facing
    angles: Floats
    angular_speeds: Floats
    velocities: Floats
    speeds: Floats
    accelerations: Floats

    @property
    def id(self) -> int:
        """Whose movement it is."""
        return self.track.id

    def between(self, first: int, last: int) -> "PersonMovement":
        """Return what is of the frames from one to another, both with them."""
        rows = (self.track.frames >= first) & (self.track.frames <= last)
        track, own = self.track, {name: getattr(self, name)[rows] for name in BY_FRAME}
        parts = {name: getattr(track, name)[rows] for name in TRACK_BY_FRAME}
        return replace(self, track=replace(track, **parts), **own)

    @property
    def times(self) -> Floats:
        """[n] seconds."""
        return self.track.times


@dataclass(frozen=True)
class Movement:
    """What `measure` finds.

    skeleton: of the joints. angles: what each column of a person's angles is. people: by id. unit: of places, px or m.
    y_up: whether y grows upwards, as it does with a scale or a floor, or down as in frames. swaps: limbs whose left and
    right had changed places, frame by frame. events: steps and repetitions, by time. walking: what steps add up to.
    notes: what a reader should know, such as filters, and angles that the skeleton does not allow. readouts: distances
    and angles at joints that a person chose.

    >>> from swahr.config import MovementSettings
    >>> from swahr.movement import measure
    >>> movement = measure(recording, MovementSettings(min_frames=1))
    >>> movement.people[0].angles.shape == (len(movement.people[0].times), len(movement.angles))
    True
    >>> movement.between(1, 2).people[0].track.frames.tolist()
    [1, 2]
    """

    skeleton: Skeleton
    angles: tuple[Angle, ...]
    people: tuple[PersonMovement, ...]
    unit: str
    y_up: bool
    swaps: tuple[Swap, ...]
    events: "tuple[Event, ...]"
    walking: tuple[Walking, ...]
    notes: tuple[str, ...]
    readouts: tuple[Readout, ...] = ()

    def between(self, first: int, last: int) -> "Movement":
        """Return what is of the frames from one to another, both with them, without what steps add up to."""
        people = [person.between(first, last) for person in self.people]
        return replace(
            self,
            people=tuple(person for person in people if len(person.times)),
            swaps=tuple(swap for swap in self.swaps if first <= swap.frame <= last),
            events=tuple(event for event in self.events if first <= event.frame <= last),
            walking=(),
        )

    def column(self, angle: str) -> int:
        """Return the column of an angle. Raises MissingError that names all there are."""
        return column_of(self.angles, angle)

    def save(self, path: str | Path, *, overwrite: bool = False) -> tuple[Path, ...]:
        """Write a table: .csv, .xlsx, .jsonl or, of one person, .mot by the ending; see `swahr.movement.files`.

        Returns:
            The files that were written.

        Raises:
            SettingError: The ending is another one, or a .mot would be of several people.
            OutputExistsError: Something is there already.
            OutputError: The path cannot be written.
        """
        from swahr.movement.files import save  # which stands on what it writes

        return save(self, Path(path), overwrite)


def column_of(angles: Sequence[Angle], name: str) -> int:
    """Return the place of an angle by its name. Raises MissingError that names all there are."""
    names = [angle.name for angle in angles]
    if name not in names:
        raise MissingError(f"there is no angle {name}; there are {', '.join(names)}")
    return names.index(name)
