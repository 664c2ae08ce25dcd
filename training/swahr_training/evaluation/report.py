"""`swahr eval`: figures as a table and as JSON, and the worst photos as a picture."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from swahr._util.files import make_folder, write_text
from swahr.video import write_photo
from swahr_training.evaluation.evaluate import Evaluation, draw_worst

MEANINGS = {
    "AP": "average precision over similarities 0.50 to 0.95",
    "AP50": "at similarity 0.50",
    "AP75": "at similarity 0.75",
    "APm": "people of 32 x 32 to 96 x 96 pixels",
    "APl": "larger people",
    "AR": "average recall",
    "AR50": "at similarity 0.50",
    "AR75": "at similarity 0.75",
    "ARm": "people of 32 x 32 to 96 x 96 pixels",
    "ARl": "larger people",
    "APeasy": "crowd index below 0.2",
    "APmedium": "crowd index 0.2 to 0.8",
    "APhard": "crowd index of 0.8 and more",
    "PCKh": "visible joints within half a head's size, without pelvis and thorax",
    "PCKh@0.1": "within a tenth of it",
}


class PhotoProgress:
    """A bar of photos done, on stderr. A context manager."""

    def __init__(self) -> None:
        self._progress = Progress(console=Console(stderr=True))
        self._task = self._progress.add_task("photos", total=None)

    def __enter__(self) -> "PhotoProgress":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int) -> None:
        """Show how many photos of how many are done."""
        self._progress.update(self._task, completed=done, total=total)


def print_figures(evaluation: Evaluation, title: str, seconds: float, console: Console) -> None:
    """Print the figures, how many people were found, and how long it took."""
    table = Table("", "", "", title=escape(title), title_justify="left", show_header=False)
    for name, value in evaluation.figures.items():
        table.add_row(name, "none of this size" if value < 0 else f"{value:.3f}", MEANINGS[name])
    console.print(table)
    photos = evaluation.photos
    people, found = sum(photo.people for photo in photos), sum(photo.found for photo in photos)
    ghosts = sum(photo.ghosts for photo in photos)
    speed = len(photos) / max(seconds, 1e-9)
    console.print(
        f"{len(photos)} photos, {people} people: {found} found, {ghosts} found where nobody is labelled; "
        f"{speed:.1f} photos per second"
    )
    for line in evaluation.coverage.lines():
        console.print(line)


def write_results(evaluation: Evaluation, folder: Path, settings: dict[str, Any]) -> list[Path]:
    """Write results.json (settings, figures, photo by photo), keypoints.json (COCO results) and worst.jpg."""
    worst_first = sorted(evaluation.photos, key=lambda photo: photo.quality)
    results = {
        "settings": settings,
        "figures": evaluation.figures,
        "uncertainty": evaluation.coverage.figures(),
        "photos": [
            {
                "file": str(result.photo.path),
                "image_id": result.photo.id,
                "people": result.people,
                "found": result.found,
                "ghosts": result.ghosts,
                "quality": round(result.quality, 4),
            }
            for result in worst_first
        ],
    }
    written = [folder / "results.json", folder / "keypoints.json"]
    make_folder(folder)
    write_text(written[0], json.dumps(results, indent=2) + "\n")
    write_text(written[1], json.dumps(evaluation.results))
    if any(result.people or result.ghosts for result in evaluation.photos):
        picture = folder / "worst.jpg"
        write_photo(picture, draw_worst(evaluation.photos))
        written.append(picture)
    return written
