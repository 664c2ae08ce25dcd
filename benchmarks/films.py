"""Films of walkers: crossings, occlusions, exits and returns, scene cuts, a crowd, runners."""

import numpy as np

from benchmarks.walkers import HEIGHT, WIDTH, Film, Path, Walker

SHIRTS = (
    (30, 28, 28), (120, 120, 120), (225, 225, 225), (80, 45, 30), (190, 120, 50), (50, 45, 180), (70, 120, 60),
    (150, 185, 205), (70, 190, 225), (175, 130, 225),
)  # fmt: skip
TROUSERS = ((30, 28, 28), (110, 75, 50), (105, 105, 105), (140, 170, 185))


def line(
    start: tuple[float, float], end: tuple[float, float], from_s: float, to_s: float, stay: bool = False
) -> Path:
    """Walk from one place to another between two moments; away before and after, or there with `stay`."""

    def path(time_s: float) -> tuple[float, float] | None:
        if not from_s <= time_s <= to_s and not stay:
            return None
        part = float(np.clip((time_s - from_s) / (to_s - from_s), 0, 1))
        return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])

    return path


def together(*paths: Path) -> Path:
    """Walk the first path that goes at a moment."""
    return lambda time_s: next((place for path in paths if (place := path(time_s)) is not None), None)


def _clothes(random: np.random.Generator) -> dict[str, tuple[int, int, int]]:
    """Choose from what people wear, a little different each time; two may look the same."""
    shirt, trousers = (
        np.clip(random.choice(colours) + random.normal(0, 6, 3), 0, 255) for colours in (SHIRTS, TROUSERS)
    )
    return {"shirt": tuple(int(c) for c in shirt), "trousers": tuple(int(c) for c in trousers)}  # type: ignore[dict-item]


def crossings(seed: int = 1) -> Film:
    """Eight people cross each other, four each way, at several depths."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(8):
        height = random.uniform(150, 260)
        y = 280 + 0.9 * height + random.uniform(-5, 5)
        ends = ((-60.0, y), (WIDTH + 60.0, y))
        a, b = ends if i % 2 else ends[::-1]
        start = random.uniform(0, 3)
        path = line(a, b, start, start + random.uniform(5, 8))
        walkers.append(Walker(i, path, height, height, **_clothes(random)))
    return Film("crossings", walkers, 11)


def occlusions(seed: int = 2) -> Film:
    """Five people walk behind two pillars, and one another; one turns round behind a pillar."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(5):
        height = random.uniform(170, 230)
        y = 300 + 0.8 * height
        a, b = ((-40.0, y), (WIDTH + 40.0, y))[:: 1 if i % 2 else -1]
        start = 1.2 * i
        if i == 2:
            path = together(line(a, (330.0, y), start, start + 3), line((330.0, y), a, start + 3, start + 6))
        else:
            path = line(a, b, start, start + 6)
        walkers.append(Walker(i, path, height, height, **_clothes(random)))
    return Film("occlusions", walkers, 11.5, pillars=[(290, 60, 375, 540), (600, 60, 700, 540)])


def exits(seed: int = 3) -> Film:
    """Six people leave the picture and come back after 1 to 6 s, some on the other side; three more come once."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(9):
        height = random.uniform(160, 260)
        y = 290 + 0.85 * height
        left, right = (-60.0, y), (WIDTH + 60.0, y)
        middle = (random.uniform(300, 660), y)
        side, back = (left, right) if i % 2 else (right, left)
        start, gone = random.uniform(0, 4), random.uniform(1, 6)
        path = together(
            line(middle if i < 6 else side, side if i < 6 else back, start, start + 4),
            *(
                [line(side if i % 3 else back, middle, start + 4 + gone, start + 8 + gone, True)]
                if i < 6
                else []
            ),
        )
        walkers.append(Walker(i, path, height, height, **_clothes(random)))
    return Film("exits", walkers, 18)


def cuts(seed: int = 4) -> Film:
    """Two scenes with three people each, cut from one to the other every 3 s, people at the same places."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(6):
        scene, place = i // 3, i % 3
        height = random.uniform(200, 230)
        x = 200 + 270 * place + random.uniform(-15, 15)

        def path(time_s: float, scene: int = scene, x: float = x) -> tuple[float, float] | None:
            return (x + 25 * np.sin(time_s + x), 500.0) if int(time_s // 3) % 2 == scene else None

        walkers.append(Walker(i, path, height, place, **_clothes(random)))
    return Film("scene cuts", walkers, 15, scene=lambda time_s: int(time_s // 3) % 2)


def crowd(seed: int = 5, people: int = 30) -> Film:
    """30 people stroll about."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(people):
        height = random.uniform(70, 130)
        x, y = random.uniform(60, WIDTH - 60), random.uniform(200, HEIGHT - 10)
        reach, pace, phase = random.uniform(20, 120), random.uniform(0.2, 0.8), random.uniform(0, 6)

        def path(
            t: float,
            x: float = x,
            y: float = y,
            reach: float = reach,
            pace: float = pace,
            phase: float = phase,
        ) -> tuple[float, float]:
            return x + reach * np.sin(pace * t + phase), y + 0.2 * reach * np.cos(0.7 * pace * t + phase)

        walkers.append(Walker(i, path, height, y, **_clothes(random)))
    return Film("crowd of 30", walkers, 10)


def runners(seed: int = 6) -> Film:
    """Six people run past at 8 frames per second."""
    random = np.random.default_rng(seed)
    walkers = []
    for i in range(6):
        height = random.uniform(180, 260)
        y = 300 + 0.8 * height
        a, b = ((-60.0, y), (WIDTH + 60.0, y))[:: 1 if i % 3 else -1]
        start, pace = 0.8 * i, random.uniform(1.7, 2.7)
        path = together(line(a, b, start, start + pace), line(b, a, start + 4, start + 4 + pace))
        walkers.append(Walker(i, path, height, height, **_clothes(random), step_s=0.6))
    return Film("runners, 8 fps", walkers, 11, frame_rate=8)


FILMS = (crossings, occlusions, exits, cuts, crowd, runners)
