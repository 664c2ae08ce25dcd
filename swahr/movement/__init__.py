"""What is computed from finished tracks, with all of a recording in sight.

`measure` gives angles, speeds and accelerations; `repair_swaps` exchanges left and right back where they changed
places; `smooth` fills gaps and filters joints. Each thing that is computed has a file of its own.
"""

from swahr.movement.calibration import Camera, read_calibration
from swahr.movement.definitions import AngleDefinition, angles_of, read_definitions
from swahr.movement.events import Event
from swahr.movement.filters import effective_cutoff
from swahr.movement.gaps import fill_gaps
from swahr.movement.measure import measure
from swahr.movement.readouts import Readout
from swahr.movement.scale import Scale, find_scale
from swahr.movement.smoothing import misfit, smooth
from swahr.movement.steps import Walking
from swahr.movement.stretches import frame_times
from swahr.movement.swaps import Swap, repair_swaps
from swahr.movement.values import Movement, PersonMovement

__all__ = [
    "AngleDefinition",
    "Camera",
    "Event",
    "Movement",
    "PersonMovement",
    "Readout",
    "Scale",
    "Swap",
    "Walking",
    "angles_of",
    "effective_cutoff",
    "fill_gaps",
    "find_scale",
    "frame_times",
    "measure",
    "misfit",
    "read_calibration",
    "read_definitions",
    "repair_swaps",
    "smooth",
]
