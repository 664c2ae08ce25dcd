"""The page: one HTML file with everything in it, which opens anywhere, without a network."""

import math
from html import escape
from pathlib import Path

import numpy as np

from swahr.overlay.faces import Hide
from swahr.pose.recording import Recording
from swahr.report import charts
from swahr.report.document import notes_section, pictures, section, tiles, write_page
from swahr.report.figures import SURE, WEAK, Figures, Person, make_figures
from swahr.report.svg import clock
from swahr.report.thumbnails import make_thumbnails

MAX_PEOPLE = 60
MAX_PORTRAITS = 12
MAX_GAPS = 20
# Who is there for less may be a ghost.
MIN_PRESENCE_S = 0.5


def write_report(
    recording: Recording,
    path: Path,
    *,
    name: str,
    video: Path | None = None,
    notes: tuple[str, ...] = (),
    hide: Hide = "none",
) -> None:
    """Write a report.

    Args:
        recording: What it is about.
        path: The page.
        name: Of what was recorded, for the heading.
        video: Gives pictures; None: there are none.
        notes: What else the reader should know.
        hide: What of everyone is unrecognisable in the pictures.

    Raises:
        SettingError: The video is not that of the recording.
        OutputError: The page cannot be written.
        SwahrError: The video cannot be read.
    """
    figures = make_figures(recording)
    portraits: dict[int, str] = {}
    strip: list[tuple[int, str]] = []
    if video is not None:
        portraits, strip = make_thumbnails(recording, _present(figures)[:MAX_PORTRAITS], video, hide)
    sections = [
        tiles(_tiles(recording, figures)),
        pictures([(_moment(figures, place), url) for place, url in strip]),
        section("People over time", charts.people_over_time(figures), "How many people are in each frame."),
        *_about_people(figures, portraits),
        section("Confidence by joint", charts.joints(figures, recording.skeleton.joints), _joint_key()),
        notes_section((*recording.notes, *notes)),
    ]
    write_page(path, f"{name}: people and poses", name, _subtitle(recording, figures), sections)


def _present(figures: Figures) -> list[Person]:
    """Return the people who are seen for long enough; everyone where times are not known."""
    if not figures.timed or len(figures.times) < 2:
        return figures.people
    step = float(np.median(np.diff(figures.times)))
    return [person for person in figures.people if len(person.frames) * step >= MIN_PRESENCE_S]


def _subtitle(recording: Recording, figures: Figures) -> str:
    parts = [f"{len(recording):,} frames".replace(",", "&#8239;")]
    if figures.timed:
        parts.append(clock(float(figures.times[-1] - figures.times[0])))
    if recording.frame_rate and figures.timed:
        parts.append(f"{recording.frame_rate:.4g} frames per second")
    parts.append(f"{recording.skeleton.num_joints} joints ({escape(recording.skeleton.name)})")
    return " · ".join(parts)


def _tiles(recording: Recording, figures: Figures) -> list[tuple[str, str]]:
    frames = max(1, len(recording))
    busy = int((figures.counts > 0).sum())
    mean_score = float(recording.scores.mean()) if len(recording.scores) else math.nan
    found = [
        (
            f"people, seen for {MIN_PRESENCE_S:g} s or more",
            str(len(_present(figures))) if recording.ids is not None else "no ids",
        ),
        ("most at once", str(int(figures.counts.max(initial=0)))),
        ("people per frame", f"{len(recording.scores) / frames:.1f}"),
        ("frames with people", f"{busy / frames:.0%}"),
        ("mean score", "none" if math.isnan(mean_score) else f"{mean_score:.2f}"),
    ]
    if figures.skipped:
        found.append(("frames not in the file", str(figures.skipped)))
    return found


def _about_people(figures: Figures, portraits: dict[int, str]) -> list[str]:
    if not figures.people:
        return []
    shown = (
        f"The {charts.MAX_ROWS} of {len(figures.people)} people who are seen longest."
        if len(figures.people) > charts.MAX_ROWS
        else "A row per person; thin where someone is missing in between."
    )
    return [
        section("When each person is there", charts.presence(figures), shown),
        _portraits(figures, portraits),
        section(
            "Speeds",
            charts.speeds(figures),
            "Body heights per second, of the joints on average: "
            + " ".join(_chip(person.id) for person in figures.people[: charts.MAX_CURVES]),
        ),
        _table(figures),
        _gaps(figures),
    ]


def _portraits(figures: Figures, portraits: dict[int, str]) -> str:
    if not portraits:
        return ""
    cells = "".join(
        f'<figure><img src="{portraits[person.id]}" alt="person {person.id}" width="132" height="176">'
        f"<figcaption>{_chip(person.id)}<span>{_moment(figures, person.best)}</span></figcaption></figure>"
        for person in figures.people
        if person.id in portraits
    )
    return f'<section><h2>Who is who</h2><p>Each at their best.</p><div class="portraits">{cells}</div></section>'


def _table(figures: Figures) -> str:
    rows = "".join(_person_row(figures, person) for person in figures.people[:MAX_PEOPLE])
    left = len(figures.people) - MAX_PEOPLE
    more = f"<p>And {left} more who are seen for a shorter time.</p>" if left > 0 else ""
    head = "".join(
        f"<th>{name}</th>"
        for name in (
            "person",
            "from",
            "to",
            "frames",
            "gaps",
            "longest gap",
            "score",
            "usual speed",
            "top speed",
        )
    )
    return (
        f"<section><h2>People</h2><p>Speeds in body heights per second; the top one is passed in 2 % of moments.</p>"
        f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}</section>"
    )


def _person_row(figures: Figures, person: Person) -> str:
    first, last = int(person.frames[0]), int(person.frames[-1])
    longest = max((end - start + 1 for start, end in person.gaps), default=0)
    cells = (
        _chip(person.id),
        _moment(figures, first),
        _moment(figures, last),
        str(len(person.frames)),
        str(len(person.gaps)) if person.gaps else "",
        _length(figures, longest) if longest else "",
        f"{person.score:.2f}",
        _speed(person.usual_speed),
        _speed(person.top_speed),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _gaps(figures: Figures) -> str:
    gaps = [
        (end - start + 1, start, end, person.id) for person in figures.people for start, end in person.gaps
    ]
    if not gaps:
        return ""
    gaps.sort(key=lambda gap: (-gap[0], gap[1]))
    rows = "".join(
        f"<tr><td>{_chip(person_id)}</td><td>{_moment(figures, start)}</td><td>{_moment(figures, end)}</td>"
        f"<td>{count}</td></tr>"
        for count, start, end, person_id in gaps[:MAX_GAPS]
    )
    frames = sum(gap[0] for gap in gaps)
    short = sum(gap[0] <= 5 for gap in gaps)
    which = f"The {MAX_GAPS} longest of {len(gaps)}" if len(gaps) > MAX_GAPS else f"{len(gaps)} in all"
    return (
        f"<section><h2>Gaps</h2><p>Where someone is missing and comes back: {which}, {frames} frames together; {short} "
        f"are of 5 frames or less, which filling gaps of up to 5 frames would close.</p>"
        f"<div class='scroll'><table><thead><tr><th>person</th><th>first missing</th><th>last missing</th>"
        f"<th>frames</th></tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _joint_key() -> str:
    meanings = (f"{SURE} and more", f"from {WEAK}", f"below {WEAK}", "not found")
    keys = zip(charts.KINDS, meanings, strict=True)
    return " ".join(
        f'<span class="key"><i class="{kind}"></i>{kind}, {escape(meaning)}</span>' for kind, meaning in keys
    )


def _chip(person_id: int) -> str:
    return f'<b class="chip" style="background:{charts.hex_colour(person_id)}">{person_id}</b>'


def _moment(figures: Figures, place: int) -> str:
    value = float(figures.times[place])
    return clock(value) if figures.timed else f"frame {value:g}"


def _length(figures: Figures, frames: int) -> str:
    if not figures.timed or len(figures.times) < 2:
        return f"{frames} frames"
    return clock(frames * float(np.median(np.diff(figures.times))))


def _speed(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"
