"""What can be drawn over a frame: people by id, labels, trails, maps of the network, hidden faces."""

from swahr.inference.frame_maps import FrameMaps
from swahr.overlay.hiding import HidesAll, HidesOnTheWay
from swahr.overlay.overlay import draw_overlay, overlay_size
from swahr.overlay.trails import Trails

__all__ = ["FrameMaps", "HidesAll", "HidesOnTheWay", "Trails", "draw_overlay", "overlay_size"]
