"""Settings of what is done with finished recordings: smoothing, what is measured of movement, scale."""

from pathlib import Path
from typing import Any, Literal

from swahr._util.settings import Settings, setting

MAX_BUTTERWORTH_ORDER = 10  # run forwards and backwards, what is steeper rings at every jump


class SmoothingSettings(Settings):
    """Smoothing.

    Of a finished recording, without lag.
    """

    smooth: Literal["none", "savgol", "butterworth"] = setting(
        "none", "Savitzky-Golay or Butterworth: neither lags."
    )
    fill_gaps: int = setting(
        0, "Fill in joints and people that are missing for at most so many frames.", unit="frames", ge=0
    )
    window: float = setting(0.3, "Of savgol, seconds.", unit="s", gt=0)
    cutoff: float = setting(6.0, "Of butterworth, Hz.", unit="Hz", gt=0)
    order: int = setting(2, "Of savgol's polynomial, or of butterworth.", ge=1)

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if self.smooth == "butterworth" and self.order > MAX_BUTTERWORTH_ORDER:
            raise ValueError(f"order is {self.order}; expected 1 to {MAX_BUTTERWORTH_ORDER} for butterworth")


class MovementFilterSettings(SmoothingSettings):
    """Filter.

    Of places, without lag, before angles and speeds are made of them.
    """

    smooth: Literal["none", "savgol", "butterworth"] = setting(
        "butterworth", "Savitzky-Golay or Butterworth: neither lags."
    )


class MovementSettings(Settings):
    """Movement.

    What is measured of people's movement, and whose.
    """

    angles: Path | None = setting(
        None, "A YAML file with the definitions of the angles.", unset="the usual set"
    )
    facing: Literal["auto", "left", "right"] = setting(
        "auto", "Which way people face in the frame; auto goes by nose, ears and feet, frame by frame."
    )
    swaps: Literal["repair", "leave"] = setting(
        "repair", "Limbs whose left and right change places between frames: exchanged back, or left as found."
    )
    steps: bool = setting(True, "Find steps where someone walks and is seen from the side.")
    count: tuple[str, ...] | None = setting(
        None, "Angles whose repetitions are counted, such as left_knee.", unset="none"
    )
    joint_score: float = setting(0.2, "Joints of a lower score are left out.", step=0.05, ge=0, le=1)
    min_frames: int = setting(10, "People of fewer frames are left out.", unit="frames", ge=1)
    person: int | None = setting(None, "Measure this id alone.", unset="everyone", ge=0)


class ScaleSettings(Settings):
    """Scale.

    From pixels to metres, y up; holds in the plane where it was taken.
    """

    height: float | None = setting(
        None, "Metres: how tall the person is who is seen longest.", unset="no scale", unit="m", gt=0
    )
    line: tuple[float, ...] | None = setting(
        None, "Two points of the frame whose distance is known: x1,y1,x2,y2.", unset="none", unit="px",
        min_length=4, max_length=4,
    )  # fmt: skip
    length: float | None = setting(
        None, "Metres: how long the line is, or else the floor.", unset="no scale", unit="m", gt=0
    )
    floor: tuple[float, ...] | None = setting(
        None, "Two points of the frame on a level floor: x1,y1,x2,y2.", unset="as low as feet come", unit="px",
        min_length=4, max_length=4,
    )  # fmt: skip
    calibration: Path | None = setting(
        None, "A file of OpenCV with the camera's matrix and distortion, which is taken out.", unset="none"
    )

    def model_post_init(self, _context: Any) -> None:
        """Check what no single field can say."""
        if self.length is not None and self.line is None and self.floor is None:
            raise ValueError("length is of two points; expected a line or a floor with it")
        if self.line is not None and self.length is None:
            raise ValueError("line has no length; expected the length with it")
        if self.height is not None and self.length is not None:
            raise ValueError("height and length both give the scale; choose one")
        for name in ("line", "floor"):
            ends = getattr(self, name)
            if ends is not None and ends[:2] == ends[2:]:
                raise ValueError(f"{name} is {list(ends)}; expected two different points")
