"""A person's movement as a table: names of columns with their units, and cells."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from swahr.movement.facing import WORDS
from swahr.movement.stretches import Floats
from swahr.movement.values import Movement, PersonMovement

Cell = str | int | float | None

KEYS = ("frame", "time_s", "person_id", "facing")
# Decimals that are meant: a hundredth of a pixel is a tenth of a millimetre where a person is 200 pixels tall.
DIGITS = {"px": (2, 1, 0), "m": (4, 3, 2)}  # of places, speeds, accelerations
ANGLE_DIGITS, TIME_DIGITS = (2, 1), 6  # of angles and angular speeds; of frames
EVENT_DIGITS = 3  # an event falls between frames
EVENT_COLUMNS = (
    "person_id", "event", "of", "frame", "time_s", "start_s", "end_s", "low_deg", "high_deg",
)  # fmt: skip
WALKING_COLUMNS = (
    "person_id", "steps", "cadence_steps_per_min", "stride_s", "left_stance_percent", "right_stance_percent",
    "stride_length_{unit}", "speed_{unit}_per_s",
)  # fmt: skip
SWAP_COLUMNS = ("person_id", "frame", "time_s", "limb", "joints", "evidence", "repaired")


@dataclass(frozen=True)
class Table:
    """What stands beside the frames: of its own sheet or file. rows: [n] cells of each."""

    name: str
    header: tuple[str, ...]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Column:
    """A column of values. name: with the unit at its end. values: [n], NaN for an empty cell. digits: decimals."""

    name: str
    values: Floats
    digits: int


def columns(movement: Movement, person: PersonMovement) -> Iterator[Column]:
    """Yield the columns of a person after the keys: angles and their speeds, then each joint."""
    for place, angle in enumerate(movement.angles):
        yield Column(f"{angle.name}_deg", person.angles[:, place], ANGLE_DIGITS[0])
    yield from readout_columns(movement, person)
    for place, angle in enumerate(movement.angles):
        yield Column(f"{angle.name}_deg_per_s", person.angular_speeds[:, place], ANGLE_DIGITS[1])
    unit, (fine, speed, coarse) = movement.unit, DIGITS[movement.unit]
    for k, joint in enumerate(movement.skeleton.joints):
        yield Column(f"{joint}_x_{unit}", person.places[:, k, 0], fine)
        yield Column(f"{joint}_y_{unit}", person.places[:, k, 1], fine)
        yield Column(f"{joint}_speed_{unit}_per_s", person.speeds[:, k], speed)
        yield Column(f"{joint}_acceleration_{unit}_per_s2", person.accelerations[:, k], coarse)


def readout_columns(movement: Movement, person: PersonMovement) -> Iterator[Column]:
    """Yield the columns of what is read out at joints."""
    for readout in movement.readouts:
        digits = ANGLE_DIGITS[0] if readout.is_angle else DIGITS[movement.unit][0]
        name = readout.name(movement.skeleton.joints, movement.unit)
        yield Column(name, readout.of(person.places), digits)


def header(movement: Movement) -> list[str]:
    """Return the names of all columns."""
    if not movement.people:
        return list(KEYS)
    return [*KEYS, *(column.name for column in columns(movement, movement.people[0]))]


def rows(movement: Movement, person: PersonMovement) -> Iterator[list[Cell]]:
    """Yield a row for each frame of a person: the keys, then a number or None for each column."""
    cells = [_cells(column) for column in columns(movement, person)]
    for i, (frame, time_s) in enumerate(zip(person.track.frames, person.times, strict=True)):
        yield [
            int(frame),
            round(float(time_s), TIME_DIGITS),
            person.id,
            WORDS[int(person.facing[i])] or None,
            *(column[i] for column in cells),
        ]


def _cells(column: Column) -> list[Cell]:
    numbers = np.round(column.values, column.digits) + 0.0  # no -0.0
    return [
        value if known else None for value, known in zip(numbers.tolist(), np.isfinite(numbers), strict=True)
    ]


def other_tables(movement: Movement) -> list[Table]:
    """Return what stands beside the frames: events, what steps add up to, swaps."""
    events: list[list[Cell]] = [
        [
            event.person_id,
            event.kind,
            event.of,
            event.frame,
            round(event.time_s, EVENT_DIGITS),
            _rounded(event.start_s, EVENT_DIGITS),
            _rounded(event.end_s, EVENT_DIGITS),
            _rounded(event.low_deg, ANGLE_DIGITS[0]),
            _rounded(event.high_deg, ANGLE_DIGITS[0]),
        ]
        for event in movement.events
    ]
    walking: list[list[Cell]] = [
        [
            each.person_id,
            each.steps,
            _rounded(each.cadence, 1),
            _rounded(each.stride_s, 3),
            *(_rounded(100 * part, 1) for part in each.stance),
            _rounded(each.stride_length, DIGITS[movement.unit][0]),
            _rounded(each.speed, DIGITS[movement.unit][1]),
        ]
        for each in movement.walking
    ]
    swaps: list[list[Cell]] = [
        [
            swap.person_id,
            swap.frame,
            round(swap.time_s, TIME_DIGITS),
            swap.limb,
            " ".join(swap.joints),
            swap.evidence,
            "yes" if swap.repaired else "no",
        ]
        for swap in movement.swaps
    ]
    return [
        Table("events", EVENT_COLUMNS, events),
        Table("walking", tuple(name.format(unit=movement.unit) for name in WALKING_COLUMNS), walking),
        Table("swaps", SWAP_COLUMNS, swaps),
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, digits)
