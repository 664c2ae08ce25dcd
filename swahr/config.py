"""Every setting once: its type, range, default and meaning.

The options of the command line, the fields of the window with their tool tips and limits, the YAML of a training run,
the keyword arguments of `PoseEstimator.from_pretrained` and the tables of the docs are all made from these models, so
a new setting is one new field here; those of what is drawn and written, of finished recordings and of who is kept are
in `swahr.settings`. Settings are values: frozen, compared by content, changed by `changed`.

>>> NetworkSettings(max_people=5).changed(flip_test=True)
NetworkSettings(flip_test=True, max_people=5)
>>> NetworkSettings(max_people=0)
Traceback (most recent call last):
    ...
swahr.errors.SettingError: max_people is 0; expected a whole number of at least 1
"""

from pathlib import Path
from typing import Any, Literal

from swahr._util.settings import SettingInfo, Settings, setting
from swahr.settings.crops import PersonCropSettings
from swahr.settings.movement import (
    MovementFilterSettings,
    MovementSettings,
    ScaleSettings,
    SmoothingSettings,
)
from swahr.settings.people import IdSettings, PeopleSettings
from swahr.settings.results import (
    EncoderSettings,
    HideSettings,
    LabelsSettings,
    OutputSettings,
    OverlaySettings,
    RowSettings,
)

__all__ = [
    "AUTO",
    "MAX_INPUT_SIZE",
    "MIN_INPUT_SIZE",
    "BenchSettings",
    "ConvertSettings",
    "DeviceSettings",
    "EncoderSettings",
    "ExportSettings",
    "FolderSettings",
    "HideSettings",
    "IdSettings",
    "InputSettings",
    "LabelsSettings",
    "ModelSettings",
    "MovementFilterSettings",
    "MovementSettings",
    "NetworkSettings",
    "OutputSettings",
    "OverlaySettings",
    "PeopleSettings",
    "PersonCropSettings",
    "ReadSettings",
    "RowSettings",
    "ScaleSettings",
    "SecondPassSettings",
    "SettingInfo",
    "Settings",
    "SmoothingSettings",
    "SourceSettings",
    "Subpixel",
    "TrackSettings",
    "setting",
]

# ---- the network and what it finds -------------------------------------------------------------------------------

# Where in its pixel a joint lies; their order is that of csrc/refine/peak.h.
Subpixel = Literal["quarter", "parabola", "gaussian"]
MODEL = "Bundled or installed weights by name, a checkpoint file, or the folder of a run."
AUTO = "auto"  # of `backend`
MIN_INPUT_SIZE, MAX_INPUT_SIZE = 32, 2048  # what is larger takes gigabytes per frame and finds no more


class ModelSettings(Settings):
    """Network.

    Which network.
    """

    model: str = setting("default", MODEL)


class DeviceSettings(Settings):
    """Network.

    Where a network runs.
    """

    device: str = setting("auto", "auto, cpu, cuda, or one of several GPUs: cuda:1.")
    threads: int | None = setting(
        None,
        "Threads of the network; torch's belong to the whole process, and the command line alone sets them.",
        unset="the runtime's own choice",
        ge=1,
        le=4096,
    )


class InputSettings(DeviceSettings):
    """Network.

    Where a network runs, and what it sees of a frame.
    """

    input_size: int | None = setting(
        None,
        "Short side of the network's input, pixels: larger finds smaller people, and takes longer.",
        unset="the model's own",
        unit="px",
        step=64,
        ge=MIN_INPUT_SIZE,
        le=MAX_INPUT_SIZE,
    )
    flip_test: bool = setting(False, "Look at the mirrored frame too: better, half as fast.")
    scales: tuple[float, ...] = setting(
        (1.0,), "Scales to look at, such as 0.5,1,2; 1 must be among them.", min_length=1
    )

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if min(self.scales) <= 0 or 1.0 not in self.scales:
            raise ValueError(f"scales are {list(self.scales)}; expected positive numbers with 1 among them")


class NetworkSettings(PersonCropSettings, InputSettings, ModelSettings):
    """Network.

    Which network runs, where and how, and whom it finds.
    """

    threshold: float | None = setting(
        None,
        "Confidence from which a joint counts: lower finds more joints, and more that are not there.",
        label="Joint threshold",
        unset="the model's own",
        step=0.02,
        ge=0,
        le=1,
    )
    min_score: float | None = setting(
        None,
        "Score from which a person counts: higher leaves out doubtful people.",
        label="Person score",
        unset="the model's own",
        step=0.05,
        ge=0,
        le=1,
    )
    refine: Literal["auto", "off", "live", "best"] = setting(
        "auto",
        "Look again at each person, for more exact joints (COCO's 17): best at everyone, live at as many as there is "
        "time for; auto: best for files, live for cameras, where it is known to gain on the model.",
        label="Refine joints",
    )
    tiles: Literal["off", "auto", "2", "3", "4"] = setting(
        "off",
        "Look at parts of the frame at full size too, for small people: so many along its longer side; auto: as many "
        "as a large frame needs. Each part takes as long as a frame.",
    )
    feet: Literal["off", "full", "heavy"] = setting(
        "off",
        "Heels and toes where they are sure, after refine: full is bundled; heavy is steadier, four times as slow, and "
        "fetched once.",
        label="Feet",
    )
    subpixel: Literal["auto", "quarter", "parabola", "gaussian"] = setting(
        "auto",
        "Where between the pixels of the network's maps a joint lies: as published, a quarter pixel towards the larger "
        "neighbour, which leaves a grid, or at the top of a curve; auto: what suits the model.",
        label="Joint between pixels",
    )
    hands: bool = setting(
        False, "With feet: knuckles of thumb, index and little finger too, where they are sure."
    )
    max_people: int = setting(30, "Most people in a frame.", label="Most people", ge=1, le=1000)
    max_similarity: float = setting(
        0.6,
        "Of two people whose object keypoint similarity is above, the better one stays; 1 keeps all.",
        step=0.05,
        ge=0,
        le=1,
    )
    batch_size: int = setting(4, "Frames that the network takes at once.", flag="batch", ge=1, le=4096)
    backend: str = setting(
        AUTO,
        "What runs the network: torch; or, from the extra `fast`, openvino or onnxruntime; auto: the fastest that is "
        "installed and finds the same people, which is found out once.",
        door="swahr.inference.backends:BACKENDS",
    )
    precision: Literal["auto", "float32", "bfloat16", "float16"] = setting(
        "auto", "Arithmetic; float16 is for GPUs, auto is a half type where the device is faster in one."
    )
    compile: bool = setting(False, "torch.compile: a minute's wait, then faster; for long videos.")


class SourceSettings(Settings):
    """Frames.

    Which frames of a source are looked at, and which way up.
    """

    start: float = setting(0.0, "Seconds: frames before are left out.", unit="s", ge=0)
    stop: float | None = setting(
        None, "Seconds: frames from here on are left out.", unset="the end", unit="s", gt=0
    )
    every: int = setting(1, "Take each n-th frame.", ge=1)
    frame_rate: float | None = setting(
        None,
        "Images per second, of a folder or glob of them.",
        flag="fps",
        unset="25",
        unit="Hz",
        gt=0,
        le=1_000_000,
    )
    rotate: Literal[0, 90, 180, 270] = setting(0, "Turn clockwise, degrees.", unit="°")
    mirror: bool = setting(False, "Change left and right.")

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(
                f"stop is {self.stop:g} s and start {self.start:g} s; expected a stop after the start"
            )


class TrackSettings(Settings):
    """People.

    Who is who through a video, and joints without jitter while it runs.
    """

    track: bool = setting(True, "Give each person an id that stays theirs through the video.", label="Ids")
    tracker: str = setting("default", "Which tracker gives the ids.", door="swahr.tracking.tracker:TRACKERS")
    remember: float = setting(
        30.0, "Seconds for which someone who left is known again by clothes.", unit="s", ge=1
    )
    smooth: bool = setting(False, "Take the jitter out of joints, by a One-Euro filter; needs ids.")


class SecondPassSettings(Settings):
    """People, at the end.

    What is done once the last frame was seen, and so is for files alone.
    """

    track_second_pass: bool = setting(
        False,
        "Better ids by the whole video: what people wear and how they move, before and after; who is there for less "
        "than 0.15 s in all has none (-1).",
        label="Ids, once more",
    )
    zero_lag: Literal["none", "savgol", "butterworth"] = setting(
        "none", "In place of the One-Euro filter: Savitzky-Golay or Butterworth, which do not lag."
    )
    fill_gaps: int = setting(
        0, "Fill in joints and people that are missing for at most so many frames.", unit="frames", ge=0
    )

    @property
    def smoothing(self) -> SmoothingSettings:
        """What is done, as settings of smoothing."""
        return SmoothingSettings(smooth=self.zero_lag, fill_gaps=self.fill_gaps)

    @property
    def wanted(self) -> bool:
        """Whether anything is done at the end."""
        return self.smooths or self.track_second_pass

    @property
    def smooths(self) -> bool:
        """Whether joints change."""
        return self.zero_lag != "none" or self.fill_gaps > 0


# ---- what else commands do ---------------------------------------------------------------------------------------


class FolderSettings(Settings):
    """A folder of videos.

    Where what is found in them goes, and who works on them.
    """

    out: Path | None = setting(None, "The folder for what is found; what is finished is skipped.")
    cluster: str | None = setting(
        None, "A Ray cluster: host:6379, ray://host:10001, or local for this machine.", unset="none"
    )
    workers: int | None = setting(None, "How many work at once.", unset="one a GPU", ge=1)
    estimate: bool = setting(
        False, "Look at some frames, say how many hours and how much disk all will take, and do nothing else."
    )


class ReadSettings(Settings):
    """Reading.

    What a file of keypoints does not say itself.
    """

    from_: str | None = setting(
        None, "The format that is read.", unset="by its content", flag="from", door="swahr.formats:FORMATS"
    )
    frame_rate: float | None = setting(
        None,
        "Frames per second, for formats without times.",
        flag="fps",
        unset="by the times",
        unit="Hz",
        gt=0,
    )
    skeleton: Path | None = setting(
        None,
        "A JSON file with the joints, for coco files of other than 14, 17, 23 or 26.",
        unset="by the file",
    )


class ConvertSettings(Settings):
    """Conversion.

    What is made of a file of keypoints.
    """

    to: str | None = setting(
        None,
        "The format that is written.",
        unset="by the name of what is written",
        door="swahr.formats:FORMATS",
    )
    track: bool = setting(False, "Give people ids anew, by their poses.")
    track_second_pass: bool = setting(
        False, "Better ids by all of the video, which has to be given; ids that are there are cut and joined."
    )
    tracker: str = setting("default", "Which tracker gives the ids.", door="swahr.tracking.tracker:TRACKERS")
    video: Path | None = setting(
        None,
        "The video that the keypoints come from, for its times, where formats have none, and for better ids.",
        unset="none",
    )
    events: Path | None = setting(
        None,
        "A table (.csv) of frames with names, which are added: columns frame and event, as `swahr move` writes it.",
        unset="none",
    )


class BenchSettings(ModelSettings):
    """Speed.

    What is measured.
    """

    frames: int = setting(20, "Frames of each measurement.", ge=1, le=10_000)
    threads: int | None = setting(
        None, "Threads of the network.", unset="the runtime's own choice", ge=1, le=4096
    )


class ExportSettings(ModelSettings):
    """Network.

    What is written of a network for other runtimes.
    """

    format: Literal["onnx"] = setting("onnx", "What is written.")
    decoding: bool = setting(False, "Also find each joint's candidates in the graph (NMS, top-k).")
    candidates: int = setting(30, "With decoding: candidates of a joint.", flag="max-people", ge=1)
    int8: bool = setting(False, "8-bit whole numbers; needs photos to calibrate with.")
    photos: Path | None = setting(None, "A folder of photos to calibrate with and to compare with torch on.")
    max_photos: int = setting(64, "Photos taken, spread over the folder.", ge=1)

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if self.int8 and self.photos is None:
            raise ValueError("int8 needs a folder of photos to calibrate with")
        if self.int8 and self.decoding:
            raise ValueError("int8 and decoding do not go together; choose one")
