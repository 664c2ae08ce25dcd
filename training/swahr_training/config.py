"""The settings of a training run: one YAML file, every field typed and documented."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from swahr.errors import SwahrError
from swahr.models import Architecture
from swahr_training.reading import read_yaml

INPUT_STEP = (
    64  # inference rounds its input up to this, so training at other sizes would be used at another scale
)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataSource(_Section):
    """One data set, or a folder of photos without people. A path alone stands for `labels`."""

    labels: Path | None = Field(
        None,
        description="COCO or CrowdPose keypoint JSON, the data.yaml of a YOLO-pose data set, or a folder with one "
        "of them; none: photos without people.",
    )
    images: Path | None = Field(
        None, description="Folder of the photos; none: `images` beside a JSON, or the JSON's own folder."
    )
    split: Literal["train", "val", "test"] | None = Field(
        None, description="Which part of a YOLO data set; none: train for training, val for validation."
    )
    category: str | None = Field(None, description="Name of the JSON's category, where several have joints.")
    only: dict[str, tuple[str, ...]] = Field(
        {}, description="Take the photos of a JSON alone whose fields have one of these values."
    )
    weight: float = Field(1.0, gt=0, description="How often a photo of this source is drawn, against others.")
    unlabelled: Literal["background", "unknown"] = Field(
        "background",
        description="What visibility 0 means: the joint is not to be seen, or nobody looked; unknown joints are "
        "left out of the loss inside their person's box.",
    )
    unknown_origins: tuple[str, ...] = Field(
        (), description="Annotations of these origins have joints that nobody looked at (visibility 0)."
    )
    never_labelled: tuple[str, ...] | None = Field(
        None,
        description="Joints that this data set does not label: left out of the loss on its photos. None: those "
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


class LossConfig(_Section):
    """The loss and its ablations."""

    kind: Literal["mse", "sahr", "wahr", "swahr"] = Field("swahr", description="Which heatmap loss.")
    scale_factor: float = Field(1.0, ge=0, description="Factor of the scale regulariser.")
    push_factor: float = Field(1e-3, ge=0, description="Factor of the tags' push term.")
    pull_factor: float = Field(1e-3, ge=0, description="Factor of the tags' pull term.")
    push_over: Literal["pairs", "people"] = Field(
        "pairs", description="What push is averaged over: pairs as published; people weighs crowds more."
    )


class AugmentConfig(_Section):
    """How photos are varied."""

    scale: tuple[float, float] = Field(
        (0.75, 1.5), description="Size of the photo's side in inputs; log-uniform."
    )
    scale_of: str = Field(
        "short", pattern="^(short|long)$", description="Which side of the photo `scale` means."
    )
    aspect: float = Field(0.0, ge=0, description="Width over height is stretched by up to this part.")
    rotation_deg: float = Field(30.0, ge=0, description="Largest rotation, degrees.")
    translation: float = Field(
        0.08, ge=0, description="Largest shift, part of the input (40 of 512 published)."
    )
    flip: float = Field(0.5, ge=0, le=1, description="Probability of a mirrored photo.")
    mosaic: float = Field(0.0, ge=0, le=1, description="Probability of four photos in one.")
    paste: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Probability of one or two people cut out of other photos, put beside or before somebody.",
    )
    colour: float = Field(0.0, ge=0, le=1, description="Strength of brightness, contrast and colour changes.")


class TrainConfig(_Section):
    """Everything that decides a run."""

    train: tuple[DataSource, ...] = Field(min_length=1, description="Where the photos come from.")
    validation: DataSource | None = Field(None, description="Photos whose AP is reported and picks the best.")
    skeleton: Path | None = Field(
        None,
        description="Skeleton YAML or JSON; none: the category of the first labels, which may hold its sigmas.",
    )
    architecture: Architecture = Field(
        Architecture.model_validate({}),
        description="The network. Its number of joints comes from the skeleton; without this section a run that "
        "starts from a checkpoint has the checkpoint's network, input size, mean and deviation.",
    )
    movenet: Path | None = Field(None, description="MoveNet MultiPose ONNX file whose trunk is the start.")
    start_from: Path | None = Field(
        None,
        description="Weights to start from: a bundled name such as default, a checkpoint of any joints, or an HRNet "
        "trained on ImageNet. What was reused is printed.",
    )
    mean: tuple[float, float, float] = Field((0.485, 0.456, 0.406), description="RGB mean, values in [0, 1].")
    std: tuple[float, float, float] = Field((0.229, 0.224, 0.225), description="RGB deviation.")
    input_size: int = Field(
        512,
        gt=0,
        multiple_of=64,
        description="Side of the square input, pixels; inference works in steps of 64.",
    )
    sigma: float = Field(2.0, gt=0, description="Deviation of the target Gaussians, heatmap pixels.")
    loss: LossConfig = Field(LossConfig(), description="The loss.")
    augment: AugmentConfig = Field(AugmentConfig.model_validate({}), description="How photos are varied.")
    batch_size: int = Field(16, gt=0, description="Photos of a batch, in each process.")
    steps: int = Field(gt=0, description="Length of the run.")
    learning_rate: float = Field(1e-3, gt=0, description="Highest rate of AdamW.")
    rate_factors: dict[str, float] = Field(
        {}, description="Factors of the rate by parameter name prefix, longest match; 0 freezes."
    )
    keep_first_heatmaps: bool = Field(
        False, description="Leave the first stage's heatmap layer as it starts, on a trunk that knows joints."
    )
    weight_decay: float = Field(1e-4, ge=0, description="AdamW's weight decay.")
    warmup_steps: int = Field(200, ge=0, description="Steps of linear warm-up from a tenth.")
    schedule: Literal["cosine", "linear", "constant"] = Field("cosine", description="Rate after the warm-up.")
    clip_norm: float = Field(1.0, gt=0, description="Largest norm of the gradient.")
    ema_decay: float = Field(0.999, ge=0, lt=1, description="Decay of the averaged weights; 0: none.")
    precision: Literal["float32", "bfloat16", "float16"] = Field(
        "float32", description="Arithmetic of the network; float16 scales the loss to keep small gradients."
    )
    accumulate: int = Field(1, gt=0, description="Batches whose gradients make one step.")
    compile: bool = Field(
        False, description="Let torch.compile build the network: minutes first, then faster."
    )
    sync_norms: bool = Field(
        False, description="Several processes: batch norm over all their batches, for few photos a process."
    )
    stop_after_bad: int = Field(
        10, gt=0, description="Stop after so many steps in a row whose loss or gradient is not finite."
    )
    draw_on: Literal["auto", "cpu", "device"] = Field(
        "auto",
        description="Where photos are warped and targets drawn; auto: on the device where it is a GPU.",
    )
    cache_gb: float = Field(
        4.0, ge=0, description="Memory for decoded photos a process; 0 decodes each time."
    )
    seed: int = Field(0, ge=0, description="Of weights, order and augmentation.")
    loader_threads: int = Field(1, gt=0, description="Threads that draw batches.")
    log_every: int = Field(50, gt=0, description="Steps between lines of the log.")
    save_every: int = Field(
        500, gt=0, description="Steps between checkpoints, and AP where there is validation."
    )
    evaluate_every: int = Field(
        0, ge=0, description="Steps between measurements of AP, at the next checkpoint; 0: with each."
    )
    tensorboard: bool = Field(True, description="Write losses, rates and pictures for TensorBoard, too.")

    @field_validator("train", mode="before")
    @classmethod
    def _one_source(cls, value: Any) -> Any:
        return [value] if isinstance(value, str | Path | dict) else value


def load_config(path: Path, overrides: dict[str, Any] | None = None) -> TrainConfig:
    """Read a YAML file; `overrides` replaces fields by dotted name. Raises SwahrError naming each wrong field."""
    content = read_yaml(path) or {}
    if not isinstance(content, dict):
        raise SwahrError(f"{path}: expected a mapping of settings, got {type(content).__name__}")
    for name, value in (overrides or {}).items():
        _replace(content, name, value)
    try:
        return TrainConfig.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(_said(e["loc"], e["type"], e["msg"]) for e in error.errors())
        raise SwahrError(f"{path}: {wrong}; `swahr train --fields` lists all settings") from error


def _replace(content: dict[str, Any], name: str, value: Any) -> None:
    """Set a field by its dotted name; numbers count in lists, sections that are not there are made."""
    *sections, field = name.split(".")
    place: Any = content
    for part in sections:
        if isinstance(place, list):
            place = place[_index(place, part, name)]
        elif isinstance(place, dict):
            if place.get(part) is None:
                place[part] = {}
            place = place[part]
    if isinstance(place, list):
        place[_index(place, field, name)] = value
    elif isinstance(place, dict):
        place[field] = value
    else:
        raise SwahrError(f"--set {name}: {'.'.join(sections)} is {place!r}, which has no fields")


def _index(place: list[Any], part: str, name: str) -> int:
    if not part.isdecimal() or int(part) >= len(place):
        raise SwahrError(f"--set {name}: expected a number from 0 to {len(place) - 1}, got {part!r}")
    return int(part)


def _said(location: tuple[int | str, ...], kind: str, message: str) -> str:
    """Return what is wrong with a field; a field that does not exist gets the name that it looks like."""
    name = ".".join(map(str, location))
    if kind != "extra_forbidden":
        return f"{name}: {message}"
    model: Any = TrainConfig
    for part in location[:-1]:
        model = _section_of(model, part)
    alike = get_close_matches(str(location[-1]), list(getattr(model, "model_fields", ())), 1)
    return f"{name}: no such setting" + (f"; did you mean {alike[0]}?" if alike else "")


def _section_of(model: Any, part: int | str) -> Any:
    """Return the model of a field; of a list's member, the list's."""
    if isinstance(part, int) or model is None:
        return model
    field = getattr(model, "model_fields", {}).get(part)
    found = [field.annotation, *get_args(field.annotation)] if field is not None else []
    return next((each for each in found if isinstance(each, type) and issubclass(each, BaseModel)), None)
