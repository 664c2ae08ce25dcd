"""Movement out of a finished recording: filtered places, angles, speeds and accelerations of everyone in it.

n rows of a person, K joints, A angles.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from swahr._util.text import counted
from swahr.config import MovementFilterSettings, MovementSettings, ScaleSettings
from swahr.errors import SettingError
from swahr.movement.angles import measure_angles
from swahr.movement.calibration import Camera, read_calibration
from swahr.movement.definitions import Angle, angles_of, read_definitions
from swahr.movement.derivatives import rates, second_rates, unwrapped
from swahr.movement.doubles import repair_doubles
from swahr.movement.events import Event, marks_of, repetitions_of, steps_of
from swahr.movement.facing import LEFT, RIGHT, UNKNOWN, Facing, facing_of
from swahr.movement.filters import effective_cutoff
from swahr.movement.scale import Scale, find_scale
from swahr.movement.smoothing import misfit, smooth
from swahr.movement.steps import Walking
from swahr.movement.stretches import Floats
from swahr.movement.swaps import Swap, repair_swaps
from swahr.movement.tracks import Bools, Track, tracks_of
from swahr.movement.values import Movement, PersonMovement, column_of
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

# Settings of a filter: one that was chosen and does not fit the frame rate is refused, the usual one left out.
CHOICES = {"smooth", "window", "cutoff", "order"}


def measure(
    recording: Recording,
    settings: MovementSettings | None = None,
    smoothing: MovementFilterSettings | None = None,
    scale: ScaleSettings | None = None,
) -> Movement:
    """Measure the movement of the people of a recording.

    Joints of low scores are left out, the lens's distortion too, left and right exchanged back, gaps filled if asked
    for, places filtered and scaled; angles and speeds come of these.

    Args:
        recording: With ids and times.
        settings: What is measured, and whose.
        smoothing: How places are filtered.
        scale: From pixels to metres, and what of the lens is taken out.

    Raises:
        SettingError: People or times are not known, the filter does not fit the frame rate, or there is no scale.
        MissingError: There is no such person.
        UnreadableError: The definitions of the angles or the calibration cannot be read.

    >>> movement = measure(recording, MovementSettings(min_frames=1))
    >>> movement.people[0].angles[:, movement.column("left_knee")].shape
    (3,)
    """
    settings, smoothing = settings or MovementSettings(), smoothing or MovementFilterSettings()
    scale = scale or ScaleSettings()
    definitions = None if settings.angles is None else read_definitions(settings.angles)
    angles, lacking = angles_of(recording.skeleton, definitions)
    notes = list(recording.notes)
    if lacking:
        notes.append(f"joints of {recording.skeleton.name} do not allow {', '.join(lacking)}")
    recording = _chosen(recording, settings, notes)
    if scale.calibration is not None:
        recording = _undistorted(recording, read_calibration(scale.calibration))
        notes.append(f"places without the lens's distortion by {scale.calibration.name}")
    recording, swaps = repair_swaps(recording, settings.swaps == "repair")
    recording, doubles = repair_doubles(recording, settings.swaps == "repair")
    notes += [*_about_swaps(swaps), *_about_doubles(doubles)]
    swaps = tuple(sorted((*swaps, *doubles), key=lambda swap: (swap.frame, swap.person_id)))
    recording = _filtered(recording, smoothing, notes)
    tracks = tracks_of(recording)
    found = find_scale(scale, tracks, recording.skeleton)
    people = [_measured(track, recording.skeleton, angles, settings, found) for track in tracks]
    if found is not None:
        notes += found.said
    notes += _unfaced(people, angles)
    events, walking = _events(people, recording, angles, settings, notes)
    unit, y_up = ("px", False) if found is None else (found.unit, True)
    return Movement(
        recording.skeleton, angles, tuple(people), unit, y_up, swaps, events, walking, tuple(notes)
    )


def _undistorted(recording: Recording, camera: Camera) -> Recording:
    keypoints = recording.keypoints.copy()
    keypoints[:, :, :2] = camera.undistorted(keypoints[:, :, :2].astype(np.float64))
    return replace(recording, keypoints=keypoints)


def _chosen(recording: Recording, settings: MovementSettings, notes: list[str]) -> Recording:
    """Return those who are measured, without joints of low scores."""
    tracks = tracks_of(recording)
    keypoints = recording.keypoints.copy()
    weak = keypoints[:, :, 2] < settings.joint_score
    keypoints[weak] = np.nan, np.nan, 0
    recording = replace(recording, keypoints=keypoints)
    if settings.person is not None:
        return recording.only(settings.person)
    short = [track.id for track in tracks if len(track.rows) < settings.min_frames]
    if short:
        notes.append(
            f"{counted(len(short), 'person', 'people')} of fewer than {settings.min_frames} frames left out"
        )
    kept = np.zeros(len(recording.scores), bool)
    for track in tracks:
        kept[track.rows] = track.id not in short
    return recording.where(kept)


def _about_swaps(swaps: tuple[Swap, ...]) -> list[str]:
    """Say whose limbs had changed sides, in how many frames, and what became of it."""
    counts = Counter((swap.person_id, swap.limb) for swap in swaps)
    return [
        f"left and right of the {limb} of person {person_id} had changed places in {counted(count, 'frame')}: "
        + ("exchanged back" if swaps[0].repaired else "left as found")
        for (person_id, limb), count in sorted(counts.items())
    ]


def _about_doubles(doubles: tuple[Swap, ...]) -> list[str]:
    """Say which joints lay on their other side, in how many frames, and what became of them."""
    counts = Counter((swap.person_id, swap.limb) for swap in doubles)
    return [
        f"{joint} of person {person_id} lay on its other side in {counted(count, 'frame')}: "
        + ("put on the line between the frames beside" if doubles[0].repaired else "left as found")
        for (person_id, joint), count in sorted(counts.items())
    ]


def _filtered(recording: Recording, smoothing: MovementFilterSettings, notes: list[str]) -> Recording:
    """Return the recording with gaps filled and places filtered; say how."""
    if smoothing.fill_gaps:
        notes.append(f"gaps of up to {counted(smoothing.fill_gaps, 'frame')} filled")
    fault = misfit(recording, smoothing)
    rate = recording.frame_rate
    if fault is not None and CHOICES & set(smoothing.chosen()):
        raise SettingError(f"smoothing would change nothing: {fault}")
    if fault is not None or rate is None:
        notes.append(f"places are not filtered: {fault or 'there is one frame'}")
        smoothing = MovementFilterSettings(smooth="none", fill_gaps=smoothing.fill_gaps)
    elif smoothing.smooth == "butterworth":
        notes.append(
            f"places filtered by Butterworth of order {smoothing.order} at {smoothing.cutoff:g} Hz, forwards and "
            f"backwards: the effective cut-off is {effective_cutoff(smoothing, rate):.2f} Hz at {rate:.4g} frames "
            "per second"
        )
    elif smoothing.smooth == "savgol":
        notes.append(
            f"places filtered by Savitzky-Golay of order {smoothing.order} over {smoothing.window:g} s"
        )
    return smooth(recording, smoothing)


def _measured(
    track: Track,
    skeleton: Skeleton,
    angles: tuple[Angle, ...],
    settings: MovementSettings,
    scale: Scale | None,
) -> PersonMovement:
    places = track.places if scale is None else scale.placed(track.places)
    upright = places * (1, -1) if scale is None else places  # of frames, y goes down
    facing = (
        facing_of(upright, track.times, skeleton)
        if settings.facing == "auto"
        else np.full(len(track.times), LEFT if settings.facing == "left" else RIGHT, np.int8)
    )
    degrees = measure_angles(upright, facing, angles)
    velocities = _by_joint(rates, places, track)
    return PersonMovement(
        track=track,
        places=places,
        facing=facing,
        angles=degrees,
        angular_speeds=_angular_speeds(degrees, facing, track),
        velocities=velocities,
        speeds=np.linalg.norm(velocities, axis=2),
        accelerations=np.linalg.norm(_by_joint(second_rates, places, track), axis=2),
    )


def _events(
    people: list[PersonMovement],
    recording: Recording,
    angles: tuple[Angle, ...],
    settings: MovementSettings,
    notes: list[str],
) -> tuple[tuple[Event, ...], tuple[Walking, ...]]:
    """Find steps and repetitions, beside named frames; say of whom there are no steps, and why."""
    columns = [(name, column_of(angles, name)) for name in settings.count or ()]
    events, walking, without = marks_of(recording), list[Walking](), dict[str, list[int]]()
    for person in people:
        events += repetitions_of(person, columns)
        if settings.steps:
            steps, figures, why = steps_of(person, recording.skeleton)
            events += steps
            walking += [figures] if figures else []
            if why:
                without.setdefault(why, []).append(person.id)
    for why, ids in without.items():
        who = "person" if len(ids) == 1 else "people"
        notes.append(f"no steps of {who} {', '.join(map(str, ids))}: {why}")
    for name in settings.count or ():
        for person in people:
            count = sum(event.of == name and event.person_id == person.id for event in events)
            notes.append(f"{counted(count, 'repetition')} of {name} by person {person.id}")
    events.sort(key=lambda event: (event.time_s, -1 if event.person_id is None else event.person_id))
    return tuple(events), tuple(walking)


def _by_joint(derive: Callable[[Floats, Floats, Bools], Floats], places: Floats, track: Track) -> Floats:
    joints = [derive(places[:, k], track.times, track.breaks) for k in range(places.shape[1])]
    return np.stack(joints, axis=1)


def _angular_speeds(degrees: Floats, facing: Facing, track: Track) -> Floats:
    # Who turns round is seen from the other side, where angles have another sign.
    breaks = track.breaks | np.concatenate([[False], np.diff(facing) != 0])
    columns = [rates(unwrapped(column, breaks), track.times, breaks) for column in degrees.T]
    return np.stack(columns, axis=1) if columns else np.zeros((len(degrees), 0))


def _unfaced(people: Iterable[PersonMovement], angles: tuple[Angle, ...]) -> list[str]:
    """Say of whom the facing is not known for a part of the time."""
    empty = [
        angle.name for angle in angles if angle.definition.kind != "tilt" and not angle.definition.one_way
    ]
    sizes = [angle.name for angle in angles if angle.definition.one_way]
    notes = []
    for person in people:
        count = int((person.facing == UNKNOWN).sum())
        if count and (empty or sizes):
            said = [f"{', '.join(empty)} are empty"] if empty else []
            said += [f"{', '.join(sizes)} have no sign"] if sizes else []
            notes.append(
                f"person {person.id} faces neither left nor right in {counted(count, 'frame')}: "
                f"{' and '.join(said)} there"
            )
    return notes
