"""Options that several commands share, in groups, and what they describe: estimator, source, overlay."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from swahr.errors import SwahrError

if TYPE_CHECKING:
    from pathlib import Path

    from swahr.inference.estimator import PoseEstimator
    from swahr.overlay import OverlayStyle
    from swahr.video.frame import FrameSource, Notify

DEFAULT_BATCH = 4


@dataclass(frozen=True)
class NetworkOptions:
    """Network."""

    model: Annotated[
        str,
        typer.Option(help="Bundled or installed weights by name, a checkpoint file, or the folder of a run."),
    ] = "default"
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto"
    input_size: Annotated[
        int, typer.Option(help="Short side of the network's input, pixels; 0: the model's own.")
    ] = 0
    flip_test: Annotated[
        bool, typer.Option("--flip-test", help="Look at the mirrored frame too: better, half as fast.")
    ] = False
    scales: Annotated[str, typer.Option(help="Scales to look at, such as 0.5,1,2; 1 must be among them.")] = (
        "1"
    )
    threshold: Annotated[
        Optional[float],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(min=0.0, max=1.0, help="Least heat of a joint.", show_default="the model's own"),
    ] = None
    min_score: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=0.0, max=1.0, help="Least score of a person.", show_default="the model's own"),
    ] = None
    max_people: Annotated[int, typer.Option(min=1, help="Most people a frame.")] = 30
    batch: Annotated[int, typer.Option(min=1, help="Frames that the network takes at once.")] = DEFAULT_BATCH
    backend: Annotated[
        str, typer.Option(help="torch; or, from the extra `export`, onnxruntime or openvino.")
    ] = "torch"
    precision: Annotated[
        str,
        typer.Option(
            help="float32, bfloat16, float16 (GPUs), or auto: half where the device computes in it."
        ),
    ] = "auto"
    compiled: Annotated[
        bool, typer.Option("--compile", help="torch.compile: a minute's wait, then faster; for long videos.")
    ] = False
    threads: Annotated[int, typer.Option(min=0, help="Threads of the network; 0: one a core.")] = 0

    def estimator(self) -> "PoseEstimator":
        """Make the estimator; torch is imported here."""
        from dataclasses import replace

        from swahr.inference.estimator import PoseEstimator, default_params, open_network

        if self.threads:
            from swahr.inference.threads import use_threads

            use_threads(self.threads)
        network = open_network(self.model)
        params = replace(default_params(network), max_people=self.max_people)
        if self.threshold is not None:
            params = replace(params, detection_threshold=self.threshold)
        return PoseEstimator(
            network,
            self.device,
            input_size=self.input_size or None,
            flip_test=self.flip_test,
            scales=parse_scales(self.scales),
            params=params,
            min_score=self.min_score,
            batch_size=self.batch,
            backend=self.backend,
            precision=self.precision,
            compiled=self.compiled,
            threads=self.threads,
        )


@dataclass(frozen=True)
class SourceOptions:
    """Frames."""

    start: Annotated[float, typer.Option(min=0.0, help="Seconds: frames before are left out.")] = 0.0
    stop: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=0.0, help="Seconds: frames from here on are left out.", show_default="the end"),
    ] = None
    every: Annotated[int, typer.Option(min=1, help="Take each n-th frame.")] = 1
    rotate: Annotated[int, typer.Option(help="Turn clockwise: 0, 90, 180 or 270 degrees.")] = 0
    mirror: Annotated[bool, typer.Option("--mirror", help="Change left and right.")] = False

    def open(
        self, address: "str | Path", notify: "Notify" = lambda _: None, first_index: int = 0
    ) -> "FrameSource":
        """Open a source as asked."""
        from swahr.video import open_source

        return open_source(
            address,
            start=self.start,
            stop=self.stop,
            every=self.every,
            rotate=self.rotate,
            mirror=self.mirror,
            notify=notify,
            first_index=first_index,
        )

    def nothing_in(self, source: "FrameSource") -> str:
        """Return what to say of a source that has none of the frames that are asked for."""
        length_s = source.length_s
        long = "" if length_s is None else f", which is {length_s:.4g} s long"
        stop = "" if self.stop is None else f" and --stop {self.stop:g}"
        return f"{source.address}{long}: no frame lies in --start {self.start:g}{stop}; give times within the video"


@dataclass(frozen=True)
class RowOptions:
    """Keypoints."""

    keep_empty: Annotated[bool, typer.Option(help="Keep a row for frames without people.")] = True
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")] = False


@dataclass(frozen=True)
class PeopleOptions:
    """People."""

    track: Annotated[
        bool, typer.Option(help="Give each person an id that stays theirs through the video.")
    ] = True
    remember: Annotated[
        float,
        typer.Option(min=1.0, help="Seconds for which someone who left is known again by clothes."),
    ] = 30.0
    smooth: Annotated[
        bool, typer.Option("--smooth", help="Take the jitter out of joints, by a One-Euro filter.")
    ] = False


@dataclass(frozen=True)
class DrawingOptions:
    """Overlay."""

    boxes: Annotated[bool, typer.Option("--boxes", help="A box around each person.")] = False
    ids: Annotated[bool, typer.Option("--ids/--no-ids", help="The id above each person.")] = True
    scores: Annotated[bool, typer.Option("--scores", help="The score above each person.")] = False
    trails: Annotated[bool, typer.Option("--trails", help="Where people went in the last seconds.")] = False
    layer: Annotated[
        str, typer.Option(help="What the network says, over the frame: none, heatmaps or tags.")
    ] = "none"
    joint: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Of the layer, this joint alone, such as nose.", show_default="the surest"),
    ] = None
    side_by_side: Annotated[bool, typer.Option("--side-by-side", help="The frame as it was on the left.")] = (
        False
    )
    anonymise: Annotated[bool, typer.Option("--anonymise", help="Make faces unrecognisable.")] = False

    def unused(self) -> str | None:
        """Return a note for a run that draws nothing, where an option says how to draw."""
        given = [field.name for field in fields(self) if getattr(self, field.name) != field.default]
        names = ["--no-ids" if name == "ids" else "--" + name.replace("_", "-") for name in given]
        return f"nothing is drawn without --overlay, so {', '.join(names)} had no effect" if names else None

    def style(self) -> "OverlayStyle":
        """Return how frames are drawn. Raises SwahrError for a layer that there is not."""
        from swahr.overlay import OverlayStyle

        return OverlayStyle(
            boxes=self.boxes,
            ids=self.ids,
            scores=self.scores,
            trails=self.trails,
            layer=self.layer,
            joint=self.joint,
            side_by_side=self.side_by_side,
            anonymise=self.anonymise,
        )


@dataclass(frozen=True)
class KeypointOptions(RowOptions):
    """Keypoints."""

    format: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="csv, jsonl, coco, openpose, dlc, sleap, trc; several with commas.",
            show_default="by the name of OUTPUT; csv without it",
        ),
    ] = None


def parse_scales(text: str) -> tuple[float, ...]:
    """Read `0.5,1,2`."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SwahrError(
            f"--scales {text!r}: expected numbers with commas between them, such as 0.5,1,2"
        ) from None


def plain(*groups: object) -> dict[str, Any]:
    """Return the options of some groups by name, as plain values."""
    from dataclasses import asdict

    return {name: value for group in groups for name, value in asdict(group).items()}  # type: ignore[call-overload]
