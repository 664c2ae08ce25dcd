"""Options that need the whole of a video, and so are for files alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from swahr.movement.smoothing import Smoothing


@dataclass(frozen=True)
class WholeOptions:
    """People."""

    zero_lag: Annotated[
        str,
        typer.Option(
            help="In place of --smooth, at the end: savgol or butterworth, which do not lag; or none."
        ),
    ] = "none"
    fill_gaps: Annotated[
        int,
        typer.Option(min=0, help="Fill in joints and people that are missing for at most so many frames."),
    ] = 0

    @property
    def wanted(self) -> bool:
        """Whether anything is done once the whole video was seen."""
        return self.zero_lag != "none" or self.fill_gaps > 0

    def smoothing(self) -> "Smoothing":
        """Return what is done. Raises SwahrError for a filter that there is not."""
        from swahr.movement.smoothing import Smoothing

        return Smoothing(self.zero_lag, self.fill_gaps)
