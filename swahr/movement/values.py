"""What `measure` gives: the movement of each person, and what is told of it.

n rows of a person, K joints, A angles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.errors import MissingError
from swahr.movement.definitions import Angle
from swahr.movement.facing import Facing
from swahr.movement.steps import Walking
from swahr.movement.stretches import Floats
from swahr.movement.swaps import Swap
from swahr.movement.tracks import Track
from swahr.pose.skeleton import Skeleton

if TYPE_CHECKING:
    from swahr.movement.events import Event


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
    notes: what a reader should know, such as filters, and angles that the skeleton does not allow.

    >>> from swahr.config import MovementSettings
    >>> from swahr.movement import measure
    >>> movement = measure(recording, MovementSettings(min_frames=1))
    >>> movement.people[0].angles.shape == (len(movement.people[0].times), len(movement.angles))
    True
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
