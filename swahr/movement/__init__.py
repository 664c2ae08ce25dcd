"""What is computed from finished tracks, with all of a recording in sight.

`smooth` fills gaps and filters joints. Each thing that is computed has a file of its own and takes a `Recording`.
"""

from swahr.movement.gaps import fill_gaps
from swahr.movement.smoothing import misfit, smooth
from swahr.movement.stretches import frame_times

__all__ = ["fill_gaps", "frame_times", "misfit", "smooth"]
