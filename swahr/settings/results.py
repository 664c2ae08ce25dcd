"""Settings of what is made of the people: overlays, rows, files, labels."""

from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from swahr._util.settings import Settings, setting


class HideSettings(Settings):
    """Hiding.

    Who must not be told in a picture.
    """

    anonymise: Literal["none", "faces", "all"] = setting(
        "none",
        "Make whole heads, or all of everyone, unrecognisable; with ids also where they are lost for a moment.",
    )

    @field_validator("anonymise", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        """Take True as faces and False as nothing, as programs and switches of the window say it."""
        return {True: "faces", False: "none"}.get(value, value) if isinstance(value, bool) else value


class OverlaySettings(HideSettings):
    """Overlay.

    What is drawn over a frame.
    """

    skeleton: bool = setting(True, "Limbs.")
    joints: bool = setting(True, "Dots at the joints.")
    boxes: bool = setting(False, "A box around each person.")
    ids: bool = setting(True, "The id above each person.")
    scores: bool = setting(False, "The score above each person.")
    ellipses: bool = setting(
        False, "Around each joint where it lies two times out of five, as sure as its place is."
    )
    trails: bool = setting(False, "Where people went in the last seconds.")
    layer: Literal["none", "heatmaps", "tags"] = setting(
        "none", "What the network says, over the frame: its heatmaps or its tags."
    )
    joint: str | None = setting(
        None, "Of the layer, this joint alone, such as nose.", unset="the surest at each place"
    )
    side_by_side: bool = setting(False, "The frame as it was on the left.")
    draw_min_score: float = setting(
        0.1, "Joints of a lower score are not drawn.", label="Least joint drawn", step=0.05, ge=0, le=1
    )


class EncoderSettings(Settings):
    """Drawn video.

    How it is written.
    """

    encoder: Literal["auto", "x264", "nvenc", "videotoolbox", "qsv", "vaapi"] = setting(
        "auto",
        "What writes H.264: the hardware's encoder where one opens, or x264, whose files are reproducible.",
    )
    hide_score: float = setting(
        0.02,
        "Where people are hidden: from which score on, those too who are too unsure to be written and drawn.",
        label="Least person hidden",
        step=0.01,
        ge=0,
        le=1,
    )


class RowSettings(Settings):
    """Keypoints.

    What a file of keypoints holds.
    """

    keep_empty: bool = setting(True, "Keep a row for frames without people.")
    uncertainty: bool = setting(
        False,
        "Also how sure each joint's place is: columns of csv and jsonl, standard deviations in pixels.",
        label="Joint uncertainty",
    )
    spreadsheet: bool = setting(
        False,
        "Text of csv that a spreadsheet would run as a formula, such as a photo named =1+1.jpg, begins with an "
        "apostrophe.",
        label="Safe for spreadsheets",
    )
    overwrite: bool = setting(False, "Replace outputs that exist.", label="Replace existing files")


class OutputSettings(RowSettings):
    """Keypoints.

    Which files of keypoints are written.
    """

    format: tuple[str, ...] | None = setting(
        None,
        "The formats, several with commas.",
        door="swahr.formats:FORMATS",
        unset="by the name of the output; csv without it",
    )


class LabelsSettings(Settings):
    """Labels.

    What was found as a data set, to correct in an annotation tool and to train on.
    """

    labels: Path | None = setting(
        None,
        "Also write a data set of the photos or frames and who was found: a folder, with a COCO keypoint file.",
        unset="none",
    )
    label_score: float = setting(
        0.0,
        "People of a lower score are no labels in it; training leaves out where they are.",
        step=0.05,
        ge=0,
        le=1,
    )
