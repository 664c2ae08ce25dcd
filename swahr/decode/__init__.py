"""From heatmaps, and what groups them, to people."""

from swahr.decode.crops import decode_crops
from swahr.decode.maps import ParsedPeople
from swahr.decode.pafs import group_pafs
from swahr.decode.params import ParseParams
from swahr.decode.parse import parse_heatmaps
from swahr.decode.stages import parse_stages

__all__ = ["ParseParams", "ParsedPeople", "decode_crops", "group_pafs", "parse_heatmaps", "parse_stages"]
