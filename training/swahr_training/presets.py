"""Presets: settings that suit what is asked of a run, each with its reason; the one place where they stand.

A preset fills what the settings of a run leave open; a field that was given stays as it was given.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from swahr._util.registry import Registry
from swahr._util.settings import Settings
from swahr_training.config import TrainConfig

FEW_PHOTOS = 200  # up to so many, what the start knows is worth more than what they can teach
OF_SECOND_LOOK = ("few",)  # presets in which the second look learns, where the start has one
# Batch norm of fewer photos than this follows them, and not the data set.
SMALL_BATCH = 16


class Choice(NamedTuple):
    """A setting by its dotted name, the value that a preset gives it, and why."""

    name: str
    value: Any
    why: str


@dataclass(frozen=True)
class Asked:
    """What a preset may go by.

    Attributes:
        samples: To train on: photos, or people of a network for crops.
        start: What the run starts from, by name; None: from scratch.
        knows_joints: Whether the start has all joints of the run.
        known_parts: Name prefixes of the weights that came with the start and know people.
        input_size: Side of the input, pixels.
        two_stages: Whether the head's first stage gives heatmaps and tags, and a second one finer heatmaps.
        precision: What the device computes in fastest: float32, bfloat16 or float16.
        photo_side: The shorter side of most photos, pixels; None where that is not known.
        peak_sigma: Standard deviation of the peaks that the start was trained for; None: the published.
        steps, epochs: The length that was given; None: the preset's.
        second_look: Whether the crop network that looks again is what learns.
    """

    samples: int
    start: str | None
    knows_joints: bool
    known_parts: tuple[str, ...]
    input_size: int
    two_stages: bool = True
    precision: str = "float32"
    photo_side: int | None = None
    peak_sigma: float | None = None
    steps: int | None = None
    epochs: float | None = None
    second_look: bool = False

    def length(self, own: int, batch: int) -> int:
        """Return the steps of the run, as given or the preset's own: warm-up, averages and measurements follow."""
        if self.steps is not None:
            return self.steps
        return own if self.epochs is None else max(1, math.ceil(self.epochs * self.samples / batch))

    @property
    def loss_factor(self) -> float:
        """1 at 512 pixels; a heatmap's loss is a mean over pixels, the tags' is not, so theirs falls with the area."""
        return (512 / self.input_size) ** 2

    def fitted(self) -> "tuple[Asked, list[Choice]]":
        """Return this for an input that is no larger than the photos, and the choice where that is smaller."""
        fitting = self.input_size if self.photo_side is None else math.ceil(self.photo_side / 64) * 64
        if fitting >= self.input_size:
            return self, []
        choice = Choice("input_size", fitting, f"photos have {self.photo_side} pixels")
        return replace(self, input_size=fitting), [choice]


Preset = Callable[[Asked], Iterator[Choice]]
PRESETS: Registry[Preset] = Registry("preset")


def choose(start: str | None, knows_joints: bool, photos: int) -> tuple[str, str]:
    """Return the name of the preset that suits, and why; see `Asked`."""
    if start is None:
        return "scratch", "no weights to start from"
    if not knows_joints:
        return "new_joints", f"{start} does not know all of these joints"
    if photos <= FEW_PHOTOS:
        return "few", f"{photos} photos of joints that {start} knows"
    return "many", f"{photos} photos of joints that {start} knows"


def fill(config: TrainConfig, name: str, asked: Asked) -> tuple[TrainConfig, list[Choice]]:
    """Return settings whose open fields a preset has filled, and what it chose.

    Raises:
        SettingError: There is no such preset.
    """
    used: list[Choice] = []
    for choice in PRESETS.find(name)(asked):
        if choice.name == "steps" and config.epochs is not None:
            continue
        changed = _set(config, choice.name.split("."), choice.value)
        if changed is not None:
            config = changed
            used.append(choice)
    return config.model_copy(update={"preset": name}), used


def _set(settings: Settings, path: list[str], value: Any) -> Any:
    """Return settings with a field set; None where it was given, or the kind of section has no such field."""
    field, *within = path
    if field not in type(settings).model_fields:
        return None
    if within:
        inner = getattr(settings, field)
        value = _set(inner, within, value)
        if value is None:
            return None
        # The section stays as open as it was: what is set here must not close its other fields.
        return settings.model_copy(update={field: value})
    return None if field in settings.model_fields_set else settings.model_copy(update={field: value})


def told(name: str, why: str, chosen: list[Choice]) -> list[str]:
    """Return lines that say what a preset chose, and why.

    >>> told("few", "5 photos", [Choice("steps", 200, "enough for 5 photos")])
    ['preset few: 5 photos', '  steps: 200 (enough for 5 photos)']
    """
    return [f"preset {name}: {why}", *(f"  {c.name}: {_plain(c.value)} ({c.why})" for c in chosen)]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name or 'all'} {_plain(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _registered(preset: Preset) -> Preset:
    return PRESETS.register(preset.__name__.removeprefix("_"), preset)


@_registered
def _none(asked: Asked) -> Iterator[Choice]:
    """Nothing is filled."""
    del asked
    yield from ()


@_registered
def _few(asked: Asked) -> Iterator[Choice]:
    """Same joints and few photos: of weights with a second look that look is tuned, of others the finer heatmaps.

    Whom the first look finds comes from far more photos. Its tags have a scale that the parse's thresholds fit: what
    push and pull of a few photos balance at is another one, and neighbours elsewhere are then taken for one person, or
    people fall apart. Joints without a label that the start sees would be unlearnt, and with them people who are made
    of doubtful joints.
    """
    if asked.second_look:
        yield from _few_crops(asked)
        return
    steps = asked.length(min(40 + asked.samples, 240), 8)
    yield Choice("steps", steps, f"enough for {asked.samples} photos")
    yield from _careful(asked, steps, batch_size=8)
    yield Choice("learning_rate", 5e-5, "near the start")
    yield Choice(
        "rate_factors", dict.fromkeys(_first_stage(asked), 0.0), "they know people from far more photos"
    )
    yield from _peaks(asked)
    yield Choice("unlabelled", "unknown", "where labels say nothing, the start may be right")
    yield Choice(
        "validate_mirrored", True, "AP of few photos is chance in part, less so with their mirror images"
    )
    yield Choice("patience", 8, "more steps without a gain learn these photos by heart")
    yield from _varied(asked)


def _few_crops(asked: Asked) -> Iterator[Choice]:
    """Yield how the second look learns from few people."""
    asked = replace(asked, precision="float32")  # its layers of few channels are slower in less
    steps = asked.length(max(80, min(2 * asked.samples, 150)), 8)
    yield Choice("steps", steps, f"{asked.samples} people are seen {steps * 8 / asked.samples:.0f} times")
    yield from _careful(asked, steps, batch_size=8)
    rate = max(3e-5, min(4.3e-6 * math.sqrt(asked.samples), 6e-5))
    yield Choice("learning_rate", float(f"{rate:.1g}"), "the more people, the surer is which way to go")
    yield Choice(
        "start_part", 0.25, "a mix with the start keeps more of what it knew than it loses of what was learnt"
    )
    yield Choice("crops.scale", 0.15, "people are found about as large as they are labelled")
    yield Choice("crops.rotation_deg", 10.0, "cameras are held askew")
    yield Choice("crops.half_body", 0.0, "whole people are found")
    yield Choice("augment.colour", 0.3, "light differs")
    yield Choice("augment.blur", 0.1, "lenses are out of focus")
    yield Choice("augment.noise", 0.1, "cameras are noisy in the dark")
    yield Choice(
        "validate_mirrored", True, "AP of few photos is chance in part, less so with their mirror images"
    )
    yield Choice("patience", 8, "more steps without a gain learn these people by heart")


@_registered
def _many(asked: Asked) -> Iterator[Choice]:
    """Same joints and many photos: all of the network is tuned, what knows people later and slowly."""
    batch = 16
    steps = asked.length(max(600, min(20 * asked.samples // batch, 20_000)), batch)
    yield Choice("steps", steps, f"each photo is seen {steps * batch / asked.samples:.0f} times")
    yield from _careful(asked, steps, batch_size=batch)
    yield Choice("learning_rate", 3e-4, "a start that is near its end")
    yield from _peaks(asked)
    first = _first_stage(asked)
    yield Choice("rate_factors", dict.fromkeys(first, 0.1), "they know people already")
    yield Choice(
        "freeze_until",
        dict.fromkeys(first, steps // 5),
        "they follow when the rest has settled",
    )
    yield Choice("patience", 12, "more steps without a gain are lost")
    yield from _varied(asked)


@_registered
def _new_joints(asked: Asked) -> Iterator[Choice]:
    """Other joints: new output layers on a trunk that knows people, which first stays as it is."""
    asked, size = asked.fitted()
    yield from size
    batch = 8
    steps = asked.length(max(500, min(40 * asked.samples // batch, 20_000)), batch)
    yield Choice("steps", steps, f"each photo is seen {steps * batch / asked.samples:.0f} times")
    yield from _careful(asked, steps, batch_size=batch)
    yield Choice("learning_rate", 2e-3, "the joints' layers start anew")
    yield Choice("rate_factors", dict.fromkeys(asked.known_parts, 0.3), "they know photos already")
    yield Choice(
        "freeze_until",
        dict.fromkeys(asked.known_parts, steps // 10),
        "new layers would pull them astray",
    )
    yield Choice("patience", 12, "more steps without a gain are lost")
    yield from _varied(asked)


@_registered
def _scratch(asked: Asked) -> Iterator[Choice]:
    """From scratch: everything learns, for long."""
    asked, size = asked.fitted()
    yield from size
    steps = asked.length(max(3000, min(60 * asked.samples // 16, 100_000)), 16)
    yield Choice("steps", steps, f"each photo is seen {steps * 16 / asked.samples:.0f} times")
    yield Choice("learning_rate", 2e-3, "all weights are new")
    yield Choice("warmup_steps", min(200, steps // 10), "first steps of new weights are wild")
    yield from _tags(asked)
    yield from _varied(asked)


@_registered
def _overfit(asked: Asked) -> Iterator[Choice]:
    """Learn a few photos by heart: shows that labels and settings are sound, and makes no network to use."""
    steps = asked.length(300, 5)
    yield Choice("steps", steps, "a few photos by heart")
    yield from _careful(asked, steps, batch_size=5)
    yield Choice("learning_rate", 1e-3, "nothing has to last")
    trunk, *others = asked.known_parts
    if (
        others and asked.start is not None
    ):  # most of the work, and the others can learn a few photos without it
        yield Choice("rate_factors", {trunk: 0.0}, "the rest can learn a few photos without it, and faster")
    yield Choice("augment.scale", (0.9, 1.1), "photos nearly as they are")
    yield Choice("augment.rotation_deg", 0.0, "photos as they are")
    yield Choice("augment.flip", 0.0, "photos as they are")


def _first_stage(asked: Asked) -> tuple[str, ...]:
    """Return name prefixes of what gives the first heatmaps and the tags."""
    return ("backbone", "head.final_layers.0") if asked.two_stages else asked.known_parts


def _peaks(asked: Asked) -> Iterator[Choice]:
    """Yield the width of the targets: narrower ones would first of all make the start's peaks narrower, and lower."""
    if asked.two_stages and asked.peak_sigma is not None:
        yield Choice("sigma", asked.peak_sigma, "the start's peaks are so wide")


def _careful(asked: Asked, steps: int, batch_size: int) -> Iterator[Choice]:
    """Yield what every run from a start has."""
    yield Choice("batch_size", batch_size, "small data")
    small = batch_size < SMALL_BATCH
    if not asked.second_look:  # which has no batch norm
        yield Choice("freeze_norms", small, "batches are small" if small else "batches are large enough")
    yield Choice(
        "warmup_steps", min(200, max(10, steps // 10), steps), "the optimiser knows nothing at first"
    )
    decay = round(max(0.9, min(0.999, 1 - 10 / steps)), 4)
    yield Choice("ema_decay", decay, "weights averaged over a tenth of the run")
    measured = max(40, min(500, steps // 8))
    yield Choice("save_every", measured, "AP is measured some eight times at most")
    yield Choice("log_every", max(5, measured // 4), "four lines for each")
    yield from _tags(asked)


def _tags(asked: Asked) -> Iterator[Choice]:
    if asked.precision != "float32":
        yield Choice("precision", asked.precision, "this machine computes in it, and faster")
    factor = round(4e-3 * asked.loss_factor, 4)
    yield Choice("loss.push_factor", factor, f"tags' part of the loss at {asked.input_size} pixels")
    yield Choice("loss.pull_factor", factor, f"tags' part of the loss at {asked.input_size} pixels")


def _varied(asked: Asked) -> Iterator[Choice]:
    del asked
    yield Choice("augment.aspect", 0.1, "cameras differ")
    yield Choice("augment.rotation_deg", 20.0, "cameras are held askew")
    yield Choice("augment.colour", 0.5, "light differs")
    yield Choice("augment.blur", 0.15, "lenses are out of focus")
    yield Choice("augment.noise", 0.2, "cameras are noisy in the dark")
    yield Choice("augment.occlusion", 0.2, "things are in the way")
