"""How right movement is: walks whose every angle, step and place is known, `python -m benchmarks.movement`.

The tables of docs/movement.md. Noise is that of the joints, of a normal distribution, new in each frame and axis: real
networks err less from frame to frame and more over longer times.
"""

import argparse
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.figure import draw_figure, scene
from benchmarks.gait import SIDES, Walk, walk
from swahr.config import MovementFilterSettings, ScaleSettings
from swahr.movement import Movement, measure, repair_swaps
from swahr.movement.swaps import limbs_of
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17

Floats = npt.NDArray[np.float64]

SECONDS, RUNS = 8, 3
HEIGHTS, NOISES, RATES, YAWS = (
    (100, 200, 400, 800),
    (0.5, 1.0, 2.0, 4.0),
    (15, 30, 60, 120),
    (0, 10, 20, 30, 45, 60),
)
DRAWN, FRAME_WH = (120, 240, 400), (960, 540)
UNFILTERED = MovementFilterSettings(smooth="none")
INSTANT_S = 1e-4  # over which a true speed is taken
EDGE_S = 0.5  # ends of a recording, where filters know one side only


@dataclass(frozen=True)
class Errors:
    """Root mean squares: degrees of knee and hip, degrees per second of the knee, and milliseconds of steps."""

    knee: float
    hip: float
    knee_speed: float
    step_ms: float
    found: float


def record(times: Floats, places: Floats, score: float = 0.9) -> Recording:
    """Return a recording of one person, places [n, 17, 2] in frame pixels."""
    builder = RecordingBuilder(COCO_17)
    for index, (time_s, joints) in enumerate(zip(times, places, strict=True)):
        builder.frame(index, float(time_s))
        builder.person(index, [(x, y, score) for x, y in joints], None, 0)
    return builder.build()


def at_rate(rate: float, seconds: float = SECONDS) -> Floats:
    return np.arange(round(seconds * rate)) / rate


def errors_of(movement: Movement, truth: Walk) -> Errors:
    """Compare a walk as it was measured with what it is, without its ends."""
    person = movement.people[0]
    times = person.times
    inner = (times > times[0] + EDGE_S) & (times < times[-1] - EDGE_S)

    def angle(name: str) -> float:
        found = np.concatenate([person.angles[inner, movement.column(f"{side}_{name}")] for side in SIDES])
        known = np.concatenate([truth.angles[f"{side}_{name}"][inner] for side in SIDES])
        return rms(found - known)

    speeds = []
    sooner, later = walk(times - INSTANT_S), walk(times + INSTANT_S)
    for side in SIDES:
        known = (later.angles[f"{side}_knee"] - sooner.angles[f"{side}_knee"]) / (2 * INSTANT_S)
        speeds.append((person.angular_speeds[:, movement.column(f"{side}_knee")] - known)[inner])
    apart, missed = [], 0
    for side in SIDES:
        for kind, moments in (("foot strike", truth.strikes[side]), ("foot off", truth.offs[side])):
            found = np.asarray([e.time_s for e in movement.events if (e.kind, e.of) == (kind, side)])
            for moment in moments[(moments > times[0] + EDGE_S) & (moments < times[-1] - EDGE_S)]:
                gap = found - moment
                near = gap[np.abs(gap) < 0.15]
                missed += not len(near)
                apart += [float(near[np.abs(near).argmin()])] if len(near) else []
    return Errors(
        angle("knee"),
        angle("hip"),
        rms(np.concatenate(speeds)),
        1000 * rms(np.asarray(apart)),
        len(apart) / max(1, len(apart) + missed),
    )


def rms(values: Floats) -> float:
    """Return the root mean square of what is known."""
    return float(np.sqrt(np.nanmean(values**2))) if len(values) else float("nan")


def mean_errors(
    height: float,
    noise: float,
    rate: float,
    yaw: float = 0.0,
    smoothing: MovementFilterSettings | None = None,
) -> Errors:
    """Return the root mean squares over some walks with noise of their own."""
    found = []
    times = at_rate(rate)
    truth = walk(times)
    for seed in range(RUNS):
        random = np.random.default_rng(seed)
        seen = truth.seen(height, yaw)
        movement = measure(record(times, seen + random.normal(0, noise, seen.shape)), smoothing=smoothing)
        found.append(errors_of(movement, truth))
    values = {name: np.asarray([getattr(each, name) for each in found]) for name in vars(found[0])}
    return Errors(**{name: float(v.mean()) if name == "found" else rms(v) for name, v in values.items()})


def size_and_noise() -> None:
    print(
        "Knee flexion, root mean square error in degrees, at 60 frames per second, filtered as usual (unfiltered)\n"
    )
    print("| person, px | " + " | ".join(f"noise {noise:g} px" for noise in NOISES) + " |")
    print("| --- |" + " --- |" * len(NOISES))
    for height in HEIGHTS:
        cells = []
        for noise in NOISES:
            usual = mean_errors(height, noise, 60).knee
            raw = mean_errors(height, noise, 60, smoothing=UNFILTERED).knee
            cells.append(f"{usual:.1f} ({raw:.1f})")
        print(f"| {height} | " + " | ".join(cells) + " |")


def frame_rate() -> None:
    print("\nBy frame rate: a person of 400 px, noise of 2 px; the first row of each rate without noise\n")
    print(
        "| frames per second | noise, px | knee, deg | hip, deg | knee speed, deg/s | steps found | their error, ms |"
    )
    print("| --- |" + " --- |" * 6)
    for rate in RATES:
        for noise in (0.0, 2.0):
            e = mean_errors(400, noise, rate)
            angles = f"{e.knee:.1f} | {e.hip:.1f} | {e.knee_speed:.0f}"
            print(f"| {rate} | {noise:g} | {angles} | {e.found:.0%} | {e.step_ms:.0f} |")


def camera() -> None:
    print("\nA camera turned away from a right angle to the walk, without noise\n")
    print("| turned by, deg | knee, deg | hip, deg | knee range seen (true), deg |")
    print("| --- | --- | --- | --- |")
    times = at_rate(60)
    truth = walk(times)
    for yaw in YAWS:
        movement = measure(record(times, truth.seen(400, yaw)), smoothing=UNFILTERED)
        e = errors_of(movement, truth)
        seen = np.ptp(movement.people[0].angles[:, movement.column("left_knee")])
        print(
            f"| {yaw} | {e.knee:.1f} | {e.hip:.1f} | {seen:.0f} ({np.ptp(truth.angles['left_knee']):.0f}) |"
        )


def swaps() -> None:
    print("\nLegs exchanged in 1 to 10 frames at a time, a person of 300 px\n")
    print(
        "| frames per second | noise, px | exchanged frames | found | wrongly exchanged | in walks without any |"
    )
    print("| --- |" + " --- |" * 5)
    pairs = next(pairs for limb, pairs, _ in limbs_of(COCO_17) if limb == "legs")
    for rate in RATES:
        for noise in (1.0, 2.0, 4.0):
            counts = np.zeros(4, int)
            for seed in range(RUNS):
                random = np.random.default_rng(seed)
                times = at_rate(rate)
                seen = walk(times).seen(300) + random.normal(0, noise, (len(times), 17, 2))
                clean = {swap.frame for swap in repair_swaps(record(times, seen))[1] if swap.limb == "legs"}
                truth = np.zeros(len(times), bool)
                for _ in range(6):
                    start = int(random.integers(3, len(times) - 15))
                    truth[start : start + int(random.choice([1, 2, 5, 10]))] = True
                for pair in pairs:
                    seen[np.ix_(truth, pair)] = seen[np.ix_(truth, pair[::-1])]
                found = np.zeros(len(times), bool)
                found[
                    [swap.frame for swap in repair_swaps(record(times, seen))[1] if swap.limb == "legs"]
                ] = True
                counts += truth.sum(), (truth & found).sum(), (found & ~truth).sum(), len(clean)
            print(f"| {rate} | {noise:g} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} |")


def metres() -> None:
    print("\nMetres by the height of a person of 1.75 m, 60 frames per second\n")
    print("| person, px | noise, px | scale is off by | speed of walking is off by |")
    print("| --- | --- | --- | --- |")
    times = at_rate(60)
    truth = walk(times)
    for height in (200, 400):
        for noise in (0.0, 2.0, 4.0):
            scales, speeds = [], []
            for seed in range(RUNS):
                seen = truth.seen(height) + np.random.default_rng(seed).normal(0, noise, (len(times), 17, 2))
                movement = measure(record(times, seen), scale=ScaleSettings(height=1.75))
                person = movement.people[0]
                ratio = np.ptp(person.places[..., 0]) / np.ptp(person.track.places[..., 0])
                scales.append(ratio / (1.75 / height) - 1)
                speeds += [each.speed / (0.57 * 1.75) - 1 for each in movement.walking]
            print(f"| {height} | {noise:g} | {np.mean(scales):+.1%} | {np.mean(speeds):+.1%} |")


def drawn() -> None:
    """From pictures on: a drawn walker, found by the bundled weights, measured as `swahr move` does."""
    from swahr import PoseEstimator

    print("\nA drawn walker at 30 frames per second, found by the bundled weights\n")
    print("| person, px | frames found | ankles and knees, % of height | knee, deg | hip, deg | trunk, deg |")
    print("| --- |" + " --- |" * 5)
    estimator = PoseEstimator.from_pretrained()
    times = at_rate(30, seconds=3)
    truth = walk(times)
    legs = [COCO_17.joints.index(f"{side}_{name}") for side in SIDES for name in ("knee", "ankle")]
    for height in DRAWN:
        places = np.add(truth.seen(height), (80.0, 0.9 * FRAME_WH[1] - 1.2 * height))
        builder, apart = RecordingBuilder(COCO_17), []
        for index, joints in enumerate(places):
            image = scene(FRAME_WH, index)
            draw_figure(image, joints, height)
            poses = estimator(np.asarray(cv2.GaussianBlur(image, (3, 3), 0.7), np.uint8))
            builder.frame(index, float(times[index]))
            if len(poses):
                found = poses.keypoints[0].astype(np.float64)
                apart.append(np.linalg.norm(found[legs, :2] - joints[legs], axis=1) / height)
                builder.person(index, [None if np.isnan(x) else (x, y, s) for x, y, s in found], None, 0)
        movement = measure(builder.build())
        person = movement.people[0]
        kept = person.track.frames[(person.times > EDGE_S) & (person.times < times[-1] - EDGE_S)]
        rows = np.searchsorted(person.track.frames, kept)
        errors = []
        for names in (("left_knee", "right_knee"), ("left_hip", "right_hip"), ("trunk",)):
            off = [person.angles[rows, movement.column(name)] - truth.angles[name][kept] for name in names]
            errors.append(f"{rms(np.concatenate(off)):.1f}")
        part = f"{len(apart)} of {len(times)} | {100 * float(np.nanmedian(np.concatenate(apart))):.1f}"
        print(f"| {height} | {part} | {' | '.join(errors)} |")


TABLES = {
    "drawn": drawn,
    "size": size_and_noise,
    "rate": frame_rate,
    "camera": camera,
    "swaps": swaps,
    "metres": metres,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], help="all without a name")
    for name in parser.parse_args().tables or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main()
