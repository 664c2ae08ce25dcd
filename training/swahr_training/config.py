"""The settings of a training run: one YAML file, every field typed and documented."""

from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator, model_validator

from swahr._util.settings import Settings, setting
from swahr.errors import SettingError
from swahr.models.architecture import Architecture, nested
from swahr_training.losses.base import AnyLoss
from swahr_training.losses.swahr import SwahrLossSettings
from swahr_training.reading import load_settings, made_settings
from swahr_training.sample_settings import AugmentConfig, CropConfig

INPUT_STEP = (
    64  # inference rounds its input up to this, so training at other sizes would be used at another scale
)


SECOND_LOOK = "second_look"  # of `learns`, and the kind of system that trains it

Unlabelled = Literal["background", "unknown"]


class DataSource(Settings):
    """One data set, or a folder of photos without people. A path alone stands for `labels`."""

    labels: Path | None = setting(
        None,
        "A file or folder of labels in any format that `swahr labels formats` lists, such as COCO's; none: photos "
        "without people.",
    )
    images: Path | None = setting(
        None, "Folder of the photos; none: where tools put them, such as `images` beside the labels."
    )
    split: Literal["train", "val", "test"] | None = setting(
        None, "Which part of labels that have parts; none: train for training, val for validation."
    )
    category: str | None = setting(
        None,
        "Name of the class that is taken, where labels have several; all: each with its joints, as one skeleton.",
    )
    only: dict[str, tuple[str, ...]] = setting(
        {}, "Take the photos of a JSON alone whose fields have one of these values."
    )
    weight: float = setting(1.0, "How often a photo of this source is drawn, against others.", gt=0)
    unlabelled: Unlabelled | None = setting(
        None, "What visibility 0 means in this source.", unset="what `unlabelled` of the run says"
    )
    unknown_origins: tuple[str, ...] = setting(
        (), "Annotations of these origins have joints that nobody looked at (visibility 0)."
    )
    never_labelled: tuple[str, ...] | None = setting(
        None,
        "Joints that this data set does not label: left out of the loss on its photos. None: those "
        "that no person of it has.",
    )

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, value: Any) -> Any:
        return {"labels": value} if isinstance(value, str | Path) else value

    @model_validator(mode="after")
    def _some_photos(self) -> "DataSource":
        if self.labels is None and self.images is None:
            raise ValueError("give `labels`, or `images` for photos without people")
        return self


class TrainConfig(Settings):
    """Everything that decides a run."""

    train: tuple[DataSource, ...] = setting(..., "Where the photos come from.", min_length=1)
    validation: DataSource | None = setting(None, "Photos whose AP is reported and picks the best.")
    split: float = setting(
        0.0,
        "Part of the training's photos that validation takes, whole videos where they are frames; 0: none.",
        ge=0,
        lt=1,
    )
    fold: int = setting(
        0, "Which part that is, from 0: for the same run on each part of the data in turn.", ge=0
    )
    skeleton: Path | None = setting(
        None, "Skeleton YAML or JSON; none: the category of the first labels, which may hold its sigmas."
    )
    architecture: Architecture = setting(
        Architecture(),
        "The network. Its number of joints comes from the skeleton; without this section a run that "
        "starts from a checkpoint has the checkpoint's network, input size, mean and standard deviation.",
    )
    start_from: Path | None = setting(
        None,
        "Weights to start from: a bundled name such as default, a checkpoint of any joints, a backbone trained "
        "on ImageNet, or a file of the backbone's own kind, such as MoveNet's ONNX. What was reused is printed.",
    )
    learns: Literal["network", "second_look"] = setting(
        "network",
        "What learns: network, the one that finds people; second_look, the crop network that gives found people their "
        "joints, of a start that has one.",
    )
    mean: tuple[float, float, float] = setting((0.485, 0.456, 0.406), "RGB mean, values in [0, 1].")
    std: tuple[float, float, float] = setting(
        (0.229, 0.224, 0.225), "RGB standard deviation, values in [0, 1]."
    )
    input_size: int = setting(
        512,
        "Side of the square input, pixels; inference works in steps of 64. Crops have `crops.input_wh`.",
        gt=0,
        multiple_of=64,
    )
    unlabelled: Unlabelled = setting(
        "background",
        "What visibility 0 means: background, the joint is not to be seen, as COCO means it; unknown, nobody "
        "looked: it is left out of the loss inside its person's box. A source may say otherwise.",
    )
    sigma: float = setting(2.0, "Standard deviation of the target Gaussians, heatmap pixels.", gt=0)
    loss: AnyLoss = setting(
        SwahrLossSettings(),
        "The loss; without this section a network for crops has crop_mse, one by part affinity fields fields, and the "
        "second look second_look.",
    )
    augment: AugmentConfig = setting(AugmentConfig(), "How photos are varied.")
    crops: CropConfig = setting(CropConfig(), "Samples of networks for crops.")
    batch_size: int = setting(16, "Photos of a batch, in each process.", gt=0)
    preset: str | None = setting(
        None,
        "Which settings fill what is left open here, and are printed with their reasons; none: none of them.",
        unset="chosen by the joints, the number of photos and the start",
        door="swahr_training.presets:PRESETS",
    )
    steps: int | None = setting(None, "Length of the run.", unset="by epochs, or the preset's", gt=0)
    epochs: float | None = setting(
        None, "Length of the run in how often each photo is seen, in place of steps.", unset="by steps", gt=0
    )
    learning_rate: float = setting(1e-3, "Highest rate of AdamW.", gt=0)
    rate_factors: dict[str, float] = setting(
        {}, "Factors of the rate by parameter name prefix, longest match; 0 freezes."
    )
    freeze_until: dict[str, int] = setting(
        {}, "Weights by name prefix, longest match, that stay as they start before this step."
    )
    freeze_norms: bool = setting(
        False,
        "Batch norm that came with the start keeps its statistics: those of small batches would spoil it.",
    )
    keep_first_heatmaps: bool = setting(
        False, "Leave the first stage's heatmap layer as it starts, on a trunk that knows joints."
    )
    weight_decay: float = setting(1e-4, "AdamW's weight decay.", ge=0)
    warmup_steps: int = setting(200, "Steps of linear warm-up from a tenth.", ge=0)
    schedule: Literal["cosine", "linear", "constant"] = setting("cosine", "Rate after the warm-up.")
    clip_norm: float = setting(1.0, "Largest norm of the gradient.", gt=0)
    ema_decay: float = setting(0.999, "Decay of the averaged weights; 0: none.", ge=0, lt=1)
    start_part: float = setting(
        0.0,
        "How much of the start is in the weights that are saved: they lie so far back to it, which keeps more of "
        "what it knew. 0: none.",
        ge=0,
        lt=1,
    )
    precision: Literal["float32", "bfloat16", "float16"] = setting(
        "float32", "Arithmetic of the network; float16 scales the loss to keep small gradients."
    )
    accumulate: int = setting(1, "Batches whose gradients make one step.", gt=0)
    compile: bool = setting(False, "Let torch.compile build the network: minutes first, then faster.")
    sync_norms: bool = setting(
        False, "Several processes: batch norm over all their batches, for few photos in each."
    )
    stop_after_bad: int = setting(
        10, "Stop after so many steps in a row whose loss or gradient is not finite.", gt=0
    )
    draw_on: Literal["auto", "cpu", "device"] = setting(
        "auto", "Where photos are warped and targets drawn; auto: on the device where it is a GPU."
    )
    cache_gb: float = setting(4.0, "Memory for decoded photos, in each process; 0 decodes each time.", ge=0)
    seed: int = setting(0, "Of weights, order and augmentation.", ge=0)
    loader_threads: int = setting(1, "Threads that draw batches.", gt=0)
    log_every: int = setting(50, "Steps between lines of the log.", gt=0)
    save_every: int = setting(500, "Steps between checkpoints, and AP where there is validation.", gt=0)
    evaluate_every: int = setting(
        0, "Steps between measurements of AP, at the next checkpoint; 0: with each.", ge=0
    )
    validate_mirrored: bool = setting(
        False,
        "Measure AP of whole frames on the validation photos and on their mirror images, and take the mean: less of "
        "it is chance, and it takes twice as long.",
    )
    patience: int = setting(
        0, "Stop after so many measurements of AP in a row without a better one; 0: never.", ge=0
    )
    stop_on_collapse: bool = setting(
        True, "Stop a run whose AP falls to less than half of the best in two measurements in a row."
    )
    export: bool = setting(
        False, "At the end write best.onnx too, for other runtimes; needs the extra `export`."
    )
    tensorboard: bool = setting(True, "Write losses, rates and pictures for TensorBoard, too.")

    @property
    def length(self) -> int:
        """Steps of the run. Raises SettingError before epochs or a preset have been resolved to steps."""
        if self.steps is None:
            raise SettingError("the length of the run is not known; give steps or epochs, or a preset")
        return self.steps

    @property
    def system(self) -> str:
        """The kind of network that learns, a name of `swahr_training.systems`."""
        return SECOND_LOOK if self.learns == SECOND_LOOK else self.architecture.kind

    @model_validator(mode="after")
    def _together(self) -> "TrainConfig":
        if self.split and self.validation is not None:
            raise ValueError("split and validation both say what AP is measured on; give one of them")
        if self.steps is not None and self.epochs is not None:
            raise ValueError("steps and epochs both say the length of the run; give one of them")
        if self.start_part and self.start_from is None:
            raise ValueError("start_part is how much of start_from is kept, which is not given; leave it out")
        return self

    @field_validator("train", mode="before")
    @classmethod
    def _one_source(cls, value: Any) -> Any:
        return [value] if isinstance(value, str | Path | dict) else value


def load_config(path: Path, overrides: dict[str, Any] | None = None) -> TrainConfig:
    """Read the settings of a run from a YAML file; `overrides` replaces fields by dotted name.

    Raises:
        UnreadableError: for a file that cannot be read.
        SettingError: naming each wrong field.
    """
    return load_settings(TrainConfig, path, overrides, upgrade)


LABELS_SPLIT = 0.2  # part of the photos that validation takes where nothing but labels is given


def settings_for(
    labels: Path, images: Path | None, validated: bool, overrides: dict[str, Any] | None = None
) -> TrainConfig:
    """Return the settings of a run that fine-tunes the bundled weights on a data set.

    Args:
        labels: of the data set, or its folder.
        images: folder of the photos; None: where the labels say.
        validated: whether the data set has a part of its own to validate on.
        overrides: as of `load_config`.

    Raises:
        SettingError: naming each wrong field.
    """
    source = {"labels": str(labels), "images": None if images is None else str(images)}
    content: dict[str, Any] = {"train": [source], "start_from": "default"}
    if validated:
        content["validation"] = source
    elif "validation" not in (overrides or {}):
        content["split"] = LABELS_SPLIT
    return made_settings(TrainConfig, content, str(labels), overrides)


def upgrade(content: dict[str, Any]) -> dict[str, Any]:
    """Return settings as earlier versions wrote them, such as the config.yaml of a run, in today's form.

    The network was one flat list of fields, MoveNet's file had a setting of its own, and all losses had one of the
    scale maps.
    """
    content = dict(content)
    if isinstance(content.get("architecture"), dict):
        content["architecture"] = nested(content["architecture"])
    movenet = content.pop("movenet", None)
    if movenet is not None and content.get("start_from") is None:
        content["start_from"] = movenet
    loss = content.get("loss")
    if isinstance(loss, dict) and loss.get("kind") in ("mse", "wahr"):
        content["loss"] = {name: value for name, value in loss.items() if name != "scale_factor"}
    return content
