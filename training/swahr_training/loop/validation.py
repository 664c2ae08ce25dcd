"""AP of a run's checkpoints on its validation photos, which are read once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from swahr.errors import SwahrError, first_line
from swahr.pose.skeleton import Skeleton
from swahr.video.images import read_image
from swahr_training.data.labels import Labels
from swahr_training.data.sources import in_joints
from swahr_training.systems.base import Scoring


class Measured(NamedTuple):
    """What came out.

    figures: by name, of the checkpoint as it is best used; `AP_alone` is that of the network without a second stage,
    where there is one. second_stage: whether people come out better with it; None where that was not asked. learning:
    AP of what the run trains, which falls where that is spoilt.
    """

    figures: dict[str, float]
    second_stage: bool | None
    learning: float

    @property
    def ap(self) -> float:
        """AP as the checkpoint is best used."""
        return self.figures["AP"]


class Validation:
    """Photos that a run is measured on.

    Args:
        labels: As they were read; photos that cannot be opened are left out, and `note` gets a line about each.
        skeleton: Of the run.
        figures: Scores a checkpoint on labels: by itself and, where it has a second stage, with that.
        note: Receives what the user should know.
    """

    def __init__(
        self,
        labels: Labels,
        skeleton: Skeleton,
        figures: Scoring,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        known = in_joints(labels, skeleton)
        photos = []
        for photo in known.photos:
            try:
                read_image(photo.path)
                photos.append(photo)
            except SwahrError as error:
                note(f"validation goes on without a photo: {first_line(error)}")
        self.labels, self._figures = replace(known, photos=photos), figures

    @property
    def people(self) -> int:
        """How many people with joints there are; without any there is no AP."""
        return sum(not person.ignored for photo in self.labels.photos for person in photo.people)

    def measure(self, checkpoint: Path) -> Measured:
        """Score a checkpoint. Raises SwahrError where it gives no numbers, or a photo is gone."""
        alone, both = self._figures(checkpoint, self.labels)
        if both is None:
            return Measured(alone, None, alone["AP"])
        best = max(alone, both, key=lambda figures: figures["AP"])
        return Measured({**best, "AP_alone": alone["AP"]}, best is both, alone["AP"])


def make_validation(
    labels: Labels | None, skeleton: Skeleton, figures: Scoring, note: Callable[[str], None]
) -> Validation | None:
    """Return what a run is measured on; None, with a note, where that has nobody."""
    if labels is None:
        note("no validation: AP is not measured, and best.safetensors is the last checkpoint")
        return None
    validation = Validation(labels, skeleton, figures, note)
    if validation.people:
        return validation
    note(
        f"{labels.name}: no people with joints to validate on: AP is not measured, and best.safetensors is the last "
        "checkpoint"
    )
    return None
