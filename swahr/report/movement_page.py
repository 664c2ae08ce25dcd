"""The page about movement: angles and speeds over time, trajectories, steps, swaps and gaps."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from swahr._util.text import counted
from swahr.movement import Movement, PersonMovement, Swap
from swahr.movement.steps import STRIKE
from swahr.movement.table import other_tables
from swahr.movement.tracks import runs
from swahr.overlay.faces import Hide
from swahr.pose.recording import Recording
from swahr.report.charts import hex_colour
from swahr.report.document import notes_section, pictures, section, table, tiles, write_page
from swahr.report.figures import make_figures
from swahr.report.movement_charts import Line, Mark, over_time, path
from swahr.report.svg import clock
from swahr.report.thumbnails import make_thumbnails

MAX_PEOPLE = 6
MAX_ROWS = 60  # of a table; the files have all
# Whose speeds and paths are drawn: names of joints without their sides.
SPEEDS = ("wrist", "ankle", "hip")
PATHS = ("nose", "wrist", "ankle")
KEY = '<span class="key"><i class="left"></i>left</span><span class="key"><i class="right"></i>right</span>'


def write_movement_report(
    movement: Movement,
    recording: Recording,
    target: Path,
    *,
    name: str,
    video: Path | None = None,
    hide: Hide = "none",
) -> None:
    """Write a page about movement.

    Args:
        movement: As `measure` found it.
        recording: What it was measured of.
        target: The page.
        name: Of what was recorded, for the heading.
        video: Gives pictures; None: there are none.
        hide: What of everyone is unrecognisable in them.

    Raises:
        SettingError: The video is not that of the recording.
        OutputError: The page cannot be written.
        SwahrError: The video cannot be read.
    """
    people = sorted(movement.people, key=lambda person: -len(person.times))[:MAX_PEOPLE]
    portraits: dict[int, str] = {}
    strip: list[tuple[str, str]] = []
    if video is not None:
        seen = [person for person in make_figures(recording).people if person.id in {p.id for p in people}]
        portraits, frames = make_thumbnails(recording, seen, video, hide)
        strip = [(clock(float(recording.times[place])), url) for place, url in frames]
    ends = [t for person in movement.people for t in (person.times[0], person.times[-1])]
    limits = (min(ends, default=0.0), max(ends, default=1.0))
    sections = [
        tiles(_tiles(movement)),
        pictures(strip),
        *(_about(movement, person, portraits.get(person.id), limits) for person in people),
        *_tables(movement),
        _gaps(movement),
        notes_section(movement.notes),
    ]
    more = len(movement.people) - len(people)
    left = f" · {counted(more, 'person', 'people')} seen for a shorter time left out here" if more else ""
    subtitle = f"{clock(limits[1] - limits[0])} · {movement.skeleton.name} · places in {movement.unit}{left}"
    write_page(target, f"{name}: movement", f"Movement in {name}", escape(subtitle), sections)


def _tiles(movement: Movement) -> list[tuple[str, str]]:
    strikes = sum(event.kind == STRIKE for event in movement.events)
    frames = len({(swap.person_id, swap.frame) for swap in movement.swaps})
    return [
        ("people", str(len(movement.people))),
        ("angles", str(len(movement.angles))),
        ("steps", str(strikes)),
        ("repetitions", str(len(movement.events) - sum(e.kind != "repetition" for e in movement.events))),
        ("frames with left and right changed", str(frames)),
    ]


def _about(
    movement: Movement, person: PersonMovement, portrait: str | None, limits: tuple[float, float]
) -> str:
    chip = f'<b class="chip" style="background:{hex_colour(person.id)}">{person.id}</b>'
    picture = f'<img class="portrait" src="{portrait}" alt="" width="88" height="117">' if portrait else ""
    charts = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{chart}</figure>"
        for title, chart in _charts(movement, person, limits)
        if chart
    )
    words = (
        f"{KEY} {counted(len(person.times), 'frame')}, {clock(float(person.times[0]))} to "
        f"{clock(float(person.times[-1]))}. L and R: a foot strikes; shaded: left and right had changed places."
    )
    return section(f"Person {chip}", f'{picture}<div class="charts">{charts}</div>', words)


def _charts(
    movement: Movement, person: PersonMovement, limits: tuple[float, float]
) -> Iterator[tuple[str, str]]:
    marks = _marks(movement, person)
    breaks = person.track.breaks | np.concatenate([[False], np.diff(person.facing) != 0])
    groups: dict[str, list[tuple[str, int]]] = {}
    for column, angle in enumerate(movement.angles):
        groups.setdefault(angle.name.removeprefix(f"{angle.side}_"), []).append((angle.side, column))
    for name, sides in groups.items():
        lines = [Line(side, person.angles[:, column]) for side, column in sides]
        if any(np.isfinite(line.values).any() for line in lines):
            meaning = movement.angles[sides[0][1]].definition.meaning
            title = f"{name.replace('_', ' ')}, degrees: {meaning}"
            yield title, over_time(title, person.times, breaks, lines, limits, marks)
    joints = movement.skeleton.joints
    for name in SPEEDS:
        lines = [Line(side, person.speeds[:, k]) for side, k in _sided(joints, name)]
        if any(np.isfinite(line.values).any() for line in lines):
            title = f"speed of the {name}, {movement.unit} per second"
            yield title, over_time(title, person.times, person.track.breaks, lines, limits, floor=0.0)
    walked = [(side, person.places[:, k]) for name in PATHS for side, k in _sided(joints, name)]
    if walked:
        title = f"paths of {', '.join(PATHS)}, {movement.unit}"
        yield title, path(title, walked, person.track.breaks, movement.y_up)


def _sided(joints: Sequence[str], name: str) -> list[tuple[str, int]]:
    names = {"left": f"left_{name}", "right": f"right_{name}", "": name}
    return [(side, joints.index(full)) for side, full in names.items() if full in joints]


def _marks(movement: Movement, person: PersonMovement) -> list[Mark]:
    marks = [
        Mark("swap", "", start, end)
        for limb, start, end, _ in _stretches(movement, person.id)
        if limb != "head"
    ]
    marks += [
        Mark("strike", event.of, event.time_s)
        for event in movement.events
        if event.person_id == person.id and event.kind == STRIKE
    ]
    return marks


def _outcome(swap: Swap) -> str:
    """Say what became of joints that were on their other side; one alone had nothing to change places with."""
    if not swap.repaired:
        return "left as found"
    return "exchanged back" if len(swap.joints) > 1 else "put on its way"


def _stretches(movement: Movement, person_id: int) -> list[tuple[str, float, float, list[Swap]]]:
    """Return runs of swapped frames of a person: the limb, first and last moment, and the swaps."""
    found: list[tuple[str, float, float, list[Swap]]] = []
    person = next(each for each in movement.people if each.id == person_id)
    row_of = {int(frame): row for row, frame in enumerate(person.track.frames)}
    for limb in dict.fromkeys(swap.limb for swap in movement.swaps if swap.person_id == person_id):
        own = [swap for swap in movement.swaps if (swap.person_id, swap.limb) == (person_id, limb)]
        known = np.zeros(len(person.times), bool)
        known[[row_of[swap.frame] for swap in own]] = True
        at = {swap.frame: swap for swap in own}
        for run in runs(known, person.track.breaks):
            swaps = [at[int(frame)] for frame in person.track.frames[run]]
            found.append((limb, swaps[0].time_s, swaps[-1].time_s, swaps))
    return found


def _tables(movement: Movement) -> Iterator[str]:
    beside = {each.name: each for each in other_tables(movement)}
    walking, events = beside["walking"], beside["events"]
    if walking.rows:
        rows = [[_cell(cell) for cell in row] for row in walking.rows]
        words = (
            "Of strikes and offs by the kinematics of ankles, or heels and toes where the skeleton has them."
        )
        yield section("Walking", table([_head(name) for name in walking.header], rows), words)
    if events.rows:
        rows = [[_cell(cell) for cell in row] for row in events.rows[:MAX_ROWS]]
        shown = f"The first {MAX_ROWS} of {len(events.rows)}." if len(events.rows) > MAX_ROWS else "All."
        yield section("Events", table([_head(name) for name in events.header], rows), shown)
    if movement.swaps:
        rows = [
            [
                str(person.id),
                limb,
                clock(start),
                f"{swaps[0].frame} to {swaps[-1].frame}",
                f"{swaps[0].evidence:g}",
                _outcome(swaps[0]),
            ]
            for person in movement.people
            for limb, start, _, swaps in _stretches(movement, person.id)
        ]
        words = "Where left and right of a limb had changed places from one frame to the next."
        head = ("person", "limb", "time", "frames", "evidence", "")
        yield section("Left and right", table(head, rows[:MAX_ROWS]), words)


def _gaps(movement: Movement) -> str:
    rows = []
    for person in movement.people:
        starts = np.flatnonzero(person.track.breaks[1:]) + 1
        for at in starts[:MAX_ROWS].tolist():
            first, last = int(person.track.frames[at - 1]) + 1, int(person.track.frames[at]) - 1
            rows.append([str(person.id), "everything", f"{first} to {last}", str(last - first + 1)])
        missing = np.isnan(person.places[..., 0]).sum(axis=0)
        rows += [
            [str(person.id), joint.replace("_", " "), "", str(int(count))]
            for joint, count in zip(movement.skeleton.joints, missing, strict=True)
            if count
        ]
    if not rows:
        return ""
    words = "What is not known: people who are away for some frames, and joints that are missing while they are there."
    words += f" The first {MAX_ROWS} of {len(rows)}." if len(rows) > MAX_ROWS else ""
    return section("Gaps", table(("person", "what", "frames", "count"), rows[:MAX_ROWS]), words)


def _head(name: str) -> str:
    return escape(name.replace("_", " "))


def _cell(cell: object) -> str:
    return "" if cell is None else escape(f"{cell:g}" if isinstance(cell, float) else str(cell))
